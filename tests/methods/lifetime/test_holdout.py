import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime import comparison, scoring
from analysis.methods.lifetime.families import FAMILIES

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
    customers = lifetime.compare(lines, split=SPLIT, end=END, families=["bg_nbd"]).customers
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
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    assert table["rank_sum"].to_numpy() == pytest.approx(ranks.to_numpy())


def test_a_model_wins_in_a_world_of_dropout(result):
    assert result.used in FAMILIES
    assert result.finding.code == "lifetime_model_wins"
    why = next(note for note in result.notes if note.code == "comparison_used").values
    assert (why["rule"], why["points"]) == (result.used, result.table["rank_sum"].min())
    assert why["second"] == result.table["rule"].iloc[1]
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
    assert result.used == result.best
    assert result.family in FAMILIES


def board(*rows):
    return pd.DataFrame(rows, columns=["rule", "rank_sum", "total_inside"])


RULE = ("last_year_rate", 9.0, "no_interval")


@pytest.mark.parametrize(
    ("rows", "code", "other"),
    [
        ([("bg_nbd", 4.0, "inside_interval"), RULE], "lifetime_model_wins", None),
        ([("bg_nbd", 4.0, "outside_interval"), RULE], "lifetime_model_first_missed", None),
        ([("bg_nbd", 9.0, "inside_interval"), RULE], "lifetime_model_ties", "last_year_rate"),
        ([("bg_nbd", 9.0, "outside_interval"), RULE], "lifetime_model_ties_missed", "last_year_rate"),
        ([RULE, ("bg_nbd", 9.0, "inside_interval")], "lifetime_naive_ties", "bg_nbd"),
        ([RULE, ("bg_nbd", 9.0, "outside_interval")], "lifetime_naive_ties_missed", "bg_nbd"),
        ([RULE, ("bg_nbd", 9.5, "outside_interval")], "lifetime_naive_wins", None),
        # a tie among models is no tie with a rule
        ([("bg_nbd", 4.0, "inside_interval"), ("bg_bb", 4.0, "inside_interval"), RULE], "lifetime_model_wins", None),
    ],
)
def test_a_win_a_tie_and_a_missed_total_are_told_apart(rows, code, other):
    assert comparison.verdict(board(*rows), "bg_nbd") == (code, other)


def test_a_total_outside_the_interval_is_no_plain_win():
    # half of the customers stop at the split: who orders more still holds, no interval does
    lines = orders()
    stopped = (lines["customer_id"].str[1:].astype(int) % 2 == 0) & (lines["date"] > SPLIT)
    found = lifetime.compare(lines[~stopped], split=SPLIT, end=END)
    assert not found.covered
    # one ordered half of what was expected of two
    assert found.error == pytest.approx(1.0, abs=0.1)
    assert found.finding.code == "lifetime_model_first_missed"
    assert found.finding.values["of"] == len(found.table)
    said = words.text(f"findings.{found.finding.code}", "en", **found.finding.values)
    assert said.endswith("outside the interval (n = 300)")


@pytest.mark.parametrize(
    ("seed", "code", "best", "other"),
    [
        (6, "lifetime_model_ties", "bg_nbd", "last_year_rate"),
        (24, "lifetime_naive_ties", "recency_rule", "bg_nbd"),
    ],
)
def test_a_tie_is_said_and_the_smaller_error_of_the_total_decides(seed, code, best, other):
    found = lifetime.compare(orders(seed, n=40), split=SPLIT, end=END, families=["bg_nbd"])
    first, second = found.table.iloc[0], found.table.iloc[1]
    assert (first["rule"], second["rule"], first["rank_sum"]) == (best, other, second["rank_sum"])
    assert abs(first["bias"]) < abs(second["bias"])
    assert (found.finding.code, found.finding.values["other"], found.best) == (code, other, best)
    assert found.notes[-1].code == "comparison_tie"
    assert found.notes[-1].values == {"rule": best, "other": other}
    assert "naive_wins" not in [note.code for note in found.notes]


def test_scores_do_not_depend_on_a_copy_of_a_model(result):
    # with k = 1 a model of regular orders is its plain counterpart; it must not push other rules down the ranks
    assert not {"bg_cnbd_k", "bg_nbd"} <= set(result.table["rule"]) or not np.allclose(
        result.customers["bg_cnbd_k"], result.customers["bg_nbd"]
    )


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


def test_lift_by_hand():
    actual = np.array([5.0, 1, 0, 4, 0, 0, 0, 0, 0, 0])
    # the one customer in ten with the highest forecast ordered 5 of 10: five times the share of an average tenth
    assert scoring.lift(np.arange(10, 0, -1.0), actual) == pytest.approx(5.0)
    # four customers share the first place: on average they ordered 2.5 each
    assert scoring.lift(np.array([9.0, 9, 9, 9, 1, 1, 1, 1, 1, 1]), actual) == pytest.approx(2.5)
    assert np.isnan(scoring.lift(np.ones(10), np.zeros(10)))


def test_a_family_that_the_data_do_not_suit_is_left_out_and_said(result):
    said = {note.values["family"] for note in result.notes if note.code in ("family_skipped", "family_same")}
    assert "bg_bb" in said
    assert said | set(result.settings["families"]) == set(FAMILIES)
    assert set(result.table["rule"]) == {*result.settings["families"], "last_year_rate", "recency_rule"}


def monthly_orders(n=150):
    """Distributor figures: one line a month, dated on its first day, or none."""
    rng = np.random.default_rng(4)
    months = pd.date_range("2022-01-01", "2025-06-01", freq="MS")
    lines = []
    for i in range(n):
        p, leave = rng.beta(1.5, 1.5), rng.beta(0.8, 20)
        for month in months[rng.integers(0, 12) :]:
            if rng.random() < leave:
                break
            if rng.random() < p:
                lines.append((f"D{i:03d}", month, 100.0))
    return pd.DataFrame(lines, columns=["customer_id", "date", "amount"])


def test_months_bring_in_bg_bb():
    lines = monthly_orders()
    found = lifetime.compare(lines, split="2024-12-31", end="2025-06-30", unit="month", families=["bg_nbd", "bg_bb"])
    assert found.settings["families"] == ["bg_nbd", "bg_bb"]
    months = lifetime.history_for("bg_bb", lines, end="2024-12-31", unit="month")
    fit = lifetime.fit(months, family="bg_bb")
    # 181 days are six months
    assert found.customers["bg_bb"].sum() == pytest.approx(lifetime.forecast(fit, months, periods=6)["expected"].sum())


def region(customers):
    return pd.Series(np.where(np.arange(len(customers)) % 3, "华东", "西南"), index=customers, name="region")


def test_groups_are_tested_by_themselves():
    lines = orders()
    customers = pd.Index(sorted(lines["customer_id"].unique()), name="customer_id")
    found = lifetime.compare(lines, split=SPLIT, end=END, families=["bg_nbd"], by=region(customers))
    own = found.held_out("bg_nbd", group="西南")
    inside = region(customers).reindex(found.customers.index) == "西南"
    assert own.predicted == pytest.approx(found.customers.loc[inside, "bg_nbd"].sum())
    assert own.actual == found.customers.loc[inside, "actual"].sum()
    assert found.held_out("bg_nbd", group="华北") is None
    # a page of one region carries the region's own error
    alone = found.of_group("西南")
    assert alone.held_out("bg_nbd").actual == own.actual
    assert alone.held_out("bg_nbd").group == "西南"
    assert found.of_group("华北") is found


def test_each_group_is_widened_by_its_own_error():
    lines = orders()
    customers = pd.Index(sorted(lines["customer_id"].unique()), name="customer_id")
    by = region(customers)
    # after the split only one of the two regions goes on ordering as before
    gone = lines["customer_id"].map(by).eq("西南") & (lines["date"] > SPLIT)
    found = lifetime.compare(lines[~gone], split=SPLIT, end=END, families=["bg_nbd"], by=by)
    history = lifetime.summarise(lines[~gone], end=END)
    fit = lifetime.fit(history)
    plain = lifetime.total(fit, history, periods=26, by=by).table.set_index("group")
    wide = lifetime.total(fit, history, periods=26, by=by, widen=found)
    table = wide.table.set_index("group")
    east, west = (found.held_out("bg_nbd", group=name) for name in ("华东", "西南"))
    assert east.covered
    assert not west.covered
    assert table.loc["华东", ["lo", "hi"]].tolist() == plain.loc["华东", ["lo", "hi"]].tolist()
    miss = abs(west.actual - west.predicted) / west.predicted * plain.loc["西南", "value"]
    assert table.loc["西南", "hi"] == pytest.approx(plain.loc["西南", "hi"] + miss)
    assert np.isnan(table.loc["西南", "held_out_error"])  # nobody ordered: no relative error
    assert table.loc["华东", "held_out_error"] == pytest.approx(abs(east.predicted / east.actual - 1))
    assert next(n for n in wide.notes if n.code == "held_out_by_group").values == {"n": 2, "missed": 1}


def test_messages():
    with pytest.raises(SettingError, match="split must lie before end; got split 2025-06-30, end 2025-06-30"):
        lifetime.compare(orders(n=5), split=END, end=END)
    with pytest.raises(SettingError, match=r"family must be one of bg_bb, bg_cnbd_k, bg_nbd, .*; got gamma"):
        lifetime.compare(orders(n=5), split=SPLIT, end=END, families=["gamma"])
    with pytest.raises(DataError, match="none of bg_bb does in unit week"):
        lifetime.compare(orders(n=5), split=SPLIT, end=END, families=["bg_bb"])
    with pytest.raises(DataError, match="By the split somebody must have bought; got split 2022-12-31, first order"):
        lifetime.compare(orders(n=5), split="2022-12-31", end=END)
    with pytest.raises(SettingError, match="unit must be one of day, month, week; got fortnight"):
        lifetime.compare(orders(n=5), split=SPLIT, end=END, unit="fortnight")
