import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime


def orders(*lines):
    return pd.DataFrame(lines, columns=["customer_id", "date", "amount"])


PHARMACY = orders(
    ("药店甲", "2024-01-10", 100.0),
    ("药店甲", "2024-01-25", 50.0),
    ("药店甲", "2024-03-02", 80.0),
    ("药店甲", "2024-03-30", 40.0),
    ("药店甲", "2024-06-05", 60.0),
    ("药店乙", "2024-02-29", 30.0),
    ("药店乙", "2024-04-01", 20.0),
    ("药店乙", "2024-04-15", -20.0),
    ("药店丙", "2024-06-20", 10.0),
)


def test_months_with_a_purchase_are_counted():
    found = lifetime.opportunities(PHARMACY, end="2024-06-30")
    # 甲: first month January; March and June of February–June. 乙: April of March–June. 丙: June, nothing after it
    assert found["frequency"].to_dict() == {"药店丙": 0, "药店乙": 1, "药店甲": 2}
    assert found["recency"].to_dict() == {"药店丙": 0, "药店乙": 2, "药店甲": 5}
    assert found["age"].to_dict() == {"药店丙": 0, "药店乙": 4, "药店甲": 5}
    # 甲: (80 + 40 + 60) / 2
    assert found["monetary_value"].to_dict() == {"药店丙": 0.0, "药店乙": 20.0, "药店甲": 90.0}


def test_a_month_that_is_not_over_plays_no_part():
    found = lifetime.opportunities(PHARMACY, end="2024-06-29")
    assert found.loc["药店甲", ["frequency", "recency", "age"]].tolist() == [1, 2, 4]
    # first seen in June, which is not over
    assert "药店丙" not in found.index


@pytest.mark.parametrize(
    ("unit", "expected"),
    # quarters: January–March, April–June; weeks of 8 January (first), 22 January, 26 February, 25 March, 3 June
    [("quarter", [1, 1, 1]), ("week", [4, 21, 24]), ("year", [0, 0, 0])],
)
def test_other_periods(unit, expected):
    end = "2024-12-31" if unit == "year" else "2024-06-30"
    found = lifetime.opportunities(PHARMACY, end=end, unit=unit)
    assert found.loc["药店甲", ["frequency", "recency", "age"]].tolist() == expected


def test_a_start_makes_earlier_buyers_new():
    found = lifetime.opportunities(PHARMACY, end="2024-06-30", start="2024-02-01")
    assert found.loc["药店甲", ["frequency", "recency", "age"]].tolist() == [1, 3, 3]


def test_row_order_plays_no_part():
    shuffled = PHARMACY.sample(frac=1, random_state=1)
    assert lifetime.opportunities(shuffled, end="2024-06-30").equals(lifetime.opportunities(PHARMACY, end="2024-06-30"))


def test_the_history_is_what_bg_bb_takes():
    history = lifetime.opportunities(PHARMACY, end="2024-06-30")
    fit = lifetime.from_parameters("bg_bb", alpha=1.0, beta=1.0, gamma=0.5, delta=3.0)
    assert lifetime.forecast(fit, history, periods=12)["expected"].between(0, 12).all()


def test_messages():
    with pytest.raises(SettingError, match="unit must be one of month, quarter, week, year; got day"):
        lifetime.opportunities(PHARMACY, end="2024-06-30", unit="day")
    with pytest.raises(DataError, match="At least one whole period"):
        lifetime.opportunities(PHARMACY, end="2024-06-30", unit="year")
    with pytest.raises(DataError, match="orders must hold at least one purchase"):
        lifetime.opportunities(PHARMACY, end="2023-12-31")
    with pytest.raises(SettingError, match="start must lie before end"):
        lifetime.opportunities(PHARMACY, end="2024-06-30", start="2024-07-01")
