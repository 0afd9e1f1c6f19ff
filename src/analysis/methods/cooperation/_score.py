"""The cooperation score with its sensitivity range: `score`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from . import _draws, _plan, _points
from ._normalise import Normalisers
from ._scheme import Scheme, cuts_of

__all__ = ["Cooperation", "score"]

LOW_N = 30
#: share of draws that must agree before a level counts as sure
SURE = 0.9
FEWEST_DRAWS = 1000


@dataclass(frozen=True, eq=False, kw_only=True)
class Cooperation(Result):
    """Cooperation scores and levels.

    Attributes
    ----------
    table : DataFrame
        One row per level (level_1 high, level_2, level_3, level_0 to be assessed): level, n, value (share of all
        customers), lo, hi (sensitivity range), method, flag, mean_score, p_own (mean probability of the own
        level), sure (share of the level's customers who stay in it in at least 90 % of draws).
    customers : DataFrame
        Index customer_id in the order of the input: customer_type, score (0–100), lo, hi, level (1, 2, 3, 0),
        p_1, p_2, p_3, coverage, rank_lo, rank_hi; of each pillar ``pillar_<name>`` (0–100) and
        ``points_<name>`` (its part of the score; they add up to it).
    cuts : DataFrame
        Cut points by normaliser and aggregation; give it as ``Scheme.cuts`` to use the same elsewhere.
    weights : DataFrame
        kind, pillar, component, pillar_weight, weight.
    """

    customers: pd.DataFrame
    cuts: pd.DataFrame
    weights: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "mean_score": "score", "p_own": "percent", "sure": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "mean_score", "p_own", "sure"), within=())


# a sixth and seventh setting: the draws
def score(
    components: pd.DataFrame,
    *,
    accounts: pd.DataFrame,
    normalisers: Normalisers,
    scheme: Scheme | None = None,
    noise: pd.DataFrame | None = None,
    n_draws: int = 1000,
    seed: int = 0,
) -> Cooperation:
    """Cooperation score of each account, with the range it takes when the choices behind it are varied.

    The score is 100·Σw·x over normalised components x; components that are not known leave their weight to the
    others, and where less than 60 % of the weight is known there is no level. Each draw takes other component
    values (normal, with their standard errors), other weights (Dirichlet around those set, concentration 60, for
    pillars and within pillars), the other normaliser or the geometric mean; these are put on the published scale by
    their own cut points, so they move customers past each other and not all of them up or down. The 90 % range over
    draws is a sensitivity range, not a confidence interval.

    Parameters
    ----------
    components : DataFrame
        Index customer_id; columns such as behav, stable, breadth, joint, needs, attitude, access, listing,
        competitor: 0–1, more is more cooperation; missing where not known.
    accounts : DataFrame
        Index customer_id: customer_type (decides the component set), stratum (comparable group).
    normalisers : Normalisers
        From `learn` on all regions.
    scheme : Scheme, optional
        Sets, weights, cut points.
    noise : DataFrame, optional
        Standard errors of the components, same index and columns; missing: none.
    n_draws : int, default 1000
        At least 1000.
    seed : int, default 0

    Returns
    -------
    Cooperation

    Raises
    ------
    DataError
        No customer, one twice, a component that is no number or infinite, a negative standard error.
    SettingError

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators; Saisana, Saltelli and Tarantola (2005),
    Journal of the Royal Statistical Society A 168, 307–323 (uncertainty analysis).
    """
    scheme = scheme or Scheme()
    checks.whole(n_draws, name="n_draws", low=FEWEST_DRAWS)
    checks.whole(seed, name="seed", low=0)
    found = _points.base(components, accounts, normalisers, scheme)
    enough = found.enough
    cuts = cuts_of(scheme, {way: s[enough] for way, s in found.scores.items()})
    plan = _plan.make(
        found.weights, cuts, normaliser=scheme.normaliser, vary=scheme.vary, n_draws=n_draws, seed=seed
    )  # fmt: skip
    drawn = _draws.simulate(_rows(found, _errors(noise, found)), plan, int(enough.sum()))
    customers = _customers(found, scheme, cuts, drawn)
    alone = _points.alone(found, _errors(noise, found))
    table = _table(customers, drawn.levels, told=alone is None)
    return Cooperation(
        table=table,
        settings=_settings(scheme, cuts, n_draws, seed, len(customers)),
        notes=_notes(found, noise, alone),
        finding=_finding(table, alone),
        customers=customers.reindex(components.index).rename_axis("customer_id"),
        cuts=cuts,
        weights=found.weights,
    )


def _errors(noise: pd.DataFrame | None, found: _points.Base) -> np.ndarray:
    if noise is None:
        return np.zeros(found.matrix.shape)
    checks.unique_index(noise, name="noise")
    errors = noise.reindex(index=found.values.index, columns=found.values.columns).fillna(0.0).to_numpy(dtype=float)
    count = int((~np.isfinite(errors) | (errors < 0)).sum())
    if count:
        raise DataError("cooperation_noise", count=count)
    return errors


def _rows(found: _points.Base, noise: np.ndarray) -> list[_draws.Rows]:
    """Assessed customers by kind, counted components only."""
    place = np.cumsum(found.enough) - 1
    where, out = found.where, []
    columns = list(found.values.columns)
    for kind, rows in found.weights.groupby("kind", sort=True):
        here = np.flatnonzero(found.enough & (found.kind == kind))
        use = [columns.index(c) for c in rows.loc[rows["weight"] > 0, "component"]]
        if len(here):
            pick = np.ix_(here, np.array(use))
            raw = found.values.to_numpy()[pick]
            missing = ~found.known[pick]
            value, rank = (np.where(missing, np.nan, part[pick]) for part in (where.minmax, where.rank))
            out.append(
                _draws.Rows(str(kind), place[here], raw, noise[pick], where.low[pick], where.width[pick], value, rank,
                            where.row[pick], where.grid)
            )  # fmt: skip
    return out


def _customers(found: _points.Base, scheme: Scheme, cuts: pd.DataFrame, drawn: _draws.Drawn) -> pd.DataFrame:
    enough, value = found.enough, found.scores[scheme.normaliser, "arithmetic"]
    row = cuts[(cuts["normaliser"] == scheme.normaliser) & (cuts["aggregation"] == "arithmetic")].iloc[0]
    spread = {
        "lo": np.minimum(drawn.lo, value[enough]), "hi": np.maximum(drawn.hi, value[enough]), "p_1": drawn.p_1,
        "p_2": 1 - drawn.p_1 - drawn.p_3, "p_3": drawn.p_3, "rank_lo": drawn.rank_lo, "rank_hi": drawn.rank_hi,
    }  # fmt: skip
    full = {name: np.full(len(value), np.nan) for name in spread}
    for name, numbers in spread.items():
        full[name][enough] = np.clip(numbers, 0, None)
    frame = pd.DataFrame(
        {
            "customer_type": pd.Series(found.kind, index=found.values.index).astype("str"),
            "score": value,
            "lo": full["lo"],
            "hi": full["hi"],
            "level": _points.levels_of(value, enough, float(row["lower"]), float(row["upper"])),
            **{name: full[name] for name in ("p_1", "p_2", "p_3")},
            "coverage": found.coverage,
            **{name: full[name] for name in ("rank_lo", "rank_hi")},
        },
        index=found.values.index,
    )
    return pd.concat([frame, _points.pillars(found, scheme.normaliser)], axis=1)


def _table(customers: pd.DataFrame, drawn: np.ndarray, *, told: bool) -> pd.DataFrame:
    """Levels; without anything to vary how sure they are is not told."""
    level = customers["level"].to_numpy()
    total, assessed = len(level), int((level > 0).sum())
    rows = []
    for place, code in enumerate((1, 2, 3, 0)):
        here = level == code
        n, share = int(here.sum()), float(here.mean())
        # who lacks components lacks them in every draw
        lo, hi = np.quantile(drawn[place] / total, [0.05, 0.95]) if code and assessed else (share, share)
        mine = customers.loc[here, f"p_{code}"].to_numpy() if code else np.array([])
        rows.append({
            "level": f"level_{code}", "n": n, "value": share, "lo": min(lo, share), "hi": max(hi, share),
            "method": "sensitivity_draws", "flag": "low_n" if (assessed if code else total) < LOW_N else "ok",
            "mean_score": customers.loc[here, "score"].mean() if code and n else np.nan,
            "p_own": float(mine.mean()) if told and len(mine) else np.nan,
            "sure": float((mine >= SURE).mean()) if told and len(mine) else np.nan,
        })  # fmt: skip
    return pd.DataFrame(rows).astype({"level": "str", "method": "str", "flag": "str"})


def _settings(scheme: Scheme, cuts: pd.DataFrame, n_draws: int, seed: int, n: int) -> dict[str, Any]:
    row = cuts[(cuts["normaliser"] == scheme.normaliser) & (cuts["aggregation"] == "arithmetic")].iloc[0]
    how = "terciles" if scheme.cuts is None else "reference" if isinstance(scheme.cuts, pd.DataFrame) else "given"
    return {
        "level_cuts": [float(row["lower"]), float(row["upper"])], "cuts": how, "normaliser": scheme.normaliser,
        "vary": list(scheme.vary), "concentration": _plan.CONCENTRATION, "level": _draws.LEVEL,
        "enough": _points.ENOUGH, "weights_from": "comparisons" if scheme.pairwise is not None else "given"
        if scheme.weights is not None else "equal", "n_draws": n_draws, "seed": seed, "n": n,
    }  # fmt: skip


def _notes(found: _points.Base, noise: pd.DataFrame | None, alone: str | None) -> tuple[Note, ...]:
    out = [Note("cooperation_range", {}) if alone is None else Note("cooperation_alone", {"component": alone})]
    without = int((found.kind == "").sum())
    short = int((~found.enough & (found.kind != "")).sum())
    if short:
        out.append(Note("cooperation_short", {"count": short, "enough": _points.ENOUGH}))
    if without:
        out.append(Note("cooperation_no_set", {"count": without}))
    if found.absent:
        out.append(Note("cooperation_absent", {"count": len(found.absent), "components": found.absent}))
    if noise is None and alone is None:
        out.append(Note("cooperation_no_noise", {}))
    return tuple(out)


def _finding(table: pd.DataFrame, alone: str | None) -> Note:
    # only numbers that stand in the table, so that hiding a row hides them here too
    assessed, total = int(table["n"].iloc[:3].sum()), int(table["n"].sum())
    if assessed == 0:
        return Note("cooperation_none", {"total": total})
    first = table.iloc[0]
    if first["n"] == 0:
        return Note("cooperation_no_high", {"assessed": assessed})
    code = "cooperation_levels_low_n" if first["flag"] == "low_n" else "cooperation_levels"
    if alone is not None and first["flag"] == "ok":
        return Note("cooperation_one", {"n": int(first["n"]), "value": float(first["value"]), "component": alone})
    values = {name: float(first[name]) for name in ("value", "lo", "hi", "sure")}
    return Note(code, {"n": int(first["n"]), **values})
