import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import tiers


def net(*values, ids=None):
    return pd.Series(list(map(float, values)), ids or [f"H{i:03d}" for i in range(len(values))], name="net_value")


def test_classes_by_hand():
    # total 100; share held by larger customers: 0, .40, .70, .90, .95
    found = tiers.abc(net(40, 30, 20, 5, 5))
    # .70 is not below .70: B; .90 is not below .90: C
    assert found.customers["tier"].tolist() == ["A", "A", "B", "C", "C"]
    assert found.table["n"].tolist() == [2, 1, 2, 0, 0]
    assert found.table["value"].tolist() == pytest.approx([0.7, 0.2, 0.1, 0, 0])
    assert found.table["share_customers"].tolist()[:3] == pytest.approx([0.4, 0.2, 0.4])
    assert found.thresholds == {"A": 30.0, "B": 20.0}
    assert found.largest_share == pytest.approx(0.4)


def test_the_customer_who_crosses_the_cut_belongs_to_the_upper_class():
    # before: 0, .60, .85: the second starts below .70 and ends above
    assert tiers.abc(net(60, 25, 15)).customers["tier"].tolist() == ["A", "A", "B"]


def test_equal_customers_are_in_one_class_whatever_their_order():
    # before each block: 50 → 0; five of 10 → .50: all five begin where the first does
    values = net(50, 10, 10, 10, 10, 10)
    assert tiers.abc(values).customers["tier"].tolist() == ["A"] * 6
    again = tiers.abc(values.iloc[::-1]).customers["tier"]
    assert again.to_dict() == tiers.abc(values).customers["tier"].to_dict()


def test_a_cut_that_is_met_exactly_does_not_hang_on_the_last_digit():
    # seven of 0.1 hold 0.7000000000000001 of 1.0 in floating point
    values = net(*[0.1 + 1e-9 * i for i in range(3)], *[0.1] * 7)
    assert tiers.abc(values * 1e6).customers["tier"].tolist() == tiers.abc(values / 1e6).customers["tier"].tolist()


def test_gini_by_hand():
    # 1, 2, 3, 4: 2·(1·1 + 2·2 + 3·3 + 4·4)/(4·10) − 5/4 = 60/40 − 1.25 = 0.25
    assert tiers.abc(net(1, 2, 3, 4)).gini == pytest.approx(0.25)
    assert tiers.abc(net(7, 7, 7)).gini == pytest.approx(0)


def test_gini_of_a_pareto_world():
    # Gini of a Pareto distribution with index a is 1 / (2a − 1): 0.2 at a = 3
    values = net(*(np.random.default_rng(0).pareto(3, 20_000) + 1))
    assert tiers.abc(values, n_boot=2).gini == pytest.approx(0.2, abs=0.01)


def test_zero_and_negative_stand_apart():
    found = tiers.abc(net(70, 20, 10, 0, -5))
    assert found.customers["tier"].tolist() == ["A", "B", "C", "zero", "negative"]
    assert found.table["net_value"].tolist() == [70, 20, 10, 0, -5]
    # the base is 100, not 95
    assert found.table["value"].tolist() == pytest.approx([0.7, 0.2, 0.1, 0, -0.05])
    assert found.table["buys"].tolist() == [True, True, True, False, False]
    assert found.notes[0].code == "tiers_negative"
    assert found.notes[0].values == {"n": 1, "total": -5.0}


def test_cumulative_share_by_hand():
    found = tiers.abc(net(40, 20, 20, 20, 0, -1)).customers["cumulative_share"]
    assert found.tolist()[:5] == pytest.approx([0.4, 1.0, 1.0, 1.0, 1.0])
    assert np.isnan(found.iloc[5])


def test_frozen_cut_points_hold_elsewhere():
    national = tiers.abc(net(40, 30, 20, 5, 5))
    region = tiers.abc(net(35, 30, 29, 19, ids=["X1", "X2", "X3", "X4"]), thresholds=national.thresholds)
    assert region.customers["tier"].tolist() == ["A", "A", "B", "C"]
    assert region.thresholds == national.thresholds
    assert region.settings["thresholds_given"]
    poor = tiers.abc(net(10, 8, 2), thresholds=national.thresholds)
    assert poor.finding.code == "tiers_none_a"


def test_frozen_cut_points_give_the_same_classes_on_the_same_customers():
    values = net(*np.random.default_rng(1).lognormal(8, 1.5, 500).round(2))
    first = tiers.abc(values)
    again = tiers.abc(values, thresholds=first.thresholds)
    assert again.customers["tier"].equals(first.customers["tier"])


def test_an_empty_class_b_stays_empty_under_its_frozen_cut_points():
    first = tiers.abc(net(95, 3, 2))
    assert first.customers["tier"].tolist() == ["A", "C", "C"]
    assert first.thresholds == {"A": 95.0, "B": 95.0}


def test_interval_of_the_share_covers_the_share_of_the_whole_market():
    # a market of 4,000 accounts, samples of 300 with the market's cut points
    rng = np.random.default_rng(5)
    market = pd.Series(rng.gamma(0.8, 1000, 4_000), [f"H{i:04d}" for i in range(4_000)])
    whole = tiers.abc(market, n_boot=2)
    truth = whole.table["value"].iloc[0]
    hits = 0
    for draw in range(40):
        part = tiers.abc(market.sample(300, random_state=draw), thresholds=whole.thresholds, seed=draw)
        row = part.table.iloc[0]
        hits += row["lo"] <= truth <= row["hi"]
    # 95 % of 40 is 38; below 33 would happen once in a thousand times
    assert hits >= 33


def test_margins_are_shared_out_too():
    values = net(70, 20, 10)
    found = tiers.abc(values, margins=pd.Series([10.0, 20.0, 20.0], values.index))
    assert found.table["margin"].tolist()[:3] == pytest.approx([0.2, 0.4, 0.4])
    assert (found.table["margin_lo"] <= found.table["margin"]).all()


def test_finding_carries_number_share_and_interval():
    found = tiers.abc(net(*np.random.default_rng(1).lognormal(8, 1.5, 200)))
    row = found.table.iloc[0]
    assert found.finding.code == "tiers_abc"
    assert found.finding.values["n"] == row["n"]
    assert 0 < found.finding.values["lo"] < found.finding.values["value"] < found.finding.values["hi"] < 1


def test_fewer_than_thirty_buyers_are_for_orientation_only():
    found = tiers.abc(net(*range(1, 30), 0, 0))
    assert set(found.table["flag"]) == {"low_n"}
    assert found.finding.code == "tiers_abc_low_n"
    assert set(tiers.abc(net(*range(1, 31))).table["flag"]) == {"ok"}


def test_one_customer():
    found = tiers.abc(net(5))
    assert found.customers["tier"].tolist() == ["A"]
    assert found.table["value"].iloc[0] == 1


def test_all_zero_is_said_and_nothing_is_claimed():
    found = tiers.abc(net(0, 0, -3))
    assert found.customers["tier"].tolist() == ["zero", "zero", "negative"]
    assert set(found.table["flag"]) == {"not_identified"}
    assert found.table["value"].isna().all()
    assert found.finding.code == "tiers_all_zero"
    assert found.notes[0].code == "all_zero"
    assert np.isnan(found.gini)


def test_order_of_the_input_is_kept():
    values = net(1, 5, 3)
    assert tiers.abc(values).customers.index.tolist() == ["H000", "H001", "H002"]
    assert tiers.abc(values.iloc[[1, 2, 0]]).customers.index.tolist() == ["H001", "H002", "H000"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (net(1, np.nan, 3), "values must hold a finite number for every customer; 1 have none"),
        (net(1, np.inf), "values must hold a finite number"),
        (net(1, 2, ids=["H1", "H1"]), "each customer once; 1 stand"),
        (net(), "at least one row"),
        (pd.Series(["1,200盒"], ["H1"]), "values must be numbers; got str"),
    ],
)
def test_values_that_cannot_be_used(values, message):
    with pytest.raises(DataError, match=message):
        tiers.abc(values)


def test_margins_must_be_known_for_every_customer():
    with pytest.raises(DataError, match="margins must hold a finite number for every customer; 1 have none"):
        tiers.abc(net(1, 2), margins=net(1))


@pytest.mark.parametrize("cuts", [(0.9, 0.7), (0.7, 50), (0.5,), (0, 0.9)])
def test_cuts_must_rise_between_zero_and_one(cuts):
    with pytest.raises(SettingError):
        tiers.abc(net(1, 2), cuts=cuts)


@pytest.mark.parametrize("thresholds", [{"A": 5}, {"A": 5, "B": 9}, {"A": np.nan, "B": 1}, {"A": 5, "B": -1}])
def test_thresholds_must_be_those_of_a_result(thresholds):
    with pytest.raises(SettingError, match="thresholds must hold A and B above 0"):
        tiers.abc(net(1, 2), thresholds=thresholds)
