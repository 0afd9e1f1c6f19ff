import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.core.policy import MIN_CELL
from analysis.methods import tiers


def net(*values):
    return pd.Series(list(map(float, values)), [f"H{i:05d}" for i in range(len(values))], name="net_value")


def test_top_shares_by_hand():
    found = tiers.lorenz(net(5, 40, 5, 30, 20, 0, -7))
    # five buy, together 100. 1, 5, 10, 20 % are .05, .25, .5 and one customer of 40; half is 40 + 30 + .5 · 20
    assert found.table["n"].tolist() == [1, 1, 1, 1, 3]
    assert found.table["value"].tolist() == pytest.approx([0.02, 0.1, 0.2, 0.4, 0.8])
    # 2·(1·5 + 2·5 + 3·20 + 4·30 + 5·40) / (5·100) − 6/5 = 790/500 − 1.2
    assert found.gini == pytest.approx(0.38)
    assert set(found.table["flag"]) == {"low_n"}
    assert found.finding.code == "tiers_lorenz_low_n"
    assert found.notes[0].code == "tiers_negative"


def test_equal_customers_hold_equal_shares():
    found = tiers.lorenz(net(*[7] * 100))
    assert found.table["value"].tolist() == pytest.approx([0.01, 0.05, 0.1, 0.2, 0.5])
    assert found.gini == pytest.approx(0)
    assert found.curve["value"].to_numpy() == pytest.approx(found.curve["top"].to_numpy())


def test_pareto_world():
    # Pareto with index 3: Gini 1/(2·3 − 1) = .2 and the top p hold p^(1 − 1/3)
    found = tiers.lorenz(net(*(np.random.default_rng(0).pareto(3, 20_000) + 1)), n_boot=2)
    assert found.gini == pytest.approx(0.2, abs=0.01)
    assert found.table["value"].tolist() == pytest.approx([p ** (2 / 3) for p in found.table["top"]], abs=0.01)


def test_gini_is_that_of_value_abc():
    values = net(*np.random.default_rng(1).lognormal(8, 1.2, 200))
    assert tiers.lorenz(values, n_boot=2).gini == tiers.abc(values, n_boot=2).gini


def test_intervals_cover_the_whole_market():
    rng = np.random.default_rng(3)
    market = net(*rng.gamma(0.8, 1000, 4_000))
    truth = tiers.lorenz(market, n_boot=2)
    hits = np.zeros(2)
    for draw in range(40):
        found = tiers.lorenz(market.sample(300, random_state=draw), n_boot=200, seed=draw)
        top = found.table.iloc[3]
        hits += [found.gini_lo <= truth.gini <= found.gini_hi, top["lo"] <= truth.table["value"].iloc[3] <= top["hi"]]
    # 95 % of 40 is 38; below 33 would happen once in a thousand times
    assert (hits >= 33).all()


def test_no_step_of_the_curve_is_a_small_cell():
    for n in (5, 30, 150, 3000):
        curve = tiers.lorenz(net(*np.random.default_rng(n).lognormal(8, 1, n)), n_boot=2).curve
        assert curve.iloc[0].tolist() == [0, 0]
        assert curve.iloc[-1].tolist() == pytest.approx([1, 1])
        assert np.diff(curve["top"]).min() * n >= min(n, MIN_CELL["shared"]) - 1e-9
        assert (np.diff(curve["value"]) > 0).all()


def test_all_zero_and_one_customer():
    nothing = tiers.lorenz(net(0, 0))
    assert nothing.finding.code == "tiers_all_zero"
    assert set(nothing.table["flag"]) == {"not_identified"}
    one = tiers.lorenz(net(5))
    assert one.table["value"].tolist() == pytest.approx(one.table["top"].tolist())
    assert one.gini == 0


def test_input_that_cannot_be_used():
    for points in ((0.2, 0.1), (0, 0.5), (0.5, 20), ()):
        with pytest.raises(SettingError):
            tiers.lorenz(net(1, 2), points=points)
    with pytest.raises(DataError, match="1 have none"):
        tiers.lorenz(net(1, np.nan))
