"""Cumulative logit: one fit, many fits, subsets, separation."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from analysis.stats import cumulative, scores


def survey(n: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = (rng.random((n, 4)) < 0.35).astype(float)
    steps = np.digitize(X @ [-1.0, -0.5, 0, 0.4] + rng.logistic(size=n), [-2, -0.5, 0.5, 2])
    return X, steps


def test_as_statsmodels_ordered_model() -> None:
    X, steps = survey()
    ours = cumulative.fit_many(X, steps, np.ones((1, len(X))))
    peer = OrderedModel(steps, X, distr="logit").fit(method="newton", disp=0, maxiter=100)
    assert ours.coef[0] == pytest.approx(peer.params[:4], abs=1e-6)
    assert ours.log_likelihood[0] == pytest.approx(peer.llf, abs=1e-8)
    assert ours.converged.all()


def test_two_levels_by_hand() -> None:
    # 2x2 table: 30 of 50 with the barrier use it not, 10 of 50 without: odds ratio (20/30)/(40/10) = 1/6
    X = np.repeat([1.0, 0.0], 50)[:, None]
    use = np.concatenate([np.repeat([1, 0], [20, 30]), np.repeat([1, 0], [40, 10])])
    fit = cumulative.fit_many(X, use, np.ones((1, 100)))
    assert fit.coef[0, 0] == pytest.approx(np.log(1 / 6), abs=1e-9)
    assert fit.cuts[0, 0] == pytest.approx(np.log(4), abs=1e-9)


@pytest.mark.parametrize("levels", [2, 5])
def test_weights_count_rows(levels: int) -> None:
    X, steps = survey(120)
    steps = steps if levels == 5 else (steps >= 2).astype(int)
    times = np.random.default_rng(1).integers(1, 4, len(X))
    weighted = cumulative.fit_many(X, steps, times[None].astype(float))
    repeated = cumulative.fit_many(np.repeat(X, times, axis=0), np.repeat(steps, times), np.ones((1, times.sum())))
    assert weighted.coef == pytest.approx(repeated.coef, abs=1e-8)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, abs=1e-8)


@pytest.mark.parametrize("levels", [2, 5])
def test_subsets_equal_separate_fits(levels: int) -> None:
    X, steps = survey()
    steps = steps if levels == 5 else (steps >= 2).astype(int)
    active = np.array([[True, False, True, False], [True, True, True, True], [False] * 4])
    many = cumulative.fit_many(X, steps, np.ones((3, len(X))), active=active)
    for i, columns in enumerate(active):
        one = cumulative.fit_many(X[:, columns], steps, np.ones((1, len(X))))
        assert many.log_likelihood[i] == pytest.approx(one.log_likelihood[0], abs=1e-7)
        assert many.coef[i, columns] == pytest.approx(one.coef[0], abs=1e-6)
        assert not many.coef[i, ~columns].any()


def test_the_prior_keeps_separated_data_finite() -> None:
    X = np.repeat([1.0, 0.0], 20)[:, None]
    use = np.concatenate([np.zeros(20, dtype=int), np.tile([0, 1], 10)])
    fit = cumulative.fit_many(X, use, np.ones((1, 40)), log_f=1.0)
    # log-F(1,1) is half a success and half a failure added to the barrier's odds ratio
    assert -6 < fit.coef[0, 0] < -2
    assert fit.converged.all()


def test_rows_far_in_the_tail_do_not_break_it() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 1)) * 30
    steps = np.digitize(X[:, 0] / 10 + rng.logistic(size=200), [-2, 0, 2])
    fit = cumulative.fit_many(X, steps, np.ones((1, 200)))
    assert np.isfinite(fit.log_likelihood).all() and fit.converged.all()
    assert fit.coef[0, 0] == pytest.approx(0.1, abs=0.03)


def test_expected_information_is_the_mean_outer_score() -> None:
    cuts, eta = np.array([1.0, -0.5, -2.0]), np.array([0.3])
    info, above = scores.information(cuts, eta)
    level = -np.diff(np.concatenate([[1.0], above[0], [0.0]]))
    total = np.zeros((3, 3))
    for k in range(4):
        score = scores.row_scores(cuts, eta, np.array([k]))[0]
        total += level[k] * np.outer(score, score)
    assert info[0] == pytest.approx(total, abs=1e-12)
