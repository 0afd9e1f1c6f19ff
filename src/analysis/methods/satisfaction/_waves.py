"""Net promoter score of two waves: the difference, paired for those who answered both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import waves
from . import _answers as answers

__all__ = ["NpsChange", "disjoint", "nps_change", "twice"]


@dataclass(frozen=True, eq=False, kw_only=True)
class NpsChange(Result):
    """Net promoter score before and after, and the change.

    Attributes
    ----------
    table : DataFrame
        group ("all" first, then those of ``by``), compared (combined: all answers of both waves;
        repeated: those who answered both; others: the rest); before, before_lo, before_hi, after,
        after_lo, after_hi (points), n_before, n_after; value, lo, hi (after minus before), n
        (respondents, repeated ones once), verdict (rising, falling, no_clear_change), method, flag.
        Under 8 answers in either wave nothing is told, under 30 intervals only.
    """

    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(
            ("before", "before_lo", "before_hi", "after", "after_lo", "after_hi"), "score"
        ), "value": "+score", "lo": "+score", "hi": "+score", "n_before": "count", "n_after": "count", "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_before", "n_after"),
        hides=("value", "lo", "hi", "before", "before_lo", "before_hi", "after", "after_lo", "after_hi", "verdict"),
        within=("group",),
    )


# two waves, then what describes the respondents of both
def nps_change(
    before: pd.Series, after: pd.Series, *, person: pd.Series | None = None, weights: pd.Series | None = None,
    by: pd.Series | None = None, cluster: pd.Series | None = None, mode: pd.Series | None = None, level: float = 0.95,
) -> NpsChange:  # fmt: skip
    """Change of the net promoter score from one wave to the next.

    The combined difference is that of the two scores as they are told; its error takes off what
    the same persons (or hospitals) give to both. An interval that holds 0 is no clear change.

    Parameters
    ----------
    before, after : Series
        Answers 0–10 of the two waves, index response_id; no id in both.
    person : Series, optional
        Customer behind each response_id of both waves; without it all answers count as given by
        different persons, which makes the interval too wide where persons repeat.
    weights, by, cluster, mode : Series, optional
        Of both waves, as in `nps`.
    level : float, default 0.95

    Returns
    -------
    NpsChange

    Raises
    ------
    DataError
        ``empty``, ``bad_score``, ``bad_weights``, ``waves_share_ids``, ``no_answers_of_mode``.

    References
    ----------
    Zou, G. Y. and Donner, A. (2008), Statistics in Medicine 27, 1693–1702, on the intervals of
    Rocks, B. (2016), The American Statistician 70, 365–372.
    """
    disjoint(before, after)
    notes: list[Note] = []
    asked = []
    for name, scores in (("before", before), ("after", after)):
        kept, told = answers.apart(scores, mode)
        found = answers.known(kept, weights, low=0, high=10, name=name)
        asked.append(answers.net(found))
        notes += [*told, *answers.missing(kept, found)]
    described: dict[str, Any] = {"weights": weights, "cluster": cluster, "person": person, "level": level}
    rows = [_row("all", "combined", *asked, **described)]
    if person is not None:
        both = [twice(part, other, person) for part, other in (asked, asked[::-1])]
        if both[0].any():
            rows.append(
                _row("all", "repeated", *(part[again] for part, again in zip(asked, both, strict=True)), **described)
            )
            rows.append(
                _row("all", "others", *(part[~again] for part, again in zip(asked, both, strict=True)), **described)
            )
    else:
        notes.append(Note("waves_not_linked"))
    for name in _groups(asked, by):
        rows.append(_row(name, "combined", *(p[answers.labels(by, p.index) == name] for p in asked), **described))
    table = pd.DataFrame(rows)
    settings = {"level": level, "weighted": weights is not None, "clustered": cluster is not None}
    return NpsChange(table=table, settings=settings, notes=tuple(notes), finding=_finding(table.iloc[0]))


def disjoint(before: pd.Series | pd.DataFrame, after: pd.Series | pd.DataFrame) -> None:
    """Refuse two waves in which the same response_id stands: it names one answer sheet."""
    same = before.index.intersection(after.index)
    if len(same):
        raise DataError("waves_share_ids", count=len(same))


def twice(one: pd.Series, other: pd.Series, person: pd.Series) -> np.ndarray:
    """Which answers of a wave come from persons who also answered the other."""
    mine, theirs = person.reindex(one.index), person.reindex(other.index)
    return (mine.notna() & mine.isin(set(theirs.dropna()))).to_numpy(dtype=bool)


def _groups(asked: list[pd.Series], by: pd.Series | None) -> list[str]:
    if by is None:
        return []
    return sorted({name for part in asked for name in answers.labels(by, part.index)})  # type: ignore[union-attr]


def _row(group: str, compared: str, before: pd.Series, after: pd.Series, **described: Any) -> dict[str, Any]:
    first, second = (waves.estimate(part, "nps", **described) for part in (before, after))
    least = min(first.n, second.n)
    flag = answers.flag(least)
    value, lo, hi, _ = waves.change(first, second) if least >= answers.SUPPRESS else (np.nan,) * 4
    told = flag == "ok"
    person = described["person"]
    ids = before.index.append(after.index)
    who = pd.Series(ids, index=ids, dtype=object) if person is None else person.reindex(ids).astype(object)
    out: dict[str, Any] = {"group": group, "compared": compared}
    for name, part in (("before", first), ("after", second)):
        bounds = part.n >= answers.SUPPRESS
        out[name] = part.value if part.n >= answers.INTERVAL_ONLY else np.nan
        out[f"{name}_lo"], out[f"{name}_hi"] = (part.lo, part.hi) if bounds else (np.nan, np.nan)
    return out | {
        "n_before": first.n,
        "n_after": second.n,
        "value": value if told else np.nan,
        "lo": lo,
        "hi": hi,
        "n": int(who.dropna().nunique() + who.isna().sum()),
        "verdict": answers.verdict(lo, hi) if flag != "suppressed" else flag,
        "method": "paired_overlap" if compared != "others" and person is not None else "square_and_add",
        "flag": flag,
    }


def _finding(row: pd.Series) -> Note:
    n = {"n_before": int(row["n_before"]), "n_after": int(row["n_after"])}
    if row["flag"] == "suppressed":
        return Note("nps_change_suppressed", {**n, "need": answers.SUPPRESS})
    values = {"lo": float(row["lo"]), "hi": float(row["hi"]), **n}
    if row["flag"] == "low_n":
        return Note("nps_change_interval_only", values)
    code = "nps_change_unclear" if row["verdict"] == answers.UNCLEAR else f"nps_{row['verdict']}"
    return Note(code, {"value": float(row["value"]), "size": abs(float(row["value"])), **values})
