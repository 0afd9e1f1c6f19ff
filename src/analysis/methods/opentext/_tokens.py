"""Texts as terms: words where a tokeniser is at hand, else pairs and triples of characters."""

from __future__ import annotations

import importlib.util
import logging
import re
from collections.abc import Collection
from functools import cache, partial
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from ...core.errors import DataError
from ._codebook import lexicon, normalised

__all__ = ["TOKENISERS", "best_terms", "tokeniser", "vectorised"]

TOKENISERS = ("auto", "characters", "jieba", "words")
_RUN = re.compile(r"[一-鿿]+|[a-z][a-z']+")
_HAN = re.compile("[一-鿿]")
_MOST = 600


def tokeniser(wanted: str, language: str) -> str:
    """Which tokeniser is used: words (en), jieba where it is installed (zh), else characters."""
    if wanted != "auto":
        return wanted
    if language == "en":
        return "words"
    return "jieba" if importlib.util.find_spec("jieba") else "characters"


def vectorised(
    texts: list[str], *, how: str, language: str, keep: Collection[str], min_df: int
) -> tuple[Any, np.ndarray]:
    """Weighted terms (texts, terms) as a sparse matrix, and the terms."""
    cut = partial(_terms, how=how, language=language, cutter=_cutter(keep) if how == "jieba" else None)
    model = TfidfVectorizer(analyzer=cut, min_df=min_df, max_df=0.6, max_features=_MOST, sublinear_tf=True)
    try:
        matrix = model.fit_transform(texts)
    except ValueError as error:
        # no term is left: none is in several texts, or each is in most
        raise DataError("text_no_terms", n=len(texts)) from error
    return matrix, np.asarray(model.get_feature_names_out(), dtype=object)


def best_terms(weights: np.ndarray, terms: np.ndarray, count: int) -> str:
    """The heaviest terms of a theme, without pieces of one another."""
    out: list[str] = []
    for i in np.lexsort((terms.astype(str), -weights)):
        term = str(terms[i])
        if weights[i] <= 0 or len(out) == count:
            break
        if not any(_pieces(term, other) for other in out):
            out.append(term)
    return "、".join(out)


def _pieces(one: str, two: str) -> bool:
    """Whether one Han term is part of another or runs on into it."""
    if not (_HAN.search(one) and _HAN.search(two)):
        return one == two
    if one in two or two in one:
        return True
    return any(one[-k:] == two[:k] or two[-k:] == one[:k] for k in range(1, min(len(one), len(two))))


def _terms(text: str, how: str, language: str, cutter: Any) -> list[str]:
    clean, stop = normalised(text), _stop(language)
    if how == "jieba":
        return [w for w in cutter.lcut(clean) if len(w) > 1 and w not in stop and _RUN.fullmatch(w)]
    out: list[str] = []
    for run in _RUN.findall(clean):
        if not _HAN.match(run):
            if run not in stop and len(run) > 2:
                out.append(run)
        elif how == "characters":
            grams = [run[i : i + size] for size in (2, 3) for i in range(len(run) - size + 1)]
            out += [g for g in grams if not (set(g) & stop)]
    return out


@cache
def _stop(language: str) -> frozenset[str]:
    return frozenset(lexicon("stopwords")[language]["stop"].split())


def _cutter(keep: Collection[str]) -> Any:
    """A jieba of one's own: its global dictionary stays as it is."""
    import jieba  # type: ignore[import-not-found, unused-ignore]

    # it would tell on the error stream that it reads its dictionary
    jieba.setLogLevel(logging.WARNING)
    own = jieba.Tokenizer()
    for word in sorted(keep):
        own.add_word(normalised(word))
    return own
