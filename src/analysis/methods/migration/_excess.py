"""Movement beyond chance: the noise of the months, the worlds without change, and what is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ...core.result import Note
from ...stats import bootstrap
from . import _bound, _noise, _null
from ._inputs import Months
from ._rule import Rule

__all__ = ["Chance", "measure"]

#: dispersion of a period's total tried where the months within are not known
R_RANGE = (2, 3, 4, 5, 6, 7, 8)


@dataclass(frozen=True, eq=False)
class Chance:
    """What chance alone moves.

    Attributes
    ----------
    null, excess : tuple
        value, lo, hi; the value is missing where only a range can be given.
    worlds : array (worlds, 5, 5) or None
    noise : dict
        Estimated noise of a customer-month; empty without.
    notes : tuple of Note
    """

    null: tuple[float, float, float]
    excess: tuple[float, float, float]
    worlds: np.ndarray | None = None
    noise: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def measure(both: pd.DataFrame, months: Months | None, rule: Rule, *, n_draws: int, seed: int) -> Chance:
    """Movement in worlds without change, against the movement of the same customers by the same rule.

    Parameters
    ----------
    both : DataFrame
        net_before, net_after of the customers present in both periods, sorted by id.
    months : Months or None
    rule : Rule
    n_draws, seed : int
    """
    first, second = (both[name].to_numpy(dtype=float) for name in ("net_before", "net_after"))
    before, after = rule.both(first, second)
    observed = float((before != after).mean())
    inside = _within(both.index, months)
    if inside is None:
        return _range(_totals(first, second, (1, 1)), observed, rule, n_draws=n_draws, seed=seed)
    earlier, later = inside
    lengths = (earlier.shape[1], later.shape[1])
    times = bootstrap.multiplicities(len(earlier), n_boot=n_draws, seed=seed)
    noise, draws = _noise.estimate(earlier, later, times)
    worlds = _null.simulate(_totals(first, second, lengths), noise, draws, rule, seed=seed)
    moved = _moved(worlds)
    period, across = map(float, noise.period(lengths[1]))
    learned = {
        "scale": noise.scale, "white": noise.white, "shared": noise.shared, "decay": noise.decay,
        "r_period": 1 / period if period > 1e-9 else None, "correlation_periods": across / period if period else 0.0,
        "correlated_draws": float(np.mean([one.shared > 0 for one in draws])), "n": len(earlier),
        "months": list(lengths),
    }  # fmt: skip
    different = (Note("migration_months_differ", {"before": lengths[0], "after": lengths[1]}),)
    return Chance(
        null=_band(moved, float(moved.mean())),
        excess=_band((observed - moved) / (1 - moved), (observed - moved.mean()) / (1 - moved.mean())),
        worlds=worlds,
        noise=learned,
        notes=different if lengths[0] != lengths[1] else (),
    )


def _within(customers: pd.Index, months: Months | None) -> tuple[np.ndarray, np.ndarray] | None:
    """Complete months of customers who bought; None where they are too few to tell the noise."""
    if months is None:
        return None
    place = months.customers.get_indexer(customers)
    parts = [part[place[place >= 0]] for part in (months.before, months.after)]
    parts = [part[:, np.isfinite(part).any(axis=0)] for part in parts]
    if min(part.shape[1] for part in parts) < _noise.LEAST_MONTHS:
        return None
    complete = np.isfinite(np.hstack(parts)).all(axis=1)
    bought = complete & (np.nansum(np.hstack(parts), axis=1) > 0)
    if bought.sum() < _noise.LEAST_CUSTOMERS or min(part[bought].sum() for part in parts) <= 0:
        return None
    return parts[0][bought], parts[1][bought]


def _totals(first: np.ndarray, second: np.ndarray, months: tuple[int, int]) -> _null.Totals:
    whole = bool((first % 1 == 0).all() and (second % 1 == 0).all())
    return _null.Totals(first, second, months, whole)


def _range(totals: _null.Totals, observed: float, rule: Rule, *, n_draws: int, seed: int) -> Chance:
    """Lowest and highest over the dispersions that are possible and that the change between the totals allows."""
    if not (totals.before + totals.after > 0).any():
        return Chance((np.nan,) * 3, (np.nan,) * 3)
    size = max(float((totals.before + totals.after).mean()), 1e-9)
    # counts are at least Poisson; money without its months has no known size of an order
    scale = 1.0 if totals.whole else 1e-6 * size
    bound = _bound.most(totals.before, totals.after, counts=totals.whole)
    tight = bound < 1 / R_RANGE[-1]
    tried = [np.minimum(1 / r, bound) for r in R_RANGE]
    if tight.any():
        # where none of the dispersions is possible nothing is known of the noise but its bound
        tried.append(np.where(tight, 0.0, tried[-1]))
    nulls, excesses = [], []
    for white in tried:
        noise = _noise.Noise(scale, white)
        moved = _moved(_null.simulate(totals, noise, [noise] * max(n_draws // 4, 20), rule, seed=seed))
        nulls.append(float(moved.mean()))
        excesses.append(np.quantile((observed - moved) / (1 - moved), [0.025, 0.975]).tolist())
    low, high = min(one[0] for one in excesses), max(one[1] for one in excesses)
    return Chance(null=(np.nan, min(nulls), max(nulls)), excess=(np.nan, low, high), notes=_said(bound, tight))


def _said(bound: np.ndarray, tight: np.ndarray) -> tuple[Note, ...]:
    """Which dispersions were tried, and for how many customers the change is too small for them."""
    notes = [Note("migration_two_totals", {"r_lo": R_RANGE[0], "r_hi": R_RANGE[-1]})]
    if tight.any():
        # a bound of no noise at all has no dispersion
        least = 1 / max(float(np.median(bound[tight])), 1e-6)
        notes.append(Note("migration_bounded", {"n": int(tight.sum()), "of": len(tight), "r": least}))
    return tuple(notes)


def _moved(worlds: np.ndarray) -> np.ndarray:
    """Share of customers off the diagonal; short of one, so that the excess stays finite."""
    share = 1 - worlds.trace(axis1=1, axis2=2) / worlds.sum(axis=(1, 2))
    return np.minimum(np.asarray(share, dtype=float), 1 - 1e-9)


def _band(draws: np.ndarray, value: float) -> tuple[float, float, float]:
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(value), float(min(low, value)), float(max(high, value))
