"""Themes that nobody named beforehand: terms weighted, factored, and kept only where they come out again."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning

from ...core import checks
from ...core.errors import DataError
from ...core.redaction import known, redact
from ...core.result import Disclosure, Note, Result
from ._codebook import LANGUAGES
from ._match import answers
from ._publish import LOW_N, MIN_RESPONDENTS, nothing, share_row
from ._quotes import typical
from ._tokens import TOKENISERS, best_terms, tokeniser, vectorised

__all__ = ["Themes", "themes"]

#: themes count as stable when halves of the texts agree this well, and this much better than shuffled texts do
STABLE, ABOVE_CHANCE = 0.6, 0.15
_TERMS, _LEAST_TEXTS = 6, 40
_COLUMNS = ["theme", "terms", "mentions", "stability", "value", "lo", "hi", "n", "method", "flag"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Themes(Result):
    """Themes found in the texts themselves.

    Attributes
    ----------
    table : DataFrame
        theme (T1 …, most mentions first), terms (heaviest first), mentions (respondents), stability (mean cosine with
        the best match in the other half), value (share of respondents), lo, hi (Wilson), n, method, flag. Empty where
        no number of themes is stable.
    candidates : DataFrame
        k, stability, chance (the same with terms shuffled between texts), stable.
    examples : DataFrame
        theme, quote: typical texts, masked. Not for a report that leaves the house.
    """

    candidates: pd.DataFrame
    examples: pd.DataFrame

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "mentions": "count", "stability": "number2", "value": "percent", "lo": "percent", "hi": "percent", "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n", "mentions"), within=())


def themes(
    texts: pd.Series, *, k: int | Iterable[int] | None = None, language: str = "zh", tokens: str = "auto",
    names: Collection[str] = (), keep: Collection[str] = (), resamples: int = 10, seed: int = 0,
) -> Themes:  # fmt: skip
    """Themes by TF-IDF and non-negative matrix factorisation, with a test of their stability.

    Every number of themes is tried on random halves of the texts: both halves are factored and their themes matched
    one to one. The number kept is the one that halves agree on best, seen against shuffled texts; if none is stable,
    no theme is told.

    Parameters
    ----------
    texts : Series
        Open answers, index response_id.
    k : int or iterable of int, optional
        Numbers of themes to try; default 2 to 8. A single one is still tested.
    language : {"zh", "en"}, default "zh"
    tokens : {"auto", "words", "characters", "jieba"}, default "auto"
        zh: jieba where it is installed, else pairs and triples of characters; en: words.
    names : collection of str
        Names of customers: masked, besides what the general patterns find, before anything is counted.
    keep : collection of str
        Words that jieba is to keep whole, such as names of drugs and departments.
    resamples : int, default 10
    seed : int, default 0

    Returns
    -------
    Themes

    Raises
    ------
    DataError
        ``empty``, ``text_too_few`` under 40 texts, ``text_no_terms``.
    SettingError
        ``not_a_choice``, ``not_whole``, ``out_of_range``.

    References
    ----------
    Lee, D. D. and Seung, H. S. (1999), Nature 401, 788–791 (factorisation). Greene, D., O'Callaghan, D. and
    Cunningham, P. (2014), ECML PKDD, LNCS 8724, 498–513 (number of themes by stability; here cosines between halves).
    """
    checks.choice(language, LANGUAGES, name="language")
    checks.choice(tokens, TOKENISERS, name="tokens")
    checks.whole(resamples, name="resamples", low=2, high=200)
    tried = [k] if isinstance(k, int) else sorted(set(range(2, 9) if k is None else k))
    for number in tried:
        checks.whole(number, name="k", low=2, high=30)
    kept, _, _ = answers(texts)
    if len(kept) < _LEAST_TEXTS:
        raise DataError("text_too_few", n=len(kept), least=_LEAST_TEXTS)
    how, pattern = tokeniser(tokens, language), known(names)
    # masked before anything is counted: a name that three people mention must not come out as a term
    kept = kept.map({text: redact(text, pattern) for text in kept.unique()})
    matrix, terms = vectorised(kept.tolist(), how=how, language=language, keep=keep, min_df=max(3, len(kept) // 200))
    candidates = _candidates(matrix, tried, resamples, np.random.default_rng(seed))
    settings = {
        "tried": tried, "language": language, "tokens": how, "terms": len(terms), "resamples": resamples, "seed": seed,
        "stable": STABLE, "above_chance": ABOVE_CHANCE,
    }  # fmt: skip
    notes = [Note("text_characters")] if how == "characters" else []
    good = candidates[candidates["stable"]]
    if good.empty:
        best = float(candidates["stability"].max())
        return Themes(
            table=nothing(_COLUMNS), candidates=candidates,
            examples=nothing(["theme", "quote"]),
            settings=settings, notes=(*notes, Note("text_unstable", {"best": best, "least": STABLE})),
            finding=Note("text_no_stable", {"n": kept.index.nunique()}),
        )  # fmt: skip
    best_gap = int((good["stability"] - good["chance"]).to_numpy().argmax())
    chosen = int(good["k"].to_numpy()[best_gap])
    table, examples = _table(matrix, terms, kept, chosen, np.random.default_rng([seed, chosen, resamples]))
    top = table.iloc[0]
    told = {"k": len(table), "n": int(top["n"]), "value": float(top["value"]), "terms": top["terms"]}
    finding = Note("text_stable", told)
    return Themes(
        table=table, candidates=candidates, examples=examples, settings=settings | {"k": chosen},
        notes=(*notes, Note("text_themes_named")), finding=finding,
    )  # fmt: skip


def _factored(matrix: Any, k: int) -> tuple[np.ndarray, np.ndarray]:
    # texts that are all combinations of the themes leave an error of a rounding below zero, of which a root is taken
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = NMF(n_components=k, init="nndsvda", random_state=0, max_iter=200, tol=1e-3)
        share = model.fit_transform(matrix)
    return share, model.components_


def _candidates(matrix: Any, tried: list[int], resamples: int, rng: np.random.Generator) -> pd.DataFrame:
    """Stability by number of themes, beside that of shuffled texts."""
    halves = [rng.permutation(matrix.shape[0]) for _ in range(resamples)]
    shuffled = [_shuffled(matrix, rng) for _ in range(max(2, resamples // 3))]
    rows = []
    for k in tried:
        if 2 * k > min(matrix.shape[0] // 2, matrix.shape[1]):
            continue
        own = float(np.mean([_agreed(matrix, order, k).mean() for order in halves]))
        chance = float(np.mean([_agreed(one, halves[i], k).mean() for i, one in enumerate(shuffled)]))
        rows.append((k, own, chance, own >= STABLE and own - chance >= ABOVE_CHANCE))
    frame = pd.DataFrame(rows, columns=["k", "stability", "chance", "stable"])
    return frame.astype({"k": "int64", "stability": "float64", "chance": "float64", "stable": "bool"})


def _agreed(matrix: Any, order: np.ndarray, k: int) -> np.ndarray:
    """Cosine of each theme of one half with its match in the other."""
    half = len(order) // 2
    # a sorted half: order inside it must not matter
    first, second = (_factored(matrix[np.sort(part)], k)[1] for part in (order[:half], order[half:]))
    return _matched(first, second)


def _matched(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    cosine = _unit(first) @ _unit(second).T
    rows, columns = linear_sum_assignment(-cosine)
    out: np.ndarray = cosine[rows, columns]
    return out


def _unit(rows: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)


def _shuffled(matrix: Any, rng: np.random.Generator) -> Any:
    """Terms as frequent as before, but in any text: no two of them belong together."""
    out = matrix.tocsc(copy=True)
    for j in range(out.shape[1]):
        a, b = out.indptr[j], out.indptr[j + 1]
        out.indices[a:b] = np.sort(rng.choice(out.shape[0], b - a, replace=False))
    return out.tocsr()


def _table(
    matrix: Any, terms: np.ndarray, texts: pd.Series, k: int, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    share, parts = _factored(matrix, k)
    # each text belongs to the theme that explains most of it
    weight = share * np.linalg.norm(parts, axis=1)
    main = np.where(weight.max(axis=1) > 0, weight.argmax(axis=1), -1)
    steady = np.mean([_steady(matrix, parts, k, rng) for _ in range(10)], axis=0)
    ids, n = texts.index.to_numpy(), texts.index.nunique()
    shown: list[tuple[str, str]] = []
    rows: list[dict[str, Any]] = []
    for j in range(k):
        hit = main == j
        count = len(set(ids[hit]))
        if count < MIN_RESPONDENTS:
            continue
        said = np.arange(n) < count
        row: dict[str, Any] = {"terms": best_terms(parts[j], terms, _TERMS), "mentions": count}
        row["stability"] = float(steady[j])
        rows.append(row | share_row(said, None, None, 0.95) | {"_quotes": typical(texts[hit].tolist(), 2)})
    rows.sort(key=lambda r: (-r["mentions"], r["terms"]))
    for i, row in enumerate(rows, start=1):
        row["theme"] = f"T{i}"
        shown += [(row["theme"], quote) for quote in row["_quotes"]]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["flag"] = np.where(table["n"] < LOW_N, "low_n", table["flag"])
    return table.astype({"flag": "str"}), pd.DataFrame(shown, columns=["theme", "quote"]).astype("str")


def _steady(matrix: Any, parts: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Cosine of each theme of all texts with its match in a random half."""
    half = np.sort(rng.permutation(matrix.shape[0])[: matrix.shape[0] // 2])
    return _matched(parts, _factored(matrix[half], k)[1])
