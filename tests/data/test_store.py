from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.core.errors import DataError, PolicyError, SettingError
from analysis.data import decisions, store, tables

from . import desk

DIRTY = [
    ["销售流水", "", "", "", "", "", ""],
    desk.COLUMNS.values(),
    ["H001", "2024-01-05", "P1", "10", "680.00", "D1", "1"],
    ["H001", "2024-01-05", "P1", "10", "680.00", "D1", "1"],  # sent twice
    ["", "2024-01-06", "P1", "1", "68.00", "D2", "1"],  # nobody
    ["H002", "2024-01-07", "P1", "少量", "340.00", "D3", "1"],  # no number
    ["H002", "2024-02-30", "P1", "5", "340.00", "D4", "1"],  # no such day
    ["H002", "2024-02-11", "P1", "<5", "200.00", "D5", "1"],  # a range
    ["H002", "2024-02-12", "P1", "１，２００盒", "81,600.00", "D6", "1"],  # full width
    ["H002", "2024-07-01", "P1", "2", "136.00", "D8", "1"],  # after the as-of date
    ["", "", "", "", "", "", ""],
    ["H003", "2024-03-02", "P2", "8", "212.00", "D7", "1"],
]
DIRTY = [list(row) for row in DIRTY]


def test_every_row_is_in_a_table_or_in_rejected(tmp_path: Path) -> None:
    dataset = desk.sales(tmp_path / "in", DIRTY, as_of="2024-06-30")
    built = store.build(dataset, tmp_path / "out")
    entry = built.meta["tables"]["transactions"]
    listed = pd.read_csv(tmp_path / "out" / "rejected.csv")
    listed = listed[listed["table"] == "transactions"]
    # rows 3, 9 and 12 of the file are kept; the header (row 2) is no data
    assert entry["kept"] == 3
    assert sorted(listed["row"]) == [1, 4, 5, 6, 7, 8, 10, 11]
    assert dict(zip(listed["row"], listed["rule"], strict=True)) == {
        1: "title_row", 4: "repeated_line", 5: "missing_id", 6: "not_a_number", 7: "impossible_date",
        8: "censored_small_count", 10: "after_as_of", 11: "blank_row",
    }  # fmt: skip
    assert entry["read"] == entry["kept"] + sum(entry["rejected"].values()) + sum(entry["dropped"].values()) == 11
    assert entry["dropped"] == {"title_row": 1, "blank_row": 1, "after_as_of": 1}
    assert listed.loc[listed["row"] == 6, "value"].item() == "少量"
    kept = tables.read(tmp_path / "out", "transactions")
    assert kept["quantity"].tolist() == [10.0, 1200.0, 8.0]


def test_totals_agree_to_the_cent(tmp_path: Path) -> None:
    entry = store.build(desk.sales(tmp_path / "in", DIRTY, as_of="2024-06-30"), tmp_path / "out").meta["tables"]
    totals = entry["transactions"]["totals"]
    # kept 680 + 81600 + 212; rejected 680 (twice) + 68 + 340 + 340 + 200; dropped 136
    assert totals["amount"] == {"read": 84256.0, "adjusted": 0.0, "kept": 82492.0, "rejected": 1628.0, "dropped": 136.0}
    # quantities that could not be read count nowhere: 10 + 10 + 1 + 5 + 1200 + 2 + 8
    assert totals["quantity"] == {"read": 1236.0, "adjusted": 0.0, "kept": 1218.0, "rejected": 16.0, "dropped": 2.0}


def test_same_bytes_in_any_row_order(tmp_path: Path) -> None:
    first = store.build(desk.sales(tmp_path / "a", desk.ORDERS + desk.ORDERS[1:3]), tmp_path / "1")
    orders, customers = desk.shuffled(desk.ORDERS + desk.ORDERS[1:3]), desk.shuffled(desk.CUSTOMERS)
    second = store.build(desk.sales(tmp_path / "b", orders, customers), tmp_path / "2")
    for name in ("transactions.parquet", "customers.parquet"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    assert first.meta["tables_hash"] == second.meta["tables_hash"]
    assert first.meta["tables"]["transactions"]["rejected"] == {"repeated_line": 2}
    changed = [*desk.ORDERS[:-1], ["H003", "2024-03-02", "P2", "8", "212.01", "D5", "1"]]
    third = store.build(desk.sales(tmp_path / "c", changed), tmp_path / "3")
    assert third.meta["tables_hash"] != first.meta["tables_hash"]


def test_customers_are_completed_and_placed(tmp_path: Path) -> None:
    meta = store.build(desk.sales(tmp_path / "in"), tmp_path / "out").meta
    customers = tables.read(tmp_path / "out", "customers").set_index("customer_id")
    assert customers["region"].to_dict() == {"H001": "华东", "H002": "unassigned", "H003": "unassigned"}
    assert customers.loc["H001", "hospital_level"] == "三级甲等"
    assert meta["regions"] == ["华东", "unassigned"]
    assert meta["tables"]["customers"]["added"] == 1
    # H003 holds 212 of 680 + 106 + 136 + 340 + 212
    assert meta["tables"]["transactions"]["value_unmatched"] == round(212 / 1474, 6)


def test_customers_without_a_table_and_without_region(tmp_path: Path) -> None:
    spec = {"transactions": {"source": "orders.csv", "columns": desk.COLUMNS} | desk.BASIS}
    meta = store.build(desk.lay(tmp_path / "in", {"orders.csv": desk.ORDERS}, spec), tmp_path / "out").meta
    assert meta["regions"] == ["all"]
    assert tables.read(tmp_path / "out", "customers")["customer_id"].tolist() == ["H001", "H002", "H003"]
    assert meta["tables"]["transactions"]["value_unmatched"] == 0.0


def test_unassigned_customers_can_be_left_out(tmp_path: Path) -> None:
    dataset = desk.sales(tmp_path / "in", regions={"column": "region", "unassigned": "drop"})
    meta = store.build(dataset, tmp_path / "out").meta
    assert meta["regions"] == ["华东"]
    assert meta["tables"]["transactions"]["dropped"] == {"unassigned_region": 2}
    assert meta["tables"]["customers"]["dropped"] == {"unassigned_region": 1}
    assert set(tables.read(tmp_path / "out", "transactions")["customer_id"]) == {"H001"}


def test_another_column_can_be_the_region(tmp_path: Path) -> None:
    customers = [
        ["客户编码", "大区", "省份"],
        ["H001", "华东", "江南省"],
        ["H002", "华东", "山北省"],
        ["H003", "西南", "云岭省"],
    ]
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "customers": {"source": "c.csv", "columns": {"customer_id": "客户编码", "region": "大区", "province": "省份"}},
    }
    dataset = desk.lay(
        tmp_path / "in", {"o.csv": desk.ORDERS, "c.csv": customers}, spec, regions={"column": "province"}
    )
    meta = store.build(dataset, tmp_path / "out").meta
    assert meta["regions"] == ["云岭省", "山北省", "江南省"]
    assert tables.read(tmp_path / "out", "customers")["x_region"].tolist() == ["华东", "华东", "西南"]


def test_a_region_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"regions\.column must be a column of customers; there is no city"):
        store.build(desk.sales(tmp_path / "in", regions={"column": "city"}), tmp_path / "out")


def test_customers_that_stand_in_the_order_lines_only(tmp_path: Path) -> None:
    orders = [["Customer", "Date", "Product", "Quantity", "Price", "Country"]]
    orders += [
        ["17850.0", "2024-01-05", "A", "6", "2.55", "France"],
        ["17850.0", "2024-01-09", "A", "1", "1.00", "France"],
    ]
    orders += [
        ["17850.0", "2024-02-01", "A", "1", "1.00", "Spain"],
        ["17851.0", "2024-02-01", "B", "2", "0.333", "Spain"],
    ]
    columns = {
        "customer_id": "Customer",
        "date": "Date",
        "product_id": "Product",
        "quantity": "Quantity",
        "unit_price": "Price",
    }
    spec = {
        "transactions": {"source": "o.csv", "columns": columns, "derive": {"amount": "quantity * unit_price"}}
        | desk.BASIS,
        "customers": {"from": "transactions", "columns": {"customer_id": "Customer", "region": "Country"}},
    }
    meta = store.build(desk.lay(tmp_path / "in", {"o.csv": orders}, spec), tmp_path / "out").meta
    customers = tables.read(tmp_path / "out", "customers").set_index("customer_id")
    # two of the three lines of 17850 say France
    assert customers["region"].to_dict() == {"17850": "France", "17851": "Spain"}
    assert meta["tables"]["customers"]["conflicting_region"] == 1
    # 6 * 2.55 = 15.30; 2 * 0.333 = 0.666 is 0.67
    assert tables.read(tmp_path / "out", "transactions")["amount"].tolist() == [15.30, 1.00, 1.00, 0.67]


def test_as_of_is_the_last_day_or_the_end_of_the_last_month(tmp_path: Path) -> None:
    assert store.build(desk.sales(tmp_path / "a"), tmp_path / "1").meta["as_of"] == "2024-03-20"
    monthly = [desk.ORDERS[0]] + [["H001", f"2024-0{m}-01", "P1", "1", "68", f"D{m}", "1"] for m in (1, 2, 4)]
    meta = store.build(desk.sales(tmp_path / "b", monthly), tmp_path / "2").meta
    assert meta["as_of"] == "2024-04-30"
    assert meta["tables"]["transactions"]["months_missing"] == ["2024-03-01"]
    told = store.build(desk.sales(tmp_path / "c"), tmp_path / "3", as_of="2024-02-15").meta
    assert (told["as_of"], told["tables"]["transactions"]["dropped"]) == ("2024-02-15", {"after_as_of": 2})
    with pytest.raises(DataError) as caught:
        store.build(desk.sales(tmp_path / "d"), tmp_path / "4", as_of="2023-12-31")
    assert caught.value.code == "nothing_before"
    with pytest.raises(SettingError, match="as_of must be a date"):
        store.build(desk.sales(tmp_path / "e"), tmp_path / "5", as_of="next week")


def test_unusable_order_tables_are_refused_in_one_sentence(tmp_path: Path) -> None:
    header = desk.ORDERS[0]
    cases = {
        "table_without_rows": [header],
        "empty_table": [header, ["", "2024-01-05", "P1", "1", "68", "D1", "1"]],
        "all_zero": [header, ["H001", "2024-01-05", "P1", "0", "0", "D1", "1"]],
    }
    for code, orders in cases.items():
        with pytest.raises(DataError) as caught:
            store.build(desk.sales(tmp_path / code, orders), tmp_path / "out")
        assert caught.value.code == code
        assert caught.value.text("zh") and caught.value.text("en")
    assert "id missing" in DataError("empty_table", table="t", read=1, rule="rule_missing_id").text("en")
    assert not (tmp_path / "out").exists()


def test_one_customer_is_enough_to_build(tmp_path: Path) -> None:
    meta = store.build(desk.sales(tmp_path / "in", desk.ORDERS[:2]), tmp_path / "out").meta
    assert meta["tables"]["transactions"]["rows"] == 1
    assert tables.counts(tmp_path / "out")["华东"] == {"customers": 1, "buying_customers": 1, "respondents": 0}


def test_ids_that_lost_digits_refuse_the_file(tmp_path: Path) -> None:
    orders = [desk.ORDERS[0], ["1.23E+11", "2024-01-05", "P1", "1", "68", "D1", "1"]]
    with pytest.raises(DataError, match=r"1 in transactions\.customer_id have lost digits \(such as \"1\.23E\+11\"\)"):
        store.build(desk.sales(tmp_path / "in", orders), tmp_path / "out")


def test_a_missing_required_column_is_named_with_those_found(tmp_path: Path) -> None:
    orders = [["客户编码", "备注栏", "金额"], ["H001", "a", "1"]]
    spec = {"transactions": {"source": "o.csv", "columns": {"customer_id": "客户编码", "amount": "金额"}} | desk.BASIS}
    with pytest.raises(
        DataError, match=r"Table transactions needs column date; got customer_id, amount, 备注栏; file o\.csv"
    ):
        store.build(desk.lay(tmp_path / "in", {"o.csv": orders}, spec), tmp_path / "out")
    spec["transactions"]["columns"] = {"customer_id": "客户编码", "date": "备注栏"}
    with pytest.raises(DataError) as caught:
        store.build(
            desk.lay(tmp_path / "in2", {"o.csv": [["客户编码", "备注栏"], ["H1", "2024-01-01"]]}, spec),
            tmp_path / "out",
        )
    assert caught.value.code == "value_missing"


def test_a_failed_build_leaves_the_last_good_one(tmp_path: Path) -> None:
    store.build(desk.sales(tmp_path / "in"), tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(DataError):
        store.build(desk.sales(tmp_path / "in", [desk.ORDERS[0]]), tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_table_gone_from_the_dataset_file_is_gone_from_the_folder(tmp_path: Path) -> None:
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "products": {"source": "p.csv", "columns": {"product_id": "code"}},
    }
    files = {"o.csv": desk.ORDERS, "p.csv": [["code", "brand"], ["P1", "A"]]}
    store.build(desk.lay(tmp_path / "in", files, spec), tmp_path / "out")
    assert "products" in tables.names(tmp_path / "out")
    (tmp_path / "out" / "mine.txt").write_text("kept")
    del spec["products"]
    store.build(desk.lay(tmp_path / "in", files, spec), tmp_path / "out")
    assert "products" not in tables.names(tmp_path / "out")
    assert (tmp_path / "out" / "mine.txt").exists()
    assert not list((tmp_path / "out").glob(".build-*"))


def test_account_of_the_build(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / decisions.FILE).write_text(
        "k: {value: 3, who: Li, when: 2024-04-01, why: fits}", encoding="utf-8"
    )
    built = store.build(desk.sales(tmp_path / "in", currency="CNY", title="Desk"), tmp_path / "out")
    assert json.loads((tmp_path / "out" / "meta.json").read_text(encoding="utf-8")) == built.meta
    meta = built.meta
    assert {k: meta[k] for k in ("dataset", "language", "currency", "profile", "value", "first_date", "overrides")} == {
        "dataset": "desk", "language": "zh", "currency": "CNY", "profile": "cn", "value": "amount",
        "first_date": "2024-01-05", "overrides": [],
    }  # fmt: skip
    entry = meta["tables"]["transactions"]
    assert (entry["source_type"], entry["lawful_basis"], entry["grain"]) == (
        "own_lawful_sales",
        "own sales system",
        "facility",
    )
    assert (entry["sources"], entry["encodings"], entry["first"], entry["last"]) == (
        ["orders.csv"], ["utf-8"], "2024-01-05", "2024-03-20",
    )  # fmt: skip
    assert (entry["returns"], entry["returns_without_sale"]) == (1, 0)
    assert decisions.load(tmp_path / "out").k.value == 3
    assert meta["decisions_hash"] == decisions.load(tmp_path / "in").sha256


def test_several_files_of_one_table(tmp_path: Path) -> None:
    first = [
        ["客户编码", "销售日期", "产品编码", "数量", "金额", "单据号", "行号", "业务员"],
        *[[*r, "甲"] for r in desk.ORDERS[1:3]],
    ]
    spec = {"transactions": {"source": "flow_*.csv", "columns": desk.COLUMNS} | desk.BASIS}
    files = {"flow_1.csv": desk.text(first).encode("gb18030"), "flow_2.csv": [desk.ORDERS[0], *desk.ORDERS[3:]]}
    meta = store.build(desk.lay(tmp_path / "in", files, spec), tmp_path / "out").meta
    entry = meta["tables"]["transactions"]
    assert (entry["rows"], entry["sources"], entry["encodings"]) == (
        5,
        ["flow_1.csv", "flow_2.csv"],
        ["gb18030", "utf-8"],
    )
    assert tables.read(tmp_path / "out", "transactions")["x_业务员"].notna().sum() == 2


def test_where_takes_part_of_a_table(tmp_path: Path) -> None:
    dataset = desk.sales(tmp_path / "in")
    dataset.tables["transactions"].where["product_id"] = ["P2"]
    meta = store.build(dataset, tmp_path / "out").meta
    assert meta["tables"]["transactions"]["dropped"] == {"not_selected": 3}
    assert meta["tables"]["transactions"]["totals"]["amount"]["dropped"] == 884.0  # 680 − 136 + 340
    dataset.tables["transactions"].where["product_id"] = ["P9"]
    with pytest.raises(DataError, match='none of the 5 rows of transactions fits "product_id: P9"'):
        store.build(dataset, tmp_path / "out")
    dataset.tables["transactions"].where.clear()
    dataset.tables["transactions"].where["unit"] = ["盒"]
    with pytest.raises(DataError, match="there is no unit"):
        store.build(dataset, tmp_path / "out")


def test_physicians_are_no_buyers_whatever_grain_is_declared(tmp_path: Path) -> None:
    customers = [["客户编码", "客户类型"], ["H001", "医生"], ["H002", "医院"]]
    columns = {"customer_id": "客户编码", "customer_type": "客户类型"}
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "customers": {"source": "c.csv", "columns": columns} | desk.BASIS,
    }
    dataset = desk.lay(tmp_path / "in", {"o.csv": desk.ORDERS, "c.csv": customers}, spec)
    with pytest.raises(PolicyError, match="Drug quantities per physician are never processed; rows: 3"):
        store.build(dataset, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_sales_quota_of_representatives_is_not_used(tmp_path: Path) -> None:
    targets = [["unit_id", "role", "metric", "period", "value"]]
    targets += [["T1", "医药代表", "销售额", "2024", "100"], ["T1", "医药代表", "coverage", "2024", "0.8"]]
    targets += [["T2", "大区经理", "销售额", "2024", "900"]]
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "targets": {"source": "t.csv"},
    }
    files = {"o.csv": desk.ORDERS, "t.csv": targets}
    meta = store.build(desk.lay(tmp_path / "in", files, spec), tmp_path / "out").meta
    assert meta["tables"]["targets"]["rejected"] == {"representative_quota": 1}
    assert meta["reminders"] == [{"rule": "G3", "table": "targets", "code": "quota", "rows": 1}]
    lifted = [{"rule": "G3", "reason": "transition year", "by": "Li"}]
    dataset = desk.lay(tmp_path / "in", files, spec, override=lifted)
    meta = store.build(dataset, tmp_path / "out").meta
    assert meta["tables"]["targets"]["rejected"] == {}
    assert meta["overrides"] == lifted
    with pytest.raises(PolicyError, match="Shared reports accept no override; got G3"):
        store.build(dataset, tmp_path / "shared", audience="shared")


def test_an_empty_optional_table_is_left_out_and_said(tmp_path: Path) -> None:
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "listings": {"source": "l.csv"},
    }
    files = {"o.csv": desk.ORDERS, "l.csv": [["customer_id", "product_id", "listed_on"]]}
    meta = store.build(desk.lay(tmp_path / "in", files, spec), tmp_path / "out").meta
    assert "listings" not in meta["tables"]
    assert {"rule": "", "table": "listings", "code": "empty_table"} in meta["reminders"]


def test_phone_columns_are_dropped_and_numbers_in_text_masked(tmp_path: Path) -> None:
    customers = [
        ["客户编码", "客户名称", "大区", "联系电话", "备注说明"],
        ["H001", "江城第一医院", "华东", "13800000000", "找13812345678王"],
    ]
    columns = {"customer_id": "客户编码", "name": "客户名称", "region": "大区"}
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "customers": {"source": "c.csv", "columns": columns} | desk.BASIS,
    }
    meta = store.build(
        desk.lay(tmp_path / "in", {"o.csv": desk.ORDERS, "c.csv": customers}, spec), tmp_path / "out"
    ).meta
    entry = meta["tables"]["customers"]
    assert (entry["personal"], entry["masked"]) == (["联系电话"], 1)
    frame = tables.read(tmp_path / "out", "customers")
    assert frame.loc[0, "x_备注说明"] == "找***王"
    for path in (tmp_path / "out").iterdir():
        assert b"13812345678" not in path.read_bytes()
        assert b"13800000000" not in path.read_bytes()
