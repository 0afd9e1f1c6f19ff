import numpy as np
import pytest
from scipy import optimize, special

from analysis.stats import betabinomial


def test_fit_recovers_the_prior_of_many_units():
    rng = np.random.default_rng(2)
    share = rng.beta(3.0, 7.0, 4000)
    trials = rng.integers(5, 60, 4000).astype(float)
    mean, weight = betabinomial.fit(rng.binomial(trials.astype(int), share).astype(float), trials)
    assert mean == pytest.approx(0.3, abs=0.01)
    assert weight == pytest.approx(10.0, rel=0.1)


def test_fit_is_the_maximum_of_the_likelihood():
    hits, trials = np.array([1.0, 7.0, 3.0, 9.0, 2.0]), np.array([10.0, 12.0, 9.0, 14.0, 11.0])
    mean, weight = betabinomial.fit(hits, trials)

    def minus(theta):
        a, b = np.exp(theta)
        return -(special.betaln(a + hits, b + trials - hits) - special.betaln(a, b)).sum()

    found = optimize.minimize(minus, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    a, b = np.exp(found.x)
    assert (mean, weight) == pytest.approx((a / (a + b), a + b), rel=1e-3)


def test_posterior_by_hand():
    # prior mean .25 worth 8 trials: a = 2, b = 6; 3 of 4: (2 + 3) / (8 + 4)
    value, lo, hi = betabinomial.posterior(np.array([3.0]), np.array([4.0]), 0.25, 8.0, level=0.9)
    assert value[0] == pytest.approx(5 / 12)
    assert special.betainc(5.0, 7.0, [lo[0], hi[0]]) == pytest.approx([0.05, 0.95])


def test_units_alike_need_no_prior_of_their_own():
    trials = np.full(200, 50.0)
    hits = np.random.default_rng(3).binomial(50, 0.4, 200).astype(float)
    _, weight = betabinomial.fit(hits, trials)
    assert weight > 500


def test_dispersion_by_hand():
    # one unit, share 10/20 = .5 in two periods of 10: (8 − 5)²/2.5 + (2 − 5)²/2.5 = 7.2 on one degree of freedom
    assert betabinomial.dispersion(np.array([8.0, 2.0]), np.array([10.0, 10.0]), np.array([0, 0])) == pytest.approx(7.2)
    # no period differs from its unit: never below 1
    assert betabinomial.dispersion(np.array([5.0, 5.0]), np.array([10.0, 10.0]), np.array([0, 0])) == 1.0
    assert betabinomial.dispersion(np.array([5.0]), np.array([10.0]), np.array([0])) == 1.0
