"""Awareness, line of use, habit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import awareness
from analysis.stats import intervals


def series(values: list[float], prefix: str = "R") -> pd.Series:
    return pd.Series(values, index=[f"{prefix}{i:03d}" for i in range(len(values))], dtype=float)


def test_awareness_by_hand() -> None:
    # 40 asked: 10 name it, 30 do not; of these 12 know it once told; 2 of the 10 then deny it: still aware
    unaided = series([1] * 10 + [0] * 30)
    aided = series([0] * 2 + [1] * 8 + [1] * 12 + [0] * 18)
    found = awareness.measure(unaided, aided)
    table = found.table.set_index("measure")
    assert table.loc["unaided", ["value", "n"]].tolist() == [0.25, 40]
    assert table.loc["aided_more", ["value", "n"]].tolist() == [0.4, 30]
    assert table.loc["aware", ["value", "n"]].tolist() == [0.55, 40]
    assert table.loc["aware", ["lo", "hi"]].tolist() == pytest.approx(list(intervals.wilson(22, 40)))
    assert found.contradictions == 2
    assert found.notes[0].code == "awareness_denied"


def test_who_named_it_needs_no_second_question() -> None:
    unaided = series([1] * 10 + [0] * 10)
    aided = series([np.nan] * 10 + [1] * 5 + [np.nan] * 5)
    found = awareness.measure(unaided, aided)
    table = found.table.set_index("measure")
    # known: 10 named, 5 after help; 5 stay unknown and leave all three bases
    assert table["n"].tolist() == [15, 5, 15]
    assert table.loc["aware", "value"] == 1.0
    assert found.notes[0].values == {"count": 5, "of": 20}


def test_groups_are_tested_and_small_ones_withheld() -> None:
    unaided = series([1] * 30 + [0] * 30 + [1] * 5)
    aided = series([1] * 65)
    region = pd.Series(["华东"] * 30 + ["华北"] * 30 + ["西南"] * 5, index=unaided.index)
    found = awareness.measure(unaided, aided, by=region)
    cells = found.table.set_index(["group", "measure"])
    assert cells.loc[("西南", "unaided"), "flag"] == "suppressed"
    assert np.isnan(cells.loc[("西南", "unaided"), "value"])
    tests = found.tests.set_index("measure")
    assert tests.loc["unaided", "p"] < 1e-6
    assert tests.loc["unaided", "n"] == 60
    # everybody is aware: nothing to test
    assert np.isnan(tests.loc["aware", "p"])


def test_several_brands_stand_side_by_side() -> None:
    first = pd.DataFrame({"砚安欣": series([1, 0] * 10), "竞品甲": series([1, 1] * 10)})
    second = pd.DataFrame({"砚安欣": series([1, 1] * 10), "竞品甲": series([1, 1] * 10)})
    found = awareness.measure(first, second)
    assert found.table.groupby("brand")["value"].first().to_dict() == {"砚安欣": 0.5, "竞品甲": 1.0}
    assert found.finding is not None and found.finding.code == "awareness_of"


def test_other_answers_than_yes_and_no_are_refused() -> None:
    with pytest.raises(DataError, match="from 0 to 1"):
        awareness.measure(series([2, 1, 0]), series([1, 1, 1]))


def test_change_between_independent_waves_is_newcombes() -> None:
    # 20 of 80 before, 40 of 80 after
    then = pd.DataFrame({"unaided": series([1] * 20 + [0] * 60, "W"), "aided": series([1] * 20 + [0] * 60, "W")})
    now = pd.DataFrame({"unaided": series([1] * 40 + [0] * 40), "aided": series([1] * 40 + [0] * 40)})
    found = awareness.change(then, now)
    row = found.table.set_index("measure").loc["aware"]
    assert row["value"] == pytest.approx(0.25)
    assert [row["lo"], row["hi"]] == pytest.approx(list(intervals.newcombe(40, 80, 20, 80)))
    assert row["verdict"] == "rose"
    assert found.finding is not None and found.finding.code == "awareness_rose"


def test_line_of_use_takes_never_from_the_ladder() -> None:
    # 4 skipped the line: two stand at step 1 (never), two at step 4 (unknown); one says never at step 5 (kept)
    line = series([3] * 10 + [2] * 5 + [0] * 5 + [np.nan] * 4)
    ladder = series([5] * 10 + [4] * 5 + [1] * 4 + [5] + [1, 1, 4, 4])
    found = awareness.usage(line, ladder)
    shares = found.table.set_index("line")["value"]
    assert shares.to_dict() == pytest.approx(
        {"line_first": 10 / 22, "line_second": 5 / 22, "line_third": 0, "line_never": 7 / 22}
    )
    assert {note.code: dict(note.values) for note in found.notes} == {
        "line_from_ladder": {"count": 2},
        "line_against_ladder": {"count": 1, "of": 20},
        "line_unknown": {"count": 2, "of": 24},
    }


def test_line_of_use_by_group_adds_up_and_is_tested() -> None:
    line = series([3, 3, 2, 0] * 10 + [0, 0, 1, 0] * 10)
    group = pd.Series(["三级"] * 40 + ["二级"] * 40, index=line.index)
    found = awareness.usage(line, by=group)
    assert found.table.groupby("group")["value"].sum().tolist() == pytest.approx([1, 1, 1])
    assert found.tests["p"].iloc[0] < 0.001
    with pytest.raises(DataError, match="at least one row"):
        awareness.usage(series([np.nan, np.nan]))


def test_habit_among_users_and_others() -> None:
    # 30 of 50 users and 10 of 50 others: difference 0.4
    named = series([1] * 30 + [0] * 20 + [1] * 10 + [0] * 40)
    user = series([1] * 50 + [0] * 50)
    found = awareness.habit(named, user)
    assert found.table["value"].tolist() == [0.4, 0.6, 0.2]
    assert found.difference["value"].iloc[0] == pytest.approx(0.4)
    assert found.finding is not None and found.finding.code == "habit_differs"
    alike = awareness.habit(series([1, 0] * 50), user)
    assert alike.finding is not None and alike.finding.code == "habit_alike"


def test_habit_with_too_few_users_gives_no_difference() -> None:
    found = awareness.habit(series([1, 0] * 10), series([1] * 4 + [0] * 16))
    assert found.table["flag"].tolist() == ["low_n", "suppressed", "low_n"]
    assert np.isnan(found.difference["value"].iloc[0])
    assert found.finding is not None and found.finding.code == "habit_share"
