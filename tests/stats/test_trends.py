"""Theil-Sen slopes and Mann-Kendall scores of many series."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from analysis.stats import trends


@pytest.mark.parametrize("ties", [False, True])
def test_slopes_and_bounds_equal_scipy(ties: bool) -> None:
    """scipy.stats.theilslopes, which implements equation 2.6 of Sen (1968), series by series."""
    rng = np.random.default_rng(3)
    series = rng.normal(size=(40, 24)) + 0.05 * np.arange(24)
    if ties:
        series = np.round(series)
    slope, lo, hi = trends.theil_sen(series)
    for i, row in enumerate(series):
        expected = scipy_stats.theilslopes(row, np.arange(24), alpha=0.95)
        assert (slope[i], lo[i], hi[i]) == pytest.approx((expected[0], expected[2], expected[3]), abs=1e-12)


def test_missing_points_are_left_out() -> None:
    rng = np.random.default_rng(4)
    series = rng.normal(size=(1, 20))
    series[0, [2, 3, 11]] = np.nan
    known = np.isfinite(series[0])
    expected = scipy_stats.theilslopes(series[0][known], np.arange(20)[known], alpha=0.95)
    got = [float(part[0]) for part in trends.theil_sen(series)]
    assert got == pytest.approx([expected[0], expected[2], expected[3]], abs=1e-12)


def test_too_few_points_give_no_slope() -> None:
    series = np.full((1, 12), np.nan)
    series[0, :5] = [1, 2, 3, 4, 5]
    assert np.isnan(trends.theil_sen(series)[0][0])


def test_kendall_by_hand() -> None:
    """1 3 2 4: five pairs up, one down, S = 4; variance 4·3·13/18 = 8.6667; z = (4 − 1)/2.9439 = 1.0190.

    1 1 2: S = 2; variance (3·2·11 − 2·1·9)/18 = 48/18 = 2.6667; z = (2 − 1)/1.63299 = 0.61237.
    """
    assert trends.kendall(np.array([[1.0, 3.0, 2.0, 4.0]]))[0] == pytest.approx(1.0190, abs=1e-4)
    assert trends.kendall(np.array([[1.0, 1.0, 2.0]]))[0] == pytest.approx(0.61237, abs=1e-5)
    assert trends.kendall(np.zeros((1, 8)))[0] == 0


def test_long_series_count_ties_the_same_way() -> None:
    rng = np.random.default_rng(5)
    row = np.round(rng.normal(size=80))
    slope, lo, hi = trends.theil_sen(row[None, :])
    expected = scipy_stats.theilslopes(row, np.arange(80), alpha=0.95)
    assert (slope[0], lo[0], hi[0]) == pytest.approx((expected[0], expected[2], expected[3]), abs=1e-12)
