from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special

from analysis.methods import lifetime
from analysis.methods.lifetime import families, pareto, pareto_ahead
from analysis.methods.lifetime.rows import plain, rescale

TRUTH = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
MODEL = families.get("pareto_nbd")


def history(*triples):
    return plain(pd.DataFrame(triples, columns=["frequency", "recency", "age"]))


@pytest.fixture(scope="module")
def rows():
    return plain(lifetime.simulate("pareto_nbd", 200, parameters=TRUTH, seed=1))


def published(values, x, t_x, age):
    """Likelihood of Fader and Hardie (2005), "A note on deriving the Pareto/NBD model", equations 19 and 22."""
    r, alpha, s, beta = values.values()
    both = r + s + x
    big, small = (alpha, beta) if alpha >= beta else (beta, alpha)
    free = s + 1 if alpha >= beta else r + x

    def term(t):
        return special.hyp2f1(both, free, both + 1, (big - small) / (big + t)) / (big + t) ** both

    a0 = term(t_x) - term(age)
    gammas = np.exp(special.gammaln(r + x) - special.gammaln(r)) * alpha**r * beta**s
    return np.log(gammas * (1 / ((alpha + age) ** (r + x) * (beta + age) ** s) + s / both * a0))


@pytest.mark.parametrize("values", [TRUTH, {"r": 0.9, "alpha": 5.0, "s": 2.0, "beta": 40.0}])
def test_likelihood_is_the_published_formula(rows, values):
    each, _ = pareto.log_likelihood(values, rows)
    exact = [published(values, *row) for row in zip(rows.frequency, rows.recency, rows.age, strict=True)]
    assert each == pytest.approx(np.array(exact), abs=1e-10)


def panels(values, x, t_x, age):
    """The integral over the moment of dropping out by 1,500 graded panels of 20 nodes, in log space."""
    r, alpha, s, beta = values.values()
    alive = -x * np.log(alpha + age) - r * np.log1p(age / alpha) - s * np.log1p(age / beta)
    if age > t_x:
        low = min(alpha, beta) + t_x
        edges = np.concatenate([[0.0], np.geomspace(1e-10, 1, 1500)]) * np.log1p((age - t_x) / low)
        node, weight = np.polynomial.legendre.leggauss(20)
        v = (edges[:-1, None] + edges[1:, None] + np.diff(edges)[:, None] * node) / 2
        y = t_x + low * np.expm1(v)
        logs = v - x * np.log(alpha + y) - r * np.log1p(y / alpha) - (s + 1) * np.log1p(y / beta)
        logs += np.log(s / beta * low / 2 * np.diff(edges)[:, None] * weight)
        alive = np.logaddexp(alive, special.logsumexp(logs))
    return alive + np.log(r + np.arange(x)).sum()


@pytest.mark.parametrize("spread", [4.0, 12.0])
def test_likelihood_is_exact_where_the_hypergeometric_function_overflows(spread):
    rng = np.random.default_rng(0)
    worst = 0.0
    for _ in range(12):
        values = dict(zip(pareto.PARAMETERS, np.exp(rng.uniform(-spread, spread, 4)), strict=True))
        cases = [
            (x, age * part, age)
            for x, part in ((0, 0.0), (1, 1e-4), (2, 0.5), (20, 0.999), (400, 0.1), (400, 1.0))
            for age in (0.2, 3.0, 100.0)
        ]
        each, gradient = pareto.log_likelihood(values, history(*cases))
        exact = np.array([panels(values, *case) for case in cases])
        worst = max(worst, float(np.max(np.abs(each - exact) / np.maximum(1, np.abs(exact)))))
        assert np.isfinite(gradient).all()
    assert worst < 1e-11


@pytest.mark.parametrize("values", [TRUTH, {"r": 3.0, "alpha": 2.0, "s": 0.05, "beta": 90.0}])
def test_gradient_agrees_with_finite_differences(values):
    some = history((0, 0.0, 30.0), (2, 20.0, 30.0), (30, 10.0, 40.0), (400, 100.0, 100.0), (1, 0.1, 90.0))
    theta = np.log(list(values.values()))
    _, gradient = pareto.log_likelihood(values, some)
    for i in range(4):
        ends = []
        for side in (1e-5, -1e-5):
            moved = theta.copy()
            moved[i] += side
            ends.append(pareto.log_likelihood(dict(zip(values, np.exp(moved), strict=True)), some)[0])
        # 400 orders: likelihoods near −700, differences good to 1e-8
        assert gradient[:, i] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=3e-7, rel=1e-7)


def test_alpha_equal_to_beta_is_elementary():
    # α = β: L = Γ(r+x)/Γ(r) α^(r+s) [r' (α+T)^−(r+s+x) + s (α+t_x)^−(r+s+x)] / (r+s+x), r' = r + x
    values = {"r": 0.7, "alpha": 8.0, "s": 1.3, "beta": 8.0}
    x, t_x, age = 3, 11.0, 25.0
    both = 0.7 + 1.3 + x
    inside = ((0.7 + x) * (8 + age) ** -both + 1.3 * (8 + t_x) ** -both) / both
    exact = special.gammaln(0.7 + x) - special.gammaln(0.7) + 2.0 * np.log(8) + np.log(inside)
    assert pareto.log_likelihood(values, history((x, t_x, age)))[0][0] == pytest.approx(exact, abs=1e-12)
    alive = (both * (8 + age) ** -both) / ((0.7 + x) * (8 + age) ** -both + 1.3 * (8 + t_x) ** -both)
    assert pareto.p_alive(values, history((x, t_x, age)))[0] == pytest.approx(alive, abs=1e-12)


def test_whoever_just_bought_is_active_and_whoever_is_long_silent_is_not():
    some = history((400, 100.0, 100.0), (400, 1.0, 100.0), (3, 30.0, 30.0))
    assert pareto.p_alive(TRUTH, some) == pytest.approx([1.0, 0.0, 1.0], abs=1e-12)


@pytest.mark.parametrize("s", [0.4, 1.0, 2.0, 7.0])
def test_expected_orders_are_equation_41(rows, s):
    values, t = {**TRUTH, "s": s}, 39.0
    exposure, left = values["alpha"] + rows.age, values["beta"] + rows.age
    # Fader and Hardie (2005), equation 41; at s = 1 its limit
    stay = np.log1p(t / left) if s == 1 else (1 - (left / (left + t)) ** (s - 1)) / (s - 1)
    closed = (values["r"] + rows.frequency) / exposure * left * stay * pareto.p_alive(values, rows)
    mean, second = pareto_ahead.moments(values, rows, t)
    assert mean == pytest.approx(closed, rel=1e-12)
    tail = np.array([MODEL.at_least(values, rows, t, np.full(len(rows), n)) for n in range(1, 250)])
    n = np.arange(1, 250)[:, None]
    # E[N] = Σ P(N ≥ n), E[N²] = Σ (2n − 1) P(N ≥ n)
    assert mean == pytest.approx(tail.sum(axis=0), rel=1e-8)
    assert second == pytest.approx(((2 * n - 1) * tail).sum(axis=0), rel=1e-6)


@pytest.mark.parametrize("periods", [0.1, 20.0, 1000.0])
@pytest.mark.parametrize("shapes", [(0.5, 10.0, 0.6, 12.0), (3.0, 0.2, 40.0, 5.0), (0.02, 30.0, 2500.0, 0.1)])
def test_tail_of_orders_by_adaptive_quadrature(periods, shapes):
    values = dict(zip(pareto.PARAMETERS, shapes, strict=True))
    cases = [(0, 0.0, 2.0), (3, 5.0, 20.0), (100, 10.0, 60.0)]
    for n in (1, 4, 60):
        got = pareto_ahead.reaches(values, history(*cases), periods, np.full(3, n))
        for (x, _, age), one in zip(cases, got, strict=True):
            shape, buying, leaving = values["r"] + x, values["alpha"] + age, values["beta"] + age

            def orders_reach(w, shape=shape, buying=buying, leaving=leaving, n=n):
                # w: logit of the beta variable that says when the n-th order comes
                u = buying * np.exp(w)
                beta = n * w - (n + shape) * np.logaddexp(0, w) - special.betaln(n, shape)
                return np.exp(beta - values["s"] * np.log1p(u / leaving))

            end = np.log(periods / buying)
            points = np.clip([np.log(n / shape) + step for step in (-8, -2, -0.5, 0, 0.5)], end - 60, end)
            cuts = np.unique(np.concatenate([[end - 60], points, [end - 12, end - 4, end]]))
            pieces = [integrate.quad(orders_reach, lo, hi, epsabs=1e-14) for lo, hi in pairwise(cuts)]
            assert one == pytest.approx(sum(piece[0] for piece in pieces), abs=1e-10)


def test_no_time_ahead_no_orders():
    some = history((3, 5.0, 20.0))
    assert MODEL.at_least(TRUTH, some, 0.0, np.array([1]))[0] == 0.0
    assert MODEL.at_least(TRUTH, some, 0.0, np.array([0]))[0] == 1.0
    assert pareto_ahead.moments(TRUTH, some, 0.0)[0][0] == 0.0


def test_the_unit_of_time_moves_each_likelihood_by_its_jacobian(rows):
    values = {**TRUTH, "alpha": TRUTH["alpha"] * 7, "beta": TRUTH["beta"] * 7}
    days = pareto.log_likelihood(values, rescale(rows, 1 / 7))[0]
    weeks = pareto.log_likelihood(TRUTH, rows)[0]
    assert days == pytest.approx(weeks - rows.frequency * np.log(7), abs=1e-10)
