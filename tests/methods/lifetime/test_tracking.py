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


def dated_on_the_first(start="2015-01-01", end="2017-12-01", n=20):
    """Wholesaler figures: every customer's month is one line, dated the first."""
    return lines(*[(f"D{i:02d}", day, 10.0) for day in pd.date_range(start, end, freq="MS") for i in range(n)])


def test_months_are_those_of_the_calendar():
    fit = lifetime.from_parameters("bg_nbd", **TRUTH)
    clock = {"split": "2016-12-31", "end": "2017-12-31", "unit": "month"}
    table = lifetime.tracking(fit, dated_on_the_first(), **clock).table
    assert table["until"].tolist() == pd.date_range("2015-01-31", "2017-12-31", freq="ME").tolist()
    # all 20 order on the first of every month; the first order is no repeat
    assert table["actual_step"].tolist() == [0.0] + [20.0] * 35
    # from 1 January to 28 February 2015 are 58 days, in months of 30.4375
    ages = np.array([30, 58]) / 30.4375
    assert table["value"].iloc[:2].to_numpy() == pytest.approx(20 * lifetime.expected_orders(fit, ages), abs=1e-5)
    quarters = lifetime.tracking(fit, dated_on_the_first(), every=3, **clock).table
    assert quarters["actual_step"].tolist() == [40.0] + [60.0] * 11


def test_months_end_on_the_day_of_the_split():
    fit = lifetime.from_parameters("bg_nbd", **TRUTH)
    found = lifetime.tracking(fit, dated_on_the_first("2015-12-01", "2016-06-01"), split="2016-03-30", end="2016-06-30",
                              unit="month")  # fmt: skip
    # counted from the split itself: February has no 30th, April has one again
    ends = ["2015-12-30", "2016-01-30", "2016-02-29", "2016-03-30", "2016-04-30", "2016-05-30", "2016-06-30"]
    assert [str(day.date()) for day in found.table["until"]] == ends
    assert found.table["actual_step"].tolist() == [0.0] + [20.0] * 6
    assert found.notes == ()


def test_the_rest_of_a_period_is_no_period_without_orders():
    fit = lifetime.from_parameters("bg_nbd", **TRUTH)
    lined = dated_on_the_first(end="2017-06-01")
    found = lifetime.tracking(fit, lined, split="2016-12-31", end="2017-06-10", unit="month")
    last = found.table.iloc[-1]
    assert (str(last["until"].date()), last["actual"]) == ("2017-06-10", 29 * 20)
    assert found.table[["value_step", "actual_step"]].isna().sum().tolist() == [1, 1]
    assert last[["value_step", "actual_step"]].isna().all()
    assert [(note.code, note.values) for note in found.notes] == [("tracking_short", {"days": 10})]


def test_a_month_nobody_reported_is_no_silence():
    fit = lifetime.from_parameters("bg_nbd", **TRUTH)
    lined = dated_on_the_first()
    holed = lined[~lined["date"].isin(pd.to_datetime(["2017-03-01", "2017-04-01"]))]
    clock = {"split": "2016-12-31", "end": "2017-12-31", "unit": "month"}
    plain = lifetime.tracking(fit, holed, **clock)
    found = lifetime.tracking(fit, holed, unreported=["2017-04-01", "2017-03-01", "2019-01-01"], **clock)
    missing = found.table["until"].isin(pd.to_datetime(["2017-03-31", "2017-04-30"]))
    assert found.table.loc[missing, ["actual", "actual_step"]].isna().all(axis=None)
    assert found.table["flag"].eq("missing_input").tolist() == missing.tolist()
    # the total carries on, and the other months are what they were
    pd.testing.assert_frame_equal(
        found.table[~missing].drop(columns="flag"), plain.table[~missing].drop(columns="flag")
    )
    assert [(n.code, n.values) for n in found.notes] == [("tracking_holes", {"months": ["2017-03", "2017-04"], "n": 2})]
    # what was expected of the two months is no error of the model: 36 months, less the first and these two
    expected = found.table.loc[~missing, "value_step"].sum()
    assert found.error == pytest.approx(expected / (33 * 20) - 1)
    assert found.finding.code == "tracking_partial"
    assert found.finding.values["actual"] == 33 * 20
    assert plain.settings["unreported"] == []
    assert "missing_input" not in set(plain.table["flag"])


def test_a_quarter_with_an_unreported_month_is_missing_as_a_whole():
    fit = lifetime.from_parameters("bg_nbd", **TRUTH)
    clock = {"split": "2016-12-31", "end": "2017-12-31", "unit": "month", "every": 3}
    table = lifetime.tracking(fit, dated_on_the_first(), unreported=["2017-05-31"], **clock).table
    assert table.loc[table["actual"].isna(), "until"].tolist() == [pd.Timestamp("2017-06-30")]
