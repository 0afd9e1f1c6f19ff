import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import loyalty
from analysis.stats import survival as km

AS_OF = "2025-06-30"
MONTH = 365.25 / 12


def lines(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount"])


def every(customer, first, last, step=30):
    return [(customer, day, 10.0) for day in pd.date_range(first, last, freq=f"{step}D")]


def pharmacies():
    return lines(
        ("H0", "2022-01-01", 10.0), *every("H0", "2022-01-10", AS_OF),  # there from the beginning
        *every("P1", "2023-01-01", "2023-01-01"),  # one order: lapses 12 months later
        *every("P2", "2023-01-01", "2023-06-30"),  # last order 30 June 2023
        *every("P3", "2023-01-01", AS_OF),  # still there: censored
        *every("P4", "2024-12-01", "2024-12-01"),  # silent for seven months only: censored
        *every("P5", "2023-01-01", "2023-03-02"), *every("P5", "2024-11-01", AS_OF),  # came back after 20 months
    )  # fmt: skip


def test_spells_by_hand():
    result = loyalty.survival(pharmacies(), as_of=AS_OF, at=24)
    row = result.table.iloc[0]
    # H0 left out; P1 lapses after 12.0 months, P5 after 60 days + 12 months, P2 after 180 days + 12 months
    assert (row["n"], row["lapsed"]) == (5, 3)
    end = [12.0, 12.0 + 60 / MONTH, 12.0 + 180 / MONTH]
    # S: 4 at risk at 12 (P4 was censored after 211 days): 3/4, 2/4, 1/4
    curve = km.kaplan_meier(np.array([*end, 911 / MONTH, 211 / MONTH]), np.array([1, 1, 1, 0, 0], dtype=bool))
    assert curve.time == pytest.approx(end)
    assert row["value"] == pytest.approx(0.25)
    median = result.table.iloc[1]
    assert median["value"] == pytest.approx(12.0 + 60 / MONTH)
    assert [note.code for note in result.notes] == ["survival_left_out"]
    assert result.notes[0].values["n"] == 1


def test_right_censoring_at_the_day_of_the_report():
    # the same orders seen a year earlier: P2 has been silent for 12 months on 30 June 2024, not a day before
    early = loyalty.survival(pharmacies(), as_of="2024-06-28", at=12)
    assert early.table["lapsed"].iloc[0] == 2
    assert loyalty.survival(pharmacies(), as_of="2024-06-30", at=12).table["lapsed"].iloc[0] == 3


def test_known_beginnings_enter_late():
    since = pd.Series(pd.to_datetime(["2021-01-01"]), index=["H0"])
    result = loyalty.survival(pharmacies(), as_of=AS_OF, at=24, since=since)
    assert result.table["n"].iloc[0] == 6
    assert [note.code for note in result.notes] == ["survival_late_entry"]
    # under observation from a year after the data begin, that is 24 months (less a day) after its own beginning
    assert result.table["at_risk"].iloc[0] == 2
    assert result.curve.empty or result.curve["at_risk"].max() <= 6


def test_where_the_data_hold_every_first_order_nobody_is_left_out():
    result = loyalty.survival(pharmacies(), as_of=AS_OF, run_in=0)
    assert result.table["n"].iloc[0] == 6
    assert result.notes == ()
    with pytest.raises(SettingError, match="run_in must be 0 to inf; got -1"):
        loyalty.survival(pharmacies(), as_of=AS_OF, run_in=-1)


def simulated(n=1500, seed=0, *, truncated):
    """Customers who lapse at a constant 3 % a month; ``truncated``: the data begin two years later."""
    rng = np.random.default_rng(seed)
    began = rng.uniform(0, 36, n)
    life = rng.exponential(1 / 0.03, n)
    opening = 24.0 if truncated else 0.0
    rows = []
    for i in range(n):
        months = np.arange(began[i], min(began[i] + life[i], 60.0), 1.0)
        months = months[months >= opening]
        rows += [(f"C{i:04d}", pd.Timestamp("2020-01-01") + pd.Timedelta(days=int(m * MONTH)), 1.0) for m in months]
    rows.append(("DOOR", pd.Timestamp("2020-01-01") + pd.Timedelta(days=int(opening * MONTH)), 1.0))
    since = pd.Series([pd.Timestamp("2020-01-01") + pd.Timedelta(days=int(m * MONTH)) for m in began],
                      index=[f"C{i:04d}" for i in range(n)])  # fmt: skip
    return lines(*rows), since


def test_late_entry_gives_the_truth_back_where_leaving_out_the_truncation_would_not():
    orders, since = simulated(truncated=True)
    result = loyalty.survival(orders, as_of="2024-12-31", at=36, since=since)
    # last order within a month of the end of life, lapse twelve months on: at 36 months exp(−.03·24) are left, give or
    # take the half month between the last order and the end of life
    lo, hi = result.table.loc[0, ["lo", "hi"]]
    assert lo <= np.exp(-0.03 * 24.5) <= hi
    # without the beginnings' truncation, survivors alone stand at 36 months
    naive = km.kaplan_meier(*_naive(orders, since))
    assert naive.at(np.array([36.0]))[0][0] > hi


def _naive(orders, since):
    last = orders.groupby("customer_id")["date"].max().drop("DOOR")
    end = pd.Timestamp("2024-12-31")
    gone = (end - last).dt.days >= 12 * MONTH
    stop = np.where(gone, last + pd.Timedelta(days=12 * MONTH), end)
    return (pd.to_datetime(stop) - since[last.index]).dt.days.to_numpy() / MONTH, gone.to_numpy()


def test_groups_and_log_rank():
    orders = lines(
        *[(f"A{i:02d}", day, 1.0) for i in range(20) for day in pd.date_range("2023-01-01", AS_OF, freq="30D")],
        *[(f"B{i:02d}", "2023-01-01", 1.0) for i in range(20)],
        ("Z", "2022-01-01", 1.0),
    )
    by = pd.Series({**{f"A{i:02d}": "chain" for i in range(20)}, **{f"B{i:02d}": "single" for i in range(20)}})
    result = loyalty.survival(orders, as_of=AS_OF, by=by)
    still = result.table[result.table["metric"] == "still_customer"].set_index("group")
    assert still.loc["chain", "value"] == 1.0
    assert np.isnan(still.loc["chain", "lo"])
    assert still.loc["single", "value"] == 0.0
    # all 20 of B lapse at 12 months while 40 are at risk: O − E = 20 − 20·20/40 = 10, V = 20·(20/40)(20/40)(20/39)
    assert result.statistic == pytest.approx(100 / (20 * 0.25 * 20 / 39))
    codes = [note.code for note in result.notes]
    assert codes == ["customers_without_group", "survival_left_out", "survival_groups_later", "log_rank_small"]
    known = loyalty.survival(orders, as_of=AS_OF, by=by, grouped_at_start=True)
    assert "survival_groups_later" not in [note.code for note in known.notes]


def test_curves_stop_where_fewer_than_five_are_at_risk():
    result = loyalty.survival(pharmacies(), as_of=AS_OF)
    assert (result.curve["at_risk"] >= 5).all()


def test_bad_input():
    with pytest.raises(
        DataError, match="more than 60 days after the data begin; got 0, and 1 with an unknown beginning"
    ):
        loyalty.survival(lines(("C1", "2025-01-01", 5.0)), as_of=AS_OF)
    with pytest.raises(SettingError, match="lapse_months must be 1 to inf; got 0"):
        loyalty.survival(pharmacies(), as_of=AS_OF, lapse_months=0)
    with pytest.raises(DataError, match="data begin; got 0"):
        loyalty.survival(lines(("C1", "2023-01-01", 0.0), ("C2", "2024-01-01", -3.0)), as_of=AS_OF)
    unknown = loyalty.survival(pharmacies(), as_of=AS_OF, at=60)
    assert unknown.table["flag"].iloc[0] == "not_identified"
    assert unknown.finding.code == "survival_unknown"


def test_a_known_beginning_goes_before_the_first_order_seen():
    """H8 began years before the data and first shows up late in them: no new customer. P6 began within them."""
    rows = lines(*every("H0", "2022-01-01", AS_OF), *every("H8", "2022-09-01", AS_OF),
                 *every("H9", "2024-02-01", AS_OF), *every("P6", "2022-01-05", "2023-06-30"))  # fmt: skip
    since = pd.Series(pd.to_datetime(["2018-01-01", "2018-01-01", "2022-01-05"]), index=["H8", "H9", "P6"])
    result = loyalty.survival(rows, as_of=AS_OF, at=24, since=since, run_in=60)
    # H0: nothing known; H9 was silent for more than a year before it came back
    assert [(note.code, note.values["n"]) for note in result.notes] == [
        ("survival_left_out", 2), ("survival_late_entry", 1),
    ]  # fmt: skip
    # P6 lapses 12 months after its last order; H8 is under observation from its 60th month on and censored
    last = pd.date_range("2022-01-05", "2023-06-30", freq="30D")[-1]
    end = (last - pd.Timestamp("2022-01-05")).days / MONTH + 12
    row = result.table.iloc[1]
    assert (row["n"], row["lapsed"]) == (2, 1)
    assert row["value"] == pytest.approx(end)
