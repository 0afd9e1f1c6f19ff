import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from analysis.core.errors import SettingError
from analysis.methods import lifetime

from .worlds import TRUTH, accounts, with_spend

PLAIN = {"periods": 52, "annual_discount_rate": 0.0}


@pytest.fixture(scope="module")
def world():
    table, ahead = accounts(1500, seed=71)
    history, _ = with_spend(table, ahead, seed=72)
    return lifetime.fit(history), lifetime.fit_spend(history)


def rows(fit, spend, **terms):
    return lifetime.new_customer(fit, spend, **terms).table.set_index("measure")


def test_undiscounted_by_hand(world):
    fit, spend = world
    table = rows(fit, spend, **PLAIN, margin=0.4, cost_per_order=2.0, cost_per_year=10.0)
    p, q, v = (spend.parameters[name] for name in ("p", "q", "v"))
    each = 0.4 * p * v / (q - 1) - 2.0
    orders = lifetime.expected_orders(fit, 52)
    upkeep = 10.0 * 52 * 7 / 365.25
    assert table["value"].to_dict() == pytest.approx({
        "repeat_orders": orders,
        "first_order": each,
        "repeat_value": orders * each - upkeep,
        "value_in_all": (1 + orders) * each - upkeep,
        "value_of_one": (1 + orders) * each - upkeep,
    })  # fmt: skip
    assert (table["lo"] < table["value"]).all()
    assert (table["value"] < table["hi"]).all()


def test_interval_is_that_of_the_mean_by_the_delta_method(world):
    fit, spend = world
    row = rows(fit, spend, **PLAIN).loc["repeat_orders"]
    slope = []
    for name, value in fit.parameters.items():
        ends = [
            lifetime.expected_orders(lifetime.from_parameters("bg_nbd", **{**fit.parameters, name: value * step}), 52)
            for step in (math.exp(1e-4), math.exp(-1e-4))
        ]
        slope.append((ends[0] - ends[1]) / 2e-4)
    spread = math.sqrt(np.array(slope) @ fit.covariance.to_numpy() @ np.array(slope))
    # on the scale of the logarithm: ± 1.645 standard errors
    assert math.log(row["hi"] / row["lo"]) == pytest.approx(2 * 1.644854 * spread / row["value"], rel=0.05)


def test_all_the_future_is_the_limit_of_long_horizons(world):
    fit, spend = world
    endless = rows(fit, spend, periods=math.inf, annual_discount_rate=0.15)["value"]
    long = rows(fit, spend, periods=52.0 * 120, annual_discount_rate=0.15)["value"]
    assert endless.to_numpy() == pytest.approx(long.to_numpy(), rel=1e-5)
    result = lifetime.new_customer(fit, spend, periods=math.inf, annual_discount_rate=0.15)
    assert result.finding.code == "new_customer_endless"


def test_given_parameters_are_certain():
    table, ahead = accounts(300, seed=73)
    spend = lifetime.fit_spend(with_spend(table, ahead, seed=74)[0])
    row = rows(lifetime.from_parameters("bg_nbd", **TRUTH), spend, **PLAIN).loc["repeat_orders"]
    assert row["lo"] == row["value"] == row["hi"]


def test_messages(world):
    with pytest.raises(SettingError, match="needs an annual discount rate above 0; annual_discount_rate got 0"):
        lifetime.new_customer(*world, periods=math.inf, annual_discount_rate=0.0)
    with pytest.raises(SettingError, match="cost_per_year must be 0 to inf; got -5"):
        lifetime.new_customer(*world, **PLAIN, cost_per_year=-5)


@pytest.mark.parametrize("cost", [20.0, 0.0])
def test_one_customer_against_simulated_ones(cost):
    """Pareto/NBD and Gamma-Gamma drawn by hand: lives, orders in them, spend that orders of one customer share."""
    truth = {"r": 0.9, "alpha": 6.0, "s": 0.8, "beta": 40.0}
    p, q, v, n = 4.0, 5.0, 100.0, 40_000
    spend = lifetime.fit_spend(with_spend(accounts(50, seed=74)[0], np.zeros(50), seed=75)[0])
    spend = replace(spend, table=spend.table.assign(value=[p, q, v]), covariance=spend.covariance.iloc[:0])
    terms = {"periods": 52, "annual_discount_rate": 0.1, "margin": 0.6, "cost_per_order": cost}
    table = rows(lifetime.from_parameters("pareto_nbd", **truth), spend, **terms)
    rng = np.random.default_rng(76)
    life = np.minimum(rng.exponential(truth["beta"] / rng.gamma(truth["s"], 1, n)), 52)
    orders = rng.poisson(rng.gamma(truth["r"], 1 / truth["alpha"], n) * life)
    own, rate = v / rng.gamma(q, 1, n), np.log(1.1) * 7 / 365.25
    value = 0.6 * own * rng.gamma(p, 1, n) - cost
    for i in range(1, orders.max() + 1):
        gain = (0.6 * own * rng.gamma(p, 1, n) - cost) * np.exp(-rate * rng.uniform(0, life))
        value += np.where(orders >= i, gain, 0.0)
    one, mean = table.loc["value_of_one"], table.loc["value_in_all"]
    assert value.mean() == pytest.approx(one["value"], abs=4 * value.std() / np.sqrt(n))
    assert 0.9 <= ((one["lo"] <= value) & (value <= one["hi"])).mean() < 0.98
    # never below what nineteen in twenty first orders bring
    assert cost or 0.01 < (value < one["lo"]).mean() <= 0.05
    # the mean of many is known here, a single outcome is not
    assert mean["hi"] - mean["lo"] < 1e-6
    assert one["method"] == "predictive"


def test_the_miss_of_the_test_widens_the_mean_of_new_customers(world):
    fit, spend = world
    missed = SimpleNamespace(predicted=1000.0, actual=1300.0, covered=False)
    plain, wide = (lifetime.new_customer(fit, spend, **PLAIN, cost_per_year=30.0, widen=w) for w in (None, missed))
    before, after = (each.table.set_index("measure") for each in (plain, wide))
    # 30 % of the orders ahead, and nothing of the first order or of the yearly cost
    later = before.loc["repeat_orders", "value"] * before.loc["first_order", "value"]
    assert (after["hi"] - before["hi"]).to_dict() == pytest.approx(
        {"repeat_orders": 0.3 * before.loc["repeat_orders", "value"], "first_order": 0.0, "repeat_value": 0.3 * later,
         "value_in_all": 0.3 * later, "value_of_one": 0.0}
    )  # fmt: skip
    assert [note.code for note in wide.notes][-2:] == ["held_out_missed", "held_out_orders_only"]
    ruled = SimpleNamespace(**vars(missed), used="last_year_rate")
    codes = [note.code for note in lifetime.new_customer(fit, spend, **PLAIN, widen=ruled).notes]
    assert codes[-1] == "new_customer_model"
