import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError
from analysis.methods import growth
from analysis.stats import bootstrap

AS_OF = "2025-06-30"


def lines(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount"])


def hospitals(factor, *, n=60, seed=0, spread=0.3):
    """Each hospital orders once a year; the second year is ``factor`` times the first, give or take."""
    rng = np.random.default_rng(seed)
    base = rng.gamma(3.0, 1000.0, n)
    later = base * factor * np.exp(rng.normal(0, spread, n))
    ids = [f"H{i:03d}" for i in range(n)]
    years = [pd.Timestamp("2023-07-01"), pd.Timestamp("2025-03-01")]
    return pd.concat(
        [
            pd.DataFrame({"customer_id": ids, "date": day, "amount": v})
            for day, v in zip(years, (base, later), strict=True)
        ]
    )


def test_change_by_hand():
    table = growth.change(
        lines(
            ("H1", "2023-07-01", 100.0),
            ("H1", "2024-06-30", 100.0),  # last day of the earlier year
            ("H1", "2024-07-01", 150.0),  # first day of the later year
            ("H2", "2024-01-10", 50.0),
            ("H2", "2025-06-30", 130.0),
            ("H3", "2025-02-01", -10.0),
            ("H4", "2022-01-01", 77.0),  # neither year
        ),
        as_of=AS_OF,
    ).table
    row = table.iloc[0]
    # 100 + 100 + 50 = 250 before; 150 + 130 − 10 = 270 after
    assert (row["before"], row["after"], row["n"]) == (250.0, 270.0, 3)
    assert row["value"] == pytest.approx(0.08)
    assert np.isnan(row["lo"])
    assert row["flag"] == "low_n"


def test_interval_is_the_percentile_bootstrap_of_the_ratio():
    data = hospitals(1.1)
    row = growth.change(data, as_of=AS_OF, seed=3).table.iloc[0]
    wide = data.pivot_table(index="customer_id", columns="date", values="amount").to_numpy()
    lo, hi = bootstrap.percentile(lambda rows: rows[:, 1].sum() / rows[:, 0].sum() - 1, wide, n_boot=1000, seed=8)
    assert row["value"] == pytest.approx(wide[:, 1].sum() / wide[:, 0].sum() - 1)
    # other random draws of the same thing
    assert [row["lo"], row["hi"]] == pytest.approx([lo, hi], abs=0.02)


@pytest.mark.parametrize(
    ("factor", "code", "zh"),
    [(1.4, "growth_up", "上升"), (0.6, "growth_down", "下降"), (1.0, "growth_unclear", "未见明确变化")],
)
def test_rose_and_fell_are_said_only_when_the_interval_excludes_zero(factor, code, zh):
    result = growth.change(hospitals(factor, seed=5), as_of=AS_OF)
    row = result.table.iloc[0]
    assert result.finding.code == code
    assert (row["lo"] > 0, row["hi"] < 0) == (code == "growth_up", code == "growth_down")
    sentence = words.text(f"findings.{code}", "zh", **result.finding.values)
    assert zh in sentence
    assert "n = 60" in sentence


def test_groups_and_all():
    data = hospitals(1.2)
    region = pd.Series({f"H{i:03d}": "East" if i < 45 else "West" for i in range(59)})
    result = growth.change(data, as_of=AS_OF, by=region)
    assert result.table["group"].tolist() == ["East", "West", "unassigned", "all"]
    assert result.table["n"].tolist() == [45, 14, 1, 60]
    assert result.table["before"].iloc[:3].sum() == pytest.approx(result.table["before"].iloc[3])
    assert result.table["flag"].tolist() == ["ok", "low_n", "low_n", "ok"]
    assert result.notes[0].code == "customers_without_group"


def test_a_hole_in_the_data_does_not_look_like_growth():
    ends = pd.date_range("2023-07-31", AS_OF, freq="ME")
    full = lines(*[(f"H{c:02d}", end, 10.0) for end in ends for c in range(15)])
    holed = full[full["date"].dt.strftime("%Y-%m") != "2024-02"]
    result = growth.change(holed, as_of=AS_OF)
    # twelve months against eleven would say +9 %
    assert result.table["value"].iloc[0] == 0.0
    assert result.notes[0].code == "months_left_out"


def test_too_short_a_history_is_missing_and_no_earlier_sales_is_not_identified():
    short = growth.change(hospitals(1.2).query("date > '2024-01-01'"), as_of=AS_OF)
    assert short.table["flag"].tolist() == ["missing_input"]
    assert short.table[["value", "before", "after"]].isna().all(axis=None)
    assert short.finding.code == "growth_unknown"
    assert [note.code for note in short.notes] == ["history_too_short"]
    returned = lines(("H1", "2023-07-01", -5.0), ("H1", "2025-01-01", 50.0))
    assert growth.change(returned, as_of=AS_OF).table["flag"].tolist() == ["not_identified"]


def test_monthly_sums_customers_and_leaves_unreported_months_empty():
    calendar = pd.DataFrame(
        [
            ("H1", "2025-01-01", 10.0),
            ("H2", "2025-01-01", 5.0),
            ("H1", "2025-02-01", np.nan),
            ("H2", "2025-02-01", np.nan),
            ("H1", "2025-03-01", 0.0),
            ("H2", "2025-03-01", 7.0),
            ("H1", "2025-05-01", 1.0),
        ],
        columns=["customer_id", "month", "value"],
    )
    result = growth.monthly(calendar)
    table = result.table
    assert table["month"].dt.strftime("%Y-%m").tolist() == ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05"]
    assert table["value"].fillna(-1).tolist() == [15.0, -1, 7.0, -1, 1.0]
    assert table["n"].tolist() == [2, 0, 1, 0, 1]
    assert table["flag"].tolist() == ["ok", "missing_input", "ok", "missing_input", "ok"]
    assert result.finding.values["missing"] == 2
    assert growth.monthly(calendar.iloc[[0, 1]]).finding.code == "monthly"


def test_messages():
    with pytest.raises(DataError, match="calendar needs the columns value; it has month"):
        growth.monthly(pd.DataFrame({"month": ["2025-01-01"]}))
    with pytest.raises(DataError, match="Column month of calendar must hold dates; 1 of 1 rows cannot be read"):
        growth.monthly(pd.DataFrame({"month": ["一月"], "value": [1.0]}))
    with pytest.raises(DataError, match="calendar must have at least one row"):
        growth.monthly(pd.DataFrame({"month": [], "value": []}))
    with pytest.raises(DataError, match="orders needs the columns"):
        growth.change(pd.DataFrame({"customer_id": ["H1"]}), as_of=AS_OF)
