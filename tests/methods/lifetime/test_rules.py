"""A plain rule in the place of a model: rates, totals and values, and the choice after a held-out test."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime

END = "2025-06-30"


def clockwork(n: int = 60) -> pd.DataFrame:
    """Everybody orders every 30, 60 … days for ever: last year's rate is right."""
    days = pd.date_range("2023-01-15", "2025-06-30", freq="30D")
    lines = [(f"P{i:02d}", day, 100.0 + i % 7) for i in range(n) for day in days[:: 1 + i % 6]]
    return pd.DataFrame(lines, columns=["customer_id", "date", "amount"])


@pytest.fixture(scope="module")
def compared() -> lifetime.Comparison:
    return lifetime.compare(clockwork(), split="2024-12-31", end=END, families=["bg_nbd", "mbg_nbd"])


def test_rate_of_last_year_by_hand() -> None:
    rule = lifetime.fit_rule(clockwork(), rule="last_year_rate", end=END)
    # P00 ordered every 30 days: 12 orders in the last 365 days, so 12 / 365.25 · 7 a week
    assert rule.rates["P00"] == pytest.approx(12 / 365.25 * 7)
    assert rule.table["value"].iloc[0] == pytest.approx(rule.rates.mean())
    assert rule.family == "last_year_rate"


def test_total_is_rate_times_horizon_with_the_scatter_of_the_test() -> None:
    history = lifetime.summarise(clockwork(), end=END)
    for scatter in (1.0, 4.0):
        rule = lifetime.fit_rule(clockwork(), rule="last_year_rate", end=END, dispersion=scatter)
        row = lifetime.total(rule, history, periods=26).table.iloc[0]
        expected = rule.rates.sum() * 26
        assert row["value"] == pytest.approx(expected)
        # a negative binomial with variance scatter · mean; half-width near 1.645 standard deviations
        half = 1.645 * np.sqrt(scatter * expected)
        assert (row["hi"] - row["lo"]) / 2 == pytest.approx(half, rel=0.05)


def test_value_by_hand() -> None:
    history = lifetime.summarise(clockwork(), end=END)
    rule = lifetime.fit_rule(clockwork(), rule="last_year_rate", end=END)
    spend = lifetime.fit_spend(history)
    plain = lifetime.value(rule, spend, history, periods=52, annual_discount_rate=0.0, margin=0.5)
    each = 0.5 * rule.rates * 52 * lifetime.spend_expectation(spend, history)
    assert plain["value"].to_numpy() == pytest.approx(each.to_numpy())
    later = lifetime.value(rule, spend, history, periods=52, annual_discount_rate=0.1, margin=0.5)
    # orders come evenly: ∫₀⁵² e^(−δt) dt / 52 with δ = ln 1.1 · 7 / 365.25
    rate = np.log(1.1) * 7 / 365.25
    factor = (1 - np.exp(-52 * rate)) / (52 * rate)
    assert later["value"].to_numpy() == pytest.approx(factor * each.to_numpy())


def test_the_rule_that_wins_is_what_is_used(compared) -> None:
    assert compared.used == "last_year_rate"
    history = lifetime.summarise(clockwork(), end=END)
    fit = lifetime.fit(history, family=compared.family)
    used = lifetime.choose(compared, fit, clockwork(), end=END)
    assert used.family == "last_year_rate"
    assert used.dispersion == compared.dispersion_of("last_year_rate")
    total = lifetime.total(used, history, periods=26, widen=compared)
    test = compared.held_out("last_year_rate")
    assert total.settings["family"] == "last_year_rate"
    # the error beside the total is that of the rule, not of the model that lost
    assert total.table["held_out_error"].iloc[0] == pytest.approx(abs(test.predicted - test.actual) / test.actual)
    assert test.predicted == pytest.approx(compared.customers["last_year_rate"].sum())
    # 26 weeks on, everybody goes on ordering: the actual of such a world is 182 / 30 of the half-year rate
    assert total.table["lo"].iloc[0] <= compared.actual <= total.table["hi"].iloc[0]


def test_a_model_that_wins_is_used_itself() -> None:
    compared = lifetime.compare(clockwork(), split="2024-12-31", end=END, families=["bg_nbd"])
    history = lifetime.summarise(clockwork(), end=END)
    fit = lifetime.fit(history)
    won = lifetime.Comparison(**{**compared.__dict__, "best": "bg_nbd"})
    assert lifetime.choose(won, fit, clockwork(), end=END) is fit


def test_dispersion_by_hand() -> None:
    customers = pd.DataFrame({"actual": [0.0, 4.0, 2.0], "recency_rule": [1.0, 2.0, 1.0]}, index=["A", "B", "C"])
    table = pd.DataFrame({"rule": ["recency_rule"]})
    found = lifetime.Comparison(
        table=table, best="recency_rule", family="bg_nbd", predicted=4.0, actual=6.0, error=-1 / 3, covered=True,
        customers=customers,
    )  # fmt: skip
    # (1 + 4 + 1) / 4
    assert found.dispersion_of("recency_rule") == pytest.approx(1.5)


def test_messages(compared) -> None:
    history = lifetime.summarise(clockwork(), end=END)
    rule = lifetime.fit_rule(clockwork(), rule="recency_rule", end=END)
    spend = lifetime.fit_spend(history)
    with pytest.raises(SettingError, match="rule must be one of last_year_rate, recency_rule; got mean"):
        lifetime.fit_rule(clockwork(), rule="mean", end=END)
    with pytest.raises(SettingError, match=r"dispersion must be 1 to inf; got 0\.5"):
        lifetime.fit_rule(clockwork(), rule="recency_rule", end=END, dispersion=0.5)
    with pytest.raises(DataError, match="cover every customer of history; 1 of 61 are unknown to recency_rule"):
        lifetime.total(rule, pd.concat([history, history.head(1).rename(index={"P00": "new"})]), periods=26)
    with pytest.raises(SettingError, match="A plain rule knows no dropout and cannot value all the future"):
        lifetime.value(rule, spend, history, periods=math.inf, annual_discount_rate=0.1)
    for needs_a_model in (lifetime.at_risk, lifetime.log_likelihood):
        with pytest.raises(SettingError, match="recency_rule is a plain rule, which has no probability active"):
            needs_a_model(rule, history)
    other = "bg_nbd" if compared.family == "mbg_nbd" else "mbg_nbd"
    with pytest.raises(SettingError, match=f"best model of the comparison; want {compared.family}, got {other}"):
        lifetime.choose(compared, lifetime.fit(history, family=other), clockwork(), end=END)
