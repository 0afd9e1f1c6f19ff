"""The ladder of two waves: what changed, paired for those who answered both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, waves
from ._measure import LOW_N
from ._stages import STEPS, checked
from ._weights import positive

__all__ = ["LadderChange", "change", "in_both"]


@dataclass(frozen=True, eq=False, kw_only=True)
class LadderChange(Result):
    """Shares at or beyond each step before and after.

    Attributes
    ----------
    table : DataFrame
        step (1–6; all are at or beyond 0), step_name, compared (combined: all respondents of both waves;
        repeated: those who answered both; others: the rest); before, before_lo, before_hi, after,
        after_lo, after_hi (share at or beyond); n_before, n_after; value, lo, hi (after minus before),
        n (persons, repeated ones once), p, q (false discovery rate over the steps), verdict (rising,
        falling, no_clear_change), method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("before", "before_lo", "before_hi", "after", "after_lo", "after_hi"), "percent"),
        "step": "count", "value": "+points", "lo": "+points", "hi": "+points", "n_before": "count",
        "n_after": "count", "n": "count", "p": "number2", "q": "number2",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_before", "n_after"),
        hides=(
            "value", "lo", "hi", "before", "before_lo", "before_hi", "after", "after_lo", "after_hi", "p", "q",
            "verdict",
        ),
        keys=("step",),
    )  # fmt: skip


def change(
    before: pd.Series, after: pd.Series, *, person: pd.Series | None = None, weights: pd.Series | None = None,
    cluster: pd.Series | None = None, level: float = 0.95,
) -> LadderChange:  # fmt: skip
    """Change of the share at or beyond each step from one wave to the next.

    The combined difference is that of the two shares as they are told; its error takes off what
    the same persons (or hospitals) give to both. An interval that holds 0 is no clear change.

    Parameters
    ----------
    before, after : Series
        Steps 0–6 of the two waves, index response_id; no id in both.
    person : Series, optional
        Customer behind each response_id of both waves; without it all count as different persons.
    weights, cluster : Series, optional
        Survey weight and hospital, of both waves.
    level : float, default 0.95

    Returns
    -------
    LadderChange

    Raises
    ------
    DataError
        ``empty``, ``bad_step``, ``bad_weights``, ``waves_share_ids``.

    References
    ----------
    Zou, G. Y. and Donner, A. (2008), Statistics in Medicine 27, 1693–1702, on Wilson intervals:
    Newcombe's methods for independent and, with the correlation, for paired shares.
    """
    pair = [checked(before, name="before"), checked(after, name="after")]
    same = pair[0].index.intersection(pair[1].index)
    if len(same):
        raise DataError("waves_share_ids", count=len(same))
    for part in pair:
        positive(weights, part.index)
    described = {"weights": weights, "cluster": cluster, "person": person, "level": level}
    frames, notes = [_steps("combined", pair, described)], []
    if person is None:
        notes.append(Note("waves_not_linked"))
    else:
        both = in_both(pair[0], pair[1], person)
        for name, keep in (("repeated", both), ("others", [~b for b in both])):
            parts = [part[k] for part, k in zip(pair, keep, strict=True)]
            if both[0].any() and min(map(len, parts)) > 0:
                frames.append(_steps(name, parts, described))
    table = pd.concat(frames, ignore_index=True)
    lost = len(before) + len(after) - len(pair[0]) - len(pair[1])
    if lost:
        notes.append(Note("steps_missing", {"count": lost, "n": len(pair[0]) + len(pair[1])}))
    if min(len(pair[0]), len(pair[1])) < LOW_N:
        notes.append(Note("ladder_low_n", {"n": min(map(len, pair)), "need": LOW_N}))
    settings = {"level": level, "fdr": adjust.FDR, "weighted": weights is not None, "clustered": cluster is not None}
    return LadderChange(table=table, settings=settings, notes=tuple(notes), finding=_finding(frames[0]))


def in_both(before: pd.Series, after: pd.Series, person: pd.Series) -> list[np.ndarray]:
    """Which answers of each wave come from persons who also answered the other."""
    who = [person.reindex(part.index) for part in (before, after)]
    return [(a.notna() & a.isin(set(b.dropna()))).to_numpy(dtype=bool) for a, b in (who, who[::-1])]


def _steps(compared: str, pair: list[pd.Series], described: dict[str, Any]) -> pd.DataFrame:
    ids = pair[0].index.append(pair[1].index)
    person = described["person"]
    who = pd.Series(ids, index=ids, dtype=object) if person is None else person.reindex(ids).astype(object)
    n = int(who.dropna().nunique() + who.isna().sum())
    paired = person is not None and compared != "others"
    rows = []
    for k in STEPS[1:]:
        first, second = (waves.estimate((part >= k).astype(float), **described) for part in pair)
        value, lo, hi, p = waves.change(first, second)
        rows.append({
            "step": k, "step_name": f"ladder_{k}", "compared": compared, "before": first.value, "before_lo": first.lo,
            "before_hi": first.hi, "after": second.value, "after_lo": second.lo, "after_hi": second.hi,
            "n_before": first.n, "n_after": second.n, "value": value, "lo": lo, "hi": hi, "n": n, "p": p,
            "method": "paired_overlap" if paired else "square_and_add",
            "flag": "low_n" if min(first.n, second.n) < LOW_N else "ok",
        })  # fmt: skip
    out = pd.DataFrame(rows)
    at = out.columns.tolist().index("p") + 1
    out.insert(at, "q", adjust.benjamini_hochberg(out["p"].to_numpy(dtype=float)))
    # an interval beyond 0 among six steps may be chance: the verdict holds against the rate, as the finding does
    sure = (out["q"] <= adjust.FDR).to_numpy()
    verdict = np.select([sure & (out["lo"] > 0), sure & (out["hi"] < 0)], ["rising", "falling"], "no_clear_change")
    out.insert(at + 1, "verdict", verdict)
    return out


def _finding(table: pd.DataFrame) -> Note:
    """The step whose share changed most among those that hold against the false discovery rate."""
    n = {"n_before": int(table["n_before"].iloc[0]), "n_after": int(table["n_after"].iloc[0])}
    sure = table[(table["q"] <= adjust.FDR) & (table["verdict"] != "no_clear_change")]
    if sure.empty:
        return Note("ladder_change_none", n)
    top = sure.iloc[int(np.argmax(sure["value"].abs().to_numpy()))]
    # in points, so that the sentence names the unit once
    size = [100 * abs(float(top[c])) for c in ("value", "lo", "hi")]
    values = {"step": str(top["step_name"]), "size": size[0], "lo": min(size[1:]), "hi": max(size[1:]), **n}
    return Note(f"ladder_change_{top['verdict']}", values)
