import pandas as pd

from analysis.stats import purchases, windows

ORDERS = pd.DataFrame(
    [
        ("H2", "2024-06-30", 1.0), ("H1", "2024-07-01", 10.0), ("H1", "2025-06-30", 5.0), ("H2", "2023-07-01", 7.0),
        ("H1", "2023-06-30", 9.0), ("H1", "2025-07-01", 99.0),
    ],
    columns=["customer_id", "date", "amount"],
)  # fmt: skip


def test_sides_of_the_window_by_hand():
    window = windows.split(ORDERS, as_of="2025-06-30", months=12)
    # last day of the earlier year, first and last day of the later, first of the earlier, the day before, the day after
    assert window.side.tolist() == [
        windows.EARLIER, windows.LATER, windows.LATER, windows.EARLIER, windows.NEITHER, windows.NEITHER,
    ]  # fmt: skip
    amount = ORDERS["amount"].to_numpy()
    assert window.customers.tolist() == ["H1", "H2"]
    assert window.total(amount, windows.LATER).tolist() == [15.0, 0.0]
    assert window.total(amount, windows.EARLIER).tolist() == [0.0, 8.0]


def test_purchase_days_net_a_day_and_give_gaps():
    orders = pd.DataFrame(
        [
            ("H1", "2025-01-01", 10.0), ("H1", "2025-01-01", 5.0), ("H1", "2025-01-11", 10.0),
            ("H1", "2025-01-11", -10.0), ("H1", "2025-01-31", 1.0), ("H2", "2025-01-05", -3.0),
        ],
        columns=["customer_id", "date", "amount"],
    )  # fmt: skip
    days = purchases.purchase_days(orders, "2025-06-30")
    # 11 January nets to zero: the gap runs from the 1st to the 31st
    assert days.code.tolist() == [0, 0]
    assert days.value.tolist() == [15.0, 1.0]
    assert days.gaps()[1].tolist() == [30]
    assert days.medians()[0] == 30.0
    assert days.start == pd.Timestamp("2025-01-01")
