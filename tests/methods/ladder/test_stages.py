"""Steps from several questions, and answers that contradict each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import ladder

ITEMS = pd.DataFrame(
    {
        "item_id": ["Q1", "Q2", "Q3", "Q4", "Q6"],
        "construct": ["awareness_unaided", "awareness_aided", "ladder", "line_of_use", "nps"],
    }
)
#: eight internists: unaware; aware; named unprompted but denies it; third line; second; first; first and 9; use unknown
WIDE = pd.DataFrame(
    {
        "Q1": [0, 0, 1, 0, 1, 1, 1, 0], "Q2": [0, 1, 0, 1, 1, 1, 1, 1], "Q4": [0, 0, 0, 1, 2, 3, 3, np.nan],
        "Q6": [5, 6, 7, 7, 8, 8, 9, 7], "Q3": [0, 1, 2, 3, 4, 5, 6, 1],
    },
    index=[f"R{i}" for i in range(8)],
).astype(float)  # fmt: skip


def test_steps_follow_from_awareness_line_and_recommendation() -> None:
    steps = ladder.stages(WIDE, ITEMS[ITEMS["construct"] != "ladder"])
    assert steps.tolist()[:7] == [0, 1, 1, 3, 4, 5, 6]
    assert pd.isna(steps["R7"])
    assert steps.attrs["rule"] == "derived"
    notes = {note.code for note in ladder.measure(steps, n_boot=20).notes}
    assert {"ladder_derived", "steps_missing"} <= notes
    table = ladder.measure(steps, n_boot=20).table.set_index("step")
    # who evaluates stands at step 1: step 2 has no number of its own
    assert table.loc[2, "flag"] == "not_identified" and pd.isna(table.loc[2, "value"])
    assert table.loc[1, "conversion"] == pytest.approx(4 / 6)
    assert "ladder_derived" not in {n.code for n in ladder.measure(ladder.stages(WIDE, ITEMS), n_boot=20).notes}


def test_nobody_is_unaware_for_not_naming_it_unprompted() -> None:
    only = ITEMS[ITEMS["construct"].isin(["awareness_unaided", "line_of_use"])]
    steps = ladder.stages(WIDE, only)
    assert steps.isna().tolist() == [True, True, False, False, False, False, False, True]


def test_contradictions_are_counted_and_steps_kept() -> None:
    told = WIDE.copy()
    told.loc["R0", "Q3"] = 4  # unaware, never used, yet second line
    told.loc["R6", "Q6"] = 3  # advocate who would not recommend
    kept = told.copy()
    result = ladder.consistency(told, ITEMS)
    table = result.table.set_index("contradiction")
    assert table.loc["unaided_not_aided", ["mentions", "n"]].tolist() == [1, 8]
    assert table.loc["step_but_unaware", "mentions"] == 1
    # R7 has no line of use
    assert table.loc["tried_but_never_used", ["mentions", "n"]].tolist() == [1, 7]
    assert table.loc["advocate_but_detractor", "mentions"] == 1
    assert table.loc["any", "mentions"] == 3
    assert told.equals(kept)
    assert result.finding is not None and result.finding.values["count"] == 3


def test_messages() -> None:
    with pytest.raises(DataError, match="the constructs are line_of_use"):
        ladder.stages(WIDE, ITEMS[ITEMS["construct"] == "line_of_use"])
    with pytest.raises(DataError, match="whole numbers from 0 to 3; 1 are not, such as 7"):
        ladder.consistency(WIDE.replace({"Q4": {3.0: np.nan, 2.0: 7.0}}), ITEMS)
    with pytest.raises(DataError, match="A check needs two kinds of questions"):
        ladder.consistency(WIDE, ITEMS[ITEMS["construct"] == "nps"])


def test_a_derived_bottleneck_leads_to_the_next_step_that_is_known() -> None:
    steps = pd.Series([1.0] * 60 + [3.0] * 20 + [5.0] * 10, index=[f"R{i:02d}" for i in range(90)])
    steps.attrs["rule"] = "derived"
    finding = ladder.measure(steps, n_boot=50).finding
    assert finding is not None
    assert (finding.values["step"], finding.values["next"]) == ("ladder_1", "ladder_3")
