"""The entries ``potential`` and ``strategic`` of a dataset file: checked, read as numbers, kept for the analyses."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.columns import TABLES
from ..core.errors import DataError, SettingError
from . import parsing
from .rejects import ROW, SOURCE, Ledger
from .spec import Potential, Spec, Strategic
from .yamltree import Tree

if TYPE_CHECKING:
    from .dataset import Dataset

__all__ = ["check", "entry", "to_numbers"]

_NUMBERS = ("number", "count", "money")


def check(name: str, entry: Potential | Strategic, spec: Spec, tree: Tree, file: str) -> None:
    """Refuse what the dataset file alone shows to be wrong.

    Raises
    ------
    SettingError
        ``yaml_declared_table`` (no such table in the file), ``yaml_declared_kind`` (a canonical column
        that holds no numbers), ``yaml_points`` (a word that the column cannot hold).
    """
    if entry.table not in spec.tables:
        key, having = f"{name}.table", list(spec.tables)
        line = tree.line(key)
        raise SettingError("yaml_declared_table", file=file, key=key, line=line, got=entry.table, having=having)
    column = TABLES[entry.table].column(entry.column) if entry.column else None
    points = entry.points if isinstance(entry, Strategic) else None
    if points is None:
        if column is not None and column.kind not in _NUMBERS:
            key = f"{name}.column"
            line = tree.line(key)
            raise SettingError("yaml_declared_kind", file=file, key=key, line=line, column=entry.column)
        return
    for word in points if column is not None and column.allowed else ():
        if column is not None and word not in column.allowed:
            key = f"{name}.points.{word}"
            near = difflib.get_close_matches(word, column.allowed, n=1, cutoff=0.0)[0]
            raise SettingError(
                "yaml_points", file=file, key=key, line=tree.line(key), allowed=list(column.allowed), near=near
            )


def to_numbers(frames: dict[str, pd.DataFrame], ledgers: dict[str, Ledger], dataset: Dataset) -> None:
    """Turn the declared columns into numbers, in place of the text that further columns hold.

    Cells that are no number, or below zero, are cleared and listed.

    Raises
    ------
    DataError
        ``declared_column`` (not in the table), ``declared_numbers`` (not one number in it),
        ``declared_points`` (none of the words with points occurs).
    """
    for name in ("potential", "strategic"):
        stated = getattr(dataset, name)
        if stated is None or stated.column is None:
            continue
        key = f"{name}.column"
        place = {"key": key, "line": dataset.line(key), "table": stated.table, "column": stated.column}
        frame = frames.get(stated.table)
        if frame is None or stated.column not in frame.columns:
            found = [c for c in frame.columns if not c.startswith("_")] if frame is not None else []
            raise DataError("declared_column", **place, found=found[:40])
        points = getattr(stated, "points", None)
        if points is None:
            frames[stated.table] = _numbers(frame, stated.column, ledgers.get(stated.table), place)
        elif not frame[stated.column].isin(list(points)).any():
            found = sorted(map(str, frame[stated.column].dropna().unique()))[:10]
            raise DataError("declared_points", **place, words=list(points), found=found)


def _numbers(frame: pd.DataFrame, column: str, ledger: Ledger | None, place: dict[str, Any]) -> pd.DataFrame:
    said = frame[column].astype("object").where(frame[column].notna(), "").astype(str)
    values = frame[column]
    wrong = np.zeros(len(frame), dtype=bool)
    rule = np.full(len(frame), "not_a_number", dtype=object)
    if not pd.api.types.is_numeric_dtype(values.dtype):
        parsed = parsing.numbers(frame[column])
        values = parsed.values
        told = parsed.rule.to_numpy(dtype=object)
        wrong = np.array([code is not None for code in told], dtype=bool)
        rule = np.where(wrong, told, rule)
    values = values.astype("float64")
    below = (values < 0).to_numpy(dtype=bool)
    if not (values.notna() & ~below).any():
        raise DataError("declared_numbers", **place, example=next((t for t in said if t), "—")[:40])
    rule[below] = "negative"
    if ledger is not None and (wrong | below).any():
        known = frame[[SOURCE, ROW]].copy()
        ledger.clear(known, wrong | below, rule=rule, column=column, value=said.to_numpy(dtype=object))
    return frame.assign(**{column: values.mask(below)})


def entry(stated: Potential | Strategic | None) -> dict[str, Any] | None:
    """What ``meta.json`` keeps of an entry."""
    return None if stated is None else stated.model_dump(exclude_none=True)
