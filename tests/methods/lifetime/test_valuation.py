import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime.discounting import discounted
from analysis.methods.lifetime.rows import compress

from .worlds import accounts, with_spend


@pytest.fixture(scope="module")
def world():
    table, ahead = accounts(2000, seed=51, horizon=52.0)
    history, spent = with_spend(table, ahead, seed=52)
    return history, spent, lifetime.fit(history), lifetime.fit_spend(history)


def test_undiscounted_value_is_orders_times_spend(world):
    history, _, fit, spend = world
    table = lifetime.value(fit, spend, history, periods=52, annual_discount_rate=0, margin=0.25)
    orders = lifetime.forecast(fit, history, periods=52)["expected"]
    assert table["value"].to_numpy() == pytest.approx(
        0.25 * (orders * lifetime.spend_expectation(spend, history)).to_numpy()
    )
    assert table.index.equals(history.index)
    assert list(table.columns) == ["value", "lo", "hi"]


def test_discounting_by_hand_without_dropout():
    # no dropout and one rate for all: orders come evenly, 0.5 a week, so the factor is ∫₀⁵² e^(−δt) dt / 52
    # with δ = ln 1.1 · 7 / 365.25
    fit = lifetime.from_parameters("bg_nbd", r=5e6, alpha=1e7, a=1e-9, b=1.0)
    history = pd.DataFrame(
        {"frequency": [10], "recency": [20.0], "age": [20.0], "monetary_value": [100.0]}, index=["A1"]
    )
    spend = lifetime.fit_spend(accounts_with_spend())
    plain = lifetime.value(fit, spend, history, periods=52, annual_discount_rate=0)["value"].iloc[0]
    assert plain == pytest.approx(26 * lifetime.spend_expectation(spend, history).iloc[0], rel=1e-6)
    rate = np.log(1.1) * 7 / 365.25
    factor = (1 - np.exp(-rate * 52)) / (rate * 52)
    later = lifetime.value(fit, spend, history, periods=52, annual_discount_rate=0.1)["value"].iloc[0]
    assert later / plain == pytest.approx(factor, rel=1e-6)
    # the same horizon in days, with the rate of an order per day
    daily = lifetime.from_parameters("bg_nbd", r=5e6, alpha=7e7, a=1e-9, b=1.0)
    days = history.assign(recency=140.0, age=140.0)
    same = lifetime.value(daily, spend, days, periods=364, annual_discount_rate=0.1, unit="day")["value"].iloc[0]
    assert same == pytest.approx(later, rel=1e-6)


def accounts_with_spend():
    table, ahead = accounts(500, seed=53, horizon=1.0)
    return with_spend(table, ahead, seed=54)[0]


def test_intervals_of_single_customers_cover(world):
    history, spent, fit, spend = world
    table = lifetime.value(fit, spend, history, periods=52, annual_discount_rate=0, level=0.8)
    inside = (table["lo"] <= spent) & (spent <= table["hi"])
    assert 0.78 <= inside.mean() <= 0.93
    assert (spent > table["hi"]).mean() <= 0.12
    assert table["value"].sum() == pytest.approx(spent.sum(), rel=0.1)


def test_forecast_beats_the_mean_of_all(world):
    history, spent, fit, spend = world
    value = lifetime.value(fit, spend, history, periods=52, annual_discount_rate=0)["value"].to_numpy()
    assert np.abs(value - spent).mean() < 0.75 * np.abs(spent.mean() - spent).mean()


def test_groups_add_up_and_hold_their_sum(world):
    history, spent, fit, spend = world
    region = pd.Series(np.where(np.arange(len(history)) % 4 == 0, "西南", "华东"), index=history.index)
    terms = {"periods": 52, "annual_discount_rate": 0.0, "margin": 1.0}
    table = lifetime.value_by_group(fit, spend, history, by=region, **terms).table.set_index("group")
    assert table.loc[["华东", "西南"], "value"].sum() == pytest.approx(table.loc["all", "value"])
    assert table.loc["all", "value"] == pytest.approx(lifetime.value(fit, spend, history, **terms)["value"].sum())
    for name in ("华东", "西南"):
        actual = spent[(region == name).to_numpy()].sum()
        assert table.loc[name, "lo"] <= actual <= table.loc[name, "hi"]


def test_deciles_are_ten_equal_groups_from_the_top(world):
    history, _, fit, spend = world
    result = lifetime.deciles_of_value(fit, spend, history, periods=52, annual_discount_rate=0.1)
    assert result.table["decile"].tolist() == list(range(1, 11))
    assert result.table["n"].tolist() == [200] * 10
    assert result.table["value"].is_monotonic_decreasing
    assert result.table["share"].sum() == pytest.approx(1.0)
    single = lifetime.value(fit, spend, history, periods=52, annual_discount_rate=0.1)["value"].sort_values()
    assert result.table["value"].iloc[0] == pytest.approx(single.iloc[-200:].sum())
    assert result.finding.values["share"] == pytest.approx(result.table["share"].iloc[0])


@pytest.mark.parametrize(
    ("customers", "sizes"),
    # 49 customers give nine groups of five (49 // 5 = 9) and four customers more; four give one group
    [(50, [5] * 10), (49, [6, 5, 6, 5, 6, 5, 6, 5, 5]), (12, [6, 6]), (4, [4])],
)
def test_no_group_of_value_has_fewer_than_five_customers(world, customers, sizes):
    history, _, fit, spend = world
    result = lifetime.deciles_of_value(fit, spend, history.head(customers), periods=52, annual_discount_rate=0.1)
    assert sorted(result.table["n"]) == sorted(sizes)
    assert result.table["share"].sum() == pytest.approx(1.0)
    assert result.finding.code == ("value_deciles" if customers >= 50 else "value_deciles_few")
    assert result.finding.values["groups"] == len(sizes)


def test_money_says_that_the_held_out_test_counted_orders(world):
    history, _, fit, spend = world
    tested = SimpleNamespace(predicted=100.0, actual=98.0, covered=True)
    told = {"periods": 52, "annual_discount_rate": 0.1, "widen": tested}
    for result in (
        lifetime.value_by_group(fit, spend, history, **told),
        lifetime.deciles_of_value(fit, spend, history, **told),
        lifetime.total(fit, history, periods=52, spend_fit=spend, widen=tested),
    ):
        assert [note.code for note in result.notes][-2:] == ["held_out_inside", "held_out_orders_only"]


def test_cost_to_serve_by_hand(world):
    history, _, fit, spend = world
    terms = {"periods": 52, "annual_discount_rate": 0.0, "margin": 0.4}
    gross = lifetime.value(fit, spend, history, **terms)
    net = lifetime.value(fit, spend, history, **terms, cost_per_order=3.0, cost_per_year=12.0)
    orders = lifetime.forecast(fit, history, periods=52)["expected"]
    # 3 for each order, and 12 a year for 364 days
    upkeep = 12.0 * 364 / 365.25
    assert net["value"].to_numpy() == pytest.approx((gross["value"] - 3.0 * orders - upkeep).to_numpy())
    assert (net["lo"] <= net["value"]).all()
    assert (net["value"] <= net["hi"]).all()
    assert (net["value"] < 0).any()
    later = lifetime.value(fit, spend, history, periods=52, annual_discount_rate=0.1, cost_per_year=12.0)
    free = lifetime.value(fit, spend, history, periods=52, annual_discount_rate=0.1)
    rate = np.log(1.1) * 7 / 365.25
    paid = 12.0 * 7 / 365.25 * (1 - np.exp(-52 * rate)) / rate
    assert (free["value"] - later["value"]).to_numpy() == pytest.approx(np.full(len(free), paid))
    total = lifetime.value_by_group(fit, spend, history, **terms, cost_per_order=3.0, cost_per_year=12.0)
    assert total.table["value"].iloc[0] == pytest.approx(net["value"].sum())
    assert "value_net_of_cost" in [note.code for note in total.notes]


def test_intervals_net_of_cost_cover(world):
    # what is spent is known from the world; what an order costs is added to it
    history, _, _, spend = world
    table, ahead = accounts(2000, seed=51, horizon=52.0)
    table, spent = with_spend(table, ahead, seed=52)
    assert table.equals(history)
    outcome = 0.5 * spent - 8.0 * ahead
    found = lifetime.value(
        world[2], spend, history, periods=52, annual_discount_rate=0, margin=0.5, cost_per_order=8.0, level=0.8
    )
    assert (outcome < 0).sum() > 100
    assert 0.78 <= ((found["lo"] - 1e-9 <= outcome) & (outcome <= found["hi"] + 1e-9)).mean() <= 0.93
    row = lifetime.value_by_group(
        world[2], spend, history, periods=52, annual_discount_rate=0, margin=0.5, cost_per_order=8.0
    ).table.iloc[0]
    assert row["lo"] <= outcome.sum() <= row["hi"]


@pytest.mark.parametrize("family", ["bg_nbd", "pareto_nbd"])
def test_all_the_future_is_residual_orders_times_spend(world, family):
    history, spend = world[0].head(300), world[3]
    fit = lifetime.fit(history, family=family)
    rate = np.log(1.15) * 7 / 365.25
    endless = lifetime.value(fit, spend, history, periods=math.inf, annual_discount_rate=0.15)
    residual = lifetime.residual(fit, history, discount_rate=rate)
    assert endless["value"].to_numpy() == pytest.approx(
        (residual * lifetime.spend_expectation(spend, history)).to_numpy(), rel=1e-5
    )
    long = lifetime.value(fit, spend, history, periods=52.0 * 150, annual_discount_rate=0.15)
    assert endless.sum().to_numpy() == pytest.approx(long.sum().to_numpy(), rel=1e-3)
    result = lifetime.value_by_group(fit, spend, history, periods=math.inf, annual_discount_rate=0.15)
    assert result.finding.code == "lifetime_value_endless"


def test_variance_of_discounted_orders_against_drawn_worlds():
    # one account with known rate and coin: 60,000 futures drawn, each order counted by when it comes
    rate, coin, discount = 0.5, 0.1, 0.02
    fit = lifetime.from_parameters("bg_nbd", r=rate * 1e6, alpha=1e6, a=coin * 1e6, b=(1 - coin) * 1e6)
    history = pd.DataFrame({"frequency": [9], "recency": [20.0], "age": [20.0]}, index=["A1"])
    rng = np.random.default_rng(55)
    stops = rng.geometric(coin, 60_000)
    times = np.cumsum(rng.exponential(1 / rate, (60_000, stops.max())), axis=1)
    worth = np.where((np.arange(stops.max()) < stops[:, None]) & (times <= 52), np.exp(-discount * times), 0).sum(
        axis=1
    )
    alive = lifetime.forecast(fit, history, periods=1)["p_alive"].iloc[0]
    found = discounted(fit.model, fit.parameters, compress(history), 52.0, discount)
    assert found.first[0] == pytest.approx(alive * worth.mean(), rel=0.02)
    assert found.second[0] == pytest.approx(alive * (worth**2).mean(), rel=0.03)


def test_shares_of_a_negative_sum_are_not_shown(world):
    history, _, fit, spend = world
    result = lifetime.deciles_of_value(
        fit, spend, history, periods=52, annual_discount_rate=0.1, margin=0.1, cost_per_order=100.0
    )
    assert result.table["share"].isna().all()
    assert result.finding.code == "value_deciles_negative"


def test_messages(world):
    history, _, fit, spend = world
    with pytest.raises(SettingError, match="margin must be 0 to 1; got 40"):
        lifetime.value(fit, spend, history, periods=52, annual_discount_rate=0.1, margin=40)
    with pytest.raises(SettingError, match=r"annual_discount_rate must be 0 to 10; got -0\.1"):
        lifetime.value(fit, spend, history, periods=52, annual_discount_rate=-0.1)
    with pytest.raises(SettingError, match="unit must be one of"):
        lifetime.value(fit, spend, history, periods=52, annual_discount_rate=0.1, unit="year")
