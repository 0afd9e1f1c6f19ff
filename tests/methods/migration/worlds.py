"""Made customer-months: no real change, or a change of each customer's rate between two half years."""

from __future__ import annotations

import numpy as np
import pandas as pd


def months(
    seed: int, volume: float, *, n: int = 600, length: int = 6, dispersion: float = 4.0, decay: float = 0.0,
    change: float = 0.0, money: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """customer_id, month, value.

    Rates are Gamma(0.8) with mean ``volume`` a period; a period's total is negative binomial with r =
    ``dispersion``, so its months have r = dispersion ÷ length. ``decay`` adds log-normal noise of variance 0.3
    with that autocorrelation; ``change`` multiplies the second period's rate by exp(change · normal).
    """
    rng = np.random.default_rng(seed)
    first = rng.gamma(0.8, volume / 0.8, n) / length
    second = first * np.exp(change * rng.normal(size=n))
    mean = np.hstack([np.repeat(rate[:, None], length, axis=1) for rate in (first, second)])
    noise = rng.gamma(dispersion / length, length / dispersion, (n, 2 * length))
    if decay:
        shared = np.empty((n, 2 * length))
        shared[:, 0] = rng.normal(size=n)
        for t in range(1, 2 * length):
            shared[:, t] = decay * shared[:, t - 1] + np.sqrt(1 - decay**2) * rng.normal(size=n)
        width = np.sqrt(np.log(1.3))
        noise = noise * np.exp(width * shared - width**2 / 2)
    boxes = rng.poisson(mean * noise)
    value = 50.0 * rng.standard_gamma(2 * boxes) if money else boxes.astype(float)
    return pd.DataFrame({
        "customer_id": np.repeat([f"H{i:04d}" for i in range(n)], 2 * length),
        "month": np.tile(pd.date_range("2024-01-01", periods=2 * length, freq="MS"), n),
        "value": value.ravel(),
    })  # fmt: skip


def totals(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Values of both halves by customer."""
    days = frame["month"].drop_duplicates().sort_values()
    late = frame["month"] >= days.iloc[len(days) // 2]
    return tuple(frame[mask].groupby("customer_id")["value"].sum() for mask in (~late, late))  # type: ignore[return-value]
