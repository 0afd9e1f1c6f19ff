"""Effective numbers, weighted shares, raking."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.core.errors import DataError
from analysis.stats import intervals, weights


def test_kish_by_hand() -> None:
    # (1+1+2+4)² / (1+1+4+16) = 64 / 22
    assert weights.kish([1, 1, 2, 4]) == pytest.approx(64 / 22)
    assert weights.kish([]) == 0


def test_unweighted_share_is_wilson() -> None:
    hits = np.array([1] * 7 + [0] * 33)
    assert weights.share(hits)[:3] == pytest.approx((0.175, *intervals.wilson(7, 40)))


def test_weighted_share_by_hand() -> None:
    # hits weigh 2+2, all 2+2+1+1: 4/6; Kish 36/10
    p, lo, hi, n_eff = weights.share([1, 1, 0, 0], weights=[2, 2, 1, 1])
    assert (p, n_eff) == pytest.approx((4 / 6, 3.6))
    assert (lo, hi) == pytest.approx(intervals.wilson(2.4, 3.6))


def test_same_answers_within_hospitals_count_as_hospitals() -> None:
    # ten hospitals of five who agree: effective number near ten, not fifty
    hits = np.repeat([1, 0, 0, 1, 0, 0, 1, 0, 0, 0], 5)
    _, lo, hi, n_eff = weights.share(hits, cluster=np.repeat(np.arange(10), 5))
    # variance = 10/9 * sum of (5 * residual)² / 50² = 10/9 * 25 * 2.1 / 2500 = .023333; .3 * .7 / .023333 = 9
    assert n_eff == pytest.approx(9)
    assert hi - lo > 0.45


def test_clusters_never_add_answers() -> None:
    rng = np.random.default_rng(0)
    hits = rng.integers(0, 2, 60)
    assert weights.share(hits, cluster=np.arange(60) % 30)[3] <= 60


def test_raking_two_margins_by_hand() -> None:
    # rows: (tier-3, senior) (tier-3, junior) (tier-2, senior) (tier-2, junior), one each; wanted 60/40 and 70/30:
    # independent table .42 .18 .28 .12
    codes = [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]
    got = weights.rake(codes, [np.array([0.6, 0.4]), np.array([0.7, 0.3])], np.ones(4))
    assert got == pytest.approx([0.42, 0.18, 0.28, 0.12], abs=1e-12)


def test_trimmed_weights_keep_their_total_and_cap() -> None:
    codes = [np.array([0] + [1] * 19)]
    got = weights.rake(codes, [np.array([10.0, 10.0])], np.ones(20), trim=5)
    assert got.max() == pytest.approx(5)
    assert got.sum() == pytest.approx(20)


def test_margins_that_contradict_each_other_are_refused() -> None:
    # both rows carry the same categories in both margins, but different totals are wanted
    codes = [np.array([0, 1]), np.array([0, 1])]
    with pytest.raises(DataError, match=r"within 50 rounds a share stays 30\.0 points off"):
        weights.rake(codes, [np.array([0.6, 0.4]), np.array([0.3, 0.7])], np.ones(2), max_rounds=50)
