from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime.outlook import count_interval, money_interval, orders_outlook

from .worlds import SPEND, TRUTH, accounts, with_spend


@pytest.fixture(scope="module")
def world():
    table, ahead = accounts(1500, seed=41, horizon=26.0)
    history, spent = with_spend(table, ahead, seed=42)
    return history, ahead, spent


@pytest.fixture(scope="module")
def fitted(world):
    return lifetime.fit(world[0])


def region(history):
    return pd.Series(np.where(np.arange(len(history)) < 900, "华东", "西南"), index=history.index)


def test_groups_add_up_and_all_comes_last(world, fitted):
    history, ahead, _ = world
    table = lifetime.total(fitted, history, periods=26, by=region(history)).table
    assert table["group"].tolist() == ["华东", "西南", "all"]
    assert table["n"].tolist() == [900, 600, 1500]
    assert table["value"].iloc[:2].sum() == pytest.approx(table["value"].iloc[2])
    assert table["value"].iloc[2] == pytest.approx(lifetime.forecast(fitted, history, periods=26)["expected"].sum())
    assert table["lo"].iloc[2] <= ahead.sum() <= table["hi"].iloc[2]


def test_variance_is_that_of_outcomes_and_parameters(world, fitted):
    history = world[0]
    outlook = orders_outlook(fitted, history, 26.0)
    _, variance, _ = outlook.by_group(np.zeros(len(history), dtype=int), 1)
    known = orders_outlook(lifetime.from_parameters("bg_nbd", **fitted.parameters), history, 26.0)
    _, outcome, _ = known.by_group(np.zeros(len(history), dtype=int), 1)
    assert outcome[0] == pytest.approx(outlook.variance.sum())
    assert variance[0] > outcome[0]
    # the parameter part by the delta method: slope of the sum by each log-parameter, times the covariance
    slope = []
    for name in fitted.parameters:
        ends = [
            orders_outlook(
                lifetime.from_parameters("bg_nbd", **{**fitted.parameters, name: fitted.parameters[name] * np.exp(s)}),
                history,
                26.0,
            ).mean.sum()
            for s in (1e-3, -1e-3)
        ]
        slope.append((ends[0] - ends[1]) / 2e-3)
    delta = np.array(slope) @ fitted.covariance.to_numpy() @ np.array(slope)
    assert variance[0] - outcome[0] == pytest.approx(delta, rel=0.1)


def test_count_interval_is_the_negative_binomial_with_these_moments():
    lo, hi = count_interval(np.array([20.0]), np.array([60.0]), level=0.9)
    exact = stats.nbinom(10, 1 / 3)  # mean 20, variance 60
    assert exact.mean() == pytest.approx(20)
    assert exact.var() == pytest.approx(60)
    assert [lo[0], hi[0]] == [exact.ppf(0.05), exact.ppf(0.95)]
    poisson = count_interval(np.array([20.0]), np.array([5.0]), level=0.9)
    assert [bound[0] for bound in poisson] == [stats.poisson.ppf(0.05, 20), stats.poisson.ppf(0.95, 20)]


def test_money_interval_holds_nothing_with_its_own_probability():
    # nine in ten of nothing: the 5 % and the 50 % bound are nothing
    lo, hi = money_interval(np.array([10.0]), np.array([1500.0]), np.log([0.9]), level=0.9)
    assert lo[0] == 0
    # given something: mean 100, variance (1500 + 100) / 0.1 − 100² = 6000; upper 5 % of all is upper half of those
    assert hi[0] == pytest.approx(stats.gamma.ppf(0.5, 100**2 / 6000, scale=60))


def test_sales_are_orders_times_spend(world, fitted):
    history, _, spent = world
    spend_fit = lifetime.fit_spend(history)
    table = lifetime.total(fitted, history, periods=26, spend_fit=spend_fit).table
    orders = lifetime.forecast(fitted, history, periods=26)["expected"]
    assert table["value"].iloc[0] == pytest.approx((orders * lifetime.spend_expectation(spend_fit, history)).sum())
    assert table["unit"].tolist() == ["money"]
    assert table["lo"].iloc[0] <= spent.sum() <= table["hi"].iloc[0]


def test_interval_is_widened_by_a_miss_and_the_note_says_by_how_much(world, fitted):
    history = world[0]
    plain = lifetime.total(fitted, history, periods=26)
    missed = SimpleNamespace(predicted=100.0, actual=125.0, covered=False)
    wide = lifetime.total(fitted, history, periods=26, widen=missed)
    before, after = plain.table.iloc[0], wide.table.iloc[0]
    # missed by a quarter of the forecast: a quarter of this forecast on both sides
    assert after["lo"] == pytest.approx(before["lo"] - 0.25 * before["value"])
    assert after["hi"] == pytest.approx(before["hi"] + 0.25 * before["value"])
    assert wide.notes[-1].code == "held_out_missed"
    assert wide.notes[-1].values == {"predicted": 100.0, "actual": 125.0, "error": 0.2}
    assert wide.finding.code == "lifetime_orders_held_out"


def test_a_hit_leaves_the_interval_and_is_said(world, fitted):
    history = world[0]
    hit = SimpleNamespace(predicted=100.0, actual=95.0, covered=True)
    result = lifetime.total(fitted, history, periods=26, widen=hit)
    assert result.table.drop(columns="held_out_error").equals(lifetime.total(fitted, history, periods=26).table)
    # 100 forecast, 95 came
    assert result.table["held_out_error"].iloc[0] == pytest.approx(5 / 95)
    assert result.notes[-1].code == "held_out_inside"


def test_customers_without_a_group_are_unassigned_and_counted(world, fitted):
    history = world[0]
    result = lifetime.total(fitted, history, periods=26, by=region(history).iloc[:1490])
    assert result.table["group"].tolist() == ["华东", "西南", "unassigned", "all"]
    assert result.table["n"].tolist() == [900, 590, 10, 1500]
    assert result.table["flag"].tolist() == ["ok", "ok", "low_n", "ok"]
    assert result.notes[0].values == {"n": 10}


def test_an_ordered_tier_keeps_its_order(world, fitted):
    history = world[0]
    tier = pd.Series(pd.Categorical(["C"] * 500 + ["A"] * 500 + ["B"] * 500, categories=["A", "B", "C"], ordered=True))
    tier.index = history.index
    assert lifetime.total(fitted, history, periods=26, by=tier).table["group"].tolist() == ["A", "B", "C", "all"]


def test_where_nobody_repeats_there_is_no_forecast():
    history = pd.DataFrame({"frequency": 0, "recency": 0.0, "age": [4.0, 9.0, 30.0]}, index=["A1", "A2", "A3"])
    result = lifetime.total(lifetime.fit(history), history, periods=26)
    assert result.table["flag"].tolist() == ["not_identified"]
    assert result.table[["value", "lo", "hi"]].isna().all(axis=None)
    assert result.finding.code == "lifetime_total_unknown"


def test_messages(world, fitted):
    history = world[0]
    with pytest.raises(SettingError, match="unit must be one of day, month, week; got quarter"):
        lifetime.total(fitted, history, periods=26, unit="quarter")
    with pytest.raises(DataError, match="history needs each customer once; 1 stand in it twice"):
        lifetime.total(fitted, pd.concat([history, history.head(1)]), periods=26)
    with pytest.raises(DataError, match="by needs each customer once"):
        lifetime.total(fitted, history, periods=26, by=pd.concat([region(history)] * 2))


@pytest.mark.slow
def test_ninety_percent_intervals_of_totals_cover_in_most_worlds():
    """200 worlds of 300 accounts: orders and sales of 26 weeks, parameters fitted each time."""
    hits = np.zeros(2)
    for seed in range(200):
        table, ahead = accounts(300, seed=1000 + seed, horizon=26.0)
        history, spent = with_spend(table, ahead, seed=5000 + seed)
        fit, spend_fit = lifetime.fit(history), lifetime.fit_spend(history)
        orders = lifetime.total(fit, history, periods=26).table.iloc[0]
        sales = lifetime.total(fit, history, periods=26, spend_fit=spend_fit).table.iloc[0]
        hits += [orders["lo"] <= ahead.sum() <= orders["hi"], sales["lo"] <= spent.sum() <= sales["hi"]]
    assert (hits / 200 >= 0.85).all()
    assert (hits / 200 <= 0.97).all()


@pytest.mark.slow
def test_two_year_totals_of_a_thousand_accounts_are_within_ten_percent():
    """With the true parameters 99 of 100 such worlds are; with 300 accounts only 83 would be (outcome noise)."""
    close, ranks = 0, []
    for seed in range(100):
        table, ahead = accounts(1000, seed=1000 + seed, ages=(30.0, 156.0), horizon=104.0)
        history, spent = with_spend(table, ahead, seed=5000 + seed)
        fit, spend_fit = lifetime.fit(history), lifetime.fit_spend(history)
        expected = lifetime.value(fit, spend_fit, history, periods=104, annual_discount_rate=0)["value"]
        close += abs(lifetime.forecast(fit, history, periods=104)["expected"].sum() / ahead.sum() - 1) <= 0.10
        ranks.append(expected.corr(pd.Series(spent, index=history.index), method="spearman"))
    assert close >= 90
    assert np.median(ranks) >= 0.7


def test_truth_is_used_by_the_worlds():
    # the worlds of these tests are what they say: mean rate r / α and mean spend p v / (q − 1)
    history, ahead = accounts(40_000, seed=1, horizon=1.0)
    history, _ = with_spend(history, ahead, seed=2)
    first = history["age"] > 0
    assert first.all()
    mean = np.average(history["monetary_value"], weights=history["frequency"])
    assert mean == pytest.approx(SPEND["p"] * SPEND["v"] / (SPEND["q"] - 1), rel=0.05)
    short, _ = accounts(40_000, seed=3, ages=(1.0, 1.0), truth={**TRUTH, "a": 1e-9})
    assert short["frequency"].mean() == pytest.approx(TRUTH["r"] / TRUTH["alpha"], rel=0.05)
