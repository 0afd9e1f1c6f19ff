import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import loyalty
from analysis.stats import intervals

AS_OF = "2024-12-31"


def lines(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount"])


def clinics():
    # thirty that buy every 30 days, so that the run-in is 60 days: until 2 March
    steady = [(f"E{i}", day, 5.0) for i in range(30) for day in pd.date_range("2024-01-02", AS_OF, freq="30D")]
    single = [
        ("C0", "2024-01-02", 9.0), ("C0", "2024-06-01", 9.0),  # from the beginning
        ("C1", "2024-03-20", 9.0), ("C1", "2024-05-01", 9.0), ("C1", "2024-11-01", 9.0),
        ("C2", "2024-03-25", 9.0), ("C2", "2024-08-01", 9.0),
        ("C3", "2024-04-01", 9.0), ("C3", "2024-07-01", 9.0), ("C3", "2024-07-01", -9.0), ("C3", "2024-12-31", 9.0),
    ]  # fmt: skip
    # each of them five times over
    return lines(*steady, *[(f"{name}{copy}", day, amount) for name, day, amount in single for copy in "abcde"])


def test_cohorts_by_hand():
    result = loyalty.cohorts(clinics(), as_of=AS_OF)
    wide = result.table.pivot(index="cohort", columns="quarters_since", values="value")
    # Q1: C1 and C2; quarters 1 to 3 after: C1 · C1 / – C2 – / C1
    assert wide.loc["2024Q1"].tolist() == [0.5, 0.5, 0.5]
    # C3 returned what it bought in the third quarter
    assert wide.loc["2024Q2", [1, 2]].tolist() == [0.0, 1.0]
    assert np.isnan(wide.loc["2024Q2", 3])
    # C0 buys in the second quarter alone, the thirty always
    assert wide.loc["existing"].tolist() == [1.0, 30 / 35, 30 / 35]
    # together without the existing one: 1 of 3, 2 of 3, and 1 of the 2 that can be seen so far
    every = result.table[result.table["cohort"] == "all"]
    assert every["value"].tolist() == pytest.approx([1 / 3, 2 / 3, 1 / 2])
    assert every["n"].tolist() == [15, 15, 10]
    assert (every["lo"].iloc[0], every["hi"].iloc[0]) == intervals.wilson(5, 15)
    assert result.notes[0].values == {"n": 35, "days": 60}


def test_where_the_data_hold_every_first_order_there_is_no_existing_cohort():
    result = loyalty.cohorts(clinics(), as_of=AS_OF, run_in=0)
    assert set(result.table["cohort"]) == {"2024Q1", "2024Q2", "all"}
    assert result.table["n"].max() == result.n == 50


def test_a_quarter_cut_short_is_left_out():
    result = loyalty.cohorts(clinics(), as_of="2024-11-30")
    assert result.table["quarters_since"].max() == 2


def test_a_quarter_nobody_reported_is_missing_not_zero():
    holed = clinics()[~pd.to_datetime(clinics()["date"]).dt.month.isin([7, 8, 9])]
    result = loyalty.cohorts(holed, as_of=AS_OF)
    hole = result.table[(result.table["cohort"] == "2024Q1") & (result.table["quarters_since"] == 2)].iloc[0]
    assert np.isnan(hole["value"])
    assert hole["flag"] == "missing_input"
    assert result.notes[-1].code == "quarters_not_reported"


def test_bad_input():
    with pytest.raises(DataError, match="two whole quarters or more; the data run from 2024-01-02 to 2024-02-01"):
        loyalty.cohorts(clinics(), as_of="2024-02-01")
    old = loyalty.cohorts(lines(("C0", "2024-01-02", 9.0)), as_of=AS_OF)
    assert old.finding.code == "cohorts_none_new"
    assert old.n == 1
    assert old.table["cohort"].unique().tolist() == ["existing"]


def test_a_cohort_of_four_is_left_out_of_the_total_too():
    late = lines(*[(f"L{i}", "2024-07-15", 9.0) for i in range(4)])
    result = loyalty.cohorts(pd.concat([clinics(), late]), as_of=AS_OF)
    assert "2024Q3" not in set(result.table["cohort"])
    assert result.table.loc[result.table["cohort"] == "all", "n"].max() == 15
    assert [(note.code, note.values.get("n")) for note in result.notes][-1] == ("cohorts_small", 1)
    with pytest.raises(DataError, match="the 4 customers are spread over the quarters"):
        loyalty.cohorts(late, as_of="2025-06-30", run_in=0)
