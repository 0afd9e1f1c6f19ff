"""Texts of one column turned into values, each with its value or the rule that rejects it.

The same text occurs often in a column, so each distinct text is parsed once
(`distinct`) and the outcome is laid out over the rows again (`Distinct.spread`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Distinct", "Parsed", "distinct", "null_marks"]

#: texts that say "nothing here", after NFKC, trimming and lower case
NULLS = (
    "", "-", "--", "---", "/", "//", "\\", ".", "无", "空", "缺失", "不详", "无数据", "(空)", "(跳过)", "null", "nan",
    "none", "n/a", "na", "#n/a", "nil", "<na>", "nat",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Parsed:
    """One column after parsing, on the index of the texts.

    Attributes
    ----------
    values : pandas.Series
        Missing where the text says nothing and where a rule rejects it.
    rule : pandas.Series
        dtype object: None, or the code of the rule that rejects the text (words under
        ``terms.rule_<code>``).
    converted : dict
        Code of what had to be converted -> number of rows (words under ``terms.converted_<code>``).
    """

    values: pd.Series
    rule: pd.Series
    converted: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Distinct:
    """The distinct texts of a column, cleaned, and where each stands.

    Attributes
    ----------
    index : pandas.Index
    codes : numpy.ndarray
        Position in ``words`` for each row, −1 where the text is missing.
    words : pyarrow.Array
        NFKC, trimmed.
    changed : numpy.ndarray
        Whether NFKC changed the text (full-width digits and marks).
    """

    index: pd.Index
    codes: np.ndarray
    words: pa.Array
    changed: np.ndarray

    def __len__(self) -> int:
        return len(self.words)

    def spread(self, values: Any, rules: np.ndarray, marks: Mapping[str, np.ndarray], missing: Any) -> Parsed:
        """Lay values (array-like per word), rules and marks of the words out over the rows."""
        here = self.codes >= 0
        rule = np.full(len(self.codes), None, dtype=object)
        rule[here] = rules[self.codes[here]]
        by_word = pd.Series(values)
        if not here.any():
            nothing = pd.Series([missing] * len(self.codes), index=self.index, dtype=by_word.dtype)
            return Parsed(nothing, pd.Series(rule, index=self.index, dtype=object))
        laid = by_word.take(np.where(here, self.codes, 0)).set_axis(self.index)
        good = here & np.array([code is None for code in rule], dtype=bool)
        counts = np.bincount(self.codes[good], minlength=len(self.words))
        converted = {code: int(counts[mark].sum()) for code, mark in marks.items()}
        return Parsed(
            laid.where(pd.Series(good, index=self.index), missing),
            pd.Series(rule, index=self.index, dtype=object),
            {code: count for code, count in converted.items() if count},
        )


def distinct(texts: pd.Series) -> Distinct:
    """Each text of the column once, in NFKC and trimmed."""
    codes, words = pd.factorize(texts.astype("str"), use_na_sentinel=True)
    raw = pa.array(words, pa.large_string())
    wide = pc.utf8_normalize(raw, form="NFKC")
    clean = pc.utf8_trim(wide, characters=" \t\r\n\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff")
    return Distinct(texts.index, codes, clean, ~booleans(pc.equal(raw, wide)))


def null_marks(words: pa.Array) -> np.ndarray:
    """Which words say that there is nothing."""
    return booleans(pc.is_in(pc.utf8_lower(words), pa.array(NULLS, words.type)))


def booleans(array: Any) -> np.ndarray:
    """An Arrow boolean array as numpy, null as False."""
    return pc.fill_null(array, False).to_numpy(zero_copy_only=False).astype(bool)
