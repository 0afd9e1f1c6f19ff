"""Satisfaction over two waves, and the block of measures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import satisfaction
from analysis.stats import intervals


def answers(promoters: int, passives: int, detractors: int, mark: str = "R") -> pd.Series:
    scores = [10] * promoters + [8] * passives + [4] * detractors
    return pd.Series(scores, index=[f"{mark}{i:03d}" for i in range(len(scores))])


def test_change_between_different_persons_by_hand() -> None:
    result = satisfaction.nps_change(answers(20, 20, 20, "a"), answers(40, 15, 5, "b"))
    row = result.table.iloc[0]
    # 0 and 100 * 35 / 60
    assert (row["before"], row["after"], row["value"]) == pytest.approx((0, 58.333, 58.333), abs=1e-3)
    (l1, u1), (l2, u2) = intervals.adjusted_wald_nps(20, 20, 60), intervals.adjusted_wald_nps(40, 5, 60)
    assert row["lo"] == pytest.approx(row["value"] - np.hypot(row["after"] - l2, u1))
    assert row["hi"] == pytest.approx(row["value"] + np.hypot(u2 - row["after"], -l1))
    assert (row["verdict"], result.finding.code if result.finding else "") == ("rising", "nps_rising")


def test_persons_who_answered_both_are_paired() -> None:
    rng = np.random.default_rng(2)
    taste = rng.normal(7, 2, 80)
    answered = [np.clip(np.round(taste + rng.normal(0, 0.5, 80)), 0, 10) for _ in range(2)]
    parts = [pd.Series(y, index=[f"{w}{i:02d}" for i in range(80)]) for w, y in zip("ab", answered, strict=True)]
    person = pd.Series([f"P{i:02d}" for i in range(80)] * 2, index=[*parts[0].index, *parts[1].index])
    paired = satisfaction.nps_change(*parts, person=person).table.iloc[0]
    apart = satisfaction.nps_change(*parts).table.iloc[0]
    assert paired["value"] == apart["value"]
    assert paired["hi"] - paired["lo"] < 0.7 * (apart["hi"] - apart["lo"])
    assert (paired["n"], apart["n"]) == (80, 160)


def test_small_waves_give_the_interval_only_or_nothing() -> None:
    few = satisfaction.nps_change(answers(30, 10, 5, "a"), answers(9, 6, 5, "b"))
    row = few.table.iloc[0]
    assert pd.isna(row["value"]) and pd.isna(row["after"]) and np.isfinite([row["lo"], row["hi"], row["before"]]).all()
    assert few.finding is not None and few.finding.code == "nps_change_interval_only"
    least = satisfaction.nps_change(answers(30, 10, 5, "a"), answers(3, 2, 2, "b"))
    assert least.table.iloc[0][["value", "lo", "hi", "after", "after_lo"]].isna().all()
    assert least.finding is not None and least.finding.code == "nps_change_suppressed"


def test_answers_written_down_by_a_representative_stay_apart() -> None:
    before, after = answers(20, 10, 10, "a"), answers(40, 0, 0, "b")
    mode = pd.Series("self_online", index=[*before.index, *after.index])
    mode[after.index[:5]] = "rep_administered"
    result = satisfaction.nps_change(before, after, mode=mode)
    assert result.table.iloc[0]["n_after"] == 35
    assert "rep_administered_apart" in {note.code for note in result.notes}
    assert satisfaction.nps(after, mode=mode).table.iloc[0]["n"] == 35
    mode[:] = "rep_administered"
    with pytest.raises(DataError, match="rep_administered"):
        satisfaction.nps(after, mode=mode)


def test_another_scale_gives_no_net_promoter_score() -> None:
    with pytest.raises(SettingError, match="needs a question from 0 to 10; the declared scale is 1 to 10"):
        satisfaction.nps(answers(10, 10, 10), scale=(1, 10))
    # 12 of 40 answer 9 or 10; mean (12 * 10 + 28 * 5) / 40
    result = satisfaction.recommendation(pd.Series([10.0] * 12 + [5.0] * 28))
    table = result.table.set_index("measure")
    assert table["value"].tolist() == pytest.approx([0.3, 6.5])
    assert (table.loc["top_box", "lo"], table.loc["top_box", "hi"]) == pytest.approx(intervals.wilson(12, 40))
    assert "recommendation_no_nps" in {note.code for note in result.notes}
    assert "nps" not in {str(v) for v in table.index}


ITEMS = pd.DataFrame(
    [("Q6", "nps", "nps"), ("Q8", "likert5", "overall_satisfaction"), ("Q13", "single", "referral"),
     ("Q16", "likert7", "effort"), ("Q17", "likert9", "effort")],
    columns=["item_id", "type", "construct"],
)  # fmt: skip


def block(mark: str, satisfied: int, n: int = 40) -> pd.DataFrame:
    index = [f"{mark}{i:03d}" for i in range(n)]
    return pd.DataFrame(
        {"Q6": [10.0] * 20 + [3.0] * (n - 20), "Q8": [4.0] * satisfied + [2.0] * (n - satisfied),
         "Q13": [1.0] * 10 + [0.0] * (n - 10), "Q16": [6.0] * 25 + [3.0] * (n - 25), "Q17": 5.0},
        index=index,
    )  # fmt: skip


def test_the_block_in_one_table() -> None:
    result = satisfaction.overview(block("b", 30), ITEMS, before=block("a", 12))
    table = result.table.set_index(["measure", "told"])
    now = table.xs("current", level="told")
    # 30 of 40 answer 4; mean (30 * 4 + 10 * 2) / 40; 25 of 40 answer 6 of 7; 20 less 20; 10 of 40
    assert now["value"].to_dict() == pytest.approx(
        {"satisfaction_top": 0.75, "satisfaction_mean": 3.5, "effort_top": 0.625, "nps": 0.0, "referral_share": 0.25}
    )
    assert now["unit"].tolist() == ["percent", "number2", "percent", "score", "percent"]
    moved = table.loc[("satisfaction_top", "change")]
    assert (moved["value"], moved["lo"], moved["hi"]) == pytest.approx((0.45, *intervals.newcombe(30, 40, 12, 40)))
    assert (moved["verdict"], table.loc[("nps", "change"), "verdict"]) == ("rising", "no_clear_change")
    assert {note.code for note in result.notes} == {"overview_counted", "overview_scale_unknown", "waves_not_linked"}
    assert result.finding is not None and result.finding.code == "overview_share_since"


def test_messages() -> None:
    same = answers(10, 10, 10)
    with pytest.raises(DataError, match="must not share a response_id; 30 stand in both"):
        satisfaction.nps_change(same, same)
    with pytest.raises(DataError, match="One item needs construct overall_satisfaction, effort, nps or referral"):
        satisfaction.overview(block("b", 30), ITEMS.assign(construct="attitude"))
