"""Intervals in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.core.errors import DataError, SettingError
from analysis.stats import intervals


def test_wilson_by_hand() -> None:
    # 7 of 40, z = 1.96: centre = (.175 + 3.8415/80) / (1 + 3.8415/40) = .203470,
    # half = 1.96 / 1.096036 * sqrt(.175 * .825 / 40 + 3.8415 / 6400) = .116023
    lo, hi = intervals.wilson(7, 40)
    assert (lo + hi) / 2 == pytest.approx(0.203477, abs=5e-6)
    assert (hi - lo) / 2 == pytest.approx(0.116023, abs=5e-6)


def test_wilson_of_nobody_and_of_everybody_ends_at_the_edge() -> None:
    lo, hi = intervals.wilson([0, 12], [12, 12])
    # z² / (n + z²) = 3.8415 / 15.8415
    assert lo[0] == 0 and hi[1] == 1
    assert hi[0] == pytest.approx(0.242494, abs=5e-6) and lo[1] == pytest.approx(1 - 0.242494, abs=5e-6)


def test_nothing_counted_gives_no_bounds() -> None:
    assert np.isnan(intervals.wilson(0, 0)).all()
    assert np.isnan(intervals.adjusted_wald_nps(0, 0, 0)).all()


def test_adjusted_wald_of_ten_answers_by_hand() -> None:
    # n = 10, 4 promoters, 2 detractors: n* = 13, p* = 4.75/13 = .365385, d* = 2.75/13 = .211538,
    # difference .153846, variance (.365385 + .211538 − .023669) / 13 = .042558, se .206296;
    # .153846 ± 1.959964 * .206296 = −.250486 … .558179
    lo, hi = intervals.adjusted_wald_nps(4, 2, 10)
    assert lo == pytest.approx(-25.0486, abs=5e-4)
    assert hi == pytest.approx(55.8179, abs=5e-4)


def test_adjusted_wald_stays_on_the_scale() -> None:
    lo, hi = intervals.adjusted_wald_nps([8, 0], [0, 8], [8, 8])
    assert hi[0] == 100 and lo[1] == -100


def test_adjusted_wald_covers_at_fifteen_answers() -> None:
    # exact coverage at p = .45, d = .25, n = 15: sum of multinomial probabilities
    n, p, d = 15, 0.45, 0.25
    up, down = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    possible = up + down <= n
    up, down = up[possible], down[possible]
    chance = stats.multinomial.pmf(np.column_stack([up, down, n - up - down]), n, [p, d, 1 - p - d])
    lo, hi = intervals.adjusted_wald_nps(up, down, np.full(len(up), n))
    covered = chance[(lo <= 100 * (p - d)) & (100 * (p - d) <= hi)].sum()
    # Rocks (2016) and our own simulations: about .95 where the plain Wald interval has .92
    assert 0.945 < covered < 0.975


def test_newcombe_is_zero_centred_for_equal_groups() -> None:
    lo, hi = intervals.newcombe(30, 100, 30, 100)
    assert lo == pytest.approx(-hi, abs=1e-12)


def test_mean_by_hand() -> None:
    # 2, 4, 6: mean 4, sd 2, t(2, .975) = 4.302653, half = 4.302653 * 2 / sqrt(3) = 4.968278
    assert intervals.mean([2, 4, np.nan, 6]) == pytest.approx((4 - 4.968278, 4 + 4.968278), abs=1e-5)
    assert np.isnan(intervals.mean([3.0])).all()


def test_a_count_above_its_base_is_refused() -> None:
    with pytest.raises(DataError, match=r"A count must lie between 0 and its n; got 9\.00 of 8\.00"):
        intervals.wilson(9, 8)
    with pytest.raises(DataError, match=r"got 11\.0 of 10\.0"):
        intervals.adjusted_wald_nps(6, 5, 10)
    with pytest.raises(SettingError, match="level must be"):
        intervals.wilson(1, 2, level=95)


@pytest.mark.parametrize(("n", "low", "high"), [(6, 1, 6), (9, 2, 8), (10, 2, 9), (17, 5, 13), (30, 10, 21)])
def test_median_between_order_statistics(n, low, high):
    values = np.arange(n, 0, -1.0)
    # the widest rank whose tail still fits: P(Bin(n, ½) < low) ≤ .025 < P(Bin(n, ½) ≤ low)
    assert stats.binom.cdf(low - 1, n, 0.5) <= 0.025 < stats.binom.cdf(low, n, 0.5)
    assert intervals.median(values) == (low, high)


def test_median_of_too_few_has_no_interval():
    assert np.isnan(intervals.median([1.0, 2.0, 3.0, 4.0, 5.0])).all()
    assert np.isnan(intervals.median([])).all()
