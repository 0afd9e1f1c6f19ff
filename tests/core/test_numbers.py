"""Numbers as the glossary writes them."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.core import numbers, words


@pytest.mark.parametrize(
    ("value", "kind", "zh", "en"),
    [
        (1.05e8, "money", "1.05亿元", "CNY 105 m"),
        (3.45e7, "money", "3,450万元", "CNY 34.5 m"),
        (12_000, "money", "1.20万元", "CNY 12.0 k"),
        (9_860, "money", "9,860元", "CNY 9.86 k"),
        (-350, "money", "−350元", "CNY −350"),
        (0.062, "percent1", "6.2%", "6.2%"),
        (-0.034, "percent1", "−3.4%", "−3.4%"),
        (0.19, "points", "19个百分点", "19 points"),
        (512, "count", "512", "512"),
        (12345.6, "number", "12,346", "12,346"),
        (0.24259, "number", "0.243", "0.243"),
        (None, "money", "—", "—"),
        (float("nan"), "percent", "—", "—"),
        (dt.date(2025, 6, 30), "date", "2025年6月30日", "30 Jun 2025"),
        ("2024-07-01", "month", "2024-07", "Jul 2024"),
    ],
)
def test_render(value: object, kind: str, zh: str, en: str) -> None:
    assert numbers.render(value, kind, "zh") == zh
    assert numbers.render(value, kind, "en") == en


def test_a_plus_stands_on_changes_only() -> None:
    assert numbers.render(0.011, "percent1", "zh", signed=True) == "+1.1%"
    assert numbers.render(0.0, "percent1", "zh", signed=True) == "0.0%"
    assert numbers.render(-0.0001, "percent", "en", signed=True) == "0%"


def test_other_currencies() -> None:
    assert numbers.render(2.5e6, "money", "zh", currency="GBP") == "250万英镑"
    assert numbers.render(2.5e6, "money", "en", currency="GBP") == "GBP 2.50 m"


def test_a_quantity_comes_with_its_unit() -> None:
    assert numbers.render(12_000, "money", "en", currency="tablet") == "12.0 k tablet"
    assert numbers.render(12_000, "money", "zh", currency="片") == "1.20万片"


def test_steps_of_money_do_not_jump_at_rounding() -> None:
    # 9,999.6 rounds to 10,000: it must be written 1.00 万, not 10,000
    assert numbers.render(9_999.6, "money", "zh") == "1.00万元"


def test_words_fill_kinds() -> None:
    text = words.text("errors.out_of_range", "en", name="cuts", lo=0, hi=1, got=2)
    assert text == "cuts must be 0 to 1; got 2. Change it."
