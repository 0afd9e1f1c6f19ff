"""Source files as analysts get them: encodings, separators, furniture, workbooks, typed sources."""

from __future__ import annotations

import datetime as dt
import decimal
import gzip

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.core import words
from analysis.core.errors import DataError, SettingError
from analysis.data import encodings, parsing, readers
from analysis.data.spec import Connect, TableSpec

FLOW = "客户编码,销售日期,产品编码,数量,金额\n00123,2024-01-05,P1,10,250.00\n00124,2024-01-06,P2,3,75.50\n"
MAPPED = {"customer_id": "客户编码", "date": "销售日期", "quantity": "数量"}


def _spec(**entries):
    return TableSpec(source="x", **entries)


def _file(tmp_path, content, name="flow.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _book(tmp_path, *sheets, name="flow.xlsx"):
    """A workbook of (title, rows, merged ranges)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows, merged in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    path = tmp_path / name
    book.save(path)
    return path


def _error(code, call, *args, **kwargs):
    with pytest.raises(DataError) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code
    assert caught.value.text("zh")
    return str(caught.value)


# --- text files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gbk", "gb18030"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_encodings_of_chinese_exports(tmp_path, encoding, found):
    raw = readers.read(_file(tmp_path, FLOW.encode(encoding)), _spec(columns=MAPPED))
    assert raw.encoding == found
    assert raw.frame.columns.tolist() == ["客户编码", "销售日期", "产品编码", "数量", "金额"]
    assert raw.frame["客户编码"].tolist() == ["00123", "00124"]
    assert raw.rows.tolist() == [2, 3]
    assert (raw.source, raw.header_row, len(raw.dropped)) == ("flow.csv", 1, 0)
    assert all(str(dtype) == "str" for dtype in raw.frame.dtypes)


def test_rare_names_need_gb18030_and_survive(tmp_path):
    # 镕 堃 喆 are in GB18030 but not in GB2312
    names = "客户编码,姓名\n1,张镕\n2,李堃\n3,王喆\n"
    assert readers.read(_file(tmp_path, names.encode("gb18030"))).frame["姓名"].tolist() == ["张镕", "李堃", "王喆"]


@pytest.mark.parametrize("name", ["flow.csv.gz", "flow.tsv.gz", "flow.txt"])
def test_compressed_and_tab_separated(tmp_path, name):
    text = FLOW.replace(",", "\t").encode("gb18030")
    raw = readers.read(_file(tmp_path, gzip.compress(text) if name.endswith("gz") else text, name))
    assert raw.frame["金额"].tolist() == ["250.00", "75.50"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separator_is_found_below_a_title(tmp_path, mark):
    text = "华东区，2024年1月流向\n" + FLOW.replace(",", mark)
    raw = readers.read(_file(tmp_path, text), _spec(columns=MAPPED))
    assert raw.frame.shape == (2, 5)
    assert raw.dropped["rule"].tolist() == ["title_row"]


def test_commas_inside_quotes_do_not_fool_the_separator(tmp_path):
    text = '编码;名称\n1;"甲,乙,丙,丁"\n2;"戊,己,庚,辛"\n'
    assert readers.read(_file(tmp_path, text)).frame["名称"].tolist() == ["甲,乙,丙,丁", "戊,己,庚,辛"]


def test_quoted_line_ends_and_quotes_stay(tmp_path):
    text = '客户编码,备注\r\n1,"第一行\n第二行"\r\n2,"说""好"""\r\n'
    raw = readers.read(_file(tmp_path, text))
    assert raw.frame["备注"].tolist() == ["第一行\n第二行", '说"好"']
    assert raw.rows.tolist() == [2, 3]


def test_cells_stay_as_written(tmp_path):
    text = "客户编码,数量\n 007 ,１２３\n NA,-\n"
    frame = readers.read(_file(tmp_path, text)).frame
    assert frame["客户编码"].tolist() == [" 007 ", " NA"]
    assert frame["数量"].tolist() == ["１２３", "-"]


def test_file_of_one_column(tmp_path):
    raw = readers.read(_file(tmp_path, "客户编码\n1\n2\n"), _spec(columns={"customer_id": "客户编码"}))
    assert raw.frame["客户编码"].tolist() == ["1", "2"]


def test_undecodable_byte_is_located(tmp_path):
    # byte 0xFF is in no encoding tried; the header is 40 bytes of GBK
    head = "客户编码,名称\n".encode("gbk")
    said = _error("undecodable", readers.read, _file(tmp_path, head + b"1,\xff\xff\n"))
    assert f"at line 2 (byte {len(head) + 2})" in said


def test_damaged_utf8_is_not_taken_for_gb18030(tmp_path):
    # every word has an even number of characters, so the bytes would also decode as GB18030, to nonsense
    good = ("医院药店," * 30 + "\n").encode()
    said = _error("undecodable", readers.read, _file(tmp_path, good + "医院".encode()[:5] + b"\n"))
    assert "UTF-8" in said
    assert "line 2" in said


def test_latin_text_is_not_taken_for_chinese(tmp_path):
    # é followed by a letter is a valid GBK pair
    text = "name,city\nréal,béton\nélan,forêt\n".encode("latin-1")
    _error("undecodable", readers.read, _file(tmp_path, text))
    assert readers.read(_file(tmp_path, text), _spec(encoding="latin-1")).frame["city"].tolist() == ["béton", "forêt"]


def test_declared_encoding_is_the_only_one_tried(tmp_path):
    said = _error("undecodable", readers.read, _file(tmp_path, FLOW), _spec(encoding="ascii"))
    assert "ascii" in said
    assert "byte 0" in said


def test_misfit_far_into_the_file_is_located_across_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(encodings, "_CHUNK", 7)
    text = "客户编码,数量\n" + "甲乙丙,1\n" * 50
    for encoding in ("utf-8", "gb18030"):
        content = text.encode(encoding)
        assert encodings.detect(_file(tmp_path, content)) == encoding
        said = _error("undecodable", encodings.detect, _file(tmp_path, content + b"\xff\xff,1\n"))
        assert f"at line 52 (byte {len(content)})" in said


def test_lost_characters_are_noted(tmp_path):
    raw = readers.read(_file(tmp_path, "客户编码,名称\n1,张\ufffd\n"))
    assert raw.notes == [("replacement_characters", {"file": "flow.csv"})]


def test_unclosed_quote_is_located_and_nothing_is_swallowed(tmp_path):
    said = _error("broken_quotes", readers.read, _file(tmp_path, '客户编码,名称\n1,甲\n2,"乙\n3,丙\n'))
    assert "flow.csv" in said


def test_row_with_more_cells_than_names_is_set_apart(tmp_path):
    # an unquoted thousands comma moves the cells of its row
    raw = readers.read(_file(tmp_path, "客户编码,日期,金额\n1,2024-01-01,50\n2,2024-01-01,1,200\n3,2024-01-02,70,\n"))
    assert raw.frame["客户编码"].tolist() == ["1", "3"]
    assert raw.dropped.to_dict("list") == {"row": [3], "rule": ["too_many_fields"], "value": ["2"]}


def test_header_that_names_too_few_columns_is_refused_and_no_row_is_dropped(tmp_path):
    said = _error("header_short", readers.read, _file(tmp_path, "客户编码,金额\n1,甲,5\n2,乙,6\n3,7\n"))
    assert "names 2 columns; rows with more cells: 2" in said


def test_short_rows_are_filled_with_nothing(tmp_path):
    raw = readers.read(_file(tmp_path, "客户编码,日期,金额\n1,2024-01-01\n2,2024-01-02,5\n"))
    assert raw.frame["金额"].isna().tolist() == [True, False]


@pytest.mark.parametrize(("content", "code"), [(b"", "empty_file"), (b"<html><table>", "html_file")])
def test_files_that_are_no_tables(tmp_path, content, code):
    _error(code, readers.read, _file(tmp_path, content, "flow.xls"))


def test_text_under_the_name_of_a_workbook_is_read(tmp_path):
    raw = readers.read(_file(tmp_path, FLOW.replace(",", "\t").encode("gbk"), "flow.xls"))
    assert raw.frame["数量"].tolist() == ["10", "3"]


def test_missing_and_broken_files(tmp_path):
    assert "flow.csv" in _error("file_missing", readers.read, tmp_path / "flow.csv")
    for name, content in (
        ("a.xlsx", b"PK\x03\x04junk"), ("b.xls", b"\xd0\xcf\x11\xe0junk"), ("c.parquet", b"PAR1junk"),
        ("d.parquet", b"junk"), ("e.csv.gz", b"\x1f\x8bjunk"), ("f.csv", gzip.compress(b"a,b\n1,2\n")),
    ):  # fmt: skip
        _error("unreadable_file", readers.read, _file(tmp_path, content, name))


# --- header -----------------------------------------------------------------------------------------------------


def test_header_only_is_an_empty_table(tmp_path):
    raw = readers.read(_file(tmp_path, "客户编码,销售日期,数量\n"), _spec(columns=MAPPED))
    assert raw.frame.columns.tolist() == ["客户编码", "销售日期", "数量"]
    assert len(raw.frame) == len(raw.rows) == 0


def test_absent_column_lists_what_is_there_and_what_is_near(tmp_path):
    said = _error(
        "mapped_header_missing_near", readers.read, _file(tmp_path, FLOW), _spec(columns={"amount": "总金额"})
    )
    assert "flow.csv lacks 总金额" in said
    assert "Nearest: 金额" in said
    assert "客户编码, 销售日期, 产品编码, 数量, 金额" in said
    _error("mapped_header_missing", readers.read, _file(tmp_path, FLOW), _spec(columns={"amount": "revenue"}))


def test_header_written_a_little_differently_comes_under_the_mapped_name(tmp_path):
    text = "客户 编码,销售日期 ,数量（盒）\n1,2024-01-01,2\n"
    raw = readers.read(_file(tmp_path, text), _spec(columns={"customer_id": "客户编码", "quantity": "数量(盒)"}))
    assert raw.frame.columns.tolist() == ["客户编码", "销售日期", "数量(盒)"]


def test_header_twice_is_refused(tmp_path):
    said = _error("header_twice", readers.read, _file(tmp_path, "客户编码,金额,金额\n1,2,3\n"))
    assert "columns 2, 3" in said


def test_data_without_header_is_refused(tmp_path):
    said = _error("no_header", readers.read, _file(tmp_path, "00123,2024-01-05,10\n00124,2024-01-06,3\n"))
    assert "header_row" in said


def test_told_header_row_overrules(tmp_path):
    text = "客户编码,日期,数量\nid,day,pieces\n1,2024-01-01,5\n"
    raw = readers.read(_file(tmp_path, text), _spec(header_row=2))
    assert raw.frame.columns.tolist() == ["id", "day", "pieces"]
    assert raw.header_row == 2
    assert raw.dropped["rule"].tolist() == ["title_row"]
    _error("no_header", readers.read, _file(tmp_path, text), _spec(header_row=9))


def test_columns_without_a_name(tmp_path):
    raw = readers.read(_file(tmp_path, ",客户编码,,数量,\n0,1,,5,\n1,2,,6,\n"))
    assert raw.frame.columns.tolist() == ["column_1", "客户编码", "数量"]  # an index is kept, empty columns go
    assert raw.notes == [("unnamed_columns", {"columns": [1]})]


# --- rows that are no data ----------------------------------------------------------------------------------------

PRINTED = """\
华东区2024年1月流向表,,,,

客户编码,销售日期,产品编码,数量,金额
001,2024-01-05,P1,10,250.00
002,2024-01-06,P2,3,75.50
小计,,,13,325.50
客户编码,销售日期,产品编码,数量,金额
003,2024-01-07,P1,4,"1,100.00"
,,,,
小计：,,,4,1100
合　计,,,17,1425.50
制表人：张三,,,,
注：金额为含税金额,,,,
"""


def test_every_row_of_a_printed_export_is_accounted_for(tmp_path):
    raw = readers.read(_file(tmp_path, PRINTED), _spec(columns=MAPPED))
    assert raw.frame["客户编码"].tolist() == ["001", "002", "003"]
    assert raw.rows.tolist() == [4, 5, 8]
    assert list(zip(raw.dropped["row"], raw.dropped["rule"], strict=True)) == [
        (1, "title_row"), (2, "blank_row"), (6, "subtotal_row"), (7, "repeated_header"), (9, "blank_row"),
        (10, "subtotal_row"), (11, "subtotal_row"), (12, "footnote_row"), (13, "footnote_row"),
    ]  # fmt: skip
    assert raw.dropped["value"].tolist()[0] == "华东区2024年1月流向表"
    assert len(raw.frame) + len(raw.dropped) + 1 == len(PRINTED.splitlines())
    assert raw.notes == [("subtotals_agree", {"count": 3})]


def test_total_that_agrees_with_no_sum_is_set_apart_and_noted(tmp_path):
    text = "客户编码,日期,数量\n1,2024-01-01,5\n2,2024-01-01,6\n合计,,12\n"
    raw = readers.read(_file(tmp_path, text))
    assert len(raw.frame) == 2
    values = {"count": 1, "row": 4, "column": "数量", "said": 12.0, "summed": 11.0}
    assert raw.notes == [("subtotal_differs", values)]


def test_total_above_the_rows(tmp_path):
    text = "客户编码,日期,数量\n合计,,11\n1,2024-01-01,5\n2,2024-01-01,6\n"
    raw = readers.read(_file(tmp_path, text))
    assert raw.rows.tolist() == [3, 4]
    assert raw.notes == [("subtotals_agree", {"count": 1})]


def test_subtotals_by_group_of_one_row(tmp_path):
    text = "区域,客户编码,数量\n华东,1,5\n华东小计,,5\n华北,2,6\n华北,3,1\n华北小计,,7\n总计,,12\n"
    raw = readers.read(_file(tmp_path, text))
    assert raw.frame["客户编码"].tolist() == ["1", "2", "3"]
    assert raw.notes == [("subtotals_agree", {"count": 3})]


def test_customer_brand_or_remark_that_says_total_is_data(tmp_path):
    text = "客户编码,品牌,数量,备注\n1,Novus,5,\n2,Total,5,\n3,Total,7,全年汇总\n4,Novus,1,North total\n"
    raw = readers.read(_file(tmp_path, text))
    assert raw.frame["客户编码"].tolist() == ["1", "2", "3", "4"]
    assert raw.notes == []


def test_remarks_between_rows_are_data(tmp_path):
    text = "客户编码,日期,数量\n1,2024-01-01,5\n注：新客户,,\n2,2024-01-01,6\n"
    assert len(readers.read(_file(tmp_path, text)).frame) == 3  # rejected later, for want of a date; not lost


# --- workbooks ----------------------------------------------------------------------------------------------------


def test_cells_of_a_workbook_become_plain_text(tmp_path):
    rows = [
        ["客户编码", "日期", "数量", "金额", "比例", "备注", "时间"],
        ["00123", dt.date(2024, 3, 5), 10.0, 0.1 + 0.2, 1e-7, True, dt.datetime(2024, 3, 5, 12, 30)],
        [123, dt.datetime(2024, 3, 5), 1_200_000, 1234.5, 0.25, "文字 ", dt.time(8, 30)],
    ]
    frame = readers.read(_book(tmp_path, ("一月", rows, []))).frame
    assert frame.iloc[0].tolist() == ["00123", "2024-03-05", "10", "0.3", "1e-07", "TRUE", "2024-03-05 12:30:00"]
    assert frame.iloc[1].tolist() == ["123", "2024-03-05", "1200000", "1234.5", "0.25", "文字 ", "08:30:00"]


def test_ids_kept_as_numbers_beyond_fifteen_digits_are_flagged(tmp_path):
    # a spreadsheet keeps 15 digits; the id typed was 11718311000001101
    rows = [["客户编码", "数量"], [11718311000001101, 1], [123456789012345, 2]]
    raw = readers.read(_book(tmp_path, ("一月", rows, [])))
    ids = parsing.ids(raw.frame["客户编码"])
    assert ids.rule.tolist() == ["id_precision_lost", None]
    assert ids.values.tolist()[1] == "123456789012345"
    assert parsing.numbers(raw.frame["客户编码"]).values.iloc[0] == pytest.approx(1.17183110000011e16, rel=1e-14)


def test_merged_title_and_header_of_two_rows(tmp_path):
    rows = [
        ["华东区流向表", None, None, None, None, None],
        ["客户编码", "销售日期", "销售", None, "库存", None],
        [None, None, "数量", "金额", "数量", "期末"],
        ["001", dt.date(2024, 1, 5), 10, 250, 3, 5],
        ["002", dt.date(2024, 1, 6), 3, 75, 1, 2],
        ["合计", None, 13, 325, 4, 7],
    ]
    merged = ["A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "A6:B6"]
    path = _book(tmp_path, ("流向", rows, merged))
    wanted = {"customer_id": "客户编码", "date": "销售日期", "quantity": "销售/数量", "amount": "金额"}
    for spec in (_spec(columns=wanted), _spec(), _spec(header_row=2)):
        raw = readers.read(path, spec, table="transactions")
        assert raw.frame.columns.tolist() == ["客户编码", "销售日期", "销售/数量", "金额", "库存/数量", "期末"]
        assert raw.frame["销售/数量"].tolist() == ["10", "3"]
        assert (raw.header_row, raw.sheet, raw.rows.tolist()) == (2, "流向", [4, 5])
        assert raw.dropped["rule"].tolist() == ["title_row", "subtotal_row"]
        assert ("subtotals_agree", {"count": 1}) in raw.notes


def test_cells_merged_downwards_are_filled_in_text_columns_only(tmp_path):
    rows = [["客户编码", "日期", "数量"], ["001", dt.date(2024, 1, 5), 10], [None, dt.date(2024, 1, 6), None]]
    path = _book(tmp_path, ("一月", rows, ["A2:A3", "C2:C3"]))
    columns = {"customer_id": "客户编码", "date": "日期", "quantity": "数量"}
    raw = readers.read(path, _spec(columns=columns), table="transactions")
    assert raw.frame["客户编码"].tolist() == ["001", "001"]
    assert raw.frame["数量"].isna().tolist() == [False, True]  # ten boxes once, not twice
    assert raw.notes == [("merged_filled", {"count": 1}), ("merged_left", {"count": 1})]
    assert readers.read(path).frame["客户编码"].isna().tolist() == [False, True]


def test_sheet_is_chosen_by_name_or_by_the_mapped_headers(tmp_path):
    notes = [["说明"], ["本表由系统导出"]]
    rows = [["客户编码", "销售日期", "数量"], ["1", "2024-01-01", 5]]
    path = _book(tmp_path, ("说明", notes, []), ("明细", rows, []), ("空", [], []))
    assert readers.sheets(path) == ["说明", "明细"]
    assert readers.read(path, _spec(columns=MAPPED)).sheet == "明细"
    assert readers.read(path, table="transactions").sheet == "明细"
    assert readers.read(path, _spec(sheet="明细")).sheet == "明细"
    said = _error("sheet_missing", readers.read, path, _spec(sheet="Sheet1"))
    assert "说明, 明细" in said


def test_two_sheets_that_fit_must_be_named(tmp_path):
    rows = [["客户编码", "销售日期", "数量"], ["1", "2024-01-01", 5]]
    path = _book(tmp_path, ("一月", rows, []), ("二月", rows, []))
    said = _error("several_sheets", readers.read, path, _spec(columns=MAPPED))
    assert "一月, 二月" in said


def test_hidden_sheets_do_not_count(tmp_path):
    path = _book(tmp_path, ("一月", [["客户编码", "数量"], ["1", 5]], []), ("旧", [["客户编码", "数量"], ["2", 6]], []))
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = "hidden"
    book.save(path)
    assert readers.read(path).sheet == "一月"


def test_sheet_without_header_is_refused(tmp_path):
    rows = [["001", dt.date(2024, 1, 5), 10], ["002", dt.date(2024, 1, 6), 3]]
    said = _error("no_header", readers.read, _book(tmp_path, ("一月", rows, [])))
    assert "flow.xlsx [一月]" in said
    _error("empty_file", readers.read, _book(tmp_path, ("空", [], [])))


def test_formula_errors_are_not_taken_for_empty_cells(tmp_path):
    path = _book(tmp_path, ("一月", [["客户编码", "数量"], ["1", 5], ["2", "#DIV/0!"], ["3", "#N/A"]], []))
    raw = readers.read(path)
    assert raw.frame["数量"].tolist() == ["5", "#DIV/0!", "#N/A"]
    assert raw.notes == [("error_cells", {"count": 2, "first": "#DIV/0!"})]
    assert parsing.numbers(raw.frame["数量"]).rule.tolist() == [None, "not_a_number", None]


def test_old_day_count_of_the_mac_gives_the_same_days(tmp_path):
    path = _book(tmp_path, ("一月", [["客户编码", "日期"]], []))
    book = openpyxl.load_workbook(path)
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book["一月"].append(["1", dt.date(2024, 3, 5)])
    book.save(path)
    assert readers.read(path).frame["日期"].tolist() == ["2024-03-05"]


# --- typed sources ------------------------------------------------------------------------------------------------


def test_parquet_columns_become_text_without_loss(tmp_path):
    table = pa.table(
        {
            "customer_id": pa.array([395522003, None], pa.int64()),
            "code": pa.array([11718311000001101, 7], pa.int64()),
            "quantity": pa.array([540.0, float("nan")]),
            "share": pa.array([0.1, 1e-9]),
            "amount": pa.array([decimal.Decimal("1200.50"), None], pa.decimal128(18, 2)),
            "date": pa.array([dt.date(2024, 3, 5), None]),
            "at": pa.array([dt.datetime(2024, 3, 5), dt.datetime(2024, 3, 5, 12, 30)], pa.timestamp("ms")),
            "zone": pa.array([dt.datetime(2024, 3, 5, 1), None], pa.timestamp("us", tz="Asia/Shanghai")),
            "flag": pa.array([True, None]),
            "region": pa.array(["华东", ""]).dictionary_encode(),
            "nested": pa.array([[1], [2]]),
        }
    )
    pq.write_table(table, tmp_path / "flow.parquet")
    raw = readers.read(tmp_path / "flow.parquet", _spec(columns={"region": "region"}))
    assert raw.frame.iloc[0].tolist() == [
        "395522003", "11718311000001101", "540", "0.1", "1200.50", "2024-03-05", "2024-03-05",
        "2024-03-05 09:00:00.000000", "true", "华东",
    ]  # fmt: skip
    second = raw.frame.iloc[1]
    assert second["share"] == "1e-9"
    assert second["at"].startswith("2024-03-05 12:30:00")
    assert second[["customer_id", "quantity", "amount", "date", "zone", "flag", "region"]].isna().all()
    assert raw.notes == [("columns_left_out", {"columns": ["nested"]})]
    assert (raw.rows.tolist(), raw.header_row, raw.encoding) == ([1, 2], 0, None)
    _error("mapped_header_missing", readers.read, tmp_path / "flow.parquet", _spec(columns={"amount": "金额"}))


def test_floats_survive_the_way_through_text(tmp_path):
    values = np.random.default_rng(3).normal(size=200) * 10.0 ** np.arange(-100, 100)
    pq.write_table(pa.table({"value": values}), tmp_path / "x.parquet")
    texts = readers.read(tmp_path / "x.parquet").frame["value"]
    np.testing.assert_array_equal(parsing.numbers(texts).values.to_numpy(), values)


def test_duckdb_file_is_read_only(tmp_path):
    path = tmp_path / "sales.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("create table orders (customer_id varchar, date date, amount decimal(18,2))")
        connection.execute("insert into orders values ('00123', '2024-01-05', 250.10)")
        connection.execute("create schema erp; create table erp.lines as select 1 as customer_id")
    before = path.read_bytes()
    connect = Connect(connect="duckdb://sales.duckdb", table="orders")
    raw = readers.read_connection(connect, tmp_path, _spec(columns={"amount": "amount"}))
    assert raw.frame.iloc[0].tolist() == ["00123", "2024-01-05", "250.10"]
    assert raw.source == "sales.duckdb [orders]"
    assert path.read_bytes() == before
    in_schema = readers.read_connection(Connect(connect=f"duckdb://{path}", table="erp.lines"), "/")
    assert in_schema.frame["customer_id"].tolist() == ["1"]
    said = _error(
        "table_missing", readers.read_connection, Connect(connect="duckdb://sales.duckdb", table="x"), tmp_path
    )
    assert "There are: orders" in said


def test_connections_that_cannot_be_opened(tmp_path):
    _error("file_missing", readers.read_connection, Connect(connect="duckdb://none.duckdb", table="x"), tmp_path)
    _file(tmp_path, b"no database", "bad.duckdb")
    _error("unreadable_file", readers.read_connection, Connect(connect="duckdb://bad.duckdb", table="x"), tmp_path)


@pytest.mark.parametrize("url", ["postgres://li:s3cret@db.example.com/erp", "mysql://li:s3cret@db/erp", "li:s3cret@db"])
def test_other_connections_are_refused_without_repeating_the_password(tmp_path, url):
    with pytest.raises(SettingError) as caught:
        readers.read_connection(Connect(connect=url, table="x"), tmp_path)
    said = str(caught.value) + caught.value.text("zh")
    assert "duckdb://" in said
    assert "s3cret" not in said


# --- all ----------------------------------------------------------------------------------------------------------


def test_every_note_and_rule_of_reading_has_words():
    notes = {
        "replacement_characters": {"file": "a"}, "unnamed_columns": {"columns": [1]}, "merged_filled": {"count": 1},
        "merged_left": {"count": 1}, "subtotals_agree": {"count": 1}, "columns_left_out": {"columns": ["a"]},
        "subtotal_differs": {"count": 1, "row": 4, "column": "a", "said": 1.0, "summed": 2.0},
        "error_cells": {"count": 1, "first": "#REF!"},
    }  # fmt: skip
    rules = ("title_row", "blank_row", "repeated_header", "subtotal_row", "footnote_row", "too_many_fields")
    for language in words.LANGUAGES:
        for code, values in notes.items():
            assert words.text(f"notes.{code}", language, **values)
        assert all(words.has(f"terms.rule_{rule}", language) for rule in rules)


def test_long_file_is_read_whole_and_in_order(tmp_path):
    # more than one block of rows
    frame = pd.DataFrame({"客户编码": np.arange(60_000), "数量": np.arange(60_000) % 7})
    frame.to_csv(tmp_path / "long.csv", index=False)
    raw = readers.read(tmp_path / "long.csv")
    assert (raw.frame["客户编码"].astype(int) == np.arange(60_000)).all()
    assert raw.rows.iloc[-1] == 60_001
