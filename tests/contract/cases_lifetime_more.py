"""Contract cases of contracts, monthly opportunities, covariates and regions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods import lifetime

from .case import Case
from .cases_lifetime import history, orders, region


def contracts(shuffled: bool = False) -> pd.DataFrame:
    """Distributor contracts signed in three years, still running after each year."""
    frame = pd.DataFrame(
        {"2021": [120.0, 96, 84, 77], "2022": [90, 71, 62, np.nan], "2023": [60, 50, np.nan, np.nan]},
        index=pd.RangeIndex(4, name="period"),
    )
    return frame.sample(frac=1, random_state=3) if shuffled else frame


def months(shuffled: bool = False) -> pd.DataFrame:
    return lifetime.opportunities(orders(shuffled), end="2025-06-30")


def traits() -> pd.DataFrame:
    """Hospital level and whether a teaching hospital."""
    i = np.arange(90)
    ids = pd.Index([f"H{n:03d}" for n in i], name="customer_id")
    return pd.DataFrame({"level": np.where(i % 3, "二级", "三级"), "teaching": i % 5 == 0}, index=ids)


CASES = [
    Case(
        "lifetime.fit[bg_bb]",
        lambda: lifetime.fit(months(), family="bg_bb"),
        lambda: lifetime.fit(months(shuffled=True), family="bg_bb"),
        lambda: ([orders()], lambda o: lifetime.fit(lifetime.opportunities(o, end="2025-06-30"), family="bg_bb")),
    ),
    Case(
        "lifetime.fit_retention",
        lambda: lifetime.fit_retention(contracts()),
        lambda: lifetime.fit_retention(contracts(shuffled=True)),
        lambda: ([contracts()], lifetime.fit_retention),
    ),
    Case(
        "lifetime.retention_curve",
        lambda: lifetime.retention_curve(lifetime.fit_retention(contracts()), periods=6, discount_rate=0.1),
        lambda: lifetime.retention_curve(lifetime.fit_retention(contracts(True)), periods=6, discount_rate=0.1),
        figure="plot_retention_curve",
    ),
    Case(
        "lifetime.fit_regions",
        lambda: lifetime.fit_regions(history(), region()),
        lambda: lifetime.fit_regions(history(shuffled=True), region()[::-1]),
        lambda: ([history(), region()], lifetime.fit_regions),
        figure="plot_regions",
    ),
    Case(
        "lifetime.fit_covariates",
        lambda: lifetime.fit_covariates(history(), traits()),
        lambda: lifetime.fit_covariates(history(shuffled=True), traits()[::-1]),
        lambda: ([history(), traits()], lifetime.fit_covariates),
    ),
]
