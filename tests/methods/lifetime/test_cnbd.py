import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime import cnbd, cnbd_ahead, families, gaps, geometric
from analysis.methods.lifetime.rows import plain

BASE = {"r": 0.9, "alpha": 2.0, "a": 0.8, "b": 3.0}
CASES = [(0, 0.0, 30.0), (1, 4.0, 30.0), (6, 25.0, 30.0), (40, 39.0, 40.0), (3, 9.0, 9.0)]


def history(*triples):
    return plain(pd.DataFrame(triples, columns=["frequency", "recency", "age"]))


@pytest.mark.parametrize("coins", [0, 1])
def test_k_of_one_is_the_model_without_k(coins):
    some, values = history(*CASES), {**BASE, "k": 1}
    for ours, theirs in zip(
        cnbd.log_likelihood(values, some, coins=coins), geometric.log_likelihood(BASE, some, coins=coins), strict=True
    ):
        assert ours == pytest.approx(theirs, abs=1e-12)
    assert cnbd.p_alive(values, some, coins=coins) == pytest.approx(geometric.p_alive(BASE, some, coins=coins))
    for ours, theirs in zip(
        cnbd_ahead.moments(values, some, 26.0, coins=coins),
        geometric.moments(BASE, some, 26.0, coins=coins),
        strict=True,
    ):
        assert ours == pytest.approx(theirs, rel=1e-10)


@pytest.mark.parametrize("coins", [0, 1])
@pytest.mark.parametrize("k", [2, 3, 5])
def test_likelihood_is_the_mixture_over_rates_and_coins(k, coins):
    # straight from the model: Erlang-k densities of the gaps, survival of the last one, gamma and beta mixing
    r, alpha, a, b = BASE.values()
    between = np.array([3.0, 5.0, 2.0])
    x, t_x, age = 3, 10.0, 17.0

    # a known coin p: (1 − p)^c to survive, p (1 − p)^(c − 1) to drop out at the last toss; their beta means
    c = x + coins
    survive = special.beta(a, b + c) / special.beta(a, b)
    dead = special.beta(a + 1, b + c - 1) / special.beta(a, b)

    def known_rate(rate):
        density = np.prod(stats.gamma.pdf(between, k, scale=1 / rate)) * stats.gamma.pdf(rate, r, scale=1 / alpha)
        return density * (survive * stats.gamma.sf(age - t_x, k, scale=1 / rate) + dead)

    exact = integrate.quad(known_rate, 0, 60, epsabs=0, epsrel=1e-10, limit=500, points=(0.05, 0.5, 2.0))[0]
    table = pd.DataFrame({"frequency": [x], "recency": [t_x], "age": [age], "log_gaps": [np.log(between).sum()]})
    fit = lifetime.from_parameters("mbg_cnbd_k" if coins else "bg_cnbd_k", **BASE, k=k)
    assert lifetime.log_likelihood(fit, table).iloc[0] == pytest.approx(np.log(exact), abs=1e-9)


@pytest.mark.parametrize("coins", [0, 1])
@pytest.mark.parametrize("k", [2, 6])
def test_gradient_agrees_with_finite_differences(k, coins):
    some, theta = history(*CASES, (400, 99.0, 100.0)), np.log(list(BASE.values()))
    _, gradient = cnbd.log_likelihood({**BASE, "k": k}, some, coins=coins)
    for i in range(4):
        ends = []
        for side in (1e-5, -1e-5):
            moved = theta.copy()
            moved[i] += side
            values = {**dict(zip(cnbd.PARAMETERS, np.exp(moved), strict=True)), "k": k}
            ends.append(cnbd.log_likelihood(values, some, coins=coins)[0])
        assert gradient[:, i] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-5, rel=1e-7)


@pytest.mark.parametrize("coins", [0, 1])
@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize("a", [1e-4, 0.8, 5.0])
def test_moments_are_those_of_the_exact_distribution(k, coins, a):
    some, values = history(*CASES), {**BASE, "a": a, "k": k}
    model = families.get("mbg_cnbd_k" if coins else "bg_cnbd_k")
    n = np.arange(1, 200)
    tail = np.array([model.at_least(values, some, 20.0, np.full(len(some), each)) for each in n])
    mean, second = cnbd_ahead.moments(values, some, 20.0, coins=coins)
    # E[N] = Σ P(N ≥ n), E[N²] = Σ (2n − 1) P(N ≥ n)
    assert mean == pytest.approx(tail.sum(axis=0), rel=1e-9)
    assert second == pytest.approx(((2 * n - 1)[:, None] * tail).sum(axis=0), rel=1e-8)


@pytest.fixture(scope="module")
def regular():
    return lifetime.simulate("mbg_cnbd_k", 3000, parameters={**BASE, "k": 3}, horizon=26.0, seed=2)


def test_regularity_is_found_and_the_model_without_it_is_worse(regular):
    fit = lifetime.fit(regular, family="mbg_cnbd_k")
    row = fit.table.set_index("parameter").loc["k"]
    assert fit.k == row["value"] == 3
    assert (row["lo"], row["hi"], row["method"], row["flag"]) == (3, 3, "highest_likelihood", "ok")
    assert fit.finding.code == "lifetime_fit_regular"
    plain_fit = lifetime.fit(regular, family="mbg_nbd")
    assert fit.bic < plain_fit.bic - 100
    assert fit.aic < plain_fit.aic - 100
    assert lifetime.log_likelihood(fit, regular).sum() == pytest.approx(fit.log_likelihood, abs=1e-6)
    assert lifetime.forecast(fit, regular, periods=26.0)["expected"].sum() == pytest.approx(
        regular["ahead"].sum(), rel=0.05
    )


def test_random_buying_has_k_of_one():
    world = lifetime.simulate("mbg_nbd", 2000, parameters={**BASE, "b": 6.0}, seed=3)
    fit = lifetime.fit(world, family="mbg_cnbd_k")
    assert fit.k == 1
    assert fit.log_likelihood == pytest.approx(lifetime.fit(world, family="mbg_nbd").log_likelihood, abs=1e-6)


def test_the_unit_of_time_changes_neither_k_nor_forecast(regular):
    weeks = lifetime.fit(regular, family="mbg_cnbd_k")
    in_days = regular.assign(
        recency=regular["recency"] * 7,
        age=regular["age"] * 7,
        log_gaps=regular["log_gaps"] + regular["frequency"] * np.log(7),
    )
    days = lifetime.fit(in_days, family="mbg_cnbd_k")
    assert days.k == weeks.k
    moved = regular["frequency"].sum() * np.log(7)
    assert days.log_likelihood == pytest.approx(weeks.log_likelihood - moved, abs=1e-6)
    one = lifetime.forecast(weeks, regular, periods=26.0)
    other = lifetime.forecast(days, in_days, periods=182.0)
    assert other["expected"].to_numpy() == pytest.approx(one["expected"].to_numpy(), rel=1e-6)


def test_k_may_be_given_and_without_gaps_the_likelihood_is_withheld(regular):
    bare = regular.drop(columns="log_gaps")
    given = lifetime.fit(bare, family="mbg_cnbd_k", k=3)
    full = lifetime.fit(regular, family="mbg_cnbd_k")
    assert given.parameters == pytest.approx(full.parameters)
    assert np.isnan([given.log_likelihood, given.aic, given.bic]).all()
    assert [note.code for note in given.notes] == ["fit_without_gaps"]
    assert given.table.set_index("parameter").loc["k", "method"] == "given"


def test_log_gaps_of_summarise_by_hand():
    lines = pd.DataFrame(
        {
            "customer_id": ["仁和", "仁和", "仁和", "康泰"],
            "date": pd.to_datetime(["2025-01-01", "2025-01-08", "2025-01-29", "2025-01-05"]),
            "amount": [10.0, 20.0, 30.0, 5.0],
        }
    )
    table = lifetime.summarise(lines, end="2025-03-31", gaps=True)
    # 仁和: gaps of one and of three weeks, ln 1 + ln 3; 康泰: none
    assert table.loc["仁和", "log_gaps"] == pytest.approx(np.log(3))
    assert table.loc["康泰", "log_gaps"] == 0.0
    assert "log_gaps" not in lifetime.summarise(lines, end="2025-03-31")


def test_messages(regular):
    with pytest.raises(DataError, match="3000 of 3000 rows lack it or differ"):
        lifetime.fit(regular.drop(columns="log_gaps"), family="mbg_cnbd_k")
    # weeks beside gaps in days: above what equal gaps could give
    with pytest.raises(DataError, match="in the same unit"):
        lifetime.fit(regular.assign(log_gaps=regular["log_gaps"] + regular["frequency"] * 2), family="mbg_cnbd_k")
    with pytest.raises(SettingError, match="k belongs to the families bg_cnbd_k and mbg_cnbd_k; bg_nbd has none"):
        lifetime.fit(regular, family="bg_nbd", k=2)
    with pytest.raises(SettingError, match="mbg_cnbd_k needs the parameters r, alpha, a, b, k"):
        lifetime.from_parameters("mbg_cnbd_k", **BASE)
    with pytest.raises(SettingError, match="k must be"):
        lifetime.from_parameters("mbg_cnbd_k", **BASE, k=1.5)


def test_constant_by_hand():
    table = pd.DataFrame(
        {"frequency": [2, 0], "recency": [4.0, 0.0], "age": [9.0, 9.0], "log_gaps": [np.log(3.0), 0.0]}
    )
    # (k − 1) Σ ln gap − x ln Γ(k), k = 3: 2 ln 3 − 2 ln 2
    assert gaps.constant(table, 3) == pytest.approx([2 * np.log(3) - 2 * special.gammaln(3), 0.0])
