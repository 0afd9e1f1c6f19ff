import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import tiers

TEN = [100.0, 90, 80, 70, 60, 50, 40, 30, 20, 10]


def accounts(days, dates, values):
    index = pd.Index([f"H{i:03d}" for i in range(len(days))], name="customer_id")
    return pd.DataFrame({"days_since_last": days, "n_dates_12m": dates, "value_12m": values}, index=index)


def ten(**other):
    told = {"days": TEN[::-1], "dates": [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], "values": TEN} | other
    return accounts(told["days"], told["dates"], told["values"])


def test_fifths_by_hand():
    found = tiers.rfm(ten())
    # two customers in each fifth, the first two best on all three
    assert found.customers["r"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert found.customers["f"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert found.cuts == {"r": [20, 40, 60, 80], "f": [3, 5, 7, 9], "m": [30, 50, 70, 90]}


def test_equal_customers_share_the_score_of_the_first_of_them():
    found = tiers.rfm(ten(values=[50.0] * 6 + [10.0] * 4))
    # six begin at 0: 5; four begin at .6: 5 − 3 = 2; nobody has 1, 3 or 4
    assert found.customers["m"].tolist() == [5] * 6 + [2] * 4
    assert found.cuts["m"] == [10, 50, 50, 50]
    empty = {note.code: note.values for note in found.notes}["rfm_empty_scores"]["scores"]
    assert empty == ["m1", "m3", "m4"]


def test_customers_without_net_purchases_go_by_name():
    summary = ten(values=[*TEN[:7], 0.0, 0.0, -5.0], days=[*TEN[::-1][:7], np.nan, 300, 200])
    found = tiers.rfm(summary)
    assert found.customers["group"].tolist()[7:] == ["zero", "zero", "negative"]
    assert found.customers[["r", "f", "m"]].iloc[7:].isna().all().all()
    table = found.table.set_index("group")
    assert table.loc["zero", "n"] == 2
    assert table.loc["negative", "n"] == 1
    # the fifths are those of the seven who bought: S of the second is 1/7, below a fifth
    assert found.customers["m"].tolist()[:3] == [5, 5, 4]


def test_default_rules_cover_everybody_once():
    rng = np.random.default_rng(0)
    n = 400
    summary = accounts(rng.integers(0, 365, n), rng.integers(1, 30, n), rng.lognormal(8, 1, n))
    found = tiers.rfm(summary)
    assert found.table["n"].sum() == n
    assert found.table["value"].sum() == pytest.approx(1)
    assert found.table["share_value"].sum() == pytest.approx(1)
    large = found.customers["group"] == "rfm_recent_frequent_large"
    expected = (found.customers[["r", "f", "m"]] >= 4).all(axis=1)
    assert large.tolist() == expected.tolist()
    assert large.any()


def test_frozen_cuts_score_elsewhere_alike():
    first = tiers.rfm(ten())
    again = tiers.rfm(ten(), cuts=first.cuts)
    assert again.customers.equals(first.customers)
    assert again.settings["cuts_given"]
    part = tiers.rfm(ten().iloc[[9, 0]], cuts=first.cuts)
    assert part.customers["m"].tolist() == [1, 5]


def test_days_are_counted_from_the_last_order():
    summary = ten().drop(columns="days_since_last")
    summary["last_date"] = pd.Timestamp("2025-06-30") - pd.to_timedelta(TEN[::-1], unit="D")
    found = tiers.rfm(summary, as_of="2025-06-30")
    assert found.customers["days_since_last"].tolist() == TEN[::-1]
    with pytest.raises(DataError, match="No last order may be after as_of; 1 are"):
        tiers.rfm(summary, as_of="2025-06-15")


def test_own_rules():
    rules = [{"name": "重点维护", "m": [4, 5]}, {"name": "常规", "m": [1, 3]}]
    found = tiers.rfm(ten(), rules=rules)
    assert found.customers["group"].tolist() == ["重点维护"] * 4 + ["常规"] * 6
    # 100 + 90 + 80 + 70 of 550
    assert found.table["share_value"].iloc[0] == pytest.approx(340 / 550)
    assert found.rules[0] == {"name": "重点维护", "r": [1, 5], "f": [1, 5], "m": [4, 5]}
    assert found.finding.values["group"] == "重点维护"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        # m = 3 is in both: 25 of 125 cells
        ([{"name": "large", "m": [3, 5]}, {"name": "small", "m": [1, 3]}], '"large" and "small" share 25 cells.*1-1-3'),
        # r = 1 with m below 4: 5 · 3 cells
        ([{"name": "large", "m": [4, 5]}, {"name": "small", "m": [1, 3], "r": [2, 5]}], "15 have none.*1-1-1"),
        (
            [{"name": "all"}, {"name": "recent", "r": [5, 5]}],
            'all cells of "recent" already belong to all',
        ),
        ([{"name": "all", "r": [5, 1]}], 'lower first; "all" has'),
        ([{"name": "all", "r": [0, 5]}], "whole numbers from 1 to 5"),
        ([{"name": "all", "r": [1.5, 5]}], "whole numbers from 1 to 5"),
        ([{"name": "all", "recency": [1, 5]}], "also has recency"),
        ([{"name": "zero"}], "a name other than zero, negative"),
        ([{"r": [1, 5]}], "A rule needs a name"),
        ([{"name": "large", "m": [4, 5]}, {"name": "large", "m": [1, 3]}], "repeated: large"),
        ([], "there must be one at least"),
    ],
)
def test_rule_tables_that_are_wrong(rules, message):
    with pytest.raises(SettingError, match=message):
        tiers.rfm(ten(), rules=rules)


def test_input_that_cannot_be_used():
    with pytest.raises(DataError, match="of 10 none has"):
        tiers.rfm(ten(values=[0.0] * 10))
    with pytest.raises(DataError, match="last order date; 1 have none"):
        tiers.rfm(ten(days=[np.nan, *TEN[1:]]))
    with pytest.raises(DataError, match="value_12m must hold a finite number for every customer; 1 have none"):
        tiers.rfm(ten(values=[np.nan, *TEN[1:]]))
    with pytest.raises(DataError, match="days_since_last"):
        tiers.rfm(ten().drop(columns="days_since_last"))
    with pytest.raises(SettingError, match="m needs four numbers that do not fall"):
        tiers.rfm(ten(), cuts={"r": [1, 2, 3, 4], "f": [1, 2, 3, 4], "m": [9, 5, 3, 1]})
    with pytest.raises(SettingError, match="cuts must hold r, f and m"):
        tiers.rfm(ten(), cuts={"r": [1, 2, 3, 4]})


def test_one_customer():
    found = tiers.rfm(ten().iloc[:1])
    assert found.customers[["r", "f", "m"]].iloc[0].tolist() == [5, 5, 5]
    assert found.table["share_value"].iloc[0] == 1
