"""The dirty-data injector: spoils true order lines at stated rates and writes down every single change.

Each defect is one entry ``(type, file, key, column, original, written)``; ``key`` is the line's position in
the clean table until the writer knows the row of the file. Kinds of lines that are odd but true (returns,
free goods, honest repeats) are listed as well, so that a detector can be judged on them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from . import aliases
from .setting import Setting

__all__ = ["RATES", "Defect", "Log", "spoil"]

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
_BAD_DATES = 2
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

    def add(self, kind: str, file: str, key: int | str | None, column: str, original: str, written: str) -> None:
        """Write down one change."""
        self.defects.append(Defect(kind, file, key, column, original, written))

    def frame(self) -> pd.DataFrame:
        """All changes as text: type, file, row, column, original, written; sorted."""
        rows = [
            (d.type, d.file, "" if d.key is None else str(d.key), d.column, str(d.original), str(d.written))
            for d in self.defects
        ]
        table = pd.DataFrame(rows, columns=["type", "file", "row", "column", "original", "written"])
        number = pd.to_numeric(table["row"]).fillna(0)
        return table.assign(at=number).sort_values(["type", "file", "at", "column"], kind="stable").drop(columns="at")


def spoil(
    text: pd.DataFrame, lines: pd.DataFrame, file: str, number: int, names: pd.DataFrame, log: Log, setting: Setting
) -> pd.DataFrame:
    """The order lines of one region as they are delivered.

    Seven parameters: the text and the values it came from, the file, its region's number, and three that
    all steps share.

    Parameters
    ----------
    text : DataFrame
        Text under canonical names.
    lines : DataFrame
        The same rows as values, with ``kind``.
    file : str
    number : int
        Position of the region.
    names : DataFrame
        From `aliases.choose`, those of this region.
    log : Log
    setting : Setting

    Returns
    -------
    DataFrame
        Spoiled text; column ``_key`` holds the key used in the log.
    """
    rng = setting.rng(f"dirt{number}")
    out = text.copy()
    out["_key"] = out.index
    _name(out, lines, file, names, log, rng)
    taken = set(log_keys(log, file)) | set(lines.index[lines["kind"] != "sale"])
    free = rng.permutation(np.array([key for key in lines.index if key not in taken]))
    factor = _FACTORS[number % len(_FACTORS)]
    chosen: dict[str, np.ndarray] = {}
    for kind, rate in RATES.items():
        count = round(rate * factor * len(lines))
        chosen[kind], free = np.sort(free[:count]), free[count:]
    for kind in ("d2_excel_serial", "d2_date_format", "d3_full_width", "d3_number_text", "d3_missing_spec"):
        _cells(out, lines, file, kind, chosen[kind], log)
    _units(out, lines, file, chosen["d12_unit_swap"], log)
    _bad_dates(out, lines, file, free, log)
    for key, kind in lines.loc[lines["kind"] != "sale", "kind"].items():
        log.add(_ODD[kind], file, key, "quantity", "", str(out.at[key, "quantity"]))
    return _repeat(out, file, chosen["d7_duplicate"], log)


def log_keys(log: Log, file: str) -> list[int]:
    """Keys of the file's lines that have been changed already."""
    return [int(d.key) for d in log.defects if d.file == file and isinstance(d.key, int | np.integer)]


def _name(
    out: pd.DataFrame, lines: pd.DataFrame, file: str, names: pd.DataFrame, log: Log, rng: np.random.Generator
) -> None:
    """Names in place of codes (d6)."""
    kind = names.set_index("alias")["kind"]
    for key, alias in sorted(aliases.lines(names, lines, rng).items()):
        log.add(f"d6_alias_{kind[alias]}", file, key, "customer_id", out.at[key, "customer_id"], alias)
        out.at[key, "customer_id"] = alias
        log.unmatched += 0.0 if kind[alias] == "confirmed" else float(lines.at[key, "amount"])


def _cells(out: pd.DataFrame, lines: pd.DataFrame, file: str, kind: str, keys: np.ndarray, log: Log) -> None:
    """One cell in each of the lines, written another way."""
    for turn, key in enumerate(keys.tolist()):
        column, written = _rewrite(kind, lines.loc[key], turn)
        log.add(kind, file, key, column, out.at[key, column], written)
        out.at[key, column] = written


def _rewrite(kind: str, line: pd.Series, turn: int) -> tuple[str, str]:
    """(column, new text) of a readable oddity."""
    day = line["date"]
    if kind == "d2_excel_serial":
        return "date", str((day - pd.Timestamp(1899, 12, 30)).days)
    if kind == "d2_date_format":
        forms = (f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}")
        return "date", forms[turn % len(forms)]
    if kind == "d3_missing_spec":
        return "spec", "-" if turn % 2 else ""
    column = "quantity" if turn % 2 else "amount"
    number = f"{line[column]:.2f}".rstrip("0").rstrip(".")
    if kind == "d3_full_width":
        return column, number.translate(_FULL)
    grouped = f"{line[column]:,.2f}".rstrip("0").rstrip(".")
    return column, f"{grouped}盒" if column == "quantity" else f"¥{grouped}"


def _units(out: pd.DataFrame, lines: pd.DataFrame, file: str, keys: np.ndarray, log: Log) -> None:
    """Quantity in tablets or capsules in place of boxes (d12); the amount stays."""
    for key in keys.tolist():
        unit, pack = _PIECE[lines.at[key, "product_id"]]
        pieces = f"{lines.at[key, 'quantity'] * pack:.0f}"
        log.add("d12_unit_swap", file, key, "quantity", out.at[key, "quantity"], pieces)
        out.loc[key, ["unit", "quantity", "unit_price"]] = [unit, pieces, f"{lines.at[key, 'unit_price'] / pack:.4f}"]


def _bad_dates(out: pd.DataFrame, lines: pd.DataFrame, file: str, free: np.ndarray, log: Log) -> None:
    """A few dates nobody can read, on small lines: what they are worth is lost."""
    small = lines.loc[free, "amount"].sort_values(kind="stable").index[: 4 * _BAD_DATES : 2]
    for turn, key in enumerate(small[: 2 * _BAD_DATES].tolist()):
        day = lines.at[key, "date"]
        forms = (f"{day.year}-02-30", f"{day.month}月{day.day}日", f"{day.year + 8}-{day:%m-%d}", f"{day:%y-%m-%d}")
        written = forms[turn % len(forms)]
        log.add("d2_unreadable", file, key, "date", out.at[key, "date"], written)
        out.at[key, "date"] = written
        log.unreadable += float(lines.at[key, "amount"])


def _repeat(out: pd.DataFrame, file: str, keys: np.ndarray, log: Log) -> pd.DataFrame:
    """The same lines delivered again at the end of the file (d7)."""
    again = out.loc[keys].copy()
    again["_key"] = [f"again {key}" for key in keys]
    for key, number in zip(again["_key"], again["document_no"], strict=True):
        log.add("d7_duplicate", file, key, "document_no", "", number)
    return pd.concat([out, again], ignore_index=True)
