"""Adoption ladder."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import ladder
from analysis.stats import intervals

#: 40 internists: 4 unaware, 6 aware, 5 evaluating, 12 tried, 6 second line, 5 first line, 2 advocate
COUNTS = (4, 6, 5, 12, 6, 5, 2)
STEPS = pd.Series([k for k, n in enumerate(COUNTS) for _ in range(n)], index=[f"R{i:02d}" for i in range(40)])


def test_shares_and_conversions_by_hand() -> None:
    table = ladder.measure(STEPS).table.set_index("step")
    # at or beyond: 40 36 30 25 13 7 2 of 40
    assert table["beyond"].tolist() == [40, 36, 30, 25, 13, 7, 2]
    assert table["value"].tolist() == pytest.approx([1, 0.9, 0.75, 0.625, 0.325, 0.175, 0.05])
    assert table.loc[3, "conversion"] == pytest.approx(13 / 25)
    assert (table.loc[5, "lo"], table.loc[5, "hi"]) == pytest.approx(intervals.wilson(7, 40))
    assert (table.loc[3, "conversion_lo"], table.loc[3, "conversion_hi"]) == pytest.approx(intervals.wilson(13, 25))
    assert pd.isna(table.loc[6, "conversion"])
    assert table["lost"].tolist() == pytest.approx([n / 40 for n in COUNTS])


def test_the_bottleneck_is_the_largest_loss() -> None:
    result = ladder.measure(STEPS)
    assert result.table.loc[result.table["bottleneck"], "step"].tolist() == [3]
    assert result.finding is not None and result.finding.code == "ladder_bottleneck"
    assert result.finding.values["next"] == "ladder_4"


def test_a_loss_nobody_may_work_on_is_no_bottleneck() -> None:
    # 12 of 40 at step 3 but only a tenth addressable: .03; 6 of 40 at steps 1 and 4: .15
    result = ladder.measure(STEPS, addressable={3: 0.1})
    assert result.table.loc[result.table["bottleneck"], "step"].tolist() == [1]


def test_weights_move_the_shares() -> None:
    w = pd.Series(1.0, index=STEPS.index).where(STEPS < 5, 3.0)
    table = ladder.measure(STEPS, weights=w).table.set_index("step")
    # 7 respondents of weight 3 among 33 of weight 1: 21 / 54
    assert table.loc[5, "value"] == pytest.approx(21 / 54)
    assert table.loc[5, "method"] == "wilson_weighted"


def test_missing_steps_are_counted_and_few_are_marked() -> None:
    few = STEPS.iloc[:20].where(STEPS.iloc[:20] > 0)
    result = ladder.measure(few)
    assert {note.code: dict(note.values) for note in result.notes} == {
        "steps_missing": {"count": 4, "n": 16},
        "ladder_low_n": {"n": 16, "need": 30},
    }
    assert set(result.table["flag"]) == {"low_n"}
    assert result.finding is not None and result.finding.code == "ladder_low_n"


def test_steps_come_from_the_one_ladder_item() -> None:
    wide = pd.DataFrame({"Q1": [3.0, 9, 4.5, 6], "Q2": [1.0, 2, 3, 4]}, index=["R1", "R2", "R3", "R4"])
    items = pd.DataFrame({"item_id": ["Q1", "Q2"], "construct": ["ladder", "service"]})
    steps = ladder.stages(wide, items)
    assert steps.name == "step"
    # 9 codes "don't know", 4.5 is no step
    assert steps.dropna().to_dict() == {"R1": 3.0, "R4": 6.0}


def test_messages() -> None:
    with pytest.raises(
        DataError, match=r"A ladder step must be a whole number from 0 to 6; 2 are not, such as 2\.5, 7\.0"
    ):
        ladder.measure(pd.Series([1, 7, 2.5, 3]))
    with pytest.raises(DataError, match="stages must have at least one row"):
        ladder.measure(pd.Series([None, None], dtype=float))
    with pytest.raises(DataError, match="weights must hold a positive number for each respondent; 40 do not"):
        ladder.measure(STEPS, weights=STEPS * 0.0)
    wide = pd.DataFrame({"Q1": [3.0], "Q2": [2.0]})
    items = pd.DataFrame({"item_id": ["Q1", "Q2"], "construct": ["ladder", "ladder"]})
    with pytest.raises(DataError, match="Only one item may have construct ladder; got Q1, Q2"):
        ladder.stages(wide, items)
    with pytest.raises(DataError, match="One item needs construct ladder; the constructs are service"):
        ladder.stages(wide, items.assign(construct="service"))


def test_the_bottleneck_is_named_only_when_it_is_sure() -> None:
    clear = pd.Series([k for k, n in enumerate((5, 5, 5, 60, 8, 8, 9)) for _ in range(n)])
    sure = ladder.measure(clear)
    assert sure.finding is not None and sure.finding.code == "ladder_bottleneck_sure"
    assert sure.table["p_bottleneck"].sum() == pytest.approx(1)
    close = pd.Series([k for k, n in enumerate((5, 20, 5, 21, 20, 20, 9)) for _ in range(n)])
    open_ = ladder.measure(close)
    assert open_.finding is not None and open_.finding.code == "ladder_bottleneck"
    assert [note.code for note in open_.notes] == ["ladder_bottleneck_open"]


def test_groups_follow_all_and_hospitals_widen() -> None:
    region = pd.Series(["华东"] * 25 + [None] * 15, index=STEPS.index)
    table = ladder.measure(STEPS, by=region).table
    assert table["group"].unique().tolist() == ["all", "unassigned", "华东"]
    assert table.groupby("group")["n"].first().tolist() == [40, 15, 25]
    hospital = pd.Series([f"H{i // 8}" for i in range(40)], index=STEPS.index)
    plain, wide = (ladder.measure(STEPS, cluster=c).table.loc[4] for c in (None, hospital))
    assert wide["hi"] - wide["lo"] > plain["hi"] - plain["lo"]
