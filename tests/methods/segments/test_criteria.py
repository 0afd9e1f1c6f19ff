import numpy as np
import pytest
from scipy.stats import skew, spearmanr

from analysis.methods.segments import _criteria, _partition, _reference

from .made import one_factor, segmented, two_groups


def test_distinct_takes_each_drawn_account_once():
    weights = _criteria.resample(400, 50, "distinct", np.random.default_rng(0))
    assert set(np.unique(weights)) == {0.0, 1.0}
    # 1 − 1/e of the rows
    assert weights.mean() == pytest.approx(0.632, abs=0.01)


def test_bootstrap_draws_as_many_as_there_are_and_subset_half():
    rng = np.random.default_rng(0)
    assert (_criteria.resample(41, 20, "bootstrap", rng).sum(axis=1) == 41).all()
    assert (_criteria.resample(41, 20, "subset", rng).sum(axis=1) == 20).all()


def test_groups_far_apart_come_back_entirely():
    X = two_groups().to_numpy()
    rng = np.random.default_rng(0)
    labels = _partition.find(X, 2).labels
    weights = _criteria.resample(len(X), 20, "distinct", rng)
    assert (_criteria.jaccard(X, labels, 2, weights, rng) == 1).all()


def test_jaccard_by_hand():
    # 0 and 1 against 10 and 11 is what every resample finds; the labels call 1 a member of the other group
    X = np.array([[0.0], [1.0], [10.0], [11.0]])
    similarity = _criteria.jaccard(X, np.array([0, 1, 1, 1]), 2, np.ones((1, 4)), np.random.default_rng(0))
    # {0} with {0, 1}: 1/2; {1, 10, 11} with {10, 11}: 2/3
    assert similarity[0] == pytest.approx([1 / 2, 2 / 3])


def test_a_segment_that_was_never_drawn_has_no_similarity():
    X = np.array([[0.0], [1.0], [10.0], [11.0]])
    weights = np.array([[1.0, 1.0, 0.0, 0.0]])
    similarity = _criteria.jaccard(X, np.array([0, 0, 1, 1]), 2, weights, np.random.default_rng(0))
    assert np.isnan(similarity[0, 1])
    assert _criteria.mean_drawn(similarity)[1] == 0


def test_prediction_strength_is_one_for_groups_far_apart_and_low_beyond_them():
    X = two_groups().to_numpy()
    assert _criteria.prediction_strength(X, 2, np.random.default_rng(0)) == 1
    assert _criteria.prediction_strength(X, 5, np.random.default_rng(0)) < 0.6


def test_gap_is_highest_at_the_true_number():
    X = two_groups().to_numpy()
    boxes = _reference.box(X, 20, np.random.default_rng(0))
    gaps = {k: _reference.gap(_partition.find(X, k).inertia, boxes, k, np.random.default_rng(k))[0] for k in (2, 3, 4)}
    assert max(gaps, key=gaps.__getitem__) == 2


def test_the_box_covers_the_data_along_their_axes():
    X = one_factor(0).to_numpy()
    boxes = _reference.box(X, 3, np.random.default_rng(0))
    _u, _s, axes = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    reach = np.abs((boxes - X.mean(axis=0)) @ axes.T).max(axis=(0, 1))
    assert (reach <= np.abs((X - X.mean(axis=0)) @ axes.T).max(axis=0) + 1e-9).all()


def test_unstructured_data_keep_every_margin_and_the_covariance():
    X = one_factor(1, n=2000).to_numpy()
    drawn = _reference.unstructured(X, 5, np.random.default_rng(0))
    assert (np.sort(drawn[3], axis=0) == np.sort(X, axis=0)).all()
    covariance = np.mean([np.cov(draw, rowvar=False) for draw in drawn], axis=0)
    assert np.abs(covariance - np.cov(X, rowvar=False)).max() < 0.02


def test_skewed_features_keep_skew_and_rank_correlation():
    X = one_factor(1, n=2000).to_numpy(copy=True)
    X[:, 0] = np.exp(X[:, 0])
    drawn = _reference.unstructured(X, 10, np.random.default_rng(0))
    assert skew(drawn[0][:, 0]) == pytest.approx(skew(X[:, 0]))
    rank = np.mean([spearmanr(draw).statistic for draw in drawn], axis=0)
    assert np.abs(rank - spearmanr(X).statistic).max() < 0.02


def test_groups_far_apart_are_filled_up_and_not_copied():
    # 50 and 30 accounts ten standard deviations apart in both features
    X = two_groups().to_numpy()
    drawn = _reference.unstructured(X, 20, np.random.default_rng(0))
    mixed = (drawn[:, :, 0] > 5) != (drawn[:, :, 1] > 5)
    assert mixed.mean() > 0.1


def test_unstructured_data_with_two_equal_features_stay_equal():
    X = segmented(0, norm=2)[0].to_numpy(copy=True)
    X[:, 1] = X[:, 0]
    drawn = _reference.unstructured(X, 1, np.random.default_rng(0))[0]
    assert drawn[:, 0] == pytest.approx(drawn[:, 1])


def test_adjusted_p_by_hand():
    # two numbers of segments, four reference draws; mean 0 and spread 1 in both rows
    drawn = np.array([[-1.0, -1.0, 1.0, 1.0], [1.0, -1.0, 1.0, -1.0]])
    spread = drawn.std(axis=1, ddof=1)
    # largest standardised value per draw: 1, −1, 1, 1 (÷ 1.1547)
    p = _reference.adjusted(np.array([0.5, -5.0]) * spread[0], drawn)
    # 0.5 is reached by three of four: (1 + 3) / 5; −5 by all: 5 / 5
    assert p == pytest.approx([0.8, 1.0])
