"""Prevalence by group: differences, one family of tests, small groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import barriers
from analysis.stats import adjust, intervals


def people(n: int = 400, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Internists; supply is named in 50% of answers from 西南 and 10% elsewhere, other barriers alike."""
    rng = np.random.default_rng(seed)
    index = pd.Index([f"R{i:03d}" for i in range(n)], name="response_id")
    groups = pd.DataFrame(
        {"region": rng.choice(["华东", "华北", "西南"], n), "tier": rng.choice(["A", "B", "C"], n)}, index=index
    )
    chance = np.column_stack([np.full((n, 3), 0.3), np.where(groups["region"] == "西南", 0.5, 0.1)])
    named = (rng.random((n, 4)) < chance).astype(float)
    return pd.DataFrame(named, index=index, columns=["B01", "B05", "B09", "B15"]), groups


def test_shares_and_difference_by_hand() -> None:
    # 40 of 100 in one group, 20 of 100 in the other: difference .20, error √(.24/100 + .16/100);
    # Pearson's chi-square 200·(40·80 − 20·60)²/(60·140·100·100) = 9.5238, p = .00203 (the F reference of
    # 199 degrees of freedom makes it .0023)
    index = [f"R{i:03d}" for i in range(200)]
    answers = pd.DataFrame({"B01": np.repeat([1.0, 0.0, 1.0, 0.0], [40, 60, 20, 80])}, index=index)
    by = pd.Series(np.repeat(["三级", "二级"], 100), index=index, name="hospital_level")
    table = barriers.prevalence_by(answers, by).table.set_index("group")
    assert table["value"].to_dict() == {"三级": 0.4, "二级": 0.2}
    assert tuple(table.loc["三级", ["lo", "hi"]]) == pytest.approx(intervals.wilson(40, 100), abs=0.002)
    assert table.loc["三级", "to_rest"] == pytest.approx(0.2) and table.loc["二级", "to_rest"] == pytest.approx(-0.2)
    half = (table.loc["三级", "to_rest_hi"] - table.loc["三级", "to_rest_lo"]) / 2
    assert half == pytest.approx(1.96 * np.sqrt(0.24 / 100 + 0.16 / 100), rel=0.02)
    assert table["p"].tolist() == pytest.approx([0.00203] * 2, abs=0.0003)
    assert table["stands_out"].all()


def test_a_share_of_all_keeps_its_doubt_and_no_difference_passes_100_points() -> None:
    # 12 of 12 against 4 of 100: Wilson .7575 to 1 and .0157 to .0984, joined by square and add (Newcombe's method 10):
    # .96 − √(.2425² + .0584²) and .96 + √(0² + .0243²)
    index = [f"R{i:03d}" for i in range(112)]
    answers = pd.DataFrame({"B09": [1.0] * 16 + [0.0] * 96}, index=index)
    by = pd.Series(["三级"] * 12 + ["二级"] * 100, index=index, name="hospital_level")
    row = barriers.prevalence_by(answers, by).table.set_index("group").loc["三级"]
    want = (0.96, 0.96 - np.hypot(0.2425, 0.0584), 0.96 + 0.0243)
    assert tuple(row[["to_rest", "to_rest_lo", "to_rest_hi"]]) == pytest.approx(want, abs=0.004)
    assert row["to_rest_hi"] <= 1


def test_the_planted_group_stands_out_and_nothing_else() -> None:
    answers, groups = people()
    result = barriers.prevalence_by(answers, groups)
    out = result.table[result.table["stands_out"]]
    assert set(out["barrier"]) == {"B15"} and set(out["grouping"]) == {"region"}
    assert result.finding is not None and result.finding.code == "barriers_group_stands_out"
    assert result.finding.values["group"] == "西南" and result.finding.values["barrier"] == "B15"


def test_one_family_over_barriers_and_groupings() -> None:
    answers, groups = people()
    table = barriers.prevalence_by(answers, groups).table.drop_duplicates(["grouping", "barrier"])
    assert len(table) == 8
    assert table["q"].tolist() == pytest.approx(adjust.benjamini_hochberg(table["p"]).tolist())
    alone = barriers.prevalence_by(answers, groups["tier"]).table.drop_duplicates("barrier")
    own = table[table["grouping"] == "tier"]
    assert alone["p"].tolist() == pytest.approx(own["p"].tolist())


def test_noise_is_seldom_called_out() -> None:
    """Of 40 surveys without any difference, at most one in five names a group (the limit is one in ten)."""
    called = 0
    for seed in range(40):
        answers, groups = people(200, seed + 10)
        called += bool(barriers.prevalence_by(answers[["B01", "B05", "B09"]], groups).table["stands_out"].any())
    assert called <= 8


def test_no_group_stands_out_says_so() -> None:
    answers, groups = people()
    finding = barriers.prevalence_by(answers[["B01", "B05"]], groups["tier"]).finding
    assert finding is not None and finding.code == "barriers_groups_alike"


def test_clusters_widen_what_a_hospital_shares() -> None:
    rng = np.random.default_rng(2)
    home = np.repeat(np.arange(40), 10)
    listed = (rng.random(40) < 0.4)[home].astype(float)
    index = [f"R{i:03d}" for i in range(400)]
    answers = pd.DataFrame({"B09": listed}, index=index)
    region = pd.Series(np.where(home < 20, "华东", "华北"), index=index, name="region")
    hospital = pd.Series(home, index=index).map(lambda h: f"H{h}")
    plain, real = (barriers.prevalence_by(answers, region, cluster=c).table.iloc[0] for c in (None, hospital))
    assert real["hi"] - real["lo"] > 2.5 * (plain["hi"] - plain["lo"])
    assert real["p"] > plain["p"] and real["method"] == "wilson_clustered"


def test_small_groups_are_kept_back() -> None:
    answers, _ = people()
    title = pd.Series("主治医师", index=answers.index, name="title")
    title.iloc[:6], title.iloc[6:26], title.iloc[26:30] = "院长", "主任医师", None
    result = barriers.prevalence_by(answers, title)
    table = result.table.set_index(["group", "barrier"])
    assert table.loc[("院长", "B01"), "flag"] == "suppressed" and np.isnan(table.loc[("院长", "B01"), "value"])
    assert table.loc[("院长", "B01"), "n"] == 6
    assert table.loc[("主任医师", "B01"), "flag"] == "low_n"
    notes = {note.code: dict(note.values) for note in result.notes}
    assert notes["barriers_small_groups"]["count"] == 1
    assert notes["barriers_without_group"] == {"grouping": "title", "count": 4, "n": 400}


def test_an_item_nobody_answered_and_a_single_group() -> None:
    answers, _ = people()
    answers["B18"] = np.nan
    one = pd.Series("华东", index=answers.index, name="region")
    table = barriers.prevalence_by(answers, one).table.set_index("barrier")
    assert table.loc["B18", "flag"] == "missing_input"
    assert table["p"].isna().all() and not table["stands_out"].any()
    assert table.loc["B01", "value"] == pytest.approx(answers["B01"].mean())


def test_messages() -> None:
    answers, groups = people(50)
    with pytest.raises(DataError, match="by holds no group for any respondent; its columns are region"):
        barriers.prevalence_by(answers, groups[["region"]].set_axis([f"X{i}" for i in range(50)]))
    with pytest.raises(DataError, match=r"answers\[B01\] must hold 0 and 1 only"):
        barriers.prevalence_by(answers * 3, groups)
    weights = pd.Series(1.0, index=answers.index).mask(groups["tier"] == "A", -1)
    with pytest.raises(DataError, match="weights must hold a positive number"):
        barriers.prevalence_by(answers, groups, weights=weights)
