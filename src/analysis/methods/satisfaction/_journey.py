"""Satisfaction along the customer's journey, by stage and touchpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import bootstrap, design
from . import _answers as answers

__all__ = ["Journey", "journey"]

_LEVEL = 0.95


@dataclass(frozen=True, eq=False, kw_only=True)
class Journey(Result):
    """Satisfied answers by stage of the journey and by touchpoint.

    Attributes
    ----------
    table : DataFrame
        stage, touchpoint ("all": the stage as a whole, before its touchpoints where it has several);
        value, lo, hi (share of answers in the top boxes), n (respondents), n_eff; rank_lo, rank_hi (of
        the stage, 1 weakest; stage rows only), weakest (the rank interval is the first rank alone); method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "lo": "percent", "hi": "percent", "n": "count", "n_eff": "count", "rank_lo": "count",
        "rank_hi": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",), hides=("value", "lo", "hi", "n_eff", "rank_lo", "rank_hi", "weakest")
    )


# answers and what they belong to, then scale and what describes the respondents; draws for the ranks
def journey(
    touchpoints: pd.DataFrame, stages: Mapping[str, str], *, order: Sequence[str] = (), top: int = 2, scale: int = 5,
    weights: pd.Series | None = None, cluster: pd.Series | None = None, n_boot: int = 1000, seed: int = 0,
) -> Journey:  # fmt: skip
    """Share of satisfied answers at each touchpoint and stage; the weakest stage when its rank is sure.

    A stage's share is that of all answers to its touchpoints; a respondent with two of them counts
    twice in it, but once in its error.

    Parameters
    ----------
    touchpoints : DataFrame
        Satisfaction 1 to ``scale``, index response_id, one column per touchpoint.
    stages : mapping of str to str
        Touchpoint to stage of the journey; touchpoints without a stage are left out and counted.
    order : sequence of str, optional
        Stages as they follow each other; default: as ``stages`` first names them.
    top, scale : int, default 2, 5
        How many of the highest answers count as satisfied; highest answer.
    weights, cluster : Series, optional
        Survey weight and hospital by response_id.
    n_boot, seed : int
        Draws for the rank interval, of whole hospitals or of respondents.

    Returns
    -------
    Journey

    Raises
    ------
    DataError
        ``empty``, ``journey_no_stage``, ``bad_score``, ``bad_weights``.
    SettingError
        ``out_of_range``.
    """
    checks.not_empty(touchpoints, name="touchpoints")
    checks.whole(top, name="top", low=1, high=scale - 1)
    used = [c for c in touchpoints.columns if c in stages]
    if not used:
        raise DataError(
            "journey_no_stage", touchpoints=[*map(str, touchpoints.columns[:10])], stages=[*map(str, stages)][:10]
        )
    hits = _hits(touchpoints[used], scale - top, scale, weights)
    named = list(dict.fromkeys([*order, *stages.values()]))
    stage_of = {c: stages[c] for c in used}
    kept = [s for s in named if s in set(stage_of.values())]
    w = None if weights is None else weights.reindex(hits.index).to_numpy(dtype=float)
    labels = hits.index.to_numpy() if cluster is None else cluster.reindex(hits.index).fillna("").to_numpy(dtype=object)
    labels = np.where(labels == "", hits.index.to_numpy(dtype=object), labels)
    columns = [[c for c in used if stage_of[c] == s] for s in kept]
    table = _table(
        hits, dict(zip(kept, columns, strict=True)), w, labels, _ranks(hits, columns, w, labels, n_boot, seed)
    )
    table["method"] = "wilson_weighted" if weights is not None else "wilson"
    notes: tuple[Note, ...] = ()
    if len(used) < touchpoints.shape[1]:
        notes = (Note("journey_no_stage", {"count": touchpoints.shape[1] - len(used)}),)
    settings = {
        "top": top,
        "scale": scale,
        "level": 0.95,
        "weighted": weights is not None,
        "clustered": cluster is not None,
        "seed": seed,
    }
    return Journey(table=table, settings=settings, notes=notes, finding=_finding(table))


def _table(
    hits: pd.DataFrame, columns: Mapping[str, list[str]], w: np.ndarray | None, labels: np.ndarray,
    ranks: list[tuple[float, float]],
) -> pd.DataFrame:  # fmt: skip
    rows = []
    for (stage, mine), (low, high) in zip(columns.items(), ranks, strict=True):
        first = _row(hits[mine], w, labels)
        place = {"rank_lo": low, "rank_hi": high, "weakest": bool(high == 1)}
        if first["flag"] == "suppressed":
            place = {"rank_lo": np.nan, "rank_hi": np.nan, "weakest": False}
        rows.append({"stage": stage, "touchpoint": "all", **first, **place})
        rest = {"rank_lo": np.nan, "rank_hi": np.nan, "weakest": False}
        rows += [
            {"stage": stage, "touchpoint": str(c), **_row(hits[[c]], w, labels), **rest} for c in mine if len(mine) > 1
        ]
    return pd.DataFrame(rows)


def _hits(frame: pd.DataFrame, above: int, scale: int, weights: pd.Series | None) -> pd.DataFrame:
    """1 for a satisfied answer, 0 for another, missing where there is none; respondents by id."""
    asked = frame.dropna(how="all").sort_index()
    checks.not_empty(asked, name="touchpoints")
    parts = {}
    for c in asked.columns:
        scores = asked[c].dropna()
        if len(scores):
            scores = answers.known(scores, weights, low=1, high=scale, name=str(c))
        parts[c] = (scores > above).astype(float).reindex(asked.index)
    return pd.DataFrame(parts, index=asked.index)


def _row(hits: pd.DataFrame, w: np.ndarray | None, labels: np.ndarray) -> dict[str, Any]:
    flat, many = hits.to_numpy(dtype=float), hits.shape[1]
    n = int(np.isfinite(flat).any(axis=1).sum())
    told = answers.flag(n)
    show = told != "suppressed"
    found = design.proportion(
        flat.ravel(), None if w is None else np.repeat(w, many), np.repeat(labels, many), _LEVEL
    )  # fmt: skip
    return {
        "value": found.value if show else np.nan,
        "lo": found.lo if show else np.nan,
        "hi": found.hi if show else np.nan,
        "n": n,
        "n_eff": found.n_eff if show else np.nan,
        "flag": told,
    }


def _ranks(
    hits: pd.DataFrame, columns: list[list[str]], w: np.ndarray | None, labels: np.ndarray, n_boot: int, seed: int
) -> list[tuple[float, float]]:
    """Rank interval of each stage; rank 1 has the smallest share. One stage has no rank."""
    if len(columns) < 2:
        return [(np.nan, np.nan)] * len(columns)
    weight = np.ones(len(hits)) if w is None else w
    drawn = bootstrap.multiplicities(len(hits), n_boot=n_boot, seed=seed, cluster=labels) * weight
    shares = []
    for mine in columns:
        block = hits[mine].to_numpy(dtype=float)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares.append((drawn @ np.nansum(block, axis=1)) / (drawn @ np.isfinite(block).sum(axis=1)))
    low, high = bootstrap.rank_interval(-np.column_stack(shares), level=_LEVEL)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _finding(table: pd.DataFrame) -> Note:
    stages = table[(table["touchpoint"] == "all") & (table["flag"] != "suppressed")]
    if stages.empty:
        return Note("journey_suppressed", {"n": int(table["n"].max()), "need": answers.SUPPRESS})
    low = stages.sort_values("value", kind="stable").iloc[0]
    values = {"stage": str(low["stage"]), "n": int(low["n"]), **{c: float(low[c]) for c in ("value", "lo", "hi")}}
    return Note("journey_weakest" if low["weakest"] else "journey_among_weakest", values)
