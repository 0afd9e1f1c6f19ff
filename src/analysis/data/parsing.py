"""Text columns into values: numbers, dates, ids, flags, codes and plain text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from . import codewords
from .datetext import dates
from .derive import evaluate
from .numbertext import numbers
from .parsed import Distinct, Parsed, booleans, distinct, null_marks

__all__ = ["Parsed", "codes", "dates", "evaluate", "flags", "ids", "numbers", "texts"]

_YES = ("是", "有", "对", "真", "y", "yes", "true", "t", "1", "1.0", "√", "✓", "✔")
_NO = ("否", "无", "没有", "错", "假", "n", "no", "false", "f", "0", "0.0", "×", "✗", "✘", "x")
_WRAPPED = r'^(?:="(.*)"|\'(.*))$'
_FLOAT_ID = r"^(-?\d+)\.0+$"
# a code such as 5E12 is one as long as it has neither point nor plus
_SHORTENED_ID = r"^-?\d(?:\.\d+)?[eE]\+\d{1,3}$|^-?\d\.\d+[eE]\d{1,3}$"


def ids(texts: pd.Series) -> Parsed:
    """Identifiers, as text.

    Full-width letters and digits become plain ones, leading zeros stay, ``="00123"`` and ``'00123``
    lose their spreadsheet wrapping and ``17850.0`` its decimal. Rule ``id_precision_lost``: the
    spreadsheet kept only the first digits (``1.23E+11``).
    """
    column = distinct(texts)
    words = pc.replace_substring_regex(column.words, _WRAPPED, r"\1\2")
    unwrapped = ~booleans(pc.equal(words, column.words))
    floats = booleans(pc.match_substring_regex(words, _FLOAT_ID))
    words = pc.replace_substring_regex(words, _FLOAT_ID, r"\1")
    rule = _nothing(column)
    rule[booleans(pc.match_substring_regex(words, _SHORTENED_ID))] = "id_precision_lost"
    marks = {"float_id": floats, "id_wrapping": unwrapped, "full_width": column.changed}
    return _spread_words(column, words, null_marks(words), rule, marks)


def texts(texts: pd.Series) -> Parsed:
    """Plain text: trimmed, full-width letters and digits made plain, empty is missing."""
    column = distinct(texts)
    return _spread_words(column, column.words, booleans(pc.equal(column.words, "")), _nothing(column), {})


def flags(texts: pd.Series) -> Parsed:
    """Yes and no (是/否, Y/N, true/false, 1/0) as nullable booleans; rule ``not_a_flag``."""
    column = distinct(texts)
    lower = pc.utf8_lower(column.words)
    yes, no = (booleans(pc.is_in(lower, pa.array(words, lower.type))) for words in (_YES, _NO))
    rule = _nothing(column)
    rule[~yes & ~no & ~null_marks(lower)] = "not_a_flag"
    values = pd.arrays.BooleanArray(yes, ~yes & ~no)
    return column.spread(values, rule, {}, pd.NA)


def codes(texts: pd.Series, allowed: tuple[str, ...] = (), *, column: str) -> Parsed:
    """Words of a closed list.

    Parameters
    ----------
    texts : pandas.Series
    allowed : tuple of str
        The words of the list; empty: any word.
    column : str
        Canonical column, which has its own Chinese words (``医院`` is ``hospital`` as customer_type).

    Returns
    -------
    Parsed
        Rule ``unknown_code`` for a word that is neither allowed nor a known name of an allowed one.
    """
    found = distinct(texts)
    known = codewords.lookup(column, allowed)
    words = found.words.to_pylist()
    values = [known.get(codewords.plain(word)) for word in words]
    null = null_marks(found.words)
    rule, renamed = _nothing(found), np.zeros(len(found), dtype=bool)
    for at, (word, value) in enumerate(zip(words, values, strict=True)):
        if value is None and not allowed:
            values[at] = word
        elif value is None and not null[at]:
            rule[at] = "unknown_code"
        renamed[at] = value not in (None, word)
    null &= np.array([value is None or not allowed for value in values], dtype=bool)
    return _spread_words(found, pa.array(values, pa.large_string()), null, rule, {"code_word": renamed})


def _nothing(column: Distinct) -> np.ndarray:
    return np.full(len(column), None, dtype=object)


def _spread_words(
    column: Distinct, words: pa.Array, null: np.ndarray, rule: np.ndarray, marks: dict[str, np.ndarray]
) -> Parsed:
    rule[null] = None
    values = pd.Series(pc.if_else(pa.array(~null, pa.bool_()), words, None).to_pandas(), dtype="str")
    return column.spread(values, rule, marks, None)
