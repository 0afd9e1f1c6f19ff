"""A choice of the session goes beside the dataset file; the sample is left as it is."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from analysis.core.errors import DataError, SettingError
from analysis.data import decisions
from analysis.explore import deciding
from analysis.explore.run import Run

SIGNED = {"who": "李分析", "why": "五群的行动相同"}


def own(run: Run, folder: Path) -> Run:
    """The run as if it had been made from a dataset file in ``folder``."""
    (folder / "dataset.yaml").write_text("name: x\n", encoding="utf-8")
    made = dataclasses.replace(run, home=folder / "home")
    made.__dict__["stamp"] = run.stamp | {"dataset": str(folder / "dataset.yaml")}
    return made


def test_beside_the_dataset_file_dated_today(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = deciding.decide(own(run, tmp_path), "k", 4, **SIGNED)
    assert path == tmp_path / "decisions.yaml"
    found = decisions.load(path)
    assert (found.k.value, found.k.when, found.k.who) == (4, dt.date.today(), "李分析")
    said = capsys.readouterr().out
    assert str(path) in said
    assert "--resume" in said


def test_the_earlier_choice_and_a_new_encoding_are_told(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = "# 华东区的决定，由销售与分析共同确认\nk: {value: 5, who: 王分析, when: 2025-01-02, why: 首次}\n"
    (tmp_path / decisions.FILE).write_bytes(old.encode("gb18030"))
    path = deciding.decide(own(run, tmp_path), "k", 4, when="2025-07-03", **SIGNED)
    said = capsys.readouterr().out
    assert "王分析" in said
    assert "2 Jan 2025" in said
    assert "gb18030" in said
    assert "# before: k: {value: 5" in path.read_text("utf-8")
    assert decisions.load(path).k.when == dt.date(2025, 7, 3)
    chinese = dataclasses.replace(own(run, tmp_path), language="zh")
    chinese.__dict__["stamp"] = run.stamp | {"dataset": str(tmp_path / "dataset.yaml")}
    deciding.decide(chinese, "k", 3, **SIGNED)
    assert "作为注释保留" in capsys.readouterr().out


def test_the_sample_is_not_changed(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    beside = Path(run.stamp["dataset"]).parent / decisions.FILE
    before = beside.exists()
    elsewhere = dataclasses.replace(run, home=tmp_path)
    elsewhere.__dict__["stamp"] = run.stamp
    path = deciding.decide(elsewhere, "names", {1: "稳定采购"}, **SIGNED)
    assert path == tmp_path / "decisions.yaml"
    assert beside.exists() is before
    assert "sample" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("entry", "value", "who", "code"),
    [
        ("nmaes", {1: "a"}, "Li", "decisions_entry"),
        ("k", 99, "Li", "decisions_value"),
        ("k", 4, "", "decisions_unsigned"),
    ],
)
def test_nothing_is_written_when_refused(
    run: Run, tmp_path: Path, entry: str, value: object, who: str, code: str
) -> None:
    with pytest.raises(SettingError) as caught:
        deciding.decide(own(run, tmp_path), entry, value, who=who, why="b")
    assert caught.value.code == code
    assert not (tmp_path / decisions.FILE).exists()


def test_a_dataset_file_that_moved_away(run: Run, tmp_path: Path) -> None:
    made = own(run, tmp_path)
    (tmp_path / "dataset.yaml").unlink()
    with pytest.raises(DataError) as caught:
        deciding.decide(made, "k", 4, **SIGNED)
    assert caught.value.code == "decide_no_dataset"
    assert caught.value.text("zh") != caught.value.text("en")
