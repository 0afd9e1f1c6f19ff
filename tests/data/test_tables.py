from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.data import store, tables

from . import desk


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two regions, an unplaced hospital, a distributor, answers with and without customer."""
    folder = tmp_path_factory.mktemp("tables")
    orders = [[*row, "赠货" if row[5] == "D3" else "退货" if row[5] == "D7" else "销售"] for row in desk.ORDERS[1:]]
    orders = [[*desk.ORDERS[0], "单据类型"], *orders]
    people = [
        ["客户编码", "大区", "客户类型", "客户名称"],
        ["H001", "华东", "医院", "甲医院"],
        ["H002", "华北", "医院", "乙医院"],
        ["D001", "华东", "医生", "王某"],
        ["J001", "华北", "经销商", "丙商业"],
    ]
    answers = [["response_id", "customer_id", "item_id", "value"], ["1", "D001", "Q1", "4"], ["2", "", "Q1", "5"]]
    market = [
        ["customer_id", "region", "period", "brand", "quantity"],
        ["H001", "", "2024-01", "甲", "5"],
        ["", "华北", "2024-01", "甲", "7"],
    ]
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS | {"doc_type": "单据类型"}} | desk.BASIS,
        "customers": {
            "source": "c.csv",
            "columns": {"customer_id": "客户编码", "region": "大区", "customer_type": "客户类型", "name": "客户名称"},
        }
        | desk.BASIS,
        "products": {"source": "p.csv"},
        "market": {"source": "m.csv"} | desk.BASIS,
        "survey_responses": {
            "source": "s.csv",
            "grain": "person",
            "source_type": "self_report_survey",
            "lawful_basis": "consent",
        },
        "stock": {"source": "st.csv"} | desk.BASIS,
        "targets": {"source": "t.csv"},
    }
    files = {
        "o.csv": orders,
        "c.csv": people,
        "p.csv": [["product_id", "brand"], ["P1", "甲"], ["P2", "乙"]],
        "m.csv": market,
        "s.csv": answers,
        "st.csv": [["distributor_id", "product_id", "date", "quantity"], ["J001", "P1", "2024-01-31", "9"]],
        "t.csv": [
            ["unit_id", "metric", "period", "value"],
            ["华北", "share", "2024", "0.2"],
            ["H001", "share", "2024", "0.3"],
        ],
    }
    store.build(desk.lay(folder / "in", files, spec, as_of="2024-03-31"), folder / "out")
    return folder / "out"


def test_a_table_as_pandas(built: Path) -> None:
    frame = tables.read(built, "transactions")
    assert frame["date"].dtype == np.dtype("datetime64[us]")
    assert frame["amount"].dtype == float
    assert frame["customer_id"].dtype == "str"
    assert tables.names(built) == [
        "customers",
        "products",
        "transactions",
        "survey_responses",
        "market",
        "targets",
        "stock",
    ]
    assert set(tables.read_all(built)) == set(tables.names(built))


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("transactions", {"华东": 3, "华北": 1, "unassigned": 1}),
        ("customers", {"华东": 2, "华北": 2, "unassigned": 1}),
        ("products", {"华东": 2, "华北": 2, "unassigned": 2}),
        ("market", {"华东": 1, "华北": 1, "unassigned": 0}),
        # the answer of nobody known stands with those who could not be placed
        ("survey_responses", {"华东": 1, "华北": 0, "unassigned": 1}),
        ("stock", {"华东": 0, "华北": 1, "unassigned": 0}),
        ("targets", {"华东": 1, "华北": 1, "unassigned": 0}),
    ],
)
def test_rows_of_one_region(built: Path, name: str, counts: dict[str, int]) -> None:
    assert {region: len(tables.read(built, name, region=region)) for region in counts} == counts


def test_rows_of_one_brand(built: Path) -> None:
    assert set(tables.read(built, "transactions", brand="乙")["product_id"]) == {"P2"}
    assert len(tables.read(built, "transactions", region="华东", brand="乙")) == 1
    with pytest.raises(SettingError, match='no "丁"; there are 乙, 甲'):
        tables.read(built, "transactions", brand="丁")
    with pytest.raises(SettingError):
        tables.read(built, "customers", brand="甲")


def test_orders_are_demand_in_the_declared_value(built: Path) -> None:
    orders = tables.orders(built)
    # the free goods of D3 are no demand; the return is
    assert set(orders["document_no"]) == {"D1", "D5", "D7"}
    assert orders["amount"].sum() == 862.0  # 680 + 106 − 136 + 212
    assert tables.orders(built, region="华北").empty


def test_counts_by_region(built: Path) -> None:
    assert tables.counts(built) == {
        "华东": {"customers": 2, "buying_customers": 1, "respondents": 1},
        "华北": {"customers": 2, "buying_customers": 0, "respondents": 0},
        "unassigned": {"customers": 1, "buying_customers": 1, "respondents": 1},
    }


def test_names_of_organisations_without_persons(built: Path) -> None:
    assert tables.organisation_names(built) == {"H001": "甲医院", "H002": "乙医院", "J001": "丙商业"}


def test_months_that_were_delivered(built: Path) -> None:
    assert tables.reported_months(built) == [
        pd.Timestamp("2024-01-01"),
        pd.Timestamp("2024-02-01"),
        pd.Timestamp("2024-03-01"),
    ]


def test_what_is_not_there_is_named(built: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="plans was not built; there are customers, products"):
        tables.read(built, "plans")
    with pytest.raises(SettingError, match='no "华南" among 3, such as 华东, 华北, unassigned'):
        tables.read(built, "customers", region="华南")
    with pytest.raises(DataError, match=r"has no meta\.json"):
        tables.meta(tmp_path)


def test_quantity_can_be_the_value(tmp_path: Path) -> None:
    columns = {k: v for k, v in desk.COLUMNS.items() if k != "amount"}
    spec = {"transactions": {"source": "o.csv", "columns": columns, "constants": {"unit": "盒"}} | desk.BASIS}
    store.build(desk.lay(tmp_path / "in", {"o.csv": desk.ORDERS}, spec, value="quantity"), tmp_path / "out")
    orders = tables.orders(tmp_path / "out", region="all")
    assert orders["amount"].tolist() == orders["quantity"].tolist() == [10.0, 4.0, -2.0, 5.0, 8.0]
