"""Monthly prescribing of practices: a year held out, by month and by region."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from analysis.methods import lifetime

DATA = os.environ.get("RAPPORT_REAL_DATA")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA, reason="RAPPORT_REAL_DATA does not point at the public data sets"),
]
SPLIT, END = pd.Timestamp("2018-05-31"), pd.Timestamp("2019-05-31")


@pytest.fixture(scope="module")
def months() -> tuple[pd.DataFrame, pd.Series, int]:
    """Practices up to the split, their regions, and in how many practice-months after it something was prescribed."""
    folder = Path(str(DATA)) / "nhs_zuclopenthixol_practice"
    if not folder.is_dir():
        pytest.skip("no folder nhs_zuclopenthixol_practice under RAPPORT_REAL_DATA")
    lines = pd.read_csv(folder / "prescribing.csv.gz", dtype={"practice": str})
    orders = pd.DataFrame(
        {"customer_id": lines["practice"], "date": pd.to_datetime(lines["month"]), "amount": lines["total_cost"]}
    )
    practices = pd.read_csv(folder / "practices.csv.gz", dtype=str).drop_duplicates("PRACTICE_CODE")
    history = lifetime.opportunities(orders, end=SPLIT)
    known = orders["customer_id"].isin(history.index) & (orders["amount"] > 0) & (orders["date"] > SPLIT)
    later = orders[known].drop_duplicates(["customer_id", "date"])
    return history, practices.set_index("PRACTICE_CODE")["COMM_REGION_NAME"], len(later)


def test_the_held_out_year_lies_in_the_interval(months: tuple[pd.DataFrame, pd.Series, int]) -> None:
    history, _, later = months
    fit = lifetime.fit(history, family="bg_bb")
    assert fit.verdict == "interior"
    total = lifetime.total(fit, history, periods=12, unit="month").table.iloc[-1]
    assert total["value"] == pytest.approx(later, rel=0.03)
    assert total["lo"] <= later <= total["hi"]


def test_regions_are_drawn_together_and_add_up(months: tuple[pd.DataFrame, pd.Series, int]) -> None:
    history, region, later = months
    fits = lifetime.fit_regions(history, region, family="bg_bb", unit="month")
    assert len(fits.table) == 8
    assert (fits.table["flag"] == "ok").all()
    ahead = lifetime.forecast_regions(fits, history, region, periods=12)
    assert ahead["expected"].sum() == pytest.approx(later, rel=0.03)
