"""Who is named on a page: organisation names (internal), pseudonyms (shared), never persons."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core.result import Note, Result
from . import pseudonyms
from .page import Page

__all__ = ["Named", "replace_ids", "sentences_of"]

#: columns that would identify a pseudonymised customer; they stay out of shared tables
_IDENTIFYING = ("name", "parent_id", "province", "city", "district", "department", "specialty", "title", "admin_role")


@dataclass(frozen=True, eq=False)
class Named:
    """A result fit to be read by the page's audience.

    Attributes
    ----------
    result : Result
    refused : int
        Rows that may not be listed at all.
    kept : Series of bool
        Which rows of the table stayed, on its original index positions.
    """

    result: Result
    refused: int
    kept: pd.Series


def replace_ids(result: Result, page: Page) -> Named:
    """Put names or pseudonyms in place of customer ids, and leave persons out.

    Rows of persons are refused for every audience. For ``shared``, organisation
    names are also replaced wherever they occur, and rows of persons among
    customers are left out; ``internal`` shows their role instead of a name.
    """
    rule, table = result.disclosure, result.table
    everyone = pd.Series(True, index=range(len(table)))
    columns = [c for c in rule.customers if c in table.columns or c == table.index.name]
    blind = rule.row_level == "customer" and page.audience == "shared" and not columns
    if rule.row_level == "person" or blind:
        return Named(dataclasses.replace(result, table=table.iloc[:0]), len(table), ~everyone)
    kept = everyone if page.audience == "internal" else _organisations(table, columns, page)
    table = table[kept.to_numpy()]
    known = {} if page.names is None else {str(k): str(v) for k, v in page.names.items()}
    found = {str(v) for name in columns for v in _values(table, name).dropna()}
    secret = pseudonyms.key() if page.audience == "shared" else b""
    ids = {value: _called(value, page, known, secret) for value in sorted(found)}
    for name in columns:
        table = _renamed(table, name, ids)
    if page.audience == "shared":
        if rule.row_level == "customer":
            table = table.drop(columns=[c for c in _IDENTIFYING if c in table.columns and c not in columns])
        table = _without_names(table, page)
        ids = _names(page) | ids
    result = dataclasses.replace(result, table=table, **_sentences(result, ids))
    return Named(result, int((~kept).sum()), kept)


def _values(table: pd.DataFrame, name: str) -> pd.Series:
    return table[name] if name in table.columns else pd.Series(table.index)


def _called(value: str, page: Page, known: Mapping[str, str], secret: bytes) -> str:
    """What stands in place of an id."""
    if page.audience == "shared":
        return pseudonyms.pseudonym(value, secret)
    return value if page.names is None else known.get(value, page.words("person"))


def _organisations(table: pd.DataFrame, columns: list[str], page: Page) -> pd.Series:
    """Rows whose every id is an organisation's; without a list of names, rows not typed as physicians."""
    kept = pd.Series(True, index=range(len(table)))
    if "customer_type" in table.columns:
        kept &= (table["customer_type"] != "physician").to_numpy()
    if page.names is not None:
        known = {str(k) for k in page.names.index}
        for name in columns:
            kept &= np.array([pd.isna(v) or str(v) in known for v in _values(table, name)], dtype=bool)
    return kept


def _renamed(table: pd.DataFrame, name: str, ids: Mapping[str, str]) -> pd.DataFrame:
    if name in table.columns:
        return table.assign(**{name: table[name].astype("str").map(ids)})
    return table.set_axis(pd.Index([ids.get(str(v), "") for v in table.index], name=name), axis=0)


def _names(page: Page) -> dict[str, str]:
    """Organisation name to pseudonym: the safety net under the declared columns.

    A name that as many bear as the smallest count shown (the departments called 感染科) tells nobody apart: it stays.
    """
    if page.names is None:
        return {}
    secret, known = pseudonyms.key(), page.names.astype("str")
    known = known[known.str.strip().ne("") & (known.map(known.value_counts()) < page.cell)]
    return {name: pseudonyms.pseudonym(str(key), secret) for key, name in known.items()}


def _without_names(table: pd.DataFrame, page: Page) -> pd.DataFrame:
    names = _names(page)
    texts = [c for c in table.columns if pd.api.types.is_string_dtype(table[c]) or table[c].dtype == object]
    return table.replace(dict.fromkeys(texts, names)) if names and texts else table


def _sentences(result: Result, ids: Mapping[str, str]) -> dict[str, Any]:
    """Finding, notes and items with names in place of the ids they mention."""
    if not ids:
        return {}
    changed: dict[str, Any] = {"notes": tuple(_note(n, ids) for n in result.notes)}
    if result.finding is not None:
        changed["finding"] = _note(result.finding, ids)
    if sentences_of(result):
        changed["items"] = tuple(_note(n, ids) for n in sentences_of(result))
    return changed


def sentences_of(result: Result) -> tuple[Note, ...]:
    """The notes in ``result.items``; other results may keep something else under that name."""
    items = getattr(result, "items", ())
    return items if isinstance(items, tuple) and all(isinstance(n, Note) for n in items) else ()


def _note(note: Note, ids: Mapping[str, str]) -> Note:
    return Note(note.code, {name: _replaced(value, ids) for name, value in note.values.items()})


def _replaced(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_replaced(v, ids) for v in value)
    return ids.get(value, value) if isinstance(value, str) else value
