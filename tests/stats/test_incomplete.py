"""Covariance of columns with gaps."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.stats import incomplete


def test_without_gaps_it_is_the_weighted_covariance() -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(50, 3)) * [1.0, 10.0, 0.1], rng.uniform(0.5, 2.0, (2, 50))
    got = incomplete.covariances(x, w)
    for one, weight in zip(got, w, strict=True):
        assert one == pytest.approx(np.cov(x.T, aweights=weight, ddof=0))


def test_a_second_column_that_stops_is_regressed_on_the_first() -> None:
    """Anderson, T. W. (1957), Journal of the American Statistical Association 52, 200–203: closed form.

    First column 0, 1, 2, 3, 4, 5 (variance 35/12); second column 1, 2, 6 then missing twice and 7. On the complete
    rows 0, 1, 2, 5: means 2 and 4, variance 3.5, covariance (−2·−3 −1·−2 + 0·2 + 3·3)/4 = 4.25, slope 17/14,
    variance (9 + 4 + 4 + 9)/4 = 6.5, residual 6.5 − 4.25·17/14. All rows: covariance slope·35/12, variance
    residual + slope²·35/12.
    """
    x = np.column_stack([np.arange(6.0), [1.0, 2.0, 6.0, np.nan, np.nan, 7.0]])
    slope, own = 17 / 14, 35 / 12
    got = incomplete.covariances(x, np.ones((1, 6)))[0]
    want = [[own, slope * own], [slope * own, 6.5 - 4.25 * slope + slope**2 * own]]
    assert got == pytest.approx(np.array(want), abs=1e-4)


def test_weights_count_as_repeated_rows_and_empty_rows_as_none() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(40, 4)) @ rng.normal(size=(4, 4))
    x[rng.random(x.shape) < 0.2] = np.nan
    x[7] = np.nan
    times = rng.integers(0, 3, 40)
    repeated = np.repeat(x, times, axis=0)
    got = incomplete.covariances(x, np.vstack([times, np.ones(40)]).astype(float))
    assert got[0] == pytest.approx(incomplete.covariances(repeated, np.ones((1, len(repeated))))[0], abs=1e-4)
    kept = np.delete(x, 7, axis=0)
    assert got[1] == pytest.approx(incomplete.covariances(kept, np.ones((1, 39)))[0], abs=1e-4)


def test_gaps_that_depend_on_what_is_known_do_not_bend_it() -> None:
    # second column missing where the first is high: complete rows alone have half of its variance, EM has all
    rng = np.random.default_rng(2)
    first = rng.normal(size=20_000)
    second = 0.8 * first + 0.6 * rng.normal(size=len(first))
    full = np.column_stack([first, second])
    full[first > 0, 1] = np.nan
    complete = full[np.isfinite(full).all(axis=1)]
    assert np.cov(complete.T)[1, 1] < 0.65
    assert incomplete.covariances(full, np.ones((1, len(full))))[0] == pytest.approx(
        np.array([[1, 0.8], [0.8, 1]]), abs=0.05
    )
