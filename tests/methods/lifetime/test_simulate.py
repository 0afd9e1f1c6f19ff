import numpy as np
import pytest

from analysis.core.errors import SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime import families

WORLDS = {
    "bg_nbd": {"r": 1.2, "alpha": 6.0, "a": 0.8, "b": 6.0},
    "mbg_nbd": {"r": 1.2, "alpha": 6.0, "a": 0.8, "b": 6.0},
    "pareto_nbd": {"r": 1.2, "alpha": 6.0, "s": 0.8, "beta": 30.0},
    "bg_cnbd_k": {"r": 1.2, "alpha": 3.0, "a": 0.8, "b": 6.0, "k": 2},
    "mbg_cnbd_k": {"r": 1.2, "alpha": 2.0, "a": 0.8, "b": 6.0, "k": 3},
}


def test_there_is_a_world_for_every_family_in_continuous_time():
    assert set(WORLDS) == {name for name, family in families.FAMILIES.items() if family.times}


@pytest.mark.parametrize("family", WORLDS)
def test_newcomers_order_as_the_family_expects(family):
    world = lifetime.simulate(family, 40_000, parameters=WORLDS[family], ages=(0.0, 0.0), horizon=26.0, seed=4)
    expected = lifetime.expected_orders(lifetime.from_parameters(family, **WORLDS[family]), 26.0)
    # 4 standard errors
    assert world["ahead"].mean() == pytest.approx(expected, abs=4 * world["ahead"].std() / 200)


@pytest.mark.parametrize("family", WORLDS)
def test_the_future_given_the_history_is_what_the_family_says(family):
    world = lifetime.simulate(family, 20_000, parameters=WORLDS[family], horizon=26.0, seed=5)
    table = lifetime.forecast(lifetime.from_parameters(family, **WORLDS[family]), world, periods=26.0)
    error = world["ahead"] - table["expected"]
    assert abs(error.mean()) < 4 * error.std() / np.sqrt(len(world))
    active = world["active"] - table["p_alive"]
    assert abs(active.mean()) < 4 * active.std() / np.sqrt(len(world))
    # exact predictive intervals hold at least their probability
    assert ((world["ahead"] >= table["lo"]) & (world["ahead"] <= table["hi"])).mean() > 0.9


def test_a_history_is_one_the_fit_accepts_and_the_seed_decides():
    one, same, other = (lifetime.simulate("bg_nbd", 500, parameters=WORLDS["bg_nbd"], seed=s) for s in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)
    assert one["age"].between(30, 100).all()
    assert (one["recency"] <= one["age"]).all()
    assert ((one["frequency"] > 0) == (one["recency"] > 0)).all()
    assert (one["ahead"] == 0).all()
    assert (one.loc[one["frequency"] == 0, "log_gaps"] == 0).all()


def test_messages():
    with pytest.raises(SettingError, match=r"family must be one of .*pareto_nbd; got bg_bb"):
        lifetime.simulate("bg_bb", 5, parameters={})
    with pytest.raises(SettingError, match="pareto_nbd needs the parameters r, alpha, s, beta; got r"):
        lifetime.simulate("pareto_nbd", 5, parameters={"r": 1.0})
    with pytest.raises(SettingError, match="ages must be"):
        lifetime.simulate("bg_nbd", 5, parameters=WORLDS["bg_nbd"], ages=(30.0, 10.0))
