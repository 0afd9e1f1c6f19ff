"""Residual orders: against integrals done another way, against a formula, and at its edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats

from analysis.core.errors import SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime import discounting
from analysis.methods.lifetime.residual import expected_residual
from analysis.methods.lifetime.rows import compress

WEEK = float(np.log(1.15)) * 7 / 365.25
GEOMETRIC = {"r": 1.2, "alpha": 6.0, "a": 0.8, "b": 6.0}
#: CDNOW, Fader and Hardie (2005)
PARETO = {"r": 0.5533, "alpha": 10.5776, "s": 0.6063, "beta": 11.6692}
HISTORY = pd.DataFrame({"frequency": [0, 3, 40], "recency": [0.0, 20.0, 80.0], "age": [30.0, 25.0, 90.0]})


def grid():
    """Nodes and weights in (0, 1) by the double-exponential rule: fine for any integrable end."""
    s = np.linspace(-3.0, 3.0, 301)
    inner = np.pi / 2 * np.sinh(s)
    q = special.expit(2 * inner)
    return q, (s[1] - s[0]) * np.pi / 4 * np.cosh(s) / np.cosh(inner) ** 2


@pytest.mark.parametrize(("family", "coins"), [("bg_nbd", 0), ("mbg_nbd", 1)])
def test_geometric_against_the_integral_over_rate_and_coin(family, coins):
    # an active customer with rate λ and coin p: Σ (1−p)^(j−1) (λ/(λ+δ))^j = λ / (δ + pλ), and likewise
    # E Σ e^(−2δt) = λ / (2δ + pλ), E (Σ e^(−δt))² = λ / (2δ + pλ) · (1 + 2 (1−p) λ / (δ + pλ))
    fit = lifetime.from_parameters(family, **GEOMETRIC)
    rows = compress(HISTORY)
    found = discounting.discounted(fit.model, fit.parameters, rows, np.inf, WEEK)
    alive = fit.model.p_alive(fit.parameters, rows)
    q, w = grid()
    for i, x in enumerate(rows.frequency):
        rate = stats.gamma.ppf(q, 1.2 + x, scale=1 / (6 + rows.age[i]))[:, None]
        coin = stats.beta.ppf(q, 0.8, 6 + x + coins)[None, :]
        once, twice = rate / (WEEK + coin * rate), rate / (2 * WEEK + coin * rate)
        for mine, inner in (
            (found.first, once),
            (found.double, twice),
            (found.second, twice * (1 + 2 * (1 - coin) * once)),
        ):
            assert mine[i] == pytest.approx(alive[i] * float(w @ inner @ w), rel=1e-6)


def test_pareto_against_the_formula_of_the_paper():
    # Fader, Hardie and Lee (2005), JMR 42, equation 2: alpha^r beta^s delta^(s−1) Γ(r+x+1) Ψ(s, s; δ(β+T))
    # / (Γ(r) (alpha+T)^(r+x+1) L); with P(active) in place of L it is
    # P(active) (r+x)/(alpha+T) · δ^(s−1) (β+T)^s Ψ(s, s; δ(β+T))
    fit = lifetime.from_parameters("pareto_nbd", **PARETO)
    found = lifetime.residual(fit, HISTORY, discount_rate=WEEK).to_numpy()
    alive = lifetime.forecast(fit, HISTORY, periods=1)["p_alive"].to_numpy()
    x, age = HISTORY["frequency"].to_numpy(), HISTORY["age"].to_numpy()
    s, end = PARETO["s"], PARETO["beta"] + age
    psi = special.hyperu(s, s, WEEK * end)
    direct = alive * (PARETO["r"] + x) / (PARETO["alpha"] + age) * WEEK ** (s - 1) * end**s * psi
    assert found == pytest.approx(direct, rel=1e-9)


@pytest.mark.parametrize("beta", [1e-3, 1.0, 1e4, 1e9])
def test_pareto_does_not_overflow_where_the_formula_does(beta):
    fit = lifetime.from_parameters("pareto_nbd", **{**PARETO, "beta": beta, "s": beta / 40})
    table = pd.DataFrame({"frequency": [1, 400], "recency": [39.0, 39.0], "age": [39.0, 39.0]})
    found = lifetime.residual(fit, table, discount_rate=WEEK).to_numpy()
    assert np.isfinite(found).all()
    assert (found > 0).all()
    # with beta and s to infinity dropout is one rate μ = 1/40 for all: E[λ] / (μ + δ)
    if beta >= 1e4:
        rate = (PARETO["r"] + 400) / (PARETO["alpha"] + 39.0)
        assert found[1] == pytest.approx(rate / (1 / 40 + WEEK), rel=1e-2)


def test_closed_form_and_quadrature_agree_for_pareto():
    fit = lifetime.from_parameters("pareto_nbd", **PARETO)
    rows = compress(HISTORY)
    closed = expected_residual(fit.model, fit.parameters, rows, WEEK)
    assert discounting.discounted(fit.model, fit.parameters, rows, np.inf, WEEK).first == pytest.approx(
        closed, rel=1e-5
    )


def test_bg_bb_is_the_sum_over_opportunities():
    fit = lifetime.from_parameters("bg_bb", alpha=1.2, beta=0.75, gamma=0.66, delta=2.78)
    table = pd.DataFrame({"frequency": [0, 4], "recency": [0, 6], "age": [6, 6]})
    found = lifetime.residual(fit, table, discount_rate=0.1).to_numpy()
    until = [lifetime.forecast(fit, table, periods=k)["expected"].to_numpy() for k in range(260)]
    summed = sum(np.exp(-0.1 * k) * (until[k] - until[k - 1]) for k in range(1, 260))
    assert found == pytest.approx(summed, rel=1e-6)


def test_a_unit_of_time_changes_nothing():
    days = HISTORY.assign(recency=7 * HISTORY["recency"], age=7 * HISTORY["age"])
    for family, given, times in (("bg_nbd", GEOMETRIC, ["alpha"]), ("pareto_nbd", PARETO, ["alpha", "beta"])):
        weekly = lifetime.residual(lifetime.from_parameters(family, **given), HISTORY, discount_rate=WEEK)
        scaled = {name: value * (7 if name in times else 1) for name, value in given.items()}
        daily = lifetime.residual(lifetime.from_parameters(family, **scaled), days, discount_rate=WEEK / 7)
        assert daily.to_numpy() == pytest.approx(weekly.to_numpy(), rel=1e-9)


def test_a_finite_horizon_is_the_integral_by_parts():
    fit = lifetime.from_parameters("bg_nbd", **GEOMETRIC)
    rows = compress(HISTORY)
    for periods in (52.0, 1040.0):
        found = discounting.discounted(fit.model, fit.parameters, rows, periods, WEEK).first
        for i in range(3):
            held = integrate.quad(
                lambda t, i=i: WEEK * np.exp(-WEEK * t) * fit.model.moments(fit.parameters, rows, t)[0][i],
                0, periods, epsabs=1e-10, epsrel=1e-10,
            )[0]  # fmt: skip
            whole = np.exp(-WEEK * periods) * fit.model.moments(fit.parameters, rows, periods)[0][i]
            assert found[i] == pytest.approx(held + whole, rel=1e-8)


def test_order_of_rows_is_kept():
    fit = lifetime.from_parameters("pareto_nbd", **PARETO)
    table = pd.DataFrame(HISTORY.to_numpy()[[2, 0, 2, 1]], columns=HISTORY.columns, index=["d", "a", "c", "b"])
    found = lifetime.residual(fit, table, discount_rate=WEEK)
    assert found.index.tolist() == ["d", "a", "c", "b"]
    assert found["d"] == found["c"] > found["b"] > found["a"]


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_without_discounting_there_is_no_sum(rate):
    with pytest.raises(SettingError, match="discount_rate must be 1e-12 to 100"):
        lifetime.residual(lifetime.from_parameters("bg_nbd", **GEOMETRIC), HISTORY, discount_rate=rate)
