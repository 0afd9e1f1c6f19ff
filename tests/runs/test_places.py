"""Folder names, whole files, hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.core.errors import SettingError
from analysis.runs import places


@pytest.mark.parametrize("region", ["华东", "North East and Yorkshire", "Y56"])
def test_a_plain_region_keeps_its_name(region: str) -> None:
    assert places.region_folder(region) == region


@pytest.mark.parametrize("region", ["华东/上海", "../secret", "reference", "tables", "a:b", "", ".", "Reference"])
def test_other_regions_get_a_safe_and_distinct_folder(region: str, tmp_path: Path) -> None:
    name = places.region_folder(region)
    assert (tmp_path / name).resolve().parent == tmp_path.resolve()
    assert name.casefold() not in {"reference", "tables", ""}


def test_two_regions_never_share_a_folder() -> None:
    assert places.region_folder("a/b") != places.region_folder("a:b") != places.region_folder("a_b")


def test_files_appear_whole(tmp_path: Path) -> None:
    path = tmp_path / "region" / "case_study.html"
    places.write_whole(path, "第一版")
    places.write_whole(path, "第二版")
    assert path.read_text(encoding="utf-8") == "第二版"
    assert [p.name for p in path.parent.iterdir()] == ["case_study.html"]


def test_folder_hash_sees_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    first = places.folder_hash(tmp_path)
    (tmp_path / "a.csv").rename(tmp_path / "b.csv")
    assert places.folder_hash(tmp_path) != first
    (tmp_path / "reference.json").write_text("{}")
    assert places.folder_hash(tmp_path, skip=["reference.json", "b.csv"]) == places.folder_hash(tmp_path / "none")


def test_unknown_notebook_lists_what_is_there() -> None:
    with pytest.raises(SettingError, match=r"notebook 99_nothing; notebooks holds .*02_segments_tiers"):
        places.notebook_path("99_nothing")


_BUILDER = """
import sys, time
from pathlib import Path
from analysis.runs import places

def build(folder):
    with open(sys.argv[2], "a") as log:
        log.write("built\\n")
    time.sleep(1)
    (folder / "whole.txt").write_text("yes")

print(places.build_once(Path(sys.argv[1]), build) / "whole.txt")
"""


def test_two_processes_build_a_folder_once(tmp_path: Path) -> None:
    home, log = tmp_path / "home", tmp_path / "log.txt"
    command = [sys.executable, "-c", _BUILDER, str(home), str(log)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert {process.communicate()[0].strip() for process in started} == {str(home / "whole.txt")}
    assert log.read_text() == "built\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "log.txt"]


def test_a_failed_build_leaves_the_way_free(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half.txt").write_text("no", encoding="utf-8")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        places.build_once(tmp_path / "home", fail)
    assert list(tmp_path.iterdir()) == []
    places.build_once(tmp_path / "home", lambda folder: (folder / "ok").touch())
    assert (tmp_path / "home" / "ok").is_file()


def test_a_dead_builder_does_not_block_for_ever(tmp_path: Path) -> None:
    mark = tmp_path / ".home.building"
    mark.mkdir()
    os.utime(mark, (0, 0))
    assert places.build_once(tmp_path / "home", lambda folder: None).is_dir()
