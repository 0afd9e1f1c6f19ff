"""Human choices beside the dataset file: how many segments, their names, cuts, confirmed aliases.

``decisions.yaml`` holds each choice with who made it, when and why::

    k:      {value: 4, who: Li, when: 2025-07-03, why: "five groups would get the same actions"}
    names:  {value: {1: 稳定采购, 2: 竞品为主}, who: Li, when: 2025-07-03, why: "agreed with sales"}
    merges: {value: [[3, 4]], who: Li, when: 2025-07-03, why: "same action for both"}

Without the file, or without ``k`` in it, the first admissible number of segments is used and every
page says that no analyst has confirmed it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ..core.errors import SettingError
from . import choices, encodings, yamltree

__all__ = ["FILE", "Decision", "Decisions", "entries", "first_mistake", "load"]

FILE = "decisions.yaml"
_T = TypeVar("_T")


def _day(value: Any) -> Any:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


class Decision(BaseModel, Generic[_T]):
    """One choice and its signature.

    Attributes
    ----------
    value : what was chosen
    who, why : str
    when : datetime.date
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: _T
    who: str = Field(min_length=1)
    when: Annotated[dt.date, BeforeValidator(_day)]
    why: str = Field(min_length=1)


class Decisions(BaseModel):
    """All choices of one data set; an entry that is None has not been decided.

    Attributes
    ----------
    k : number of segments, 2–20
    names : segment number -> name
    merges : lists of segment numbers that become one
    cuts : setting -> two rising cut points: ``abc`` and ``potential`` by share, ``cooperation`` by score (0–100)
    aliases : name as delivered -> customer_id
    legend : label of a grid level -> its meaning
    method : kind of segment model
    weights : pillar of cooperation -> weight; they add up to 1
    pairwise : ``items`` and ``matrix`` of pairwise comparisons, in place of ``weights``
    components : customer type -> pillar -> components of the cooperation score
    rfm : rules ``name, r, f, m`` with bounds from 1 to 5
    labels : tier -> its name, such as ``{"A": "关键客户"}``
    hysteresis : by how much a value must pass a cut before the tier changes, from 0 to below 1
    sha256 : of the file's bytes; "" without a file
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    k: Decision[Annotated[int, Field(ge=2, le=20)]] | None = None
    names: Decision[dict[int, str]] | None = None
    merges: Decision[list[list[int]]] | None = None
    cuts: Decision[choices.Cuts] | None = None
    aliases: Decision[dict[str, str]] | None = None
    legend: Decision[dict[str, str]] | None = None
    method: Decision[choices.Method] | None = None
    weights: Decision[choices.Weights] | None = None
    pairwise: Decision[choices.Comparisons] | None = None
    components: Decision[choices.ComponentSets] | None = None
    rfm: Decision[choices.Rules] | None = None
    labels: Decision[choices.Labels] | None = None
    hysteresis: Decision[choices.Share] | None = None
    sha256: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Decisions:
        merged = [number for group in (self.merges.value if self.merges else []) for number in group]
        if len(merged) != len(set(merged)):
            raise ValueError("merges.value")
        if self.weights is not None and self.pairwise is not None:
            raise ValueError("pairwise")
        return self

    @property
    def confirmed(self) -> bool:
        """Whether an analyst has decided the number of segments."""
        return self.k is not None


def load(path: str | Path) -> Decisions:
    """Read the choices.

    Parameters
    ----------
    path : path
        The file, or the folder that holds ``decisions.yaml`` (that of the dataset file, or of the built tables).

    Returns
    -------
    Decisions
        Empty, with ``confirmed`` False, when there is no file.

    Raises
    ------
    SettingError
        With key and line: an unknown entry, a choice without who, when or why, cuts that do not rise.
    """
    path = Path(path)
    file = path / FILE if path.is_dir() else path
    if not file.is_file():
        return Decisions()
    content = file.read_bytes()
    tree = yamltree.parse(encodings.decode(content, file=file.name), file=file.name)
    try:
        return Decisions(**tree.value | {"sha256": hashlib.sha256(content).hexdigest()})
    except ValidationError as error:
        key, got = first_mistake(error)
        code, values = _rule(error)
        told = {"allowed": entries(), "got": got} | values
        raise SettingError(code, file=file.name, key=key, line=tree.line(key), **told) from None


def first_mistake(error: ValidationError) -> tuple[str, str]:
    """Key and value of the first mistake that the model found."""
    item = error.errors(include_url=False)[0]
    context = str(item.get("ctx", {}).get("error", ""))
    return ".".join(str(part) for part in item["loc"]) or context, _short(item)


def _rule(error: ValidationError) -> tuple[str, dict[str, Any]]:
    """The code of a rule that has its own words, with its values; else that of any mistake."""
    item = error.errors(include_url=False)[0]
    if item["type"].startswith("decisions_"):
        return item["type"], dict(item.get("ctx", {}))
    if item["type"] == "extra_forbidden" and item["loc"][0] == "cuts" and len(item["loc"]) > 2:
        return "decisions_cut_name", {"allowed": list(choices.CUTS), "got": str(item["loc"][-1])}
    return "decisions", {}


def entries() -> list[str]:
    """Names of everything that can be decided."""
    return [name for name in Decisions.model_fields if name != "sha256"]


def _short(item: Any) -> str:
    if item["type"] in ("missing", "value_error"):
        return "—"
    return str(item.get("input"))[:40]
