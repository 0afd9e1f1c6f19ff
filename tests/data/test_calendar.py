from __future__ import annotations

import datetime as dt
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from analysis.core.errors import SettingError
from analysis.data import calendar, engine


def orders(rows: list[tuple[str, str, str]]) -> ibis.Table:
    who, when, amount = zip(*rows, strict=True)
    days = pa.array([dt.date.fromisoformat(day) for day in when], pa.date32())
    money = pa.array([Decimal(a) for a in amount], pa.decimal128(18, 2))
    return ibis.memtable(pa.table({"customer_id": pa.array(who), "date": days, "amount": money}))


LINES = orders([
    ("H001", "2018-01-05", "1.10"), ("H001", "2018-01-20", "2.20"), ("H002", "2018-03-01", "5.00"),
    ("H002", "2018-04-30", "-1.00"),
])  # fmt: skip


def filled(expression: ibis.Table) -> list[tuple[str, str, float | None]]:
    rows = engine.to_arrow(expression).to_pylist()
    return [(r["customer_id"], f"{r['month']:%m}", None if r["value"] is None else float(r["value"])) for r in rows]


def test_zero_only_in_months_that_were_delivered() -> None:
    table = filled(calendar.monthly(LINES, start=dt.date(2018, 1, 15), end=dt.date(2018, 4, 2)))
    # nobody has a line in February: missing for both, not zero
    assert table == [
        ("H001", "01", 3.3), ("H001", "02", None), ("H001", "03", 0.0), ("H001", "04", 0.0),
        ("H002", "01", 0.0), ("H002", "02", None), ("H002", "03", 5.0), ("H002", "04", -1.0),
    ]  # fmt: skip


def test_told_months_and_customers_decide_what_was_delivered() -> None:
    told = pa.table({"month": pa.array([dt.date(2018, 1, 1), dt.date(2018, 2, 1)], pa.date32())})
    table = filled(
        calendar.monthly(LINES, start=dt.date(2018, 1, 1), end=dt.date(2018, 2, 1), reported=ibis.memtable(told))
    )
    assert table == [("H001", "01", 3.3), ("H001", "02", 0.0), ("H002", "01", 0.0), ("H002", "02", 0.0)]
    one = pa.table({"month": pa.array([dt.date(2018, 2, 1)], pa.date32()), "customer_id": ["H002"]})
    table = filled(
        calendar.monthly(LINES, start=dt.date(2018, 2, 1), end=dt.date(2018, 2, 1), reported=ibis.memtable(one))
    )
    assert table == [("H001", "02", None), ("H002", "02", 0.0)]


def test_money_stays_decimal_and_runs_on_spark_as_it_is() -> None:
    expression = calendar.monthly(LINES, start=dt.date(2018, 1, 1), end=dt.date(2018, 2, 1))
    assert pa.types.is_decimal(engine.to_arrow(expression).schema.field("value").type)
    assert "DECIMAL" in ibis.to_sql(expression, dialect="pyspark").upper()


def test_months_of_a_period() -> None:
    assert calendar.months(dt.date(2023, 12, 31), dt.date(2024, 2, 1)) == [
        dt.date(2023, 12, 1), dt.date(2024, 1, 1), dt.date(2024, 2, 1),
    ]  # fmt: skip
    with pytest.raises(SettingError, match="start must not be after end"):
        calendar.monthly(LINES, start=dt.date(2024, 1, 1), end=dt.date(2023, 1, 1))
