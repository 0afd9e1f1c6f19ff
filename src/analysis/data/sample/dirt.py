"""The dirty-data injector: spoils true order lines at stated rates and writes down every single change.

Each defect is one entry ``(type, file, key, column, original, written)``; ``key`` is the line's position in
the clean table until the writer knows the row of the file. Kinds of lines that are odd but true (returns,
free goods, honest repeats) are listed as well, so that a detector can be judged on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from . import aliases

__all__ = ["RATES", "Defect", "File", "Log", "factor", "spoil"]

#: share of all order lines
RATES = {
    "d12_unit_swap": 0.02,
    "d7_duplicate": 0.015,
    "d2_excel_serial": 0.01,
    "d2_date_format": 0.01,
    "d3_full_width": 0.005,
    "d3_number_text": 0.005,
    "d3_missing_spec": 0.03,
}
#: how dirty each region is, the first three; such that the rates hold over all of them
_FACTORS = (0.6, 1.0, 1.8)
_ONE_CELL = ("d2_excel_serial", "d2_date_format", "d3_full_width", "d3_number_text", "d3_missing_spec")
_BAD_DATES = 4
_FULL = str.maketrans("0123456789.", "０１２３４５６７８９．")
_ODD = {
    "return_linked": "d8_return_linked",
    "return_unlinked": "d8_return_unlinked",
    "free": "d9_free_goods",
    "transfer": "d9_transfer",
    "near_duplicate": "d7_near_duplicate",
}
_PIECE = {"P01": ("片", 7), "P02": ("粒", 14)}


@dataclass(frozen=True)
class Defect:
    """One change; ``key`` is the line's key, or a row number where the file needs no look-up."""

    type: str
    file: str
    key: int | str | None
    column: str
    original: str
    written: str


@dataclass(eq=False)
class Log:
    """The changes so far, and the value that cleaning cannot bring back."""

    defects: list[Defect] = field(default_factory=list)
    unreadable: float = 0.0
    unmatched: float = 0.0

    def add(self, *change: Any) -> None:
        """Write down one change: the fields of a `Defect`, in order."""
        self.defects.append(Defect(*change))

    def frame(self) -> pd.DataFrame:
        """All changes as text: type, file, row, column, original, written; sorted."""
        rows = [
            (d.type, d.file, "" if d.key is None else str(d.key), d.column, str(d.original), str(d.written))
            for d in self.defects
        ]
        table = pd.DataFrame(rows, columns=["type", "file", "row", "column", "original", "written"])
        number = pd.to_numeric(table["row"]).fillna(0)
        return table.assign(at=number).sort_values(["type", "file", "at", "column"], kind="stable").drop(columns="at")


@dataclass(frozen=True, eq=False)
class File:
    """The order file of one region.

    Attributes
    ----------
    name : str
    lines : DataFrame
        Its true lines, with ``kind``.
    factor : float
        How dirty it is against the stated rates.
    aliases : DataFrame
        From `aliases.choose`, those of this region.
    """

    name: str
    lines: pd.DataFrame
    factor: float
    aliases: pd.DataFrame


def factor(number: int) -> float:
    """How dirty the region with this number is."""
    return _FACTORS[number % len(_FACTORS)]


def spoil(text: pd.DataFrame, file: File, log: Log, rng: np.random.Generator) -> pd.DataFrame:
    """The order lines of one region as they are delivered.

    Parameters
    ----------
    text : DataFrame
        The file's lines as text under canonical names.
    file : File
    log : Log
    rng : numpy.random.Generator

    Returns
    -------
    DataFrame
        Spoiled text; column ``_key`` holds the key used in the log.
    """
    lines = file.lines
    out = text.copy()
    out["_key"] = pd.Series(list(out.index), index=out.index, dtype=object)
    named = _name(out, file, log, rng)
    sales = lines.index[lines["kind"] == "sale"].difference(pd.Index(list(named)))
    free = rng.permutation(sales.to_numpy())
    chosen: dict[str, np.ndarray] = {}
    for kind, rate in RATES.items():
        count = round(rate * file.factor * len(lines))
        chosen[kind], free = np.sort(free[:count]), free[count:]
    for kind in _ONE_CELL:
        _cells(out, file, kind, chosen[kind], log)
    _units(out, file, chosen["d12_unit_swap"], log)
    _bad_dates(out, file, free, log)
    odd = lines.loc[lines["kind"] != "sale", "kind"]
    for key, kind, boxes in zip(odd.index, odd, out.loc[odd.index, "quantity"], strict=True):
        log.add(_ODD[kind], file.name, key, "quantity", "", str(boxes))
    return _repeat(out, file.name, chosen["d7_duplicate"], log)


def _put(out: pd.DataFrame, column: str, new: Mapping[int, str], kinds: Sequence[str], file: str, log: Log) -> None:
    """Overwrite one column at some keys and write down what stood there."""
    keys = list(new)
    for key, kind, before in zip(keys, kinds, out.loc[keys, column], strict=True):
        log.add(kind, file, key, column, str(before), new[key])
    out.loc[keys, column] = list(new.values())


def _name(out: pd.DataFrame, file: File, log: Log, rng: np.random.Generator) -> dict[int, str]:
    """Names in place of codes (d6)."""
    kind = file.aliases.set_index("alias")["kind"]
    named = dict(sorted(aliases.lines(file.aliases, file.lines, rng).items()))
    kinds = [f"d6_alias_{kind[alias]}" for alias in named.values()]
    _put(out, "customer_id", named, kinds, file.name, log)
    lost = [key for key, alias in named.items() if kind[alias] != "confirmed"]
    log.unmatched += float(file.lines.loc[lost, "amount"].sum())
    return named


def _cells(out: pd.DataFrame, file: File, kind: str, keys: np.ndarray, log: Log) -> None:
    """One cell in each of the lines, written another way."""
    new: dict[str, dict[int, str]] = {}
    lines = file.lines.loc[keys, ["date", "quantity", "amount"]]
    for turn, (key, day, boxes, amount) in enumerate(lines.itertuples(name=None)):
        column, written = _rewrite(kind, day, boxes, amount, turn)
        new.setdefault(column, {})[key] = written
    for column, changes in new.items():
        _put(out, column, changes, [kind] * len(changes), file.name, log)


def _rewrite(kind: str, day: pd.Timestamp, boxes: float, amount: float, turn: int) -> tuple[str, str]:
    """(column, new text) of a readable oddity."""
    if kind == "d2_excel_serial":
        return "date", str((day - pd.Timestamp(1899, 12, 30)).days)
    if kind == "d2_date_format":
        forms = (f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}")
        return "date", forms[turn % len(forms)]
    if kind == "d3_missing_spec":
        return "spec", "-" if turn % 2 else ""
    column, value = ("quantity", boxes) if turn % 2 else ("amount", amount)
    if kind == "d3_full_width":
        return column, f"{value:.2f}".rstrip("0").rstrip(".").translate(_FULL)
    grouped = f"{value:,.2f}".rstrip("0").rstrip(".")
    return column, f"{grouped}盒" if column == "quantity" else f"¥{grouped}"


def _units(out: pd.DataFrame, file: File, keys: np.ndarray, log: Log) -> None:
    """Quantity in tablets or capsules in place of boxes (d12); the amount stays."""
    lines = file.lines.loc[keys]
    units = [_PIECE[product] for product in lines["product_id"]]
    pack = np.array([size for _, size in units])
    pieces = {key: f"{boxes:.0f}" for key, boxes in zip(keys.tolist(), lines["quantity"] * pack, strict=True)}
    _put(out, "quantity", pieces, ["d12_unit_swap"] * len(pieces), file.name, log)
    out.loc[keys, "unit"] = [unit for unit, _ in units]
    out.loc[keys, "unit_price"] = [f"{price:.4f}" for price in lines["unit_price"] / pack]


def _bad_dates(out: pd.DataFrame, file: File, free: np.ndarray, log: Log) -> None:
    """A few dates nobody can read, on small lines: what they are worth is lost."""
    small = file.lines.loc[free, "amount"].sort_values(kind="stable").index[: 2 * _BAD_DATES : 2]
    new = {}
    for turn, (key, day) in enumerate(file.lines.loc[small, "date"].items()):
        forms = (f"{day.year}-02-30", f"{day.month}月{day.day}日", f"{day.year + 8}-{day:%m-%d}", f"{day:%y-%m-%d}")
        new[key] = forms[turn % len(forms)]
    _put(out, "date", new, ["d2_unreadable"] * len(new), file.name, log)
    log.unreadable += float(file.lines.loc[list(new), "amount"].sum())


def _repeat(out: pd.DataFrame, file: str, keys: np.ndarray, log: Log) -> pd.DataFrame:
    """The same lines delivered again at the end of the file (d7)."""
    again = out.loc[keys].copy()
    again["_key"] = [f"again {key}" for key in keys]
    for key, number in zip(again["_key"], again["document_no"], strict=True):
        log.add("d7_duplicate", file, key, "document_no", "", number)
    return pd.concat([out, again], ignore_index=True)
