"""The ladder of two waves, of the same persons, and those who stay at a step."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import ladder
from analysis.stats import intervals


def wave(counts: tuple[int, ...], mark: str) -> pd.Series:
    steps = [float(k) for k, n in enumerate(counts) for _ in range(n)]
    return pd.Series(steps, index=[f"{mark}{i:03d}" for i in range(len(steps))])


BEFORE, AFTER = wave((20, 20, 20, 20, 10, 5, 5), "a"), wave((5, 10, 20, 25, 20, 15, 5), "b")


def test_independent_waves_by_hand() -> None:
    result = ladder.change(BEFORE, AFTER)
    row = result.table.set_index("step").loc[4]
    # at step 4 or beyond: 20 of 100, then 40 of 100
    assert (row["before"], row["after"], row["value"]) == pytest.approx((0.2, 0.4, 0.2))
    assert (row["lo"], row["hi"]) == pytest.approx(intervals.newcombe(40, 100, 20, 100))
    assert (row["verdict"], row["n"], row["method"]) == ("rising", 200, "square_and_add")
    assert [note.code for note in result.notes] == ["waves_not_linked"]
    assert result.finding is not None and result.finding.code == "ladder_change_rising"


def test_one_step_of_six_beyond_chance_is_no_clear_change() -> None:
    # 80 and 91 of 100 are aware, p = .03; the other five steps stay: q = 6 × .03 = .17
    result = ladder.change(BEFORE, wave((9, 31, 20, 20, 10, 5, 5), "b"))
    row = result.table.set_index("step").loc[1]
    assert row["lo"] > 0
    assert row["q"] == pytest.approx(6 * row["p"])
    assert row["q"] > 0.10
    assert row["verdict"] == "no_clear_change"
    assert result.finding is not None and result.finding.code == "ladder_change_none"


def test_the_same_answers_again_show_no_change_and_count_persons_once() -> None:
    again = BEFORE.set_axis([f"b{i:03d}" for i in range(100)])
    person = pd.Series([f"P{i:03d}" for i in range(100)] * 2, index=[*BEFORE.index, *again.index])
    result = ladder.change(BEFORE, again, person=person)
    table = result.table
    assert set(table["compared"]) == {"combined", "repeated"}
    assert set(table["n"]) == {100}
    assert set(table["verdict"]) == {"no_clear_change"}
    assert result.finding is not None and result.finding.code == "ladder_change_none"
    apart = ladder.change(BEFORE, again).table
    paired = table[table["compared"] == "combined"]
    assert (paired["hi"] - paired["lo"]).to_numpy() == pytest.approx(0, abs=0.07)
    assert ((apart["hi"] - apart["lo"]).to_numpy() > 1.5 * (paired["hi"] - paired["lo"]).to_numpy()).all()


def test_matrix_counts_moves_and_says_what_a_retest_adds() -> None:
    """10 persons at step 2: 6 stay, 3 go to 3, 1 to 1; 30 at step 3 who all stay."""
    first = pd.Series([2.0] * 10 + [3.0] * 30, index=[f"a{i:02d}" for i in range(40)])
    second = pd.Series([2.0] * 6 + [3.0] * 3 + [1.0] + [3.0] * 30, index=[f"b{i:02d}" for i in range(40)])
    person = pd.Series([f"P{i:02d}" for i in range(40)] * 2, index=[*first.index, *second.index])
    result = ladder.matrix(first, second, person=person)
    cells = result.table.set_index(["from_step", "to_step"])
    assert cells.loc[("ladder_2", "ladder_3"), ["n", "value", "of"]].tolist() == [3, 0.3, 10]
    moves = result.moves.set_index("move")
    assert moves.loc[["up", "down", "stayed", "moved", "net"], "value"].tolist() == pytest.approx(
        [3 / 40, 1 / 40, 36 / 40, 4 / 40, 2 / 40]
    )
    # net: the interval of the net score of 3 promoters, 1 detractor
    assert (100 * moves.loc["net", "lo"], 100 * moves.loc["net", "hi"]) == pytest.approx(
        intervals.adjusted_wald_nps(3, 1, 40)
    )
    assert [note.code for note in result.notes] == ["ladder_noise_unknown"]
    assert result.finding is not None and result.finding.code == "ladder_matrix_unclear"
    retest = pd.DataFrame({"first": [3.0] * 50, "second": [3.0] * 45 + [4.0] * 5}, index=[f"T{i}" for i in range(50)])
    noisy = ladder.matrix(first, second, person=person, retest=retest).moves.set_index("move")
    # 4 of 40 moved, 5 of 50 do so without any change
    assert noisy.loc["excess", "value"] == pytest.approx(0)
    assert (noisy.loc["excess", "lo"], noisy.loc["excess", "hi"]) == pytest.approx(intervals.newcombe(4, 40, 5, 50))


def test_barriers_of_those_who_stay_by_hand() -> None:
    """At step 2: 30 of 40 name B01; beyond: 15 of 60. B13: 10 of 40 and 15 of 60."""
    steps = wave((0, 0, 40, 60, 0, 0, 0), "r")
    named = pd.DataFrame(
        {
            "B01": [1.0] * 30 + [0.0] * 10 + [1.0] * 15 + [0.0] * 45,
            "B13": [1.0] * 10 + [0.0] * 30 + [1.0] * 15 + [0.0] * 45,
        },
        index=steps.index,
    )  # fmt: skip
    result = ladder.stuck(named, steps, step=2)
    table = result.table.set_index("barrier")
    assert table.loc["B01", ["stuck", "passed", "value"]].tolist() == pytest.approx([0.75, 0.25, 0.5])
    assert (table.loc["B01", "lo"], table.loc["B01", "hi"]) == pytest.approx(intervals.newcombe(30, 40, 15, 60))
    # (30 * 45) / (10 * 15)
    assert table.loc["B01", "odds_ratio"] == pytest.approx(9)
    assert table.loc["B13", "odds_ratio"] == pytest.approx(1)
    assert result.finding is not None
    assert (result.finding.code, result.finding.values["barrier"]) == ("stuck_barrier", "B01")
    # both B13 alone: nothing to tell
    alone = ladder.stuck(named[["B13"]], steps, step=2).finding
    assert alone is not None and alone.code == "stuck_none"


def test_the_step_of_most_loss_is_taken_and_empty_cells_have_an_odds_ratio() -> None:
    steps = wave((5, 5, 30, 40, 10, 0, 0), "r")
    named = pd.DataFrame({"B09": (steps == 3).astype(float)})
    result = ladder.stuck(named, steps)
    assert result.settings["step"] == 3
    row = result.table.iloc[0]
    # half an answer in each cell: (40.5 * 10.5) / (.5 * .5)
    assert row["odds_ratio"] == pytest.approx(40.5 * 10.5 / 0.25)
    assert np.isfinite([row["odds_lo"], row["odds_hi"]]).all()


def test_messages() -> None:
    with pytest.raises(DataError, match="must not share a response_id; 100 stand in both"):
        ladder.change(BEFORE, BEFORE)
    person = pd.Series(range(200), index=[*BEFORE.index, *AFTER.index]).astype(str)
    with pytest.raises(DataError, match="among 100 and 100 answers nobody did"):
        ladder.matrix(BEFORE, AFTER, person=person)
    named = pd.DataFrame({"B01": [0.0, 2.0] * 50}, index=BEFORE.index)
    with pytest.raises(DataError, match=r"mentions\[B01\] must hold 0 and 1 only; got 2"):
        ladder.stuck(named, BEFORE, step=1)
    with pytest.raises(DataError, match="Step 4 needs at least 2 who stay and 2 who moved on; there are 100 and 0"):
        ladder.stuck(named, BEFORE * 0 + 4, step=4)
