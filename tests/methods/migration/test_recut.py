"""Movement of data apart from movement of cut points."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import migration

_OLD = {"thresholds": {"A": 100.0, "B": 50.0}}
_BEFORE = pd.Series({"H1": 120.0, "H2": 60.0, "H3": 10.0, "H4": 0.0})
_AFTER = pd.Series({"H1": 90.0, "H2": 110.0, "H3": 10.0, "H4": 70.0})


def test_three_lines_by_hand() -> None:
    """Old cuts 100/50, new 80/65. Tiers before A B C zero; same cuts after B A C B; new cuts after A A C B.

    Data: −1, +1, 0, +2 = 2 (2 up, 1 down); cuts: +1, 0, 0, 0 = 1; both: 0, +1, 0, +2 = 3 (2 up).
    """
    result = migration.recut(_BEFORE, _AFTER, rule=_OLD, new={"A": 80.0, "B": 65.0})
    table = result.table.set_index("source")
    assert table["steps"].to_dict() == {"from_data": 2, "from_cuts": 1, "from_both": 3}
    assert table[["up", "down"]].to_numpy().tolist() == [[2, 1], [1, 0], [2, 0]]
    assert table.loc["from_both", "value"] == pytest.approx(0.75)
    assert result.customers.loc["H1"].tolist() == ["A", "B", "A"]


def test_same_cuts_move_nobody() -> None:
    result = migration.recut(_BEFORE, _AFTER, rule=_OLD, new={"A": 100.0, "B": 50.0})
    assert result.table.set_index("source").loc["from_cuts", ["up", "down", "steps"]].tolist() == [0, 0, 0]


def test_new_cuts_come_from_the_period_after() -> None:
    """Everybody doubled: frozen cuts move people up, cutting again moves all of them back."""
    before = pd.Series({f"H{i:02d}": float(i) for i in range(1, 41)})
    result = migration.recut(before, 2 * before)
    steps = result.table.set_index("source")["steps"]
    assert steps["from_data"] > 0
    assert steps["from_cuts"] == -steps["from_data"]
    assert steps["from_both"] == 0


def test_customers_of_one_period_are_counted() -> None:
    result = migration.recut(_BEFORE, _AFTER.drop("H4"), rule=_OLD)
    assert [(note.code, dict(note.values)) for note in result.notes] == [("migration_one_period", {"n": 1})]


def test_nothing_shared_and_bad_cuts_are_refused() -> None:
    with pytest.raises(DataError, match="share customers"):
        migration.recut(_BEFORE, pd.Series({"X": 1.0}))
    with pytest.raises(SettingError):
        migration.recut(_BEFORE, _AFTER, rule=_OLD, new={"A": 1.0, "B": 2.0})
