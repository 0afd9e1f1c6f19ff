"""Public feedback: themes of posts over time and by channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ._posts import Posts, read_posts
from ._publish import LOW_N, nothing

__all__ = ["Feedback", "FeedbackChannels", "feedback", "feedback_channels"]

PERIODS = {"month": "M", "quarter": "Q"}
_FORMATS = {"posts": "count", "value": "percent", "lo": "percent", "hi": "percent", "n": "count"}
_CELLS = ["posts", "value", "lo", "hi", "n", "method", "flag"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Feedback(Result):
    """Themes of public posts over time.

    Attributes
    ----------
    table : DataFrame
        theme, posted (the period's first day), posts (about the theme), value (share of the posts of the period),
        lo, hi (Wilson), n (posts), method, flag. Most frequent theme first. Empty without posts.
    """

    formats: ClassVar[Mapping[str, str]] = {"posted": "month"} | _FORMATS
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n", "posts"))


@dataclass(frozen=True, eq=False, kw_only=True)
class FeedbackChannels(Result):
    """Themes of public posts by channel.

    Attributes
    ----------
    table : DataFrame
        theme, channel, posts (about the theme), value (share of the posts of the channel), lo, hi (Wilson), n (posts),
        method, flag.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = _FORMATS
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n", "posts"))


def feedback(
    posts: pd.DataFrame | None, *, by: str = "quarter", codebook: Mapping[str, Any] | str | Path | None = None,
    dictionary: Mapping[str, Any] | str | Path | None = None, language: str = "zh", level: float = 0.95,
) -> Feedback:  # fmt: skip
    """Share of posts about each theme, by month or quarter.

    A post about a theme counts whether it affirms or denies something of it. Posts are not people: one person may
    write many, and nothing is known of who writes. No author is read.

    Parameters
    ----------
    posts : DataFrame or None
        Table ``feedback_text``: feedback_id, date, text; channel. None or no row: an empty result that says so.
    by : {"month", "quarter"}, default "quarter"
    codebook, dictionary, language
        As in `code`; of the codebook that ships only the topics are used.
    level : float, default 0.95

    Returns
    -------
    Feedback

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``.
    SettingError
        ``not_a_choice``, ``bad_codebook``, ``bad_dictionary``.
    """
    checks.choice(by, tuple(PERIODS), name="by")
    read = read_posts(posts, codebook, dictionary, language)
    if read is None:
        return Feedback(table=nothing(["theme", "posted", *_CELLS]), notes=(Note("feedback_none"),))
    period = read.frame["date"].dt.to_period(PERIODS[by]).dt.to_timestamp()
    table = _cells(read, period.rename("posted"), level)
    notes = list(read.notes)
    last = read.frame["date"].max()
    if last < last.to_period(PERIODS[by]).end_time.normalize():
        notes.append(Note("feedback_partial", {"last": last.isoformat()[:10]}))
    finding = _finding(read)
    return Feedback(
        table=table, settings=read.settings | {"by": by, "level": level}, notes=tuple(notes), finding=finding
    )


def feedback_channels(
    posts: pd.DataFrame | None, *, codebook: Mapping[str, Any] | str | Path | None = None,
    dictionary: Mapping[str, Any] | str | Path | None = None, language: str = "zh", level: float = 0.95,
) -> FeedbackChannels:  # fmt: skip
    """Share of posts about each theme, by channel; parameters as `feedback`."""
    read = read_posts(posts, codebook, dictionary, language)
    if read is None:
        return FeedbackChannels(table=nothing(["theme", "channel", *_CELLS]), notes=(Note("feedback_none"),))
    channel = read.frame["channel"] if "channel" in read.frame else pd.Series(index=read.frame.index, dtype=object)
    channel = channel.where(channel.notna(), "unknown").astype(str).rename("channel")
    table = _cells(read, channel, level)
    return FeedbackChannels(
        table=table, settings=read.settings | {"level": level}, notes=read.notes, finding=_finding(read)
    )


def _cells(read: Posts, groups: pd.Series, level: float) -> pd.DataFrame:
    """Share of posts about each theme in each group of posts."""
    total = groups.value_counts().sort_index()
    rows = []
    for theme in read.about.columns:
        counts = groups[read.about[theme].to_numpy()].value_counts().reindex(total.index, fill_value=0)
        lo, hi = intervals.wilson(counts.to_numpy(), total.to_numpy(), level=level)
        part = pd.DataFrame({groups.name: total.index, "posts": counts.to_numpy(), "n": total.to_numpy()})
        flag = np.where(part["n"] < LOW_N, "low_n", "ok")
        rows.append(part.assign(theme=theme, value=part["posts"] / part["n"], lo=lo, hi=hi, method="wilson", flag=flag))
    columns = ["theme", str(groups.name), *_CELLS]
    if not rows:
        return nothing(columns)
    return pd.concat(rows, ignore_index=True)[columns].astype({"flag": "str"})


def _finding(read: Posts) -> Note:
    if read.about.empty or not read.about.shape[1]:
        return Note("text_no_theme")
    theme, n = str(read.about.columns[0]), len(read.about)
    hit = int(read.about[theme].sum())
    lo, hi = intervals.wilson(hit, n)
    return Note("feedback_theme", {"theme": theme, "value": hit / n, "lo": lo, "hi": hi, "n": n})
