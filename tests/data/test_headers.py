"""Headers of exports and the canonical columns they stand for."""

from __future__ import annotations

import pytest

from analysis.core.columns import TABLES
from analysis.data import headers


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("金额（元）", "金额"),
        (" 金 额* ", "金额"),
        ("Order Date", "orderdate"),
        ("数量(盒)", "数量"),
        ("ＩＤ", "id"),
        ("（合计）", "合计"),
    ],
)
def test_what_makes_no_difference_in_a_header(written, plain):
    assert headers.normalise(written) in (plain, f"({plain})")


def test_flow_export_of_a_distributor():
    found = [
        "出库日期",
        "商业名称",
        "终端编码",
        "终端名称",
        "产品编码",
        "批号",
        "数量（盒）",
        "含税单价",
        "金额（元）",
        "备注",
    ]
    assert headers.guess(found, "transactions") == {
        "customer_id": "终端编码",
        "date": "出库日期",
        "product_id": "产品编码",
        "quantity": "数量（盒）",
        "unit_price": "含税单价",
        "amount": "金额（元）",
        "distributor_id": "商业名称",
    }


def test_customer_list():
    found = ["客户编码", "医院名称", "医院等级", "省份", "城市", "大区", "是否目标"]
    guessed = headers.guess(found, "customers")
    assert guessed["name"] == "医院名称"
    assert guessed["region"] == "大区"
    assert guessed["province"] == "省份"
    assert "是否目标" not in guessed.values()


def test_names_of_english_exports():
    found = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
    assert headers.guess(found, "transactions") == {
        "customer_id": "CustomerID",
        "date": "InvoiceDate",
        "product_id": "StockCode",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
        "document_no": "InvoiceNo",
    }


def test_earlier_name_wins_and_a_header_is_used_once():
    # tax-exclusive amount before tax-inclusive one
    assert headers.guess(["含税金额", "不含税金额"], "transactions")["amount"] == "不含税金额"
    guessed = headers.guess(["客户编码", "日期"], "sell_out")
    assert list(guessed.values()).count("客户编码") == 1


def test_a_word_means_something_else_in_another_table():
    assert headers.guess(["库存日期", "期末库存"], "stock") == {"date": "库存日期", "quantity": "期末库存"}
    assert headers.guess(["拜访日期", "拜访方式"], "interactions") == {"date": "拜访日期", "channel": "拜访方式"}


def test_order_of_the_headers_does_not_matter():
    found = ["金额", "含税金额", "客户编码", "终端编码", "日期", "销售日期"]
    assert headers.guess(found, "transactions") == headers.guess(found[::-1], "transactions")


def test_aliases_belong_to_canonical_columns():
    columns = {column.name for table in TABLES.values() for column in table.columns}
    for name in headers.ALIASES:
        table, _, column = name.rpartition(".")
        assert column in columns, name
        assert not table or TABLES[table].column(column), name


def test_every_required_column_has_a_name_in_exports():
    for table in TABLES.values():
        for column in table.columns:
            if column.required:
                assert headers.ALIASES.get(column.name) or headers.ALIASES.get(f"{table.name}.{column.name}"), column
