"""Plain arithmetic over mapped columns: ``quantity * unit_price`` and nothing else.

The expression is read by Python's own grammar and walked node by node; no text
of a dataset file is ever executed.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import DataError, SettingError

__all__ = ["evaluate", "names"]

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_LONGEST = 300
_LARGEST = 1e15


def names(expression: str) -> list[str]:
    """Column names that the expression uses, in the order written.

    Raises
    ------
    SettingError
        For anything but names, numbers, ``+ - * /`` and parentheses.
    """
    found = [node for node in ast.walk(_tree(expression)) if isinstance(node, ast.Name)]
    return list(dict.fromkeys(node.id for node in sorted(found, key=_place)))


def evaluate(expression: str, frame: pd.DataFrame) -> pd.Series:
    """The expression, row by row.

    Parameters
    ----------
    expression : str
        For example ``"quantity * unit_price"``.
    frame : pandas.DataFrame
        Holds the named columns as numbers.

    Returns
    -------
    pandas.Series
        float64; missing where a part is missing or a division by zero was asked for.

    Raises
    ------
    DataError
        When a named column is not in ``frame``.
    SettingError
        When the expression holds anything else than plain arithmetic.
    """
    needed = names(expression)
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise DataError("derive_missing", expression=expression, missing=missing, found=list(frame.columns)[:30])
    columns = {name: frame[name].astype("float64") for name in needed}
    with np.errstate(all="ignore"):
        value = _value(_tree(expression), columns)
    result = value if isinstance(value, pd.Series) else pd.Series(float(value), index=frame.index)
    return result.where(np.isfinite(result))


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _tree(expression: str) -> ast.expr:
    try:
        body = ast.parse(expression.strip(), mode="eval").body if len(expression) <= _LONGEST else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        body = None
    if body is None or not _plain(body):
        raise SettingError("derive_expression", expression=expression[:60])
    return body


def _plain(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return type(node.op) in _OPERATORS and _plain(node.left) and _plain(node.right)
    if isinstance(node, ast.UnaryOp):
        return type(node.op) in _OPERATORS and _plain(node.operand)
    if isinstance(node, ast.Constant):
        value = node.value
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST
    return isinstance(node, ast.Name)


def _value(node: ast.expr, columns: dict[str, pd.Series]) -> Any:
    if isinstance(node, ast.Name):
        return columns[node.id]
    if isinstance(node, ast.Constant):
        return np.float64(str(node.value))  # numpy: 1 / 0 is inf, not an exception
    if isinstance(node, ast.UnaryOp):
        return _OPERATORS[type(node.op)](_value(node.operand, columns))
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, columns), _value(node.right, columns))
    raise AssertionError(node)  # _plain has let nothing else through
