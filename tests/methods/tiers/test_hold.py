import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import tiers

CUTS = {"A": 100.0, "B": 50.0}
#: was, value now, tier by the cuts alone, tier with ±15 % (up from 115 and 57.5, down below 85 and 42.5)
BY_HAND = [
    ("A", 90, "B", "A"), ("A", 84, "B", "B"), ("A", 45, "C", "B"), ("A", 40, "C", "C"), ("B", 110, "A", "B"),
    ("B", 115, "A", "A"), ("B", 43, "C", "B"), ("B", 42, "C", "C"), ("C", 57, "B", "C"), ("C", 58, "B", "B"),
    ("C", 105, "A", "B"), ("C", 120, "A", "A"), ("A", 0, "zero", "zero"), ("B", -1, "negative", "negative"),
    ("zero", 105, "A", "A"), ("A", 100, "A", "A"),
]  # fmt: skip


def frame(rows):
    ids = [f"H{i:03d}" for i in range(len(rows))]
    return pd.Series([row[0] for row in rows], ids), pd.Series([float(row[1]) for row in rows], ids)


def test_buffer_by_hand():
    found = tiers.hold(*frame(BY_HAND), thresholds=CUTS).customers
    assert found["tier_plain"].tolist() == [row[2] for row in BY_HAND]
    assert found["tier"].tolist() == [row[3] for row in BY_HAND]
    assert found["held"].tolist() == [row[2] != row[3] for row in BY_HAND]
    assert found["why"].tolist()[:3] == ["inside_buffer", "past_buffer", "past_buffer"]
    assert found["why"].tolist()[-4:] == ["zero_or_negative", "zero_or_negative", "zero_or_negative", "no_cut_crossed"]
    assert found["outcome"].tolist()[:3] == ["tier_held", "tier_down", "tier_down"]


@pytest.mark.parametrize(
    ("was", "now", "recent", "tier", "why"),
    [
        ("A", 90, 95, "B", "two_periods"),
        ("A", 90, 100, "A", "inside_buffer"),
        ("B", 110, 120, "A", "two_periods"),
        # both periods are below A, one of them below B as well: as far as both go
        ("A", 90, 40, "B", "two_periods"),
        ("A", 90, 0, "B", "two_periods"),
        # a rise before says nothing about a fall now
        ("B", 45, 130, "B", "inside_buffer"),
        # the buffer alone lets C rise to B, two periods to A
        ("C", 105, 105, "A", "two_periods"),
        # past the buffer needs no second period
        ("A", 80, 120, "B", "past_buffer"),
    ],
)
def test_two_periods_past_the_cut(was, now, recent, tier, why):
    ids = ["H001"]
    found = tiers.hold(
        pd.Series([was], ids), pd.Series([float(now)], ids), thresholds=CUTS, recent=pd.Series([float(recent)], ids)
    )
    assert found.customers[["tier", "why"]].iloc[0].tolist() == [tier, why]


def test_without_a_margin_nothing_is_held():
    found = tiers.hold(*frame(BY_HAND), thresholds=CUTS, margin=0)
    assert found.customers["tier"].tolist() == found.customers["tier_plain"].tolist()
    assert not found.customers["held"].any()


def test_new_and_gone_customers_are_found():
    before = pd.Series(["A", "B"], ["H1", "H2"])
    found = tiers.hold(before, pd.Series([60.0, 101.0], ["H2", "H3"]), thresholds=CUTS)
    assert found.customers["tier"].to_dict() == {"H1": "to_assess", "H2": "B", "H3": "A"}
    assert found.customers["outcome"].to_dict() == {"H1": "tier_gone", "H2": "tier_same", "H3": "tier_first"}
    assert pd.isna(found.customers.loc["H3", "tier_before"])
    assert found.table["n"].sum() == 3
    assert found.counts["n_before"].sum() == 2
    assert found.counts["n"].sum() == 3
    assert {note.code: note.values for note in found.notes}["tiers_gone"] == {"n": 1}


def test_counts_and_finding():
    found = tiers.hold(*frame(BY_HAND), thresholds=CUTS)
    table = found.table.set_index("outcome")["n"]
    # held: rows 1, 5, 7, 9; up: 6, 10, 11, 12 and zero to A; down: 2, 3, 4, 8 and to zero, to negative; same: the last
    assert table.to_dict() == {"tier_same": 1, "tier_held": 4, "tier_up": 5, "tier_down": 6}
    assert found.finding.values == {"of": 16, "plain": 15, "held": 4, "changed": 11, "margin": 0.15}
    # part of the way: 45 from A to B, 105 from C to B
    assert {note.code: note.values for note in found.notes}["tiers_part_way"] == {"n": 2}


def test_held_tiers_are_the_start_of_the_next_period():
    before, values = frame(BY_HAND)
    first = tiers.hold(before, values, thresholds=CUTS)
    again = tiers.hold(first, values, thresholds=CUTS)
    assert again.customers["tier"].equals(first.customers["tier"])


def test_the_buffer_keeps_tiers_that_only_fluctuate():
    # values move by a tenth around the same mean: who leaves a tier by the cut alone mostly comes back
    rng = np.random.default_rng(0)
    mean = pd.Series(rng.lognormal(4, 0.8, 2000), [f"H{i:04d}" for i in range(2000)])
    one, two = (mean * np.exp(rng.normal(0, 0.05, 2000)) for _ in range(2))
    before = tiers.abc(one, thresholds=CUTS, n_boot=2)
    found = tiers.hold(before, two, thresholds=CUTS)
    assert found.finding.values["plain"] > 50
    assert found.finding.values["changed"] < 0.1 * found.finding.values["plain"]


def test_input_that_cannot_be_used():
    before, values = frame(BY_HAND)
    with pytest.raises(SettingError, match="margin must be"):
        tiers.hold(before, values, thresholds=CUTS, margin=1.5)
    with pytest.raises(SettingError, match="thresholds must hold A and B above 0"):
        tiers.hold(before, values, thresholds={"A": 5.0, "B": 9.0})
    with pytest.raises(DataError, match="before may hold only"):
        tiers.hold(before.replace("A", "gold"), values, thresholds=CUTS)
    with pytest.raises(DataError, match="recent must hold a finite number"):
        tiers.hold(before, values, thresholds=CUTS, recent=values.where(values > 0))


def test_drift_by_hand():
    values = pd.Series([40.0, 30, 20, 5, 5], [f"H{i}" for i in range(5)])
    found = tiers.drift(values, thresholds={"A": 25.0, "B": 25.0}, n_boot=50)
    # today's cuts are 30 and 20
    assert found.table["today"].tolist() == [30, 20]
    assert found.table["value"].tolist() == pytest.approx([0.2, -0.2])
    # by 25 / 25: A A C C C; by 30 / 20: A A B C C
    assert found.customers["tier"].tolist() == ["A", "A", "C", "C", "C"]
    assert found.customers["tier_relative"].tolist() == ["A", "A", "B", "C", "C"]
    assert found.n_changed == 1


def test_no_drift_in_a_sample_of_the_same_market():
    rng = np.random.default_rng(5)
    market = pd.Series(rng.gamma(0.8, 1000, 4_000), [f"H{i:04d}" for i in range(4_000)])
    cuts = tiers.abc(market, n_boot=2).thresholds
    hits = 0
    for draw in range(40):
        found = tiers.drift(market.sample(300, random_state=draw), thresholds=cuts, n_boot=200, seed=draw)
        hits += found.table["lo"].iloc[0] <= 0 <= found.table["hi"].iloc[0]
    # 95 % of 40 is 38; below 33 would happen once in a thousand times
    assert hits >= 33


def test_doubled_values_are_seen_as_drift():
    rng = np.random.default_rng(6)
    values = pd.Series(rng.gamma(0.8, 1000, 600), [f"H{i:04d}" for i in range(600)])
    found = tiers.drift(2 * values, thresholds=tiers.abc(values, n_boot=2).thresholds, n_boot=100)
    assert found.table["value"].tolist() == pytest.approx([1, 1])
    assert (found.table["lo"] > 0).all()
    assert found.finding.code == "tiers_drift"


def test_drift_without_buyers():
    found = tiers.drift(pd.Series([0.0, -1.0], ["H1", "H2"]), thresholds=CUTS)
    assert found.finding.code == "tiers_all_zero"
    assert found.customers["tier_relative"].tolist() == ["zero", "negative"]
