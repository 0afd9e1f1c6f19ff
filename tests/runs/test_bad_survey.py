"""Bad answers and code books through the real command: one clear message, or counted and told on the page."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis import cli
from analysis.data import dataset as datasets
from analysis.data import store

from . import small


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    small.write(tmp_path / "desk")
    return tmp_path / "desk"


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., str]:
    """The one message with which ``rapport check`` turns a data set down."""
    monkeypatch.setenv("RAPPORT_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("RAPPORT_LANGUAGE", raising=False)

    def call(folder: Path) -> str:
        monkeypatch.setattr(sys, "argv", ["rapport", "check", str(folder / "dataset.yaml")])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capfd.readouterr()
        assert ended.value.code == 2, told
        assert "Traceback" not in told.out + told.err
        return told.err.strip().splitlines()[-1]

    return call


def column(desk: Path, name: str, values: list[str]) -> None:
    """Put these answers into the export, from the first sheet on."""
    path = desk / "survey.csv"
    frame = pd.read_csv(path, dtype=str)
    frame.loc[: len(values) - 1, name] = values
    frame.to_csv(path, index=False)


def entry(desk: Path, old: str, new: str) -> None:
    path = desk / "codebook.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def satisfied(desk: Path) -> None:
    """Make the recommendation a question of five steps."""
    entry(desk, "type: nps, construct: nps", "type: likert5, construct: overall_satisfaction")


def test_answers_that_are_on_no_scale_are_listed_with_their_counts(desk: Path) -> None:
    satisfied(desk)
    column(desk, "Q4", ["还行吧"] * 4 + ["满意"] * 56)
    built = store.build(datasets.load(desk / "dataset.yaml"), desk / "built").folder
    listed = pd.read_csv(built / store.REJECTED, dtype=str, keep_default_na=False)
    (rule,) = listed.loc[listed["source"] == "survey.csv", "rule"].unique()
    assert rule == "not_an_answer"
    assert listed.loc[listed["source"] == "survey.csv", "value"].tolist() == ["还行吧"] * 4


def test_two_scales_in_one_column(desk: Path, refused: Callable[..., str]) -> None:
    satisfied(desk)
    column(desk, "Q4", ["非常满意"] * 30 + ["非常同意"] * 30)
    message = refused(desk)
    for part in ("一列只能用一种量表", "survey.csv", "Q4", "30"):
        assert part in message, message


def test_an_unknown_key_names_its_line(desk: Path, refused: Callable[..., str]) -> None:
    entry(desk, "barrier_code: B01", "barier_code: B01")
    message = refused(desk)
    for part in ("codebook.yaml第3行", "barier_code", "B01"):
        assert part in message, message


def test_a_damaged_export_names_the_place(desk: Path, refused: Callable[..., str]) -> None:
    path = desk / "survey.csv"
    content = path.read_bytes()
    at = content.index("价格".encode()) + 1
    path.write_bytes(content[:at] + b"\xff\xfe" + content[at + 1 :])
    message = refused(desk)
    for part in ("survey.csv", "第2行", "UTF-8", "encoding"):
        assert part in message, message


def test_an_export_in_gbk_and_one_with_merged_headings_read_the_same(desk: Path) -> None:
    plain = store.build(datasets.load(desk / "dataset.yaml"), desk / "plain").folder
    frame = pd.read_csv(desk / "survey.csv", dtype=str)
    (desk / "survey.csv").write_bytes((desk / "survey.csv").read_text(encoding="utf-8").encode("gbk"))
    chinese = store.build(datasets.load(desk / "dataset.yaml"), desk / "gbk").folder
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    # two questions under one heading; what belongs to nobody's block reaches over both rows
    for row in (
        [*frame.columns[:3], "障碍", None, "评价", None, "意见"],
        list(frame.columns),
        *frame.to_numpy().tolist(),
    ):
        sheet.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"):
        sheet.merge_cells(cells)
    book.save(desk / "survey.xlsx")
    spec = (desk / "dataset.yaml").read_text(encoding="utf-8")
    (desk / "dataset.yaml").write_text(spec.replace("survey.csv", "survey.xlsx"), encoding="utf-8")
    merged = store.build(datasets.load(desk / "dataset.yaml"), desk / "merged").folder
    first = pd.read_parquet(plain / "survey_responses.parquet")
    for other in (chinese, merged):
        pd.testing.assert_frame_equal(pd.read_parquet(other / "survey_responses.parquet"), first)


def test_one_respondent_gets_a_page_that_says_why(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = desk / "survey.csv"
    pd.read_csv(path, dtype=str).head(1).to_csv(path, index=False)
    # in the region that is too small for anything else
    people = pd.read_csv(desk / "customers.csv", dtype=str)
    people.loc[people["类型"] == "physician", "大区"] = "西南"
    people.to_csv(desk / "customers.csv", index=False)
    monkeypatch.setenv("RAPPORT_WORK", str(tmp_path / "work"))
    words = ["run", desk / "dataset.yaml", "--only", "04_voice_barriers", "--region", "西南", "--out", tmp_path / "out"]
    monkeypatch.setattr(sys, "argv", ["rapport", *map(str, words)])
    with pytest.raises(SystemExit):
        cli.main()
    told = capfd.readouterr()
    assert "Traceback" not in told.out + told.err
    home = next((tmp_path / "out").rglob("manifest.json")).parent
    (region,) = json.loads((home / "manifest.json").read_text(encoding="utf-8"))["regions"]
    assert region["status"] == "not_enough_data"
    assert "04_voice_barriers要求应答者数至少30，现有1，" in region["reason"]
    assert region["reason"] in (home / "西南" / "case_study.html").read_text(encoding="utf-8")
