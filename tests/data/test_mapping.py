from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.core.policy import PROFILES
from analysis.data import mapping
from analysis.data.dataset import TableSpec
from analysis.data.readers import Raw
from analysis.data.rejects import ROW, SOURCE

CN = PROFILES["cn"]


def raw(**columns: list[Any]) -> Raw:
    frame = pd.DataFrame(columns, dtype="str")
    return Raw(frame, pd.Series(range(2, len(frame) + 2)), "orders.csv")


def test_mapped_constant_canonical_and_other_columns() -> None:
    source = raw(客户=["H001"], 金额=["1.5"], date=["2024-01-01"], 业务员=["甲"], channel=["直销"])
    spec = TableSpec(
        source="x", columns={"customer_id": "客户", "amount": "金额"}, constants={"unit": "盒", "channel": "direct"}
    )
    frame, personal = mapping.canonical(source, "transactions", spec, profile=CN)
    # a header that is a canonical name counts unmapped; a constant wins over it
    assert frame.drop(columns=[SOURCE, ROW]).to_dict("records") == [
        {"customer_id": "H001", "amount": "1.5", "date": "2024-01-01", "unit": "盒", "channel": "direct",
         "x_业务员": "甲", "x_channel": "直销"},
    ]  # fmt: skip
    assert frame[[SOURCE, ROW]].values.tolist() == [["orders.csv", 2]]
    assert personal == []
    assert source.frame.columns.tolist() == ["客户", "金额", "date", "业务员", "channel"]


def test_one_header_may_serve_two_columns() -> None:
    spec = TableSpec(source="x", columns={"customer_id": "客户", "x_client": "客户", "date": "日期"})
    frame, _ = mapping.canonical(raw(客户=["H001"], 日期=["2024-01-01"]), "transactions", spec, profile=CN)
    assert frame.loc[0, ["customer_id", "x_client"]].tolist() == ["H001", "H001"]


def test_contact_columns_are_left_unread_even_when_mapped() -> None:
    spec = TableSpec(source="x", grain="facility", columns={"customer_id": "编码", "x_phone": "电话"})
    frame, personal = mapping.canonical(raw(编码=["H001"], 电话=["13800000000"]), "customers", spec, profile=CN)
    assert personal == ["电话"]
    assert "x_phone" not in frame.columns
    assert "x_电话" not in frame.columns


def test_questions_keep_their_names_and_are_no_personal_data() -> None:
    spec = TableSpec(source="x", grain="person", columns={"response_id": "序号"})
    source = raw(序号=["1"], **{"3、您是否接受电话拜访": ["是"]})
    frame, personal = mapping.canonical(source, "survey_responses", spec, profile=CN, items=("3、您是否接受电话拜访",))
    assert frame.columns.tolist()[:2] == ["response_id", "3、您是否接受电话拜访"]
    assert personal == []
    with pytest.raises(DataError, match="lacks Q9"):
        mapping.canonical(source, "survey_responses", spec, profile=CN, items=("Q9",))


def test_where_compares_cleaned_words() -> None:
    frame = pd.DataFrame({"product_id": ["Ｐ１ ", "P2", None]}, dtype="str")
    spec = TableSpec(source="x", where={"product_id": ["P1"]})
    assert mapping.not_selected(frame, spec, table="transactions").tolist() == [False, True, True]
    with pytest.raises(DataError, match="where may use columns of transactions only; there is no brand"):
        mapping.not_selected(frame, TableSpec(source="x", where={"brand": ["P1"]}), table="transactions")
