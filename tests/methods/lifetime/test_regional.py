import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime import families, optimise, regional_prior, rows

from .worlds import TRUTH, accounts

YEAR = 365.25 / 7


def country(sizes, *, seed, spread=(0.15, 0.4, 0.2, 0.2)):
    """Accounts of regions whose log-parameters differ with these standard deviations."""
    rng = np.random.default_rng(seed)
    parts, region, truth = [], [], {}
    for i, n in enumerate(sizes):
        values = {
            name: true * np.exp(rng.normal(0, sd)) for (name, true), sd in zip(TRUTH.items(), spread, strict=True)
        }
        history, _ = accounts(n, seed=1000 * seed + i, truth=values)
        history.index = pd.Index([f"{i:02d}-{j:04d}" for j in range(n)], name="customer_id")
        parts.append(history)
        region += [f"大区{i:02d}"] * n
        truth[f"大区{i:02d}"] = lifetime.expected_orders(lifetime.from_parameters("bg_nbd", **values), YEAR)
    history = pd.concat(parts)
    return history, pd.Series(region, index=history.index), pd.Series(truth)


@pytest.fixture(scope="module")
def world():
    return country([8, 20, 60, 150, 400] * 2, seed=1)


@pytest.fixture(scope="module")
def fitted(world):
    return lifetime.fit_regions(world[0], world[1])


def test_gradient_of_the_marginal_likelihood_equals_finite_differences():
    rng = np.random.default_rng(4)
    root = rng.normal(size=(5, 4, 4))
    spread = regional_prior._Spread(20 * root @ root.swapaxes(1, 2), 10 * rng.normal(size=(5, 4)))
    at = np.array([-1.0, -0.5, 0.2, -2.0])
    _, gradient = spread(at)
    for i, move in enumerate(1e-6 * np.eye(4)):
        assert (spread(at + move)[0] - spread(at - move)[0]) / 2e-6 == pytest.approx(gradient[i], abs=1e-6)


def test_marginal_likelihood_of_one_parameter_by_hand():
    # one parameter, one region: estimate y with variance 1/h, prior N(0, τ²): y is N(0, τ² + 1/h)
    h, y = 4.0, 0.7
    spread = regional_prior._Spread(np.array([[[h]]]), np.array([[h * y]]))
    prior = regional_prior.PRIOR_SD
    heights = []
    for tau in (0.3, 0.8):
        variance = tau**2 + 1 / h
        normal = -0.5 * np.log(variance) - y**2 / (2 * variance)
        heights.append((-spread(np.log([tau]))[0], normal + np.log(tau) - tau**2 / (2 * prior**2)))
    # equal up to a constant
    assert heights[0][0] - heights[1][0] == pytest.approx(heights[0][1] - heights[1][1], rel=1e-12)


def test_a_flat_region_stands_at_the_centre_with_the_spread_of_regions():
    model = families.get("bg_nbd")
    empty = pd.DataFrame({"frequency": [0], "recency": [0.0], "age": [0.0]})
    one = optimise.Objective(model, rows.compress(empty))
    known = optimise.Objective(model, rows.compress(accounts(300, seed=2)[0]))
    centre = np.log(list(TRUTH.values()))
    pulls, sd = regional_prior.shrink([known, one], centre, np.zeros((4, 4)))
    # bought on the last day: the likelihood is 1 whatever the parameters
    assert pulls[1].theta == pytest.approx(centre, abs=1e-6)
    assert np.sqrt(np.diag(pulls[1].covariance)) == pytest.approx(sd, rel=1e-6)


def test_drawn_together_beats_alone_and_pooled():
    square = []
    for seed in range(1, 6):
        history, region, truth = country([8, 20, 60, 150, 400] * 2, seed=seed)
        table = lifetime.fit_regions(history, region).table.set_index("region")
        square.append((np.log(table[["value", "unpooled", "pooled"]].div(truth, axis=0)) ** 2).mean())
    rms = np.sqrt(pd.concat(square, axis=1).mean(axis=1))
    assert rms["value"] < 0.85 * rms["unpooled"]
    assert rms["value"] < 0.6 * rms["pooled"]


def test_intervals_hold_in_simulated_countries():
    inside = []
    for seed in range(2, 8):
        history, region, truth = country([8, 20, 60, 150], seed=seed)
        table = lifetime.fit_regions(history, region).table.set_index("region")
        inside += ((table["lo"] <= truth) & (truth <= table["hi"])).tolist()
    # 24 intervals of 90 %: 17 or fewer inside with probability .006
    assert sum(inside) >= 18


def test_regions_that_are_alike_are_drawn_almost_together():
    history, region, _ = country([40] * 8, seed=12, spread=(0, 0, 0, 0))
    found = lifetime.fit_regions(history, region)
    table = found.table
    assert np.log(table["value"]).std() < 0.7 * np.log(table["unpooled"]).std()
    assert found.finding.code == "regions_alike"
    assert (found.spread["sd"] < 0.3).all()


def test_a_large_region_keeps_its_own_and_a_small_one_takes_the_countrys(fitted):
    weight = fitted.table.groupby("n")["own_weight"].mean()
    assert weight.is_monotonic_increasing
    assert weight[8] < 0.6
    assert weight[400] > 0.95
    large = fitted.table[fitted.table["n"] == 400]
    assert (np.log(large["value"] / large["unpooled"]).abs() < 0.05).all()


def test_eight_customers_get_an_answer_and_a_note(fitted, world):
    small = fitted.table[fitted.table["n"] == 8]
    assert (small["flag"] == "low_n").all()
    assert np.isfinite(small[["value", "lo", "hi"]].to_numpy()).all()
    assert "regions_few" in [note.code for note in fitted.notes]
    own = fitted.of("大区00")
    assert [note.code for note in own.notes] == ["region_few"]
    total = lifetime.total(own, world[0][world[1] == "大区00"], periods=26).table
    assert np.isfinite(total[["value", "lo", "hi"]].to_numpy()).all()


def test_regions_that_cannot_be_fitted_alone_get_an_answer():
    history, region, _ = country([150, 150], seed=3)
    never = history.head(5).assign(frequency=0, recency=0.0).rename("never{}".format)
    always = history.head(6).assign(frequency=9, recency=40.0, age=40.0).rename("always{}".format)
    today = history.head(1).assign(frequency=0, recency=0.0, age=0.0).rename("today{}".format)
    label = pd.Series(["无复购"] * 5 + ["全在购"] * 6 + ["刚开户"], index=[*never.index, *always.index, *today.index])
    found = lifetime.fit_regions(pd.concat([history, never, always, today]), pd.concat([region, label]))
    table = found.table.set_index("region")
    assert np.isfinite(table[["value", "lo", "hi"]].to_numpy()).all()
    assert table.loc["无复购", "value"] < table.loc["无复购", "pooled"] < table.loc["全在购", "value"]
    # alone nobody came back: no answer of its own
    assert np.isnan(table.loc["无复购", "unpooled"])
    assert (table.loc["无复购", "lo"] < table.loc["刚开户", "pooled"]) & (table.loc["刚开户", "own_weight"] < 0.1)


def test_the_model_of_a_region_is_what_the_table_shows(fitted):
    row = fitted.table.iloc[3]
    own = fitted.of(row["region"])
    assert lifetime.expected_orders(own, YEAR) == pytest.approx(row["value"], rel=1e-9)
    assert own.table["n"].unique().tolist() == [row["n"]]
    kinds = fitted.parameters[fitted.parameters["region"] == row["region"]]
    assert kinds["kind"].unique().tolist() == ["pooled", "unpooled", "shrunk"]
    assert kinds[kinds["kind"] == "pooled"]["value"].tolist() == fitted.national["value"].tolist()


def test_forecast_by_region(fitted, world):
    history, region = world[0].sample(50, random_state=2), world[1]
    ahead = lifetime.forecast_regions(fitted, history, region, periods=13)
    assert ahead.index.equals(history.index)
    name = region[history.index[0]]
    own = history[region[history.index] == name]
    pd.testing.assert_frame_equal(ahead.loc[own.index], lifetime.forecast(fitted.of(name), own, periods=13))


@pytest.mark.parametrize("family", ["mbg_nbd", "pareto_nbd", "bg_cnbd_k"])
def test_other_families(family):
    history, region, _ = country([10, 60, 120], seed=5)
    found = lifetime.fit_regions(history, region, family=family, k=2 if family == "bg_cnbd_k" else None)
    assert np.isfinite(found.table[["value", "lo", "hi"]].to_numpy()).all()
    own = found.of("大区00")
    assert own.k == (2 if family == "bg_cnbd_k" else 1)
    assert np.isfinite(lifetime.forecast(own, history.head(5), periods=10).to_numpy()).all()


def test_months_with_and_without_a_purchase():
    rng = np.random.default_rng(7)
    n = 300
    region = pd.Series(np.where(np.arange(n) < 20, "西北", "华东"), index=[f"P{i}" for i in range(n)])
    p = rng.beta(2, 3, n) * np.where(region == "西北", 0.5, 1.0)
    bought = (rng.random((n, 18)) < p[:, None]) & (np.arange(18) < rng.geometric(0.05, n)[:, None])
    history = pd.DataFrame({"frequency": bought.sum(axis=1), "recency": (bought * np.arange(1, 19)).max(axis=1)})
    history = history.assign(age=18).set_axis(region.index)
    table = lifetime.fit_regions(history, region, family="bg_bb", unit="month").table.set_index("region")
    assert table.loc["西北", "hi"] < table.loc["华东", "value"] <= 12
    assert table["n"].to_dict() == {"华东": 280, "西北": 20}


def test_the_unit_of_time_changes_nothing(world, fitted):
    days = world[0].assign(recency=world[0]["recency"] * 7, age=world[0]["age"] * 7)
    other = lifetime.fit_regions(days, world[1], unit="day").table
    shown = ["value", "lo", "hi", "unpooled", "pooled", "own_weight"]
    assert other[shown].to_numpy() == pytest.approx(fitted.table[shown].to_numpy(), rel=2e-3)


def test_row_order_plays_no_part(world, fitted):
    assert lifetime.fit_regions(world[0].sample(frac=1, random_state=3), world[1][::-1]).equals(fitted)


def test_nobody_repeats_anywhere_is_said():
    history = pd.DataFrame({"frequency": 0, "recency": 0.0, "age": np.arange(1.0, 21.0)})
    found = lifetime.fit_regions(history, pd.Series(["甲", "乙"] * 10))
    assert (found.table["flag"] == "not_identified").all()
    assert found.table["value"].isna().all()
    assert "nobody_repeats" in [note.code for note in found.notes]


def test_customers_without_a_region_and_one_region(world):
    history = world[0].head(88)
    found = lifetime.fit_regions(history, world[1].head(28))
    assert found.table["region"].tolist() == ["大区00", "大区01", "unassigned"]
    assert found.notes[1].values == {"n": 60}
    single = lifetime.fit_regions(history, pd.Series("全国", index=history.index))
    assert single.table["value"].iloc[0] == pytest.approx(single.table["pooled"].iloc[0], rel=1e-3)


def test_messages(world, fitted):
    with pytest.raises(SettingError, match="region must be one of"):
        fitted.of("大区99")
    with pytest.raises(SettingError, match="unit must be one of day, month, week; got year"):
        lifetime.fit_regions(world[0], world[1], unit="year")
    with pytest.raises(DataError, match="history"):
        lifetime.fit_regions(world[0].head(0), world[1])
    with pytest.raises(DataError, match="history"):
        lifetime.fit_regions(pd.concat([world[0].head(2)] * 2), world[1])


def test_saved_and_loaded_it_gives_the_same_models(fitted, tmp_path):
    fitted.save(tmp_path, "regions")
    again = lifetime.RegionFits.load(tmp_path, "regions")
    assert again.equals(fitted)
    assert again.of("大区02").equals(fitted.of("大区02"))


def test_one_region_is_not_compared(world):
    history, region = world[0], world[1]
    one = region[region == region.iloc[0]]
    found = lifetime.fit_regions(history.loc[one.index], one)
    row = found.table.iloc[0]
    assert found.finding.code == "regions_one"
    assert found.finding.values == {"value": row["value"], "lo": row["lo"], "hi": row["hi"], "n": len(one)}
