"""Bootstrap intervals, clusters, ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.stats import bootstrap

CALLS = pd.Series([3.0, 5, 2, 8, 6, 4, 7, 1, 9, 5], index=[f"C{i}" for i in range(10)])


def test_percentile_of_a_mean_is_near_the_normal_interval() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(10, 2, 400)
    lo, hi = bootstrap.percentile(np.mean, values, n_boot=2000, seed=0)
    half = 1.959964 * values.std() / 20
    assert (lo, hi) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.03)


def test_row_order_of_a_series_does_not_matter() -> None:
    first = bootstrap.percentile(pd.Series.mean, CALLS, n_boot=50, seed=3)
    assert first == bootstrap.percentile(pd.Series.mean, CALLS.sample(frac=1, random_state=5), n_boot=50, seed=3)
    assert first != bootstrap.percentile(pd.Series.mean, CALLS, n_boot=50, seed=4)


def test_clusters_are_drawn_whole() -> None:
    hospital = pd.Series(["H1"] * 5 + ["H2"] * 5, index=CALLS.index)
    got = bootstrap.draws(pd.Series.mean, CALLS, n_boot=200, seed=0, cluster=hospital)
    # H1 has mean 4.8, H2 5.2: two draws of two hospitals give only these means
    assert set(np.round(got, 6)) == {4.8, 5.0, 5.2}


def test_rows_without_a_cluster_stand_alone() -> None:
    hospital = pd.Series([None] * 10, index=CALLS.index, dtype=object)
    alone = bootstrap.draws(pd.Series.mean, CALLS, n_boot=20, seed=0, cluster=hospital)
    # ten units, as many as rows
    assert len(set(np.round(alone, 6))) > 10


def test_multiplicities_are_the_draws_as_weights() -> None:
    values = np.array([1.0, 2, 4, 8, 16])
    cluster = np.array(["b", "a", "b", "c", "a"], dtype=object)
    times = bootstrap.multiplicities(5, n_boot=30, seed=9, cluster=cluster)
    weighted = (times * values).sum(axis=1) / times.sum(axis=1)
    assert weighted == pytest.approx(bootstrap.draws(np.mean, values, n_boot=30, seed=9, cluster=cluster), abs=1e-12)


def test_draws_that_fail_are_left_out() -> None:
    values = np.array([1.0, 2.0, 3.0])
    lo, hi = bootstrap.percentile(lambda v: np.nan if v.mean() > 2 else v.mean(), values, n_boot=100, seed=0)
    assert 1 <= lo < hi <= 2
    assert np.isnan(bootstrap.percentile(lambda v: np.nan, values, n_boot=5, seed=0)).all()


def test_several_statistics_at_once() -> None:
    frame = pd.DataFrame({"orders": CALLS, "returns": CALLS / 10})
    lo, hi = bootstrap.percentile(lambda f: f.mean().to_numpy(), frame, n_boot=100, seed=0)
    assert lo.shape == (2,)
    assert lo[1] == pytest.approx(lo[0] / 10) and hi[1] == pytest.approx(hi[0] / 10)


def test_bca_covers_a_skewed_mean_more_evenly_than_percentile() -> None:
    rng = np.random.default_rng(2)
    values = rng.lognormal(0, 1, 60)
    plain = bootstrap.percentile(np.mean, values, n_boot=2000, seed=0)
    better = bootstrap.bca(np.mean, values, n_boot=2000, seed=0)
    # positive skew moves both bounds up
    assert better[0] > plain[0] and better[1] > plain[1]


def test_bca_equals_percentile_for_a_symmetric_sample() -> None:
    values = np.concatenate([np.arange(1.0, 31), -np.arange(1.0, 31)])
    plain = bootstrap.percentile(np.mean, values, n_boot=4000, seed=0)
    better = bootstrap.bca(np.mean, values, n_boot=4000, seed=0)
    assert better == pytest.approx(plain, abs=0.35)  # se of the mean is 2.2


def test_rank_interval_by_hand() -> None:
    sample = np.array([[3.0, 2, 1]] * 9 + [[2.0, 3, 1]])
    lo, hi = bootstrap.rank_interval(sample, level=0.5)
    assert lo.tolist() == [1, 2, 3] and hi.tolist() == [1, 2, 3]
    lo, hi = bootstrap.rank_interval(sample, level=0.95)
    assert hi.tolist() == [2, 2, 3] and lo.tolist() == [1, 1, 3]


def test_messages() -> None:
    with pytest.raises(DataError, match="cluster needs one value per row; got 2 for 10 rows"):
        bootstrap.percentile(np.mean, CALLS.to_numpy(), n_boot=5, seed=0, cluster=np.array(["a", "b"]))
    with pytest.raises(DataError, match="data must have at least one row"):
        bootstrap.percentile(np.mean, np.array([]), n_boot=5, seed=0)
    with pytest.raises(SettingError, match="n_boot must be"):
        bootstrap.percentile(np.mean, CALLS, n_boot=0, seed=0)


def test_blocks_are_the_same_draws() -> None:
    cluster = np.array(["b", "a", "b", "c", "a", "d"], dtype=object)
    whole = bootstrap.multiplicities(6, n_boot=23, seed=4, cluster=cluster)
    blocks = list(bootstrap.multiplicity_blocks(6, n_boot=23, seed=4, cluster=cluster, size=5))
    assert [len(b) for b in blocks] == [5, 5, 5, 5, 3]
    assert np.array_equal(np.concatenate(blocks), whole)


def test_left_out_one_unit_at_a_time() -> None:
    kept = bootstrap.left_out(4, cluster=np.array(["H2", "H1", "H2", "H1"], dtype=object))
    assert kept.tolist() == [[1, 0, 1, 0], [0, 1, 0, 1]]
    # five rows in at most two parts: rows 0, 2, 4 and rows 1, 3
    assert bootstrap.left_out(5, most=2).tolist() == [[0, 1, 0, 1, 0], [1, 0, 1, 0, 1]]


def test_bounds_from_draws_made_elsewhere_are_those_of_bca() -> None:
    values = np.random.default_rng(0).lognormal(size=40)
    sample = bootstrap.draws(np.mean, values, n_boot=400, seed=2)
    jack = np.array([np.delete(values, i).mean() for i in range(40)])
    got = bootstrap.bca_bounds(sample, values.mean(), jack)
    assert got == pytest.approx(bootstrap.bca(np.mean, values, n_boot=400, seed=2), abs=1e-12)


def test_rank_probabilities_by_hand() -> None:
    # draws (3, 2, 1), (3, 1, 2), (1, 1, 0), one unusable: first column ranks 1, 1, 1; second 2, 3, 1; third 3, 2, 3
    sample = np.array([[3.0, 2, 1], [3, 1, 2], [1, 1, 0], [np.nan, 1, 2]])
    want = np.array([[3, 0, 0], [1, 1, 1], [0, 1, 2]]) / 3
    assert bootstrap.rank_probabilities(sample) == pytest.approx(want)
    assert np.isnan(bootstrap.rank_probabilities(sample[3:])).all()
