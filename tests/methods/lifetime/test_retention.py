import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime import retention_model as model

#: Fader and Hardie (2007), Journal of Interactive Marketing 21, table 1: percent still customers after 0 … 12 years
REGULAR = [100.0, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
HIGH_END = [100.0, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]
VALUES = {"alpha": 0.7, "beta": 1.3}


def cohort(percent, years=7, size=1000):
    return pd.Series(percent[: years + 1]) * size / 100


def simulated(n, periods, *, seed, alpha=1.2, beta=4.0):
    rng = np.random.default_rng(seed)
    stayed = rng.geometric(rng.beta(alpha, beta, n)) - 1
    return pd.Series([(stayed >= t).sum() for t in range(periods + 1)], dtype=float)


@pytest.mark.parametrize(
    # fitted to seven years of a cohort of 1,000, pages 81–82 of the paper (log-likelihoods: its spreadsheet)
    ("percent", "alpha", "beta", "height"),
    [(REGULAR, 0.704, 1.182, -1680.3), (HIGH_END, 0.668, 3.806, -1611.2)],
    ids=["regular", "high end"],
)
def test_the_customers_of_the_paper(percent, alpha, beta, height):
    fit = lifetime.fit_retention(cohort(percent))
    assert fit.estimates["value"].to_numpy() == pytest.approx([alpha, beta], abs=5e-4)
    assert fit.log_likelihood == pytest.approx(height, abs=0.05)
    assert fit.verdict == "interior"
    assert fit.notes == ()
    # "predictions for years 8–12 are close to what came": the last one within two percentage points
    curve = lifetime.retention_curve(fit, periods=12, discount_rate=0.1).table
    assert 100 * curve["value"].iloc[-1] == pytest.approx(percent[-1], abs=2.0)


def test_gradient_equals_finite_differences():
    rows = model.counts([cohort(REGULAR).to_numpy()])
    theta = np.log([0.9, 2.0])
    _, gradient = model.log_likelihood(dict(zip(VALUES, np.exp(theta), strict=True)), rows)
    for i, move in enumerate(1e-6 * np.eye(2)):
        up, down = (
            model.log_likelihood(dict(zip(VALUES, np.exp(theta + sign * move), strict=True)), rows)[0]
            for sign in (1, -1)
        )
        assert (up - down) / 2e-6 == pytest.approx(gradient[:, i], abs=1e-8)


def test_likelihood_by_hand():
    # 10 contracts, 6 left after one period, 5 after two: 4 ln P(1) + 1 ln P(2) + 5 ln S(2),
    # P(1) = α/(α+β), S(1) = β/(α+β), P(2) = S(1) α/(α+β+1), S(2) = S(1) (β+1)/(α+β+1)
    a, b = VALUES.values()
    s1 = b / (a + b)
    expected = 4 * np.log(a / (a + b)) + np.log(s1 * a / (a + b + 1)) + 5 * np.log(s1 * (b + 1) / (a + b + 1))
    rows = model.counts([np.array([10.0, 6, 5])])
    assert rows.weights @ model.log_likelihood(VALUES, rows)[0] == pytest.approx(expected, rel=1e-13)


def test_shares_kept_multiply_to_the_share_still_there():
    period = np.arange(20)
    assert np.cumprod(model.kept(VALUES, period)) == pytest.approx(model.survival(VALUES, period), rel=1e-12)


def test_renewals_ahead_equal_the_long_sum():
    later = np.arange(1, 2001)
    for n in (0, 4):
        share = model.survival(VALUES, n + later) / model.survival(VALUES, np.array([n]))
        direct = (share * 1.08 ** -(later - 1.0)).sum()
        assert model.residual(VALUES, np.array([n]), 0.08)[0] == pytest.approx(direct, rel=1e-10)


def test_renewals_ahead_of_customers_who_are_alike():
    # constant renewal .9 and discount .1: Σ .9^k / 1.1^(k−1) = .9 / (1 − .9/1.1) = 4.95
    far = {"alpha": 1e7, "beta": 9e7}
    assert model.residual(far, np.array([0, 5]), 0.1) == pytest.approx([4.95, 4.95], rel=1e-4)


def test_parameters_are_recovered_and_intervals_hold():
    fit = lifetime.fit_retention(simulated(20_000, 8, seed=4))
    for (_, row), true in zip(fit.estimates.iterrows(), (1.2, 4.0), strict=True):
        assert abs(np.log(row["value"] / true)) < 3.5 * row["se"] / row["value"]
    curve = lifetime.retention_curve(fit, periods=15, discount_rate=0.1, level=0.999).table
    true = model.survival({"alpha": 1.2, "beta": 4.0}, np.arange(16))
    assert ((curve["lo"] <= true + 1e-12) & (true <= curve["hi"] + 1e-12)).all()
    assert (np.diff(curve["renewed"][1:]) > 0).all()


def test_young_cohorts_count_as_far_as_they_were_observed():
    frame = pd.DataFrame({"2021": [100, 80, 70.0], "2022": [50, 45, np.nan]})
    fit = lifetime.fit_retention(frame)
    curve = lifetime.retention_curve(fit, periods=3, discount_rate=0.1).table
    # first period (80 + 45) / 150, second 70 / 80 of those observed for it
    assert curve["actual"].iloc[1] == pytest.approx(125 / 150)
    assert curve["actual"].iloc[2] == pytest.approx(125 / 150 * 70 / 80)
    assert curve["n"].tolist() == [150, 150, 80, 0]
    assert curve["actual"].isna().tolist() == [False, False, False, True]
    own = lifetime.retention_curve(fit, periods=1, discount_rate=0.1, cohort="2022").table
    assert own["actual"].iloc[1] == pytest.approx(0.9)


def test_cohorts_that_differ_are_said_and_alike_ones_are_not():
    apart = lifetime.fit_retention(pd.DataFrame({"regular": cohort(REGULAR), "high end": cohort(HIGH_END)}))
    assert apart.p_cohorts < 1e-6
    assert "cohorts_differ" in [note.code for note in apart.notes]
    assert apart.table["cohort"].unique().tolist() == ["all", "high end", "regular"]
    alike = lifetime.fit_retention(pd.DataFrame({"a": cohort(REGULAR), "b": cohort(REGULAR)}))
    # the same data twice: no gain in likelihood from a model of its own for each
    assert alike.p_cohorts == pytest.approx(1.0, abs=1e-6)
    assert alike.estimates["value"].to_numpy() == pytest.approx([0.7041, 1.1820], abs=1e-4)


@pytest.mark.parametrize(
    ("alive", "verdict", "note"),
    [
        ([50, 50, 50], "no_dropout", "retention_nobody_left"),
        ([50, 40], "flat_ridge", "retention_one_period"),
        ([1000, 900, 810, 729], "no_heterogeneity", "retention_same_renewal"),
        ([50, 0, 0], "no_heterogeneity", "retention_same_renewal"),
        ([50, 0], "flat_ridge", "retention_one_period"),
    ],
)
def test_the_edge_is_a_verdict_and_the_curve_has_numbers(alive, verdict, note):
    fit = lifetime.fit_retention(pd.Series(alive, dtype=float))
    assert (fit.verdict, fit.notes[0].code) == (verdict, note)
    assert fit.table["se"].isna().all()
    assert (fit.table["flag"] == "not_identified").all()
    curve = lifetime.retention_curve(fit, periods=5, discount_rate=0.1).table
    assert np.isfinite(curve[["value", "lo", "hi", "renewed", "renewals_ahead"]].to_numpy()).all()


def test_when_nobody_left_the_lower_bound_rests_on_the_renewals_seen():
    fit = lifetime.fit_retention(pd.Series([20.0, 20, 20]))
    curve = lifetime.retention_curve(fit, periods=1, discount_rate=0.1, level=0.95).table
    # 40 renewals, none refused: .025^(1/40) = .9119
    assert curve["lo"].iloc[1] == pytest.approx(0.9119, abs=1e-4)


def test_a_curve_that_does_not_fit_is_said():
    # renewal falls with age, which no mixture of constant rates can do
    fit = lifetime.fit_retention(pd.Series([1000.0, 900, 700, 400]))
    assert "retention_misfit" in [note.code for note in fit.notes]


def test_a_small_cohort_is_for_orientation():
    fit = lifetime.fit_retention(pd.Series([40.0, 30, 25, 23]))
    assert (fit.table["flag"] == "low_n").all()
    assert "离开的客户17家" in words.text("notes.few_lost", "zh", **fit.notes[-1].values)


@pytest.mark.parametrize(
    "alive",
    [[50, 60.0], [0.0, 0], [5, np.nan, 3], [5, -1.0], [np.nan, 3.0]],
    ids=["rising", "nobody", "gap", "negative", "no beginning"],
)
def test_values_that_cannot_be_a_cohort_are_refused(alive):
    with pytest.raises(DataError, match="Each cohort needs the customers left from its first period on"):
        lifetime.fit_retention(pd.Series(alive))


def test_messages():
    with pytest.raises(DataError, match="observed for one period; got cohorts: 1, rows: 1"):
        lifetime.fit_retention(pd.Series([5.0]))
    with pytest.raises(DataError, match="alive_by_period"):
        lifetime.fit_retention(pd.Series([], dtype=float))
    fit = lifetime.fit_retention(cohort(REGULAR))
    with pytest.raises(SettingError, match="discount_rate must be"):
        lifetime.retention_curve(fit, periods=3, discount_rate=-1.0)
    with pytest.raises(SettingError, match="periods"):
        lifetime.retention_curve(fit, periods=0, discount_rate=0.1)
    with pytest.raises(SettingError, match="cohort must be one of all; got 2021"):
        lifetime.retention_curve(fit, periods=3, discount_rate=0.1, cohort="2021")
