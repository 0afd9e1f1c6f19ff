"""Themes of posts from a day on against before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from scipy import stats

from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, intervals
from ._posts import read_posts
from ._publish import LOW_N, nothing

__all__ = ["FeedbackChange", "feedback_change"]


@dataclass(frozen=True, eq=False, kw_only=True)
class FeedbackChange(Result):
    """Shares of themes after a day against before.

    Attributes
    ----------
    table : DataFrame
        theme, share_before, share_after (shares of posts), value (after minus before), lo, hi (Newcombe), p (Fisher's
        exact test), q (false discovery rate over all themes), n_before, n (posts after), method, flag. Largest
        change first.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "share_before": "percent", "share_after": "percent", "value": "points", "lo": "points", "hi": "points",
        "p": "number2",
        "q": "number2", "n_before": "count", "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_before"), hides=("value", "lo", "hi", "share_before", "share_after", "p", "q")
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
    read = read_posts(posts, codebook, dictionary, language)
    if read is None:
        return FeedbackChange(table=nothing(columns), notes=(Note("feedback_none"),))
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
    settings = read.settings | {"since": day.isoformat()[:10], "level": level, "fdr": adjust.FDR}
    return FeedbackChange(table=table, settings=settings, notes=read.notes, finding=_changed(table))


def _changed(table: pd.DataFrame) -> Note:
    clear = table[table["q"] <= adjust.FDR]
    if clear.empty:
        return Note("feedback_no_change", {"themes": len(table)})
    top = clear.iloc[0]
    return Note(
        "feedback_change",
        {"theme": top["theme"]} | {c: float(top[c]) for c in ("share_before", "share_after", "value", "lo", "hi")},
    )
