"""The few numbers beside a figure."""

from __future__ import annotations

import pandas as pd

from analysis.core import disclosure
from analysis.report import keys, tables

from . import demo

ZH = demo.a_page()


def test_beside_a_figure_stand_label_estimate_interval_and_n() -> None:
    frame = demo.tiers().table
    frame.insert(1, "bought", True)
    frame.insert(2, "type", "retail")
    frame.insert(3, "rank", 1)
    beside = keys.key_columns(tables.columns_of(demo.Curve(table=frame), {}, ZH), demo.Curve(table=frame))
    assert [c.name for c in beside] == ["tier", "value", "interval", "n"]
    # a second label only where the first does not name the row; n gives way to it
    twice = demo.Curve(table=pd.concat([frame, frame.assign(type="chain")], ignore_index=True))
    beside = keys.key_columns(tables.columns_of(twice, {}, ZH), twice)
    assert [c.name for c in beside] == ["tier", "type", "value", "interval"]
    plain = pd.DataFrame({"month": [1], "a": [1.0], "b": [2.0], "c": [3.0], "d": [4.0], "n": [50]})
    beside = keys.key_columns(tables.columns_of(demo.Curve(table=plain), {}, ZH), demo.Curve(table=plain))
    assert [c.name for c in beside] == ["month", "a", "b", "n"]


def test_beside_a_figure_a_numbered_row_goes_by_its_name() -> None:
    steps = pd.DataFrame(
        {"step": [0, 1], "step_name": ["unaware", "aware"], "value": [1.0, 0.9], "lo": [0.9, 0.8], "hi": [1.0, 0.95],
         "n": 190}
    )  # fmt: skip
    ladder = demo.Curve(table=steps)
    beside = keys.key_columns(tables.columns_of(ladder, {}, ZH), ladder)
    assert [c.name for c in beside] == ["step_name", "value", "interval", "n"]


def test_key_rows_of_a_curve_run_from_end_to_end() -> None:
    result = demo.curve(36)
    columns = tables.columns_of(result, {}, ZH)
    html = keys.key_rows(columns, result, ZH)
    # rows 0, 7, 14, 21, 28, 35
    assert html.count("<tr>") == 1 + 6
    assert ">0<" in html
    assert ">35<" in html
    first = keys.key_rows(tables.columns_of(demo.tiers(), {}, ZH), demo.tiers(), ZH)
    assert first.count("<tr>") == 1 + 4
    assert "净采购额（" not in first
    # hidden rows say nothing beside a figure
    safe = disclosure.control(demo.tiers((46, 120, 346, 3)), 5)
    mask = {str(c): safe.mask[c].to_numpy() for c in safe.mask if safe.mask[c].any()}
    beside = keys.key_rows(tables.columns_of(safe.result, mask, ZH), safe.result, ZH)
    assert beside.count("<tr>") == 1 + 2
    assert "已隐去" not in beside


def test_labels_beside_a_figure_tell_the_rows_apart() -> None:
    # the first label is the same everywhere, the second repeats, the third tells them apart
    frame = pd.DataFrame({
        "grouping": ["title"] * 4, "group": ["zero", "zero", "C", "C"], "barrier": ["B01", "B02", "B01", "B02"],
        "value": [0.1, 0.2, 0.3, 0.4], "lo": [0.0, 0.1, 0.2, 0.3], "hi": [0.2, 0.3, 0.4, 0.5], "n": [40, 40, 50, 50],
    })  # fmt: skip
    result = demo.Curve(table=frame)
    columns = tables.columns_of(result, {}, ZH)
    assert [c.name for c in keys.key_columns(columns, result)] == ["group", "barrier", "value", "interval"]
    # rows of one barrier need no second label
    assert [c.name for c in keys.key_columns(columns, result, [0, 2])] == ["group", "value", "interval", "n"]
