import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import SettingError
from analysis.methods import profit, tiers
from analysis.methods.profit import _whale
from analysis.stats import intervals

AS_OF = "2025-06-30"


def statement(profits, sales=None):
    """A statement whose customers have these contributions (and net sales)."""
    ids = pd.Index([f"C{i:03d}" for i in range(len(profits))], name="customer_id")
    earned = np.asarray(profits, dtype=float)
    frame = pd.DataFrame({
        "group": "all", "net_sales": np.abs(earned) + 1 if sales is None else np.asarray(sales, dtype=float),
        "contribution": earned, "flag": np.where(np.isnan(earned), "missing_input", "ok"),
    }, index=ids)  # fmt: skip
    return profit.Statement(table=pd.DataFrame({"group": ["all"]}), customers=frame)


def test_whale_by_hand():
    result = profit.whale(statement([60.0, -20.0, 50.0, 10.0]))
    # ranked 60, 50, 10, −20 of 100: 60, 110, 120, 100 %
    at = result.table.set_index(result.table["share_customers"].round(2))["value"]
    assert at[[0.25, 0.5, 0.75, 1.0]].tolist() == pytest.approx([0.6, 1.1, 1.2, 1.0])
    assert result.peak == {"value": 1.2, "share_customers": 0.75, "n": 3.0}
    assert (result.losing["value"], result.losing["total"]) == (0.25, -20.0)
    assert result.finding.code == "whale"


def test_a_peak_above_the_total_only_where_somebody_loses():
    result = profit.whale(statement(np.arange(1.0, 41.0)))
    assert result.peak["value"] == pytest.approx(1.0)
    assert result.finding.code == "whale_nobody_loses"
    assert (np.diff(result.table["value"]) > 0).all()
    # below ten customers there is no interval, and all of the profit is all of it
    assert result.table["lo"].isna().tolist() == [True] * 4 + [False] * 15 + [True]
    inside = result.table.iloc[4:-1]
    assert ((inside["lo"] <= inside["value"]) & (inside["value"] <= inside["hi"])).all()
    # all of it is all of it: no interval there
    assert result.table[["lo", "hi"]].iloc[-1].isna().all()


def test_negative_profit_overall_has_no_shares():
    result = profit.whale(statement([10.0, -60.0, 5.0]))
    assert result.table["value"].isna().all()
    assert set(result.table["flag"]) == {"not_identified"}
    assert result.table["profit"].iloc[-1] == pytest.approx(-45.0)
    assert result.finding.code == "whale_no_profit"
    assert profit.whale(statement([0.0, 0.0])).finding.code == "whale_no_profit"


def test_one_customer_and_unknown_margins():
    result = profit.whale(statement([7.0, np.nan]))
    assert result.table["value"].iloc[-1] == 1.0
    assert result.table["lo"].isna().all()
    assert result.notes[0].values == {"n": 1}


def test_tiers_by_profit_beside_tiers_by_sales():
    sales = [600.0, 200.0, 100.0, 100.0, 0.0]
    earned = [-50.0, 90.0, 10.0, 0.0, 5.0]
    result = profit.abc(statement(earned, sales))
    frame = result.customers
    # sales: before 0, .6, .8, .8 -> A A B B nothing; profit: 90, 10, 5 of 105: before 0, .857, .952 -> A B C
    assert frame["tier_sales"].tolist() == ["A", "A", "B", "B", "no_profit"]
    assert frame["tier_profit"].tolist() == ["loss_making", "A", "B", "no_profit", "C"]
    known = tiers.abc(pd.Series(sales, frame.index), n_boot=1).customers["tier"].replace("zero", "no_profit")
    assert frame["tier_sales"].tolist() == known.tolist()
    table = result.table.set_index("tier")
    assert table["n"].to_dict() == {"A": 2, "B": 2, "C": 0, "no_profit": 1, "loss_making": 0}
    assert table["n_profit"].to_dict() == {"A": 1, "B": 1, "C": 1, "no_profit": 1, "loss_making": 1}
    assert table.loc[["A", "B", "no_profit"], "value"].tolist() == [0.5, 0.5, 0.0]
    assert (table.loc["A", "lo"], table.loc["A", "hi"]) == intervals.wilson(1, 2)
    assert np.isnan(table.loc["C", "value"])
    assert table["share_sales"].tolist() == pytest.approx([0.8, 0.2, 0.0, 0.0, 0.0])
    assert table["share_profit"].tolist() == pytest.approx([90 / 105, 10 / 105, 5 / 105, 0.0, -50 / 105])
    assert result.finding.values == {"n": 3, "of": 5, "top": 2, "fallen": 1}
    listed = profit.disagreements(result)
    assert listed.table["customer_id"].tolist() == ["C000", "C003", "C004"]
    short = profit.disagreements(result, most=1)
    assert short.notes[0].values == {"n": 1, "of": 3}
    assert profit.disagreements(profit.abc(statement([5.0, 5.0]))).finding.code == "disagreements_none"


def test_messages():
    with pytest.raises(SettingError, match="cuts"):
        profit.abc(statement([1.0, 2.0]), cuts=(0.9, 0.7))
    with pytest.raises(SettingError, match="most must be 1 to inf; got 0"):
        profit.disagreements(profit.abc(statement([1.0])), most=0)


def test_the_curve_of_sixty_customers_has_no_interval_where_it_would_be_too_narrow():
    """Sixty customers of a skewed population, many times: what intervals are shown hold 80 %, about."""
    rng = np.random.default_rng(8)

    def drawn(n):
        return np.sort(np.exp(rng.normal(0.0, 1.2, n)) - 0.4)[::-1]

    share, big = np.arange(1, 21) / 20, drawn(500_000)
    truth = _whale._at(share, np.cumsum(big)) / big.sum()
    hits = np.zeros(20)
    for i in range(60):
        profit = drawn(60)
        lo, hi = _whale._bounds(profit, share, _whale._at(share, np.cumsum(profit)) / profit.sum(), i)
        hits += (lo <= truth) & (truth <= hi)
    # three, six and nine customers: none; at the end all of the profit is all of it
    assert np.flatnonzero(np.isnan(lo)).tolist() == [0, 1, 2, 19]
    # a share of .6 in 60 is four standard errors under .8
    assert (hits[3:19] / 60 >= 0.6).all()
