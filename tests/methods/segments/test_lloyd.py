import numpy as np
import pytest
from sklearn.cluster import KMeans

from analysis.methods.segments import _kmeans, _lloyd, _partition

from .made import segmented, uniform


def begun(X, k, runs, seed):
    rng = np.random.default_rng(seed)
    return X[np.array([rng.choice(len(X), k, replace=False) for _ in range(runs)])]


# 300 rows: sums anew each round; 4,000: screened in single precision, sums brought up to date
@pytest.mark.parametrize("rows", [300, 4_000])
@pytest.mark.parametrize("k", [2, 5, 8])
@pytest.mark.parametrize("world", [uniform, lambda seed, n: segmented(seed, norm=3, n=n)[0]], ids=["uniform", "five"])
def test_from_the_same_centres_inertia_equals_scikit_learn(rows, k, world):
    X = world(4, n=rows).to_numpy()
    starts = begun(X, k, 3, seed=k)
    table = _lloyd.rows_of(X)
    assert (table.coarse is not None) == (rows > _lloyd.MANY)
    ours = _lloyd.last_step(table, _lloyd.iterate(table, starts))
    theirs = [KMeans(k, init=start, n_init=1).fit(X).inertia_ for start in starts]
    assert ours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("rows", [300, 4_000])
def test_with_weights_inertia_equals_scikit_learn(rows):
    X = segmented(4, norm=2, n=rows)[0].to_numpy()
    weights = np.random.default_rng(0).integers(1, 4, rows).astype(float)
    starts = begun(X, 5, 3, seed=1)
    table = _lloyd.rows_of(X, weights)
    ours = _lloyd.last_step(table, _lloyd.iterate(table, starts))
    theirs = [KMeans(5, init=start, n_init=1).fit(X, sample_weight=weights).inertia_ for start in starts]
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_replicates_side_by_side_are_as_one_by_one():
    X = segmented(4, norm=2, n=200)[0].to_numpy()
    weights = (np.random.default_rng(0).random((5, 200)) < 0.6).astype(float)
    # rows of each run, filled up with rows of weight 0
    own, filled = _kmeans._taking_part(X, weights)
    starts = np.stack([begun(X[w > 0], 4, 1, seed=2)[0] for w in weights])
    together = _lloyd.rows_of(own, filled)
    ours = _lloyd.last_step(together, _lloyd.iterate(together, starts))
    theirs = [KMeans(4, init=start, n_init=1).fit(X[w > 0]).inertia_ for start, w in zip(starts, weights, strict=True)]
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_what_single_precision_cannot_tell_apart_is_decided_in_double():
    # 3,000 rows a hair left of the middle between two centres, one right of it; in single precision all the same
    X = np.full((3_001, 1), 1_000.0 - 1e-7)
    X[-1] = 1_000.0 + 1e-7
    table = _lloyd.rows_of(X)
    mask = _lloyd._members(table, np.array([[[999.0], [1_001.0]]]))
    assert mask[0, 0].tolist() == [True] * 3_000 + [False]
    assert (mask.sum(axis=1) == 1).all()


def test_a_row_equally_near_belongs_to_the_first_centre_only():
    mask = _lloyd._members(_lloyd.rows_of(np.array([[1.0], [3.0]])), np.array([[[0.0], [2.0], [2.0]]]))
    # 1 lies between 0 and 2; 3 is nearest to both centres at 2
    assert mask[0].tolist() == [[True, False], [False, True], [False, False]]


def test_a_chosen_centre_is_not_chosen_again():
    X = np.repeat([[0.0], [5.0], [9.0]], 50, axis=0)
    centres = _lloyd.spread_out(_lloyd.rows_of(X), 3, 40, np.random.default_rng(0))
    assert (np.sort(centres[:, :, 0], axis=1) == [0, 5, 9]).all()


def test_settled_centres_are_the_means_of_their_rows():
    X = uniform(1, n=3_000).to_numpy()
    centres = _kmeans.settle(X, _kmeans.solve(X, 6, rng=np.random.default_rng(0)).centres[0])
    labels = _kmeans.nearest(X, centres[None])[0][0]
    means = np.stack([X[labels == j].mean(axis=0) for j in range(6)])
    assert centres == pytest.approx(means, abs=1e-12)


def test_many_rows_end_as_low_as_scikit_learn():
    X = segmented(3, norm=3, n=6_000)[0].to_numpy()
    reference = KMeans(5, n_init=10, random_state=0).fit(X).inertia_
    assert _partition.find(X, 5).inertia <= reference * (1 + 1e-6)
