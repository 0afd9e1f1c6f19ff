import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.core.policy import MIN_CELL
from analysis.methods import tiers


def net(*values):
    return pd.Series(list(map(float, values)), [f"H{i:03d}" for i in range(len(values))], name="net_value")


def test_deciles_by_hand():
    # total 100; before: 0, .30, .50, .60, .70 (three of 10 share it)
    found = tiers.deciles(net(30, 20, 10.5, 9.5, 10, 10, 10)).customers
    # sorted: 30 (0 → 10), 20 (.3 → 7), 10.5 (.5 → 5), 10·3 (.605 → 4), 9.5 (.905 → 1)
    assert found["volume_decile"].tolist() == [10, 7, 5, 1, 4, 4, 4]


def test_equal_customers_fill_ten_deciles_as_one_block():
    # all equal: everybody begins where the first does
    assert set(tiers.deciles(net(*[5] * 20)).customers["volume_decile"]) == {10}


def test_ten_distinct_and_nearly_equal_customers_take_one_decile_each():
    values = net(*[100 + 0.001 * i for i in range(10)])
    found = tiers.deciles(values).customers
    assert sorted(found["volume_decile"]) == list(range(1, 11))
    assert sorted(found["rank_decile"]) == list(range(1, 11))


def test_one_large_customer_leaves_deciles_empty():
    found = tiers.deciles(net(55, 25, 15, 5))
    # before: 0 → 10, .55 → 5, .80 → 2, .95 → 1
    assert found.customers["volume_decile"].tolist() == [10, 5, 2, 1]
    assert found.table.set_index("volume_decile").loc["9", "n"] == 0


def test_rank_deciles_hold_the_same_number_of_customers():
    found = tiers.deciles(net(*np.random.default_rng(0).lognormal(8, 1, 100))).customers
    assert found["rank_decile"].value_counts().eq(10).all()
    assert found.loc[found["value"].idxmax(), "rank_decile"] == 10


def test_zero_is_decile_zero_and_negative_goes_by_name():
    found = tiers.deciles(net(70, 20, 10, 0, -5))
    assert found.customers["group"].tolist() == ["positive", "positive", "positive", "zero", "negative"]
    assert found.customers["volume_decile"].iloc[3] == 0
    assert pd.isna(found.customers["volume_decile"].iloc[4])
    table = found.table.set_index("volume_decile")
    assert table.loc["0", "n"] == 1
    assert table.loc["negative", ["n", "net_value"]].tolist() == [1, -5.0]


def test_every_customer_is_in_the_table_once():
    values = net(*np.random.default_rng(0).lognormal(8, 1, 300), 0, 0, -7)
    table = tiers.deciles(values).table
    assert table["n"].sum() == 303
    assert table["value"].sum() == pytest.approx(1)
    assert table["net_value"].sum() == pytest.approx(values.sum())


def test_half_of_the_value_by_hand():
    # total 100: 40 + 20 hold more than half; the second begins at .40, the third at .60
    found = tiers.deciles(net(40, 20, 15, 15, 10))
    assert found.half_n == 2
    assert found.half_share == pytest.approx(0.4)


def test_fewer_customers_than_a_minimum_cell_are_not_counted_in_the_finding():
    few = tiers.deciles(net(40, 20, 15, 15, 10))
    assert few.finding.code == "tiers_deciles_few"
    assert few.finding.values == {"few": MIN_CELL["shared"]}
    many = tiers.deciles(net(*np.random.default_rng(0).lognormal(8, 1, 300)))
    assert many.finding.code == "tiers_deciles"
    assert many.finding.values["n"] == many.half_n


def test_interval_of_the_half_covers_that_of_the_whole_market():
    rng = np.random.default_rng(3)
    market = pd.Series(rng.gamma(0.8, 1000, 4_000), [f"H{i:04d}" for i in range(4_000)])
    truth = tiers.deciles(market, n_boot=2).half_share
    hits = 0
    for draw in range(40):
        found = tiers.deciles(market.sample(300, random_state=draw), seed=draw)
        hits += found.half_lo <= truth <= found.half_hi
    # 95 % of 40 is 38; below 33 would happen once in a thousand times
    assert hits >= 33


def test_all_zero_does_not_crash():
    found = tiers.deciles(net(0, 0))
    assert set(found.table["flag"]) == {"not_identified"}
    assert found.finding.code == "tiers_all_zero"
    assert found.finding.values == {"count": 2}
    assert np.isnan(found.half_share)


def test_missing_values_are_refused():
    with pytest.raises(DataError, match="1 have none"):
        tiers.deciles(net(1, np.nan))


def test_rank_deciles_by_hand():
    # seven customers; larger ones before each: 0, 1, 2, then three of 10 after 3, then 6
    found = tiers.deciles(net(30, 20, 10.5, 9.5, 10, 10, 10)).customers
    # 10 − ⌊10·k/7⌋: 0 → 10, 1.43 → 9, 2.86 → 8, 4.29 → 6, 8.57 → 2
    assert found["rank_decile"].tolist() == [10, 9, 8, 2, 6, 6, 6]


def test_ties_zeros_and_negatives_together_by_hand():
    # positive total 100; before: 0 (two of 25), .50 (three of 10), .80 (four of 5)
    found = tiers.deciles(net(25, 0, 10, 5, -20, 25, 10, 5, 10, 5, 0, 5))
    frame = found.customers
    expected = {25.0: 10, 10.0: 5, 5.0: 2}
    bought = frame[frame["group"] == "positive"]
    assert bought["volume_decile"].tolist() == [expected[v] for v in bought["value"]]
    # the base is the 100 that positive customers bought, not 80 after net returns
    table = found.table.set_index("volume_decile")
    assert table.loc["10", "share_value"] == pytest.approx(0.5)
    assert table.loc[["10", "5", "2", "0", "negative"], "n"].tolist() == [2, 3, 4, 2, 1]
    assert table.loc[["9", "8", "7", "6", "4", "3", "1"], "n"].sum() == 0
    # nine buy; larger ones before each block: 0, 2, 5 → 10, 10 − ⌊2.2⌋, 10 − ⌊5.6⌋
    assert bought["rank_decile"].tolist() == [{25.0: 10, 10.0: 8, 5.0: 5}[v] for v in bought["value"]]


def test_one_customer_is_decile_ten():
    found = tiers.deciles(net(5)).customers
    assert found[["volume_decile", "rank_decile"]].iloc[0].tolist() == [10, 10]


def test_a_customer_that_stands_twice_is_refused():
    with pytest.raises(DataError, match="each customer once"):
        tiers.deciles(pd.Series([1.0, 2.0], ["H1", "H1"]))
