import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import DataError, SettingError
from analysis.methods import cooperation
from analysis.methods.cooperation import Scheme, _draws, _plan, _ranks, _scheme

from .made import NAMES, accounts, even_yardsticks, ids, uniform


def scored(values, *, scheme=None, kind="hospital", **more):
    n = len(values)
    yardsticks = more.pop("normalisers", None) or even_yardsticks(list(values.columns))
    return cooperation.score(values, accounts=accounts(n, kind), normalisers=yardsticks, scheme=scheme, **more)


def test_score_and_points_by_hand():
    # raw 0.5 -> (0.5 - 0.02) / 0.96 = 0.5; 0.74 -> 0.75; 0.26 -> 0.25; 0.98 -> 1; 0.02 -> 0
    values = pd.DataFrame([[0.5, 0.74, 0.26, 0.98, 0.74, 0.02, 0.5]], ids(1), NAMES)
    row = scored(values).customers.iloc[0]
    # behaviour (0.5 + 0.75 + 0.25 + 1) / 4 = 0.625, needs 0.75, feedback (0 + 0.5) / 2 = 0.25; a third each
    assert row["score"] == pytest.approx(100 * (0.625 + 0.75 + 0.25) / 3)
    points = row[["points_behaviour", "points_needs", "points_feedback", "points_environment"]]
    assert points.tolist() == pytest.approx([62.5 / 3, 25.0, 25 / 3, 0.0])
    assert row[["pillar_behaviour", "pillar_needs", "pillar_feedback"]].tolist() == pytest.approx([62.5, 75.0, 25.0])
    assert np.isnan(row["pillar_environment"])
    assert row["coverage"] == pytest.approx(1)


def test_missing_components_leave_their_weight_to_the_others():
    values = pd.DataFrame([[0.5, np.nan, np.nan, np.nan, 0.74, 0.02, 0.5]], ids(1), NAMES)
    row = scored(values).customers.iloc[0]
    # known weight 1/12 + 1/3 + 1/3 = 0.75; (0.5/12 + 0.75/3 + 0.25/3) / 0.75
    assert row["coverage"] == pytest.approx(0.75)
    assert row["score"] == pytest.approx(100 * (0.5 / 12 + 0.75 / 3 + 0.25 / 3) / 0.75)


def test_coverage_below_sixty_percent_is_to_be_assessed():
    values = pd.DataFrame(0.5, ids(3), NAMES)
    values.loc["H0001", ["needs", "attitude"]] = np.nan  # 1 - 1/3 - 1/6 = 0.5
    values.loc["H0002", ["behav", "needs"]] = np.nan  # 1 - 1/12 - 1/3 = 0.583
    found = scored(values).customers
    assert found["level"].tolist()[1:] == [0, 0]
    assert found["level"].iloc[0] > 0
    assert found.loc[["H0001", "H0002"], ["lo", "hi", "p_1", "p_2", "p_3", "rank_lo", "rank_hi"]].isna().all(axis=None)


def test_coverage_of_exactly_sixty_percent_is_enough():
    sets = {"hospital": {"behaviour": ("behav", "stable"), "needs": ("needs",)}}
    scheme = Scheme(sets=sets, weights={"behaviour": 0.8, "needs": 0.2})
    values = pd.DataFrame({"behav": [0.3], "stable": [np.nan], "needs": [0.9]}, ids(1))
    row = scored(values, scheme=scheme).customers.iloc[0]
    assert row["coverage"] == pytest.approx(0.6)
    assert row["level"] > 0


def test_every_customer_is_found_and_levels_add_up():
    values = uniform(60, NAMES).mask(np.random.default_rng(1).random((60, 7)) < 0.4)
    kinds = accounts(60)
    kinds.iloc[:5, 0] = "distributor"
    found = cooperation.score(values, accounts=kinds.iloc[:58], normalisers=even_yardsticks(NAMES))
    assert found.customers.index.equals(values.index)
    assert found.table["n"].sum() == 60
    assert (found.customers["level"].iloc[[0, 1, 2, 3, 4, 58, 59]] == 0).all()
    noted = {note.code: note.values for note in found.notes}
    assert noted["cooperation_no_set"]["count"] == 7
    assert noted["cooperation_short"]["count"] == (found.customers["level"] == 0).sum() - 7


def test_row_order_threads_and_rank_pieces_change_nothing(monkeypatch):
    values = uniform(300, NAMES).mask(np.random.default_rng(1).random((300, 7)) < 0.1)
    noise = pd.DataFrame(0.1, values.index, NAMES)
    first = scored(values, noise=noise)
    mixed = values.sample(frac=1, random_state=3)
    second = scored(mixed, noise=noise.sample(frac=1, random_state=4))
    pd.testing.assert_frame_equal(first.customers, second.customers.sort_index())
    pd.testing.assert_frame_equal(first.table, second.table)
    monkeypatch.setattr(_draws, "_threads", lambda: 1)
    monkeypatch.setattr(_ranks, "_RANK_ROWS", 77)
    pd.testing.assert_frame_equal(first.customers, scored(values, noise=noise).customers)


def test_another_seed_gives_other_draws_and_the_same_scores():
    values = uniform(100, NAMES)
    first, second = scored(values), scored(values, seed=1)
    assert first.customers["score"].equals(second.customers["score"])
    assert not first.customers["lo"].equals(second.customers["lo"])
    assert (first.customers["lo"] - second.customers["lo"]).abs().max() < 3


def test_range_of_a_noisy_component_is_normal():
    # one component, only noise: 100 (v + 0.1 z - 0.02) / 0.96, so the range is +- 1.645 x 10 / 0.96 points
    sets = {"hospital": {"behaviour": ("behav",)}}
    values = pd.DataFrame({"behav": [0.5] * 40}, ids(40))
    noise = pd.DataFrame({"behav": [0.1] * 20 + [0.0] * 20}, ids(40))
    found = scored(values, noise=noise, scheme=Scheme(sets=sets, vary=("noise",)), n_draws=4000).customers
    half = 1.6449 * 10 / 0.96
    assert found["lo"].iloc[:20].mean() == pytest.approx(50 - half, abs=0.3)
    assert found["hi"].iloc[:20].mean() == pytest.approx(50 + half, abs=0.3)
    # without a standard error nothing moves
    assert found[["lo", "hi"]].iloc[20:].to_numpy() == pytest.approx(50.0, abs=1e-4)


def test_rank_normaliser_of_noisy_values_is_the_mid_rank_of_each_draw():
    # yardstick even on 0-1: the mid-rank of v + 0.1 z is v + 0.1 z, cut at 0 and 1
    sets = {"hospital": {"behaviour": ("behav",)}}
    values, noise = pd.DataFrame({"behav": [0.5] * 20}, ids(20)), pd.DataFrame({"behav": [0.1] * 20}, ids(20))
    found = scored(values, noise=noise, scheme=Scheme(sets=sets, vary=("noise",), normaliser="rank"), n_draws=4000)
    assert found.customers["lo"].mean() == pytest.approx(50 - 16.449, abs=0.3)
    assert found.customers["hi"].mean() == pytest.approx(50 + 16.449, abs=0.3)


def plain(values, weights, lower, upper):
    """Scores of all draws at once, in double precision."""
    scores = 100 * values.to_numpy() @ weights.T
    return scores, (scores >= upper).mean(axis=1), (scores < lower).mean(axis=1)


def test_draws_of_weights_equal_a_plain_computation():
    five = ["a", "b", "c", "d", "e"]
    scheme = Scheme(sets={"hospital": {"behaviour": ("a", "b"), "needs": ("c", "d"), "feedback": ("e",)}},
                    vary=("weights",))  # fmt: skip
    values = uniform(150, five)
    found = scored(values, scheme=scheme)
    plan = _plan.make(found.weights, found.cuts, normaliser="minmax", vary=("weights",), n_draws=1000, seed=0)
    drawn = plan.weights["hospital"][1]
    cut = ((values - 0.02) / 0.96).clip(0, 1)
    lower, upper = found.settings["level_cuts"]
    scores, p_1, p_3 = plain(cut, drawn, lower, upper)
    np.testing.assert_allclose(found.customers["p_1"], p_1, atol=0.002)
    np.testing.assert_allclose(found.customers["p_3"], p_3, atol=0.002)
    low, high = np.quantile(scores, [0.05, 0.95], axis=1)
    np.testing.assert_allclose(found.customers["lo"], np.minimum(low, found.customers["score"]), atol=1e-3)
    np.testing.assert_allclose(found.customers["hi"], np.maximum(high, found.customers["score"]), atol=1e-3)
    ranks = stats.rankdata(-scores, axis=0)
    # hundredths of a point may tie two customers: one rank at most
    assert np.abs(found.customers["rank_lo"] - np.floor(np.quantile(ranks, 0.05, axis=1))).max() <= 1
    assert np.abs(found.customers["rank_hi"] - np.ceil(np.quantile(ranks, 0.95, axis=1))).max() <= 1
    sure = sum(((level == found.customers["level"]) & (p >= 0.9)).sum() for level, p in
               ((1, p_1), (2, 1 - p_1 - p_3), (3, p_3)))  # fmt: skip
    assert (found.table["sure"].fillna(0) * found.table["n"]).sum() == pytest.approx(sure, abs=1)


def test_pillar_and_component_weights_are_dirichlet_around_those_set():
    # Dirichlet(60 w): mean w, variance w (1 - w) / 61; a pillar of 1/3: sd 0.0604; half of it within: mean 1/6
    table = _scheme.weight_table(
        {"hospital": {"behaviour": ("a", "b"), "needs": ("c",), "feedback": ("d",)}},
        {"behaviour": 1 / 3, "needs": 1 / 3, "feedback": 1 / 3, "environment": 0},
    )
    cuts = pd.DataFrame([(n, a, 33.0, 67.0) for n, a in _scheme.CHOICES],
                        columns=["normaliser", "aggregation", "lower", "upper"])  # fmt: skip
    drawn = _plan.make(table, cuts, normaliser="minmax", vary=("weights",), n_draws=20_000, seed=0).weights["hospital"][
        1
    ]
    np.testing.assert_allclose(drawn.mean(axis=0), [1 / 6, 1 / 6, 1 / 3, 1 / 3], atol=0.002)
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    assert drawn[:, 2].std() == pytest.approx(np.sqrt(1 / 3 * 2 / 3 / 61), rel=0.03)
    within = drawn[:, 0] / drawn[:, :2].sum(axis=1)
    assert within.std() == pytest.approx(np.sqrt(1 / 4 / 61), rel=0.03)


def test_share_of_customers_sure_of_their_tercile():
    """Five independent uniform components of equal weight, only the weights drawn (Dirichlet, concentration 60).

    A plain simulation of the same (5,000 customers, 2,000 draws, cut points of each draw or fixed ones, three
    seeds) keeps 50.5 to 51.5 % of customers in their tercile in at least 90 % of draws. The 72 % sometimes quoted for
    this case is none of the usual readings: cut points fixed or of each draw change nothing, normal or Beta(2, 2)
    components give 52 to 56 %, log-normal ones 64 %, a concentration of 60 for each component (300 in all) 78 %. It is
    what a concentration near 180 gives, or customers who keep their tercile in 77 % of draws instead of 90 %.
    """
    five = ["a", "b", "c", "d", "e"]
    scheme = Scheme(sets={"hospital": {"behaviour": five}}, vary=("weights",))
    found = scored(uniform(4000, five), scheme=scheme)
    sure = (found.table["sure"].fillna(0) * found.table["n"]).sum() / found.table["n"].sum()
    assert sure == pytest.approx(0.51, abs=0.03)


def test_geometric_and_rank_draws_are_put_on_the_published_scale():
    values = uniform(400, NAMES) ** 2
    found = scored(values, normalisers=cooperation.learn(values, accounts(400)["stratum"]),
                   scheme=Scheme(vary=("aggregation", "normaliser")))  # fmt: skip
    # four ways, every draw of a way the same: levels of all ways hold a third each, so ranges do not drift downwards
    assert found.table["value"].iloc[:3].tolist() == pytest.approx([1 / 3] * 3, abs=0.01)
    assert found.table["lo"].iloc[:3].min() > 0.3
    assert found.table["hi"].iloc[:3].max() < 0.37
    chances = found.customers[["p_1", "p_2", "p_3"]].to_numpy()
    np.testing.assert_allclose(chances * 4, np.round(chances * 4), atol=1e-9)
    np.testing.assert_allclose(chances.sum(axis=1), 1)


def test_level_shares_are_recovered_from_noisy_components():
    """True levels from components without error; the published ones from components with standard error 0.05."""
    hit = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        # cooperation is one tendency plus what is special to each component
        truth = pd.DataFrame(0.5 * rng.random((400, 1)) + 0.5 * rng.random((400, 7)), ids(400), NAMES)
        seen = truth + 0.05 * rng.standard_normal(truth.shape)
        noise = pd.DataFrame(0.05, truth.index, NAMES)
        scheme = Scheme(cuts=(40, 60), vary=("noise", "weights"))
        exact = scored(truth, scheme=scheme).table["n"].iloc[:3]
        table = scored(seen, noise=noise, scheme=scheme).table.iloc[:3]
        hit += int(((table["lo"] * 400 <= exact) & (exact <= table["hi"] * 400)).sum())
    # 90 % ranges of three levels in eight worlds; they also carry the weights, which are not varied in the truth
    assert hit >= 21


def test_frozen_cuts_give_a_region_the_levels_of_the_reference():
    values = uniform(200, NAMES)
    whole = scored(values)
    region = cooperation.score(
        values.iloc[:40], accounts=accounts(200), normalisers=even_yardsticks(NAMES), scheme=Scheme(cuts=whole.cuts)
    )  # fmt: skip
    assert region.customers["level"].tolist() == whole.customers["level"].tolist()[:40]
    assert region.settings["cuts"] == "reference"
    assert region.settings["level_cuts"] == whole.settings["level_cuts"]


def test_given_cuts_hold_for_the_published_score():
    found = scored(uniform(200, NAMES), scheme=Scheme(cuts=(40, 70)))
    want = np.where(found.customers["score"] >= 70, 1, np.where(found.customers["score"] >= 40, 2, 3))
    assert found.customers["level"].tolist() == want.tolist()


def test_weights_from_comparisons():
    pairs = pd.DataFrame([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]], ["behaviour", "needs", "feedback"],
                         ["behaviour", "needs", "feedback"])  # fmt: skip
    found = scored(uniform(40, NAMES), scheme=Scheme(pairwise=pairs)).weights
    found = found[found["kind"] == "hospital"].set_index("component")["weight"]
    # 4/7 over four components, 2/7, 1/7 over two
    assert found[["behav", "needs", "access"]].tolist() == pytest.approx([1 / 7, 2 / 7, 1 / 14])
    assert found["listing"] == 0


def test_an_environment_weight_counts_and_a_pharmacy_shares_the_weight_of_needs():
    columns = [*NAMES, "listing", "competitor"]
    values = pd.DataFrame(0.5, ids(2), columns)
    scheme = Scheme(weights={"behaviour": 1, "needs": 1, "feedback": 1, "environment": 1})
    found = scored(values, scheme=scheme, kind="pharmacy").weights
    mine = found[found["kind"] == "pharmacy"].set_index("component")["weight"]
    # behaviour 3, feedback 1, environment 1 of 5: a fifth for each part of behaviour, for access, a tenth for the rest
    assert mine.to_dict() == pytest.approx({"behav": 1 / 5, "stable": 1 / 5, "breadth": 1 / 5, "access": 1 / 5,
                                            "listing": 1 / 10, "competitor": 1 / 10})  # fmt: skip


def test_a_pharmacy_that_nobody_called_on_can_be_assessed():
    values = pd.DataFrame({"behav": 0.4, "stable": 0.6, "breadth": 0.5}, ids(30))
    values += np.linspace(-0.3, 0.3, 30)[:, None]
    found = scored(values, kind="pharmacy").customers
    # three of four equal components are known
    assert found["coverage"].tolist() == pytest.approx([0.75] * 30)
    assert set(found["level"]) == {1, 2, 3}


def test_nobody_assessed_is_said():
    found = scored(pd.DataFrame(np.nan, ids(3), NAMES))
    assert found.finding.code == "cooperation_none"
    assert found.table["n"].tolist() == [0, 0, 0, 3]
    assert found.customers["score"].isna().all()


def test_a_component_that_is_no_column_is_named():
    found = scored(uniform(40, NAMES[:5]))
    noted = {note.code: note.values for note in found.notes}
    assert sorted(noted["cooperation_absent"]["components"]) == ["access", "attitude", "competitor", "listing"]


@pytest.mark.parametrize(
    ("more", "kind", "code"),
    [
        ({"n_draws": 999}, SettingError, "out_of_range"),
        ({"scheme": Scheme(weights={"needs": 1}, pairwise=pd.DataFrame())}, SettingError, "cooperation_two_weights"),
        ({"scheme": Scheme(weights={"behaviour": 0})}, SettingError, "cooperation_no_weight"),
        ({"scheme": Scheme(weights={"behaviour": -1})}, SettingError, "out_of_range"),
        ({"scheme": Scheme(weights={"行为": 1})}, SettingError, "not_a_choice"),
        ({"scheme": Scheme(cuts=(70, 40))}, SettingError, "cuts"),
        ({"scheme": Scheme(cuts=(40, 170))}, SettingError, "cuts"),
        ({"scheme": Scheme(cuts=(40,))}, SettingError, "cooperation_cuts"),
        ({"scheme": Scheme(sets={"physician": {"behaviour": ("behav",)}})}, SettingError, "cooperation_person_set"),
        ({"scheme": Scheme(sets={"hospital": {"behaviour": ("behav", "behav")}})}, SettingError, "cooperation_set"),
        ({"scheme": Scheme(sets={"hospital": {"size": ("beds",)}})}, SettingError, "not_a_choice"),
        ({"scheme": Scheme(pairwise=pd.DataFrame([[1, 2]], ["needs"], ["needs", "x"]))}, SettingError,
         "cooperation_pairwise"),
        ({"scheme": Scheme(vary=("luck",))}, SettingError, "not_a_choice"),
        ({"noise": pd.DataFrame(-0.1, ids(40), NAMES)}, DataError, "cooperation_noise"),
    ],
)  # fmt: skip
def test_settings_that_are_refused(more, kind, code):
    with pytest.raises(kind) as refused:
        scored(uniform(40, NAMES), **more)
    assert refused.value.code == code
    assert refused.value.text("zh")


def test_inconsistent_comparisons_are_refused_by_pillar():
    names = ["behaviour", "needs", "feedback"]
    pairs = pd.DataFrame([[1, 5, 1 / 5], [1 / 5, 1, 5], [5, 1 / 5, 1]], names, names)
    with pytest.raises(SettingError, match="consistency ratio") as refused:
        scored(uniform(40, NAMES), scheme=Scheme(pairwise=pairs))
    assert {refused.value.values["first"], refused.value.values["second"]} <= set(names)


def test_one_component_without_error_gives_no_range_and_with_error_it_does():
    values = pd.DataFrame({"breadth": np.arange(60) / 60}, ids(60))
    scheme = Scheme(sets={"clinic": {"behaviour": ["breadth"]}})
    found = scored(values, scheme=scheme, kind="clinic")
    assert found.finding.code == "cooperation_one"
    assert found.finding.values["component"] == "breadth"
    assert [note.code for note in found.notes] == ["cooperation_alone"]
    assert found.table[["p_own", "sure"]].isna().all(axis=None)
    noisy = scored(values, scheme=scheme, kind="clinic", noise=values * 0 + 0.1)
    assert noisy.finding.code == "cooperation_levels"
    assert noisy.table["sure"].iloc[:3].notna().all()
