"""What cannot be answered is refused or said; no number comes out that is none."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime

from .worlds import accounts, with_spend

FAMILIES = ["bg_nbd", "mbg_nbd", "pareto_nbd"]


@pytest.fixture(scope="module")
def world():
    table, ahead = accounts(400, seed=81)
    history, _ = with_spend(table, ahead, seed=82)
    return history, {name: lifetime.fit(history, family=name) for name in FAMILIES}, lifetime.fit_spend(history)


def finite(frame):
    return bool(np.isfinite(frame[["value", "lo", "hi"]].to_numpy(dtype=float)).all())


@pytest.mark.parametrize("family", FAMILIES)
def test_a_horizon_of_nothing_brings_nothing(world, family):
    history, fits, spend = world
    fit = fits[family]
    total = lifetime.total(fit, history, periods=0).table
    assert total[["value", "lo", "hi"]].to_numpy().tolist() == [[0.0, 0.0, 0.0]]
    for table in (
        lifetime.value(fit, spend, history, periods=0, annual_discount_rate=0.1),
        lifetime.value_by_group(fit, spend, history, periods=0, annual_discount_rate=0.1).table,
        lifetime.deciles_of_value(fit, spend, history, periods=0, annual_discount_rate=0.1).table,
    ):
        assert (table[["value", "lo", "hi"]] == 0).all(axis=None)
    assert (lifetime.forecast(fit, history, periods=0)["expected"] == 0).all()


@pytest.mark.parametrize("rate", [-1, -1.0, float("nan"), float("-inf"), "0.1", None])
def test_a_discount_rate_that_is_none(world, rate):
    history, fits, spend = world
    with pytest.raises(SettingError, match="annual_discount_rate must be 0 to 10"):
        lifetime.value(fits["bg_nbd"], spend, history, periods=52, annual_discount_rate=rate)


@pytest.mark.parametrize("periods", [-1, float("nan"), float("-inf"), "52"])
def test_a_horizon_that_is_none(world, periods):
    history, fits, spend = world
    with pytest.raises(SettingError, match="periods must be 0 to"):
        lifetime.value(fits["bg_nbd"], spend, history, periods=periods, annual_discount_rate=0.1)
    with pytest.raises(SettingError, match="periods must be 0 to"):
        lifetime.total(fits["bg_nbd"], history, periods=periods)


def test_all_the_future_without_discount(world):
    history, fits, spend = world
    with pytest.raises(SettingError, match="needs an annual discount rate above 0"):
        lifetime.value(fits["bg_nbd"], spend, history, periods=math.inf, annual_discount_rate=0)
    with pytest.raises(SettingError, match="periods must be 0 to"):
        lifetime.total(fits["bg_nbd"], history, periods=math.inf)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("days", [7.0, 30.4375])
def test_a_history_in_another_unit_is_refused(world, family, days):
    history, fits, spend = world
    daily = history.assign(recency=history["recency"] * days, age=history["age"] * days)
    told = {"periods": 52, "annual_discount_rate": 0.1}
    with pytest.raises(SettingError, match="history must be in the unit of the fit"):
        lifetime.value(fits[family], spend, daily, **told)
    with pytest.raises(SettingError, match="history must be in the unit of the fit"):
        lifetime.total(lifetime.fit(daily, family=family), history, periods=52)
    for refused in (lifetime.at_risk, lambda fit, table: lifetime.forecast(fit, table, periods=52)):
        with pytest.raises(SettingError, match="history must be in the unit of the fit"):
            refused(fits[family], daily)


def test_young_or_busy_customers_are_no_other_unit(world):
    history, fits, _ = world
    # the youngest tenth, at a sixth of their age: fewer orders, as the model expects of them
    young, _ = accounts(300, seed=83, ages=(4.0, 12.0))
    assert lifetime.total(fits["bg_nbd"], young, periods=52).table["value"].iloc[0] > 0
    busy = history[history["frequency"] > history["frequency"].quantile(0.9)]
    assert lifetime.total(fits["bg_nbd"], busy, periods=52).table["value"].iloc[0] > 0
    old, _ = accounts(300, seed=84, ages=(240.0, 300.0))
    assert lifetime.total(fits["bg_nbd"], old, periods=52).table["value"].iloc[0] > 0


@pytest.mark.parametrize("money", [0.0, -25.0, np.nan])
def test_amounts_that_are_no_price(world, money):
    history, fits, _ = world
    table = history.copy()
    hit = table.index[table["frequency"] > 0][:20]
    table.loc[hit, "monetary_value"] = money
    spend = lifetime.fit_spend(table)
    assert next(note for note in spend.notes if note.code == "spend_left_out").values == {"n": 20}
    value = lifetime.value(fits["bg_nbd"], spend, table, periods=52, annual_discount_rate=0.1)
    assert finite(value)
    # nothing is known of their spend: they get what a customer without repeats is expected to spend
    unknown = lifetime.spend_expectation(spend, table)
    assert unknown[hit].nunique() == 1
    assert unknown[hit[0]] == unknown[table["frequency"] == 0].iloc[0]


def test_returns_are_netted_by_day_and_a_day_of_returns_is_no_purchase():
    lines = pd.DataFrame(
        [("P1", "2024-01-01", 50.0), ("P1", "2024-02-01", 80.0), ("P1", "2024-02-01", -30.0),
         ("P1", "2024-03-01", -50.0), ("P1", "2024-04-01", 20.0), ("P1", "2024-04-01", -20.0),
         ("P2", "2024-01-01", -5.0)],
        columns=["customer_id", "date", "amount"],
    )  # fmt: skip
    table = lifetime.summarise(lines, end="2024-06-30")
    assert table.index.tolist() == ["P1"]
    assert table.loc["P1", ["frequency", "monetary_value"]].tolist() == [1, 50.0]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_tail_without_a_mean_gives_finite_values(family):
    rng = np.random.default_rng(85)
    history, _ = accounts(500, seed=86)
    x = history["frequency"].to_numpy()
    nu = rng.gamma(0.7, 1 / 15.0, len(x))
    money = np.where(x > 0, rng.gamma(6.0 * np.maximum(x, 1)) / nu / np.maximum(x, 1), 0.0)
    history = history.assign(monetary_value=money)
    spend = lifetime.fit_spend(history)
    assert spend.parameters["q"] < 1
    result = lifetime.value_by_group(lifetime.fit(history, family=family), spend, history, periods=52,
                                     annual_discount_rate=0.1)  # fmt: skip
    assert finite(result.table)
    assert "spend_no_mean" in [note.code for note in result.notes]


@pytest.mark.parametrize("unit", ["quarter", "Week", "w", None])
def test_a_unit_that_does_not_exist(world, unit):
    history, fits, spend = world
    with pytest.raises(SettingError, match="unit must be one of day, month, week"):
        lifetime.value(fits["bg_nbd"], spend, history, periods=52, annual_discount_rate=0.1, unit=unit)
    with pytest.raises(SettingError, match="unit must be one of day, month, week"):
        lifetime.total(fits["bg_nbd"], history, periods=52, unit=unit)


def test_an_empty_history(world):
    history, fits, _ = world
    with pytest.raises(DataError, match="history must have at least one row"):
        lifetime.total(fits["bg_nbd"], history.iloc[:0], periods=52)


@pytest.mark.parametrize("money", [0.0, -5.0])
def test_no_amount_above_zero_is_no_matter_of_the_split(money):
    lines = pd.DataFrame(
        [(f"P{i}", day, money) for i in range(20) for day in ("2023-02-01", "2023-09-01", "2024-05-01")],
        columns=["customer_id", "date", "amount"],
    )
    with pytest.raises(DataError) as refused:
        lifetime.compare(lines, split="2023-12-31", end="2024-12-31")
    assert refused.value.code == "no_purchases"
