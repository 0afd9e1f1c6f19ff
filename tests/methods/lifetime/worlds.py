"""Simulated accounts with known parameters, for tests of recovery and coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: a pharmacy-like world in weeks: an order every four weeks or so, half of the accounts gone after ten orders
TRUTH = {"r": 1.2, "alpha": 6.0, "a": 0.8, "b": 6.0}
SPEND = {"p": 6.0, "q": 4.0, "v": 15.0}


def accounts(
    n: int,
    *,
    seed: int,
    truth: dict[str, float] | None = None,
    coins: int = 0,
    ages: tuple[float, float] = (30.0, 100.0),
    horizon: float = 0.0,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Histories drawn from BG/NBD (coins 0) or MBG/NBD (1), continuous time, and orders in the horizon after."""
    values = TRUTH if truth is None else truth
    rng = np.random.default_rng(seed)
    rate = rng.gamma(values["r"], 1 / values["alpha"], n)
    coin = rng.beta(values["a"], values["b"], n)
    age = np.round(rng.uniform(*ages, n) * 7) / 7
    # toss on which the account ends; with coins = 1 the first purchase is a toss too
    left = rng.geometric(np.maximum(coin, 1e-12)) - coins
    frequency, ahead = np.zeros(n, dtype=int), np.zeros(n, dtype=int)
    recency, now, alive = np.zeros(n), np.zeros(n), left > 0
    while alive.any():
        at = np.flatnonzero(alive)
        now[at] += rng.exponential(1 / rate[at])
        seen, later = at[now[at] <= age[at]], at[(now[at] > age[at]) & (now[at] <= age[at] + horizon)]
        frequency[seen] += 1
        recency[seen] = now[seen]
        ahead[later] += 1
        left[at] -= 1
        alive[at[(left[at] <= 0) | (now[at] > age[at] + horizon)]] = False
    ids = pd.Index([f"A{i:06d}" for i in range(n)], name="customer_id")
    return pd.DataFrame({"frequency": frequency, "recency": recency, "age": age}, index=ids), ahead


def with_spend(history: pd.DataFrame, ahead: np.ndarray, *, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Mean spend of the repeat orders, and what each account spends in the horizon, from Gamma-Gamma."""
    rng = np.random.default_rng(seed)
    x = history["frequency"].to_numpy()
    nu = rng.gamma(SPEND["q"], 1 / SPEND["v"], len(x))
    mean = rng.gamma(SPEND["p"] * np.maximum(x, 1)) / nu / np.maximum(x, 1)
    spent = np.where(ahead > 0, rng.gamma(SPEND["p"] * np.maximum(ahead, 1)) / nu, 0.0)
    return history.assign(monetary_value=np.where(x > 0, mean, 0.0)), spent
