"""Actions, facts of the hospital, stated against derived, and input that cannot be ranked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import SettingError
from analysis.methods import barriers


def world(seed: int = 2, n: int = 400) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """B01 and B09 go with less use, B17 with more; B13 is stewardship, B14 review, B15 has no effect."""
    rng = np.random.default_rng(seed)
    home = rng.integers(0, 50, n)
    index = pd.Index([f"R{i:03d}" for i in range(n)])
    codes = ["B01", "B09", "B10", "B13", "B14", "B15", "B17"]
    answers = pd.DataFrame((rng.random((n, 7)) < 0.35).astype(float), index=index, columns=codes)
    answers["B09"] = (rng.random(50) < 0.4)[home].astype(float)
    eta = -1.6 * answers["B01"] - 1.6 * answers["B09"] - 1.4 * answers["B13"] + 1.6 * answers["B17"]
    step = np.digitize(eta + 1 + rng.logistic(size=n), [-3, -2, -1, 0.5, 1.5, 3])
    return answers, pd.Series(step, index=index, name="step"), pd.Series(home, index=index).map(lambda h: f"H{h:02d}")


def ranked(seed: int = 2) -> tuple[barriers.Barriers, pd.DataFrame, pd.Series]:
    answers, step, hospital = world(seed)
    return barriers.rank(answers, step, None, cluster=hospital, hospital_level="auto", n_boot=60), answers, hospital


def test_each_barrier_stands_in_its_list() -> None:
    found, answers, hospital = ranked()
    result = barriers.actions(found, answers=answers, cluster=hospital)
    table = result.table.set_index("barrier")
    assert table["barrier_list"].to_dict() == {
        "B01": "barrier_now", "B09": "barrier_now", "B10": "barrier_unproven", "B15": "barrier_unproven",
        "B17": "barrier_met", "B14": "barrier_not_ours", "B13": "barrier_keep",
    }  # fmt: skip
    assert table["barrier_list"].tolist() == sorted(table["barrier_list"], key=list(result.settings["lists"]).index)
    assert table.loc["B01", ["owner", "response", "com_b", "tdf"]].tolist() == [
        "owner_promotion", "response_B01", "capability", "tdf_knowledge",
    ]  # fmt: skip
    assert table.loc["B13", "never"] == "never_B13"
    assert table.loc["B01", "reach"] == int(answers["B01"].sum())
    assert table.loc["B09", "hospitals"] == hospital[answers["B09"] == 1].nunique()
    codes = [note.code for note in result.notes]
    assert {"barriers_met_by_users", "barrier_keep_B13", "actions_without_response"} <= set(codes)


def test_first_only_where_the_rank_is_sure() -> None:
    found, _, _ = ranked()
    table = found.table
    sure = table.assign(rank_lo=1.0, rank_hi=np.where(table["rank"] == 1, 1.0, 2.0))
    unsure = table.assign(rank_lo=1.0, rank_hi=2.0)
    for frame, code in (
        (sure, "actions_first"),
        (unsure, "actions_among"),
        (table.assign(rank=np.nan), "actions_none"),
        # the only barrier in its list is first of nothing
        (sure[(sure["rank"] == 1) | sure["rank"].isna()], "actions_among"),
    ):
        result = barriers.actions(barriers.Barriers(table=frame))
        assert result.finding is not None and result.finding.code == code
    assert barriers.actions(found).table["hospitals"].isna().all()


def test_facts_are_those_on_which_hospitals_agree() -> None:
    answers, step, hospital = world()
    # B10, B13 and B14 are facts by the taxonomy, but colleagues answer them each for himself
    assert barriers.facts_named(answers, hospital) == ["B09"]
    assert barriers.facts_named(answers, None) == []
    noisy = answers.assign(B09=answers["B09"].mask(np.random.default_rng(0).random(len(answers)) < 0.06, 0.0))
    assert barriers.facts_named(noisy, hospital) == ["B09"]
    found = barriers.rank(answers, step, None, cluster=hospital, hospital_level="auto", n_boot=5)
    assert found.settings["hospital_level"] == ["B09"]
    with pytest.raises(SettingError, match="hospital_level must be one of auto"):
        barriers.rank(answers, step, None, cluster=hospital, hospital_level="all")


def test_agreement_by_hand() -> None:
    # ten hospitals of two: five agree on 1, five on 0: nothing varies inside, correlation 1;
    # when in all ten one says 1 and one 0 nothing varies between, correlation −1
    home = pd.Series([f"H{i // 2}" for i in range(20)])
    same = pd.DataFrame({"B09": np.repeat([1.0, 0.0], 10), "B10": np.tile([1.0, 0.0], 10)})
    assert barriers.facts_named(same, home) == ["B09"]
    # four hospitals are too few to say
    assert barriers.facts_named(same.iloc[6:14], home.iloc[6:14]) == []


def test_stated_and_derived() -> None:
    found, answers, _ = ranked()
    severe = barriers.severity(answers * np.random.default_rng(0).integers(1, 6, answers.shape))
    result = barriers.stated_derived(found, severity=severe)
    table = result.table.set_index("barrier")
    assert table.loc["B01", "importance_reading"] in ("stated_and_derived", "derived_only")
    assert table.loc["B15", "importance_reading"] in ("stated_only", "neither_importance")
    assert table["derived_rank"].idxmax() == "B17" and table.loc["B01", "severity"] > 1
    plain = barriers.stated_derived(found)
    assert plain.table["severity"].isna().all() and "severity_not_asked" in [n.code for n in plain.notes]
    assert result.finding is not None and result.finding.code == "stated_derived"


# -- input that cannot be ranked -------------------------------------------------


def test_more_barriers_than_respondents() -> None:
    answers, step, _ = world()
    rng = np.random.default_rng(0)
    many = pd.DataFrame((rng.random((40, 60)) < 0.5).astype(float), index=answers.index[:40])
    many.columns = [f"P{i:02d}" for i in range(60)]
    result = barriers.rank(many, step.iloc[:40], None, n_boot=5)
    assert result.table["effect"].isna().all() and set(result.table["effect_flag"]) == {"not_identified"}
    assert result.table["value"].notna().all()
    assert "barriers_collinear" in [note.code for note in result.notes]


def test_an_item_nobody_answered_does_not_stop_the_others() -> None:
    answers, step, hospital = world()
    table = barriers.rank(answers.assign(B02=np.nan), step, None, cluster=hospital, n_boot=5).table.set_index("barrier")
    assert table.loc["B02", ["flag", "effect_flag"]].tolist() == ["missing_input", "missing_input"]
    assert table.loc["B01", "effect_flag"] == "ok"


def test_a_weight_of_zero_leaves_the_respondent_out() -> None:
    answers, step, hospital = world()
    weights = pd.Series(1.0, index=answers.index)
    weights.iloc[:100] = 0.0
    result = barriers.rank(answers, step, None, cluster=hospital, weights=weights, n_boot=5)
    rest = barriers.rank(answers.iloc[100:], step.iloc[100:], None, cluster=hospital, n_boot=5)
    columns = ["barrier", "n", "value", "effect", "q"]
    pd.testing.assert_frame_equal(result.table[columns], rest.table[columns])
    assert {n.code: dict(n.values) for n in result.notes}["zero_weights_left_out"] == {"count": 100}


def test_separation_is_flagged() -> None:
    answers, step, hospital = world()
    answers["B04"] = ((step < 4) & (answers["B15"] == 1)).astype(float)
    use = (step >= 4).astype(int)
    table = barriers.rank(answers, use, None, cluster=hospital, n_boot=5).table.set_index("barrier")
    assert table.loc["B04", "effect_flag"] == "not_identified" and -1 < table.loc["B04", "effect"] < 0
    assert table.loc["B01", "effect_flag"] == "ok"


def test_rare_levels_of_a_control_are_pooled() -> None:
    from analysis.methods.barriers._design import controls_as_columns

    title = ["主治医师"] * 60 + ["主任医师"] * 30 + ["院长"] * 4 + ["顾问"] * 3 + [None] * 3
    columns = controls_as_columns(pd.DataFrame({"c_title": title, "c_potential": np.arange(100.0)}))
    assert set(columns) == {"c_title=主任医师", "c_title=(rest)", "c_potential"}
    assert columns["c_title=(rest)"].sum() == 10
    assert columns["c_potential"].std() == pytest.approx(1)
