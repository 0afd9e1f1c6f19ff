"""Partial pooling: by hand, and the level of its intervals."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.stats import pooling


def test_spread_between_places_by_hand() -> None:
    # one thing, three places: values 0, 2, 4, errors 1. w = 1: mean 2, Q = 4 + 0 + 4 = 8, df 2,
    # C = 3 − 3/3 = 2, τ² = (8 − 2)/2 = 3; p = P(χ²₂ > 8) = exp(−4)
    tau, p = pooling.heterogeneity([np.array([0.0, 2.0, 4.0])], [np.ones(3)])
    assert tau == pytest.approx(np.sqrt(3))
    assert p == pytest.approx([np.exp(-4)])


def test_two_things_share_one_spread() -> None:
    # the second thing has Q = 0, df 2, C = 2: τ² = (8 − 2 + 0 − 2)/(2 + 2) = 1
    tau, p = pooling.heterogeneity([np.array([0.0, 2.0, 4.0]), np.full(3, 5.0)], [np.ones(3), np.ones(3)])
    assert tau == pytest.approx(1.0)
    assert p[1] == pytest.approx(1.0)


def test_a_single_place_has_no_spread() -> None:
    tau, p = pooling.heterogeneity([np.array([1.0])], [np.array([0.5])])
    assert np.isnan(tau) and np.isnan(p).all()


def test_pooled_estimates_by_hand() -> None:
    # τ = 1, errors 1 and 1: weights 1/2 each, mean 1, error of the mean 1; B = 1/2:
    # estimates 0.5·1 + 0.5·0 = .5 and 1.5; error √(.5·1 + .25·1) = √.75
    got = pooling.pool(np.array([0.0, 2.0]), np.ones(2), 1.0)
    assert (got.mean, got.mean_se) == pytest.approx((1.0, 1.0))
    assert got.value == pytest.approx([0.5, 1.5])
    assert got.se == pytest.approx([np.sqrt(0.75)] * 2)


def test_without_spread_every_place_has_the_common_mean() -> None:
    got = pooling.pool(np.array([0.0, 2.0, 1.0]), np.array([1.0, 1.0, 0.5]), 0.0)
    assert got.value == pytest.approx([1.0] * 3)
    # weights 1, 1, 4: error of the mean √(1/6)
    assert got.se == pytest.approx([np.sqrt(1 / 6)] * 3)


def test_unequal_errors_by_hand() -> None:
    """DerSimonian and Laird with unequal errors.

    Values .1, .5, .9 with variances .01, .02, .04: w = 100, 50, 25; mean (10 + 25 + 22.5)/175 = .328571;
    Q = 100·.052245 + 50·.029388 + 25·.326531 = 14.857143; C = 175 − 13125/175 = 100; τ² = 12.857143/100.
    """
    tau, _ = pooling.heterogeneity([np.array([0.1, 0.5, 0.9])], [np.sqrt([0.01, 0.02, 0.04])])
    assert tau**2 == pytest.approx(0.12857143)


@pytest.mark.parametrize("spread", [0.0, 0.05, 0.15])
def test_pooled_intervals_hold_the_truth_and_are_narrower(spread: float) -> None:
    """Eighteen things in five places, errors .08: 95% intervals hold the place's own truth in 93% or more."""
    rng = np.random.default_rng(3)
    held, width = [], []
    for _ in range(150):
        truth = rng.normal(-0.1, 0.1, (18, 1)) + spread * rng.standard_normal((18, 5))
        seen = truth + 0.08 * rng.standard_normal((18, 5))
        tau, _ = pooling.heterogeneity(list(seen), [np.full(5, 0.08)] * 18)
        for i in range(18):
            got = pooling.pool(seen[i], np.full(5, 0.08), tau)
            held.append(np.abs(got.value - truth[i]) <= 1.96 * got.se)
            width.append(got.se)
    assert np.mean(held) >= 0.93
    assert np.mean(width) < 0.08
