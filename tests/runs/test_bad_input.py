"""Bad input through the real command: one clear message and exit code 2, or a counted rejection; nothing is lost."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analysis import cli
from analysis.core.errors import RapportError
from analysis.data import dataset as datasets
from analysis.data import store
from tests.data import desk

#: marks of a failure nobody foresaw
TRACES = ("Traceback", 'File "', "Error:", "Exception")


@dataclass
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def rapport(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Said]:
    """Run the command in this process, as from a terminal that has told no language."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAPPORT_WORK", str(tmp_path / "work"))

    def call(*words: Any) -> Said:
        monkeypatch.delenv("RAPPORT_LANGUAGE", raising=False)
        monkeypatch.setenv("LANG", "C.UTF-8")
        monkeypatch.setattr(sys, "argv", ["rapport", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capfd.readouterr()
        assert not any(mark in told.out + told.err for mark in TRACES), told
        return Said(ended.value.code or 0, told.out, told.err)

    return call


def refused(said: Said, *parts: str) -> None:
    """One message on stderr, in Chinese, with everything the reader needs."""
    assert said.code == 2, said
    *steps, message = said.err.strip().splitlines()
    assert message.startswith("未执行。"), said.err
    assert all(step.startswith("第") for step in steps), "beside the message only what step was reached"
    for part in parts:
        assert part in message, (part, message)


def account(built: Path, rows: int, *, table: str = "transactions", file: str = "orders.csv") -> pd.DataFrame:
    """Each of the file's ``rows`` below its header stands in its table or in rejected.csv; gives that list."""
    listed = pd.read_csv(built / store.REJECTED, dtype=str, keep_default_na=False)
    gone = listed[(listed["action"] != "cleared") & (listed["source"] == file)]
    assert not gone["row"].duplicated().any(), "a row leaves once"
    assert pq.read_metadata(built / f"{table}.parquet").num_rows + len(gone) == rows
    return listed


def build(folder: Path, orders: Any = None, customers: Any = None, **top: Any) -> Path:
    """The usual desk built into ``folder / built``."""
    desk.sales(folder, orders=orders, customers=customers, **top)
    return store.build(datasets.load(folder / "dataset.yaml"), folder / "built").folder


def line(**cells: str) -> list[str]:
    """An order line like the others, but for the cells told by their canonical name."""
    usual = {"customer_id": "H001", "date": "2024-02-05", "product_id": "P1", "quantity": "3", "amount": "99.00",
             "document_no": "D9", "line_no": "1"} | cells  # fmt: skip
    return [usual[name] for name in desk.COLUMNS]


# --- the dataset file -------------------------------------------------------------------------------------------


def edited(folder: Path, edit: Callable[[dict[str, Any]], Any]) -> Path:
    """The usual desk whose dataset file has been changed."""
    desk.sales(folder)
    path = folder / "dataset.yaml"
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(spec)
    path.write_text(yaml.safe_dump(spec, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _unknown_key(spec: dict[str, Any]) -> None:
    spec["tables"]["transactions"]["colums"] = {}


def _dotted_key(spec: dict[str, Any]) -> None:
    spec["a.b"] = "c"


def _missing_file(spec: dict[str, Any]) -> None:
    spec["tables"]["transactions"]["source"] = "order.csv"


def _absent_column(spec: dict[str, Any]) -> None:
    spec["tables"]["transactions"]["columns"]["amount"] = "销售额"


def _physicians(spec: dict[str, Any]) -> None:
    spec["tables"]["transactions"] |= {"grain": "person", "lawful_basis": ""}


def _departments(spec: dict[str, Any]) -> None:
    spec["tables"]["transactions"] |= {"grain": "department", "lawful_basis": ""}


def _undeclared(spec: dict[str, Any]) -> None:
    del spec["tables"]["transactions"]["lawful_basis"]


FILE_MISTAKES: list[tuple[Callable[[dict[str, Any]], Any], tuple[str, ...]]] = [
    (_unknown_key, ("tables.transactions.colums", "dataset.yaml", "行", "columns")),
    (_dotted_key, ("a.b", "dataset.yaml", "tables")),
    (_missing_file, ("order.csv", "orders.csv", "tables.transactions.source")),
    (_absent_column, ("销售额", "orders.csv", "客户编码", "金额", "行号")),
    (_physicians, ("不处理医生个人药品用量", "transactions")),
    (_departments, ("lawful_basis", "transactions")),
    (_undeclared, ("lawful_basis", "transactions")),
]


@pytest.mark.parametrize(("edit", "parts"), FILE_MISTAKES)
@pytest.mark.parametrize("command", ["check", "run"])
def test_mistakes_of_the_dataset_file(
    rapport: Callable[..., Said], tmp_path: Path, edit: Callable[[dict[str, Any]], Any], parts: tuple[str, ...],
    command: str,
) -> None:  # fmt: skip
    said = rapport(command, edited(tmp_path / "desk", edit))
    refused(said, *parts)
    assert not (tmp_path / "reports").exists(), "nothing is published"


def test_a_key_written_twice_names_both_lines(rapport: Callable[..., Said], tmp_path: Path) -> None:
    desk.sales(tmp_path)
    path = tmp_path / "dataset.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "name: 又一个\n", encoding="utf-8")
    # the first stands on line 1, the second below all others
    refused(rapport("check", path), "name", "dataset.yaml", "1", str(text.count("\n") + 1))


def test_no_dataset_file_at_all(rapport: Callable[..., Said], tmp_path: Path) -> None:
    said = rapport("run", tmp_path / "nowhere.yaml")
    assert said.code == 2
    assert said.err.startswith("Refused. A dataset file is needed; ")


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        (["--region", "华冬"], ("华冬", "华东")),
        (["--as-of", "2025-02-30"], ("as_of", "2025-02-30")),
        (["--as-of", "5"], ("as_of", "5")),
        (["--data", "no-such-folder"], ("--data", "no-such-folder")),
        (["--only", "02_segment"], ("02_segment", "02_segments_tiers")),
        (["--jobs", "-1"], ("jobs", "-1")),
        (["--as-of", "2020-01-01"], ("as_of", "2020-01-01", "transactions")),
    ],
)
def test_wrong_wishes(rapport: Callable[..., Said], tmp_path: Path, asked: list[str], parts: tuple[str, ...]) -> None:
    desk.sales(tmp_path / "desk")
    refused(rapport("run", tmp_path / "desk" / "dataset.yaml", *asked), *parts)
    assert not (tmp_path / "reports").exists()


# --- files that are refused as a whole --------------------------------------------------------------------------

ANSWERS = desk.text(desk.ORDERS)
REFUSED_FILES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "undecodable": (ANSWERS.encode() + b"H004,2024-03-02,P2,8,212.00,D\xff\xfe,1\n", ("orders.csv", "7", "UTF-8")),
    "not in the stated or any Chinese encoding": (ANSWERS.encode("utf-8") * 2 + b"\x81", ("orders.csv", "UTF-8")),
    "no header": ("\n".join(ANSWERS.splitlines()[1:]), ("orders.csv", "客户编码")),
    "empty file": (b"", ("orders.csv",)),
    "header only": (ANSWERS.splitlines()[0] + "\n", ("transactions",)),
    "ids in scientific notation": ([*desk.ORDERS, line(customer_id="1.23E+11")], ("1.23E+11", "customer_id", "orders.csv")),
    "a column twice": (ANSWERS.replace("行号", "金额", 1), ("金额", "orders.csv")),
    "patient ids": (ANSWERS.replace("行号", "患者ID", 1), ("患者ID", "transactions")),
    "physicians beside quantities": (ANSWERS.replace("行号", "医生姓名", 1), ("医生姓名", "transactions")),
    "no row that can be used": ([desk.ORDERS[0], line(date="2024-02-30")], ("transactions", "1")),
    "all amounts zero": (
        [desk.ORDERS[0], line(amount="0"), line(amount="0.00", customer_id="H002")],
        ("transactions.amount", "2"),
    ),
    "a quotation mark that never closes": (ANSWERS + '"H001,2024-01-01', ("orders.csv", "7")),
    "a web page": ("<html><table></table></html>", ("orders.csv", "xlsx")),
    "a workbook that is none": (b"PK\x03\x04 and no more", ("orders.csv",)),
    "line noise": (bytes(range(256)) * 4, ("orders.csv",)),
}


@pytest.mark.parametrize("name", REFUSED_FILES)
def test_files_that_cannot_be_used(rapport: Callable[..., Said], tmp_path: Path, name: str) -> None:
    orders, parts = REFUSED_FILES[name]
    columns = {k: v for k, v in desk.COLUMNS.items() if k != "line_no"}
    tables = {
        "transactions": {"source": "orders.csv", "columns": columns} | desk.BASIS,
        "customers": {"source": "customers.csv", "columns": desk.CUSTOMER_COLUMNS} | desk.BASIS,
    }
    desk.lay(tmp_path / "desk", {"orders.csv": orders, "customers.csv": desk.CUSTOMERS}, tables)
    refused(rapport("run", tmp_path / "desk" / "dataset.yaml"), *parts)
    assert not (tmp_path / "reports").exists()
    assert not list((tmp_path / "work").rglob("*.parquet")), "no half-built tables"


def test_a_sheet_without_header(rapport: Callable[..., Said], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in desk.ORDERS[1:]:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    tables = {"transactions": {"source": "orders.xlsx", "columns": desk.COLUMNS} | desk.BASIS}
    desk.lay(tmp_path / "desk", {"orders.xlsx": content.getvalue()}, tables)
    refused(rapport("check", tmp_path / "desk" / "dataset.yaml"), "orders.xlsx")
    # the same without any mapping: nothing tells what a column holds
    tables["transactions"].pop("columns")
    desk.lay(tmp_path / "desk", {}, tables)
    refused(rapport("check", tmp_path / "desk" / "dataset.yaml"), "orders.xlsx")


# --- rows that are counted --------------------------------------------------------------------------------------

#: changed cells -> rule under which the line is listed; None: it is kept
LINES: list[tuple[dict[str, str], str | None]] = [
    ({"date": "2024-02-30"}, "impossible_date"),
    ({"date": "2999-01-01"}, "future_date"),
    ({"date": "03/04/2024"}, "ambiguous_date"),
    ({"date": "开票日"}, "not_a_date"),
    ({"date": ""}, "missing_value"),
    ({"amount": "<5"}, "censored_small_count"),
    ({"amount": "约三百"}, "not_a_number"),
    ({"amount": ""}, "missing_value"),
    ({"customer_id": ""}, "missing_id"),
    ({"quantity": "1,200盒"}, None),
    ({"quantity": "１２３"}, None),
    ({"amount": "￥1,234.50"}, None),
    ({"date": "2024年2月5日"}, None),
    ({"customer_id": '="00123"'}, None),
]


@pytest.mark.parametrize(("cells", "rule"), LINES)
def test_one_line_is_kept_or_counted(tmp_path: Path, cells: dict[str, str], rule: str | None) -> None:
    listed = account(build(tmp_path / "desk", [*desk.ORDERS, line(**cells)]), len(desk.ORDERS))
    found = listed.loc[listed["row"] == "7", ["rule", "column", "value"]]
    column, text = next(iter(cells.items()))
    assert found.to_numpy().tolist() == ([[rule, column, text]] if rule else [])
