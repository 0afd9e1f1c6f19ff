"""Contract cases of lifetime, loyalty and growth: accounts that order over three years."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis.methods import growth, lifetime, loyalty

from .case import Case

SPLIT, END = "2024-12-31", "2025-06-30"
TERMS = {"periods": 26, "annual_discount_rate": 0.1, "margin": 0.4}


@cache
def _world() -> pd.DataFrame:
    """90 accounts; some stop ordering, some orders come back as returns."""
    rng = np.random.default_rng(7)
    lines = []
    for i in range(90):
        now = rng.uniform(0, 400)
        gap = rng.gamma(2.0, 30.0) + 7
        size = rng.gamma(3.0, 400.0)
        while now < 1095:
            day = pd.Timestamp("2022-07-01") + pd.Timedelta(days=int(now))
            lines.append((f"H{i:03d}", day, round(float(rng.gamma(5.0, size / 5.0)) + 1, 2)))
            if rng.random() < 0.05:
                lines.append((f"H{i:03d}", day + pd.Timedelta(days=3), -50.0))
            if rng.random() < 0.06:
                break
            now += rng.exponential(gap) + 1
    return (
        pd.DataFrame(lines, columns=["customer_id", "date", "amount"])
        .query("date <= '2025-06-30'")
        .reset_index(drop=True)
    )


def orders(shuffled: bool = False) -> pd.DataFrame:
    frame = _world()
    return frame.sample(frac=1, random_state=3).reset_index(drop=True) if shuffled else frame.copy()


def history(shuffled: bool = False) -> pd.DataFrame:
    table = lifetime.summarise(orders(), end=END)
    return table.sample(frac=1, random_state=3) if shuffled else table


def region() -> pd.Series:
    ids = pd.Index([f"H{i:03d}" for i in range(90)], name="customer_id")
    return pd.Series(np.where(np.arange(90) < 50, "华东", "华北"), index=ids)


def calendar(shuffled: bool = False) -> pd.DataFrame:
    months = pd.date_range("2024-01-01", "2024-06-01", freq="MS")
    frame = pd.DataFrame([(c, m, 100.0 * i) for i, m in enumerate(months) for c in ("H001", "H002")])
    frame.columns = ["customer_id", "month", "value"]
    frame.loc[frame["month"] == "2024-03-01", "value"] = np.nan
    return frame.sample(frac=1, random_state=3).reset_index(drop=True) if shuffled else frame


@cache
def fit() -> lifetime.LifetimeFit:
    return lifetime.fit(history())


@cache
def spend() -> lifetime.SpendFit:
    return lifetime.fit_spend(history())


@cache
def comparison() -> lifetime.Comparison:
    return lifetime.compare(orders(), split=SPLIT, end=END)


CASES = [
    Case(
        "lifetime.fit",
        lambda: lifetime.fit(history()),
        lambda: lifetime.fit(history(shuffled=True)),
        lambda: ([history()], lifetime.fit),
    ),
    Case("lifetime.from_parameters", lambda: lifetime.from_parameters("bg_nbd", r=0.5, alpha=4.0, a=0.8, b=2.5)),
    Case(
        "lifetime.total",
        lambda: lifetime.total(fit(), history(), periods=26, by=region(), widen=comparison()),
        lambda: lifetime.total(fit(), history(shuffled=True), periods=26, by=region()[::-1], widen=comparison()),
        lambda: ([history(), region()], lambda h, by: lifetime.total(fit(), h, periods=26, by=by)),
        figure="plot_total",
    ),
    Case(
        "lifetime.fit_spend",
        lambda: lifetime.fit_spend(history()),
        lambda: lifetime.fit_spend(history(shuffled=True)),
        lambda: ([history()], lifetime.fit_spend),
    ),
    Case(
        "lifetime.value_by_group",
        lambda: lifetime.value_by_group(fit(), spend(), history(), by=region(), widen=comparison(), **TERMS),
        lambda: lifetime.value_by_group(
            fit(), spend(), history(shuffled=True), by=region()[::-1], widen=comparison(), **TERMS
        ),
        lambda: ([history(), region()], lambda h, by: lifetime.value_by_group(fit(), spend(), h, by=by, **TERMS)),
        figure="plot_total",
    ),
    Case(
        "lifetime.deciles_of_value",
        lambda: lifetime.deciles_of_value(fit(), spend(), history(), **TERMS),
        lambda: lifetime.deciles_of_value(fit(), spend(), history(shuffled=True), **TERMS),
        lambda: ([history()], lambda h: lifetime.deciles_of_value(fit(), spend(), h, **TERMS)),
        figure="plot_value",
    ),
    Case(
        "lifetime.at_risk",
        lambda: lifetime.at_risk(fit(), history()),
        lambda: lifetime.at_risk(fit(), history(shuffled=True)),
        lambda: ([history()], lambda h: lifetime.at_risk(fit(), h)),
    ),
    Case(
        "lifetime.compare",
        lambda: lifetime.compare(orders(), split=SPLIT, end=END),
        lambda: lifetime.compare(orders(shuffled=True), split=SPLIT, end=END),
        lambda: ([orders()], lambda o: lifetime.compare(o, split=SPLIT, end=END)),
        figure="plot_comparison",
    ),
    Case("lifetime.calibration", lambda: lifetime.calibration(comparison()), figure="plot_calibration"),
    Case(
        "loyalty.repeat_rate",
        lambda: loyalty.repeat_rate(orders(), as_of=END, by=region()),
        lambda: loyalty.repeat_rate(orders(shuffled=True), as_of=END, by=region()[::-1]),
        lambda: ([orders(), region()], lambda o, by: loyalty.repeat_rate(o, as_of=END, by=by)),
        figure="plot_repeat_rate",
    ),
    Case(
        "loyalty.retention",
        lambda: loyalty.retention(orders(), as_of=END, by=region()),
        lambda: loyalty.retention(orders(shuffled=True), as_of=END, by=region()[::-1]),
        lambda: ([orders(), region()], lambda o, by: loyalty.retention(o, as_of=END, by=by)),
        figure="plot_retention",
    ),
    Case(
        "growth.change",
        lambda: growth.change(orders(), as_of=END, by=region()),
        lambda: growth.change(orders(shuffled=True), as_of=END, by=region()[::-1]),
        lambda: ([orders(), region()], lambda o, by: growth.change(o, as_of=END, by=by)),
        figure="plot_change",
    ),
    Case(
        "growth.monthly",
        lambda: growth.monthly(calendar()),
        lambda: growth.monthly(calendar(shuffled=True)),
        lambda: ([calendar()], growth.monthly),
        figure="plot_monthly",
    ),
]
