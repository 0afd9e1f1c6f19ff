import numpy as np
import pandas as pd
import pytest
from scipy import special

from analysis.methods.lifetime import families, geometric
from analysis.methods.lifetime.rows import compress

from .worlds import accounts

BG = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


@pytest.fixture(scope="module")
def rows():
    return compress(accounts(300, seed=1)[0])


def history(*triples):
    return compress(pd.DataFrame(triples, columns=["frequency", "recency", "age"]))


def published(values, rows, coins):
    """Equation 6 of Fader, Hardie and Lee (2005), term by term; coins = 1 is Batislam et al. (2007)."""
    r, alpha, a, b = values.values()
    x, t_x, age = rows.frequency, rows.recency, rows.age
    c = x + coins
    a1 = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    a2 = special.gammaln(a + b) + special.gammaln(b + c) - special.gammaln(b) - special.gammaln(a + b + c)
    a3 = -(r + x) * np.log(alpha + age)
    with np.errstate(divide="ignore", invalid="ignore"):
        dead = np.log(a) - np.log(b + c - 1) - (r + x) * np.log(alpha + t_x)
    a4 = np.where(c > 0, dead, -np.inf)
    return a1 + a2 + np.logaddexp(a3, a4)


@pytest.mark.parametrize("coins", [0, 1])
def test_likelihood_is_the_published_formula(rows, coins):
    each, _ = geometric.log_likelihood(BG, rows, coins=coins)
    assert each == pytest.approx(published(BG, rows, coins), abs=1e-10)


@pytest.mark.parametrize("coins", [0, 1])
def test_gradient_equals_numeric_differences(rows, coins):
    _, gradient = geometric.log_likelihood(BG, rows, coins=coins)
    for i, name in enumerate(geometric.PARAMETERS):
        step = 1e-5
        ends = [
            geometric.log_likelihood({**BG, name: BG[name] * np.exp(sign * step)}, rows, coins=coins)[0]
            for sign in (1, -1)
        ]
        assert gradient[:, i] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-6)


@pytest.mark.parametrize("coins", [0, 1])
def test_nothing_overflows(coins):
    # 400 repeat orders, the last on the last day; 400 orders long ago; a customer of today
    extreme = history((400, 100.0, 100.0), (400, 1.0, 100.0), (0, 0.0, 0.0), (1, 1e-3, 5000.0))
    for values in (BG, {"r": 1e6, "alpha": 1e6, "a": 1e-9, "b": 1.0}, {"r": 1e-6, "alpha": 1e-6, "a": 1e7, "b": 1e7}):
        each, gradient = geometric.log_likelihood(values, extreme, coins=coins)
        assert np.isfinite(each).all()
        assert np.isfinite(gradient).all()
        mean, second = geometric.moments(values, extreme, 52.0, coins=coins)
        assert np.isfinite(mean).all()
        assert np.isfinite(second).all()


def test_active_by_definition_of_bg_without_repeat_and_half_by_hand_for_mbg():
    newcomer = history((0, 0.0, 10.0))
    assert geometric.p_alive(BG, newcomer, coins=0)[0] == 1.0
    # MBG, r = 1, alpha = 10, a = b = 1, x = 0, T = 10: odds of gone = a/b · ((10+10)/10)^1 = 2, so 1 / (1 + 2)
    even = {"r": 1.0, "alpha": 10.0, "a": 1.0, "b": 1.0}
    assert geometric.p_alive(even, newcomer, coins=1)[0] == pytest.approx(1 / 3)
    # BG, x = 2, t_x = 5, T = 10: odds = a/(b+x−1) · ((10+10)/(10+5))^3 = 1/2 · (4/3)^3 = 32/27
    two = history((2, 5.0, 10.0))
    assert geometric.p_alive(even, two, coins=0)[0] == pytest.approx(27 / 59)


def test_expected_orders_equal_the_closed_form_with_2f1(rows):
    # equation 10 of Fader, Hardie and Lee (2005)
    r, alpha, a, b = BG.values()
    x, age, t = rows.frequency, rows.age, 39.0
    z = t / (alpha + age + t)
    closed = (a + b + x - 1) / (a - 1)
    closed = closed * (
        1 - ((alpha + age) / (alpha + age + t)) ** (r + x) * special.hyp2f1(r + x, b + x, a + b + x - 1, z)
    )
    mean, _ = geometric.moments(BG, rows, t, coins=0)
    assert mean == pytest.approx(closed * geometric.p_alive(BG, rows, coins=0), rel=1e-9)


@pytest.mark.parametrize("coins", [0, 1])
@pytest.mark.parametrize("a", [1e-4, 1.0, 5.0])
def test_moments_are_those_of_the_exact_distribution(rows, coins, a):
    values = {**BG, "a": a}
    n = np.arange(1, 400)
    alive = geometric.p_alive(values, rows, coins=coins)
    tail = np.array([alive * geometric.reaches(values, rows, 20.0, np.full(len(rows), k), coins=coins) for k in n])
    mean, second = geometric.moments(values, rows, 20.0, coins=coins)
    # E[N] = Σ P(N ≥ n), E[N²] = Σ (2n − 1) P(N ≥ n)
    assert mean == pytest.approx(tail.sum(axis=0), rel=1e-7)
    assert second == pytest.approx(((2 * n - 1)[:, None] * tail).sum(axis=0), rel=1e-7)


def test_at_least_none_is_certain_and_at_least_one_by_simulation():
    one = history((3, 20.0, 25.0))
    assert families.get("bg_nbd").at_least(BG, one, 10.0, np.array([0]))[0] == 1.0
    rng = np.random.default_rng(0)
    size = 400_000
    # given active: rate gamma (r + x, α + T), coin beta (a, b + x)
    rate, coin = rng.gamma(3.243, 1 / 29.414, size), rng.beta(0.793, 5.426, size)
    orders = np.minimum(rng.poisson(rate * 10), rng.geometric(coin))
    orders *= rng.random(size) < geometric.p_alive(BG, one, coins=0)[0]
    for k in (1, 2, 4):
        exact = families.get("bg_nbd").at_least(BG, one, 10.0, np.array([k]))[0]
        assert exact == pytest.approx((orders >= k).mean(), abs=4 * np.sqrt(0.25 / size))
