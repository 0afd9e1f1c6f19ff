"""The generator against what it promises: the truth can be found again by plain means."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from analysis.data.sample import (
    hospitals,
    orders,
    physicians,
    programme,
    setting,
    survey,
    truth,
    truth_actions,
    volumes,
    world,
)
from analysis.data.sample.questionnaire import BARRIERS

END = pd.Timestamp(setting.AS_OF)
SEED = 20250630


@pytest.fixture(scope="module")
def main() -> world.World:
    return world.build(setting.settle(1.0, SEED, 3, "main"))


def demand(made: world.World) -> pd.DataFrame:
    lines = made.tables["transactions"]
    return lines[lines["doc_type"].isin(["sale", "return", "red_ink"])]


def features(lines: pd.DataFrame) -> pd.DataFrame:
    """What an analyst computes from clean order lines alone."""
    days = lines[lines["quantity"] > 0].drop_duplicates(["customer_id", "date"]).sort_values(["customer_id", "date"])
    gap = days.groupby("customer_id")["date"].diff().dt.days.groupby(days["customer_id"])
    year = lines[lines["date"] > END - pd.DateOffset(months=12)]
    half = lines["date"] > END - pd.DateOffset(months=6)
    now = lines[half].groupby("customer_id")["amount"].sum()
    before = year[~half.loc[year.index]].groupby("customer_id")["amount"].sum()
    frame = pd.DataFrame(index=sorted(days["customer_id"].unique()))
    frame["value_12m"] = np.log1p(year.groupby("customer_id")["amount"].sum().clip(lower=0))
    frame["orders"] = np.log(days.groupby("customer_id").size())
    frame["active_months"] = days.groupby("customer_id")["date"].agg(lambda d: d.dt.to_period("M").nunique())
    frame["products"] = lines.groupby("customer_id")["product_id"].nunique()
    frame["regularity"] = 1 - (gap.std() / gap.mean()).clip(upper=1)
    frame["days_since_last"] = np.log1p((END - days.groupby("customer_id")["date"].max()).dt.days)
    frame["now"], frame["before"] = now.clip(lower=0), before.clip(lower=0)
    frame = frame.fillna(0)
    frame["trend"] = ((frame["now"] - frame["before"]) / (frame["now"] + frame["before"])).fillna(0)
    return frame.drop(columns=["now", "before"])


def recovery(made: world.World) -> float:
    found = features(demand(made))
    known = pd.concat([frame.set_index("customer_id")["segment"] for frame in (made.hospitals, made.outlets)])
    scaled = ((found - found.mean()) / found.std()).clip(-3, 3)
    labels = KMeans(5, n_init=5, random_state=0).fit_predict(scaled)
    return adjusted_rand_score(known.loc[found.index], labels)


def test_five_segments_are_found_again_from_clean_orders(main: world.World) -> None:
    # accepted from .6; measured .69 for this seed, .63 to .69 for five others
    assert recovery(main) >= 0.6


def test_weak_scenario_hides_the_segments() -> None:
    assert recovery(world.build(setting.settle(1.0, SEED, 3, "weak"))) < 0.2


def test_the_future_agrees_with_its_expectation(main: world.World) -> None:
    expected = orders.expected(main.outlets)
    drawn = truth.build(main)["lifetime"]
    assert drawn["total_orders"] == pytest.approx(expected["orders"].sum(), rel=0.03)
    assert drawn["total_value"] == pytest.approx(expected["value"].sum(), rel=0.06)
    # who has left never orders again
    gone = main.outlets.loc[main.outlets["leave"] < setting.MONTHS, "customer_id"]
    assert not main.future["customer_id"].isin(gone).any()
    # about .75 orders a month (0.9 / 1.2)
    assert drawn["mean_rate"] == pytest.approx(0.75, rel=0.3)


def test_spend_goes_with_frequency_only_in_the_scenario_rho(main: world.World) -> None:
    """Rank correlation of orders and mean order value, pharmacies and clinics with two orders or more."""

    found = {}
    for name, made in (("main", main), ("rho", world.build(setting.settle(1.0, SEED, 3, "rho")))):
        lines = demand(made)
        lines = lines[lines["customer_id"].isin(made.outlets["customer_id"]) & (lines["quantity"] > 0)]
        daily = lines.groupby(["customer_id", "date"])["amount"].sum().groupby(level=0).agg(["size", "mean"])
        found[name] = daily[daily["size"] > 1].corr(method="spearman").iloc[0, 1]
    assert abs(found["main"]) < 0.1
    assert found["rho"] == pytest.approx(0.3, abs=0.1)


def test_programme_has_the_stated_mean_effect(main: world.World) -> None:
    plan = main.volumes.programme
    after = (plan.wave[:, None] >= 0) & (np.arange(setting.MONTHS) >= plan.wave[:, None])
    assert plan.effect[after].mean() == pytest.approx(programme.ATT, abs=1e-12)
    assert not plan.effect[~after].any()
    assert (plan.wave < 0).sum() == 30
    assert sorted(set(plan.wave)) == [-1, 26, 28, 30]
    # not listed: blocked; not knowing the product leads: .20
    treated = plan.wave >= 0
    assert set(plan.full[treated & ~main.hospitals["listed"]]) == {0.0}
    assert set(plan.full[treated & main.hospitals["b01"]]) == {0.20}
    assert truth_actions.intervention(main)["assignment"] == {
        "华东": "dip_and_potential", "华北": "lot", "西南": "dip_and_potential",
    }  # fmt: skip


def test_departments_add_up_to_the_effect_of_their_hospital(main: world.World) -> None:
    plan, rooms = main.volumes.programme, main.volumes.departments
    of = rooms["hospital"].to_numpy()
    inside = programme.department_effect(plan, rooms, of)
    # weighted by true base volumes, in levels: sum of base * exp(effect) over departments
    level = np.zeros_like(plan.effect)
    np.add.at(level, of, rooms["base"].to_numpy()[:, None] * np.exp(inside))
    base = rooms.groupby("hospital")["base"].sum().to_numpy()[:, None]
    assert np.allclose(np.log(level / base), plan.effect, atol=1e-10)


def test_before_and_after_on_long_history_is_near_the_truth() -> None:
    """Difference in differences over 8 worlds: mean error within .03 (sd of one world is about .025)."""
    errors = []
    for seed in range(8):
        settled = setting.settle(1.0, seed, 3, "main")
        clinics = hospitals.build(settled)
        made = volumes.build(clinics, hospitals.departments(clinics, settled), settled)
        plan, listed = made.programme, clinics["listed"].to_numpy()
        boxes = np.zeros((len(clinics), setting.MONTHS))
        np.add.at(boxes, made.departments["hospital"].to_numpy(), made.new)
        after = (np.arange(setting.MONTHS) >= plan.wave[:, None]) & (listed & (plan.wave >= 0))[:, None]
        estimates, weights = [], []
        for start in programme.WAVES:
            change = np.log(boxes[:, start:].mean(axis=1)) - np.log(boxes[:, start - 16 : start - 4].mean(axis=1))
            in_wave, never = listed & (plan.wave == start), listed & (plan.wave < 0)
            estimates.append(change[in_wave].mean() - change[never].mean())
            weights.append(in_wave.sum() * (setting.MONTHS - start))
        errors.append(np.average(estimates, weights=weights) - plan.effect[after].mean())
    assert abs(np.mean(errors)) < 0.03


def test_stock_follows_its_identity_and_stuffers_break_the_rule(main: world.World) -> None:
    month = main.tables["sell_in"]["date"].dt.to_period("M").dt.to_timestamp()
    bought = main.tables["sell_in"].assign(date=month).groupby(["distributor_id", "date"])["quantity"].sum()
    sold = main.tables["sell_out"].groupby(["distributor_id", "date"])["quantity"].sum()
    held = main.tables["stock"].assign(date=lambda t: t["date"].dt.to_period("M").dt.to_timestamp())
    held = held.groupby(["distributor_id", "date"])["quantity"].sum()
    flow = pd.DataFrame({"bought": bought, "sold": sold, "held": held}).fillna(0).sort_index()
    before = flow.groupby(level=0)["held"].shift()
    assert ((before + flow["bought"] - flow["sold"] - flow["held"]).dropna() == 0).all()
    assert (flow["held"] >= 0).all()
    flagged = set()
    for firm, own in flow.groupby(level=0):
        days = own["held"] / (own["sold"].rolling(3, min_periods=1).sum() / 91)
        ratio = own["bought"] / own["sold"]
        hit = (days > 1.5 * days.median()) & (ratio > 1.2) & (ratio.shift() > 1.2)
        flagged |= {firm} if hit.sum() >= 2 else set()
    habits = main.distributors.set_index("customer_id")["habit"]
    assert flagged == set(habits.index[habits == "stuffer"])
    assert habits.value_counts().to_dict() == {"none": 6, "stuffer": 3, "late": 2, "diverter": 1}


def test_only_one_distributor_delivers_abroad(main: world.World) -> None:
    area = main.distributors.set_index("customer_id")["region"]
    lines = demand(main)
    lines = lines[lines["distributor_id"].notna()]
    abroad = lines[lines["distributor_id"].map(area) != lines["region"]]
    assert set(abroad["distributor_id"]) == set(
        main.distributors.loc[main.distributors["habit"] == "diverter", "customer_id"]
    )


def test_nps_of_the_universe_is_as_stated(main: world.World) -> None:
    for region, target in zip(main.setting.regions, survey.NPS, strict=True):
        scores = main.survey.universe.loc[main.survey.universe["region"] == region, "nps"]
        assert (scores >= 9).mean() - (scores <= 6).mean() == pytest.approx(target, abs=0.005)
        assert set(scores) <= set(range(11))


def test_answering_leans_to_the_satisfied(main: world.World) -> None:
    facts = truth.build(main)["survey"]
    lean = [facts["nps_respondents_unweighted"][r] - facts["nps_universe"][r] for r in main.setting.regions]
    assert np.mean(lean) > 0.03
    # answering depends on attitude itself only in the scenario "mnar"
    missing_not_at_random = world.build(setting.settle(1.0, SEED, 3, "mnar"))
    assert truth.build(missing_not_at_random)["survey"]["response"] == "attitude itself"
    chosen = missing_not_at_random.survey.respondents["attitude"].mean()
    assert chosen > main.survey.respondents["attitude"].mean()


def test_barrier_effects_are_in_the_answers() -> None:
    """Logit of ladder step 4 on all barriers, universes of 6 worlds: mean estimates near the stated log-odds.

    Marginal over the hospital effect (sd .5) and attitude (.3), conditional log-odds of .9 appear as about .86.
    """
    found = []
    for seed in range(6):
        settled = setting.settle(1.0, seed, 3, "main")
        clinics = hospitals.build(settled)
        people = physicians.build(clinics, hospitals.departments(clinics, settled), settled)
        universe = survey.build(clinics, people, settled).universe
        fit = sm.Logit((universe["ladder"] >= 4).astype(int), sm.add_constant(universe[list(BARRIERS)])).fit(disp=0)
        found.append(fit.params.drop("const"))
    mean = pd.concat(found, axis=1).mean(axis=1)
    stated = pd.Series({code: effect for code, (_, _, effect) in BARRIERS.items()})
    assert (mean - stated).abs().max() < 0.25  # standard error of a mean is about .08
    assert (mean - stated).abs().mean() < 0.08


def test_opponents_and_who_decides(main: world.World) -> None:
    people = main.physicians
    opponents = people[people["stance"] == "opponent"]
    assert len(opponents) / len(people) == pytest.approx(0.12, abs=0.005)
    assert opponents["decision_maker"].mean() == pytest.approx(0.25, abs=0.04)
    deciding = people[people["decision_maker"]].groupby("hospital_id").size()
    assert deciding.max() <= 3
    assert len(deciding) == 120


def test_potential_and_cooperation_hardly_correlate(main: world.World) -> None:
    found = truth.build(main)["potential"]["potential_share_correlation"]
    assert all(abs(value) < 0.25 for value in found.values())


def test_category_volume_lies_below_the_frontier_by_the_inefficiency(main: world.World) -> None:
    market = main.tables["market"]
    year = market[market["customer_id"].notna() & (market["period"] > END - pd.DateOffset(months=12))]
    volume = year.groupby("customer_id")["quantity"].sum().loc[main.hospitals["customer_id"]]
    gap = main.hospitals["log_potential"].to_numpy() - np.log(volume.to_numpy())
    assert np.corrcoef(gap, main.hospitals["inefficiency"])[0, 1] > 0.95


def test_own_boxes_of_the_market_are_those_of_the_orders(main: world.World) -> None:
    market = main.tables["market"]
    hospital = market["customer_id"].fillna("").str.startswith("YY")
    own = market[hospital & (market["brand"] == "砚安欣")]["quantity"].sum()
    lines = demand(main)
    bought = lines[lines["customer_id"].str.startswith("YY") & (lines["product_id"] == "P01")]["quantity"].sum()
    # a month in which returns exceed purchases counts as zero there
    assert own == pytest.approx(bought, rel=0.002)


def test_the_category_of_outlets_goes_with_their_true_potential(main: world.World) -> None:
    market, shops = main.tables["market"], main.outlets.set_index("customer_id")
    year = market[market["customer_id"].isin(shops.index) & (market["period"] > END - pd.DateOffset(months=12))]
    # a half-yearly panel: two periods of six brands for each of them, prospects included
    assert (year.groupby("customer_id").size() == 12).all()
    volume = year.groupby("customer_id")["quantity"].sum().loc[shops.index]
    potential = np.log(shops["rate"] * shops["spend"] / shops["own_share"])
    assert np.corrcoef(np.log(volume), potential)[0, 1] > 0.95


def test_vbp_multiplies_boxes_of_the_mature_drug(main: world.World) -> None:
    mature = main.volumes.mature
    # same months of the two years: July 2023 to March 2024 against July 2024 to March 2025
    ratio = mature[:, 24:33].sum() / mature[:, 12:21].sum()
    assert ratio == pytest.approx(1 + volumes.VBP_RISE, rel=0.04)


def test_restricted_scenario_is_restricted_use() -> None:
    made = world.build(setting.settle(0.2, SEED, 3, "restricted"))
    assert made.tables["products"].set_index("product_id").loc["P01", "restricted_class"] == "限制"
