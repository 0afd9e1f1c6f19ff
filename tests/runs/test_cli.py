"""The command itself: what it lists, writes, refuses to overwrite, and in which words and codes it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner, Result

from analysis import cli
from analysis.data import codebook, store
from analysis.data import dataset as datasets
from analysis.runs import lab, places
from tests.data import desk

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A terminal of its own: no language told, work folder in a temporary place."""
    monkeypatch.delenv("RAPPORT_LANGUAGE")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("RAPPORT_WORK", str(tmp_path / "work"))
    monkeypatch.chdir(tmp_path)


def rapport(*words: object) -> Result:
    # a command sets the language of its process; the next one is another process
    told = {"RAPPORT_LANGUAGE": os.environ.get("RAPPORT_LANGUAGE")}
    return RUNNER.invoke(cli.app, [str(word) for word in words], env=told)


def shell(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The installed command in a process of its own."""
    command = Path(sys.executable).with_name("rapport")
    told = {k: v for k, v in os.environ.items() if k not in ("RAPPORT_LANGUAGE", "LANG")} | environment
    return subprocess.run([command, *map(str, words)], capture_output=True, text=True, env=told, encoding="utf-8")


def test_help_lists_every_command() -> None:
    said = shell("--help")
    assert said.returncode == 0
    for name in ("run", "check", "sample", "init", "codebook", "lab"):
        assert f"│ {name} " in said.stdout
    assert "--resume" in shell("run", "--help").stdout


# --- refusals ---------------------------------------------------------------------------------------------------


def broken(folder: Path, **top: str) -> Path:
    """A dataset file with a mistake in it."""
    desk.sales(folder)
    path = folder / "dataset.yaml"
    written = "".join(f"{key}: {value}\n" for key, value in top.items())
    path.write_text(path.read_text(encoding="utf-8") + written + "colour: red\n", encoding="utf-8")
    return path


def test_refusal_of_the_installed_command_has_no_traceback(tmp_path: Path) -> None:
    said = shell("run", broken(tmp_path / "desk"))
    assert (said.returncode, said.stdout) == (2, "")
    last = len((tmp_path / "desk" / "dataset.yaml").read_text(encoding="utf-8").splitlines())
    assert said.stderr.startswith(f"未执行。没有名为colour的键；dataset.yaml第{last}行。")
    assert said.stderr.count("\n") == 1


def test_refusal_speaks_the_language_of_the_dataset_unless_another_is_told(tmp_path: Path) -> None:
    zh, en = broken(tmp_path / "zh"), broken(tmp_path / "en", language="en")
    assert rapport("check", zh).stderr.startswith("未执行。")
    assert rapport("check", en).stderr.startswith("Refused. There is no key colour; dataset.yaml line ")
    assert rapport("check", zh, "--language", "en").stderr.startswith("Refused. ")
    assert rapport("check", zh, "--language=en").stderr.startswith("Refused. ")
    assert rapport("run", en, "--language", "zh").stderr.startswith("未执行。")


def test_refusal_without_a_dataset_speaks_the_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rapport("run", "none.yaml").stderr.startswith("Refused. ")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert rapport("run", "none.yaml").stderr.startswith("未执行。")
    monkeypatch.setenv("RAPPORT_LANGUAGE", "en")
    assert rapport("run", "none.yaml").stderr.startswith("Refused. ")


@pytest.mark.parametrize("told", [["--log", "json"], ["--log=json"]])
def test_refusal_to_a_machine_is_one_json_line(tmp_path: Path, told: list[str]) -> None:
    said = rapport("run", broken(tmp_path / "json"), *told)
    assert said.exit_code == 2
    (line,) = said.stderr.splitlines()
    event = json.loads(line)
    assert (event["event"], event["kind"], event["code"]) == ("refused", "SettingError", "yaml_unknown_key")
    assert event["message"].startswith("没有名为colour的键")


def test_a_region_called_json_asks_for_no_json(tmp_path: Path) -> None:
    desk.sales(tmp_path / "desk")
    said = rapport("run", tmp_path / "desk" / "dataset.yaml", "--region", "json")
    assert said.exit_code == 2
    assert said.stderr.splitlines()[-1].startswith("未执行。")


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    for words in (["sample", "taken", "--scale", "0.1"], ["init", "taken"]):
        said = rapport(*words)
        assert said.exit_code == 2
        assert said.stderr.startswith("Refused. Files must be readable and folders writable; ")
        assert "taken" in said.stderr


@pytest.mark.parametrize(
    "words", [["run"], ["run", "x.yaml", "--audience", "public"], ["check", "x", "--colour"], ["no"]]
)
def test_words_the_command_does_not_know(words: list[str]) -> None:
    assert rapport(*words).exit_code == 2


# --- check ------------------------------------------------------------------------------------------------------


def test_check_shows_tables_rejections_and_regions_and_writes_nothing(tmp_path: Path) -> None:
    orders = [*desk.ORDERS, ["H001", "2024-02-30", "P1", "1", "9.00", "D9", "1"]]
    # square brackets are marks of style to the terminal's painter
    customers = [*desk.CUSTOMERS, ["H003", "南岸医院", "[red]华南[/]", "三级"]]
    path = desk.sales(tmp_path / "desk", orders=orders, customers=customers, language="en").path
    before = sorted(tmp_path.rglob("*"))
    said = rapport("check", path)
    assert said.exit_code == 0
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.stdout.splitlines() if "│" in line]
    assert ["order lines", "6", "5", "1", "0", "2024-01-05", "2024-03-20"] in rows
    assert ["no such day", "order lines", "1"] in rows
    assert ["[red]华南[/]", "1", "0", "not enough data"] in rows
    assert ["unassigned", "1", "0", "not enough data"] in rows
    assert sorted(tmp_path.rglob("*")) == before
    assert "数据表" in rapport("check", path, "--language", "zh").stdout


def test_check_reads_the_files_of_another_folder(tmp_path: Path) -> None:
    path = desk.sales(tmp_path / "desk").path
    (tmp_path / "files").mkdir()
    for name in ("orders.csv", "customers.csv"):
        path.with_name(name).rename(tmp_path / "files" / name)
    assert rapport("check", path).exit_code == 2
    assert rapport("check", path, "--data", tmp_path / "files").exit_code == 0


# --- sample, init, lab ------------------------------------------------------------------------------------------


def test_sample_writes_a_data_set_that_loads_and_is_not_overwritten(tmp_path: Path) -> None:
    said = rapport("sample", "small", "--scale", "0.1", "--regions", "2", "--seed", "5")
    assert said.exit_code == 0
    written = tmp_path / said.stdout.strip()
    described = datasets.load(written)
    assert all(described.files(table) for table in described.tables)
    again = rapport("sample", "small", "--scale", "0.1")
    assert again.exit_code == 2
    assert again.stderr.startswith("Refused. Nothing is overwritten; small/dataset.yaml is there already.")
    too_small = rapport("sample", "tiny", "--scale", "0.05")
    assert too_small.exit_code == 2
    assert "scale must be 0.1 to 1000; got 0.05" in too_small.stderr
    assert not (tmp_path / "tiny").exists()


def test_init_drafts_from_files_and_the_draft_loads_once_filled_in(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "订单.csv").write_bytes(desk.text(desk.ORDERS).encode("gb18030"))
    said = rapport("init", "mine", "--from", "exports/订单.csv")
    assert said.exit_code == 0
    target = tmp_path / "mine" / "dataset.yaml"
    assert said.stdout.strip() == "mine/dataset.yaml"
    assert (tmp_path / "mine" / "templates" / "transactions.csv").is_file()
    assert rapport("check", target).exit_code == 2  # what only the analyst knows still says TODO
    text = target.read_text(encoding="utf-8")
    for key, value in (("grain", "facility"), ("source_type", "own_lawful_sales"), ("lawful_basis", "own")):
        text = text.replace(f"{key}: TODO", f"{key}: {value}")
    target.write_text(text, encoding="utf-8")
    assert rapport("check", target).exit_code == 0, "the sources are found from the dataset file's own folder"
    again = rapport("init", "mine")
    assert again.exit_code == 2
    assert "Nothing is overwritten" in again.stderr
    assert target.read_text(encoding="utf-8") == text


def test_init_without_files_and_with_a_file_that_is_not_there(tmp_path: Path) -> None:
    said = rapport("init", "other", "--from", "no-such.csv")
    assert said.exit_code == 2
    assert "has no no-such.csv" in said.stderr
    assert not (tmp_path / "other").exists(), "nothing is half done"
    assert rapport("init", "other", "--language", "en").exit_code == 0
    assert "language: en" in (tmp_path / "other" / "dataset.yaml").read_text(encoding="utf-8")


def test_codebook_drafts_from_an_export_and_overwrites_only_when_told(tmp_path: Path) -> None:
    rows = [["序号", "1、您对供货是否满意", "2、有什么建议"], ["1", "非常满意", "无"], ["2", "不满意", "及时供货"]]
    (tmp_path / "导出.csv").write_bytes(desk.text(rows).encode("gb18030"))
    said = rapport("codebook", "导出.csv", "-o", "book/codebook.yaml", "--wave", "2025Q2")
    assert (said.exit_code, said.stdout.strip()) == (0, "book/codebook.yaml")
    target = tmp_path / "book" / "codebook.yaml"
    found = codebook.read_codebook(target)
    assert (found.wave, [(item.item, item.type) for item in found.items]) == (
        "2025Q2",
        [("Q1", "likert5"), ("Q2", "open")],
    )
    target.write_text("wave: '1'\n", encoding="utf-8")
    again = rapport("codebook", "导出.csv", "-o", "book/codebook.yaml")
    assert again.exit_code == 2
    assert "Nothing is overwritten" in again.stderr
    assert target.read_text(encoding="utf-8") == "wave: '1'\n"
    assert rapport("codebook", "导出.csv", "-o", "book/codebook.yaml", "--force").exit_code == 0
    assert codebook.read_codebook(target).names == ("Q1", "Q2")
    missing = rapport("codebook", "no-such.csv")
    assert (missing.exit_code, "has no no-such.csv" in missing.stderr) == (2, True)


def test_lab_needs_a_finished_run(tmp_path: Path) -> None:
    said = rapport("lab", desk.sales(tmp_path / "desk", language="en").path, "--no-browser")
    assert said.exit_code == 2
    assert said.stderr.startswith("Refused. There must be a finished run of ")


def test_lab_fills_in_the_parameters_and_keeps_edited_copies(tmp_path: Path) -> None:
    described = desk.sales(tmp_path / "desk")
    home = places.work_root() / described.name
    store.build(described, home / "tables")
    folder = lab.prepare(described.path, region="华东")
    assert sorted(path.stem for path in folder.glob("*.ipynb")) == [
        places.REFERENCE, *places.NOTEBOOKS, places.TUTORIAL
    ]  # fmt: skip
    node = nbformat.read(folder / "01_data_health.ipynb", as_version=4)
    (told,) = [cell.source for cell in node.cells if "injected-parameters" in cell.metadata.get("tags", [])]
    assert "region = '华东'" in told
    assert str(home / "tables") in told
    edited = folder / "01_data_health.ipynb"
    edited.write_text("my own work", encoding="utf-8")
    assert lab.prepare(described.path, region="华东") == folder
    assert edited.read_text(encoding="utf-8") == "my own work"


def test_lab_knows_the_regions(tmp_path: Path) -> None:
    described = desk.sales(tmp_path / "desk")
    store.build(described, places.work_root() / described.name / "tables")
    said = rapport("lab", described.path, "--region", "华冬")
    assert said.exit_code == 2
    assert "华冬" in said.stderr
    assert "华东" in said.stderr
