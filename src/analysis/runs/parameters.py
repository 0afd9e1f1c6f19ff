"""What a notebook may be told, checked before any kernel starts."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, Literal

import nbformat
from pydantic import BaseModel, ConfigDict, ValidationError

from ..core.errors import SettingError

__all__ = ["Parameters", "check_extra", "declared"]


class Parameters(BaseModel):
    """The common notebook parameters; ids and regions stay text."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    region: str | None
    brand: str | None = None
    as_of: str
    tables_dir: str
    reference_dir: str
    results_dir: str
    profile: Literal["cn", "eu", "us"]
    language: Literal["zh", "en"]
    audience: Literal["internal", "shared"]
    seed: int = 0
    min_cell: int
    baseline_run: str | None = None


def declared(path: Path) -> set[str]:
    """Names that the notebook's ``parameters`` cell assigns.

    Raises
    ------
    SettingError
        When the notebook has no cell tagged ``parameters``.
    """
    notebook = nbformat.read(path, as_version=4)
    cells = [c for c in notebook.cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if not cells:
        raise SettingError("no_parameters_cell", name=path.name)
    names = set()
    for node in ast.walk(ast.parse(cells[0].source)):
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def check_extra(path: Path, values: dict[str, Any]) -> None:
    """Refuse parameters that the notebook does not declare, or of a kind that cannot travel.

    papermill writes names into the cell unescaped and only logs unknown ones, so both are checked here.
    """
    known = declared(path)
    unknown = sorted(set(values) - known)
    if unknown:
        raise SettingError("unknown_parameter", name=path.stem, got=unknown, allowed=sorted(known))
    for name, value in values.items():
        if not isinstance(value, str | int | float | bool | None):
            raise SettingError("parameter_kind", name=name, got=type(value).__name__)


def parse(values: dict[str, Any]) -> Parameters:
    """`Parameters` from a plain dict, with our own error."""
    try:
        return Parameters(**values)
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingError("parameter_value", name=".".join(map(str, first["loc"])), got=str(first["input"])) from error
