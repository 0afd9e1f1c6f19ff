from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.data import validate
from analysis.data.dataset import TableSpec
from analysis.data.rejects import ROW, SOURCE


def typed(table: str, columns: dict[str, list[Any]], **spec: Any) -> validate.Typed:
    as_of = spec.pop("as_of", None)
    text = pd.DataFrame(columns, dtype="str")
    text = text.assign(**{SOURCE: "f.csv", ROW: range(2, len(text) + 2)})
    return validate.typed(text, table, TableSpec(source="f.csv", **spec), as_of=as_of)


def test_a_fact_that_cannot_be_read_costs_the_row() -> None:
    result = typed("transactions", {
        "customer_id": ["H001", None, "H003", "H004", "H005"],
        "date": ["2024-01-05", "2024-01-05", "5月1日", "2024-01-05", "2024-01-05"],
        "amount": ["1", "oops", "1", "两百", ""],
        "doc_type": ["销售", "销售", "销售", "销售", "神秘"],
    })  # fmt: skip
    # the id comes first although the amount of the same row is wrong as well
    assert list(zip(result.rule, result.column, result.value, strict=True)) == [
        (None, None, None), ("missing_id", "customer_id", ""), ("no_year", "date", "5月1日"),
        ("not_a_number", "amount", "两百"), ("unknown_code", "doc_type", "神秘"),
    ]  # fmt: skip
    assert result.frame["doc_type"].tolist()[0] == "sale"
    assert pd.isna(result.frame["amount"].iloc[4])


def test_an_attribute_that_cannot_be_read_is_cleared() -> None:
    result = typed(
        "customers",
        {
            "customer_id": ["H001", "H002", "H003"],
            "hospital_level": ["三甲", "超级", ""],
            "valid_from": ["2024-01-05", "x", ""],
            "opt_out": ["是", "否", "也许"],
        },
    )
    assert [code is None for code in result.rule] == [True, True, True]
    assert [(column, mask.tolist(), rule[mask].tolist()) for column, mask, rule, _ in result.cleared] == [
        ("hospital_level", [False, True, False], ["unknown_code"]),
        ("opt_out", [False, False, True], ["not_a_flag"]),
        ("valid_from", [False, True, False], ["not_a_date"]),
    ]
    assert result.frame["opt_out"].tolist()[:2] == [True, False]


def test_beds_are_not_negative_but_corrections_of_sales_are() -> None:
    result = typed("hospital_facts", {"customer_id": ["H1", "H2"], "year": ["2024", "2024"], "beds": ["-5", "300"]})
    assert result.cleared[0][2].tolist() == ["negative", None]
    assert result.frame["beds"].tolist()[1] == 300
    sale = typed(
        "transactions", {"customer_id": ["H1"], "date": ["2024-01-01"], "quantity": ["1"], "unit_price": ["-11062.06"]}
    )
    assert sale.rule.tolist() == [None]


def test_days_after_today_are_errors_only_while_no_as_of_is_told() -> None:
    columns = {"customer_id": ["H1"], "date": ["2199-01-01"], "amount": ["1"]}
    assert typed("transactions", columns).rule.tolist() == ["future_date"]
    assert typed("transactions", columns, as_of=dt.date(2024, 1, 1)).rule.tolist() == [None]
    plan = typed("plans", {"plan_id": ["1"], "unit_id": ["H1"], "due": ["2199-01-01"]})
    assert plan.cleared == []


def test_derived_money_is_rounded_half_away_from_zero() -> None:
    columns = {"customer_id": ["H1"] * 4, "date": ["2024-01-01"] * 4, "quantity": ["3", "-3", "1", ""],
               "unit_price": ["1.15", "1.15", "0.005", "2"]}  # fmt: skip
    result = typed("transactions", columns, derive={"amount": "quantity * unit_price"})
    # 1.15 * 3 is 3.4499999999999997 in float64
    assert result.frame["amount"].tolist()[:3] == [3.45, -3.45, 0.01]
    assert pd.isna(result.frame["amount"].iloc[3])


def test_derive_may_use_other_columns_of_the_file() -> None:
    columns = {"customer_id": ["H1"], "date": ["2024-01-01"], "x_items": ["1,200"], "quantity": ["2"]}
    result = typed("transactions", columns, derive={"amount": "quantity * x_items"})
    assert result.frame["amount"].tolist() == [2400.0]
    assert result.frame["x_items"].tolist() == ["1,200"]


def test_conversions_and_masks_are_counted() -> None:
    columns = {"customer_id": ["H1", "H2"], "date": ["45000", "2024年3月5日"], "quantity": ["１２盒", "5"],
               "department": ["心内科", "找李医生13900001111"]}  # fmt: skip
    result = typed("transactions", columns)
    assert result.converted["date"] == {"excel_serial": 1}
    assert result.converted["quantity"] == {"full_width": 1, "unit_word": 1}
    assert (result.masked, result.frame["department"].tolist()[1]) == (1, "找李医生***")


def test_broken_ids_and_missing_columns_stop_at_once() -> None:
    with pytest.raises(DataError, match=r'1 in transactions\.product_id have lost digits \(such as "6\.9E\+12"\)'):
        typed("transactions", {"customer_id": ["H1"], "date": ["2024-01-01"], "product_id": ["6.9E+12"]})
    with pytest.raises(DataError, match=r"Table market needs column brand; got period, 品类; file f\.csv"):
        typed("market", {"period": ["2024-01"], "x_品类": ["抗菌药"]})


def test_columns_come_in_the_order_of_the_data_model() -> None:
    result = typed("transactions", {"amount": ["1"], "x_b": ["1"], "date": ["2024-01-01"], "customer_id": ["H1"]})
    assert result.frame.columns.tolist() == ["customer_id", "date", "amount", SOURCE, ROW, "x_b"]
