"""Tables: columns in order, headings in words, hidden cells in words, everything escaped."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from analysis.core import disclosure, words
from analysis.core.result import Result
from analysis.report import keys, tables

from . import demo

ZH, EN = demo.a_page(), demo.a_page(language="en")


def cells(result: Result, page: object = ZH, minimum: int = 5) -> dict[str, list[str]]:
    safe = disclosure.control(result, minimum)
    mask = {str(c): safe.mask[c].to_numpy() for c in safe.mask if safe.mask[c].any()}
    return {c.heading: c.cells for c in tables.columns_of(safe.result, mask, page)}


def test_columns_in_the_guides_order_with_units_in_headings() -> None:
    shown = cells(demo.tiers())
    # one method and no remark: those two columns would say nothing
    assert list(shown) == ["级别", "净采购额占比", "95%区间", "净采购额（万元）", "n"]
    assert shown["级别"] == ["价值A", "价值B", "价值C", "零"]
    assert shown["95%区间"][0] == "66%–74%"
    assert shown["净采购额（万元）"] == ["8,680", "2,480", "1,240", "0"]
    assert list(cells(demo.tiers(), EN)) == [
        "Tier",
        "Share of net purchases",
        "95% interval",
        "Net purchases (CNY m)",
        "n",
    ]


def test_hidden_cells_are_said_in_words() -> None:
    shown = cells(demo.tiers((46, 120, 346, 3)))
    assert shown["n"] == ["已隐去（n < 5）", "120", "346", "已隐去（n < 5）"]
    assert shown["净采购额占比"] == ["已隐去", "20%", "10%", "已隐去"]
    assert shown["说明"][0] == "已隐去（数量过少）"
    assert cells(demo.tiers((46, 120, 346, 8)), EN, 11)["n"][0] == "hidden (n < 5)"


def test_signed_intervals_and_missing_ends() -> None:
    result = demo.tiers()
    frame = result.table.assign(lo=[-0.03, 0.17, np.nan, 0.0])
    shown = cells(dataclasses.replace(result, table=frame))
    # one sign, or none, all down the column
    assert shown["95%区间"][:3] == ["−3%至+74%", "+17%至+23%", "—"]
    assert shown["净采购额占比"][:2] == ["+70%", "+20%"]


def test_an_interval_never_prints_one_number_twice() -> None:
    result = demo.tiers()
    frame = result.table.assign(lo=[0.66, 0.001, 0.08, 0.0], hi=[0.74, 0.004, 0.12, 0.0])
    shown = cells(dataclasses.replace(result, table=frame))
    # 0.1 % to 0.4 % would be 0%–0%; where nothing varies there is no interval
    assert shown["95%区间"] == ["66%–74%", "0.1%–0.4%", "8%–12%", "—"]


def test_rows_of_one_unit_share_it_in_the_heading() -> None:
    frame = pd.DataFrame(
        {"tier": ["tier_A", "tier_B"], "value": [3_380_000.0, 9_136.0], "lo": [3_160_000.0, 0.0],
         "hi": [3_590_000.0, 31_200.0], "unit": "money"}
    )  # fmt: skip
    shown = cells(demo.Curve(table=frame))
    # middle of the five positive numbers: 3,160,000, so ten thousands without decimals
    assert shown["数值（万元）"] == ["338", "1"]
    assert shown["区间（万元）"] == ["316–359", "0–3"]


def test_each_row_may_have_its_own_unit() -> None:
    frame = pd.DataFrame(
        {
            "tier": ["tier_A", "tier_B"],
            "value": [0.062, 1_240_000.0],
            "lo": [-0.01, 1_100_000.0],
            "hi": [0.094, 1_300_000.0],
            "unit": ["+percent1", "money"],
        }
    )
    shown = cells(demo.Curve(table=frame))
    assert shown["数值"] == ["+6.2%", "124万元"]
    assert shown["区间"] == ["−1.0%至+9.4%", "110万元–130万元"]
    assert "unit" not in shown


def test_bounds_belong_to_the_number_before_them() -> None:
    frame = pd.DataFrame(
        {"driver": ["d1", "d2"], "importance": [0.19, 0.13], "share": [0.29, 0.2], "lo": [0.16, 0.1], "hi": [0.43, 0.3]}
    )

    @dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
    class Drivers(demo.Curve):
        formats = {"share": "percent", "importance": "ratio"}  # noqa: RUF012

    columns = tables.columns_of(Drivers(table=frame.assign(rank=[1, 2], n=85)), {}, ZH)
    assert [c.name for c in columns] == ["driver", "importance", "share", "interval", "rank", "n"]
    assert columns[3].cells == ["16%–43%", "10%–30%"]
    assert [c.name for c in keys.key_columns(columns, demo.Curve(table=frame))] == ["driver", "share", "interval", "n"]


def test_a_named_index_becomes_a_column() -> None:
    frame = pd.DataFrame({"n": [50, 60]}, index=pd.Index(["tier_A", "tier_B"], name="tier"))
    assert cells(demo.Curve(table=frame)) == {"级别": ["价值A", "价值B"], "n": ["50", "60"]}


def test_customer_columns_are_never_read_as_codes() -> None:
    result = demo.accounts({"ok": "ok", "tier_A": "x"})
    assert cells(result)["客户"] == ["ok", "tier_A"]


def test_markup_in_a_cell_is_text() -> None:
    result = demo.accounts({"<script>alert(1)</script>": "", '"><img src=x onerror=alert(1)>': ""})
    html = tables.data_table(tables.columns_of(result, {}, ZH), ZH, title="<b>")
    assert "<script" not in html
    assert "<img" not in html
    assert 'aria-label="&lt;b&gt;"' in html


def test_long_tables_are_cut_and_counted() -> None:
    result = demo.Curve(table=pd.DataFrame({"month": range(1234)}))
    html = tables.data_table(tables.columns_of(result, {}, ZH), ZH, title="月")
    assert html.count("<tr>") == 1 + 200
    assert "只列前200行，共1,234行。" in html
    assert 'data-filter="筛选"' in html
    short = demo.Curve(table=pd.DataFrame({"month": range(15)}))
    assert "data-filter" not in tables.data_table(tables.columns_of(short, {}, ZH), ZH, title="月")


def test_numbers_sort_as_numbers_and_hidden_ones_have_none() -> None:
    safe = disclosure.control(demo.tiers((46, 120, 346, 3)), 5)
    mask = {str(c): safe.mask[c].to_numpy() for c in safe.mask if safe.mask[c].any()}
    columns = {c.name: c for c in tables.columns_of(safe.result, mask, ZH)}
    assert columns["n"].order == [None, "120", "346", None]
    assert columns["tier"].order == [None] * 4


def test_a_narrow_table_names_its_cells_for_the_phone() -> None:
    html = tables.data_table(tables.columns_of(demo.tiers(), {}, ZH), ZH, title="级别")
    assert "rp-narrow" in html
    assert 'data-label="净采购额（万元）"' in html


def test_a_heading_may_say_what_the_value_of_one_result_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {**words.flat("zh"), "columns.value_Tiers": "占净采购额"}
    monkeypatch.setattr(words, "flat", {"zh": told}.__getitem__)
    assert list(cells(demo.tiers()))[:2] == ["级别", "占净采购额"]


def test_ranges_that_part_in_no_row_are_no_column() -> None:
    frame = demo.tiers().table
    assert "interval" in {c.name for c in tables.columns_of(demo.Curve(table=frame), {}, ZH)}
    still = frame.assign(lo=frame["value"], hi=frame["value"])
    assert "interval" not in {c.name for c in tables.columns_of(demo.Curve(table=still), {}, ZH)}
    # nor where the only other thing to say is that a row is hidden
    hidden = {name: np.array([True, False, False, False]) for name in ("lo", "hi")}
    assert "interval" not in {c.name for c in tables.columns_of(demo.Curve(table=still), hidden, ZH)}


def test_two_bounds_of_a_number_are_one_column() -> None:
    frame = demo.tiers().table[["tier", "n"]].assign(
        rank=[1, 2, 3, 4], rank_lo=[1, 2, 2, 4], rank_hi=[1, 3, 4, 4],
        gap=[-0.05, 0.04, 0.0, 0.1], gap_lo=[-0.12, 0.01, -0.1, 0.02], gap_hi=[0.02, 0.07, 0.1, np.nan],
    )  # fmt: skip

    @dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
    class Ranked(demo.Tiers):
        formats: ClassVar[Mapping[str, str]] = {"rank": "count", "gap": "points"}

    named = Ranked(table=frame, settings={"level": 0.95})
    page = tables.columns_of(named, {}, ZH)
    assert [c.name for c in page] == ["tier", "rank", "rank_interval", "gap", "gap_interval", "n"]
    # a rank that never moves is one rank; an end that is not known makes no interval
    assert page[2].cells == ["1", "2–3", "2–4", "4"]
    assert page[4].cells == ["−12至+2", "1–7", "−10至+10", "—"]
    # the unit stands in the heading, once
    assert page[3].heading.endswith("（个百分点）")
    assert page[3].cells == ["−5", "4", "0", "10"]


def test_a_column_known_of_no_row_is_left_out() -> None:
    frame = demo.tiers().table.assign(severity=np.nan)
    assert "severity" not in {c.name for c in tables.columns_of(demo.Curve(table=frame), {}, ZH)}
    assert "severity" in {c.name for c in tables.columns_of(demo.Curve(table=frame.iloc[:1]), {}, ZH)}
