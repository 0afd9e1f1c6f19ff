"""Typical quotes per theme, masked, for eyes inside the house."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.redaction import known, redact
from ...core.result import Disclosure, Note, Result
from ._match import answers
from ._publish import MIN_RESPONDENTS

__all__ = ["Quotes", "quotes", "typical"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Quotes(Result):
    """What respondents wrote, theme by theme.

    Attributes
    ----------
    table : DataFrame
        theme, quote (names, places, numbers, addresses and dates masked), mentions (respondents naming the theme).
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"mentions": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("mentions",), hides=("quote",))
    # a manner of writing gives a person away even without a name
    internal_only: ClassVar[bool] = True


def quotes(
    texts: pd.Series, codes: pd.DataFrame, *, names: Collection[str] = (), per_theme: int = 2,
    min_respondents: int = MIN_RESPONDENTS, longest: int = 80,
) -> Quotes:  # fmt: skip
    """The most typical quotes of each theme that at least three respondents name.

    Typical is the text whose pairs of characters are most frequent among all texts of the theme; of equal texts one
    is shown.

    Parameters
    ----------
    texts : Series
        Open answers, index response_id.
    codes : DataFrame
        ``Coding.coded``, index response_id, one column per theme; 1 counts.
    names : collection of str
        Names of customers (hospitals, departments, persons): masked besides what the general patterns find.
    per_theme : int, default 2
    min_respondents : int, default 3
    longest : int, default 80
        Characters of a quote; longer ones are cut with an ellipsis.

    Returns
    -------
    Quotes

    Raises
    ------
    DataError
        ``empty``, ``text_no_overlap``.
    """
    checks.whole(per_theme, name="per_theme", low=1, high=10)
    checks.whole(min_respondents, name="min_respondents", low=MIN_RESPONDENTS)
    checks.whole(longest, name="longest", low=10, high=1000)
    kept, _, _ = answers(texts)
    own = codes.copy()
    own.index = own.index.astype(str)
    if not len(own.index.intersection(kept.index)):
        raise DataError("text_no_overlap", texts=0, themes=codes.shape[1])
    pattern, rows = known(names), []
    masked = pd.Series([redact(text, pattern) for text in kept], index=kept.index)
    for theme in own.columns:
        who = own.index[own[theme] == 1]
        said = masked[masked.index.isin(who)]
        if len(set(said.index)) < min_respondents:
            continue
        for quote in typical(said.tolist(), per_theme):
            shown = quote if len(quote) <= longest else quote[: longest - 1] + "…"
            rows.append((str(theme), shown, len(set(said.index))))
    table = pd.DataFrame(rows, columns=["theme", "quote", "mentions"])
    table = table.astype({"theme": "str", "quote": "str", "mentions": "int64"})
    table = table.sort_values("mentions", ascending=False, kind="stable", ignore_index=True)
    settings: dict[str, Any] = {
        "per_theme": per_theme, "min_respondents": min_respondents, "longest": longest, "names": pattern is not None,
    }  # fmt: skip
    return Quotes(table=table, settings=settings, notes=(Note("text_quotes_masked"),))


def typical(texts: list[str], count: int) -> list[str]:
    """The texts with the most frequent pairs of characters, the shorter first among equals."""
    distinct = sorted(set(texts))
    pairs = {text: {text[i : i + 2] for i in range(len(text) - 1)} for text in distinct}
    frequency = Counter(pair for text in texts for pair in pairs[text])
    score = {text: float(np.mean([frequency[p] for p in pairs[text]])) if pairs[text] else 0.0 for text in distinct}
    return sorted(distinct, key=lambda text: (-score[text], len(text), text))[:count]
