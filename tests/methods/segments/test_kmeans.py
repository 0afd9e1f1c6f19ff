import numpy as np
import pytest
from sklearn.cluster import KMeans

from analysis.methods.segments import _kmeans, _partition

from .made import segmented

LINE = np.array([[0.0], [1.0], [10.0], [11.0]])


def test_two_pairs_on_a_line_by_hand():
    found = _kmeans.solve(LINE, 2, rng=np.random.default_rng(0))
    # centres 0.5 and 10.5, every point 0.5 away: 4 · 0.25 = 1
    assert found.inertia[0] == pytest.approx(1.0)
    assert sorted(found.centres[0, :, 0]) == pytest.approx([0.5, 10.5])
    assert found.labels[0, 0] == found.labels[0, 1] != found.labels[0, 2]


def test_rows_with_weight_zero_do_not_pull_a_centre():
    weights = np.array([[1, 1, 1, 0], [0, 1, 1, 1]])
    found = _kmeans.solve(LINE, 2, rng=np.random.default_rng(0), weights=weights)
    # without 11: centres 0.5 and 10, squares 0.25 + 0.25; without 0: centres 1 and 10.5, the same
    assert found.inertia == pytest.approx([0.5, 0.5])
    assert sorted(found.centres[0, :, 0]) == pytest.approx([0.5, 10.0])
    assert sorted(found.centres[1, :, 0]) == pytest.approx([1.0, 10.5])


def test_own_rows_in_each_replicate_equal_one_by_one():
    rows = np.stack([LINE, LINE * 2])
    found = _kmeans.solve(rows, 2, rng=np.random.default_rng(0))
    assert found.inertia == pytest.approx([1.0, 4.0])


@pytest.mark.parametrize("k", [2, 4, 6])
def test_as_low_as_scikit_learn(k):
    X = segmented(3, norm=3)[0].to_numpy()
    reference = KMeans(k, n_init=50, random_state=0).fit(X).inertia_
    ours = _kmeans.solve(X, k, rng=np.random.default_rng(0), starts=50).inertia[0]
    assert ours == pytest.approx(reference, rel=0.005)
    assert _partition.find(X, k).inertia <= reference * (1 + 1e-9)


def test_more_rows_than_one_chunk_holds(monkeypatch):
    X = segmented(3, norm=3, n=100)[0].to_numpy()
    weights = np.ones((7, 100))
    monkeypatch.setattr(_kmeans, "_CHUNK", 100 * 5 * 3 * 2)
    assert _kmeans.solve(X, 5, rng=np.random.default_rng(0), weights=weights).labels.shape == (7, 100)


def test_separation_by_hand():
    centres = np.array([[[0.0], [10.0]]])
    # on its centre: 1; in the middle: 0; at 2: own 2, other 8, 1 − 2/8 = 0.75
    X = np.array([[0.0], [5.0], [2.0]])
    assert _kmeans.separation(X, centres)[0] == pytest.approx((1 + 0 + 0.75) / 3)


def test_a_polished_partition_is_one_where_no_single_move_helps():
    X = segmented(5, norm=1.5, n=120)[0].to_numpy()
    found = _partition.find(X, 5)
    size = np.bincount(found.labels, minlength=5)
    squared = ((X[:, None] - found.centres) ** 2).sum(axis=2)
    rows = np.arange(len(X))
    leave = squared[rows, found.labels] * size[found.labels] / (size[found.labels] - 1)
    arrive = squared * size / (size + 1)
    arrive[rows, found.labels] = np.inf
    assert (leave <= arrive.min(axis=1) + 1e-9).all()


def test_placing_the_fitted_rows_gives_their_labels():
    X = segmented(5, norm=2)[0].to_numpy()
    for method in _partition.METHODS:
        found = _partition.find(X, 4, method=method)
        placed = _partition.place(X, found.centres, found.spreads, found.shares, method=method)
        assert (placed[0] == found.labels).all()
        assert (placed[1] >= 0).all()
