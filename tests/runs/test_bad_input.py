"""Bad input through the real command: one clear message and exit code 2, or a counted rejection; nothing is lost."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import cli
from analysis.core.errors import RapportError
from analysis.data import dataset as datasets
from analysis.data import store, tables
from tests.data import desk

from . import small

#: marks of a failure nobody foresaw
TRACES = ("Traceback", 'File "', "Exception")


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


def cells_of(table: str) -> list[list[str]]:
    """Rows of the tables that `rapport check` prints."""
    return [[cell.strip() for cell in text.split("│")[1:-1]] for text in table.splitlines() if "│" in text]


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


#: a decision, and what the message about it must name
DECISIONS = {
    "cuts in wrong order": ("cuts", "{abc: [0.9, 0.7]}", ("cuts.value.abc", "0.9, 0.7")),
    "cuts outside 0 to 1": ("cuts", "{potential: [0.5, 1.2]}", ("cuts.value.potential", "0与1之间")),
    "cuts of nothing": ("cuts", "{acb: [0.7, 0.9]}", ("cuts.value.acb", "abc、potential、cooperation")),
    "not reciprocal": (
        "pairwise",
        "{items: [behaviour, needs], matrix: [[1, 2], [2, 1]]}",
        ("pairwise.value", "behaviour", "needs"),
    ),
    "inconsistent": (
        "pairwise",
        "{items: [behaviour, needs, feedback], matrix: [[1, 3, 1/3], [1/3, 1, 3], [3, 1/3, 1]]}",
        ("pairwise.value", "一致性比率"),
    ),
    "unknown component": ("components", "{hospital: {behaviour: [stabel]}}", ("components.value", "stabel", "stable")),
    "weights beyond 1": ("weights", "{behaviour: 0.9, needs: 0.3}", ("weights.value", "0.9")),
    "scores of rules": ("rfm", "[{name: a, r: [5, 4]}]", ("rfm.value.0.r", "5, 4")),
    "too many segments": ("k", "40", ("k.value", "40")),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_decisions_that_cannot_be(rapport: Callable[..., Said], tmp_path: Path, name: str) -> None:
    entry, value, parts = DECISIONS[name]
    desk.sales(tmp_path / "desk")
    text = f"# 首行\n{entry}: {{value: {value}, who: 李, when: 2025-01-04, why: 试}}\n"
    (tmp_path / "desk" / "decisions.yaml").write_text(text, encoding="utf-8")
    refused(rapport("run", tmp_path / "desk" / "dataset.yaml"), "decisions.yaml", "2", *parts)
    assert not (tmp_path / "reports").exists()


# --- files that are refused as a whole --------------------------------------------------------------------------

ANSWERS = desk.text(desk.ORDERS)
REFUSED_FILES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "undecodable": (ANSWERS.encode() + b"H004,2024-03-02,P2,8,212.00,D\xff\xfe,1\n", ("orders.csv", "7", "UTF-8")),
    "not in the stated or any Chinese encoding": (ANSWERS.encode("utf-8") * 2 + b"\x81", ("orders.csv", "UTF-8")),
    "no header": ("\n".join(ANSWERS.splitlines()[1:]), ("orders.csv", "header_row")),
    "empty file": (b"", ("orders.csv",)),
    "header only": (ANSWERS.splitlines()[0] + "\n", ("transactions",)),
    "ids in scientific notation": (
        [*desk.ORDERS, line(customer_id="1.23E+11")],
        ("1.23E+11", "customer_id", "orders.csv"),
    ),
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


@pytest.mark.parametrize("entry", ["orders_*.csv", "a**b.csv", "x" * 5_000 + ".csv", ".", "no/such/orders.csv", "a\0b"])
def test_names_that_stand_for_no_file(rapport: Callable[..., Said], tmp_path: Path, entry: str) -> None:
    tables = {"transactions": {"source": entry} | desk.BASIS}
    desk.lay(tmp_path / "desk", {"orders.csv": desk.ORDERS}, tables)
    said = rapport("check", tmp_path / "desk" / "dataset.yaml")
    refused(said, "tables.transactions.source", "orders.csv", "--data")
    assert len(said.err) < 600


def _texts_that_are_none() -> bytes:
    """A Parquet file whose text column holds bytes that are no UTF-8."""
    columns = dict(zip(desk.ORDERS[0], zip(*desk.ORDERS[1:], strict=True), strict=True))
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, compression="none", use_dictionary=False)
    return file.getvalue().replace(b"H003", b"\xff\xfe\xfd\xfc")


#: name of the file -> a damaged one
DAMAGED = {
    "orders.csv.gz": gzip.compress(ANSWERS.encode())[:-20],
    "noise.csv.gz": gzip.compress(b"", mtime=0)[:10] + b"\xff" * 40,
    "orders.parquet": _texts_that_are_none(),
    "short.parquet": _texts_that_are_none()[:-30],
    "orders.xls": b"\xd0\xcf\x11\xe0" + bytes(600),
    "orders.xlsx": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files_of_every_kind(rapport: Callable[..., Said], tmp_path: Path, name: str) -> None:
    tables = {"transactions": {"source": name, "columns": desk.COLUMNS} | desk.BASIS}
    desk.lay(tmp_path / "desk", {name: DAMAGED[name]}, tables)
    refused(rapport("check", tmp_path / "desk" / "dataset.yaml"), name, "请重新导出")


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


def test_everything_wrong_at_once_and_nothing_lost(rapport: Callable[..., Said], tmp_path: Path) -> None:
    bad = [line(**cells) for cells, _ in LINES]
    # a title, a repeated header, a blank line, a total, a line delivered twice
    rows = [["流向明细"], [], *desk.ORDERS, [], desk.ORDERS[0], *bad, desk.ORDERS[1], ["合计", "", "", "30", "1202.00"]]
    people = [*desk.CUSTOMERS, desk.CUSTOMERS[1], ["H002", "临湖医院二院", "华北", "三甲"], ["", "无编码", "华东", ""]]
    built = build(tmp_path / "desk", rows, people)
    header = 1
    listed = account(built, len(rows) - header)
    counts = listed["rule"].value_counts()
    for rule in [rule for _, rule in LINES if rule] + ["title_row", "repeated_header", "subtotal_row", "repeated_line"]:
        assert counts[rule] >= 1, rule
    # of the five rows below the header of the customer list two are customers
    assert counts["missing_id"] == 2
    assert account(built, 5 + 2, table="customers", file="customers.csv").shape == listed.shape, (
        "two are added: H003, 00123"
    )
    told = rapport("check", tmp_path / "desk" / "dataset.yaml")
    assert told.code == 0
    cells = cells_of(told.out)
    assert ["订单明细", "25", "10", "10", "5", "2024-01-05", "2024-03-20"] in cells
    assert ["日期不存在", "订单明细", "1"] in cells
    assert ["编码缺失", "客户表", "1"] in cells
    assert ["华东", "1", "0", "数据不足"] in cells


def test_order_of_day_and_month_is_taken_from_the_column(tmp_path: Path) -> None:
    body = [line(date=day, document_no=f"D{i}") for i, day in enumerate(["25/03/2024", "03/04/2024", "04/04/2024"])]
    built = build(tmp_path / "desk", [desk.ORDERS[0], *body])
    account(built, 3)
    days = pd.read_parquet(built / "transactions.parquet")["date"].astype(str)
    assert sorted(days) == ["2024-03-25", "2024-04-03", "2024-04-04"]


def test_an_empty_customer_table_is_left_out_and_said(rapport: Callable[..., Said], tmp_path: Path) -> None:
    desk.sales(tmp_path, customers=[desk.CUSTOMERS[0]])
    told = rapport("check", tmp_path / "dataset.yaml")
    assert told.code == 0
    assert ["全部", "3", "0", "数据不足"] in cells_of(told.out)


# --- few data that still give reports ---------------------------------------------------------------------------


def test_one_customer_gives_a_page_that_says_why(rapport: Callable[..., Said], tmp_path: Path) -> None:
    body = [line(date=f"2024-{month:02d}-05", document_no=f"D{month}") for month in range(1, 13)]
    desk.sales(tmp_path / "desk", orders=[desk.ORDERS[0], *body], customers=desk.CUSTOMERS[:2])
    told = rapport("check", tmp_path / "desk" / "dataset.yaml")
    assert told.code == 0
    assert ["华东", "1", "0", "数据不足"] in cells_of(told.out)
    said = rapport("run", tmp_path / "desk" / "dataset.yaml", "--out", "reports")
    home = tmp_path / "reports" / "desk" / "2024-12-05"
    assert said.code == 0
    assert Path(said.out.strip()).resolve() == home / "index.html"
    (region,) = json.loads((home / "manifest.json").read_text(encoding="utf-8"))["regions"]
    assert (region["region"], region["status"]) == ("华东", "not_enough_data")
    assert "至少10，现有1" in region["reason"]
    assert "数据不足" in (home / "华东" / "case_study.html").read_text(encoding="utf-8")


def test_regions_in_trouble_say_why_and_print_no_missing_number(rapport: Callable[..., Said], tmp_path: Path) -> None:
    path = small.troubled(tmp_path / "troubled")
    said = rapport("run", path, "--only", "02_segments_tiers", "--out", "reports", "--jobs", "2")
    assert said.code == 0, said
    home = tmp_path / "reports" / "troubled" / "2024-12-31"
    regions = json.loads((home / "manifest.json").read_text(encoding="utf-8"))["regions"]
    assert {r["region"]: r["status"] for r in regions} == {
        "退货": "not_enough_data", "独大": "ok", "同样": "ok", "五家": "not_enough_data",
    }  # fmt: skip
    for page in home.rglob("*.html"):
        text = re.sub(r"<style.*?</style>|<script.*?</script>|<pre.*?</pre>", "", page.read_text("utf-8"), flags=re.S)
        shown = re.sub(r"<[^>]+>", " ", text) + " ".join(re.findall('alt="([^"]*)"', text))
        assert not re.search(r"(?<![A-Za-z])(nan|NaN|NaT|None|inf)(?![A-Za-z])", shown), page
    assert (home / "rejected.csv").read_text(encoding="utf-8").count("customers.csv") == 2, "ids given twice"


def test_bad_rows_stand_in_the_published_list_and_on_the_health_page(
    rapport: Callable[..., Said], tmp_path: Path
) -> None:
    path = small.write(tmp_path / "small")
    orders = path.parent / "orders.csv"
    good = len(orders.read_text(encoding="utf-8").splitlines()) - 1
    with orders.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["H001", day, "P1", amount, f"X{i}"] for i, (day, amount) in enumerate(DIRT)])
    said = rapport("run", path, "--region", "华北", "--only", "01_data_health", "--language", "en", "--log", "json")
    assert said.code == 0
    events = [json.loads(text) for text in said.out.splitlines()]
    assert [event["event"] for event in events] == ["step", "step", "step", "started", "region", "done"]
    home = Path(events[-1]["index"]).parent
    listed = pd.read_csv(home / "rejected.csv", dtype=str, keep_default_na=False)
    assert listed["value"].tolist() == ["2024-06-31", "<5", "abc"]
    assert listed["row"].tolist() == [str(good + 2), str(good + 3), str(good + 4)]
    assert pq.read_metadata(home / "tables" / "transactions.parquet").num_rows == good + 1
    assert "no such day" in (home / "华北" / "01_data_health.html").read_text(encoding="utf-8")


#: three that cannot be used, and one that can
DIRT = (("2024-06-31", "10"), ("2024-06-30", "<5"), ("2024-06-30", "abc"), ("2024-06-30", "１，２３４．５０元"))


# --- damage at random -------------------------------------------------------------------------------------------


def damaged(content: bytes, places: list[tuple[int, int]]) -> bytes:
    """The bytes with some replaced; a negative value takes the byte out."""
    body = bytearray(content)
    for at, value in places:
        if value < 0:
            del body[at % len(body)]
        else:
            body[at % len(body)] = value
    return bytes(body)


DAMAGE = st.lists(st.tuples(st.integers(0, 5_000), st.integers(-20, 255)), min_size=1, max_size=6)
QUIET = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@QUIET
@given(places=DAMAGE, encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_damaged_bytes_of_a_file_are_refused_or_counted(
    tmp_path_factory: pytest.TempPathFactory, places: list[tuple[int, int]], encoding: str
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    content = damaged(desk.text(desk.ORDERS).encode(encoding), places)
    try:
        built = build(folder, content)
    except RapportError as error:
        assert all(error.text(language) for language in ("zh", "en"))
        return
    entry = tables.meta(built)["tables"]["transactions"]
    assert entry["read"] == entry["kept"] + sum(entry["rejected"].values()) + sum(entry["dropped"].values())


@QUIET
@given(places=DAMAGE)
def test_a_damaged_dataset_file_is_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, places: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    desk.sales(folder, as_of="2024-12-31", override=[{"rule": "G4", "reason": "pilot", "by": "李"}])
    path = folder / "dataset.yaml"
    path.write_bytes(damaged(path.read_bytes(), places))
    try:
        store.build(datasets.load(path), folder / "built")
    except RapportError as error:
        assert all(error.text(language) for language in ("zh", "en"))
