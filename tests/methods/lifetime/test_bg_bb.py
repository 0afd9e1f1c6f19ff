import numpy as np
import pandas as pd
import pytest
from scipy import special

from analysis.core.errors import DataError
from analysis.methods import lifetime
from analysis.methods.lifetime import bg_bb, families, rows

#: Fader, Hardie and Shang (2010), Marketing Science 29, table 1: 11,104 donors first seen in 1995, gifts in the six
#: years 1996–2001: gifts, year of the last one, years, donors (donations.csv of lifetimes 0.11.3, MIT, is the same)
DONATIONS = [
    (0, 0, 6, 3464), (1, 1, 6, 1091), (1, 2, 6, 277), (1, 3, 6, 129), (1, 4, 6, 78), (1, 5, 6, 119), (1, 6, 6, 129),
    (2, 2, 6, 613), (2, 3, 6, 255), (2, 4, 6, 155), (2, 5, 6, 173), (2, 6, 6, 234), (3, 3, 6, 322), (3, 4, 6, 181),
    (3, 5, 6, 225), (3, 6, 6, 357), (4, 4, 6, 240), (4, 5, 6, 284), (4, 6, 6, 512), (5, 5, 6, 335), (5, 6, 6, 728),
    (6, 6, 6, 1203),
]  # fmt: skip
VALUES = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.78}


def table(*triples):
    return pd.DataFrame(triples, columns=["frequency", "recency", "age"])


@pytest.fixture(scope="module")
def donations():
    counted = pd.DataFrame(DONATIONS, columns=["frequency", "recency", "age", "donors"])
    return counted.drop(columns="donors"), counted["donors"]


@pytest.fixture(scope="module")
def fitted(donations):
    return lifetime.fit(donations[0], family="bg_bb", weights=donations[1])


@pytest.fixture(scope="module")
def many():
    """Every history of up to nine opportunities."""
    every = [
        (x, last, n)
        for n in range(10)
        for x in range(n + 1)
        for last in (range(x, n + 1) if x else [0])
        if x or not last
    ]
    return rows.compress(table(*every))


def simulated(n, *, seed, ages, ahead=0, values=VALUES):
    rng = np.random.default_rng(seed)
    p, theta = rng.beta(values["alpha"], values["beta"], n), rng.beta(values["gamma"], values["delta"], n)
    age = rng.integers(*ages, n)
    met = rng.geometric(np.maximum(theta, 1e-12)) - 1
    month = np.arange(1, age.max() + ahead + 1)
    bought = (rng.random((n, len(month))) < p[:, None]) & (month <= met[:, None])
    seen = bought & (month <= age[:, None])
    later = (bought & (month > age[:, None]) & (month <= age[:, None] + ahead)).sum(axis=1)
    history = table(*zip(seen.sum(axis=1), (seen * month).max(axis=1), age, strict=True))
    return history, later


def test_the_donations_of_the_paper(fitted):
    # Fader, Hardie and Shang (2010), table 2: α 1.204, β 0.750, γ 0.657, δ 2.783, LL −33,225.6
    assert fitted.estimates["value"].to_numpy() == pytest.approx([1.2035, 0.7497, 0.6567, 2.7834], abs=5e-5)
    assert fitted.log_likelihood == pytest.approx(-33225.5813, abs=5e-5)
    assert fitted.aic == pytest.approx(8 + 2 * 33225.5813, abs=1e-3)
    assert fitted.verdict == "interior"
    assert fitted.customers == 11_104
    assert (fitted.table["flag"] == "ok").all()


def test_expected_gifts_of_the_paper(fitted):
    # table 6 of the paper: expected gifts in 2002–2006 and P(active in 2002), by (gifts, last year)
    history = table((0, 0, 6), (4, 4, 6), (5, 6, 6), (6, 6, 6))
    ahead = lifetime.forecast(fitted, history, periods=5)
    assert ahead["expected"].round(2).tolist() == [0.07, 0.58, 3.23, 3.75]
    assert ahead["p_alive"].round(2).tolist() == [0.11, 0.20, 0.93, 0.93]


def test_gradient_equals_finite_differences(many):
    theta = np.log(list(VALUES.values())) + np.array([0.3, -0.4, 0.5, -0.2])
    _, gradient = bg_bb.log_likelihood(dict(zip(VALUES, np.exp(theta), strict=True)), many)
    for i, move in enumerate(1e-6 * np.eye(4)):
        up, down = (
            bg_bb.log_likelihood(dict(zip(VALUES, np.exp(theta + sign * move), strict=True)), many)[0]
            for sign in (1, -1)
        )
        assert (up - down) / 2e-6 == pytest.approx(gradient[:, i], abs=1e-8)


def test_rows_in_parts_give_the_same(many, monkeypatch):
    whole = bg_bb.log_likelihood(VALUES, many)
    monkeypatch.setattr(bg_bb, "CHUNK", 7)
    for part, every in zip(bg_bb.log_likelihood(VALUES, many), whole, strict=True):
        assert np.array_equal(part, every)


def test_likelihood_of_a_history_by_hand():
    # one opportunity taken, the second missed: E[p(1−p)] E[(1−θ)²] + E[p] E[(1−θ) θ]
    a, b, g, d = VALUES.values()
    taken, missed = a * b / ((a + b) * (a + b + 1)), a / (a + b)
    stayed, left = d * (d + 1) / ((g + d) * (g + d + 1)), d * g / ((g + d) * (g + d + 1))
    each, _ = bg_bb.log_likelihood(VALUES, rows.plain(table((1, 1, 2))))
    assert np.exp(each[0]) == pytest.approx(taken * stayed + missed * left, rel=1e-14)


def test_all_histories_of_one_length_have_probability_one(many):
    each, _ = bg_bb.log_likelihood(VALUES, many)
    for n in range(10):
        here = many.age == n
        # x − 1 of the opportunities before the last one taken
        ways = special.comb(many.recency - 1, many.frequency - 1)
        ways = np.where(many.frequency == 0, 1.0, ways)
        assert (ways * np.exp(each))[here].sum() == pytest.approx(1.0, abs=1e-13)


def test_moments_follow_from_the_tail(many):
    mean, second = bg_bb.moments(VALUES, many, 12)
    family = families.get("bg_bb")
    tail = np.array([family.at_least(VALUES, many, 12, np.full(len(many), c)) for c in range(1, 13)])
    count = np.arange(1, 13)[:, None]
    assert tail.sum(axis=0) == pytest.approx(mean, rel=1e-12)
    assert ((2 * count - 1) * tail).sum(axis=0) == pytest.approx(second, rel=1e-12)


def test_a_horizon_between_two_opportunities_is_a_mix(many):
    low, high, between = (np.array(bg_bb.moments(VALUES, many, t)) for t in (3, 4, 3.25))
    assert between == pytest.approx(0.75 * low + 0.25 * high, rel=1e-12)
    assert np.array(bg_bb.moments(VALUES, many, 0)) == pytest.approx(np.zeros((2, len(many))))


def test_orders_of_simulated_customers_are_predicted():
    history, later = simulated(40_000, seed=5, ages=(4, 16), ahead=6)
    fit = lifetime.from_parameters("bg_bb", **VALUES)
    ahead = lifetime.forecast(fit, history, periods=6)
    for x in range(4):
        group = history["frequency"] == x
        error = later[group].std() / np.sqrt(group.sum())
        assert ahead["expected"][group].mean() == pytest.approx(later[group].mean(), abs=4 * error)
    assert ((ahead["lo"] <= later) & (later <= ahead["hi"])).mean() >= 0.9


def test_parameters_are_recovered():
    result = lifetime.fit(simulated(20_000, seed=8, ages=(6, 24))[0], family="bg_bb")
    estimates = result.estimates.set_index("parameter")
    for name, true in VALUES.items():
        # 3.5 standard errors: once in two thousand draws by chance
        value, se = estimates.loc[name, ["value", "se"]]
        assert abs(np.log(value / true)) < 3.5 * se / value


def test_residual_equals_the_long_sum(many):
    k = np.arange(1, 4001)
    met = np.cumsum(-np.log1p(VALUES["gamma"] / (VALUES["delta"] + many.age[:, None] + k - 1)), axis=1)
    mean = (VALUES["alpha"] + many.frequency) / (VALUES["alpha"] + VALUES["beta"] + many.age)
    # p_alive is of the next opportunity, the sum starts from activity at the last one
    active = bg_bb.p_alive(VALUES, many) / np.exp(met[:, 0])
    for rate in (0.02, 0.1, 1.0):
        direct = active * mean * np.exp(met - rate * k).sum(axis=1)
        assert bg_bb.residual(VALUES, many, rate) == pytest.approx(direct, rel=1e-11)


@pytest.mark.parametrize(
    # about half of the samples from customers who are alike show some difference by chance; these do not
    ("truth", "seed", "verdict", "note"),
    [
        ({**VALUES, "gamma": 1e-9}, 2, "no_dropout", "fit_no_dropout"),
        ({**VALUES, "alpha": 3e6, "beta": 7e6}, 3, "no_heterogeneity", "fit_same_rate"),
        ({**VALUES, "gamma": 1e6, "delta": 2e7}, 2, "no_heterogeneity", "fit_same_dropout"),
    ],
)
def test_the_edge_is_a_verdict(truth, seed, verdict, note):
    result = lifetime.fit(simulated(3000, seed=seed, ages=(8, 20), values=truth)[0], family="bg_bb")
    assert (result.verdict, result.notes[0].code) == (verdict, note)


@pytest.mark.parametrize(
    "history",
    [
        table((0, 0, 0)),
        table(*[(0, 0, n) for n in range(12)]),
        table(*[(n, n, n) for n in range(1, 12)]),
        table((400, 400, 400), (0, 0, 400), (3, 380, 400)),
    ],
    ids=["no opportunity yet", "nobody came back", "everybody, always", "x = 400"],
)
def test_degenerate_input_gives_numbers_and_a_note(history):
    result = lifetime.fit(history, family="bg_bb")
    assert np.isfinite(result.log_likelihood)
    assert result.notes
    assert np.isfinite(lifetime.forecast(result, history, periods=12).to_numpy()).all()


@pytest.mark.parametrize("wrong", [(1, 1.5, 3), (1, 1, 2.5), (3, 2, 6)], ids=["recency", "age", "x above recency"])
def test_times_are_refused(wrong):
    with pytest.raises(DataError, match=r"1 of 2 rows differ. Make the history with lifetime.opportunities"):
        lifetime.fit(table(wrong, (0, 0, 6)), family="bg_bb")
