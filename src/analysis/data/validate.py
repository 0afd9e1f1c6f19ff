"""Canonical text into typed values, and which rows cannot be used.

A row is rejected when a column that the table cannot do without, or a number or date of a table of
facts, cannot be read. An attribute that cannot be read (a hospital level nobody knows) is cleared and
written down; its row stays.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import TABLES, Column
from ..core.errors import DataError
from . import derive, masking, parsing
from .rejects import ROW, SOURCE
from .spec import TableSpec

__all__ = ["Typed", "typed"]

#: tables of attributes: one unreadable cell does not cost the row
ATTRIBUTES = ("customers", "products", "hospital_facts", "survey_items", "survey_responses", "interactions", "plans")
_MEASURES = ("number", "count", "money", "date", "month")
#: days that may lie ahead without anything being wrong
_AHEAD = ("end", "due", "valid_to", "delisted_on", "planned_on", "start", "set_on", "launch_date")
#: codes without which a line of goods cannot be read
_NEEDED_CODES = ("doc_type",)
_NOT_NEGATIVE = {
    "beds", "outpatient_visits", "discharges", "physicians", "minutes", "seconds", "weight", "units_per_pack", "ddd",
    "price_before", "price_after",
}  # fmt: skip


@dataclass(eq=False)
class Typed:
    """Typed rows and what is wrong with some of them.

    Attributes
    ----------
    frame : DataFrame
        All rows, provenance included; values that cannot be read are missing.
    rule, column, value : ndarray of object
        For each row None, or the first rule that rejects it, the column and the text found there.
    cleared : list of tuple
        ``(column, mask, rules, texts)`` of cells that were cleared.
    converted : dict
        Column -> what had to be converted -> number of cells.
    masked : int
        Telephone and identity numbers masked in free text.
    """

    frame: pd.DataFrame
    rule: np.ndarray
    column: np.ndarray
    value: np.ndarray
    cleared: list[tuple[str, np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)
    converted: dict[str, dict[str, int]] = field(default_factory=dict)
    masked: int = 0

    def refuse(self, mask: np.ndarray, rule: Any, column: str, texts: Any) -> None:
        """Reject rows that no earlier rule has rejected."""
        free = np.asarray(mask, dtype=bool) & (self.rule == None)  # noqa: E711 - elementwise on objects
        for target, told in ((self.rule, rule), (self.column, column), (self.value, texts)):
            target[free] = told if isinstance(told, str) else np.asarray(told, dtype=object)[free]


def typed(text: pd.DataFrame, table: str, spec: TableSpec, *, as_of: dt.date | None, wide: bool = False) -> Typed:
    """Parse every column of one source.

    Parameters
    ----------
    text : DataFrame
        From `mapping.canonical`.
    table : str
    spec : TableSpec
    as_of : datetime.date or None
        Where it is stated, later days are kept here and left out by the caller; where not, a day
        after today is an error.
    wide : bool, default False
        A survey of one column per question: ``item_id`` follows later.

    Raises
    ------
    DataError
        Ids whose digits a spreadsheet has lost; a required column without source.
    """
    size = len(text)
    rule, found, value = (np.full(size, None, dtype=object) for _ in range(3))
    result = Typed(text[[SOURCE, ROW]].copy(), rule, found, value)
    columns = TABLES[table].columns
    later = [*spec.derive, *(["item_id"] if wide else [])]
    _check_required(table, text, later)
    # what cannot be missing is judged first, so that its rule is the one written down
    for column in sorted(columns, key=lambda c: not c.required):
        if column.name in text.columns:
            _column(result, text[column.name], column, table, spec, as_of)
            if column.required and column.name not in spec.derive:
                _refuse_missing(result, text, column)
    for name in [c for c in text.columns if c.startswith("x_")]:
        result.frame[name], count = masking.mask(parsing.texts(text[name]).values)
        result.masked += count
    if "_factor" in text.columns:
        result.frame["_factor"] = parsing.numbers(text["_factor"]).values
    _derive(result, text, table, spec)
    for column in columns:
        if column.required and column.name in spec.derive:
            _refuse_missing(result, text, column)
    order = [c.name for c in columns if c.name in result.frame.columns]
    rest = [c for c in result.frame.columns if c not in order]
    result.frame = result.frame[order + rest]
    return result


def _check_required(table: str, text: pd.DataFrame, later: list[str]) -> None:
    for column in TABLES[table].columns:
        if column.required and column.name not in text.columns and column.name not in later:
            file = str(text[SOURCE].min()) if len(text) else "—"
            found = [c.removeprefix("x_") for c in text.columns if not c.startswith("_")][:30]
            raise DataError("table_needs_column", table=table, column=column.name, found=found, file=file)


def _column(
    result: Typed, texts: pd.Series, column: Column, table: str, spec: TableSpec, as_of: dt.date | None
) -> None:
    parsed = _parse(texts, column, spec, as_of)
    values, rule = parsed.values, parsed.rule.to_numpy(dtype=object)
    if column.name in _NOT_NEGATIVE:
        below = (values < 0).to_numpy(dtype=bool, na_value=False)
        values, rule = values.mask(below), np.where(below, "negative", rule)
    if column.kind == "text" and column.name != "name":
        values, count = masking.mask(values)
        result.masked += count
    result.frame[column.name] = values
    if parsed.converted:
        result.converted[column.name] = dict(parsed.converted)
    wrong = np.array([code is not None for code in rule], dtype=bool)
    if not wrong.any():
        return
    if column.kind == "id":
        example = str(texts[wrong].sort_values().iloc[0])
        source = sorted(result.frame.loc[wrong, SOURCE].unique())[0]
        raise DataError(
            "id_precision_lost", table=table, column=column.name, count=int(wrong.sum()), example=example, file=source
        )
    fact = column.kind in _MEASURES and table not in ATTRIBUTES
    if column.required or fact or column.name in _NEEDED_CODES:
        result.refuse(wrong, rule, column.name, texts.fillna("").to_numpy(dtype=object))
    else:
        result.cleared.append((column.name, wrong, rule, texts.fillna("").to_numpy(dtype=object)))


def _refuse_missing(result: Typed, text: pd.DataFrame, column: Column) -> None:
    missing = result.frame[column.name].isna().to_numpy(dtype=bool)
    said = text[column.name].fillna("").to_numpy(dtype=object) if column.name in text.columns else ""
    result.refuse(missing, "missing_id" if column.kind == "id" else "missing_value", column.name, said)


def _parse(texts: pd.Series, column: Column, spec: TableSpec, as_of: dt.date | None) -> parsing.Parsed:
    if column.kind == "id":
        return parsing.ids(texts)
    if column.kind in ("date", "month"):
        return parsing.dates(
            texts,
            format=spec.dates,
            as_month=column.kind == "month",
            future_ok=as_of is not None or column.name in _AHEAD,
        )
    if column.kind in ("number", "count", "money"):
        return parsing.numbers(texts, kind=column.kind)
    if column.kind == "flag":
        return parsing.flags(texts)
    if column.kind == "code":
        return parsing.codes(texts, column.allowed, column=column.name)
    return parsing.texts(texts)


def _derive(result: Typed, text: pd.DataFrame, table: str, spec: TableSpec) -> None:
    """Arithmetic over mapped columns; ``x_`` columns in it are read as numbers."""
    for name, expression in spec.derive.items():
        needed = derive.names(expression)
        frame = result.frame[[c for c in needed if c in result.frame.columns]].copy()
        for column in [c for c in needed if c.startswith("x_") and c in text.columns]:
            frame[column] = parsing.numbers(text[column]).values
        values = derive.evaluate(expression, frame)
        canonical = TABLES[table].column(name)
        if canonical is not None and canonical.kind == "money":
            values = cents(values)
        result.frame[name] = values


def cents(values: pd.Series) -> pd.Series:
    """Rounded to the cent, half away from zero, as money is kept at rest."""
    # the nudge undoes products such as 1.15 * 3 = 3.4499999999999997
    size = np.floor(values.abs() * 100 * (1 + 4 * np.finfo(float).eps) + 0.5) / 100
    return size * np.sign(values)
