import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime import families, optimise, rows

from .worlds import TRUTH, accounts


@pytest.fixture(scope="module")
def history():
    return accounts(3000, seed=11)[0]


@pytest.fixture(scope="module")
def fitted(history):
    return lifetime.fit(history)


def table(*triples):
    return pd.DataFrame(triples, columns=["frequency", "recency", "age"])


def equal_gaps(history):
    """log_gaps of customers whose gaps were all alike."""
    x = history["frequency"].to_numpy(dtype=float)
    return np.where(x > 0, x * np.log(np.where(x > 0, history["recency"], 1) / np.maximum(x, 1)), 0.0)


@pytest.mark.parametrize(("family", "coins"), [("bg_nbd", 0), ("mbg_nbd", 1)])
def test_parameters_are_recovered(family, coins):
    result = lifetime.fit(accounts(20_000, seed=2, coins=coins)[0], family=family)
    estimates = result.estimates.set_index("parameter")
    for name, true in TRUTH.items():
        # 3.5 standard errors: once in two thousand draws by chance
        assert (
            abs(np.log(estimates.loc[name, "value"] / true))
            < 3.5 * estimates.loc[name, "se"] / estimates.loc[name, "value"]
        )
    assert result.verdict == "interior"
    assert result.notes == ()


def test_log_likelihood_is_the_sum_over_customers_and_aic_follows(fitted, history):
    each = lifetime.log_likelihood(fitted, history)
    assert each.index.equals(history.index)
    assert each.sum() == pytest.approx(fitted.log_likelihood, abs=1e-6)
    assert fitted.aic == pytest.approx(8 - 2 * fitted.log_likelihood)


def test_the_gradient_is_zero_at_the_estimate(fitted, history):
    whole = optimise.Objective(families.get("bg_nbd"), rows.compress(history))
    _, slope = whole(np.log(list(fitted.parameters.values())))
    assert np.abs(slope).max() < 1e-4


@pytest.mark.parametrize("family", ["bg_nbd", "mbg_nbd", "pareto_nbd", "bg_cnbd_k", "mbg_cnbd_k"])
def test_compressed_and_uncompressed_optimum_are_the_same(history, family):
    daily = history.assign(recency=np.ceil(history["recency"] * 7) / 7).astype({"frequency": int})
    daily["recency"] = np.minimum(daily["recency"], daily["age"])
    short, long = rows.compress(daily), rows.plain(daily)
    assert len(short) < len(long)
    model = families.get(family)
    model = model.held(2) if model.fixed else model
    ends = [optimise.maximise(model, rows.rescale(each, 50.0)) for each in (short, long)]
    assert ends[0].theta == pytest.approx(ends[1].theta, abs=1e-9)
    assert ends[0].log_likelihood == pytest.approx(ends[1].log_likelihood, rel=1e-12)


@pytest.mark.parametrize("family", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
@pytest.mark.parametrize("factor", [7.0, 7 / 30.4375])
def test_the_unit_of_time_changes_nothing_but_the_times(history, family, factor):
    weeks = lifetime.fit(history, family=family)
    other = lifetime.fit(
        history.assign(recency=history["recency"] * factor, age=history["age"] * factor), family=family
    )
    for name, value in weeks.parameters.items():
        assert other.parameters[name] == pytest.approx(value * (factor if name in weeks.model.times else 1), rel=1e-6)
    # a density of purchase times changes by one factor per repeat purchase, and only by that
    moved = history["frequency"].sum() * np.log(factor)
    assert other.log_likelihood == pytest.approx(weeks.log_likelihood - moved, abs=1e-6)
    ahead, same = (lifetime.forecast(fit, data, periods=t) for fit, data, t in (
        (weeks, history, 26.0),
        (other, history.assign(recency=history["recency"] * factor, age=history["age"] * factor), 26.0 * factor),
    ))  # fmt: skip
    assert same["expected"].to_numpy() == pytest.approx(ahead["expected"].to_numpy(), rel=1e-6)


def test_weights_stand_for_that_many_customers(history):
    small = history.head(200)
    repeated = pd.concat([small, small.rename("{}b".format)])
    assert lifetime.fit(small, weights=np.full(200, 2.0)).parameters == pytest.approx(
        lifetime.fit(repeated).parameters, rel=1e-6
    )


def test_standard_errors_shrink_with_the_root_of_n(history):
    one, four = (lifetime.fit(history, weights=np.full(len(history), w)).estimates["se"] for w in (1.0, 4.0))
    assert (one / four).to_numpy() == pytest.approx(np.full(4, 2.0), rel=1e-3)


def test_row_order_plays_no_part(history, fitted):
    assert lifetime.fit(history.sample(frac=1, random_state=5)).equals(fitted)


@pytest.mark.parametrize("family", ["bg_nbd", "mbg_nbd"])
def test_no_dropout_is_a_verdict(family):
    result = lifetime.fit(accounts(800, seed=3, truth={"r": 1.0, "alpha": 3.0, "a": 1e-9, "b": 1.0})[0], family=family)
    assert result.verdict == "no_dropout"
    assert [note.code for note in result.notes] == ["fit_no_dropout"]
    estimates = result.table.set_index("parameter")
    assert estimates.loc[["a", "b"], "flag"].tolist() == ["not_identified"] * 2
    assert estimates.loc[["a", "b"], "se"].isna().all()
    assert estimates.loc["r", "value"] == pytest.approx(1.0, abs=0.2)


def test_no_dropout_is_a_verdict_of_pareto_too():
    world = lifetime.simulate("pareto_nbd", 800, parameters={"r": 1.0, "alpha": 3.0, "s": 1e-9, "beta": 1.0}, seed=1)
    result = lifetime.fit(world, family="pareto_nbd")
    assert result.verdict == "no_dropout"
    assert [note.code for note in result.notes] == ["fit_no_dropout"]
    estimates = result.table.set_index("parameter")
    assert estimates.loc[["s", "beta"], "flag"].tolist() == ["not_identified"] * 2
    assert estimates.loc["r", "value"] == pytest.approx(1.0, abs=0.2)
    assert lifetime.forecast(result, world, periods=10)["p_alive"].min() > 0.99


@pytest.mark.parametrize(
    ("parameters", "seed", "note"),
    [
        ({"r": 1e7, "alpha": 5e7, "s": 0.5, "beta": 10.0}, 7, "fit_same_rate"),
        ({"r": 1.0, "alpha": 3.0, "s": 1e7, "beta": 4e8}, 7, "fit_same_dropout"),
        ({"r": 1e7, "alpha": 5e7, "s": 1e7, "beta": 4e8}, 9, "fit_same_rate_same_dropout"),
    ],
)
def test_customers_all_alike_are_a_verdict_of_pareto(parameters, seed, note):
    # where all are alike, every other sample happens to show some difference; these show none
    world = lifetime.simulate("pareto_nbd", 2000, parameters=parameters, seed=seed)
    result = lifetime.fit(world, family="pareto_nbd")
    assert result.verdict == "no_heterogeneity"
    assert result.notes[0].code == note


def test_customers_all_alike_in_rate_are_a_verdict():
    world = accounts(800, seed=0, truth={"r": 1e7, "alpha": 5e7, "a": 0.5, "b": 3.0})[0]
    result = lifetime.fit(world)
    assert result.verdict == "no_heterogeneity"
    assert result.notes[0].code == "fit_same_rate"
    assert result.parameters["r"] / result.parameters["alpha"] == pytest.approx(0.2, rel=0.05)


@pytest.mark.parametrize("family", ["bg_nbd", "mbg_nbd", "pareto_nbd", "mbg_cnbd_k"])
@pytest.mark.parametrize(
    "history",
    [
        table((3, 20.0, 30.0)),
        table((0, 0.0, 30.0)),
        table((0, 0.0, 0.0)),
        table(*[(0, 0.0, float(t)) for t in range(1, 30)]),
        table(*[(5, 20.0, 25.0)] * 12),
        table(*[(5 + i % 3, 25.0, 25.0) for i in range(12)]),
        table((400, 100.0, 100.0), (0, 0.0, 100.0)),
    ],
    ids=[
        "one customer",
        "one without repeat",
        "bought today",
        "nobody repeats",
        "all the same",
        "all repeat",
        "x = 400",
    ],
)
def test_degenerate_input_gives_a_verdict_and_a_note(history, family):
    with_gaps = history.assign(log_gaps=equal_gaps(history))
    result = lifetime.fit(with_gaps, family=family)
    assert result.verdict != "interior"
    assert result.notes
    assert np.isfinite(result.log_likelihood)
    assert (result.table["value"] > 0).all()
    ahead = lifetime.forecast(result, history, periods=10)
    assert np.isfinite(ahead.to_numpy()).all()


def test_nobody_repeats_is_a_ridge_and_named():
    result = lifetime.fit(table(*[(0, 0.0, float(t)) for t in range(1, 30)]))
    assert result.verdict == "flat_ridge"
    assert [note.code for note in result.notes] == ["nobody_repeats"]


def test_few_repeaters_are_said():
    result = lifetime.fit(accounts(25, seed=4)[0])
    assert "few_repeaters" in [note.code for note in result.notes]


def test_expected_orders_of_a_new_customer():
    fit = lifetime.from_parameters("bg_nbd", r=0.243, alpha=4.414, a=0.793, b=2.426)
    # equation 9 of Fader, Hardie and Lee (2005): (a+b−1)/(a−1) · (1 − (α/(α+t))^r · ₂F₁(r, b; a+b−1; t/(α+t)))
    r, alpha, a, b, t = 0.243, 4.414, 0.793, 2.426, 39.0
    closed = (a + b - 1) / (a - 1) * (1 - (alpha / (alpha + t)) ** r * special.hyp2f1(r, b, a + b - 1, t / (alpha + t)))
    assert lifetime.expected_orders(fit, 39) == pytest.approx(closed, rel=1e-9)
    assert lifetime.expected_orders(fit, [0.0, 39.0]) == pytest.approx([0.0, lifetime.expected_orders(fit, 39)])


def test_expected_orders_equal_the_mean_of_simulated_newcomers():
    fit = lifetime.from_parameters("mbg_nbd", **TRUTH)
    _, ahead = accounts(60_000, seed=6, coins=1, ages=(0.0, 0.0), horizon=40.0)
    assert lifetime.expected_orders(fit, 40) == pytest.approx(ahead.mean(), abs=4 * ahead.std() / np.sqrt(len(ahead)))


@pytest.mark.parametrize("family", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_profile_bounds_are_where_the_likelihood_has_fallen_by_half_the_quantile(family):
    world = lifetime.simulate(
        family,
        1200,
        parameters=TRUTH if family != "pareto_nbd" else {"r": 1.2, "alpha": 6.0, "s": 0.9, "beta": 30.0},
        seed=5,
    )
    result = lifetime.fit(world, family=family, intervals="profile")
    table = result.table.set_index("parameter")
    assert set(table["method"]) == {"profile_likelihood"}
    assert (table["lo"] < table["value"]).all()
    assert (table["value"] < table["hi"]).all()
    model, whole = families.get(family), rows.plain(world)
    theta = np.log(list(result.parameters.values()))
    for at, name in enumerate(model.parameters):
        for bound in table.loc[name, ["lo", "hi"]]:

            def fall(free, at=at, bound=bound):
                values = np.insert(np.exp(free), at, bound)
                return -model.log_likelihood(dict(zip(model.parameters, values, strict=True)), whole)[0].sum()

            end = optimize.minimize(
                fall, np.delete(theta, at), method="Nelder-Mead", options={"fatol": 1e-6, "xatol": 1e-5}
            )
            # half of the 95% point of chi-squared with one degree of freedom
            assert end.fun + result.log_likelihood == pytest.approx(3.841459 / 2, abs=2e-3)


def test_an_open_profile_bound_is_flagged():
    world = lifetime.simulate("bg_nbd", 300, parameters={"r": 1.0, "alpha": 3.0, "a": 1e-9, "b": 1.0}, seed=3)
    table = lifetime.fit(world, intervals="profile").table.set_index("parameter")
    assert table.loc["a", "flag"] == "not_identified"
    assert table.loc["a", "lo":"hi"].isna().any()
    assert table.loc["r", ["lo", "hi"]].notna().all()


def test_information_criteria_by_hand(history):
    fit = lifetime.fit(history, family="pareto_nbd")
    assert fit.aic == pytest.approx(8 - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(4 * np.log(len(history)) - 2 * fit.log_likelihood)
    doubled = lifetime.fit(history, family="pareto_nbd", weights=np.full(len(history), 2.0))
    assert doubled.bic == pytest.approx(4 * np.log(2 * len(history)) - 2 * doubled.log_likelihood)


def test_the_family_the_customers_came_from_has_the_smaller_criterion():
    world = lifetime.simulate("pareto_nbd", 20_000, parameters={"r": 1.2, "alpha": 6.0, "s": 3.0, "beta": 60.0}, seed=8)
    fits = {family: lifetime.fit(world, family=family).aic for family in ("bg_nbd", "mbg_nbd", "pareto_nbd")}
    assert min(fits, key=fits.get) == "pareto_nbd"


def test_a_small_sample_is_said_to_leave_dropout_open():
    few = lifetime.fit(accounts(500, seed=7)[0])
    note = next(note for note in few.notes if note.code == "fit_small_sample")
    assert note.values == {"n": 500, "need": 1000, "pair": "a b"}
    assert lifetime.fit(accounts(1500, seed=7)[0]).notes == ()


def test_messages(history):
    with pytest.raises(SettingError, match=r"family must be one of .*bg_nbd, .*pareto_nbd; got gamma"):
        lifetime.fit(history, family="gamma")
    with pytest.raises(SettingError, match="bg_nbd needs the parameters r, alpha, a, b; got r, s"):
        lifetime.from_parameters("bg_nbd", r=1, s=2)
    with pytest.raises(SettingError, match="alpha must be"):
        lifetime.from_parameters("bg_nbd", r=1, alpha=-2, a=1, b=1)
    with pytest.raises(SettingError, match="intervals must be one of curvature, profile; got wald"):
        lifetime.fit(history, intervals="wald")
    with pytest.raises(DataError, match="history needs the columns recency, age; it has frequency"):
        lifetime.fit(history[["frequency"]])


def test_saved_and_loaded_it_forecasts_the_same(fitted, history, tmp_path):
    fitted.save(tmp_path, "fit")
    again = lifetime.LifetimeFit.load(tmp_path, "fit")
    assert again.equals(fitted)
    assert lifetime.forecast(again, history, periods=8).equals(lifetime.forecast(fitted, history, periods=8))
