"""Texts that may tell of an adverse event: a list for pharmacovigilance, kept apart from every report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ._codebook import compiled, lexicon
from ._match import answers, find

__all__ = ["AdverseEvents", "adverse_events"]

#: a denial must stand close: rather a false alarm than a missed report
_WINDOW = {"zh": 4, "en": 3}
_AFFIRMED, _NEGATED = "affirmed", "negated"


@dataclass(frozen=True, eq=False, kw_only=True)
class AdverseEvents(Result):
    """Texts with words of adverse events.

    Attributes
    ----------
    table : DataFrame
        One row: n (texts read), cases (texts with a word of an adverse event that is not denied), denied (texts in
        which every such word is denied), longest (days since the oldest case was received).
    cases : DataFrame
        The list itself: record_id, received, days_since, words, statement (affirmed, then negated), oldest first.
        Only for those who report adverse events.
    """

    cases: pd.DataFrame

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"n": "count", "cases": "count", "denied": "count", "longest": "days"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=())
    internal_only: ClassVar[bool] = True


def adverse_events(
    texts: pd.Series, *, dates: pd.Series | None = None, as_of: pd.Timestamp | str | None = None, language: str = "zh",
    dictionary: Mapping[str, Any] | str | Path | None = None, table: str = "survey_responses",
) -> AdverseEvents:  # fmt: skip
    """Find texts to hand to pharmacovigilance within the legal time limit.

    Wide on purpose: words are matched without regard to context, a denial counts only when it stands close, and
    denied mentions stay on the list, at its end. No text is copied to the list: the record is looked up by its id.

    Parameters
    ----------
    texts : Series
        Open answers or posts, index response_id or post id.
    dates : Series, optional
        Day each was received, same ids.
    as_of : Timestamp, optional
        Day from which days are counted; default the last of ``dates``.
    language : {"zh", "en"}, default "zh"
    dictionary : mapping or path, optional
        ``themes: {adverse: [...]}`` adds words.
    table : str, default "survey_responses"
        Canonical table that holds the texts: the source line names it.

    Returns
    -------
    AdverseEvents

    Raises
    ------
    DataError
        ``empty``.
    SettingError
        ``not_a_choice``, ``bad_dictionary``.
    """
    checks.choice(language, ("en", "zh"), name="language")
    matcher = compiled({"adverse": lexicon("adverse")[language]}, dictionary, language, _WINDOW[language])
    kept, _, _ = answers(texts)
    read = {text: find(matcher, text) for text in kept.unique()}
    rows = []
    for record, own in kept.groupby(level=0, sort=True):
        hits = [hit for text in own for hit in read[text] if hit.theme == "adverse"]
        if hits:
            sure = [hit for hit in hits if not hit.negated]
            words = "、".join(dict.fromkeys(hit.word for hit in (sure or hits)))
            rows.append((str(record), words, _AFFIRMED if sure else _NEGATED))
    cases = pd.DataFrame(rows, columns=["record_id", "words", "statement"]).astype("str")
    last = _days(cases, dates, as_of)
    cases = cases.sort_values(["statement", "received", "record_id"], ignore_index=True, na_position="first")
    cases = cases[["record_id", "received", "days_since", "words", "statement"]]
    told = cases[cases["statement"] == _AFFIRMED]
    summary = pd.DataFrame({
        "n": [len(kept)], "cases": [len(told)], "denied": [len(cases) - len(told)],
        "longest": [float(told["days_since"].max()) if len(told) else float("nan")],
    })  # fmt: skip
    notes = [Note("adverse_refer")] if len(cases) else []
    undated = int(told["received"].isna().sum())
    if undated:
        notes.append(Note("adverse_undated", {"n": undated}))
    settings = {"language": language, "as_of": None if last is None else last.isoformat()[:10], "texts": len(kept),
                "tables": [table]}  # fmt: skip
    finding = Note("adverse_found" if len(told) else "adverse_none", {"cases": len(told), "n": len(kept)})
    return AdverseEvents(table=summary, cases=cases, settings=settings, notes=tuple(notes), finding=finding)


def _days(cases: pd.DataFrame, dates: pd.Series | None, as_of: pd.Timestamp | str | None) -> pd.Timestamp | None:
    """Put received and days_since into the list (in place); gives the day from which days are counted."""
    if dates is None:
        cases["received"], cases["days_since"] = (
            pd.Series(pd.NaT, index=cases.index, dtype="datetime64[ns]"),
            float("nan"),
        )
        return None
    own = pd.to_datetime(dates).astype("datetime64[ns]")
    own.index = own.index.astype(str)
    last = own.max() if as_of is None else pd.Timestamp(as_of)
    # several texts under one id: the oldest counts
    received = cases["record_id"].map(own.groupby(level=0).min())
    cases["received"] = received.astype("datetime64[ns]")
    cases["days_since"] = (last - cases["received"]).dt.days.astype(float)
    return None if pd.isna(last) else last
