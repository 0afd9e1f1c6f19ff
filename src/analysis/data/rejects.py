"""What became of every row: kept, rejected, or left out by a stated rule; and do the totals agree.

A row that leaves a table leaves through `Ledger.remove`, which writes it to the list behind
``rejected.csv`` and books its quantity and amount. `Ledger.close` compares what was read with what was
kept and what left; a difference is a mistake in this package, not in the data.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import masking

__all__ = ["COLUMNS", "DROPPED", "ROW", "SOURCE", "Ledger", "combine"]

#: provenance that typed frames carry until they are written
SOURCE, ROW = "_source", "_row"
COLUMNS = ("source", "row", "table", "column", "rule", "action", "value")
#: rules that say nothing against the row: it is no data, not selected, or outside the period or regions
DROPPED = (
    "title_row", "blank_row", "repeated_header", "subtotal_row", "footnote_row", "not_selected", "after_as_of",
    "unassigned_region", "in_earlier_part",
)  # fmt: skip
#: fixed point of the totals: cents for money, a ten-thousandth for quantities
_SCALE = {"amount": 100, "quantity": 10_000}


class Ledger:
    """Books the rows of one table.

    Parameters
    ----------
    table : str
    """

    def __init__(self, table: str) -> None:
        self.table = table
        self.read = 0
        self.counts: dict[str, dict[str, int]] = {"rejected": {}, "dropped": {}, "cleared": {}}
        self.sums: dict[str, dict[str, int]] = {}
        self.parts: list[pd.DataFrame] = []
        #: whether several lines come from one row of a file and are counted one by one
        self.by_line = False

    def open(self, frame: pd.DataFrame, furniture: pd.DataFrame, source: str) -> None:
        """Book what a source holds: its typed rows, and the rows that were no data."""
        self.read += len(frame) + len(furniture)
        self._book("read", frame)
        if len(furniture):
            part = pd.DataFrame({"source": source, "row": furniture["row"], "column": "", "value": furniture["value"]})
            part["rule"] = furniture["rule"]
            for rule, group in part.groupby("rule", sort=True):
                self._list(group, str(rule), "dropped" if rule in DROPPED else "rejected")

    def remove(
        self, frame: pd.DataFrame, leaving: np.ndarray, *, rule: Any, column: Any = "", value: Any = None
    ) -> pd.DataFrame:
        """Take rows out of a frame.

        Parameters
        ----------
        frame : DataFrame
            With the provenance columns.
        leaving : ndarray of bool
        rule, column, value : str or sequence of the frame's length
            What goes to ``rejected.csv``; ``value`` defaults to the text of ``column`` where there is one.

        Returns
        -------
        DataFrame
            The rows that stay.
        """
        leaving = np.asarray(leaving, dtype=bool)
        if not leaving.any():
            return frame
        gone = frame[leaving]
        if value is None:
            value = frame[column] if isinstance(column, str) and column in frame.columns else ""
        part = self._lines(frame, leaving, rule, column, value)
        for name, rows in part.groupby("rule", sort=True).indices.items():
            action = "dropped" if name in DROPPED else "rejected"
            self._list(part.iloc[rows], str(name), action)
            self._book(action, gone.iloc[rows])
        return frame[~leaving]

    def clear(self, frame: pd.DataFrame, cells: np.ndarray, *, rule: Any, column: str, value: Any) -> None:
        """Write down answers or attributes that could not be read; their rows stay."""
        cells = np.asarray(cells, dtype=bool)
        if cells.any():
            part = self._lines(frame, cells, rule, column, value)
            for name, rows in part.groupby("rule", sort=True).indices.items():
                self._list(part.iloc[rows], str(name), "cleared")

    def adjust(self, before: pd.DataFrame, after: pd.DataFrame) -> None:
        """Book a conversion of units or signs, so that the totals still agree."""
        for name in _SCALE:
            if name in before.columns and name in after.columns:
                change = _total(after[name], name) - _total(before[name], name)
                self.sums.setdefault(name, {}).setdefault("adjusted", 0)
                self.sums[name]["adjusted"] += change

    def close(self, kept: pd.DataFrame) -> dict[str, Any]:
        """Compare rows and totals; gives the table's entry for ``meta.json``.

        A row of a source counts once, however many answers it became; rows that came from no source
        (customers known from orders only) do not count.
        """
        self._book("kept", kept)
        known = kept[kept[SOURCE].notna()]
        rows = len(known if self.by_line else known.drop_duplicates([SOURCE, ROW]))
        gone = {action: sum(self.counts[action].values()) for action in ("rejected", "dropped")}
        if self.read != rows + sum(gone.values()):
            raise AssertionError(f"{self.table}: {self.read} rows read, {rows} kept, {gone} gone")
        totals = {}
        for name, sums in self.sums.items():
            book = {part: sums.get(part, 0) for part in ("read", "adjusted", "kept", "rejected", "dropped")}
            if book["read"] + book["adjusted"] != book["kept"] + book["rejected"] + book["dropped"]:
                raise AssertionError(f"{self.table}.{name}: {book}")
            totals[name] = {part: value / _SCALE[name] for part, value in book.items()}
        return {"read": self.read, "kept": rows, **self.counts, "totals": totals}

    def lines(self) -> pd.DataFrame:
        """Everything that left or was cleared, in the columns of ``rejected.csv``."""
        if not self.parts:
            return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
        frame = pd.concat(self.parts, ignore_index=True)
        frame["table"] = self.table
        return frame[list(COLUMNS)]

    def _lines(self, frame: pd.DataFrame, mask: np.ndarray, rule: Any, column: Any, value: Any) -> pd.DataFrame:
        whole = pd.DataFrame({"source": frame[SOURCE].to_numpy(), "row": frame[ROW].to_numpy()})
        for name, told in (("column", column), ("value", value), ("rule", rule)):
            whole[name] = told if isinstance(told, str) else np.asarray(told, dtype=object)
        return whole[mask]

    def _list(self, lines: pd.DataFrame, rule: str, action: str) -> None:
        book = self.counts[action]
        book[rule] = book.get(rule, 0) + len(lines)
        self.parts.append(lines.assign(action=action))

    def _book(self, part: str, frame: pd.DataFrame) -> None:
        for name in _SCALE:
            if name in frame.columns:
                sums = self.sums.setdefault(name, {})
                sums[part] = sums.get(part, 0) + _total(frame[name], name)


def combine(ledgers: list[Ledger]) -> pd.DataFrame:
    """The whole of ``rejected.csv``, sorted by table, source and row."""
    frame = pd.concat([ledger.lines() for ledger in ledgers], ignore_index=True)
    frame["value"] = masking.mask(frame["value"].astype("str"))[0]
    return frame.sort_values(["table", "source", "row", "column", "rule"], kind="stable", ignore_index=True)


def _total(values: pd.Series, name: str) -> int:
    """Sum in whole cents or ten-thousandths: exact, so that any order of rows gives the same."""
    scaled = np.rint(values.to_numpy(dtype=float, na_value=np.nan) * _SCALE[name])
    scaled = scaled[np.isfinite(scaled)]
    # above 2^62 whole numbers of numpy would wrap round
    return int(scaled.astype(np.int64).sum()) if np.abs(scaled).sum() < 2**62 else sum(map(int, scaled))
