"""Barriers: prevalence, association, priority."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import norm

from analysis.core import words
from analysis.core.errors import DataError, SettingError
from analysis.core.words import LANGUAGES
from analysis.methods import barriers
from analysis.stats import intervals

CODES = [f"B{i:02d}" for i in range(1, 19)]
#: log-odds of the generator; all other barriers have none
TRUTH = {"B01": -0.9, "B06": -0.7, "B09": -1.1, "B03": -0.5, "B10": -0.3, "B07": -0.4}
CUTS = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.5)


def world(seed: int, n: int = 500, hospitals: int = 90) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Internists in hospitals: 18 barriers with a common factor (r = .3), B09 a fact of the hospital."""
    rng = np.random.default_rng(seed)
    hospital = rng.integers(0, hospitals, n)
    latent = np.sqrt(0.3) * rng.normal(size=(n, 1)) + np.sqrt(0.7) * rng.normal(size=(n, 18))
    named = (latent > norm.ppf(0.7)).astype(float)
    named[:, 8] = (rng.random(hospitals) < 0.35)[hospital]
    answers = pd.DataFrame(named, columns=CODES, index=[f"R{i:04d}" for i in range(n)])
    eta = 0.8 + sum(answers[c] * b for c, b in TRUTH.items()) + rng.normal(0, 0.5, hospitals)[hospital]
    steps = np.digitize(eta + rng.logistic(size=n), CUTS)
    index = answers.index
    return answers, pd.Series(steps, index=index, name="step"), pd.Series([f"H{h}" for h in hospital], index=index)


def true_effects() -> dict[str, float]:
    """Average marginal effects on P(step ≥ 4), from 200,000 draws of the generator's own chances."""
    rng = np.random.default_rng(99)
    latent = np.sqrt(0.3) * rng.normal(size=(200_000, 1)) + np.sqrt(0.7) * rng.normal(size=(200_000, 18))
    named = pd.DataFrame((latent > norm.ppf(0.7)).astype(float), columns=CODES)
    named["B09"] = (rng.random(200_000) < 0.35).astype(float)
    eta = 0.8 + sum(named[c] * b for c, b in TRUTH.items()) + rng.normal(0, 0.5, 200_000) - CUTS[3]
    low = {c: eta - named[c] * b for c, b in TRUTH.items()}
    return {c: float((expit(low[c] + b) - expit(low[c])).mean()) for c, b in TRUTH.items()}


EFFECTS = true_effects()


# -- recovery ------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 4])
def test_the_planted_barriers_come_first(seed: int) -> None:
    answers, steps, hospital = world(seed)
    result = barriers.rank(answers, steps, None, cluster=hospital, hospital_level=["B09"])
    assert {"B01", "B06", "B09"} <= set(result.table["barrier"].head(4))
    table = result.table.set_index("barrier")
    for code in ("B01", "B06", "B09"):
        row = table.loc[code]
        assert row["effect"] == pytest.approx(EFFECTS[code], abs=0.10)
        assert row["q"] <= 0.10
        assert row["rank_lo"] <= row["rank"] <= row["rank_hi"]
        assert row["priority_lo"] <= row["priority"] <= row["priority_hi"]
    assert result.finding is not None and result.finding.code == "barriers_ladder"


@pytest.mark.slow
@pytest.mark.parametrize("family", ["ordinal", "logit"])
def test_fifty_seeds(family: str) -> None:
    """Bias at most .02 on the share scale (.15 in log-odds), coverage at least .88, false discoveries at most .15."""
    effects, covered, false, first = [], [], [], []
    for seed in range(50):
        answers, steps, hospital = world(seed)
        outcome = steps if family == "ordinal" else (steps >= 4).astype(int)
        table = barriers.rank(answers, outcome, None, cluster=hospital, n_boot=20).table.set_index("barrier")
        real = table.loc[list(TRUTH)]
        wanted = pd.Series(EFFECTS)
        effects.append(real["effect"] - wanted)
        covered.append(((real["effect_lo"] <= wanted) & (wanted <= real["effect_hi"])).mean())
        found = list(table.index[table["q"] <= 0.10])
        false.append(sum(c not in TRUTH for c in found) / max(1, len(found)))
        first.append(table["effect"].nsmallest(4).index)
    assert pd.concat(effects, axis=1).mean(axis=1).abs().max() < 0.02
    assert np.mean(covered) >= 0.88
    assert np.mean(false) <= 0.15
    assert np.mean([{"B01", "B09"} <= set(top) for top in first]) >= 0.9


# -- by hand -------------------------------------------------------------------


def test_one_barrier_by_hand() -> None:
    # 50 name it, 20 of them use the product; of the 50 others 40 do: difference −.40,
    # HC2 error sqrt(.24/49 + .16/49); prevalence 50 of 100
    index = pd.Index([f"R{i:03d}" for i in range(100)])
    answers = pd.DataFrame({"B01": np.repeat([1.0, 0.0], 50)}, index=index)
    use = pd.Series(np.concatenate([np.repeat([1, 0], [20, 30]), np.repeat([1, 0], [40, 10])]), index=index)
    row = barriers.rank(answers, use, None).table.iloc[0]
    assert (row["value"], row["n"], row["mentions"]) == (0.5, 100, 50)
    assert (row["lo"], row["hi"]) == pytest.approx(intervals.wilson(50, 100))
    assert row["effect"] == pytest.approx(-0.4, abs=1e-8)
    # one barrier: tau² = .16 − se², shrunken effect = −.40 * tau² / (tau² + se²), with se² = .40 / 49
    assert row["effect_shrunk"] == pytest.approx(-0.4 * (1 - (0.4 / 49) / 0.16), abs=1e-6)
    assert row["priority"] == pytest.approx(0.5 * 0.4 * (1 - (0.4 / 49) / 0.16), abs=1e-6)
    assert (row["rank"], row["rank_lo"], row["rank_hi"]) == (1, 1, 1)


def test_hospital_facts_have_the_wider_interval() -> None:
    answers, steps, hospital = world(1)
    table = barriers.rank(answers, steps, None, cluster=hospital, hospital_level=["B09"]).table.set_index("barrier")
    plain = intervals.wilson(table.loc["B09", "mentions"], 500)
    # six respondents of one hospital say the same: effective number about 90, not 500
    assert table.loc["B09", "hi"] - table.loc["B09", "lo"] > 2 * (plain[1] - plain[0])
    assert table.loc["B01", "hi"] - table.loc["B01", "lo"] < 1.3 * (plain[1] - plain[0])
    assert table.loc["B09", "level"] == "hospital" and table.loc["B01", "level"] == "respondent"


def test_a_hospital_fact_is_known_where_colleagues_answered() -> None:
    """A third leave the question empty; colleagues of the same hospital know it."""
    answers, steps, hospital = world(1)
    gaps = answers.copy()
    gaps["B09"] = answers["B09"].mask(np.random.default_rng(3).random(500) < 0.35)
    whole, own, fact = (
        barriers.rank(a, steps, None, cluster=hospital, hospital_level=level, n_boot=5).table.set_index("barrier")
        for a, level in ((answers, ["B09"]), (gaps, []), (gaps, ["B09"]))
    )
    assert fact.loc["B09", "effect"] == pytest.approx(whole.loc["B09", "effect"], abs=0.02)
    assert fact.loc["B09", "p"] < own.loc["B09", "p"]
    # prevalence counts what each respondent said
    assert fact.loc["B09", "n"] == int(gaps["B09"].notna().sum())


def test_barriers_met_by_users_are_set_apart() -> None:
    answers, steps, hospital = world(2)
    rng = np.random.default_rng(0)
    answers["B17"] = (rng.random(500) < expit(steps.to_numpy() - 5.0)).astype(float)
    result = barriers.rank(answers, steps, None, cluster=hospital)
    row = result.table.set_index("barrier").loc["B17"]
    assert row["met_by_users"] and row["effect"] > 0 and pd.isna(row["priority"])
    assert result.table["barrier"].tolist().index("B17") >= int(result.table["rank"].notna().sum())
    assert "B17" in next(n for n in result.notes if n.code == "barriers_met_by_users").values["barriers"]


def test_appropriate_barriers_are_never_ranked() -> None:
    answers, steps, hospital = world(3)
    swapped = answers.rename(columns={"B01": "B13", "B13": "B01"})
    table = barriers.rank(swapped, steps, None, cluster=hospital).table.set_index("barrier")
    assert table.loc["B13", "q"] <= 0.10 and table.loc["B13", "effect"] < 0
    assert pd.isna(table.loc["B13", "priority"]) and pd.isna(table.loc["B13", "rank"])


def test_only_appropriate_barriers_left_says_so() -> None:
    answers, steps, _ = world(3)
    result = barriers.rank(answers[["B01"]].rename(columns={"B01": "B16"}), steps, None)
    assert result.finding is not None and result.finding.code == "barriers_not_addressable"


def test_the_codebook_overrules_the_taxonomy() -> None:
    answers, steps, _ = world(1)
    named = answers[["B01", "B06", "B09"]].rename(columns={"B06": "PX"})
    book = pd.DataFrame({"barrier_code": ["B01", "PX", "B14"], "addressable": ["no", None, "no"], "owner": [None] * 3})
    result = barriers.rank(named, steps, book)
    table = result.table.set_index("barrier")
    assert table["addressable"].to_dict() == {"B09": "yes", "PX": "unknown", "B01": "no"}
    assert table.loc["B01", "owner"] == "owner_promotion"
    codes = {n.code: dict(n.values) for n in result.notes}
    assert codes["barriers_unknown"] == {"barriers": ["PX"]}
    assert codes["barriers_not_asked"] == {"barriers": ["B14"]}
    # an unknown code counts half
    assert table.loc["PX", "priority"] == pytest.approx(
        -table.loc["PX", "value"] * table.loc["PX", "effect_shrunk"] / 2
    )


def test_controls_take_their_part() -> None:
    answers, steps, _ = world(5)
    rng = np.random.default_rng(0)
    level = pd.Series(np.where(rng.random(500) < 0.5, "三级", "二级"), index=answers.index)
    # tertiary hospitals name B15 more often and use more: without the control B15 looks met by users
    answers["B15"] = (rng.random(500) < np.where(level == "三级", 0.6, 0.2)).astype(float)
    moved = (steps + 2 * (level == "三级")).clip(upper=6).rename("step")
    plain = barriers.rank(answers, moved, None).table.set_index("barrier").loc["B15", "effect"]
    fair = barriers.rank(answers, moved, None, controls=level.to_frame("hospital_level"))
    adjusted = fair.table.set_index("barrier").loc["B15"]
    assert plain > 0.1
    assert adjusted["effect_lo"] < 0 < adjusted["effect_hi"]
    assert fair.settings["controls"] == ["hospital_level"]


def test_weighted_prevalence() -> None:
    answers, steps, _ = world(1)
    w = pd.Series(1.0, index=answers.index).where(answers["B01"] == 0, 2.0)
    row = barriers.rank(answers, steps, None, weights=w).table.set_index("barrier").loc["B01"]
    named = answers["B01"].sum()
    assert row["value"] == pytest.approx(2 * named / (500 + named))
    assert row["method"] == "wilson_weighted"


# -- data that cannot answer ---------------------------------------------------


def note_codes(result: barriers.Barriers) -> list[str]:
    return [note.code for note in result.notes]


def test_one_respondent_gives_prevalence_only() -> None:
    answers, steps, _ = world(1)
    result = barriers.rank(answers.iloc[:1], steps.iloc[:1], None)
    assert result.table["effect"].isna().all() and set(result.table["flag"]) == {"low_n"}
    assert "barriers_too_few" in note_codes(result)
    assert result.finding is not None and result.finding.code == "barriers_prevalence"


@pytest.mark.parametrize("step", [0, 5])
def test_an_outcome_without_difference_gives_prevalence_only(step: int) -> None:
    answers, steps, hospital = world(1)
    result = barriers.rank(answers, steps * 0 + step, None, cluster=hospital)
    assert result.table["effect"].isna().all()
    assert result.table["value"].notna().all()


def test_constant_rare_and_repeated_columns_are_named_not_estimated() -> None:
    answers, steps, hospital = world(1)
    answers = answers.assign(B02=1.0, B03=0.0, B04=[1.0] * 3 + [0.0] * 497, B19=answers["B01"])
    result = barriers.rank(answers, steps, None, cluster=hospital)
    table = result.table.set_index("barrier")
    assert table.loc[["B02", "B03", "B04"], "effect_flag"].tolist() == ["low_n"] * 3
    assert table.loc[["B01", "B19"], "effect_flag"].tolist() == ["not_identified"] * 2
    assert table.loc["B09", "effect_flag"] == "ok" and table.loc["B09", "effect"] < 0
    assert {"barriers_rare", "barriers_collinear"} <= set(note_codes(result))


def test_separation_is_kept_finite_and_said() -> None:
    answers, steps, hospital = world(1)
    use = (steps >= 4).astype(int)
    answers["B04"] = ((use == 0) & (answers["B04"] == 1)).astype(float)
    result = barriers.rank(answers, use, None, cluster=hospital)
    row = result.table.set_index("barrier").loc["B04"]
    assert -1 < row["effect_lo"] < row["effect"] < -0.2 and row["q"] < 0.01
    assert "separation" in note_codes(result)


def test_missing_answers_are_counted_not_dropped() -> None:
    answers, steps, hospital = world(1)
    gaps = answers.mask(np.random.default_rng(0).random(answers.shape) < 0.09)
    result = barriers.rank(gaps, steps.mask(steps == 6), None, cluster=hospital)
    table = result.table.set_index("barrier")
    assert table.loc["B01", "n"] == int(gaps["B01"].notna().sum())
    assert table.loc["B01", "effect"] == pytest.approx(EFFECTS["B01"], abs=0.1)
    codes = {n.code: dict(n.values) for n in result.notes}
    assert codes["outcome_missing"]["count"] == int((steps == 6).sum())
    assert codes["barrier_answers_missing"]["share"] == pytest.approx(0.09, abs=0.02)


def test_one_hospital_few_hospitals_few_answers() -> None:
    answers, steps, _ = world(1)
    same = pd.Series("H1", index=answers.index)
    assert "one_cluster" in note_codes(barriers.rank(answers, steps, None, cluster=same))
    six = pd.Series(np.arange(500) % 6, index=answers.index).astype(str)
    assert "few_clusters" in note_codes(barriers.rank(answers, steps, None, cluster=six))
    assert "few_events" in note_codes(barriers.rank(answers.iloc[:60], steps.iloc[:60], None))


def test_a_scenario_value_is_not_invented() -> None:
    answers, steps, hospital = world(1)
    result = barriers.rank(answers, steps, None, cluster=hospital, value=pd.Series({"H1": 1e6}))
    assert "scenario_value_not_computed" in note_codes(result)


def test_wording_depends_on_the_outcome() -> None:
    answers, steps, _ = world(1)
    coded = {
        "barriers_ladder": steps,
        "barriers_step": steps.rename("intention"),
        "barriers_outcome": (steps >= 4).astype(int),
    }
    for code, outcome in coded.items():
        finding = barriers.rank(answers, outcome, None).finding
        assert finding is not None and finding.code == code
    rng = np.random.default_rng(7)
    noise = barriers.rank(answers, pd.Series(rng.integers(0, 2, 500), index=answers.index), None).finding
    assert noise is not None and noise.code == "barriers_none"


def test_same_in_any_row_order() -> None:
    answers, steps, hospital = world(1)
    order = answers.sample(frac=1, random_state=1).index
    first = barriers.rank(answers, steps, None, cluster=hospital)
    second = barriers.rank(answers.loc[order], steps.sample(frac=1, random_state=2), None, cluster=hospital)
    pd.testing.assert_frame_equal(first.table, second.table, check_exact=True)


def test_messages() -> None:
    answers, steps, hospital = world(1)
    with pytest.raises(DataError, match=r"answers\[B01\] must hold 0 and 1 only; got 0\.0, 2\.0"):
        barriers.rank(answers * 2, steps, None)
    with pytest.raises(SettingError, match=r"Facts of the hospital \(B09\) need cluster"):
        barriers.rank(answers, steps, None, hospital_level=["B09"])
    with pytest.raises(SettingError, match="hospital_level names B99"):
        barriers.rank(answers, steps, None, cluster=hospital, hospital_level=["B99"])
    with pytest.raises(DataError, match=r"addressable must be one of .*; got maybe"):
        barriers.rank(answers, steps, pd.DataFrame({"barrier_code": ["B01"], "addressable": ["maybe"]}))
    with pytest.raises(DataError, match="outcome must hold 0 and 1 only"):
        barriers.rank(answers, steps, None, family="logit")
    with pytest.raises(DataError, match="codebook needs the columns barrier_code"):
        barriers.rank(answers, steps, pd.DataFrame({"code": ["B01"]}))
    with pytest.raises(DataError, match="answers must have at least one row"):
        barriers.rank(answers.iloc[:0], steps.iloc[:0], None)
    with pytest.raises(DataError, match="answers needs each customer once; 500 stand in it twice"):
        barriers.rank(pd.concat([answers, answers]), steps, None)
    with pytest.raises(DataError, match="weights must hold a positive number for each respondent; 500 do not"):
        barriers.rank(answers, steps, None, weights=steps * 0.0)


# -- taxonomy ------------------------------------------------------------------


def test_the_taxonomy_is_complete_and_worded() -> None:
    table = barriers.taxonomy()
    assert table["barrier"].tolist() == CODES
    # stewardship and unsuitable patients are appropriate; guideline, mandate and review are not ours
    by_code = table.set_index("barrier")["addressable"]
    assert by_code[by_code == "appropriate"].index.tolist() == ["B13", "B16"]
    assert by_code[by_code == "no"].index.tolist() == ["B08", "B11", "B14"]
    for language in LANGUAGES:
        for column in table.columns:
            for code in table[column].dropna():
                assert words.has(f"terms.{code}", language), code
