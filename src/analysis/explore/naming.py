"""Columns and values by the words that pages print for them, in either language."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

import pandas as pd

from ..core import words
from ..core.columns import CUSTOMER_TYPES
from ..core.errors import SettingError
from ..core.result import Note

__all__ = ["column", "heading", "term", "value"]

_TIERS = ("A", "B", "C", "zero", "negative")
#: columns whose values are codes with words of their own
CODES = {
    "tier": _TIERS, "tier_national": _TIERS, "customer_type": CUSTOMER_TYPES,
    "type": ("potential", "new", "active", "dormant", "lapsed", "reactivated", "existing_unknown"),
    "cooperation_level": ("level_1", "level_2", "level_3", "level_0"),
    "potential_class": ("pot_high", "pot_mid", "pot_low", "pot_none", "pot_unknown"),
    "cell": ("high_1", "high_2", "high_3", "mid_1", "mid_2", "mid_3", "low_1", "low_2", "low_3", "grid_unknown",
             "grid_none", "grid_to_assess"),
    "stage": ("stage_potential", "stage_development", "stage_growth", "stage_mature", "stage_loyal", "stage_decline",
              "stage_lapsed", "stage_unknown"),
}  # fmt: skip
#: a column with more values than this is not listed in a message
_MOST = 12


def heading(name: str, language: str) -> str:
    """Heading of a column: under columns, else the word of the data model, else the name itself."""
    known = words.has(f"columns.{name}", language)
    return words.column(name, language) if known else words.term(name, language)


def term(code: object, language: str) -> str:
    """The word for a code, without the invisible joiner that keeps a page from breaking it."""
    return words.term(code, language).replace("\u2060", "")


def column(written: str, columns: Iterable[str], *, at: int | None = None) -> str:
    """The column that a name stands for.

    Raises
    ------
    SettingError
        ``select_column`` with its place in a condition, ``select_name`` without; close names in both.
    """
    known = list(columns)
    if written in known:
        return written
    meant = _aliases(known).get(_normal(written))
    if meant is not None:
        return meant
    pool = [*known, *(heading(name, words.default_language()) for name in known)]
    close = difflib.get_close_matches(written, pool, n=3, cutoff=0.5) or known[:8]
    if at is None:
        raise SettingError("select_name", got=written[:40], close=close)
    raise SettingError("select_column", got=written[:40], at=at, close=close)


def value(written: str, values: pd.Series, name: str) -> tuple[str, Note | None]:
    """The value that a text stands for in a column of texts; a note when no account has it.

    Parameters
    ----------
    written : str
    values : Series of str
    name : str
        Of the column.
    """
    present = values.dropna().unique()
    if written in present:
        return written, None
    for code in (*CODES.get(name, ()), *(present if len(present) <= _MOST else ())):
        if _normal(written) in {_normal(words.term(code, language)) for language in words.LANGUAGES}:
            return str(code), None
    if written in CODES.get(name, ()) or len(present) > _MOST or name == "name":
        return written, None
    found = sorted(term(code, words.default_language()) for code in present)
    return written, Note("select_value", {"column": name, "got": written[:40], "found": found})


def _aliases(known: list[str]) -> dict[str, str]:
    """Word to column; a word that stands for two columns stands for none."""
    found: dict[str, set[str]] = {}
    for name in known:
        for language in words.LANGUAGES:
            found.setdefault(_normal(heading(name, language)), set()).add(name)
            found.setdefault(_normal(words.term(name, language)), set()).add(name)
    return {word: next(iter(names)) for word, names in found.items() if len(names) == 1}


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("\u2060", "").replace(" ", "").casefold()
