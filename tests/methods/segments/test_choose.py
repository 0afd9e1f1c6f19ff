import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import segments

from .made import one_factor, segmented, two_groups

#: settings under which one call takes about a second
FAST = {"k": range(2, 7), "n_boot": 25, "n_null": 39, "max_rows": 600}


def test_strong_structure_is_found():
    features, _truth = segmented(1, norm=3)
    choice = segments.choose_k(features, **FAST)
    assert choice.recommended in (4, 5)
    assert choice.p_null <= 0.05
    row = choice.table.set_index("k").loc[choice.recommended]
    assert row["reason"] == "k_admissible"
    assert row["jaccard_mean"] > 0.85
    assert choice.finding.code == "segments_k"
    assert "no_clear_structure" not in [note.code for note in choice.notes]


def test_weak_structure_is_not_claimed():
    choice = segments.choose_k(segmented(1, norm=1.5)[0], **FAST)
    assert choice.recommended == 0
    assert choice.finding.code == "no_clear_structure"
    assert [note.code for note in choice.notes] == ["no_clear_structure"]


def test_one_factor_is_stable_at_two_and_still_no_structure():
    choice = segments.choose_k(one_factor(1), **FAST)
    # stability alone would say yes
    assert choice.table.set_index("k").loc[2, "jaccard_min"] > 0.9
    assert choice.recommended == 0
    assert not choice.table["admissible"].any()


def test_skewed_sales_without_segments_are_no_structure():
    rng = np.random.default_rng(7)
    sales = pd.DataFrame(np.exp(1.2 * one_factor(7).to_numpy()), one_factor(7).index, list("abcdef"))
    sales["b"] = np.where(rng.random(600) < 0.4, 0, sales["b"])
    assert segments.choose_k(segments.prepare(sales), **FAST).recommended == 0


def test_the_table_has_the_agreed_columns():
    choice = segments.choose_k(two_groups(), k=(2, 3), n_boot=5, n_null=19)
    assert list(choice.table.columns) == [
        "k", "inertia", "silhouette", "gap", "gap_se", "prediction_strength", "jaccard_min", "jaccard_mean", "smallest",
        "separation", "excess", "p_null", "reason", "admissible",
    ]  # fmt: skip
    assert choice.recommended == 2
    # 30 of 80
    assert choice.table["smallest"].iloc[0] == pytest.approx(0.375)


def test_a_segment_too_small_to_serve_is_not_admissible():
    rng = np.random.default_rng(0)
    features = pd.DataFrame(rng.normal(size=(300, 3)), [f"H{i:03d}" for i in range(300)], ["a", "b", "c"])
    features.iloc[:9] += 15
    row = segments.choose_k(features, k=[2], n_boot=20, n_null=39).table.iloc[0]
    assert row["reason"] == "k_small_segment"
    assert row["smallest"] == pytest.approx(0.03)


def test_row_order_changes_nothing():
    features, _truth = segmented(2, norm=3, n=200)
    first = segments.choose_k(features, k=(2, 3), n_boot=10, n_null=19)
    for seed in range(3):
        again = segments.choose_k(features.sample(frac=1, random_state=seed), k=(3, 2), n_boot=10, n_null=19)
        pd.testing.assert_frame_equal(again.table, first.table)


def test_one_more_number_does_not_change_the_criteria_of_the_others():
    features, _truth = segmented(2, norm=3, n=200)
    short = segments.choose_k(features, k=(2,), n_boot=10, n_null=19).table
    long = segments.choose_k(features, k=(2, 3), n_boot=10, n_null=19).table.iloc[:1]
    columns = ["inertia", "silhouette", "gap", "jaccard_min", "excess"]
    pd.testing.assert_frame_equal(short[columns], long[columns])


def test_many_rows_are_sampled_and_it_is_said():
    choice = segments.choose_k(segmented(2, norm=3, n=400)[0], k=(2, 3), n_boot=5, n_null=19, max_rows=100)
    assert choice.notes[0].code == "segments_sampled"
    assert choice.notes[0].values == {"rows": 100, "all": 400}
    assert choice.settings["n"] == 400


def test_silhouette_uses_a_sample_above_five_thousand_rows(monkeypatch):
    from analysis.methods.segments import _choose

    monkeypatch.setattr(_choose, "_SILHOUETTE_ROWS", 100)
    part = segments.choose_k(segmented(2, norm=3, n=400)[0], k=(3,), n_boot=5, n_null=19, max_rows=100)
    monkeypatch.undo()
    whole = segments.choose_k(segmented(2, norm=3, n=400)[0], k=(3,), n_boot=5, n_null=19, max_rows=100)
    gap = float(part.table["silhouette"].iloc[0] - whole.table["silhouette"].iloc[0])
    assert 0 < abs(gap) < 0.1


def test_quick_settings_are_settings_of_choose_k():
    assert segments.choose_k(two_groups(), k=(2,), **segments.QUICK).recommended == 2


def test_unscaled_features_are_warned_about():
    features = two_groups()
    features["value_12m"] *= 1000
    assert segments.choose_k(features, k=(2,), n_boot=5, n_null=19).notes[0].code == "segments_unscaled"


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"k": [1, 2]}, "out_of_range"), ({"k": [2.5]}, "not_whole"), ({"k": []}, "out_of_range"),
     ({"n_boot": 1}, "out_of_range"), ({"n_null": 5}, "out_of_range"), ({"seed": -1}, "out_of_range")],
)  # fmt: skip
def test_settings_out_of_range(settings, code):
    with pytest.raises(SettingError) as error:
        segments.choose_k(two_groups(), **settings)
    assert error.value.code == code


def test_too_few_accounts_and_too_few_different_ones():
    with pytest.raises(DataError, match="needs 60 customers or more; got 59"):
        segments.choose_k(two_groups(59))
    same = pd.DataFrame({"beds": [100, 200] * 40}, [f"H{i}" for i in range(80)])
    with pytest.raises(DataError, match="3 segments need at least 3 customers with different features; there are 2"):
        segments.choose_k(same, k=(2, 3))


def test_missing_values_send_the_reader_to_prepare():
    features = two_groups()
    features.iloc[3, 1] = np.nan
    with pytest.raises(DataError, match=r"there are 1, most in orders_12m. Pass them through segments\.prepare"):
        segments.choose_k(features)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "claims"),
    [
        (lambda seed: one_factor(seed), range(0, 2)),
        (lambda seed: segmented(seed, norm=1.5)[0], range(0, 2)),
        (lambda seed: segmented(seed, norm=3)[0], range(19, 21)),
    ],
    ids=["one factor", "weak", "strong"],
)
def test_how_often_structure_is_claimed_in_twenty_worlds(make, claims):
    found = [
        segments.choose_k(segments.prepare(make(seed)), **segments.QUICK).recommended > 0 for seed in range(100, 120)
    ]
    assert sum(found) in claims
