"""Saved results by name: which class reads which file."""

from __future__ import annotations

import importlib
import json
import pkgutil
from functools import cache
from pathlib import Path

from .. import methods
from ..core.result import Result

__all__ = ["load_all"]


def load_all(folder: Path, *, only: str | None = None) -> dict[str, Result]:
    """Every saved result of a folder, read by its own class.

    Parameters
    ----------
    folder : Path
    only : str, optional
        Just this one.
    """
    found = {}
    for path in sorted(folder.glob(f"{only}.json" if only else "*.json")):
        kind = _classes().get(json.loads(path.read_text(encoding="utf-8")).get("class", ""))
        if kind is not None:
            found[path.stem] = kind.load(folder, path.stem)
    return found


@cache
def _classes() -> dict[str, type[Result]]:
    """Class name -> class, over the methods floor; names are unique there (tested)."""
    kinds = {}
    for info in pkgutil.iter_modules(methods.__path__):
        module = importlib.import_module(f"{methods.__name__}.{info.name}")
        for name in module.__all__:
            kind = getattr(module, name)
            if isinstance(kind, type) and issubclass(kind, Result):
                kinds[name] = kind
    return kinds
