import numpy as np
import pytest
from scipy.stats import skew, spearmanr
from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score, silhouette_score

from analysis.methods.segments import _criteria, _indices, _partition, _reference

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


def test_rand_index_by_hand_and_as_scikit_learn():
    # pairs together: in both 1 (first two); 2 in the first, 3 in the second grouping, of 6 pairs
    one, other = np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])
    # expected 2 · 3 / 6 = 1, most (2 + 3) / 2 = 2.5: (1 − 1) / (2.5 − 1) = 0
    assert _criteria.rand_index(one, other, 2) == 0
    rng = np.random.default_rng(0)
    one = rng.integers(0, 5, 300)
    other = np.where(rng.random(300) < 0.3, rng.integers(0, 5, 300), one)
    assert _criteria.rand_index(one, other, 5) == pytest.approx(adjusted_rand_score(one, other))


def test_agreement_is_measured_on_rows_that_both_resamples_drew():
    found = np.array([[0, 0, 1, 1, 0], [1, 1, 0, 0, 1]])
    drawn = np.array([[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]])
    assert _criteria.agreement(found, 2, drawn) == 1
    found[1, 3] = 1
    assert _criteria.agreement(found, 2, drawn) < 1


def test_the_original_box_covers_each_feature():
    X = one_factor(0).to_numpy()
    boxes = _reference.box(X, 5, np.random.default_rng(0), "original")
    assert (boxes.min(axis=(0, 1)) >= X.min(axis=0)).all()
    assert (boxes.max(axis=(0, 1)) <= X.max(axis=0)).all()
    # its features are unrelated; the other box lies along the common factor (correlation .64)
    turned = _reference.box(X, 5, np.random.default_rng(0), "pca")
    related = [np.corrcoef(drawn[0], rowvar=False)[0, 1] for drawn in (boxes, turned)]
    assert abs(related[0]) < 0.15
    assert related[1] > 0.3


def test_gap_rules_by_hand():
    gaps, errors = [0.1, 0.5, 0.52, 0.9, 0.85], [0.01, 0.03, 0.03, 0.02, 0.02]
    # 0.5 ≥ 0.52 − 0.03 at 2; the first fall is after 4, where the largest stands too
    assert _reference.gap_picks([1, 2, 3, 4, 5], gaps, errors) == {"first_se": 2, "first_max": 4, "global_max": 4}
    # rising without end: the last one
    assert _reference.gap_picks([1, 2, 3], [0, 1, 2], [0, 0, 0]) == {"first_se": 3, "first_max": 3, "global_max": 3}


def test_gap_of_one_segment_by_hand():
    X = np.array([[0.0], [2.0]])
    # sum of squares 2 against 8 and 8: log 4, without spread
    reference = np.array([[[0.0], [4.0]], [[1.0], [5.0]]])
    assert _reference.gap_of_one(X, reference) == pytest.approx((np.log(4), 0))


@pytest.mark.parametrize("k", [2, 5])
def test_indices_equal_scikit_learn(k):
    X = segmented(3, norm=2, n=400)[0].to_numpy()
    found = _partition.find(X, k)
    rng = np.random.default_rng(0)
    assert _indices.silhouette(X, found.labels, rng) == pytest.approx(silhouette_score(X, found.labels), abs=1e-12)
    ours = _indices.calinski_harabasz(X, found.inertia, k)
    assert ours == pytest.approx(calinski_harabasz_score(X, found.labels))


def test_silhouette_of_a_row_alone_is_zero():
    X, labels = np.array([[0.0], [1.0], [9.0]]), np.array([0, 0, 1])
    # 0: a = 1, b = 9, 8/9; 1: a = 1, b = 8, 7/8; alone: 0
    assert _indices.silhouette(X, labels, np.random.default_rng(0)) == pytest.approx((8 / 9 + 7 / 8 + 0) / 3)


def test_the_sample_for_the_silhouette_holds_every_segment():
    labels = np.repeat([0, 1, 2], [9_000, 900, 3])
    rows = _indices.stratified(labels, 100, np.random.default_rng(0))
    # 100 · 9000 / 9903 = 90.9, 100 · 900 / 9903 = 9.1, at least two
    assert np.bincount(labels[rows]).tolist() == [91, 9, 2]


def test_bic_of_a_mixture_is_lowest_at_the_true_number():
    X = two_groups(200).to_numpy()
    bic = {k: _indices.mixture_bic(X, _partition.find(X, k).labels, k) for k in (2, 3, 4)}
    assert min(bic, key=bic.__getitem__) == 2
