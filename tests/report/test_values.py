"""One unit and one number of digits in a column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.report import values

from . import demo

ZH, EN = demo.a_page(), demo.a_page(language="en")


def column(numbers: list[float], kind: str, page: object = ZH) -> tuple[str, list[str]]:
    style = values.style_of([pd.Series(numbers)], kind.lstrip("+"), kind.startswith("+"), page)
    return style.unit, [values.written(v, style, page) for v in numbers]


def test_money_in_one_unit_by_the_middle_value() -> None:
    # median 24.8 million: 万元 for all three, never 亿 beside 万
    assert column([124e6, 24.8e6, 986_000.0], "money") == ("万元", ["12,400", "2,480", "99"])
    assert column([124e6, 24.8e6, 986_000.0], "money", EN) == ("CNY m", ["124.0", "24.8", "1.0"])
    assert column([3e8, 1.24e8, 2e8], "money") == ("亿元", ["3.00", "1.24", "2.00"])
    assert column([9_860.0, 420.0], "money") == ("元", ["9,860", "420"])


def test_negative_money_has_a_minus_and_zero_has_no_sign() -> None:
    assert column([-52_000.0, 98_000.0, 0.0], "+money") == ("万元", ["−5.20", "+9.80", "0.00"])


def test_numbers_share_their_decimals() -> None:
    assert column([0.5, 1.25, 12.0], "number")[1] == ["0.50", "1.25", "12.00"]
    assert column([150.4, 1250.0], "number")[1] == ["150", "1,250"]
    assert column([3.0, 6.5, 12.0], "days") == ("天", ["3.00", "6.50", "12.00"])


def test_missing_is_a_dash_and_never_zero() -> None:
    for missing in (None, float("nan"), pd.NaT, pd.NA, np.nan):
        assert values.written(missing, values.Style("number"), ZH) == "—"


@pytest.mark.parametrize(
    ("series", "kind"),
    [
        (pd.Series([1, 2]), "count"),
        (pd.Series([1.5]), "number"),
        (pd.Series([True]), "flag"),
        (pd.Series(["tier_A"]), "term"),
        (pd.to_datetime(pd.Series(["2025-06-30"])), "date"),
    ],
)
def test_kinds_follow_the_type_where_nothing_is_told(series: pd.Series, kind: str) -> None:
    assert values.kind_of("x", series, {}) == (kind, False)


def test_a_told_kind_counts_for_the_bounds_too() -> None:
    assert values.kind_of("lo", pd.Series([0.1]), {"value": "+percent1"}) == ("percent1", True)


def test_dates_flags_and_terms() -> None:
    assert values.written(pd.Timestamp("2025-06-30"), values.Style("date"), ZH) == "2025-06-30"
    assert values.written(True, values.Style("flag"), ZH) == "是"
    assert values.written("tier_A", values.Style("term"), EN) == "Value A"


def test_a_cell_of_its_own_kind_carries_its_unit() -> None:
    assert values.cell(-0.05, "+percent1", ZH) == "−5.0%"
    assert values.cell(0.19, "+points", ZH) == "+19个百分点"
    assert values.cell("tier_A", "term", ZH) == "价值A"
