"""One notebook again with other settings, and what moved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis import explore
from analysis.core.errors import DataError, SettingError
from analysis.explore import changes
from analysis.explore.run import Run
from analysis.runs import places


@pytest.fixture(scope="module", autouse=True)
def _scratch(tmp_path_factory: pytest.TempPathFactory) -> object:
    patch = pytest.MonkeyPatch()
    patch.setenv("RAPPORT_WORK", str(tmp_path_factory.mktemp("scratch")))
    yield None
    patch.undo()


#: without market, contacts or answers too little is known of anybody; by what orders tell most have a level
SETS = {"hospital": {"behaviour": ["stable"], "environment": ["breadth"]}}
WEIGHTS = {"behaviour": 0.5, "environment": 0.5}


@pytest.fixture(scope="module")
def again(small_home: Path, _scratch: object) -> Run:
    """Other cuts, components and weights at once: the reference is learned again, and all that rests on it."""
    before = places.folder_hash(small_home)
    small = explore.open_run(small_home, region="华东", language="en")
    made = small.redo("02_segments_tiers", cuts=(0.5, 0.8), components=SETS, weights=WEIGHTS)
    assert places.folder_hash(small_home) == before, "the run itself is left alone"
    return made


def test_other_cuts_reach_tiers_and_case_study_and_say_why(small: Run, again: Run) -> None:
    assert again.results["tiers"].settings["cuts"] == [0.5, 0.8]
    assert (again.results_dir / "case_answers.json").stat().st_mtime > (
        small.results_dir / "case_answers.json"
    ).stat().st_mtime
    moved = again.diff(small)
    tier = moved.table[moved.table["what"] == "tier"]
    both = small.accounts["tier"].to_frame("a").join(again.accounts["tier"].rename("b"))
    assert len(tier) == int((both["a"] != both["b"]).sum()) > 0
    assert set(tier["why"]) == {"cuts_moved"}
    assert np.allclose(tier["value_before"], tier["value_after"])
    assert int(moved.summary["n"].sum()) == len(moved.table)
    assert repr(moved).startswith(f"{moved.table['customer_id'].nunique()} of 45 accounts")
    assert "trial" in repr(again)


def test_other_components_and_weights_reach_levels_and_the_frozen_score(small: Run, again: Run) -> None:
    level = again.accounts["cooperation_level"]
    assert set(small.accounts["cooperation_level"]) == {"level_0"}
    assert {"level_1", "level_2", "level_3"} <= set(level)
    told = again.reference["cooperation_score"].weights  # type: ignore[attr-defined]
    assert dict(zip(told["component"], told["weight"], strict=True)) == {"stable": 0.5, "breadth": 0.5}
    moved = again.diff(small).table
    found = moved[moved["what"] == "cooperation_level"]
    assert set(found["customer_id"]) == set(level.index[level != "level_0"])
    assert set(found["why"]) == {"weights_changed"}
    # what a trial says of these weights is what the run with them gives
    same = again.what_if.pillars(behaviour=0.5, needs=0, feedback=0, environment=0.5)
    assert same.movers.empty


def test_an_earlier_date_moves_values_and_types(small: Run) -> None:
    again = small.redo("02_segments_tiers", as_of="2024-09-30")
    assert again.as_of == "2024-09-30"
    moved = again.diff(small)
    assert set(moved.table.loc[moved.table["what"] == "value_12m", "why"]) == {"date_moved"}
    assert moved.table["value_before"].notna().all()


def test_a_parameter_of_the_notebook_itself(small: Run) -> None:
    again = small.redo("03_value_loyalty", horizon_months=6)
    assert again.results["value_total"].settings["periods"] == 26
    assert small.results["value_total"].settings["periods"] == 52
    assert again.diff(small).table.empty


def test_results_of_a_redone_run_can_be_saved_and_read(small: Run, tmp_path: Path) -> None:
    moved = changes.between(small, small)
    assert moved.table.empty
    moved.save(tmp_path, "moved")
    assert changes.RunChanges.load(tmp_path, "moved").equals(moved)


def test_wrong_wishes_suggest_the_right_ones(small: Run) -> None:
    with pytest.raises(SettingError, match="02_segments_tiers"):
        small.redo("02_segment_tiers")
    with pytest.raises(SettingError, match=r"has no cutz to change\. Nearest that can be changed: cuts"):
        small.redo("02_segments_tiers", cutz=(0.5, 0.8))
    with pytest.raises(SettingError, match="not after 2024-12-"):
        small.redo("02_segments_tiers", as_of="2031-01-01")
    with pytest.raises(SettingError, match=r"cuts\.value\.abc"):
        small.redo("02_segments_tiers", cuts=(0.8, 0.5))
    with pytest.raises(SettingError, match=r"add up to 1; weights\.value is"):
        small.redo("02_segments_tiers", weights={"behaviour": 0.5})
    with pytest.raises(SettingError, match="audience"):
        small.redo("02_segments_tiers", audience="shared")
    with pytest.raises(SettingError, match=r'Use run\.at\("华东"\)'):
        small.at("华北").diff(small)


def test_a_notebook_that_did_not_run_cannot_be_done_again(small: Run) -> None:
    with pytest.raises(DataError, match=r"02_segments_tiers did not run in 西南.*10"):
        small.at("西南").redo("02_segments_tiers", seed=1)
    assert not list((places.work_root() / "explore").glob("*/run.json.tmp"))


def test_a_failing_notebook_says_what_failed_and_leaves_no_folder(small: Run) -> None:
    with pytest.raises(DataError, match=r"Doing 03_value_loyalty again failed: .*horizon|periods"):
        small.redo("03_value_loyalty", horizon_months=-6)
