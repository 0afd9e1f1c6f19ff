"""Sentiment by lexicon, told only with its measured error; without labelled texts nothing is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ...stats.agreement import weighted_kappa
from ...stats.misclassified import rogan_gladen
from ._codebook import Matcher, compiled, lexicon
from ._match import answers, find
from ._publish import LOW_TEXTS

__all__ = ["CLASSES", "Sentiment", "sentiment"]

CLASSES = ("negative", "neutral", "positive")
_SCORES = {-1: "negative", 0: "neutral", 1: "positive"}
_COLUMNS = ["measure", "sentiment", "value", "lo", "hi", "n", "unit", "method", "flag"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Sentiment(Result):
    """Sentiment of texts with the error it was measured with.

    Attributes
    ----------
    table : DataFrame
        measure (accuracy, kappa: against the labelled texts; share_found: as the lexicon counts; share_adjusted:
        taking in its measured errors), sentiment, value, lo, hi, n, unit, method, flag. Without labelled texts one
        row, not_identified.
    confusion : DataFrame
        labelled, found, n: every pair of classes.
    labels : DataFrame
        Index response_id (where a respondent wrote several texts: all of them together), sentiment. One row per
        person; empty without labelled texts.
    """

    confusion: pd.DataFrame
    labels: pd.DataFrame

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"n": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n",), hides=("value", "lo", "hi"))


def sentiment(
    texts: pd.Series, truth: pd.Series | None = None, *, language: str = "zh",
    dictionary: Mapping[str, Any] | str | Path | None = None, labelled_by: str = "people", level: float = 0.95,
) -> Sentiment:  # fmt: skip
    """Positive, neutral or negative by a small lexicon, negation aware, checked against labelled texts.

    Parameters
    ----------
    texts : Series
        Open answers or posts, index response_id or post id.
    truth : Series, optional
        Label of a random sample of them: "positive", "neutral", "negative" or 1, 0, −1; same ids. Without it no
        sentiment is reported.
    language : {"zh", "en"}, default "zh"
    dictionary : mapping or path, optional
        Names not to be read as words; ``themes`` may add words to ``positive`` and ``negative``.
    labelled_by : {"people", "machine"}, default "people"
        Labels of a model are no truth: agreement with them is told as such and no share is adjusted.
    level : float, default 0.95

    Returns
    -------
    Sentiment

    Raises
    ------
    DataError
        ``empty``, ``text_no_overlap``, ``text_bad_label``.
    SettingError
        ``not_a_choice``, ``out_of_range``.
    """
    checks.choice(labelled_by, ("machine", "people"), name="labelled_by")
    checks.number(level, name="level", low=0.5, high=0.999)
    matcher = _matcher(dictionary, language)
    kept, _, _ = answers(texts)
    settings = {"language": language, "labelled_by": labelled_by, "level": level, "texts": len(kept)}
    if truth is None or truth.dropna().empty:
        return _nothing(len(kept), settings)
    found = _found(matcher, kept)
    labelled = _labelled(truth)
    both = found.index.intersection(labelled.index)
    if both.empty:
        raise DataError("text_no_overlap", texts=0, themes=len(CLASSES))
    pairs = pd.crosstab(labelled[both], found[both]).reindex(index=CLASSES, columns=CLASSES, fill_value=0).to_numpy()
    quality = _quality(pairs, level)
    shares = _shares(found, pairs, level, adjusted=labelled_by == "people" and quality[1]["value"] > 0)
    table = pd.DataFrame(quality + shares, columns=_COLUMNS)
    notes = [Note("text_sentiment_machine" if labelled_by == "machine" else "text_sentiment_error", {"n": len(both)})]
    if len(both) < LOW_TEXTS:
        notes.append(Note("text_few_coded", {"n": len(both), "least": LOW_TEXTS}))
    rows = [(one, two, int(pairs[i, j])) for i, one in enumerate(CLASSES) for j, two in enumerate(CLASSES)]
    return Sentiment(
        table=table, confusion=pd.DataFrame(rows, columns=["labelled", "found", "n"]),
        labels=found.rename("sentiment").to_frame(), settings=settings | {"labelled": len(both)}, notes=tuple(notes),
        finding=_finding(table, labelled_by),
    )  # fmt: skip


def _matcher(dictionary: Mapping[str, Any] | str | Path | None, language: str) -> Matcher:
    checks.choice(language, ("en", "zh"), name="language")
    words = lexicon("sentiment")[language]
    return compiled({name: {"words": words[name]} for name in ("positive", "negative")}, dictionary, language)


def _found(matcher: Matcher, texts: pd.Series) -> pd.Series:
    """Class by id: words for minus words against, a denied word counts the other way."""
    scores = {text: _score(matcher, text) for text in texts.unique()}
    total = texts.map(scores).groupby(level=0).sum()
    return total.clip(-1, 1).astype(int).map(_SCORES)


def _score(matcher: Matcher, text: str) -> int:
    return sum((1 if hit.theme == "positive" else -1) * (-1 if hit.negated else 1) for hit in find(matcher, text))


def _labelled(truth: pd.Series) -> pd.Series:
    own = truth.dropna()
    own = pd.Series([_SCORES.get(v, str(v).strip().lower()) for v in own], index=own.index.astype(str))
    wrong = ~own.isin(CLASSES)
    if wrong.any():
        raise DataError("text_bad_label", count=int(wrong.sum()), got=sorted(set(own[wrong]))[:3])
    if not own.index.is_unique:
        raise DataError("duplicate_customers", name="truth", count=int(own.index.duplicated().sum()))
    return own


def _quality(pairs: np.ndarray, level: float) -> list[dict[str, Any]]:
    n, right = int(pairs.sum()), int(np.trace(pairs))
    lo, hi = intervals.wilson(right, n, level=level)
    # the classes are ordered: negative taken for positive counts four times negative taken for neutral
    kappa = weighted_kappa(pairs, power=2.0)
    flag = "ok" if n >= LOW_TEXTS else "low_n"
    rows = [_row("accuracy", "all", (right / n, lo, hi), n, "percent", "wilson", flag)]
    known = bool(np.isfinite(kappa[0]))
    rows.append(_row("kappa", "all", kappa, n, "number2", "weighted_kappa", flag if known else "not_identified"))
    return rows


def _shares(found: pd.Series, pairs: np.ndarray, level: float, *, adjusted: bool) -> list[dict[str, Any]]:
    n, out = len(found), []
    for i, name in enumerate(CLASSES):
        count = int((found == name).sum())
        out.append(
            _row("share_found", name, (count / n, *intervals.wilson(count, n, level=level)), n, "percent", "wilson")
        )
        if not adjusted:
            continue
        own, rest = pairs[i], np.delete(pairs, i, axis=0)
        cleared = (int(rest.sum() - rest[:, i].sum()), int(rest.sum()))
        share = rogan_gladen(count, n, found=(int(own[i]), int(own.sum())), cleared=cleared, level=level)
        flag = "not_identified" if not np.isfinite(share[0]) else "ok" if pairs.sum() >= LOW_TEXTS else "low_n"
        out.append(_row("share_adjusted", name, share, n, "percent", "rogan_gladen", flag))
    return out


def _row(
    measure: str, name: str, share: tuple[float, float, float], n: int, unit: str, method: str, flag: str = "ok"
) -> dict[str, Any]:
    value, lo, hi = share
    name = name if name == "all" else f"sentiment_{name}"
    return dict(zip(_COLUMNS, (measure, name, value, lo, hi, n, unit, method, flag), strict=True))


def _nothing(n: int, settings: dict[str, Any]) -> Sentiment:
    nan = float("nan")
    table = pd.DataFrame(
        [_row("accuracy", "all", (nan, nan, nan), n, "percent", "wilson", "not_identified")], columns=_COLUMNS
    )
    empty = pd.DataFrame({"sentiment": pd.Series(dtype="str")}, index=pd.Index([], name="response_id", dtype="str"))
    confusion = pd.DataFrame(
        {"labelled": pd.Series(dtype="str"), "found": pd.Series(dtype="str"), "n": pd.Series(dtype="int64")}
    )
    return Sentiment(
        table=table, confusion=confusion, labels=empty, settings=settings | {"labelled": 0},
        notes=(Note("text_sentiment_needs_labels", {"least": LOW_TEXTS}),), finding=Note("text_sentiment_none"),
    )  # fmt: skip


def _finding(table: pd.DataFrame, labelled_by: str) -> Note:
    top = table.iloc[0]
    values = {name: float(top[name]) for name in ("value", "lo", "hi")} | {"n": int(top["n"])}
    if labelled_by == "machine":
        return Note("text_sentiment_machine", values)
    return Note("text_sentiment", values)
