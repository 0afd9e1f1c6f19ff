"""Unit of time and held-out split."""

from __future__ import annotations

from analysis.runs import clock


def meta(first: str, *, monthly: bool = False) -> dict[str, object]:
    return {"first_date": first, "tables": {"transactions": {"monthly": monthly}}}


def test_a_year_is_held_out_where_two_are_there() -> None:
    assert clock.of(meta("2022-07-01"), "2025-06-30").split == "2024-06-30"


def test_a_third_is_held_out_of_a_short_history() -> None:
    # 2010-12-01 to 2011-12-09 are 373 days; two thirds of them end on 2011-08-06
    assert clock.of(meta("2010-12-01"), "2011-12-09").split == "2011-08-06"


def test_months_where_every_order_stands_on_the_first() -> None:
    assert clock.of(meta("2016-01-01", monthly=True), "2019-05-31").periods(12) == 12


def test_weeks_otherwise() -> None:
    # 12 months of 30.4375 days are 52.18 weeks
    assert clock.of(meta("2022-07-01"), "2025-06-30").periods(12) == 52
