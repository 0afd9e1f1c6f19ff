import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime


def invoices():
    return pd.DataFrame(
        [
            ("P1", "2025-01-06", 100.0),
            ("P1", "2025-01-06", 50.0),  # second document of the day: the same purchase
            ("P1", "2025-01-20", 80.0),
            ("P1", "2025-02-03", 60.0),
            ("P1", "2025-02-05", -20.0),  # a day of returns only
            ("P2", "2025-02-03", 40.0),
            ("P3", "2025-02-10", 30.0),
            ("P3", "2025-02-10", -30.0),  # cancelled the same day
            ("P4", "2025-03-03", 10.0),
            ("P1", "2025-03-04", 999.0),  # after the end
        ],
        columns=["customer_id", "date", "amount"],
    )


def test_by_hand_in_weeks():
    table = lifetime.summarise(invoices(), end="2025-03-03")
    # P1: purchases on 6 and 20 January and 3 February: two repeats, 28 days from first to last,
    # 56 days from 6 January to 3 March; mean of 80 and 60
    assert table.loc["P1"].tolist() == [2, 4.0, 8.0, 70.0]
    assert table.loc["P2"].tolist() == [0, 0.0, 4.0, 0.0]
    # an order on the last day is seen and has age 0
    assert table.loc["P4"].tolist() == [0, 0.0, 0.0, 0.0]
    assert table.index.tolist() == ["P1", "P2", "P4"]
    assert table.index.name == "customer_id"


def test_units_differ_by_their_length_in_days():
    day, week, month = (lifetime.summarise(invoices(), end="2025-03-03", unit=u) for u in ("day", "week", "month"))
    assert day.loc["P1", "age"] == 56.0
    assert week.loc["P1", "age"] == 8.0
    assert month.loc["P1", "age"] == pytest.approx(56 / 30.4375)


def test_start_leaves_earlier_orders_out():
    table = lifetime.summarise(invoices(), end="2025-03-03", start="2025-01-10")
    assert table.loc["P1"].tolist() == [1, 2.0, 6.0, 60.0]


def test_days_of_zero_count_only_when_told():
    assert "P3" not in lifetime.summarise(invoices(), end="2025-03-03").index
    assert lifetime.summarise(invoices(), end="2025-03-03", keep_zero=True).loc["P3", "age"] == 3.0


def test_without_a_value_column_every_order_day_counts():
    table = lifetime.summarise(invoices().drop(columns="amount"), end="2025-03-03", amount=None)
    assert table.loc["P1", "frequency"] == 3
    assert table["monetary_value"].isna().all()


def test_rounding_left_over_from_a_cancelled_day_is_no_purchase():
    lines = pd.DataFrame({"customer_id": "P9", "date": pd.Timestamp("2025-01-01"), "amount": [0.1, 0.2, -0.3]})
    later = pd.DataFrame({"customer_id": ["P9"], "date": pd.Timestamp("2025-01-09"), "amount": [5.0]})
    assert lifetime.summarise(pd.concat([lines, later]), end="2025-01-31").loc["P9", "age"] == pytest.approx(22 / 7)


def test_times_of_day_and_zones_keep_their_calendar_day():
    late = pd.to_datetime(["2025-01-06 23:30", "2025-01-07 00:30"]).tz_localize("Asia/Shanghai")
    table = lifetime.summarise(
        pd.DataFrame({"customer_id": "P1", "date": late, "amount": 1.0}), end="2025-01-07", unit="day"
    )
    assert table.loc["P1"].tolist() == [1, 1.0, 1.0, 1.0]


def test_sums_do_not_depend_on_row_order():
    rng = np.random.default_rng(3)
    lines = pd.DataFrame(
        {
            "customer_id": rng.choice(["P1", "P2", "P3"], 500),
            "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 60, 500), unit="D"),
            "amount": rng.normal(100, 80, 500),
        }
    )
    one = lifetime.summarise(lines, end="2025-03-31")
    other = lifetime.summarise(lines.sample(frac=1, random_state=1), end="2025-03-31")
    assert one.equals(other)


def test_messages():
    with pytest.raises(DataError, match=r"orders needs the columns amount; it has customer_id, date"):
        lifetime.summarise(invoices()[["customer_id", "date"]], end="2025-03-03")
    with pytest.raises(DataError, match="Column amount of orders must have no gaps; 1 of 10 rows are empty"):
        lifetime.summarise(invoices().replace(999.0, np.nan), end="2025-03-03")
    with pytest.raises(DataError, match="of 10 rows, 0 lie up to 2024-12-31 and none is one"):
        lifetime.summarise(invoices(), end="2024-12-31")
    with pytest.raises(SettingError, match="unit must be one of day, month, week; got year"):
        lifetime.summarise(invoices(), end="2025-03-03", unit="year")
    with pytest.raises(SettingError, match="start must lie before end; got start 2025-04-01, end 2025-03-03"):
        lifetime.summarise(invoices(), end="2025-03-03", start="2025-04-01")
    with pytest.raises(DataError, match="at least one row"):
        lifetime.summarise(invoices().iloc[:0], end="2025-03-03")
