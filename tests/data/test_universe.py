"""Who was reached: by hand, up to the day only."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.data import customers, universe

from . import test_cooperation as everything_built
from . import test_effort as contacts_built


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return everything_built.built(tmp_path_factory.mktemp("universe"))


def marks(table: object, name: str) -> list[bool]:
    return table[name].tolist()  # type: ignore[index]


def test_reach_by_hand(folder: Path) -> None:
    table = universe.reach(folder, as_of="2024-12-31")
    assert (
        table.index.tolist() == customers.profile(folder, as_of="2024-12-31").index.tolist() == ["H001", "H002", "S1"]
    )
    assert table["region"].tolist() == ["华东", "华北", "华东"]
    # H002 bought last in 2022; both hospitals' physicians had visits, the pharmacy none; all answered but the pharmacy
    assert marks(table, "ordered") == [True, False, True]
    assert marks(table, "contacted") == [True, True, False]
    assert marks(table, "surveyed") == [True, True, False]
    assert table["province"].isna().all()
    assert all(table[name].dtype == bool for name in ("ordered", "opted_out"))
    assert all(table[name].dtype == "boolean" for name in ("contacted", "surveyed"))
    assert universe.reach(folder, as_of="2024-12-31", region="华北").index.tolist() == ["H002"]


def test_reach_looks_back_from_the_day(folder: Path) -> None:
    early = universe.reach(folder, as_of="2024-05-31")
    # H001's orders of 2024 begin in October, S1 bought first on 1 June; the survey was in June: nobody asked by then
    assert marks(early, "ordered") == [False, False, False]
    assert early["surveyed"].isna().all()
    assert marks(early, "contacted") == [True, True, False]
    assert marks(universe.reach(folder, as_of="2023-01-31"), "ordered") == [True, True, False]


def test_objection_is_the_accounts_own_and_missing_tables_are_not_known(tmp_path: Path) -> None:
    people = contacts_built.PEOPLE
    built = contacts_built.built(tmp_path / "a", leave=("interactions", "plans"))
    table = universe.reach(built, as_of="2024-03-31")
    # the physician Y1 objects, not the hospital
    assert people[3][-1] == "是"
    assert marks(table, "opted_out") == [False, False]
    assert table["contacted"].isna().all()
    assert table["surveyed"].isna().all()
    assert marks(table, "ordered") == [True, True]
