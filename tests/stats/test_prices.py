import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.stats import prices


def lines(**sold):
    """One line of ten boxes a month from January 2025, at the given prices."""
    return pd.DataFrame(
        [
            (product, pd.Timestamp("2025-01-10") + pd.DateOffset(months=i), 10.0, 10.0 * price)
            for product, series in sold.items()
            for i, price in enumerate(series)
            if price is not None
        ],
        columns=["product_id", "date", "quantity", "amount"],
    )


def test_price_is_amount_over_quantity_of_the_sales_of_a_month():
    table = pd.DataFrame(
        [
            ("A", "2025-01-03", 10.0, 100.0),
            ("A", "2025-01-20", 30.0, 240.0),
            ("A", "2025-01-21", -5.0, -50.0),  # return
            ("A", "2025-01-22", 4.0, 0.0),  # free goods
            ("A", "2025-02-01", 1.0, 99.0),  # after the end
        ],
        columns=["product_id", "date", "quantity", "amount"],
    )
    found = prices.monthly(table, end="2025-01-31")
    # 340 for 40 boxes
    assert found[["quantity", "amount", "price"]].to_numpy().tolist() == [[40.0, 340.0, 8.5]]


def test_a_cut_that_stays_is_a_step_and_an_odd_month_is_none():
    table = prices.monthly(lines(cut=[10, 10, 5, 5], odd=[10, 5, 10, 10], slow=[10, 9, 8.1, 7.3]), end="2025-12-31")
    found = prices.steps(table)
    assert found["product_id"].tolist() == ["cut"]
    assert found.loc[0, ["before", "after", "change"]].tolist() == [10.0, 5.0, -0.5]
    assert str(found.loc[0, "month"]) == "2025-03"
    # in the last month nothing can be said against a change
    assert prices.steps(prices.monthly(lines(new=[10, 10, 5]), end="2025-12-31"))["change"].tolist() == [-0.5]


def test_months_without_sales_are_passed_over():
    found = prices.steps(prices.monthly(lines(cut=[10, None, None, 5, 5]), end="2025-12-31"))
    assert [str(month) for month in found["month"]] == ["2025-04"]


def test_latest_price_is_that_since_the_last_step():
    table = prices.monthly(lines(cut=[10, 10, 5, 4.6], flat=[8, 8.8, 8, 8]), end="2025-12-31")
    found = prices.latest(table)
    # (50 + 46) / 20 and (80 + 88 + 80 + 80) / 40
    assert found.to_dict() == pytest.approx({"cut": 4.8, "flat": 8.2})
    assert prices.latest(table, months=1).to_dict() == pytest.approx({"cut": 4.6, "flat": 8.0})


def test_row_order_plays_no_part():
    table = lines(a=[10.1, 10.2, 5.3], b=[3.3, 3.4, 3.5])
    one = prices.monthly(table, end="2025-12-31")
    pd.testing.assert_frame_equal(prices.monthly(table.iloc[::-1], end="2025-12-31"), one)


def test_messages():
    with pytest.raises(DataError, match="orders needs the columns quantity"):
        prices.monthly(lines(a=[1]).drop(columns="quantity"), end="2025-12-31")
    with pytest.raises(SettingError, match="least must be 0 to"):
        prices.steps(prices.monthly(lines(a=[1]), end="2025-12-31"), least=-1)
