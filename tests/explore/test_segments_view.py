from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from analysis.core import words
from analysis.core.errors import DataError, SettingError
from analysis.explore import segments_view
from analysis.explore.run import Run
from analysis.figures import segments as figures
from analysis.methods import segments


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_all_regions_are_shown_and_it_is_said(run: Run) -> None:
    start = time.process_time()
    found = segments_view.side_by_side(run)
    assert time.process_time() - start < 3
    assert isinstance(found, segments.SideBySide)
    assert found.settings["k"] == [2, 3, 4, 5, 6, 7, 8]
    model = run.reference["segments_model"]
    assert len(found.points) == len(model.customers)
    regions = run.at(run.regions[-1])
    assert segments_view.side_by_side(regions, (2,)).points["k2"].equals(found.points["k2"])
    first = words.text(f"notes.{found.notes[0].code}", "en", **found.notes[0].values)
    assert f"all regions ({len(run.regions)})" in first
    assert "not 华东 alone" in first


def test_the_number_in_use_is_the_frozen_model(run: Run) -> None:
    found = segments_view.side_by_side(run)
    model = run.reference["segments_model"]
    used = found.settings["k_used"]
    assert used == model.settings["k"]
    assert found.points[f"k{used}"].to_dict() == model.customers["segment"].to_dict()


def test_criteria_of_the_reference_are_joined(run: Run) -> None:
    found = segments_view.side_by_side(run, (2, 3, 9))
    choice = run.reference["segments_choice"].table.set_index("k")
    rows = found.table.drop_duplicates("k").set_index("k")
    for name in ("excess", "jaccard_mean", "reason"):
        assert rows.loc[[2, 3], name].tolist() == choice.loc[[2, 3], name].tolist()
    # nine was never tested
    assert rows.loc[9, ["excess", "jaccard_mean", "reason"]].isna().all()
    assert "○ 9" not in [text.get_text() for text in figures.plot_side_by_side(found, language="en").texts]


def test_notes_and_columns_have_words(run: Run) -> None:
    found = segments_view.side_by_side(run, (2, 3))
    for language in words.LANGUAGES:
        for note in found.notes:
            assert words.text(f"notes.{note.code}", language, **note.values)
        assert words.text(f"findings.{found.finding.code}", language, **found.finding.values)
        for column in found.table.columns:
            assert words.has(f"columns.{column}", language), column


def test_saved_and_loaded_equal(run: Run, tmp_path: Path) -> None:
    found = segments_view.side_by_side(run, (2, 3, 9))
    found.save(tmp_path, "eye")
    assert segments.SideBySide.load(tmp_path, "eye").equals(found)


def test_what_is_frozen_stays_as_it_was(run: Run) -> None:
    before = run.reference["segments_recipe"].matrix.copy(deep=True)
    table = run.reference["segments_choice"].table.copy(deep=True)
    segments_view.side_by_side(run, (2,))
    assert run.reference["segments_recipe"].matrix.equals(before)
    assert run.reference["segments_choice"].table.equals(table)


def test_a_run_of_few_accounts_has_no_segments(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "few"
    home.mkdir()
    (home / "tables").symlink_to(run.home / "tables")
    with pytest.raises(DataError) as error:
        segments_view.side_by_side(dataclasses.replace(run, home=home))
    assert error.value.code == "explore_no_segments"
    assert "at least 60 accounts" in error.value.text("en")
    assert "至少要有60家" in error.value.text("zh")
    assert error.value.values["got"] > 0


def test_numbers_that_cannot_be(run: Run) -> None:
    with pytest.raises(SettingError) as error:
        segments_view.side_by_side(run, (1, 2))
    assert error.value.code == "out_of_range"


def test_the_run_asks_for_it_by_name(run: Run) -> None:
    assert run.segments_by_eye((2, 3)).equals(segments_view.side_by_side(run, (2, 3)))
