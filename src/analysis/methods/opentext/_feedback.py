"""Public feedback: themes of posts over time, by channel, and before against after a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, intervals
from ._codebook import compiled
from ._match import answers, stance
from ._publish import LOW_N, MIN_RESPONDENTS

__all__ = ["Feedback", "FeedbackChange", "FeedbackChannels", "feedback", "feedback_change", "feedback_channels"]

PERIODS = {"month": "M", "quarter": "Q"}
_FORMATS = {"posts": "count", "value": "percent", "lo": "percent", "hi": "percent", "n": "count"}
_CELLS = ["posts", "value", "lo", "hi", "n", "method", "flag"]
FDR = 0.10


@dataclass(frozen=True, eq=False, kw_only=True)
class Feedback(Result):
    """Themes of public posts over time.

    Attributes
    ----------
    table : DataFrame
        theme, posted (the period's first day), posts (about the theme), value (share of the posts of the period), lo, hi (Wilson), n
        (posts), method, flag. Most frequent theme first. Empty without posts.
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


@dataclass(frozen=True, eq=False, kw_only=True)
class FeedbackChange(Result):
    """Shares of themes after a day against before.

    Attributes
    ----------
    table : DataFrame
        theme, share_before, share_after (shares of posts), value (after minus before), lo, hi (Newcombe), p (Fisher's exact
        test), q (false discovery rate over all themes), n_before, n (posts after), method, flag. Largest change first.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "share_before": "percent", "share_after": "percent", "value": "points", "lo": "points", "hi": "points", "p": "number2",
        "q": "number2", "n_before": "count", "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_before"), hides=("value", "lo", "hi", "share_before", "share_after", "p", "q")
    )


@dataclass(frozen=True, eq=False)
class _Posts:
    """Posts read: one row per post, what each is about."""

    frame: pd.DataFrame
    about: pd.DataFrame
    notes: tuple[Note, ...]
    settings: dict[str, Any]


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
    read = _read(posts, codebook, dictionary, language)
    if read is None:
        return Feedback(table=pd.DataFrame(columns=["theme", "posted", *_CELLS]), notes=(Note("feedback_none"),))
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
    read = _read(posts, codebook, dictionary, language)
    if read is None:
        return FeedbackChannels(
            table=pd.DataFrame(columns=["theme", "channel", *_CELLS]), notes=(Note("feedback_none"),)
        )
    channel = read.frame["channel"] if "channel" in read.frame else pd.Series(index=read.frame.index, dtype=object)
    channel = channel.where(channel.notna(), "unknown").astype(str).rename("channel")
    table = _cells(read, channel, level)
    return FeedbackChannels(
        table=table, settings=read.settings | {"level": level}, notes=read.notes, finding=_finding(read)
    )


def feedback_change(
    posts: pd.DataFrame | None, *, since: pd.Timestamp | str,
    codebook: Mapping[str, Any] | str | Path | None = None, dictionary: Mapping[str, Any] | str | Path | None = None,
    language: str = "zh", level: float = 0.95,
) -> FeedbackChange:  # fmt: skip
    """Share of posts about each theme from a day on against before it: a change, not an effect of what happened then.

    Parameters
    ----------
    since : Timestamp
        First day of the later part.
    posts, codebook, dictionary, language, level
        As in `feedback`.

    Raises
    ------
    DataError
        ``feedback_one_side`` when all posts lie before or after the day; those of `feedback`.

    References
    ----------
    Newcombe, R. G. (1998), Statistics in Medicine 17, 873–890 (interval). Benjamini, Y. and Hochberg, Y. (1995),
    Journal of the Royal Statistical Society B 57, 289–300.
    """
    columns = ["theme", "share_before", "share_after", "value", "lo", "hi", "p", "q", "n_before", "n", "method", "flag"]
    read = _read(posts, codebook, dictionary, language)
    if read is None:
        return FeedbackChange(table=pd.DataFrame(columns=columns), notes=(Note("feedback_none"),))
    day = pd.Timestamp(since)
    later = (read.frame["date"] >= day).to_numpy()
    n, n_before = int(later.sum()), int((~later).sum())
    if not n or not n_before:
        raise DataError("feedback_one_side", since=day.isoformat()[:10], before=n_before, after=n)
    rows = []
    for theme in read.about.columns:
        hit = read.about[theme].to_numpy()
        a, b = int(hit[later].sum()), int(hit[~later].sum())
        lo, hi = intervals.newcombe(a, n, b, n_before, level=level)
        p = float(stats.fisher_exact([[a, n - a], [b, n_before - b]]).pvalue)
        flag = "ok" if min(n, n_before) >= LOW_N else "low_n"
        rows.append((theme, b / n_before, a / n, a / n - b / n_before, lo, hi, min(p, 1.0), n_before, n, flag))
    names = [c for c in columns if c not in ("q", "method")]
    table = pd.DataFrame(rows, columns=names).assign(method="newcombe")
    table["q"] = adjust.benjamini_hochberg(table["p"].to_numpy())
    order = table["value"].abs().mul(-1).round(12)
    table = table.assign(_o=order).sort_values(["_o", "theme"], ignore_index=True)[columns]
    settings = read.settings | {"since": day.isoformat()[:10], "level": level, "fdr": FDR}
    return FeedbackChange(table=table, settings=settings, notes=read.notes, finding=_changed(table))


def _read(posts: pd.DataFrame | None, codebook: Any, dictionary: Any, language: str) -> _Posts | None:
    if posts is None or not len(posts):
        return None
    checks.columns(posts, ["feedback_id", "date", "text"], name="posts")
    matcher = compiled(codebook, dictionary, language)
    frame = posts[[c for c in ("feedback_id", "date", "channel", "text") if c in posts.columns]].copy()
    frame["feedback_id"], frame["date"] = frame["feedback_id"].astype(str), pd.to_datetime(frame["date"])
    dated = frame[frame["date"].notna()].drop_duplicates("feedback_id").set_index("feedback_id")
    kept, _, _ = answers(dated["text"], name="posts")
    codes = stance(matcher, kept) != 0
    themes = [t for t, kind in matcher.kinds.items() if codebook is not None or kind == "topic"]
    about = codes[[t for t in themes if codes[t].sum() >= MIN_RESPONDENTS]]
    about = about[sorted(about.columns, key=lambda t: (-int(about[t].sum()), t))]
    same = int(kept.duplicated().sum())
    notes = [Note("feedback_base", {"n": len(kept), "none": int((~codes[themes].any(axis=1)).sum())})]
    if same:
        notes.append(Note("feedback_same", {"n": same, "share": same / len(kept)}))
    settings = {"language": language, "themes": list(about.columns), "posts": len(kept)}
    return _Posts(dated.loc[kept.index], about, tuple(notes), settings)


def _cells(read: _Posts, groups: pd.Series, level: float) -> pd.DataFrame:
    """Share of posts about each theme in each group of posts."""
    total = groups.value_counts().sort_index()
    rows = []
    for theme in read.about.columns:
        counts = groups[read.about[theme].to_numpy()].value_counts().reindex(total.index, fill_value=0)
        lo, hi = intervals.wilson(counts.to_numpy(), total.to_numpy(), level=level)
        part = pd.DataFrame({groups.name: total.index, "posts": counts.to_numpy(), "n": total.to_numpy()})
        flag = np.where(part["n"] < LOW_N, "low_n", "ok")
        rows.append(
            part.assign(theme=theme, value=part["posts"] / part["n"], lo=lo, hi=hi, method="wilson", flag=flag)
        )
    columns = ["theme", str(groups.name), *_CELLS]
    if not rows:
        return pd.DataFrame(columns=columns)
    return pd.concat(rows, ignore_index=True)[columns].astype({"flag": "str"})


def _finding(read: _Posts) -> Note:
    if read.about.empty or not read.about.shape[1]:
        return Note("text_no_theme")
    theme, n = str(read.about.columns[0]), len(read.about)
    hit = int(read.about[theme].sum())
    lo, hi = intervals.wilson(hit, n)
    return Note("feedback_theme", {"theme": theme, "value": hit / n, "lo": lo, "hi": hi, "n": n})


def _changed(table: pd.DataFrame) -> Note:
    clear = table[table["q"] <= FDR]
    if clear.empty:
        return Note("feedback_no_change", {"themes": len(table)})
    top = clear.iloc[0]
    return Note("feedback_change", {"theme": top["theme"]} | {c: float(top[c]) for c in ("share_before", "share_after", "value", "lo", "hi")})
