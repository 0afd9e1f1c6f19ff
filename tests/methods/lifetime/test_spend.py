import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import lifetime
from analysis.methods.lifetime import spend

from .worlds import SPEND, accounts, with_spend


@pytest.fixture(scope="module")
def history():
    table, ahead = accounts(5000, seed=31, horizon=26.0)
    return with_spend(table, ahead, seed=32)[0]


@pytest.fixture(scope="module")
def fitted(history):
    return lifetime.fit_spend(history)


def test_parameters_are_recovered(fitted):
    estimates = fitted.table.set_index("parameter")
    for name, true in SPEND.items():
        assert (
            abs(np.log(estimates.loc[name, "value"] / true))
            < 3.5 * estimates.loc[name, "se"] / estimates.loc[name, "value"]
        )
    assert fitted.verdict == "interior"
    assert fitted.notes == ()


def test_gradient_equals_numeric_differences(history):
    some = history[history["frequency"] > 0].head(100)
    objective = spend._Negative(some["frequency"].to_numpy(dtype=float), some["monetary_value"].to_numpy())
    at = np.log([6.0, 4.0, 15.0])
    _, slope = objective(at)
    numeric = [(objective(at + h)[0] - objective(at - h)[0]) / 2e-5 for h in 1e-5 * np.eye(3)]
    assert slope == pytest.approx(numeric, rel=1e-6)


def test_the_currency_changes_nothing_but_v(history, fitted):
    cents = lifetime.fit_spend(history.assign(monetary_value=history["monetary_value"] * 100))
    assert cents.parameters["p"] == pytest.approx(fitted.parameters["p"], rel=1e-5)
    assert cents.parameters["q"] == pytest.approx(fitted.parameters["q"], rel=1e-5)
    assert cents.parameters["v"] == pytest.approx(100 * fitted.parameters["v"], rel=1e-5)


def test_expectation_by_hand():
    # E(M | x, z) = p (v + x z) / (p x + q − 1), equation 5 of Fader and Hardie (2013)
    given = {"p": 6.0, "q": 4.0, "v": 15.0}
    table = pd.DataFrame({"frequency": [0, 1, 9], "monetary_value": [0.0, 40.0, 40.0]})
    mean, second, single = spend.spend_moments(given, table)
    # 6·15/3 = 30; 6·(15+40)/9 = 36.67; 6·(15+360)/57 = 39.47
    assert mean == pytest.approx([30.0, 330 / 9, 2250 / 57])
    # E(M²) = p² (v + x z)² / ((q' − 1)(q' − 2)), and one order varies by E(M²) / p around it
    assert second == pytest.approx([36 * 225 / 6, 36 * 55**2 / (9 * 8), 36 * 375**2 / (57 * 56)])
    assert single == pytest.approx(second / 6)


def test_own_mean_is_drawn_towards_that_of_all(fitted, history):
    expected = lifetime.spend_expectation(fitted, history)
    assert expected.index.equals(history.index)
    bought = history["frequency"] > 0
    own, pooled = history.loc[bought, "monetary_value"], expected[~bought].iloc[0]
    between = (expected[bought] - own) * (pooled - own)
    assert (between >= -1e-9).all()


def test_heavy_tail_gives_a_finite_median_and_a_note():
    rng = np.random.default_rng(5)
    x = rng.integers(1, 6, 4000)
    nu = rng.gamma(0.7, 1 / 15.0, 4000)
    table = pd.DataFrame({"frequency": x, "monetary_value": rng.gamma(6.0 * x) / nu / x})
    table.loc[len(table)] = [0, 0.0]
    result = lifetime.fit_spend(table)
    assert result.parameters["q"] < 1
    assert "spend_no_mean" in [note.code for note in result.notes]
    expected = lifetime.spend_expectation(result, table)
    assert np.isfinite(expected).all()
    assert expected.iloc[-1] > 0


def test_dependence_of_orders_and_spend_is_said(history):
    linked = history.copy()
    bought = linked["frequency"] > 0
    linked.loc[bought, "monetary_value"] *= linked.loc[bought, "frequency"] ** 0.5
    note = next(n for n in lifetime.fit_spend(linked).notes if n.code == "spend_depends_on_orders")
    assert note.values["correlation"] > 0.3
    assert 0.1 < note.values["lo"] < note.values["correlation"] < note.values["hi"]


def test_interval_of_the_rank_correlation_by_hand(fitted):
    # Bonett and Wright (2000): tanh(artanh ρ ± 1.96 √((1 + ρ²/2) / (n − 3)))
    r, n = fitted.correlation, fitted.customers
    half = 1.959964 * np.sqrt((1 + r * r / 2) / (n - 3))
    assert fitted.correlation_lo == pytest.approx(np.tanh(np.arctanh(r) - half), abs=1e-6)
    assert fitted.correlation_hi == pytest.approx(np.tanh(np.arctanh(r) + half), abs=1e-6)
    assert fitted.finding.values["lo"] == fitted.correlation_lo


def test_unusable_repeaters_are_left_out_and_counted(history):
    table = history.copy()
    at = table.index[table["frequency"] > 0][:3]
    table.loc[at, "monetary_value"] = [np.nan, 0.0, -5.0]
    result = lifetime.fit_spend(table)
    assert result.customers == (history["frequency"] > 0).sum() - 3
    assert result.notes[0].values == {"n": 3}


@pytest.mark.parametrize("money", [[50.0, 50.0, 50.0], [10.0, 50.0, 90.0]])
def test_few_customers_give_a_verdict_and_finite_values(money):
    table = pd.DataFrame({"frequency": [2, 2, 2], "monetary_value": money}, index=["A1", "A2", "A3"])
    result = lifetime.fit_spend(table)
    assert result.verdict == "flat_ridge"
    assert set(result.table["flag"]) <= {"not_identified", "low_n"}
    expected = lifetime.spend_expectation(result, table)
    assert expected.between(0.9999 * min(money), 1.0001 * max(money)).all()


def test_messages(history):
    with pytest.raises(DataError, match="2 or more customers with repeat purchases and spend above 0; got 0"):
        lifetime.fit_spend(history.assign(monetary_value=0.0))
    with pytest.raises(DataError, match="history needs the columns monetary_value"):
        lifetime.fit_spend(history.drop(columns="monetary_value"))
