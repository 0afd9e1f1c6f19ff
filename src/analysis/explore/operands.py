"""The two sides of a comparison: a column or a literal, and what kind of thing it is."""

from __future__ import annotations

import ast
import datetime as dt
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import SettingError
from ..core.result import Note
from . import naming

__all__ = ["Operand", "arithmetic", "compare", "literal", "of_column"]

_ORDER: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_TURNED: dict[type[ast.AST], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_SUMS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Operand:
    """One side of a comparison.

    Attributes
    ----------
    kind : {"text", "number", "date", "flag", "none"}
    value : Series or literal
    column : str or None
        Name of the column; None for a literal.
    written : str
        The name as it was written.
    """

    kind: str
    value: Any
    column: str | None = None
    written: str = ""

    def series(self) -> pd.Series:
        """The values of a column."""
        return self.value


def of_column(values: pd.Series, written: str) -> Operand:
    """A column as one side."""
    if pd.api.types.is_bool_dtype(values.dtype):
        kind = "flag"
    elif pd.api.types.is_numeric_dtype(values.dtype):
        kind = "number"
        # one kind of missing value and no whole-number overflow
        values = values.astype("Float64").astype(float) if values.dtype.name == "Int64" else values.astype(float)
    elif pd.api.types.is_datetime64_any_dtype(values.dtype):
        kind = "date"
    else:
        kind = "text"
    return Operand(kind, values, str(values.name), written)


def literal(value: Any) -> Operand:
    """A number, a text, a yes or no, or nothing."""
    if value is None:
        return Operand("none", None)
    if isinstance(value, bool):
        return Operand("flag", value, written=str(value))
    return Operand("text" if isinstance(value, str) else "number", value, written=str(value)[:40])


def arithmetic(op: ast.operator, left: Operand | None, right: Operand) -> Operand:
    """Plain arithmetic over numbers; without ``left`` the sign of one. Dividing by 0 gives a missing value."""
    first: Any = 0.0 if left is None else left.value
    by: Any = right.value
    if isinstance(op, ast.Div):
        by = by.where(by != 0) if isinstance(by, pd.Series) else by or np.nan
    named = right if left is None or left.column is None else left
    return Operand("number", _SUMS[type(op)](first, by), named.column, named.written)


def compare(op: ast.cmpop, left: Operand, right: Operand, notes: list[Note]) -> np.ndarray:
    """Rows for which a comparison holds; ``notes`` gathers values that no account has.

    Raises
    ------
    SettingError
        Kinds that cannot be compared.
    """
    if left.column is None:
        if right.column is None:
            raise SettingError("select_no_column", got=left.written)
        return compare(_TURNED.get(type(op), type(op))(), right, left, notes)
    negative = isinstance(op, ast.NotEq | ast.IsNot)
    if right.kind == "none" and not isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        missing = left.series().isna().to_numpy(dtype=bool)
        return ~missing if negative else missing
    other = _fitting(left, right, notes)
    apply = _ORDER.get(type(op), operator.eq)
    if apply is not operator.eq and left.kind in ("text", "flag"):
        raise SettingError("select_order", name=left.written)
    same = pd.Series(apply(left.series(), other)).fillna(False).to_numpy(dtype=bool)
    return ~same if negative else same


def _fitting(left: Operand, right: Operand, notes: list[Note]) -> Any:
    """The right side as the kind of the left one."""
    if left.kind == "date" and right.kind == "text" and right.column is None:
        return _day(left, str(right.value))
    if left.kind != right.kind:
        codes = {"number": "select_number", "text": "select_text", "date": "select_date", "flag": "select_flag"}
        raise SettingError(codes[left.kind], name=left.written, got=right.written or "None")
    if left.kind == "text" and right.column is None:
        meant, note = naming.value(str(right.value), left.series(), str(left.column))
        if note is not None and note not in notes:
            notes.append(note)
        return meant
    return right.value


def _day(left: Operand, text: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(dt.date.fromisoformat(text.strip()))
    except ValueError:
        raise SettingError("select_date", name=left.written, got=text[:40]) from None
