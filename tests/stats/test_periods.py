import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.stats import periods


def lines(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount"])


def test_month_ends_go_to_month_ends():
    assert periods.months_back(pd.Timestamp("2025-02-28"), 12) == pd.Timestamp("2024-02-29")
    assert periods.months_back(pd.Timestamp("2025-06-30"), 1) == pd.Timestamp("2025-05-31")
    assert periods.months_back(pd.Timestamp("2025-06-15"), 12) == pd.Timestamp("2024-06-15")


def test_months_are_counted_back_from_as_of():
    table = periods.customer_months(
        lines(
            ("P1", "2025-06-30", 1.0),
            ("P1", "2025-06-01", 2.0),
            ("P1", "2025-05-31", 4.0),
            ("P2", "2024-07-01", 8.0),
            ("P2", "2024-06-30", 16.0),
            ("P2", "2025-07-01", 99.0),
        ),
        "2025-06-30",
    )
    assert table.customers.tolist() == ["P1", "P2"]
    assert table.code.tolist() == [0, 0, 1, 1]
    # 1 July to 30 June is month 11 to 0; 30 June a year before is month 12
    assert table.month.tolist() == [0, 1, 11, 12]
    assert table.value.tolist() == [3.0, 4.0, 8.0, 16.0]
    assert [table.name(m) for m in (0, 1, 12)] == ["2025-06", "2025-05", "2024-06"]


def test_a_day_in_the_middle_of_a_month_works_too():
    table = periods.customer_months(lines(("P1", "2025-06-15", 1.0), ("P1", "2025-05-15", 2.0)), "2025-06-15")
    assert table.month.tolist() == [0, 1]


def test_twin_windows_need_both_years():
    short = periods.customer_months(lines(("P1", "2025-06-30", 1.0), ("P1", "2023-08-01", 1.0)), "2025-06-30")
    assert periods.twin_windows(short, 12, None) == ([], [])
    long = periods.customer_months(lines(("P1", "2025-06-30", 1.0), ("P1", "2023-07-01", 1.0)), "2025-06-30")
    assert periods.twin_windows(long, 12, None) == (list(range(12)), [])


def monthly(customers, months, without=()):
    ends = pd.date_range(end="2025-06-30", periods=months, freq="ME")
    return lines(
        *[(f"P{c}", end, 1.0) for end in ends for c in range(customers) if end.strftime("%Y-%m") not in without]
    )


def test_a_hole_in_busy_data_takes_its_twin_with_it():
    table = periods.customer_months(monthly(12, 24, without=["2024-02"]), "2025-06-30")
    used, holes = periods.twin_windows(table, 12, None)
    # February 2024 is month 16; its twin, February 2025, is month 4
    assert holes == [16]
    assert used == [m for m in range(12) if m != 4]


def test_few_customers_may_have_an_empty_month():
    table = periods.customer_months(monthly(3, 24, without=["2024-02"]), "2025-06-30")
    assert periods.twin_windows(table, 12, None) == (list(range(12)), [])


def test_empty_months_of_a_seasonal_product_are_no_holes():
    season = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 9)]
    table = periods.customer_months(
        pd.concat([monthly(20, 24, without=season), lines(("P0", "2023-07-31", 1.0))]), "2025-06-30"
    )
    assert periods.twin_windows(table, 12, None) == (list(range(12)), [])


def test_a_hole_that_is_told_counts():
    table = periods.customer_months(monthly(3, 24, without=["2024-02"]), "2025-06-30")
    used, holes = periods.twin_windows(table, 12, ["2024-02-01"])
    assert holes == [16]
    assert 4 not in used


def test_sums_do_not_depend_on_row_order():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "customer_id": rng.choice(["P1", "P2"], 400),
            "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 180, 400), unit="D"),
            "amount": rng.normal(0, 1e5, 400),
        }
    )
    one = periods.customer_months(frame, "2025-06-30")
    other = periods.customer_months(frame.sample(frac=1, random_state=2), "2025-06-30")
    assert np.array_equal(one.value, other.value)


def test_messages():
    with pytest.raises(DataError, match="of 1 rows the first is dated 2025-07-01, after 2025-06-30"):
        periods.customer_months(lines(("P1", pd.Timestamp("2025-07-01"), 1.0)), "2025-06-30")
    with pytest.raises(DataError, match="Column date of orders must have no gaps; 1 of 1 rows are empty"):
        periods.customer_months(lines(("P1", None, 1.0)), "2025-06-30")
    with pytest.raises(DataError, match="orders needs the columns amount"):
        periods.customer_months(lines(("P1", "2025-06-01", 1.0)).drop(columns="amount"), "2025-06-30")
