"""Texts as terms: words where a tokeniser is at hand, else pairs and triples of characters."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Collection
from functools import partial
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from ._codebook import normalised

__all__ = ["TOKENISERS", "best_terms", "tokeniser", "vectorised"]

TOKENISERS = ("auto", "characters", "jieba", "words")
_RUN = re.compile(r"[一-鿿]+|[a-z][a-z']+")
_HAN = re.compile("[一-鿿]")
_STOP = {
    "zh": frozenset(
        "的 了 是 在 和 与 也 都 就 还 很 我 我们 你 他 她 它 这 那 个 有 及 或 但 而 吧 呢 吗 啊 被 把 让 给 对 于 从 到 上 下".split()
    ),
    "en": frozenset(
        "the a an and or of to in on at for with from by is are was were be been being am i me my we our you your he she "
        "it its they them their this that these those as so if but not no do does did have has had will would can could "
        "should very really just also all any some there here when what which who how than then too more most up out "
        "about into after before because while only own same such am pm person place".split()
    ),
}
_MOST = 600


def tokeniser(wanted: str, language: str) -> str:
    """Which tokeniser is used: words (en), jieba where it is installed (zh), else characters."""
    if wanted != "auto":
        return wanted
    if language == "en":
        return "words"
    return "jieba" if importlib.util.find_spec("jieba") else "characters"


def vectorised(
    texts: list[str], *, how: str, language: str, names: Collection[str], min_df: int
) -> tuple[Any, np.ndarray]:
    """Weighted terms (texts, terms) as a sparse matrix, and the terms."""
    cut = partial(_terms, how=how, language=language, cutter=_cutter(names) if how == "jieba" else None)
    model = TfidfVectorizer(analyzer=cut, min_df=min_df, max_df=0.6, max_features=_MOST, sublinear_tf=True)
    matrix = model.fit_transform(texts)
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
    clean, stop = normalised(text), _STOP[language]
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


def _cutter(names: Collection[str]) -> Any:
    """A jieba of one's own: its global dictionary stays as it is."""
    import jieba  # type: ignore[import-not-found, unused-ignore]

    own = jieba.Tokenizer()
    for name in sorted(names):
        own.add_word(normalised(name))
    return own
