"""The one shape of every analysis: a frozen result around a table.

What is learned in one place and used in another travels by `Result.save` and
`Result.load`: JSON for settings and notes, one CSV for each frame, no pickle.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from .errors import DataError
from .frames import load_frame, save_frame

__all__ = ["ESTIMATE", "FLAGS", "Disclosure", "Note", "Result", "estimates"]

FLAGS = ("ok", "low_n", "suppressed", "missing_input", "not_identified")
ESTIMATE = ("value", "lo", "hi", "n", "method", "flag")


@dataclass(frozen=True)
class Note:
    """A limit or a finding as a code and its numbers; the words are in ``core/text``.

    ``notes.<code>`` holds the words of a note, ``findings.<code>`` those of a finding.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """What the report floor must know to hide small cells and names.

    Attributes
    ----------
    counts : tuple of str
        Columns that count customers or respondents; 1 to k−1 is a small cell.
    hides : tuple of str
        Columns hidden with a small cell, besides the counts.
    keys : tuple of str
        Numeric columns that name a row (a decile, a step): never hidden.
    within : tuple of str or None
        Columns whose values mark one set of rows that adds up to a known total
        (``()``: the whole table); a second cell is hidden there. None: the rows
        do not add up to a total.
    margins : tuple of str
        Further columns, each of which alone marks sets of rows with a known total: both
        edges of a cross table whose edges are printed elsewhere.
    customers : tuple of str
        Columns holding customer ids: names (internal) or pseudonyms (shared).
    alone : tuple of tuples of str
        Each begins with a column that counts something beside the respondents of the row, such as
        hospitals; a small one is hidden by itself, with the columns that follow it.
    row_level : {"group", "customer", "person"}
        What one row is. Rows of customers leave ``shared`` only under pseudonyms, rows of
        persons never leave.
    """

    counts: tuple[str, ...] = ("n",)
    hides: tuple[str, ...] = ("value", "lo", "hi")
    keys: tuple[str, ...] = ()
    within: tuple[str, ...] | None = None
    margins: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    alone: tuple[tuple[str, ...], ...] = ()
    row_level: str = "group"


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Result:
    """Base of every result.

    Attributes
    ----------
    table : pandas.DataFrame
        What the report shows, one row per group. Estimates stand in the columns
        ``value, lo, hi, n, method, flag``.
    settings : dict
        Every setting used, JSON-ready.
    notes : tuple of Note
        Limits found.
    finding : Note or None
        The one sentence this result says; the title of its figure.
    """

    table: pd.DataFrame
    settings: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    finding: Note | None = None

    #: how the report lays it out: "figure", "table", or a page-one block
    layout: ClassVar[str] = "figure"
    #: kind of number (core.numbers.KINDS) by column of `table`; a column ``unit`` overrules it row by row
    formats: ClassVar[Mapping[str, str]] = {}
    disclosure: ClassVar[Disclosure] = Disclosure()
    #: rests on personal judgements (stance): nothing of it leaves, not even in sums, when the audience is "shared"
    internal_only: ClassVar[bool] = False

    def __init_subclass__(cls, **options: Any) -> None:
        """Give every result one readable form, where a dataclass would print all its fields."""
        super().__init_subclass__(**options)
        cls.__repr__ = Result.__repr__  # type: ignore[method-assign]

    def __repr__(self) -> str:
        """The finding, the first rows, notes and settings as text, in the language of messages."""
        from . import preview

        return preview.as_text(self)

    def _repr_html_(self) -> str:
        """The same as HTML, settings folded, for a notebook."""
        from . import preview

        return preview.as_html(self)

    def save(self, folder: str | Path, name: str) -> Path:
        """Write ``<name>.json`` and one ``<name>.<field>.csv`` per frame; gives the JSON's path."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        record: dict[str, Any] = {"class": type(self).__name__, "fields": {}, "frames": {}}
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if isinstance(value, pd.DataFrame | pd.Series):
                record["frames"][item.name] = save_frame(value, folder / f"{name}.{item.name}.csv")
            else:
                record["fields"][item.name] = _to_json(value)
        path = folder / f"{name}.json"
        path.write_text(json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return path

    @classmethod
    def load(cls, folder: str | Path, name: str) -> Self:
        """Read back what `save` wrote, equal to it.

        Raises
        ------
        DataError
            ``result_parts``: another version wrote it, without parts that belong to it today.
        """
        folder = Path(folder)
        record = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        values = {key: _from_json(value) for key, value in record["fields"].items()}
        for key, kinds in record["frames"].items():
            values[key] = load_frame(folder / f"{name}.{key}.csv", kinds)
        known = {item.name for item in dataclasses.fields(cls)}
        needed = {f.name for f in dataclasses.fields(cls) if f.default is f.default_factory is dataclasses.MISSING}
        if not needed <= set(values):
            raise DataError("result_parts", name=name, missing=sorted(needed - set(values)))
        return cls(**{key: value for key, value in values.items() if key in known})

    def equals(self, other: Result) -> bool:
        """Same class, same frames, same settings and notes."""
        if type(self) is not type(other):
            return False
        for item in dataclasses.fields(self):
            mine, theirs = getattr(self, item.name), getattr(other, item.name)
            if isinstance(mine, pd.DataFrame | pd.Series):
                if not mine.equals(theirs) or not mine.index.equals(theirs.index):
                    return False
            elif _to_json(mine) != _to_json(theirs):
                return False
        return True


def estimates(frame: pd.DataFrame, *, low_n: int = 0, low_flag: str = "low_n") -> pd.DataFrame:
    """Fill ``flag`` where a method left it out: ``low_n`` under the given n, else ``ok``."""
    out = frame.copy()
    out["flag"] = np.where(out["n"] < low_n, low_flag, "ok")
    return out


# -- JSON with dates, tuples, notes and missing numbers kept apart ------------


def _to_json(value: Any) -> Any:
    if isinstance(value, Note):
        return {"__note__": value.code, "values": _to_json(dict(value.values))}
    if isinstance(value, Mapping):
        return {str(k): _to_json(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return {"__tuple__": [_to_json(v) for v in value]}
    if isinstance(value, list | np.ndarray):
        return [_to_json(v) for v in value]
    if isinstance(value, dt.date):
        return {"__date__": pd.Timestamp(value).isoformat()}
    if isinstance(value, np.generic):
        return _to_json(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return {"__float__": repr(value)}
    return value


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_json(v) for v in value]
    if not isinstance(value, dict):
        return value
    if "__note__" in value:
        return Note(value["__note__"], _from_json(value["values"]))
    if "__tuple__" in value:
        return tuple(_from_json(v) for v in value["__tuple__"])
    if "__date__" in value:
        return pd.Timestamp(value["__date__"])
    if "__float__" in value:
        return float(value["__float__"])
    return {k: _from_json(v) for k, v in value.items()}
