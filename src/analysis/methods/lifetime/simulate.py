"""Customers drawn from a model with known parameters: worlds in which the truth is known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...core import checks
from .families import FAMILIES, checked_parameters

__all__ = ["simulate"]

#: families in continuous time
CONTINUOUS = tuple(name for name, family in FAMILIES.items() if family.times)
#: the first toss falls at the first purchase
FIRST_TOSS = ("mbg_nbd", "mbg_cnbd_k")


def simulate(
    family: str,
    n: int,
    *,
    parameters: Mapping[str, float],
    ages: tuple[float, float] = (30.0, 100.0),
    horizon: float = 0.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Histories of ``n`` customers of a family, and what they order in the ``horizon`` after.

    Parameters
    ----------
    family : {"bg_nbd", "mbg_nbd", "pareto_nbd", "bg_cnbd_k", "mbg_cnbd_k"}
    n : int
    parameters : mapping
        As in `from_parameters`; times in any one unit.
    ages : tuple of float, default (30, 100)
        Time since the first purchase, uniform between the two.
    horizon : float, default 0
        Length of the held-out time after the history.
    seed : int, default 0

    Returns
    -------
    DataFrame
        Index customer_id: frequency, recency, age and log_gaps as from `summarise`; ahead (orders in the
        horizon) and active (has not dropped out by the end of the history), which nobody sees.

    Raises
    ------
    SettingError
        ``not_a_choice``, ``family_parameters``, ``out_of_range``.
    """
    checks.choice(family, CONTINUOUS, name="family")
    values = checked_parameters(FAMILIES[family], parameters)
    checks.whole(n, name="n", low=1)
    checks.number(ages[0], name="ages", low=0)
    checks.number(ages[1], name="ages", low=ages[0])
    checks.number(horizon, name="horizon", low=0)
    rng = np.random.default_rng(seed)
    rate = np.maximum(rng.gamma(values["r"], 1 / values["alpha"], n), 1e-300)
    left, until = _stay(family, values, n, rng)
    age = rng.uniform(*ages, n)
    found = _ordered(rate, int(values.get("k", 1)), left, until, (age, horizon), rng)
    return pd.DataFrame(found, index=pd.Index([f"S{i:07d}" for i in range(n)], name="customer_id"))


def _stay(family: str, values: Mapping[str, float], n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """How long each customer stays: in repeat purchases, and in time; one of them without end."""
    if family == "pareto_nbd":
        leaving = np.maximum(rng.gamma(values["s"], 1 / values["beta"], n), 1e-300)
        return np.full(n, np.iinfo(np.int64).max), rng.exponential(1 / leaving)
    coin = np.maximum(rng.beta(values["a"], values["b"], n), 1e-12)
    return rng.geometric(coin) - (family in FIRST_TOSS), np.full(n, np.inf)


def _ordered(
    rate: np.ndarray,
    k: int,
    left: np.ndarray,
    until: np.ndarray,
    span: tuple[np.ndarray, float],
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """One round per order: those still there draw the time to their next one."""
    n, (age, horizon) = len(rate), span
    frequency, ahead = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    recency, log_gaps, now = np.zeros(n), np.zeros(n), np.zeros(n)
    gone = np.where(left > 0, until, 0.0)
    at = np.flatnonzero(gone > 0)
    while at.size:
        gap = np.maximum(rng.standard_gamma(k, at.size) / rate[at], 1e-300)
        now[at] += gap
        there = now[at] <= np.minimum(gone[at], age[at] + horizon)
        at, gap = at[there], gap[there]
        seen = now[at] <= age[at]
        frequency[at[seen]] += 1
        recency[at[seen]] = now[at[seen]]
        log_gaps[at[seen]] += np.log(gap[seen])
        ahead[at[~seen]] += 1
        left[at] -= 1
        ended = left[at] <= 0
        gone[at[ended]] = now[at[ended]]
        at = at[~ended]
    return {
        "frequency": frequency,
        "recency": recency,
        "age": age,
        "log_gaps": log_gaps,
        "ahead": ahead,
        "active": gone > age,
    }
