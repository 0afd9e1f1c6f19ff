import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime import covariate_design, covariate_model, families, rows

from .worlds import TRUTH, accounts

#: coefficients of hospital level and teaching on purchase and dropout
PURCHASE = {"三级": 0.0, "二级": -0.5, "社区": 0.4}
DROPOUT = {"三级": 0.0, "二级": 0.6, "社区": -0.4}
TEACHING = 0.3


def hospitals(n, *, seed, dropout="odds"):
    """Accounts whose rates depend on level and teaching, and these covariates."""
    parts, traits = [], []
    for i, (level, share) in enumerate({"三级": 0.5, "二级": 0.3, "社区": 0.2}.items()):
        for teaching in (False, True):
            truth = dict(TRUTH)
            truth["alpha"] *= np.exp(-PURCHASE[level] - TEACHING * teaching)
            truth["a"] *= np.exp(DROPOUT[level])
            truth["b"] *= np.exp(DROPOUT[level]) if dropout == "scale" else 1.0
            history, _ = accounts(int(n * share / 2), seed=seed + 2 * i + teaching, truth=truth)
            history.index = pd.Index([f"{level}{teaching}{j}" for j in range(len(history))], name="customer_id")
            parts.append(history)
            traits.append(pd.DataFrame({"level": level, "teaching": teaching}, index=history.index))
    return pd.concat(parts), pd.concat(traits)


@pytest.fixture(scope="module")
def world():
    return hospitals(4000, seed=20)


@pytest.fixture(scope="module")
def fitted(world):
    return lifetime.fit_covariates(*world, dropout="odds")


def pick(fit, process, level):
    table = fit.table
    return table[(table["process"] == process) & (table["level"] == level)].iloc[0]


@pytest.mark.parametrize("dropout", ["odds", "scale"])
def test_coefficients_are_recovered(dropout):
    fit = lifetime.fit_covariates(*hospitals(8000, seed=40, dropout=dropout), dropout=dropout)
    for process, truth in (("purchase", PURCHASE), ("dropout", DROPOUT)):
        for level in ("二级", "社区"):
            row = pick(fit, process, level)
            # 3.5 standard errors: once in two thousand draws by chance
            assert abs(row["coefficient"] - truth[level]) < 3.5 * row["se"]
    assert abs(pick(fit, "purchase", "True")["coefficient"] - TEACHING) < 3.5 * pick(fit, "purchase", "True")["se"]
    assert abs(pick(fit, "dropout", "True")["coefficient"]) < 3.5 * pick(fit, "dropout", "True")["se"]
    for _, row in fit.baseline.iterrows():
        assert abs(np.log(row["value"] / TRUTH[row["parameter"]])) < 3.5 * row["se"] / row["value"]


def test_pareto_coefficients_are_recovered():
    rng = np.random.default_rng(3)
    n, truth, gains = 6000, {"r": 1.2, "alpha": 6.0, "s": 0.8, "beta": 30.0}, (0.5, -0.6)
    z = np.arange(n) % 2
    rate = rng.gamma(truth["r"], 1 / truth["alpha"], n) * np.exp(gains[0] * z)
    life = rng.exponential(1 / (rng.gamma(truth["s"], 1 / truth["beta"], n) * np.exp(gains[1] * z)))
    age = rng.uniform(40, 100, n)
    active = np.minimum(life, age)
    frequency = rng.poisson(rate * active)
    # the last of x uniform moments
    recency = np.where(frequency > 0, active * rng.random(n) ** (1 / np.maximum(frequency, 1)), 0.0)
    history = pd.DataFrame({"frequency": frequency, "recency": recency, "age": age})
    traits = pd.DataFrame({"tier": np.where(z == 1, "A", "B")})
    # both tiers have the same number of customers; the base is then the first by name
    fit = lifetime.fit_covariates(history, traits, family="pareto_nbd")
    for process, gain in zip(("purchase", "dropout"), gains, strict=True):
        row = pick(fit, process, "B")
        assert row["base"] == "A"
        assert abs(row["coefficient"] + gain) < 3.5 * row["se"]


@pytest.mark.parametrize(
    ("family", "dropout"), [("bg_nbd", "odds"), ("bg_nbd", "scale"), ("mbg_nbd", "scale"), ("pareto_nbd", "scale")]
)
def test_gradient_and_curvature_equal_finite_differences(world, family, dropout):
    history, traits = world[0].sample(1000, random_state=1), world[1]
    design = covariate_design.encode(history.index, traits)
    model = families.get(family)
    parts = [rows.compress(history[design.code == i]) for i in range(len(design.patterns))]
    objective = covariate_model.Covaried(model, parts, design.patterns, covariate_model.moves(model, dropout))
    theta = np.concatenate([[0.2, 1.5, -0.1, 1.8], np.linspace(-0.3, 0.4, 2 * len(design.columns))])
    _, gradient = objective(theta)
    for i, move in enumerate(1e-5 * np.eye(len(theta))):
        slope = (objective(theta + move)[0] - objective(theta - move)[0]) / 2e-5
        assert slope == pytest.approx(gradient[i], rel=1e-6, abs=1e-5)
    second = objective.curvature(theta)
    for i, move in enumerate(1e-4 * np.eye(len(theta))):
        bend = (objective(theta + move)[1] - objective(theta - move)[1]) / 2e-4
        assert bend == pytest.approx(second[i], rel=1e-5, abs=1e-4 * np.abs(second).max())


def test_the_height_lies_between_one_model_for_all_and_one_for_each_combination(fitted, world):
    history, traits = world
    key = traits["level"] + traits["teaching"].astype(str)
    apart = sum(lifetime.fit(history[key == k]).log_likelihood for k in key.unique())
    assert fitted.log_likelihood_plain == pytest.approx(lifetime.fit(history).log_likelihood, abs=1e-6)
    assert fitted.log_likelihood_plain < fitted.log_likelihood < apart


def test_likelihood_ratio_and_aic_follow_from_the_heights(fitted):
    gain = 2 * (fitted.log_likelihood - fitted.log_likelihood_plain)
    # two levels and teaching, on two processes
    assert fitted.p_value == pytest.approx(stats.chi2.sf(gain, 6))
    assert fitted.p_value < 1e-6
    assert fitted.finding.code == "covariates_matter"
    assert fitted.aic == pytest.approx(2 * (4 + 6) - 2 * fitted.log_likelihood)


def test_covariates_that_do_nothing_are_found_at_the_stated_rate():
    history, _ = accounts(600, seed=9)
    rng = np.random.default_rng(1)
    p = [
        lifetime.fit_covariates(
            history, pd.DataFrame({"tier": rng.choice(["A", "B"], 600)}, index=history.index)
        ).p_value
        for _ in range(40)
    ]
    # 40 draws of a uniform: Kolmogorov's test at one in a thousand
    assert stats.kstest(p, "uniform").pvalue > 0.001


def test_base_is_the_most_frequent_level_and_stated(fitted):
    assert fitted.scaling == {"level": "三级", "teaching": "False"}
    assert fitted.table.groupby("covariate")["base"].unique().map(list).to_dict() == {
        "level": ["三级"],
        "teaching": ["False"],
    }
    assert fitted.notes[0].values["bases"] == ["level=三级", "teaching=False"]
    assert fitted.table["n"].tolist() == [1200, 800, 2000] * 2


def test_of_a_level_is_its_model(fitted, world):
    level = fitted.of(level="二级", teaching=True)
    rates = {
        name: fit.parameters["r"] / fit.parameters["alpha"] for name, fit in (("base", fitted.of()), ("it", level))
    }
    gain = pick(fitted, "purchase", "二级")["value"] * pick(fitted, "purchase", "True")["value"]
    assert rates["it"] / rates["base"] == pytest.approx(gain)
    own = world[0][(world[1]["level"] == "二级") & world[1]["teaching"]]
    # the likelihood of the whole is the sum over the combinations
    assert lifetime.log_likelihood(level, own).sum() < lifetime.fit(own).log_likelihood
    every = sum(
        lifetime.log_likelihood(fitted.of(level=a, teaching=b), part).sum()
        for (a, b), part in world[0].groupby([world[1]["level"], world[1]["teaching"]])
    )
    assert every == pytest.approx(fitted.log_likelihood, abs=1e-6)


def test_the_forecast_uses_each_customers_own_level(fitted, world):
    history, traits = world[0].sample(40, random_state=1), world[1]
    ahead = lifetime.forecast_covariates(fitted, history, traits, periods=20)
    assert ahead.index.equals(history.index)
    for customer in history.index[:5]:
        own = fitted.of(**traits.loc[customer].to_dict())
        # the number of nodes follows from the customers at hand
        alone = lifetime.forecast(own, history.loc[[customer]], periods=20)
        pd.testing.assert_frame_equal(ahead.loc[[customer]], alone, rtol=1e-9)


def test_the_unit_of_time_changes_nothing(world, fitted):
    days = world[0].assign(recency=world[0]["recency"] * 7, age=world[0]["age"] * 7)
    other = lifetime.fit_covariates(days, world[1], dropout="odds")
    assert other.table["coefficient"].to_numpy() == pytest.approx(fitted.table["coefficient"].to_numpy(), abs=1e-6)
    moved = world[0]["frequency"].sum() * np.log(7)
    assert other.log_likelihood == pytest.approx(fitted.log_likelihood - moved, abs=1e-5)


def test_numbers_are_standardised():
    history, _ = accounts(300, seed=5)
    beds = pd.DataFrame({"beds": np.arange(300.0) % 10 * 50 + 100}, index=history.index)
    fit, other = (lifetime.fit_covariates(history, each) for each in (beds, beds / 1000))
    assert fit.table[["level", "base"]].to_numpy().tolist() == [["per_sd", "mean"]] * 2
    assert fit.table["coefficient"].to_numpy() == pytest.approx(other.table["coefficient"].to_numpy(), abs=1e-6)
    # beds are 100, 150 … 550 equally often: mean 325, standard deviation 50 √8.25 = 143.61
    assert fit.scaling["beds"] == pytest.approx({"mean": 325.0, "sd": 143.614}, abs=1e-3)
    more = fit.of(beds=325 + 143.614)
    base = fit.of()
    assert base.parameters["alpha"] / more.parameters["alpha"] == pytest.approx(fit.table["value"].iloc[0], rel=1e-5)


def test_a_customer_without_a_level_is_unassigned(world):
    history, traits = world[0].head(1200), world[1].head(1200)[["teaching"]].astype(str)
    traits.iloc[:200, 0] = None
    fit = lifetime.fit_covariates(history, traits.iloc[50:])
    assert pick(fit, "purchase", "unassigned")["n"] == 200


def test_a_level_that_never_repeats_is_not_identified():
    history, _ = accounts(300, seed=6)
    quiet = history.assign(frequency=0, recency=0.0).head(30).rename("Q{}".format)
    traits = pd.DataFrame({"tier": ["A"] * 300 + ["C"] * 30}, index=[*history.index, *quiet.index])
    fit = lifetime.fit_covariates(pd.concat([history, quiet]), traits)
    row = pick(fit, "purchase", "C")
    assert row["flag"] == "not_identified"
    assert row[["value", "lo", "hi"]].isna().all()
    assert row["coefficient"] < -3
    assert "covariates_open" in [note.code for note in fit.notes]


def test_saved_and_loaded_it_gives_the_same_model(fitted, tmp_path):
    fitted.save(tmp_path, "fit")
    again = lifetime.CovariateFit.load(tmp_path, "fit")
    assert again.equals(fitted)
    assert again.of(level="社区").equals(fitted.of(level="社区"))


def test_messages(world, fitted):
    history, traits = world
    with pytest.raises(DataError, match="No covariate may follow from the others"):
        lifetime.fit_covariates(history, traits.assign(teaching_2=traits["teaching"]))
    with pytest.raises(DataError, match="beds is empty for 3 of 4000 customers"):
        beds = pd.Series(np.arange(4000.0) % 5, index=history.index)
        beds.iloc[:3] = np.nan
        lifetime.fit_covariates(history, beds.to_frame("beds"))
    with pytest.raises(DataError, match="country each have one value"):
        lifetime.fit_covariates(history, traits.assign(country="CN")[["country"]])
    with pytest.raises(DataError, match="they form 4000"):
        lifetime.fit_covariates(history, pd.DataFrame({"beds": np.arange(4000.0)}, index=history.index))
    with pytest.raises(SettingError, match="family must be one of bg_nbd, mbg_nbd, pareto_nbd; got bg_bb"):
        lifetime.fit_covariates(history, traits, family="bg_bb")
    with pytest.raises(SettingError, match="dropout must be one of scale; got odds"):
        lifetime.fit_covariates(history, traits, family="pareto_nbd", dropout="odds")
    with pytest.raises(SettingError, match="level must be one of"):
        fitted.of(level="四级")
    with pytest.raises(SettingError, match="covariate must be one of level, teaching; got tier"):
        fitted.of(tier="A")
    assert lifetime.fit_covariates(history, traits.assign(country="CN")).notes[-1].values == {"columns": ["country"]}
