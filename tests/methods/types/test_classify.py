import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import types

DAY, START = "2025-06-30", "2022-07-01"


def account(first=None, last=None, n=0, gap=np.nan, back=None, stratum="二级"):
    return {
        "first_date": first,
        "last_date": last,
        "n_dates": n,
        "median_gap": gap,
        "reactivated_on": back,
        "stratum": stratum,
    }


def summary(*accounts):
    frame = pd.DataFrame(list(accounts), index=[f"H{i:03d}" for i in range(len(accounts))])
    for name in ("first_date", "last_date", "reactivated_on"):
        frame[name] = pd.to_datetime(frame[name])
    return frame


def classify(*accounts, **settings):
    return types.classify(summary(*accounts), as_of=DAY, data_start=START, **settings)


def steady(gap=20.0, n=30):
    """Five accounts that set the stratum's typical gap."""
    return [account("2023-01-01", DAY, n, gap) for _ in range(5)]


def kind(one, **settings):
    return classify(one, *steady(), **settings).customers["type"].iloc[0]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (account(), "potential"),
        # six months before 2025-06-30 is 2024-12-30
        (account("2024-12-30", "2024-12-30", 1), "new"),
        (account("2024-12-29", "2025-06-01", 3, 30), "active"),
        # typical gap 30 (the least): 60 days of silence are still active, 61 are not
        (account("2023-01-01", "2025-05-01", 20, 20), "active"),
        (account("2023-01-01", "2025-04-30", 20, 20), "dormant"),
        # twelve months before is 2024-06-30
        (account("2023-01-01", "2024-06-30", 20, 20), "dormant"),
        (account("2023-01-01", "2024-06-29", 20, 20), "lapsed"),
        (account("2022-09-01", "2025-06-01", 5, 20, "2025-02-01"), "reactivated"),
        (account("2022-09-01", "2025-06-20", 5, 20, "2024-11-01"), "active"),
    ],
)
def test_each_rule_at_its_border(one, expected):
    assert kind(one) == expected


def test_a_slow_buyer_silent_for_more_than_a_year_is_lapsed_all_the_same():
    assert kind(account("2022-08-01", "2024-06-01", 4, 220), prior_gaps=0) == "lapsed"


def test_new_in_data_that_have_only_begun_is_not_called_new():
    # the data begin on 1 May; typical gap 30: a first order up to 30 June could be anyone's
    frame = summary(account("2025-06-20", "2025-06-20", 1), account("2025-05-02", "2025-06-28", 6, 10))
    found = types.classify(frame, as_of=DAY, data_start="2025-05-01")
    assert found.customers["type"].tolist() == ["existing_unknown", "existing_unknown"]
    assert found.notes[0].code == "types_start_unknown"
    assert found.notes[0].values == {"n": 2}
    assert found.customers["since"].isna().all()
    long = types.classify(frame, as_of=DAY, data_start=START)
    assert long.customers["type"].tolist() == ["new", "new"]


def test_typical_gap_by_hand():
    # own median 90 from 4 gaps, stratum median 40, weight 3: (4·90 + 3·40) / 7 = 480 / 7
    one = account("2024-01-01", "2025-06-01", 5, 90)
    found = classify(one, *steady(gap=40.0), *steady(gap=40.0))
    assert found.customers["typical_gap"].iloc[0] == pytest.approx(480 / 7)
    # the stratum's median of 90 and ten times 40
    assert found.strata.set_index("stratum").loc["二级", "gap"] == 40


def test_below_three_dates_the_stratum_decides():
    pharmacy = [account("2023-01-01", DAY, 30, 50.0, stratum="药店") for _ in range(6)]
    found = classify(account("2024-01-01", "2025-06-01", 2, np.nan, stratum="药店"), *steady(40.0), *pharmacy)
    assert found.customers["typical_gap"].iloc[0] == 50.0


def test_a_small_stratum_uses_the_median_of_all():
    found = classify(account("2024-01-01", "2025-06-01", 1, stratum="诊所"), *steady(40.0))
    assert found.customers["typical_gap"].iloc[0] == 40.0
    assert found.strata["stratum"].tolist() == ["", "二级"]


def test_frozen_strata_are_used_elsewhere():
    national = classify(*steady(80.0), *steady(80.0))
    region = summary(account("2023-01-01", "2025-02-10", 2))
    found = types.classify(region, as_of=DAY, data_start=START, strata=national.strata)
    # 140 days of silence, two typical gaps are 160
    assert found.customers["type"].tolist() == ["active"]
    assert found.settings["strata_given"]


def test_without_anybody_s_rhythm_the_assumption_is_stated():
    found = classify(account("2023-01-01", "2025-06-01", 1))
    assert found.customers["typical_gap"].tolist() == [90.0]
    assert "types_no_gaps" in [note.code for note in found.notes]


def test_since_when_by_hand():
    found = classify(
        account("2025-02-01", "2025-03-01", 2),
        account("2023-01-01", "2025-06-20", 20, 20),
        account("2023-01-01", "2025-01-01", 20, 20),
        account("2023-01-01", "2024-03-01", 20, 20),
        account("2022-09-01", "2025-06-01", 5, 20, "2025-02-01"),
        account(),
        *steady(),
    ).customers
    assert found["type"].tolist()[:6] == ["new", "active", "dormant", "lapsed", "reactivated", "potential"]
    # six months after the first order; 61 days after the last; a year and a day after the last
    expected = ["2025-02-01", "2023-07-01", "2025-03-03", "2025-03-02", "2025-02-01", None]
    assert found["since"].tolist()[:5] == pd.to_datetime(expected[:5]).tolist()
    assert pd.isna(found["since"].iloc[5])


def test_every_customer_has_one_type_and_shares_have_wilson_intervals():
    found = classify(account(), account(), account(), *steady())
    assert found.table["n"].sum() == 8
    row = found.table.set_index("type").loc["potential"]
    assert row["value"] == 0.375
    # Wilson interval of 3 of 8, z = 1.959964
    assert (row["lo"], row["hi"]) == pytest.approx((0.1368, 0.6943), abs=1e-4)
    assert set(found.table["flag"]) == {"low_n"}
    assert found.finding.code == "types_low_n"


def test_finding_counts_active_dormant_and_lapsed():
    accounts = [account("2023-01-01", "2025-06-20", 20, 20)] * 30 + [account("2023-01-01", "2025-03-01", 20, 20)] * 10
    found = classify(*accounts)
    assert found.finding.code == "types_active"
    assert {k: found.finding.values[k] for k in ("n", "dormant", "lapsed", "value")} == {
        "n": 30, "dormant": 10, "lapsed": 0, "value": 0.75
    }  # fmt: skip


def test_prospects_only():
    assert classify(account(), account()).finding.code == "types_no_orders"


def test_row_order_changes_nothing_and_is_kept():
    frame = summary(account(), account("2025-02-01", "2025-03-01", 2), *steady())
    first = types.classify(frame, as_of=DAY, data_start=START)
    again = types.classify(frame.iloc[::-1], as_of=DAY, data_start=START)
    assert again.customers.index.tolist() == frame.index[::-1].tolist()
    pd.testing.assert_frame_equal(again.customers.loc[frame.index], first.customers, check_names=False)


def test_a_stratum_is_optional():
    frame = summary(account(), *steady()).drop(columns="stratum")
    assert types.classify(frame, as_of=DAY, data_start=START).strata["stratum"].tolist() == [""]


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (account("2025-01-01", "2025-07-01", 2), "not after 2025-06-30; 1 do not fit"),
        (account("2025-03-01", "2025-01-01", 2), "first and last dates in order"),
        (account(None, None, 3), "1 do not fit"),
        (account("2025-01-01", "2025-01-01", np.nan), "n_dates must be a whole number from 0; 1 customers"),
        (account("2025-01-01", "2025-01-01", 1.5), "n_dates must be a whole number from 0; 1 customers"),
    ],
)
def test_summaries_that_cannot_be_right(one, message):
    with pytest.raises(DataError, match=message):
        classify(one)


def test_columns_and_days_are_checked():
    frame = summary(account())
    with pytest.raises(DataError, match="orders_summary needs the columns"):
        types.classify(frame.drop(columns="median_gap"), as_of=DAY, data_start=START)
    with pytest.raises(SettingError, match="as_of must be a date; got 30 juin"):
        types.classify(frame, as_of="30 juin", data_start=START)
    with pytest.raises(SettingError, match="data_start must not be after as_of; got 2026-01-01 and 2025-06-30"):
        types.classify(frame, as_of=DAY, data_start="2026-01-01")
    with pytest.raises(DataError, match="each customer once"):
        types.classify(pd.concat([frame, frame]), as_of=DAY, data_start=START)
