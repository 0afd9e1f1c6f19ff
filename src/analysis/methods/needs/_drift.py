"""What changed in importance between two waves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, respondents, waves
from ._centre import BASES, centred

__all__ = ["NeedDrift", "drift"]


@dataclass(frozen=True, eq=False, kw_only=True)
class NeedDrift(Result):
    """Change of importance from one wave to the next.

    Attributes
    ----------
    table : DataFrame
        One row per need asked in both waves: need, before, after (raw means), value, lo, hi (change on the basis
        in ``settings``), centred (change of the mean against the respondent's own mean), p, q (false
        discovery rate over the needs), verdict (rose, fell,
        no_clear_change), n_before, n (answers now), n_paired (persons who answered both), method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("value", "lo", "hi", "before", "after", "centred", "p", "q"), "number2"),
        **dict.fromkeys(("n_before", "n", "n_paired"), "count"), "verdict": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_before", "n_paired"),
        hides=("value", "lo", "hi", "before", "after", "centred", "p", "q", "verdict"),
    )


# two waves, their weights, and who is who: more than six
def drift(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    person: pd.Series | None = None,
    weights_before: pd.Series | None = None,
    weights_after: pd.Series | None = None,
    cluster: pd.Series | None = None,
    strata: pd.Series | None = None,
    basis: str = "raw",
    scale: int = 5,
    level: float = 0.95,
) -> NeedDrift:
    """Change of each need's importance, those who answered twice held against themselves.

    Parameters
    ----------
    before, after : DataFrame
        Index response_id (unique over both waves), one column per need, answers 1 to ``scale``.
    person : Series, optional
        Person of each response of both waves; without it all answers count as independent.
    weights_before, weights_after, cluster : Series, optional
        Survey weights of each wave, hospital of each response.
    strata : Series, optional
        Group of each response of both waves, such as title or segment. The earlier wave is then weighted to
        the later one's make-up, so that a change of who answered is no change of needs. These weights
        count as known.
    basis : {"raw", "centred"}
        What is tested. Persons held against themselves keep their habit of rating, so the answers themselves are
        the default; against the own mean, one need that rises makes all others fall.
    scale : int, default 5
    level : float, default 0.95

    Raises
    ------
    DataError
        ``empty``, ``bad_score``, ``bad_weights``, ``needs_no_common``.

    References
    ----------
    Derrick et al. (2017), Journal of Modern Applied Statistical Methods 16(1), 137–157 (persons in both or one of the
    waves); Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289–300.
    """
    checks.choice(basis, BASES, name="basis")
    common = sorted(set(before.columns) & set(after.columns), key=str)
    if not common:
        raise DataError("needs_no_common", before=list(map(str, before.columns)), after=list(map(str, after.columns)))
    then = respondents.prepared(before[common], weights=weights_before, cluster=None, name="before")
    now = respondents.prepared(after[common], weights=weights_after, cluster=None, name="after")
    frames = [respondents.scored(side.frame, low=1, high=scale) for side in (then, now)]
    w_then, w_now = (pd.Series(side.w, index=side.frame.index) for side in (then, now))
    notes: list[Note] = []
    if strata is not None:
        w_then, lost = _standardised(w_then, w_now, strata)
        frames[0] = frames[0].loc[w_then.index]
        notes += [Note("needs_strata_lost", {"count": lost, "n": len(then.frame)})] if lost else []
    own = [centred(frame) for frame in frames]
    settings = {"basis": basis, "scale": scale, "level": level, "paired": person is not None,
                "standardised": strata is not None, "clustered": cluster is not None,
                "weighted": weights_before is not None or weights_after is not None}  # fmt: skip
    table = pd.DataFrame([
        _row(str(need), [f[need] for f in frames], [f[need] for f in own], basis, (w_then, w_now), person, cluster,
             level)
        for need in common
    ])  # fmt: skip
    table["q"] = adjust.benjamini_hochberg(table["p"].to_numpy())
    table["verdict"] = [waves.verdict(row) for _, row in table.iterrows()]
    left = (set(before.columns) | set(after.columns)) - set(common)
    notes += [Note("needs_one_wave", {"count": len(left)})] if left else []
    notes += [] if person is not None else [Note("needs_not_linked")]
    return NeedDrift(
        table=table[_COLUMNS], settings=settings, notes=tuple(notes), finding=_finding(table)
    )  # fmt: skip


_COLUMNS = [
    "need", "before", "after", "value", "lo", "hi", "centred", "p", "q", "verdict", "n_before", "n", "n_paired",
    "method", "flag",
]  # fmt: skip


# both readings of both waves, and how they belong together
def _row(
    need: str, raw: list[pd.Series], own: list[pd.Series], basis: str, w: tuple[pd.Series, pd.Series],
    person: pd.Series | None, cluster: pd.Series | None, level: float,
) -> dict[str, Any]:  # fmt: skip
    first, second = raw if basis == "raw" else own
    found = waves.compare(
        first, second, "mean", person=person, weights_before=w[0], weights_after=w[1], cluster=cluster, level=level
    )
    (then, now), (own_then, own_now) = ([_mean(s, v) for s, v in zip(side, w, strict=True)] for side in (raw, own))
    flag = respondents.flag(min(int(found["n_before"]), int(found["n_after"])))
    numbers = {"before": then, "after": now, "centred": own_now - own_then,
               **{c: found[c] for c in ("value", "lo", "hi", "p")}}  # fmt: skip
    if flag == "suppressed":
        numbers = dict.fromkeys(numbers, np.nan)
    elif not np.isfinite(found["p"]):
        flag = "not_identified"
        numbers |= dict.fromkeys(("lo", "hi", "p"), np.nan)
    return {"need": need, **numbers, **waves.basis(found), "flag": flag}


def _mean(values: pd.Series, weights: pd.Series) -> float:
    known = values.dropna()
    return float(np.average(known, weights=weights[known.index])) if len(known) else float("nan")


def _standardised(then: pd.Series, now: pd.Series, strata: pd.Series) -> tuple[pd.Series, int]:
    """Weights of the earlier wave with the later one's shares of the strata; how many have no counterpart."""
    old, new = strata.reindex(then.index), strata.reindex(now.index)
    have, want = then.groupby(old).sum(), now.groupby(new).sum()
    factor = (want / want.sum()) / (have / have.sum())
    out = then * old.map(factor.dropna()).astype(float)
    return out[out > 0], int((~(out > 0)).sum())


def _finding(table: pd.DataFrame) -> Note:
    tested = table[table["q"].notna()]
    if tested.empty:
        return Note("needs_drift_untested", {"n": int(table["n"].max())})
    clear = tested[tested["verdict"] != "no_clear_change"]
    if clear.empty:
        return Note("needs_drift_none", {"tests": len(tested), "n": int(tested["n"].max())})
    best = clear.iloc[int(clear["value"].abs().to_numpy().argmax())]
    values = {"item": best["need"], "n": int(best["n"]), **{c: float(best[c]) for c in ("value", "lo", "hi")}}
    return Note(f"needs_drift_{best['verdict']}", values)
