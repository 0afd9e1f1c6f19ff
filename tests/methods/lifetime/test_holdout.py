import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime

SPLIT, END = "2024-12-31", "2025-06-30"


def orders(seed=0, n=300, drop=0.12):
    """Pharmacies with an own rhythm that close down after some order."""
    rng = np.random.default_rng(seed)
    lines = []
    for i in range(n):
        now, rate = rng.uniform(0, 300), rng.gamma(1.2, 1 / 50.0) + 1e-3
        leave = rng.beta(1.0, 1 / drop)
        while now < 913:
            lines.append((f"P{i:03d}", pd.Timestamp("2023-01-01") + pd.Timedelta(days=int(now)), 100.0))
            if rng.random() < leave:
                break
            now += rng.exponential(1 / rate)
    return pd.DataFrame(lines, columns=["customer_id", "date", "amount"])


@pytest.fixture(scope="module")
def result():
    return lifetime.compare(orders(), split=SPLIT, end=END)


def test_actual_counts_purchase_days_after_the_split_of_known_customers():
    lines = pd.DataFrame(
        [
            ("P1", "2024-10-01", 10.0),
            ("P1", "2024-11-01", 10.0),
            ("P1", "2024-12-31", 10.0),  # the split itself belongs to the calibration period
            ("P1", "2025-01-01", 10.0),
            ("P1", "2025-01-01", 5.0),  # same day
            ("P1", "2025-03-01", 10.0),
            ("P1", "2025-03-05", -10.0),  # return
            ("P1", "2025-07-01", 10.0),  # after the end
            ("P2", "2024-09-01", 10.0),
            ("P3", "2025-02-01", 10.0),  # new after the split
        ],
        columns=["customer_id", "date", "amount"],
    )
    customers = lifetime.compare(lines, split=SPLIT, end=END).customers
    assert customers["actual"].to_dict() == {"P1": 2.0, "P2": 0.0}
    assert customers["frequency"].to_dict() == {"P1": 2, "P2": 0}


def test_scores_by_hand_from_the_customers(result):
    customers = result.customers
    for rule, row in result.table.set_index("rule").iterrows():
        predicted = customers[rule]
        assert row["value"] == pytest.approx(predicted.sum())
        assert row["actual"] == customers["actual"].sum()
        assert row["bias"] == pytest.approx(predicted.sum() / customers["actual"].sum() - 1)
        assert row["mae"] == pytest.approx((predicted - customers["actual"]).abs().mean())
        assert row["spearman"] == pytest.approx(predicted.corr(customers["actual"], method="spearman"), abs=1e-6)


def test_models_have_intervals_and_plain_rules_have_none(result):
    table = result.table.set_index("rule")
    assert table.loc[["bg_nbd", "mbg_nbd"], ["lo", "hi", "coverage"]].notna().all(axis=None)
    assert table.loc[["last_year_rate", "recency_rule"], ["lo", "hi", "coverage"]].isna().all(axis=None)
    assert table.loc["bg_nbd", "coverage"] > 0.85


def test_best_has_the_smallest_sum_of_ranks(result):
    table = result.table
    ranks = table["bias"].abs().rank() + table["mae"].rank() + (-table["spearman"]).rank()
    assert result.best == table["rule"].iloc[0]
    assert ranks.iloc[0] == ranks.min()
    assert table["rank"].tolist() == [1, 2, 3, 4]


def test_a_model_wins_in_a_world_of_dropout(result):
    assert result.best in ("bg_nbd", "mbg_nbd")
    assert result.finding.code == "lifetime_model_wins"
    row = result.table.set_index("rule").loc[result.family]
    assert (result.predicted, result.actual, result.error) == (row["value"], row["actual"], row["bias"])
    assert result.covered == (row["lo"] <= row["actual"] <= row["hi"])


def test_a_plain_rule_that_wins_is_named():
    # everybody orders every 30 days, for ever: the clock beats a model of random buying
    days = pd.date_range("2023-01-15", "2025-06-30", freq="30D")
    gaps = {f"P{i:02d}": 1 + i % 6 for i in range(60)}
    lines = pd.DataFrame([(c, day, 10.0) for c, step in gaps.items() for day in days[::step]])
    lines.columns = ["customer_id", "date", "amount"]
    result = lifetime.compare(lines, split=SPLIT, end=END)
    assert result.best in ("last_year_rate", "recency_rule")
    assert result.finding.code == "lifetime_naive_wins"
    assert "naive_wins" in [note.code for note in result.notes]
    assert result.family in ("bg_nbd", "mbg_nbd")


def test_only_the_families_asked_for():
    table = lifetime.compare(orders(n=60), split=SPLIT, end=END, families=["mbg_nbd"]).table
    assert sorted(table["rule"]) == ["last_year_rate", "mbg_nbd", "recency_rule"]


def test_nothing_in_the_held_out_period_is_said():
    lines = orders(n=40)
    result = lifetime.compare(lines[lines["date"] <= SPLIT], split=SPLIT, end=END)
    assert result.actual == 0
    assert np.isnan(result.error)
    assert result.finding.code == "lifetime_held_out_empty"
    assert "held_out_empty" in [note.code for note in result.notes]


def test_total_takes_the_comparison(result):
    history = lifetime.summarise(orders(), end=END)
    total = lifetime.total(lifetime.fit(history, family=result.family), history, periods=26, widen=result)
    assert total.notes[-1].code in ("held_out_inside", "held_out_missed")
    assert total.finding.values["error"] == pytest.approx(abs(result.error))


def test_messages():
    with pytest.raises(SettingError, match="split must lie before end; got split 2025-06-30, end 2025-06-30"):
        lifetime.compare(orders(n=5), split=END, end=END)
    with pytest.raises(SettingError, match="family must be one of bg_nbd, mbg_nbd; got bg_bb"):
        lifetime.compare(orders(n=5), split=SPLIT, end=END, families=["bg_bb"])
    with pytest.raises(DataError, match="none is one"):
        lifetime.compare(orders(n=5), split="2022-12-31", end=END)
