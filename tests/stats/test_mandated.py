import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.stats import mandated

EVENTS = pd.DataFrame(
    {"product_id": ["P2", "P9"], "date": pd.to_datetime(["2024-04-01"] * 2), "type": ["VBP_win", "NRDL"]}
)


def lines(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "product_id", "amount", "channel"]).assign(
        date=lambda t: pd.to_datetime(t["date"])
    )


ORDERS = lines(
    ("H1", "2024-01-01", "P2", 100.0, "distributor"),  # free then, but of a pair that came under the mandate
    ("H1", "2024-05-01", "P2", 40.0, "tender"),
    ("H1", "2024-05-01", "P1", 60.0, "distributor"),
    ("R1", "2024-05-01", "P2", 50.0, "distributor"),  # a pharmacy: the mandate does not bind it
    ("R1", "2024-05-01", "P9", 10.0, "distributor"),  # listed, not won
)


def test_tender_lines_of_the_product_are_mandated_from_the_day_on():
    assert mandated.lines(ORDERS, EVENTS).tolist() == [False, True, False, False, False]


def test_the_whole_history_of_such_a_pair_is_left_out_and_said():
    kept, notes = mandated.free(ORDERS, EVENTS)
    assert kept["amount"].tolist() == [60.0, 50.0, 10.0]
    # 140 of 260
    assert notes[0].values == {"n": 1, "gone": 0, "share": 140 / 260}
    assert mandated.free(ORDERS, None) == (ORDERS, ())


def test_without_tender_lines_every_line_of_the_product_counts():
    plain = ORDERS.drop(columns="channel")
    assert mandated.lines(plain, EVENTS).tolist() == [False, True, False, True, False]


def test_the_mandate_starts_by_region_where_both_know_it():
    orders = ORDERS.drop(columns="channel").assign(region=["East", "East", "East", "West", "West"])
    events = EVENTS.assign(region=["West", "West"])
    assert mandated.lines(orders, events).tolist() == [False, False, False, True, False]


def test_nothing_left_is_an_error():
    with pytest.raises(DataError, match="all 1 rows belong to customers and products under a mandate"):
        mandated.free(ORDERS.iloc[[1]], EVENTS)
    with pytest.raises(DataError, match="mandated needs the columns date"):
        mandated.free(ORDERS, EVENTS[["product_id"]])


def test_dates_with_a_time_zone():
    """A system that writes time zones sees the same lines mandated."""
    there = ORDERS.assign(date=ORDERS["date"].dt.tz_localize("Asia/Shanghai"))
    late = EVENTS.assign(date=EVENTS["date"].dt.tz_localize("Asia/Shanghai"))
    want = mandated.lines(ORDERS, EVENTS).tolist()
    assert mandated.lines(there, EVENTS).tolist() == want
    assert mandated.lines(ORDERS, late).tolist() == want
