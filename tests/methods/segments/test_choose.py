import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from analysis.core import words
from analysis.core.errors import DataError, SettingError
from analysis.methods import segments

from .made import apart, half_factor, log_normal, one_factor, segmented, two_groups, uniform, weak

#: settings under which one call takes about a second
FAST = {"k": range(2, 7), "n_boot": 25, "n_null": 39, "max_rows": 600}
#: settings for many worlds: 0.3 seconds each
WORLDS = {"k": range(2, 6), "n_boot": 10, "n_null": 19, "max_rows": 600}
#: the same where the number is asked for
COUNTED = {"k": range(3, 7), "n_boot": 20, "n_null": 19, "max_rows": 600}


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
        "k", "inertia", "silhouette", "calinski_harabasz", "davies_bouldin", "gap", "gap_se", "gap_box", "gap_box_se",
        "prediction_strength", "jaccard_min", "jaccard_mean", "jaccard_lo", "jaccard_hi", "ari_resamples",
        "ari_restarts", "bic", "smallest", "separation", "excess", "p_null", "reason", "vetoes", "admissible",
    ]  # fmt: skip
    assert choice.recommended == 2
    # 30 of 80
    assert choice.table["smallest"].iloc[0] == pytest.approx(0.375)


def test_a_segment_too_small_to_serve_is_not_admissible():
    rng = np.random.default_rng(0)
    features = pd.DataFrame(rng.normal(size=(300, 3)), [f"H{i:03d}" for i in range(300)], ["a", "b", "c"])
    features.iloc[:9] += 15
    choice = segments.choose_k(features, k=[2], n_boot=20, n_null=39)
    row = choice.table.iloc[0]
    assert row["reason"] == row["vetoes"] == "k_small_segment"
    assert row["smallest"] == pytest.approx(0.03)
    # the structure is there; what it can be used for is another question
    assert choice.structure
    assert choice.recommended == 0
    assert choice.finding.code == choice.notes[-1].code == "segments_vetoed"


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
    from analysis.methods.segments import _indices

    monkeypatch.setattr(_indices, "SILHOUETTE_ROWS", 100)
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


def test_one_whale_does_not_become_a_segment_silently():
    features = segmented(1, norm=1)[0].iloc[:200].copy()
    features.iloc[7] += 200
    choice = segments.choose_k(features, k=(2, 3), n_boot=10, n_null=19)
    row = choice.table.iloc[0]
    assert row["smallest"] == pytest.approx(1 / 200)
    assert "k_small_segment" in row["vetoes"]
    assert choice.recommended == 0


def test_vetoes_name_every_rule_that_is_missed():
    table = segments.choose_k(one_factor(1), **FAST).table.set_index("k")
    assert table.loc[6, "vetoes"] == "k_not_clearer; k_unstable"
    assert table.loc[6, "reason"] == "k_not_clearer"


def test_candidates_say_what_speaks_for_and_against():
    choice = segments.choose_k(segmented(2, norm=3)[0], **FAST)
    told, table = choice.candidates, choice.table.set_index("k")
    assert set(told["side"]) == {"for", "veto"}
    for column, end, code in (("silhouette", "idxmax", "k_by_silhouette"), ("davies_bouldin", "idxmin", "k_by_davies"),
                              ("bic", "idxmin", "k_by_bic"), ("excess", "idxmax", "k_clearest")):  # fmt: skip
        row = told[told["reason"] == code].iloc[0]
        assert row["k"] == getattr(table[column], end)()
        assert row["value"] == table.loc[row["k"], column]
    against = told[told["side"] == "veto"].groupby("k")["reason"].agg("; ".join)
    assert against.to_dict() == table.loc[~table["admissible"], "vetoes"].to_dict()
    # the sentence names all of them, and nobody has confirmed the suggestion
    assert choice.finding.values["candidates"] == table.index[table["admissible"]].tolist()
    assert choice.recommended in choice.finding.values["candidates"]
    assert not choice.confirmed
    for language, words_ in (("zh", "待分析师选定"), ("en", "unconfirmed")):
        assert words_ in words.text("findings.segments_k", language, **choice.finding.values)
    assert choice.notes[-1].code == "segments_candidates"


def test_a_segment_without_value_or_contact_is_vetoed():
    features = two_groups()
    first = np.arange(80) < 30
    worth = pd.Series(np.where(first, 1000.0, 2.0), features.index)
    contact = pd.Series(np.where(first, True, np.arange(80) % 5 == 0), features.index)
    choice = segments.choose_k(features, k=[2], n_boot=10, n_null=19, values=worth, reachable=contact)
    row = choice.table.iloc[0]
    # 50 · 2 of 30 · 1000 + 50 · 2 = 30,100; positions 30 to 79 hold ten multiples of five among fifty
    assert row["smallest_value"] == pytest.approx(100 / 30_100)
    assert row["reachable"] == pytest.approx(10 / 50)
    assert row["vetoes"] == "k_small_value; k_unreachable"
    assert choice.finding.code == "segments_vetoed"
    # in any order of the customers
    mixed = segments.choose_k(
        features, k=[2], n_boot=10, n_null=19, values=worth.sample(frac=1, random_state=1), reachable=contact[::-1]
    )
    pd.testing.assert_frame_equal(mixed.table, choice.table)


def test_values_and_contacts_must_be_complete():
    features = two_groups()
    worth = pd.Series(1.0, features.index)
    with pytest.raises(DataError, match="values must hold a value of every customer that is clustered; 3 have none"):
        segments.choose_k(features, k=[2], values=worth.iloc[3:])
    with pytest.raises(DataError, match="values must add up to more than 0"):
        segments.choose_k(features, k=[2], values=-worth)
    with pytest.raises(DataError, match="reachable"):
        segments.choose_k(features, k=[2], reachable=pd.concat([worth, worth.iloc[:2]]) > 0)


def test_gap_rules_know_one_segment():
    rng = np.random.default_rng(0)
    flat = pd.DataFrame(rng.uniform(size=(300, 3)), [f"H{i:03d}" for i in range(300)], list("abc"))
    choice = segments.choose_k(flat, k=(2, 3, 4), n_boot=5, n_null=19)
    assert choice.gap_rules["original"]["first_se"] == 1
    assert choice.gaps["k"].tolist() == [1, 2, 3, 4] * 2
    known = choice.gaps[(choice.gaps["box"] == "original") & (choice.gaps["k"] > 1)]
    assert known["gap"].tolist() == choice.table["gap_box"].tolist()


def test_schemes_besides_distinct_are_measured_where_asked_for():
    features = segmented(1, norm=2, n=200)[0]
    plain = segments.choose_k(features, k=(5,), n_boot=20, n_null=19)
    more = segments.choose_k(features, k=(5,), n_boot=20, n_null=19, schemes=("bootstrap", "subset"))
    assert more.settings["schemes"] == ["distinct", "bootstrap", "subset"]
    # repeats weigh some accounts more: segments look less stable
    assert more.table["jaccard_bootstrap"].iloc[0] < more.table["jaccard_mean"].iloc[0]
    assert 0 < more.table["jaccard_subset"].iloc[0] < 1
    pd.testing.assert_frame_equal(more.table[plain.table.columns], plain.table)
    with pytest.raises(SettingError, match="schemes must be one of"):
        segments.choose_k(features, schemes=("jackknife",))


def test_restarts_agree_where_the_algorithm_is_sure_and_resamples_where_the_sample_is():
    table = segments.choose_k(two_groups(), k=(2, 6), n_boot=10, n_null=19).table.set_index("k")
    assert table.loc[2, ["ari_restarts", "ari_resamples"]].tolist() == [1, 1]
    assert (table.loc[6, ["ari_restarts", "ari_resamples"]] < 0.9).all()


def test_saved_and_loaded_it_is_the_same(tmp_path):
    choice = segments.choose_k(two_groups(), k=(2, 3), n_boot=5, n_null=19, values=pd.Series(1.0, two_groups().index))
    choice.save(tmp_path, "choice")
    assert segments.KChoice.load(tmp_path, "choice").equals(choice)


def test_the_same_customer_twice_is_refused():
    features = pd.concat([two_groups(), two_groups().iloc[:2]])
    with pytest.raises(DataError) as error:
        segments.choose_k(features)
    assert error.value.code == "duplicate_customers"


# -- many worlds: four of each kind in every run of the tests, ten and a hundred among the slow ones -----------------


@pytest.mark.parametrize("world", [half_factor, uniform, log_normal], ids=["one factor", "uniform", "log-normal"])
def test_no_structure_is_claimed_in_four_worlds_without_any(world):
    for seed in range(4):
        choice = segments.choose_k(segments.prepare(world(seed)), **WORLDS)
        assert choice.finding.code == "no_clear_structure"
        assert not choice.structure


def refused_as_weak(seed: int) -> bool:
    prepared = segments.prepare(segmented(seed, norm=1.5)[0])
    return segments.choose_k(prepared, **WORLDS).finding.code == "no_clear_structure"


def test_weak_segments_are_refused_in_four_worlds():
    assert [refused_as_weak(seed) for seed in range(4)] == [True] * 4


def agreement_far_apart(seed: int) -> float:
    """Of the five segments that are suggested and fitted with the true ones."""
    features, truth = apart(seed)
    prepared = segments.prepare(features)
    assert segments.choose_k(prepared, **COUNTED).recommended == 5
    return float(adjusted_rand_score(truth, segments.fit(prepared, k=5).customers["segment"]))


def test_five_segments_far_apart_are_found_in_four_worlds():
    assert min(agreement_far_apart(seed) for seed in range(4)) >= 0.6


def in_random_directions(seed: int) -> tuple[bool, bool, float]:
    """Whether five segments are suggested, whether they are a candidate, and the agreement with the true ones."""
    features, truth = segmented(seed, norm=3)
    choice = segments.choose_k(segments.prepare(features), **COUNTED)
    found = segments.fit(features, k=5).customers["segment"]
    return choice.recommended == 5, 5 in choice.finding.values["candidates"], float(adjusted_rand_score(truth, found))


def test_five_segments_in_random_directions_that_do_not_touch_are_found():
    # centres are drawn: in worlds 0, 8 and 9 two of them lie less than two standard deviations apart
    for seed in range(1, 5):
        suggested, candidate, agreement = in_random_directions(seed)
        assert suggested
        assert candidate
        assert agreement >= 0.6


@pytest.mark.slow
def test_five_segments_are_found_in_ten_worlds_and_weak_ones_refused():
    assert all(refused_as_weak(seed) for seed in range(10))
    assert min(agreement_far_apart(seed) for seed in range(10)) >= 0.6
    suggested, candidates, agreement = zip(*map(in_random_directions, range(10)), strict=True)
    assert sum(suggested) >= 8
    assert sum(candidates) >= 8
    assert sum(value >= 0.6 for value in agreement) >= 9
    assert np.mean(agreement) >= 0.68


@pytest.mark.slow
@pytest.mark.parametrize(
    "world", [half_factor, uniform, log_normal, weak], ids=["one factor", "uniform", "log-normal", "weak"]
)
def test_no_structure_is_claimed_in_a_hundred_worlds(world):
    found = [segments.choose_k(segments.prepare(world(seed)), **segments.QUICK).structure for seed in range(100, 200)]
    assert sum(found) == 0
