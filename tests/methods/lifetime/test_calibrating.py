import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import SettingError
from analysis.methods import lifetime

from .test_holdout import END, SPLIT, orders


@pytest.fixture(scope="module")
def comparison():
    return lifetime.compare(orders(), split=SPLIT, end=END)


def test_means_by_frequency(comparison):
    result = lifetime.calibration(comparison)
    customers = comparison.customers
    table = result.table.set_index("frequency")
    assert table["n"].sum() == len(customers)
    once = customers[customers["frequency"] == 1]
    assert table.loc["1", "value"] == pytest.approx(once["actual"].mean())
    assert table.loc["1", "predicted"] == pytest.approx(once[comparison.family].mean())
    often = customers[customers["frequency"] >= 7]
    assert table.loc["7+", "value"] == pytest.approx(often["actual"].mean())
    half = stats.t.ppf(0.95, len(often) - 1) * often["actual"].std() / np.sqrt(len(often))
    assert table.loc["7+", "hi"] == pytest.approx(often["actual"].mean() + half)
    assert result.finding.values["family"] == comparison.family


def test_a_rule_can_be_asked_for(comparison):
    table = lifetime.calibration(comparison, family="recency_rule").table.set_index("frequency")
    # who never came back is expected never to
    assert table.loc["0", "predicted"] == 0


def test_equal_values_get_the_interval_of_a_count():
    lines = pd.DataFrame(
        [(f"P{i}", "2024-06-01", 10.0) for i in range(20)] + [("Q", "2024-06-01", 10.0), ("Q", "2024-08-01", 10.0)],
        columns=["customer_id", "date", "amount"],
    )
    found = lifetime.compare(lines, split=SPLIT, end=END, families=["bg_nbd"])
    table = lifetime.calibration(found).table.set_index("frequency")
    # none of 20 ordered: upper 5 % bound of a Poisson count of 0 is −ln 0.05 = 2.996
    assert table.loc["0", ["value", "lo"]].tolist() == [0.0, 0.0]
    assert table.loc["0", "hi"] == pytest.approx(-np.log(0.05) / 20)


def test_messages(comparison):
    with pytest.raises(SettingError, match=r"family must be one of bg_nbd, .*last_year_rate, .*recency_rule; got x"):
        lifetime.calibration(comparison, family="x")
