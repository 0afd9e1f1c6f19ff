import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from analysis.core.errors import DataError, SettingError
from analysis.methods import tiers


def column(*letters, first=1):
    ids = [f"H{i}" for i in range(first, first + len(letters))]
    return pd.Series(list(letters), ids).dropna()


#            H1   H2   H3   H4      H5          H6          H7          H8    H9
VOLUME = ["A", "A", "A", "B", "A", "zero", "negative", "A", "A"]
PROFIT = ["A", "B", "C", "C", "no_profit", "zero", "loss_making", None, "A"]
STRATEGIC = ["C", "B", "C", "zero", "negative", "negative", "negative", None, None]


def three():
    return {"volume": column(*VOLUME), "profit": column(*PROFIT), "strategic": column(*STRATEGIC)}


def test_any_two_by_hand():
    found = tiers.combine(three()).customers
    # H1 two A; H2 at least B on three; H3 one A, C on any two; H4 B alone, then C; H5 one A, else nothing: C;
    # H6 zero on two, negative on one; H7 negative on all; H8 known on one; H9 two A of two
    assert found["tier"].tolist() == ["A", "B", "C", "C", "C", "zero", "negative", "to_assess", "A"]


def test_weighted_by_hand():
    found = tiers.combine(three(), rule="weighted", weights={"volume": 2, "profit": 1, "strategic": 1}).customers
    # weights .5 .25 .25. H1 1.5 + .75 + .25 = 2.5: A; H2 1.5 + .5 + .5 = 2.5: A; H3 1.5 + .25 + .25 = 2: B
    # H4 1 + .25 + 0 = 1.25: C; H5 1.5: B; H8 half of the weights; H9 three quarters of them, 2.25 / .75 = 3
    assert found["score"].tolist()[:5] == pytest.approx([2.5, 2.5, 2.0, 1.25, 1.5])
    assert found["coverage"].tolist() == pytest.approx([1] * 7 + [0.5, 0.75])
    assert found["tier"].tolist() == ["A", "A", "B", "C", "B", "zero", "negative", "to_assess", "A"]


def test_disagreement_and_what_deviates():
    found = tiers.combine(three()).customers
    assert found["disagreement"].tolist() == [True, True, True, True, True, True, False, False, False]
    # H1 strategic is not A; H2 volume is not B; H3 volume is not C; H4 volume B and strategic zero; H6 strategic
    named = found["deviates"].tolist()
    assert named[:4] == ["criterion_strategic", "criterion_volume", "criterion_volume", "several"]
    assert named[5] == "criterion_strategic"
    assert found["deviates"].iloc[6:].isna().all()


def test_everybody_is_in_the_table_once_and_known_by_any_criterion():
    classes = three() | {"strategic": column("B", first=20)}
    found = tiers.combine(classes)
    assert len(found.customers) == 10
    assert found.table["n"].sum() == 10
    assert found.customers.loc["H20", "tier"] == "to_assess"
    assert found.table.set_index("tier").loc["to_assess", "n"] == 2
    assert {note.code: note.values for note in found.notes}["tiers_to_assess"] == {"n": 2}


def test_shares_of_value():
    values = pd.Series([60.0, 20, 10, 5, 5, 0, -10, 0, 0], [f"H{i}" for i in range(1, 10)])
    table = tiers.combine(three(), values=values).table.set_index("tier")
    # A holds H1 and H9: 60 of 100; net returns −10 of 100 stand apart
    assert table.loc["A", "share_value"] == pytest.approx(0.6)
    assert table.loc["C", "share_value"] == pytest.approx(0.2)
    assert table.loc["negative", "share_value"] == pytest.approx(-0.1)
    assert (table["share_value_lo"] <= table["share_value"]).all()
    assert (table["share_value"] <= table["share_value_hi"]).all()
    assert table.loc["A", "value"] == pytest.approx(2 / 9)
    assert set(table["flag"]) == {"low_n"}


def test_list_of_disagreements_is_sorted_by_value_and_says_what_it_leaves_out():
    values = pd.Series([1.0, 2, 3, 4, 5, 0, 0, 0, 0], [f"H{i}" for i in range(1, 10)])
    found = tiers.disagreements(tiers.combine(three(), values=values), most=3)
    assert found.table["customer_id"].tolist() == ["H5", "H4", "H3"]
    assert found.notes[0].values == {"n": 3, "of": 6}
    assert found.finding.values == {"n": 6, "of": 9}
    same = {"volume": column("A", "B"), "profit": column("A", "B")}
    none = tiers.disagreements(tiers.combine(same))
    assert none.finding.code == "tiers_combined_same"
    assert len(none.table) == 0


def test_results_and_frames_are_taken_as_classes():
    net = pd.Series([60.0, 25, 15], ["H1", "H2", "H3"])
    by_result = tiers.combine({"volume": tiers.abc(net), "profit": tiers.abc(net)})
    by_frame = tiers.combine({"volume": tiers.abc(net).customers, "profit": tiers.abc(net).customers["tier"]})
    assert by_result.equals(by_frame)


def pair(*counts):
    """Classes by two criteria with the counts of a 3 × 3 table, row by row."""
    cells = [(i, j) for i in "ABC" for j in "ABC"]
    rows = [cell for cell, count in zip(cells, counts, strict=True) for _ in range(count)]
    return tiers.combine({"volume": column(*[r[0] for r in rows]), "strategic": column(*[r[1] for r in rows])})


def test_weighted_kappa_by_hand():
    found = tiers.agreement(pair(2, 1, 0, 0, 3, 1, 1, 0, 2))
    # rows 3 4 3, columns 3 4 3 of 10. Distance seen: 1·1 + 1·1 + 2·1 = 4. By chance: one apart 4·12, two apart
    # 2·(9 + 9), together (48 + 36) / 10 = 8.4. Kappa = 1 − 4 / 8.4
    assert found.kappa == pytest.approx(1 - 4 / 8.4)
    assert found.same == pytest.approx(0.7)
    assert found.kappa_lo < found.kappa < found.kappa_hi
    row = found.table.query("tier_first == 'A' and tier_second == 'A'").iloc[0]
    assert row["value"] == pytest.approx(2 / 3)


def test_weighted_kappa_as_in_statsmodels():
    counts = (30, 8, 2, 6, 40, 9, 1, 7, 50)
    wanted = cohens_kappa(np.array(counts).reshape(3, 3), wt="linear")
    found = tiers.agreement(pair(*counts), n_boot=2000)
    assert found.kappa == pytest.approx(wanted.kappa, abs=1e-12)
    # percentile bootstrap against the delta method, for 153 customers
    assert found.kappa_lo == pytest.approx(wanted.kappa_low, abs=0.02)
    assert found.kappa_hi == pytest.approx(wanted.kappa_upp, abs=0.02)


def test_agreement_without_spread_is_said():
    found = tiers.agreement(pair(9, 0, 0, 0, 0, 0, 0, 0, 0))
    assert np.isnan(found.kappa)
    assert found.finding.code == "tiers_agreement_flat"


def test_customers_known_on_one_criterion_are_counted_out():
    found = tiers.agreement(tiers.combine(three()), pair=("volume", "strategic"))
    # H8 and H9 are not known; H4 to H7 are zero or negative by one of the two
    assert found.table["n"].sum() == 3
    assert found.notes[0].values == {"n": 2}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rule": "best"}, "rule"),
        ({"weights": {"volume": 1}}, "weights are used only by the weighted rule"),
        ({"rule": "weighted", "weights": {"volume": 1}}, "weights must give each of"),
        ({"rule": "weighted", "weights": {"volume": 1, "profit": -1, "strategic": 1}}, "above 0"),
    ],
)
def test_settings_that_cannot_be_used(settings, message):
    with pytest.raises(SettingError, match=message):
        tiers.combine(three(), **settings)


def test_classes_that_cannot_be_used():
    with pytest.raises(SettingError, match="at least two criteria"):
        tiers.combine({"volume": column("A")})
    with pytest.raises(DataError, match="profit may hold only A, B, C, zero, negative; got gold"):
        tiers.combine({"volume": column("A"), "profit": column("gold")})
    with pytest.raises(DataError, match="profit must be a column of tiers"):
        tiers.combine({"volume": column("A"), "profit": ["A"]})
    twice = pd.Series(["A", "B"], ["H1", "H1"])
    with pytest.raises(DataError, match="each customer once"):
        tiers.combine({"volume": twice, "profit": column("A")})
    with pytest.raises(DataError, match="values must hold a finite number for every customer; 8 have none"):
        tiers.combine(three(), values=pd.Series([1.0], ["H1"]))
    with pytest.raises(SettingError, match="pair must be two different ones"):
        tiers.agreement(tiers.combine(three()), pair=("volume", "size"))
    apart = tiers.combine({"volume": column("A"), "profit": column("A", first=5)})
    with pytest.raises(DataError, match="volume and profit share none"):
        tiers.agreement(apart)


def test_only_value_a_b_and_c_stand_in_the_cross_table():
    found = tiers.agreement(tiers.combine(three()))
    # known on both: all but H8; zero or negative by volume or profit: H5, H6, H7
    assert found.table["n"].sum() == 5
    assert {note.code: note.values["n"] for note in found.notes} == {"tiers_one_criterion": 1, "tiers_not_abc": 3}


def test_strategic_points_become_classes_by_fixed_cuts():
    points = pd.Series([5.0, 4, 3, 2, 1, 0], [f"H{i}" for i in range(1, 7)])
    found = tiers.abc(points, thresholds={"A": 4, "B": 2}, n_boot=2)
    assert found.customers["tier"].tolist() == ["A", "A", "B", "B", "C", "zero"]
