"""Scenario value: the formula by hand, recovery, and every reason for no amount."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from analysis.core import words
from analysis.core.errors import DataError
from analysis.methods import barriers
from analysis.methods.barriers._relation import account_controls, relate
from analysis.methods.barriers._worth import account_draws

SLOPE = 1.5


def world(
    seed: int = 0, *, slope: float = SLOPE, hospitals: int = 60, each: int = 10
) -> tuple[pd.DataFrame, pd.Series, pd.Series, pd.DataFrame]:
    """Internists of hospitals whose value goes with their share of adopters: exp(11 + slope · share + noise)."""
    rng = np.random.default_rng(seed)
    n = hospitals * each
    index = pd.Index([f"R{i:04d}" for i in range(n)])
    home = np.repeat(np.arange(hospitals), each)
    answers = pd.DataFrame((rng.random((n, 3)) < [0.4, 0.3, 0.3]).astype(float), index=index)
    answers.columns = ["B01", "B02", "B13"]
    eta = 0.3 - 1.4 * answers["B01"] - 1.2 * answers["B13"] + rng.normal(0, 1.0, hospitals)[home]
    step = pd.Series(np.where(rng.random(n) < expit(eta), 5, 2), index=index, name="step")
    names = np.array([f"H{h:02d}" for h in range(hospitals)])
    hospital = pd.Series(names[home], index=index)
    share = (step >= 4).groupby(hospital).mean()
    value = np.exp(11 + slope * share + rng.normal(0, 0.3, hospitals))
    return answers, step, hospital, pd.DataFrame({"value": value, "lo": 0.7 * value, "hi": 1.4 * value})


def run(seed: int = 0, **settings: float) -> tuple[barriers.Barriers, barriers.Scenario, tuple]:
    answers, step, hospital, worth = world(seed, **settings)  # type: ignore[arg-type]
    ranked = barriers.rank(answers, step, None, cluster=hospital, n_boot=20)
    found = barriers.scenario(ranked, answers, step, values=worth, cluster=hospital, n_boot=300)
    return ranked, found, (answers, step, hospital, worth)


def reasons(found: barriers.Scenario) -> list[str]:
    return [str(n.values["reason"]) for n in found.notes if n.code == "scenario_value_not_computed"]


def test_the_amount_is_the_stated_formula() -> None:
    ranked, found, (answers, step, hospital, worth) = run()
    row = found.table.set_index("barrier").loc["B01"]
    shrunk = ranked.table.set_index("barrier").loc["B01", "effect_shrunk"]
    share, named = ((x.groupby(hospital).mean()) for x in ((step >= 4).astype(float), answers["B01"]))
    added = np.minimum(-shrunk * named, 1 - share)
    log_ratio = np.polyfit(share, np.log(worth["value"]), 1)[0]
    assert found.relation["log_ratio"] == pytest.approx(log_ratio)
    assert row["value"] == pytest.approx(float((worth["value"] * np.expm1(log_ratio * added)).sum()))
    assert row["share_added"] == pytest.approx(added[named > 0].mean())
    assert row["worth"] == pytest.approx(worth.loc[named > 0, "value"].sum())
    assert (row["n"], row["respondents"]) == (int((named > 0).sum()), int(answers["B01"].sum()))
    assert 0 < row["lo"] < row["value"] < row["hi"]


def test_intervals_hold_the_amount_of_the_true_numbers() -> None:
    """True slope and true marginal effect, 30 worlds: the 95% interval holds the amount in at least 80%.

    The effect is shrunk and the share of ten respondents is inexact, so the amount leans to the
    small side; in these worlds it still lies inside.
    """
    held = []
    for seed in range(30):
        ranked, found, (answers, step, hospital, worth) = run(seed)
        table = found.table.set_index("barrier")
        if "B01" not in table.index or table.loc["B01", "flag"] != "ok":
            continue
        # the generator's marginal effect: over the hospital effect and B13
        rng = np.random.default_rng(5)
        eta = 0.3 - 1.2 * (rng.random(50_000) < 0.3) + rng.normal(0, 1.0, 50_000)
        effect = float((expit(eta) - expit(eta - 1.4)).mean())
        share, named = ((x.groupby(hospital).mean()) for x in ((step >= 4).astype(float), answers["B01"]))
        true = float((worth["value"] * np.expm1(SLOPE * np.minimum(effect * named, 1 - share))).sum())
        held.append(table.loc["B01", "lo"] <= true <= table.loc["B01", "hi"])
        assert ranked.table.set_index("barrier").loc["B01", "q"] <= 0.10
    assert len(held) >= 25
    assert np.mean(held) >= 0.80


def test_the_sentence_is_as_laid_down() -> None:
    _, found, _ = run()
    note = next(n for n in found.notes if n.code == "scenario_sentence")
    said = words.text("notes.scenario_sentence", "zh", **note.values)
    assert "若存在该障碍的客户达到无该障碍同类客户的采用阶梯，对应金额为" in said
    assert "；为关联情景测算，非因果，各障碍不可相加" in said
    assert found.finding is not None and found.finding.code == "scenario_amount"


def test_barriers_that_did_not_pass_or_protect_patients_have_no_amount() -> None:
    ranked, found, _ = run()
    table = ranked.table.set_index("barrier")
    assert table.loc["B13", "q"] <= 0.10 and table.loc["B02", "q"] > 0.10
    assert found.table["barrier"].tolist() == ["B01"]


def test_wider_values_and_no_bounds() -> None:
    ranked, found, (answers, step, hospital, worth) = run()
    wide = worth.assign(lo=0.0, hi=4 * worth["value"])
    point = barriers.scenario(ranked, answers, step, values=worth["value"], cluster=hospital, n_boot=300)
    vague = barriers.scenario(ranked, answers, step, values=wide, cluster=hospital, n_boot=300)
    spans = [float((r.table["hi"] - r.table["lo"]).iloc[0]) for r in (point, found, vague)]
    assert spans[0] < spans[2] and spans[1] < spans[2]
    assert "scenario_point_values" in [n.code for n in point.notes]
    assert point.table["value"].iloc[0] == found.table["value"].iloc[0]


def test_draws_of_a_value_keep_its_mean() -> None:
    accounts = pd.DataFrame({"value": [100.0], "lo": [60.0], "hi": [260.0]})
    draws = account_draws(accounts, 0.9, 200_000, 1)
    assert draws.mean() == pytest.approx(100, rel=0.02)
    assert draws.min() >= 0


def test_segments_beside_all_and_few_accounts_kept_back() -> None:
    ranked, found, (answers, step, hospital, worth) = run()
    segment = pd.Series("稳定", index=worth.index)
    segment.iloc[:25], segment.iloc[25:28] = "潜力", "少数"
    split = barriers.scenario(ranked, answers, step, values=worth, cluster=hospital, by=segment, n_boot=100)
    table = split.table.set_index("group")
    assert table.loc["少数", "flag"] == "suppressed" and np.isnan(table.loc["少数", "value"])
    assert table.loc["潜力", "value"] + table.loc["稳定", "value"] < table.loc["all", "value"]
    assert table.loc["all", "value"] == pytest.approx(found.table["value"].iloc[0])


def test_classes_are_compared_with_their_like() -> None:
    """Large hospitals are worth more and have more adopters: without the class the relation is their size."""
    _, step, hospital, worth = world(3, slope=0.0)
    share = (step >= 4).groupby(hospital).mean()
    large = share > share.median()
    worth = worth.mul(np.where(large, 4.0, 1.0), axis=0)
    accounts = pd.DataFrame({"people": 10, "share": share}).join(worth)
    plain = relate(accounts, None, n_boot=20, seed=0)
    fair = relate(accounts, large.map({True: "三级", False: "二级"}).to_frame("hospital_level"), n_boot=20, seed=0)
    assert plain.lo > 0
    assert fair.reason == "relation_unclear" and fair.slope < plain.slope / 2


def test_every_reason_for_no_amount() -> None:
    ranked, _, (answers, step, hospital, worth) = run()
    few = worth.iloc[:15]
    assert reasons(barriers.scenario(ranked, answers, step, values=few, cluster=hospital)) == ["scenario_few_accounts"]
    none = barriers.scenario(ranked, answers, step, values=worth, cluster=None)
    assert reasons(none) == ["scenario_no_hospital"]
    share = (step >= 4).groupby(hospital).mean()
    falling = worth.assign(value=np.exp(11 - 2 * share))
    found = barriers.scenario(ranked, answers, step, values=falling, cluster=hospital)
    assert reasons(found) == ["scenario_relation_negative"]
    noise = worth.assign(value=np.exp(11 + np.random.default_rng(1).normal(0, 1, len(worth))))
    found = barriers.scenario(ranked, answers, step, values=noise, cluster=hospital)
    assert reasons(found) == ["scenario_relation_unclear"]
    assert found.table["value"].isna().all() and set(found.table["flag"]) == {"not_identified"}
    unpassed = dataclasses.replace(ranked, table=ranked.table.assign(q=0.5))
    found = barriers.scenario(unpassed, answers, step, values=worth, cluster=hospital)
    assert reasons(found) == ["scenario_no_barrier"] and found.table.empty
    for result in (none, found):
        assert result.finding is not None
        assert words.text(f"findings.{result.finding.code}", "zh", **result.finding.values)


def test_values_of_physicians_are_refused() -> None:
    ranked, _, (answers, step, hospital, _) = run()
    volumes = pd.Series(10.0, index=answers.index)
    with pytest.raises(DataError, match="values must be values of accounts; 600 of its index are respondents"):
        barriers.scenario(ranked, answers, step, values=volumes, cluster=hospital)


def test_rank_attaches_the_scenario() -> None:
    answers, step, hospital, worth = world()
    plain = barriers.rank(answers, step, None, cluster=hospital, n_boot=20)
    ranked = barriers.rank(answers, step, None, cluster=hospital, n_boot=20, value=worth)
    assert plain.scenario is None and ranked.scenario is not None
    assert ranked.scenario["barrier"].tolist() == ["B01"]
    assert "scenario_sentence" in [n.code for n in ranked.notes]
    pd.testing.assert_frame_equal(plain.table, ranked.table)


def test_rank_compares_accounts_by_what_their_respondents_share() -> None:
    answers, step, hospital, worth = world(3, slope=0.0)
    share = (step >= 4).groupby(hospital).mean()
    large = share > share.median()
    worth = worth.mul(np.where(large, 4.0, 1.0), axis=0)
    title = pd.Series(np.where(np.arange(600) % 2, "主治医师", "主任医师"), index=answers.index)
    controls = pd.DataFrame({"hospital_level": hospital.map(large).map({True: "三级", False: "二级"}), "title": title})
    assert list(account_controls(controls, hospital)) == ["hospital_level"]
    assert account_controls(controls[["title"]], hospital) is None
    ranked = barriers.rank(answers, step, None, cluster=hospital, controls=controls, n_boot=20, value=worth)
    told = {n.code: dict(n.values) for n in ranked.notes}
    assert told["scenario_value_not_computed"] == {"reason": "scenario_relation_unclear"}
