"""A condition over accounts in a small safe language, such as ``tier == "A" and days_since_last > 60``.

Names of columns, numbers, texts in quotes, ``== != < <= > >= in not in and or not``, plain arithmetic, nothing
else: the text is parsed, every part of it is looked at, and no part is ever run as code. Columns and values may
be written in Chinese as the pages print them (``客户类型 == "流失客户"``), with full-width marks as well; a
name that is no plain word stands in backticks.

A missing value fits no comparison but ``!=`` and ``not in``; ``== None`` asks for it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import SettingError
from ..core.result import Note
from . import naming, operands
from .operands import Operand

__all__ = ["Condition", "evaluate"]

_LONGEST = 2000
_MARKS = str.maketrans("＝＞＜！（），［］＋－＊／", "=><!(),[]+-*/")
#: a text in straight or curly quotes, or a name in backticks
_PIECES = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(“[^”]*”|‘[^’]*’)|`([^`]+)`""")
#: first letter of the stand-ins for names in backticks; nobody calls a column so
_STAND_IN = "\u0138"


@dataclass(frozen=True, eq=False)
class Condition:
    """What a condition selects.

    Attributes
    ----------
    mask : ndarray of bool
    columns : tuple of str
        Columns it uses, in the order of their first mention.
    notes : tuple of Note
        Values that no account has.
    """

    mask: np.ndarray
    columns: tuple[str, ...]
    notes: tuple[Note, ...]


def evaluate(query: str, frame: pd.DataFrame) -> Condition:
    """Which rows meet a condition.

    Parameters
    ----------
    query : str
    frame : DataFrame
        Unchanged.

    Raises
    ------
    SettingError
        ``select_syntax``, ``select_refused`` (something the language does not have), ``select_column`` with
        close names, ``select_number``, ``select_text``, ``select_date``, ``select_order``; with their place.
    """
    text, quoted = _plain(query)
    if len(text) > _LONGEST:
        raise SettingError("select_long", got=len(text), most=_LONGEST)
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        at = max(error.offset or 1, 1) + len(text) - len(text.lstrip())
        raise SettingError("select_syntax", at=at, got=query[max(at - 11, 0) : at + 10]) from None
    except (ValueError, RecursionError, MemoryError):
        raise SettingError("select_syntax", at=1, got=query[:20]) from None
    reader = _Reader(frame, text.strip(), quoted, len(text) - len(text.lstrip()))
    try:
        mask = reader.mask(tree.body)
    except RecursionError:
        raise SettingError("select_syntax", at=1, got=query[:20]) from None
    return Condition(mask, tuple(dict.fromkeys(reader.used)), tuple(reader.notes))


def _plain(query: str) -> tuple[str, dict[str, str]]:
    """The condition in Python's marks, as long as before; names in backticks become stand-ins."""
    quoted: dict[str, str] = {}
    parts, last = [], 0
    for found in _PIECES.finditer(query):
        parts.append(query[last : found.start()].translate(_MARKS))
        straight, curly, name = found.groups()
        if name is not None:
            stand_in = f"{_STAND_IN}{len(quoted)}".ljust(len(name) + 2, _STAND_IN)
            quoted[stand_in] = name
            parts.append(stand_in)
        else:
            # what stands in curly quotes may hold straight ones
            parts.append(straight or _requoted(curly))
        last = found.end()
    parts.append(query[last:].translate(_MARKS))
    return "".join(parts).replace("\n", " ").replace("\r", " "), quoted


def _requoted(curly: str) -> str:
    inner = curly[1:-1]
    return f'"{inner}"' if '"' not in inner and "\\" not in inner else repr(inner)


@dataclass(eq=False)
class _Reader:
    """Walks the parsed condition; carries what it met on the way."""

    frame: pd.DataFrame
    text: str
    quoted: dict[str, str]
    shift: int
    used: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def mask(self, node: ast.expr) -> np.ndarray:
        """Rows for which a yes-or-no part holds."""
        if isinstance(node, ast.BoolOp):
            parts = [self.mask(part) for part in node.values]
            return np.logical_and.reduce(parts) if isinstance(node.op, ast.And) else np.logical_or.reduce(parts)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
            return self.mask(node.left) & self.mask(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self.mask(node.left) | self.mask(node.right)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
            return ~self.mask(node.operand)
        if isinstance(node, ast.Compare):
            return self._chain(node)
        if isinstance(node, ast.Name):
            column = self._column(node)
            if column.kind == "flag":
                return column.series().fillna(False).to_numpy(dtype=bool)
        raise self._refused(node)

    def _chain(self, node: ast.Compare) -> np.ndarray:
        out = np.ones(len(self.frame), dtype=bool)
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn):
                held = self._within(left, right)
                out &= ~held if isinstance(op, ast.NotIn) else held
            else:
                out &= operands.compare(op, self.operand(left), self.operand(right), self.notes)
            left = right
        return out

    def _within(self, left: ast.expr, right: ast.expr) -> np.ndarray:
        """A column's value in a list, or a piece of text in a column."""
        if isinstance(right, ast.List | ast.Tuple | ast.Set):
            items = [self.operand(item) for item in right.elts]
            column = self.operand(left)
            if column.column is None or any(item.column is not None for item in items):
                raise self._refused(right)
            found = [operands.compare(ast.Eq(), column, item, self.notes) for item in items]
            return np.logical_or.reduce(found) if found else np.zeros(len(self.frame), dtype=bool)
        piece, column = self.operand(left), self.operand(right)
        if piece.column is None and piece.kind == "text" and column.column is not None and column.kind == "text":
            held = column.series().str.contains(str(piece.value), regex=False)
            return held.fillna(False).to_numpy(dtype=bool)
        raise self._refused(right)

    def operand(self, node: ast.expr) -> Operand:
        """A column, a literal, or plain arithmetic over numbers."""
        if isinstance(node, ast.Name):
            return self._column(node)
        if isinstance(node, ast.Constant) and (node.value is None or type(node.value) in (str, int, float, bool)):
            return operands.literal(node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            inner = self.operand(node.operand)
            if inner.kind == "number":
                return operands.arithmetic(ast.Sub() if isinstance(node.op, ast.USub) else ast.Add(), None, inner)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
            left, right = self.operand(node.left), self.operand(node.right)
            if left.kind == right.kind == "number":
                return operands.arithmetic(node.op, left, right)
        raise self._refused(node)

    def _column(self, node: ast.Name) -> Operand:
        written = self.quoted.get(node.id, node.id)
        name = naming.column(written, self.frame.columns, at=self._at(node))
        self.used.append(name)
        return operands.of_column(self.frame[name], written)

    def _refused(self, node: ast.AST) -> SettingError:
        got = ast.get_source_segment(self.text, node) or type(node).__name__
        for stand_in, name in self.quoted.items():
            got = got.replace(stand_in, f"`{name}`")
        return SettingError("select_refused", got=got[:40], at=self._at(node))

    def _at(self, node: Any) -> int:
        """Place in the condition, from 1; Python counts bytes."""
        before = self.text.encode("utf-8")[: node.col_offset]
        return len(before.decode("utf-8", "ignore")) + self.shift + 1
