"""Themes of open answers by codebook: how many respondents name each, and how many deny it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.redaction import known, redact
from ...core.result import Disclosure, Note, Result
from ._codebook import KINDS, compiled, only
from ._match import answers, stance
from ._publish import MIN_RESPONDENTS, OTHER, aligned, nothing, people, share_row

__all__ = ["Coding", "code"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Coding(Result):
    """Themes named in open answers.

    Attributes
    ----------
    table : DataFrame
        One row per theme and statement: theme, theme_kind (barrier, topic), statement (affirmed, negated: the
        respondent mentions it only to deny it), mentions (respondents), texts, value (share of respondents who wrote
        something),
        lo, hi (Wilson on the effective number), n, method, flag. Most mentions first; themes named by fewer than
        three respondents are together in ``theme_other``.
    coded : DataFrame
        Index response_id, one column per theme: 1 mentioned, -1 only denied, 0 not mentioned. One row per person:
        it never leaves the house.
    pairs : DataFrame
        theme, with_theme, mentions (respondents naming both, at least three), expected (were they independent).
    unmatched : DataFrame
        text (names, places and numbers masked), mentions: answers in which no theme was found, most frequent first.
    """

    coded: pd.DataFrame
    pairs: pd.DataFrame
    unmatched: pd.DataFrame

    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "lo": "percent", "hi": "percent", "n": "count", "mentions": "count", "texts": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "mentions", "texts"), hides=("value", "lo", "hi", "expected")
    )


def code(  # the texts and how to read them, then the design of the survey
    texts: pd.Series, codebook: Mapping[str, Any] | str | Path | None = None, *,
    dictionary: Mapping[str, Any] | str | Path | None = None, language: str = "zh", window: int | None = None,
    weights: pd.Series | None = None, cluster: pd.Series | None = None, names: Collection[str] = (),
    kinds: Collection[str] = KINDS, question: str | None = None, min_respondents: int = MIN_RESPONDENTS,
    level: float = 0.95,
) -> Coding:  # fmt: skip
    """Code open answers by words and patterns, the longest match first, denied mentions apart.

    Works without any tokeniser. Half and full width, case and blanks between Han characters make no difference;
    traditional characters are not converted.

    Parameters
    ----------
    texts : Series
        Open answers, index response_id (one respondent may have several texts).
    codebook : mapping or path to TOML, optional
        ``{theme: {"kind": "barrier" | "topic", "words": [...], "regex": [...], "typos": [...]}}``, or one such
        mapping per language. Default: the 18 barriers and general topics that ship with the kit.
    dictionary : mapping or path to TOML, optional
        ``drug``, ``competitor``, ``department``, ``hospital``, ``person``: lists of names, never taken for a theme
        (and put in for ``{drug}``, ``{competitor}`` in patterns); ``themes``: further words by theme.
    language : {"zh", "en"}, default "zh"
    window : int, optional
        Reach of a negator: characters (zh, default 6) or words (en, default 3).
    weights, cluster : Series, optional
        Survey weight and hospital by response_id.
    names : collection of str, optional
        Names of customers: masked in ``unmatched`` besides what the general patterns find.
    kinds : collection of {"barrier", "topic"}
        Which themes of the codebook are read: answers of patients name topics, not barriers to prescribing.
    question : str, optional
        What was asked, where the answers to one of several questions are coded: said in the notes.
    min_respondents : int, default 3
        Fewest respondents behind a published theme.
    level : float, default 0.95

    Returns
    -------
    Coding

    Raises
    ------
    DataError
        ``empty``, ``text_ids``.
    SettingError
        ``not_a_choice``, ``bad_codebook``, ``bad_dictionary``, ``bad_word_file``, ``out_of_range``.
    """
    checks.whole(min_respondents, name="min_respondents", low=MIN_RESPONDENTS)
    checks.number(level, name="level", low=0.5, high=0.999)
    for kind in kinds:
        checks.choice(kind, KINDS, name="kinds")
    matcher = only(compiled(codebook, dictionary, language, window), kinds)
    kept, empty, silent = answers(texts)
    by_text = stance(matcher, kept)
    coded = people(by_text)
    w, groups = aligned(weights, coded.index, "weights"), aligned(cluster, coded.index, "cluster")
    table = _table(coded, by_text, matcher.kinds, (w, groups, level), min_respondents)
    unmatched = _unmatched(kept[(by_text == 0).all(axis=1)], known(names))
    settings = {
        "language": language, "codebook": "own" if codebook is not None else "built_in", "themes": list(matcher.kinds),
        "window": window, "dictionary": dictionary is not None, "weighted": weights is not None,
        "clustered": cluster is not None, "min_respondents": min_respondents, "level": level, "texts": len(kept),
    }  # fmt: skip
    notes = [Note("text_question", {"question": question})] if question else []
    notes += [Note("text_base", {"n": len(coded), "texts": len(kept), "empty": empty, "silent": silent})]
    lost = int((coded == 0).all(axis=1).sum())
    if lost:
        notes.append(Note("text_unmatched", {"n": lost, "share": lost / len(coded)}))
    notes.append(Note("text_machine_coded"))
    return Coding(
        table=table, coded=coded, pairs=_pairs(coded, min_respondents), unmatched=unmatched, settings=settings,
        notes=tuple(notes), finding=_finding(table),
    )  # fmt: skip


def _table(
    coded: pd.DataFrame, by_text: pd.DataFrame, kinds: dict[str, str], design: tuple[Any, Any, float], least: int
) -> pd.DataFrame:
    rows, rare = [], []
    for theme, kind in kinds.items():
        for stated, sign in (("affirmed", 1), ("negated", -1)):
            hit = (coded[theme] == sign).to_numpy()
            if hit.sum() >= least:
                rows.append(_row(theme, kind, stated, hit, int((by_text[theme] == sign).sum()), design))
            elif stated == "affirmed" and hit.any():
                rare.append(theme)
    order = {theme: i for i, theme in enumerate(kinds)}
    rows.sort(key=lambda r: (r["statement"], -r["mentions"], order[r["theme"]]))
    if rare:
        hit = (coded[rare] == 1).any(axis=1).to_numpy()
        texts = int((by_text[rare] == 1).any(axis=1).sum())
        if hit.sum() >= least:
            rows.append(_row(OTHER, "topic", "affirmed", hit, texts, design))
    return pd.DataFrame(rows, columns=_COLUMNS) if rows else nothing(_COLUMNS)


_COLUMNS = ["theme", "theme_kind", "statement", "mentions", "texts", "value", "lo", "hi", "n", "method", "flag"]


def _row(
    theme: str, kind: str, stated: str, hit: np.ndarray, texts: int, design: tuple[Any, Any, float]
) -> dict[str, Any]:
    head = {"theme": theme, "theme_kind": kind, "statement": stated, "mentions": int(hit.sum()), "texts": texts}
    return head | share_row(hit, *design)


def _pairs(coded: pd.DataFrame, least: int) -> pd.DataFrame:
    """Themes named by the same respondents."""
    named, n = coded == 1, len(coded)
    rows = []
    for one, two in combinations(coded.columns[named.any()], 2):
        both = int((named[one] & named[two]).sum())
        if both >= least:
            rows.append((one, two, both, float(named[one].sum() * named[two].sum() / n), n))
    columns = ["theme", "with_theme", "mentions", "expected", "n"]
    frame = pd.DataFrame(rows, columns=columns) if rows else nothing(columns)
    return frame.sort_values(["mentions", "theme", "with_theme"], ascending=[False, True, True], ignore_index=True)


def _unmatched(texts: pd.Series, names: Any) -> pd.DataFrame:
    masked = texts.map({text: redact(text, names) for text in texts.unique()})
    frame = pd.DataFrame({"text": masked.to_numpy(dtype=object), "id": texts.index}).drop_duplicates()
    counts = frame.groupby("text", sort=True)["id"].nunique().rename("mentions").reset_index()
    counts = counts.sort_values(["mentions", "text"], ascending=[False, True], ignore_index=True)
    return counts.astype({"text": "str", "mentions": "int64"})


def _finding(table: pd.DataFrame) -> Note:
    """Barriers before topics: the barrier most respondents name."""
    shown = table[(table["statement"] == "affirmed") & (table["theme"] != OTHER)]
    if shown.empty:
        return Note("text_no_theme")
    barriers = shown[shown["theme_kind"] == "barrier"]
    top = (shown if barriers.empty else barriers).iloc[0]
    values = {name: float(top[name]) for name in ("value", "lo", "hi")} | {"theme": top["theme"], "n": int(top["n"])}
    return Note("text_theme_low_n" if top["flag"] == "low_n" else "text_theme", values)
