"""Shares at or beyond each step, conversions between steps, and where most is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.result import Disclosure, Note, Result
from ...stats import bootstrap, waves
from ._stages import STEPS, checked
from ._weights import positive

__all__ = ["LOW_N", "SURE", "Ladder", "loss", "measure"]

LOW_N = 30
#: a step is called the bottleneck when it is the largest loss in this share of draws
SURE = 0.95
_POSSIBLE = 0.05


@dataclass(frozen=True, eq=False, kw_only=True)
class Ladder(Result):
    """Shares at or beyond each step and the conversions between steps.

    Attributes
    ----------
    table : DataFrame
        step (0–6), step_name (code); at (respondents exactly there), n (respondents in
        all), beyond (respondents at the step or higher); value, lo, hi (share at or beyond,
        Wilson); conversion, conversion_lo, conversion_hi (of those at or beyond, the share
        that is also beyond; NaN at the top); lost (share of all who stay at this step);
        bottleneck (largest loss that may be worked on); method, flag; group ("all" first);
        p_bottleneck (share of bootstrap draws in which the step is that).
    """

    formats: ClassVar[Mapping[str, str]] = {
        "step": "count", "at": "count", "n": "count", "beyond": "count", "value": "percent", "lo": "percent",
        "hi": "percent", "conversion": "percent", "conversion_lo": "percent", "conversion_hi": "percent",
        "lost": "percent", "p_bottleneck": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("at", "beyond", "n"),
        hides=("value", "lo", "hi", "conversion", "conversion_lo", "conversion_hi", "lost", "p_bottleneck"),
        keys=("step",),
        within=("group",),
    )


# a function others rely on by name: steps, then what describes the respondents, then draws
def measure(
    stages: pd.Series, *, weights: pd.Series | None = None, cluster: pd.Series | None = None,
    by: pd.Series | None = None, margins: pd.DataFrame | None = None,
    addressable: Mapping[int, float] | pd.Series | None = None, n_boot: int = 1000, seed: int = 0,
) -> Ladder:  # fmt: skip
    """Measure the ladder: shares at or beyond each step, conversions, bottleneck.

    Parameters
    ----------
    stages : Series
        Step (0–6) of each respondent; missing ones are left out and counted.
    weights : Series, optional
        Survey weights on the same index; intervals then rest on the effective number.
    cluster : Series, optional
        Hospital of each respondent; widens intervals where answers of one hospital agree, and
        whole hospitals are drawn.
    by : Series, optional
        Group of each respondent; each group's ladder follows that of all.
    margins : DataFrame, optional
        Categories the weights were raked to, of all respondents: what they explain leaves the
        intervals of shares and conversions.
    addressable : mapping or Series of step to share, optional
        Share (0–1) of those who stay at a step whose obstacles we may work on. The
        bottleneck is the step with the largest loss times this share; default 1 each.
    n_boot, seed : int
        Draws that say how sure the bottleneck is; it is named as such from 95 % on.

    Returns
    -------
    Ladder

    Raises
    ------
    DataError
        ``empty``, ``bad_step``, ``bad_weights``.
    """
    known = checked(stages)
    positive(weights, known.index)
    factor = np.array([float(dict(addressable if addressable is not None else {}).get(k, 1.0)) for k in STEPS])
    parts = {"all": known}
    if by is not None:
        group = by.reindex(known.index).astype(object)
        group = group.where(group.notna(), "unassigned").astype(str)
        parts |= {name: known[group == name] for name in sorted(set(group))}
    described = {"weights": weights, "cluster": cluster, "margins": margins}
    frames = [_ladder(name, part, described, factor, (n_boot, seed)) for name, part in parts.items()]
    derived = stages.attrs.get("rule") == "derived"
    if derived:
        frames = [_without_evaluating(frame) for frame in frames]
    table = pd.concat(frames, ignore_index=True)
    settings = {
        "level": 0.95, "weighted": weights is not None, "clustered": cluster is not None, "raked": margins is not None,
        "addressable": {str(k): float(v) for k, v in zip(STEPS, factor, strict=True) if v != 1.0}, "seed": seed,
    }  # fmt: skip
    notes: list[Note] = []
    if len(known) < len(stages):
        notes.append(Note("steps_missing", {"count": len(stages) - len(known), "n": len(known)}))
    if len(known) < LOW_N:
        notes.append(Note("ladder_low_n", {"n": len(known), "need": LOW_N}))
    if derived:
        notes.append(Note("ladder_derived"))
    return Ladder(table=table, settings=settings, notes=(*notes, *_doubt(frames[0])), finding=_finding(frames[0]))


def _without_evaluating(table: pd.DataFrame) -> pd.DataFrame:
    """Derived steps cannot tell who evaluates: they stand at step 1, and step 2 has no number."""
    out = table.copy()
    row = out["step"] == 2
    out.loc[row, ["value", "lo", "hi", "conversion", "conversion_lo", "conversion_hi", "lost"]] = np.nan
    out.loc[row, "flag"] = "not_identified"
    return out


def loss(step: np.ndarray, weights: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Share of all who stay at each step, times what may be worked on; 0 at the top. ``weights`` (draws, n) or (n,)."""
    here = (step[:, None] == np.array(STEPS)).astype(float)
    out = (weights @ here) / weights.sum(axis=-1, keepdims=True) * factor
    out[..., -1] = 0.0
    return out


def _ladder(
    group: str, known: pd.Series, described: dict[str, Any], factor: np.ndarray, draws: tuple[int, int]
) -> pd.DataFrame:
    step, w = known.to_numpy(), positive(described["weights"], known.index)
    table = pd.DataFrame([_row(k, known, described) for k in STEPS])
    lost = loss(step, w, factor)
    best = np.zeros(len(STEPS), dtype=bool)
    if lost.max() > 0:
        best[int(np.argmax(lost))] = True
    table.insert(list(table.columns).index("lost") + 1, "bottleneck", best)
    table["group"] = group
    cluster = described["cluster"]
    labels = None if cluster is None else cluster.reindex(known.index).to_numpy(dtype=object)
    drawn = loss(step, bootstrap.multiplicities(len(step), n_boot=draws[0], seed=draws[1], cluster=labels) * w, factor)
    top = drawn.max(axis=1, keepdims=True)
    first = (drawn >= top * (1 - 1e-12)) & (top > 0)
    # a tie is shared
    table["p_bottleneck"] = (first / np.maximum(first.sum(axis=1, keepdims=True), 1)).mean(axis=0)
    return table


def _row(k: int, known: pd.Series, described: dict[str, Any]) -> dict[str, Any]:
    here, weights = known >= k, described["weights"]
    level = waves.estimate(here.astype(float), **described)
    on = waves.estimate((known[here] > k).astype(float), **described)
    goes = (on.value, on.lo, on.hi) if k < STEPS[-1] else (np.nan,) * 3
    return {
        "step": k,
        "step_name": f"ladder_{k}",
        "at": int((known == k).sum()),
        "n": len(known),
        "beyond": int(here.sum()),
        "value": level.value,
        "lo": level.lo,
        "hi": level.hi,
        "conversion": goes[0],
        "conversion_lo": goes[1],
        "conversion_hi": goes[2],
        "lost": waves.estimate((known == k).astype(float), weights=weights).value,
        "method": "wilson_weighted" if weights is not None else "wilson",
        "flag": "low_n" if len(known) < LOW_N else "ok",
    }


def _doubt(table: pd.DataFrame) -> tuple[Note, ...]:
    """Which steps may be the bottleneck when none is sure to be."""
    possible = table[table["p_bottleneck"] >= _POSSIBLE].sort_values("p_bottleneck", ascending=False)
    if int(table["n"].iloc[0]) < LOW_N or table["p_bottleneck"].max() >= SURE or len(possible) < 2:
        return ()
    (one, first), (two, second) = zip(possible["step_name"].iloc[:2], possible["p_bottleneck"].iloc[:2], strict=True)
    values = {"step": str(one), "share": float(first), "other": str(two), "second": float(second)}
    return (Note("ladder_bottleneck_open", values),)


def _finding(table: pd.DataFrame) -> Note:
    n = int(table["n"].iloc[0])
    row = table[table["bottleneck"]]
    if row.empty or n < LOW_N:
        return Note("ladder_low_n", {"n": n})
    top = row.iloc[0]
    values = {c: float(top[c]) for c in ("conversion", "conversion_lo", "conversion_hi")}
    following = table[(table["step"] > top["step"]) & (table["flag"] != "not_identified")]
    steps = {"step": str(top["step_name"]), "next": str(following["step_name"].iloc[0])}
    code = "ladder_bottleneck_sure" if top["p_bottleneck"] >= SURE else "ladder_bottleneck"
    return Note(code, {**steps, "n": int(top["beyond"]), **values})
