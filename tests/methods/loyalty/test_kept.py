import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import loyalty
from analysis.stats import intervals

AS_OF = "2025-06-30"


def lines(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount"])


def clinics():
    return lines(
        ("C1", "2023-08-10", 100.0), ("C1", "2024-03-01", 60.0), ("C1", "2024-09-01", 100.0),
        ("C2", "2023-09-01", 40.0),
        ("C3", "2023-10-01", 50.0), ("C3", "2024-11-01", 80.0),
        ("C4", "2024-12-01", 30.0), ("C4", "2025-02-01", 30.0),
        ("C5", "2023-07-05", 50.0), ("C5", "2024-08-01", 10.0), ("C5", "2024-08-02", -30.0),
    )  # fmt: skip


def test_repeat_rate_by_hand():
    result = loyalty.repeat_rate(clinics(), as_of=AS_OF)
    row = result.table.iloc[-1]
    # known for twelve months or more: C1, C2, C3, C5; orders in two months with a positive net: C1, C3
    # (August 2024 of C5 nets to −20); C4 is too young
    assert (row["n"], row["value"]) == (4, 0.5)
    assert (row["lo"], row["hi"]) == intervals.wilson(2, 4)
    assert row["flag"] == "low_n"
    assert result.notes[-1].values == {"n": 1, "months": 12}


def test_two_orders_in_one_month_are_no_repeat():
    once = lines(
        ("C1", "2024-01-03", 10.0), ("C1", "2024-01-28", 10.0), ("C2", "2024-01-03", 10.0), ("C2", "2024-02-03", 10.0)
    )
    assert loyalty.repeat_rate(once, as_of=AS_OF).table["value"].tolist() == [0.5]


def test_retention_by_hand():
    result = loyalty.retention(clinics(), as_of=AS_OF)
    table = result.table.set_index("metric")
    # year to June 2024: C1 160, C2 40, C3 50, C5 50, together 300; year to June 2025 of these: 100, 0, 80, −20
    assert table["n"].tolist() == [4, 4, 4]
    assert table.loc["customers_kept", "value"] == 0.5
    assert (table.loc["customers_kept", "lo"], table.loc["customers_kept", "hi"]) == intervals.wilson(2, 4)
    # GRR: min(100, 160) + 0 + min(80, 50) + 0 = 150; NRR: 100 + 0 + 80 − 20 = 160
    assert table.loc["grr", "value"] == pytest.approx(150 / 300)
    assert table.loc["nrr", "value"] == pytest.approx(160 / 300)
    # a bootstrap of four says nothing
    assert table.loc[["grr", "nrr"], ["lo", "hi"]].isna().all(axis=None)


def many(n=200, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        rows += [(f"H{i:03d}", "2024-01-15", 100.0)] + [(f"H{i:03d}", "2025-01-15", 100.0)] * (rng.random() < 0.7)
    return lines(*rows, ("H000", "2023-07-01", 1.0))


def test_bootstrap_interval_equals_the_binomial_one_when_all_values_are_equal():
    table = loyalty.retention(many(), as_of=AS_OF).table.set_index("metric")
    share = table.loc["customers_kept", "value"]
    assert table.loc["nrr", "value"] == pytest.approx(share, abs=0.002)
    half = 1.96 * np.sqrt(share * (1 - share) / 200)
    assert table.loc["nrr", "lo"] == pytest.approx(share - half, abs=0.015)
    assert table.loc["nrr", "hi"] == pytest.approx(share + half, abs=0.015)


def test_groups_come_first_and_all_last():
    ids = pd.Index([f"H{i:03d}" for i in range(200)])
    region = pd.Series(np.where(np.arange(200) < 120, "East", "West"), index=ids)
    table = loyalty.retention(many(), as_of=AS_OF, by=region).table
    assert table["group"].tolist() == ["East"] * 3 + ["West"] * 3 + ["all"] * 3
    kept = table[table["metric"] == "customers_kept"]
    assert kept["n"].tolist() == [120, 80, 200]
    assert (kept["value"] * kept["n"]).iloc[:2].sum() == pytest.approx((kept["value"] * kept["n"]).iloc[2])
    repeat = loyalty.repeat_rate(many(), as_of=AS_OF, by=region.iloc[:150]).table
    assert repeat["group"].tolist() == ["East", "West", "unassigned", "all"]
    assert repeat["n"].tolist() == [120, 30, 50, 200]


def test_a_month_missing_in_the_data_is_left_out_of_both_years():
    ends = pd.date_range("2023-07-31", AS_OF, freq="ME")
    full = lines(*[(f"H{c:02d}", end, 10.0) for end in ends for c in range(15)])
    holed = full[full["date"].dt.strftime("%Y-%m") != "2024-02"]
    result = loyalty.retention(holed, as_of=AS_OF)
    # eleven months against eleven: nothing changed
    assert result.table["value"].tolist() == [1.0, 1.0, 1.0]
    assert result.notes[0].values == {"months": ["2024-02"], "used": 11}
    assert result.settings["months_used"] == 11


def test_too_short_a_history_is_missing_input_not_zero():
    recent = clinics()[clinics()["date"] >= "2024-01-01"]
    result = loyalty.retention(recent, as_of=AS_OF)
    assert set(result.table["flag"]) == {"missing_input"}
    assert result.table["value"].isna().all()
    assert result.finding.code == "retention_unknown"
    young = loyalty.repeat_rate(clinics().query("customer_id == 'C4'"), as_of=AS_OF)
    assert young.table["flag"].tolist() == ["missing_input"]
    assert young.finding.code == "repeat_rate_unknown"


def test_messages():
    with pytest.raises(SettingError, match="exposure_months must be 1 to inf; got 0"):
        loyalty.repeat_rate(clinics(), as_of=AS_OF, exposure_months=0)
    with pytest.raises(SettingError, match=r"months must be a whole number; got 1\.5"):
        loyalty.retention(clinics(), as_of=AS_OF, months=1.5)
    with pytest.raises(DataError, match="after 2020-01-01"):
        loyalty.retention(clinics(), as_of="2020-01-01")


def test_mandated_volume_is_neither_repeat_nor_kept():
    orders = lines(
        ("H1", "2023-09-01", 100.0), ("H1", "2024-09-01", 40.0), ("H2", "2023-07-10", 50.0), ("H2", "2025-01-01", 50.0)
    ).assign(product_id=["P2", "P2", "P1", "P1"])  # fmt: skip
    mandate = pd.DataFrame({"product_id": ["P2"], "date": [pd.Timestamp("2024-04-01")]})
    kept = loyalty.retention(orders, as_of=AS_OF, mandated=mandate)
    # H1 bought nothing else: it is no customer here, neither kept nor lost
    assert kept.table["n"].tolist() == [1, 1, 1]
    assert kept.table["value"].tolist() == [1.0, 1.0, 1.0]
    assert kept.notes[0].values == {"n": 1, "gone": 1, "share": 140 / 240}
    repeat = loyalty.repeat_rate(orders, as_of=AS_OF, mandated=mandate)
    assert (repeat.table["n"].tolist(), repeat.notes[0].code) == ([1], "mandated_left_out_gone")


def test_the_first_seen_of_short_data_do_not_stand_for_all():
    # 13 months of data: 40 often-buyers show up in the first month, 100 others later
    early = [(f"A{i:02d}", day, 10.0) for i in range(40) for day in ("2024-06-20", "2024-08-01")]
    late = [(f"B{i:03d}", "2025-01-10", 10.0) for i in range(100)]
    chosen = loyalty.repeat_rate(lines(*early, *late), as_of=AS_OF)
    row = chosen.table.iloc[0]
    # 40 of 140 is under a third
    assert (row["n"], row["value"], row["flag"]) == (40, 1.0, "not_identified")
    assert chosen.finding.code == "repeat_rate_selected"
    assert (chosen.finding.values["n"], chosen.finding.values["of"]) == (40, 140)
    assert chosen.notes[-1].values == {"n": 1, "of": 1, "months": 12}
    enough = loyalty.repeat_rate(lines(*early, *late[:80]), as_of=AS_OF)
    # 40 of 120 is a third
    assert enough.table["flag"].tolist() == ["ok"]
    assert enough.finding.code == "repeat_rate"
    assert [note.code for note in enough.notes] == ["known_too_short"]


def test_selection_is_judged_by_group():
    early = [(f"A{i:02d}", "2024-06-20", 10.0) for i in range(40)]
    late = [(f"B{i:02d}", "2025-01-10", 10.0) for i in range(30)]
    by = pd.Series(
        {**{f"A{i:02d}": "East" if i < 35 else "West" for i in range(40)}, **{f"B{i:02d}": "West" for i in range(30)}}
    )
    found = loyalty.repeat_rate(lines(*early, *late), as_of=AS_OF, by=by)
    assert found.table["flag"].tolist() == ["ok", "not_identified", "ok"]
    assert found.finding.code == "repeat_rate"
    assert found.notes[-1].values == {"n": 1, "of": 3, "months": 12}
