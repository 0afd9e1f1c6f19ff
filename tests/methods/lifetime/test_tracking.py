import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime

from .test_holdout import END, SPLIT, orders

TRUTH = {"r": 1.2, "alpha": 6.0, "a": 0.8, "b": 6.0}


def lines(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount"])


def three():
    return lines(
        ("P1", "2025-01-01", 10.0), ("P1", "2025-01-06", 10.0), ("P1", "2025-01-20", 10.0), ("P1", "2025-01-20", 5.0),
        ("P2", "2025-01-09", 10.0), ("P2", "2025-01-22", -4.0), ("P3", "2025-01-24", 10.0), ("P3", "2025-01-26", 10.0),
    )  # fmt: skip


def test_by_hand():
    fit = lifetime.from_parameters("bg_nbd", **TRUTH)
    table = lifetime.tracking(fit, three(), split="2025-01-15", end="2025-01-29").table
    # weeks end on the split and seven days before and after it; the first one holds the first day alone
    assert [str(day.date()) for day in table["until"]] == ["2025-01-01", "2025-01-08", "2025-01-15", "2025-01-22",
                                                           "2025-01-29"]  # fmt: skip
    assert table["part"].tolist() == ["calibration"] * 3 + ["held_out"] * 2
    # P1 came back on the 6th and the 20th; a return is no order; P3 was not known at the split
    assert table["actual"].tolist() == [0, 1, 1, 2, 2]
    assert table["actual_step"].tolist() == [0, 1, 0, 1, 0]
    assert table["n"].tolist() == [1, 1, 2, 2, 2]
    ages = [[0, 1, 2, 3, 4], [0, 0, 6 / 7, 13 / 7, 20 / 7]]
    expected = sum(np.asarray(lifetime.expected_orders(fit, each)) for each in ages)
    assert table["value"].to_numpy() == pytest.approx(expected, abs=1e-6)
    assert table["value_step"].cumsum().to_numpy() == pytest.approx(table["value"].to_numpy())


def test_a_last_period_may_be_short():
    fit = lifetime.from_parameters("bg_nbd", **TRUTH)
    table = lifetime.tracking(fit, three(), split="2025-01-15", end="2025-01-18", every=2).table
    assert [str(day.date()) for day in table["until"]] == ["2025-01-01", "2025-01-15", "2025-01-18"]


@pytest.mark.parametrize("family", ["bg_nbd", "mbg_nbd"])
def test_the_model_keeps_up_in_its_own_world(family):
    world = orders(seed=3)
    history = lifetime.summarise(world, end=SPLIT)
    result = lifetime.tracking(lifetime.fit(history, family=family), world, split=SPLIT, end=END, every=4)
    seen = result.table[result.table["part"] == "calibration"].iloc[-1]
    assert seen["actual"] == history["frequency"].sum()
    # the likelihood ties the expected orders of the calibration period to those seen
    assert seen["value"] == pytest.approx(seen["actual"], rel=0.06)
    last = result.table.iloc[-1]
    assert last["lo"] <= last["actual"] <= last["hi"]
    assert result.error == pytest.approx(last["value"] / last["actual"] - 1)
    assert result.finding.code == "tracking_inside"


def test_without_a_repeat_there_is_nothing_to_compare():
    fit = lifetime.from_parameters("bg_nbd", **TRUTH)
    result = lifetime.tracking(fit, lines(("P1", "2025-01-01", 1.0)), end="2025-01-01")
    assert result.finding.code == "tracking_empty"
    assert result.table["value"].tolist() == [0.0]
    assert np.isnan(result.error)


def test_messages():
    fit = lifetime.from_parameters("bg_nbd", **TRUTH)
    with pytest.raises(SettingError, match="split must lie before end"):
        lifetime.tracking(fit, three(), split="2025-02-01", end="2025-01-29")
    with pytest.raises(DataError, match="By the split somebody must have bought; got split 2024-12-31"):
        lifetime.tracking(fit, three(), split="2024-12-31", end="2025-01-29")
    with pytest.raises(SettingError, match="unit must be one of day, month, week; got quarter"):
        lifetime.tracking(fit, three(), end="2025-01-29", unit="quarter")
    with pytest.raises(SettingError, match="every must be a whole number"):
        lifetime.tracking(fit, three(), end="2025-01-29", every=1.5)
