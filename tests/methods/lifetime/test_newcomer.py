import math

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
