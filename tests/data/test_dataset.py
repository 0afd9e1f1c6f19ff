"""The dataset file: what it may say, and one message with key and line for each mistake."""

# ruff: noqa: E501 - one mistake and its message per line

from __future__ import annotations

import datetime as dt
import hashlib
import pickle

import pytest

from analysis.core.errors import DataError, SettingError
from analysis.data import dataset

GOOD = """\
name: huadong-flow
tables:
  transactions:
    source: flow.csv
    columns: {customer_id: 客户编码, date: 销售日期}
"""
WHOLE = """\
name: nhs-zuclopenthixol
language: en                 # default report language: zh | en
currency: GBP
profile: eu
as_of: 2019-05-31
value: quantity
purpose: benchmark of regions
regions: {column: province, unassigned: drop}
tables:
  transactions:
    source: [jan.csv, feb.csv]
    grain: facility
    source_type: public
    lawful_basis: "Open Government Licence v3.0"
    columns: {customer_id: practice, date: month, x_supplier: supplier}
    constants: {channel: direct}
    derive: {amount: quantity * unit_price}
    where: {product_id: [00123, NO], x_region: NO}
    units: {unit: tablet, factor: {P1: 10, P2: 0.5}}
    dates: "%d/%m/%Y"
    encoding: GBK
    header_row: 3
  customers:
    from: transactions
    columns: {customer_id: practice}
  survey_responses:
    source: {connect: "duckdb://survey.duckdb", table: answers}
    shape: wide
    codebook: codebook.yaml
    outcome: Q22
override:
  - {rule: G6, reason: pilot, by: Li Wei}
"""


def _write(tmp_path, text, name="dataset.yaml", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def _error(tmp_path, text):
    with pytest.raises(SettingError) as caught:
        dataset.load(_write(tmp_path, text))
    assert caught.value.text("zh")  # every placeholder is filled in both languages
    return str(caught.value)


def test_every_entry_of_the_file_arrives(tmp_path):
    path = _write(tmp_path, WHOLE)
    data = dataset.load(path)
    assert (data.name, data.language, data.currency, data.profile) == ("nhs-zuclopenthixol", "en", "GBP", "eu")
    assert (data.as_of, data.value, data.purpose) == (dt.date(2019, 5, 31), "quantity", "benchmark of regions")
    assert (data.regions.column, data.regions.unassigned) == ("province", "drop")
    orders = data.tables["transactions"]
    assert orders.source == ["jan.csv", "feb.csv"]
    assert (orders.grain, orders.source_type) == ("facility", "public")
    assert orders.lawful_basis == "Open Government Licence v3.0"
    assert orders.columns == {"customer_id": "practice", "date": "month", "x_supplier": "supplier"}
    assert orders.constants == {"channel": "direct"}
    assert orders.derive == {"amount": "quantity * unit_price"}
    assert orders.units.factor == {"P1": 10.0, "P2": 0.5}
    assert (orders.dates, orders.encoding, orders.header_row) == ("%d/%m/%Y", "gbk", 3)
    assert data.tables["customers"].from_ == "transactions"
    answers = data.tables["survey_responses"]
    assert answers.source == dataset.Connect(connect="duckdb://survey.duckdb", table="answers")
    assert (answers.shape, answers.codebook, answers.outcome) == ("wide", "codebook.yaml", ["Q22"])
    assert data.override[0].by == "Li Wei"
    assert (data.path, data.folder, data.data_dir) == (path, tmp_path, None)
    assert data.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_words_stay_words(tmp_path):
    # YAML 1.1 would read NO as false, 00123 as 83 and 2024 as a number
    data = dataset.load(_write(tmp_path, WHOLE))
    assert data.tables["transactions"].where == {"product_id": ["00123", "NO"], "x_region": ["NO"]}
    assert dataset.load(_write(tmp_path, GOOD.replace("huadong-flow", "2024"))).name == "2024"


def test_defaults(tmp_path):
    data = dataset.load(_write(tmp_path, GOOD))
    assert (data.language, data.currency, data.profile, data.value, data.as_of) == ("zh", "CNY", "cn", "amount", None)
    assert (data.regions.column, data.regions.unassigned) == ("region", "keep")
    assert data.tables["transactions"].shape == "long"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_editors_write_the_file_in_several_encodings(tmp_path, encoding):
    data = dataset.load(_write(tmp_path, GOOD, encoding=encoding))
    assert data.tables["transactions"].columns["date"] == "销售日期"


def test_it_crosses_a_process_border_and_cannot_be_changed(tmp_path):
    data = dataset.load(_write(tmp_path, GOOD))
    assert pickle.loads(pickle.dumps(data)) == data
    with pytest.raises(ValueError, match="frozen"):
        data.name = "other"


def test_lines_of_keys(tmp_path):
    data = dataset.load(_write(tmp_path, WHOLE))
    assert data.line("tables.customers.columns.customer_id") == 25
    assert data.line("tables.customers.columns.region") == 25  # not written: the nearest key above
    assert data.line("nothing") == 1


MISTAKES = {
    "unknown key near another": (GOOD + "curency: GBP\n", "There is no key curency; dataset.yaml line 6. Did you mean currency?"),
    "unknown key": (GOOD + "zzz: 1\n", "There is no key zzz; dataset.yaml line 6. Keys known here: name, language"),
    "unknown key of a table": (GOOD + "    sorce_type: crm\n", "no key tables.transactions.sorce_type; dataset.yaml line 6. Did you mean source_type?"),
    "unknown key of units": (GOOD + "    units: {factr: a}\n", "no key tables.transactions.units.factr; dataset.yaml line 6. Did you mean factor?"),
    "unknown key of regions": (GOOD + "regions: {colum: a}\n", "Did you mean column?"),
    "unknown key of an override": (GOOD + "override: [{rule: G6, reason: a, bye: b}]\n", "override.0.bye"),
    "unknown key of a connection": (GOOD.replace("flow.csv", "{connect: a, tabel: b}"), "Did you mean table?"),
    "word not in the list": (GOOD + "currency: RMB\n", "currency must be one of CNY, GBP, USD, EUR, JPY, HKD; got \"RMB\"; dataset.yaml line 6"),
    "unknown profile": (GOOD + "profile: jp\n", "profile must be one of cn, eu, us"),
    "unknown grain": (GOOD + "    grain: doctor\n", "tables.transactions.grain must be one of person, department, facility, region"),
    "day in another order": (GOOD + "as_of: 31/05/2019\n", "as_of must be a date such as 2025-06-30; got \"31/05/2019\"; dataset.yaml line 6"),
    "day that does not exist": (GOOD + "as_of: 2019-02-31\n", "as_of must be a date"),
    "day as a number": (GOOD + "as_of: 20190531\n", "as_of must be a date"),
    "key twice": (GOOD + "name: other\n", "name stands twice; dataset.yaml lines 1 and 6"),
    "column twice": (GOOD.replace("date: 销售日期", "date: 销售日期, date: 日期"), "tables.transactions.columns.date stands twice; dataset.yaml lines 5 and 5"),
    "broken brackets": ("name: a\nx: [1, 2\ny: 3\n", "must be valid YAML; cannot read \"y: 3\"; dataset.yaml line 3"),
    "two colons": ("name: a: b\n", "must be valid YAML; cannot read \"name: a: b\"; dataset.yaml line 1"),
    "tab": (GOOD.replace("    source", "\tsource"), "must be valid YAML"),
    "itself inside itself": ("name: &a [*a]\n", "must be valid YAML"),
    "a list": ("- a\n", "\"key: value\" at its top"),
    "nothing": ("", "\"key: value\" at its top"),
    "no name": (GOOD.replace("name: huadong-flow\n", ""), "name must be given"),
    "name with a path": (GOOD.replace("huadong-flow", "../x"), "name becomes a folder name"),
    "no tables": ("name: a\n", "tables must be given"),
    "tables is a word": ("name: a\ntables: x\n", "tables must hold \"key: value\""),
    "neither orders nor survey": ("name: a\ntables: {customers: {source: a.csv}}\n", "tables must hold one of transactions, survey_responses"),
    "unknown table": (GOOD.replace("transactions:", "transaction:"), "There is no table tables.transaction; dataset.yaml line 3. Did you mean transactions?"),
    "wholly unknown table": (GOOD + "  qqqq: {source: a}\n", "Tables known: customers, products"),
    "old column name": (GOOD.replace("date:", "qty:"), "tables.transactions.columns.qty is no canonical column; dataset.yaml line 5. Did you mean quantity?"),
    "Chinese column name": (GOOD.replace("date:", "金额:"), "Did you mean amount?"),
    "wholly unknown column": (GOOD.replace("date:", "qqqq:"), "Columns of this table: customer_id, date"),
    "mapping turned round": (GOOD.replace("customer_id: 客户编码", "客户编码: customer_id"), "Turn it round: \"customer_id: 客户编码\""),
    "unknown column under where": (GOOD + "    where: {product: [a]}\n", "tables.transactions.where.product is no canonical column"),
    "unknown column under derive": (GOOD + "    derive: {revenue: quantity}\n", "tables.transactions.derive.revenue is no canonical column"),
    "column without a header": (GOOD.replace("销售日期", ""), "tables.transactions.columns.date must be a text"),
    "source and from": (GOOD + "    from: customers\n", "tables.transactions needs one of source, parts and from, and only one of them; dataset.yaml line 3"),
    "no source": (GOOD.replace("source: flow.csv", "sheet: a"), "needs one of source, parts and from"),
    "empty source": (GOOD.replace("flow.csv", ""), "needs one of source, parts and from"),
    "empty list of sources": (GOOD.replace("flow.csv", "[]"), "needs one of source, parts and from"),
    "list in a list": (GOOD.replace("flow.csv", "[[a]]"), "tables.transactions.source.0 must be a text"),
    "connection without a table": (GOOD.replace("flow.csv", "{connect: a}"), "tables.transactions.source.table must be given"),
    "from a table that is not there": (GOOD + "  customers: {from: orders}\n", "tables.customers.from must name another table of this file that has a source; got \"orders\""),
    "from a table without a source": (GOOD + "  customers: {from: products}\n  products: {from: transactions}\n", "tables.customers.from must name"),
    "row zero": (GOOD + "    header_row: 0\n", "tables.transactions.header_row must be a whole number of 1 or more; got \"0\""),
    "row as a word": (GOOD + "    header_row: first\n", "must be a whole number"),
    "unknown encoding": (GOOD + "    encoding: klingon\n", "tables.transactions.encoding must name a text encoding"),
    "an encoding that is none of text": (GOOD + "    encoding: base64\n", "must name a text encoding"),
    "date format without a year": (GOOD + "    dates: '%d/%m'\n", "tables.transactions.dates must be a date format"),
    "code under derive": (GOOD + "    derive: {amount: \"__import__('os')\"}\n", "tables.transactions.derive.amount may hold column names"),
    "left to fill in": (GOOD + "    source_type: TODO\n", "tables.transactions.source_type is yours to fill in; it still says TODO; dataset.yaml line 6"),
    "factor below zero": (GOOD + "    units: {factor: {P1: -1}}\n", "tables.transactions.units.factor.P1 must be a number above 0; got \"-1\""),
    "factor as a word": (GOOD + "    units: {factor: {P1: many}}\n", "must be a number above 0"),
    "factor without end": (GOOD + "    units: {factor: {P1: inf}}\n", "must be a number above 0"),
    "factors by halves": (GOOD + "    units: {factor: a, source: b}\n", "tables.transactions.units is written in one of three ways"),
    "shape outside the survey": (GOOD + "    shape: wide\n", "tables.transactions.shape belongs under survey_responses only"),
    "override without a reason": (GOOD + "override: [{rule: G6, by: x}]\n", "override.0.reason must be given"),
    "override that is no list": (GOOD + "override: {rule: G6}\n", "override must be a list"),
    "unknown region column": (GOOD + "regions: {column: wetlands}\n", "regions.column must be a column of customers; got \"wetlands\""),
    "columns as a list": (GOOD.replace("{customer_id: 客户编码, date: 销售日期}", "[a]"), "tables.transactions.columns must hold"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_named_with_key_and_line(tmp_path, name):
    text, said = MISTAKES[name]
    assert said in _error(tmp_path, text)


def test_the_mistake_highest_in_the_file_is_told_first(tmp_path):
    assert "language" in _error(tmp_path, "name: a\nlanguage: de\nvalue: gold\ntables: {transactions: {source: a}}\n")


def test_missing_dataset_file_and_missing_folder(tmp_path):
    with pytest.raises(SettingError, match="does not exist"):
        dataset.load(tmp_path / "dataset.yaml")
    with pytest.raises(SettingError, match="--data must be a folder"):
        dataset.load(_write(tmp_path, GOOD), data_dir=tmp_path / "nowhere")


def test_undecodable_dataset_file(tmp_path):
    path = tmp_path / "dataset.yaml"
    path.write_bytes(b"name: a\nlanguage: \xff\xff\n")
    with pytest.raises(DataError, match=r"dataset\.yaml does not fit UTF-8, GB18030 at line 2 \(byte 18\)"):
        dataset.load(path)


def test_files_are_looked_up_beside_the_file_or_in_the_data_folder(tmp_path):
    path = _write(tmp_path, GOOD)
    (tmp_path / "flow.csv").write_text("a")
    assert dataset.load(path).files("transactions") == [tmp_path / "flow.csv"]
    other = tmp_path / "export"
    other.mkdir()
    (other / "flow.csv").write_text("a")
    assert dataset.load(path, data_dir=other).files("transactions") == [other / "flow.csv"]


def test_patterns_are_sorted_and_lists_keep_their_order(tmp_path):
    for name in ("flow_2.csv", "flow_1.csv", "extra.csv"):
        (tmp_path / name).write_text("a")
    data = dataset.load(_write(tmp_path, GOOD.replace("flow.csv", "[extra.csv, flow_*.csv, flow_1.csv]")))
    assert [file.name for file in data.files("transactions")] == ["extra.csv", "flow_1.csv", "flow_2.csv"]
    absolute = dataset.load(_write(tmp_path, GOOD.replace("flow.csv", f"{tmp_path}/flow_*.csv")))
    assert [file.name for file in absolute.files("transactions")] == ["flow_1.csv", "flow_2.csv"]


def test_missing_source_names_key_line_folder_and_nearest_files(tmp_path):
    (tmp_path / "flow_2024.csv").write_text("a")
    data = dataset.load(_write(tmp_path, GOOD))
    with pytest.raises(DataError) as caught:
        data.files("transactions")
    said = str(caught.value)
    assert "tables.transactions.source (line 4)" in said
    assert str(tmp_path) in said
    assert "Nearest names: flow_2024.csv" in said
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match="no other file"):
        dataset.load(_write(tmp_path, GOOD), data_dir=empty).files("transactions")


def test_pattern_without_a_match_is_an_error(tmp_path):
    data = dataset.load(_write(tmp_path, GOOD.replace("flow.csv", "flow_*.csv")))
    with pytest.raises(DataError, match=r"has no \"flow_\*\.csv\""):
        data.files("transactions")


def test_table_taken_from_another_reads_its_files(tmp_path):
    (tmp_path / "flow.csv").write_text("a")
    data = dataset.load(_write(tmp_path, GOOD + "  customers: {from: transactions}\n"))
    assert data.files("customers") == [tmp_path / "flow.csv"]
    assert data.reads("customers") == data.tables["transactions"]


def test_connection_has_no_files(tmp_path):
    data = dataset.load(_write(tmp_path, WHOLE))
    assert data.files("survey_responses") == []


def test_codebook_stands_beside_the_dataset_file_and_factors_with_the_data(tmp_path):
    path = _write(tmp_path, GOOD)
    export = tmp_path / "export"
    export.mkdir()
    (tmp_path / "codebook.yaml").write_text("a")
    (export / "packs.csv").write_text("a")
    data = dataset.load(path, data_dir=export)
    assert data.beside("codebook.yaml", "tables.transactions").parent == tmp_path
    assert data.beside("packs.csv", "tables.transactions.units.source").parent == export
    with pytest.raises(DataError, match="must exist"):
        data.beside("none.csv", "tables.transactions.units.source")
