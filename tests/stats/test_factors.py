"""One common factor behind several ratings."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import FactorAnalysis

from analysis.stats import factors

LOADINGS = np.array([0.8, 0.7, 0.6, 0.5, 0.4])
SPREAD = np.array([1.0, 2.0, 0.5, 1.0, 1.5])


def ratings(n: int, seed: int) -> np.ndarray:
    """Five ratings of one attitude, on scales of different width."""
    rng = np.random.default_rng(seed)
    own = np.sqrt(1 - LOADINGS**2)
    return (rng.normal(size=(n, 1)) * LOADINGS + rng.normal(size=(n, 5)) * own) * SPREAD


def test_three_items_by_hand() -> None:
    # correlations .56 .48 .42 are products of .8 .7 .6: the model is exact
    r = np.array([[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]])
    fit = factors.one_factor(r)
    assert fit.loadings == pytest.approx([0.8, 0.7, 0.6], abs=1e-5)
    assert fit.unique == pytest.approx([0.36, 0.51, 0.64], abs=1e-5) and fit.proper


def test_two_items_share_their_correlation() -> None:
    assert factors.one_factor(np.array([[1, 0.49], [0.49, 1]])).loadings == pytest.approx([0.7, 0.7])
    assert not factors.one_factor(np.array([[1, -0.2], [-0.2, 1]])).proper


def test_loadings_are_those_of_another_maximum_likelihood_program() -> None:
    values = ratings(200, 3)
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    other = FactorAnalysis(1, tol=1e-12, max_iter=100_000, svd_method="lapack").fit(scaled)
    fit = factors.one_factor(np.corrcoef(values, rowvar=False))
    assert fit.loadings == pytest.approx(np.abs(other.components_[0]), abs=2e-5)
    assert fit.unique == pytest.approx(other.noise_variance_, abs=5e-5)


def test_omega_of_two_equal_items_is_spearman_brown() -> None:
    values = np.array([[1.0, 2], [2, 2], [3, 4], [4, 3], [5, 5], [2, 1]])
    values /= values.std(axis=0)
    r = np.corrcoef(values, rowvar=False)[0, 1]
    assert factors.omega_total(values)[0] == pytest.approx(2 * r / (1 + r))


def test_the_interval_of_omega_holds_the_truth() -> None:
    common = float((LOADINGS * SPREAD).sum()) ** 2
    truth = common / (common + float(((1 - LOADINGS**2) * SPREAD**2).sum()))
    hits = [lo <= truth <= hi for _, lo, hi in (factors.omega_total(ratings(150, seed)) for seed in range(120))]
    assert 0.9 <= np.mean(hits) <= 0.99


def test_nothing_in_common_gives_no_omega() -> None:
    values = np.random.default_rng(0).normal(size=(60, 1)) @ np.ones((1, 3))
    assert np.isnan(factors.omega_total(values)).all()  # three times the same answers
    values[:, 1] = 3.0
    assert np.isnan(factors.omega_total(values)).all()  # an item that does not vary


def test_kmo_by_hand() -> None:
    # all correlations .5: partial correlations of three items are (.5 − .25) / .75 = 1/3; .25 / (.25 + 1/9)
    r = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    overall, each = factors.kmo(r)
    assert overall == pytest.approx(0.25 / (0.25 + 1 / 9))
    assert each == pytest.approx([overall] * 3)
    assert np.isnan(factors.kmo(np.ones((3, 3)))[0])


def test_correlations_use_the_answers_each_pair_has() -> None:
    values = ratings(80, 1)
    assert factors.correlations(values) == pytest.approx(np.corrcoef(values, rowvar=False))
    values[::7, 2] = np.nan
    kept = np.isfinite(values[:, 2])
    got = factors.correlations(values)
    assert got[0, 1] == pytest.approx(np.corrcoef(values[:, 0], values[:, 1])[0, 1])
    # centred on each item's own mean, so only near the pair's own correlation
    assert got[0, 2] == pytest.approx(np.corrcoef(values[kept][:, 0], values[kept][:, 2])[0, 1], abs=0.01)


@pytest.mark.filterwarnings("error")
def test_an_item_without_answers_goes_along_with_nothing() -> None:
    values = ratings(80, 1)
    values[:, 1] = np.nan
    got = factors.correlations(values)
    assert got[1].tolist() == [0.0, 1.0, *[0.0] * (values.shape[1] - 2)]
    assert got[0, 2] == pytest.approx(np.corrcoef(values[:, 0], values[:, 2])[0, 1])


def test_first_component_of_equal_correlations() -> None:
    # 1 + (k − 1) r = 1 + 3 * .5 of four items
    assert factors.component_shares(np.full((4, 4), 0.5) + 0.5 * np.eye(4)) == pytest.approx(
        [0.625, 0.125, 0.125, 0.125]
    )
