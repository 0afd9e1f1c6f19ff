"""Potential and strategic points: where they come from, what day they hold on, what is refused."""

# ruff: noqa: E501 - one mistake and its message per line

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.data import customers, potential, store, tables

from . import desk

MONTHS = [str(m.date()) for m in pd.date_range("2023-01-01", "2024-03-01", freq="MS")]
MARKET = [["医院编码", "月份", "品牌", "标准盒数"]]
# H001 buys 10 of ours and 30 of a rival's each month; H002 only once, of the rival; Z9 is no customer of ours
MARKET += [["H001", m, "砚安欣", "10"] for m in MONTHS] + [["H001", m, "康缇", "30"] for m in MONTHS]
MARKET += [["H002", "2023-02-01", "康缇", "7"], ["H002", "2024-03-01", "康缇", "5"], ["Z9", "2024-03-01", "康缇", "9"]]
FACTS = [["医院编码", "年份", "床位数", "登记患者", "科室"]]
FACTS += [["H001", "2022", "500", "1,200", ""], ["H001", "2023", "", "1300", ""], ["H001", "2023", "", "900", "内科"]]
FACTS += [
    ["H002", "2023", "80", "40", "内科"],
    ["H002", "2023", "80", "25", "外科"],
    ["H003", "2023", "20", "很多", ""],
]
PEOPLE = [["客户编码", "大区", "客户类型", "医院等级", "上级编码", "得分"]]
PEOPLE += [["H001", "华东", "医院", "三甲", "", "4"], ["H002", "华北", "医院", "二级", "", ""]]
PEOPLE += [["H003", "华东", "药店", "", "", "1.5"], ["K1", "华东", "科室", "", "H001", ""]]
PEOPLE += [["Y1", "", "医生", "", "K1", ""]]
COLUMNS = {
    "customer_id": "客户编码", "region": "大区", "customer_type": "客户类型", "hospital_level": "医院等级",
    "parent_id": "上级编码", "x_score": "得分",
}  # fmt: skip


def built(folder: Path, *, leave: tuple[str, ...] = (), **top: Any) -> Path:
    """The desk with a market table and hospital facts, without the tables named in ``leave``."""
    files = {"o.csv": desk.ORDERS, "c.csv": PEOPLE, "m.csv": MARKET, "f.csv": FACTS}
    files["p.csv"] = [["product_id", "brand", "is_own"], ["P1", "砚安欣", "是"], ["P2", "康缇", "否"]]
    named = {"customer_id": "医院编码", "period": "月份", "brand": "品牌", "quantity": "标准盒数"}
    facts = {
        "customer_id": "医院编码",
        "year": "年份",
        "beds": "床位数",
        "department": "科室",
        "x_patients": "登记患者",
    }
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "customers": {"source": "c.csv", "columns": COLUMNS} | desk.BASIS,
        "market": {"source": "m.csv", "columns": named} | desk.BASIS,
        "hospital_facts": {"source": "f.csv", "columns": facts} | desk.BASIS,
        "products": {"source": "p.csv"},
    }
    spec = {name: entry for name, entry in spec.items() if name not in leave}
    store.build(desk.lay(folder / "in", files, spec, as_of="2024-03-31", **top), folder / "out")
    return folder / "out"


def test_market_is_the_default_twelve_whole_months_all_brands(tmp_path: Path) -> None:
    folder = built(tmp_path)
    assert potential.basis(folder) == {"table": "market", "column": "quantity", "label": None, "measure": "quantity"}
    table = potential.potential(folder, as_of="2024-03-31")
    # April 2023 to March 2024: 12 × (10 + 30); H002's boxes of February 2023 lie before, H003 is in no market row
    assert table.loc["H001"].tolist() == [480.0, 120.0]
    assert table.loc["H002"].tolist() == [5.0, 0.0]
    assert table.loc["H003"].isna().all()
    assert table.index.tolist() == customers.profile(folder, as_of="2024-03-31").index.tolist()
    assert potential.potential(folder, as_of="2024-03-31", region="华北").index.tolist() == ["H002"]


def test_market_of_an_earlier_day_ends_with_the_last_whole_month(tmp_path: Path) -> None:
    folder = built(tmp_path)
    # on 30 March the row of March, which covers 31 March too, is the future; H002 has its row of February 2023 only
    early = potential.potential(folder, as_of="2024-01-30")
    assert early.loc["H001", "potential"] == 12 * 40
    assert early.loc["H002", "potential"] == 7.0
    assert potential.potential(folder, as_of="2024-03-30").loc["H002", "potential"] != 5.0


def test_own_part_is_unknown_where_nobody_says_which_brands_are_ours(tmp_path: Path) -> None:
    table = potential.potential(built(tmp_path, leave=("products",)), as_of="2024-03-31")
    assert table["own"].isna().all()
    assert table.loc["H001", "potential"] == 480.0


def test_declared_column_of_facts_takes_the_latest_year_and_totals_before_departments(tmp_path: Path) -> None:
    label = {"zh": "登记患者数", "en": "registered patients"}
    folder = built(tmp_path, potential={"table": "hospital_facts", "column": "x_patients", "label": label})
    assert potential.basis(folder) == {
        "table": "hospital_facts", "column": "x_patients", "label": label, "measure": None,
    }  # fmt: skip
    table = potential.potential(folder, as_of="2024-03-31")
    # H001: the row of the whole hospital, not 1300 + 900; H002: 40 + 25; H003's word is no number
    assert table["potential"].tolist()[:2] == [1300.0, 65.0]
    assert table.loc["H003"].isna().all()
    assert table["own"].isna().all()
    assert potential.potential(folder, as_of="2022-12-31").loc["H001", "potential"] == 1200.0
    rejected = pd.read_csv(folder / "rejected.csv")
    said = rejected[rejected["column"] == "x_patients"]
    assert said[["action", "value", "rule"]].to_numpy().tolist() == [["cleared", "很多", "not_a_number"]]


def test_a_canonical_column_without_the_latest_number_goes_back_a_year(tmp_path: Path) -> None:
    folder = built(tmp_path, potential={"table": "hospital_facts", "column": "beds"})
    # H001 wrote no beds in 2023: those of 2022 hold; H002's departments add up
    assert potential.potential(folder, as_of="2024-03-31")["potential"].tolist() == [500.0, 160.0, 20.0]


def test_declared_column_of_customers_and_strategic_numbers(tmp_path: Path) -> None:
    declared = {"table": "customers", "column": "x_score"}
    folder = built(tmp_path, potential=declared, strategic=declared)
    assert potential.potential(folder, as_of="2024-03-31")["potential"].dropna().to_dict() == {"H001": 4, "H003": 1.5}
    assert potential.strategic(folder).dropna().to_dict() == {"H001": 4, "H003": 1.5}


def test_strategic_points_by_word(tmp_path: Path) -> None:
    folder = built(tmp_path, strategic={"table": "customers", "column": "hospital_level", "points": {"三级甲等": 5}})
    found = potential.strategic(folder)
    assert found["H001"] == 5.0
    assert found.drop("H001").isna().all()
    assert potential.strategic(built(tmp_path / "none")) is None


def test_without_any_source_everything_is_missing(tmp_path: Path) -> None:
    folder = built(tmp_path, leave=("market", "hospital_facts"))
    assert potential.basis(folder) is None
    assert potential.potential(folder, as_of="2024-03-31").isna().all(axis=None)
    assert potential.category(folder, end="2024-03-31").empty


def test_the_entry_is_part_of_what_the_tables_say(tmp_path: Path) -> None:
    plain, other = built(tmp_path / "a"), built(tmp_path / "b", potential={"measure": "quantity"})
    assert tables.meta(plain)["tables"] == tables.meta(other)["tables"]
    assert tables.meta(plain)["tables_hash"] != tables.meta(other)["tables_hash"]


SETTING_MISTAKES = {
    "table that is not there": ({"potential": {"table": "market"}}, "potential.table must name a table of this file"),
    "column for the market": ({"potential": {"table": "market", "column": "amount"}}, "potential is written {table: market"),
    "facts without a column": ({"potential": {"table": "hospital_facts"}}, "potential is written {table: market"),
    "unknown column": ({"potential": {"table": "hospital_facts", "column": "bed"}}, "potential.column is no canonical column"),
    "column of words": ({"potential": {"table": "hospital_facts", "column": "department"}}, "potential.column must be a column of numbers; department"),
    "unknown key": ({"potential": {"colum": "x_a"}}, "potential.colum; dataset.yaml line 43. Did you mean column?"),
    "unknown language": ({"potential": {"table": "customers", "column": "x_a", "label": {"fr": "a"}}}, "potential.label"),
    "points of a word that cannot be": ({"strategic": {"column": "hospital_level", "points": {"三甲": 5}}}, "strategic.points.三甲 is no word"),
    "points below zero": ({"strategic": {"column": "hospital_level", "points": {"三级甲等": -1}}}, "strategic.points.三级甲等 must be a number of 0 or more"),
    "no points": ({"strategic": {"column": "hospital_level"}}, "strategic.column must be a column of numbers"),
    "no column": ({"strategic": {"points": {"三级甲等": 1}}}, "strategic.column must be given"),
}  # fmt: skip


@pytest.mark.parametrize("name", SETTING_MISTAKES)
def test_mistakes_in_the_dataset_file(tmp_path: Path, name: str) -> None:
    top, said = SETTING_MISTAKES[name]
    with pytest.raises(SettingError) as caught:
        built(tmp_path, leave=("market",), **top)
    assert said in str(caught.value)
    assert "dataset.yaml" in str(caught.value)
    assert caught.value.text("zh")


DATA_MISTAKES = {
    "declared_column": ({"potential": {"table": "customers", "column": "x_nothing"}}, "x_nothing is not there"),
    "declared_numbers": ({"potential": {"table": "customers", "column": "x_大区"}}, "holds none (such as"),
    "declared_points": ({"strategic": {"column": "hospital_level", "points": {"一级": 1}}}, "holds none of 一级"),
}  # fmt: skip


@pytest.mark.parametrize("code", DATA_MISTAKES)
def test_mistakes_that_only_the_data_show(tmp_path: Path, code: str) -> None:
    top, said = DATA_MISTAKES[code]
    with pytest.raises(DataError) as caught:
        if code == "declared_numbers":
            named = {"customer_id": "客户编码", "x_大区": "大区"}
            spec = {
                "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
                "customers": {"source": "c.csv", "columns": named} | desk.BASIS,
            }
            files = {"o.csv": desk.ORDERS, "c.csv": PEOPLE}
            store.build(desk.lay(tmp_path / "in", files, spec, **top), tmp_path / "out")
        else:
            built(tmp_path, **top)
    assert caught.value.code == code
    assert said in str(caught.value)
    assert "dataset file" in str(caught.value)
    assert caught.value.text("zh")
