from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.data import rhythm

WINDOW = list(pd.date_range("2024-01-01", periods=12, freq="MS"))


def active(rows: list[tuple[str, int, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "month", "value"])
    frame["month"] = [WINDOW[m] for m in frame["month"]]
    return frame.set_index("customer_id")


def test_spread_from_whole_numbers() -> None:
    # gaps 10, 20, 30: mean 20, standard deviation 10
    gaps = pd.DataFrame(
        {
            "median_gap": [20.0, 5.0],
            "gap_sum": [60, 5],
            "gap_squares": [1400, 25],
            "gap_count": [3, 1],
            "reactivated_on": pd.NaT,
        },
        index=["H001", "H002"],
    )
    table = rhythm.spread(gaps)
    assert table.loc["H001", "gap_cv"] == 0.5
    assert np.isnan(table.loc["H002", "gap_cv"])


def test_a_month_nobody_delivered_is_no_zero() -> None:
    rows = active([("H001", m, 100.0) for m in range(12) if m != 5])
    first = pd.Series({"H001": pd.Timestamp("2020-01-01")})
    level = rhythm.trend(rows, first, WINDOW, set(WINDOW) - {WINDOW[5]}, least=6)
    assert level["H001"] == pytest.approx(0, abs=1e-12)
    # delivered and empty, the same month is a zero and bends the line
    assert abs(rhythm.trend(rows, first, WINDOW, set(WINDOW), least=6)["H001"]) > 1e-3


def test_scale_and_currency_make_no_difference() -> None:
    rows = [("H001", m, 10.0 * (m + 1)) for m in range(12)] + [("H002", m, 7000.0 * (m + 1)) for m in range(12)]
    first = pd.Series({"H001": pd.Timestamp("2020-01-01"), "H002": pd.Timestamp("2020-01-01")})
    slopes = rhythm.trend(active(rows), first, WINDOW, set(WINDOW), least=6)
    assert slopes["H001"] == pytest.approx(slopes["H002"])
    assert slopes["H001"] > 0


def test_too_few_months_give_no_slope() -> None:
    first = pd.Series({"H001": WINDOW[6], "H002": WINDOW[5], "H003": pd.NaT})
    slopes = rhythm.trend(active([("H001", 6, 5.0), ("H002", 5, 5.0)]), first, WINDOW, set(WINDOW), least=6)
    # five months after July, six after June
    assert np.isnan(slopes["H001"])
    assert slopes["H002"] == 0
    assert "H003" not in slopes


def test_channel_shares_have_every_known_channel() -> None:
    values = pd.DataFrame(
        {"channel": ["direct", "tender"], "value": [30.0, 90.0]}, index=pd.Index(["H001", "H001"], name="customer_id")
    )
    table = rhythm.channel_shares(values, ["direct", "e-com", "tender"])
    assert table.loc["H001"].to_dict() == {"channel_direct": 0.25, "channel_e-com": 0.0, "channel_tender": 0.75}
