"""Tables and results of a run as mappings: read when asked for, kept once read."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ..core import words
from ..core.errors import DataError, SettingError
from ..core.result import Result
from ..data import tables
from ..runs import catalogue

__all__ = ["Results", "Tables"]


class Tables(Mapping[str, pd.DataFrame]):
    """The canonical tables of one region; each is read from its Parquet file when it is first asked for."""

    def __init__(self, folder: Path, region: str) -> None:
        self._folder, self._region = folder, region
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            known = list(self)
            if name not in known:
                close = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known[:6]
                raise SettingError("explore_no_table", got=name, close=close)
            self._read[name] = tables.read(self._folder, name, region=self._region)
        # a copy costs nothing until it is written to
        return self._read[name].copy()

    def __iter__(self) -> Iterator[str]:
        return iter(tables.names(self._folder))

    def __len__(self) -> int:
        return len(tables.names(self._folder))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self)})"


class Results(Mapping[str, Result]):
    """The saved results of one folder, by full name (``customers_tiers``) or without its first word (``tiers``).

    Parameters
    ----------
    folder : Path
    why : callable, optional
        Called with a name that is nowhere; gives the error that says why it is missing.
    """

    def __init__(self, folder: Path, why: Callable[[str], Exception | None] | None = None) -> None:
        self._folder, self._why = folder, why
        self._names = sorted(path.stem for path in folder.glob("*.json")) if folder.is_dir() else []
        self._read: dict[str, Result] = {}

    def __getitem__(self, name: str) -> Result:
        full = self._full(name)
        if full not in self._read:
            found = catalogue.load_all(self._folder, only=full)
            if full not in found:
                raise DataError("explore_result_class", name=full)
            self._read[full] = found[full]
        return self._read[full]

    def _full(self, name: str) -> str:
        if name in self._names:
            return name
        matches = [full for full in self._names if full.split("_", 1)[-1] == name]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise SettingError("explore_result_twice", got=name, found=matches)
        told = self._why(name) if self._why else None
        if told is not None:
            raise told
        shorts = [full.split("_", 1)[-1] for full in self._names]
        close = difflib.get_close_matches(name, [*self._names, *shorts], n=3, cutoff=0.4) or self._names[:6]
        raise SettingError("explore_no_result", got=name, close=close)

    def get(self, name: str, default: Any = None) -> Any:
        """The result, or ``default``: `Mapping.get` would pass on the error that says why it is missing."""
        return self[name] if name in self else default  # noqa: SIM401 (this is get)

    def __contains__(self, name: object) -> bool:
        return name in self._names or [full.split("_", 1)[-1] for full in self._names].count(str(name)) == 1

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._names)})"

    def _repr_html_(self) -> str:
        language = words.default_language()
        rows: list[dict[str, Any]] = [
            {"name": name, "finding": str(self[name]).splitlines()[0] if str(self[name]) else ""}
            for name in self._names
            if name.split("_")[0] != "case"
        ]
        frame = pd.DataFrame(rows, columns=["name", "finding"])
        frame.columns = pd.Index([words.column(c, language) for c in frame.columns])
        return frame.to_html(index=False, escape=True)
