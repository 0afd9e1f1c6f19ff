import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import behaviour
from analysis.stats import intervals

AS_OF = "2025-06-30"


def lines(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount"])


def pharmacies():
    return lines(
        ("P1", "2025-01-01", 10.0), ("P1", "2025-01-11", 20.0), ("P1", "2025-01-31", 60.0), ("P1", "2025-01-31", 40.0),
        ("P2", "2025-02-01", 50.0), ("P2", "2025-03-03", 70.0), ("P2", "2025-03-05", -5.0),
        ("P3", "2025-05-01", 8.0),
        ("P4", "2024-06-30", 99.0), ("P4", "2024-05-01", 99.0),  # a year and more ago
    )  # fmt: skip


def test_by_hand():
    often = behaviour.frequency(pharmacies(), as_of=AS_OF).table.iloc[0]
    # order days: 3, 2, 1
    assert (often["value"], often["n"], often["orders"]) == (2.0, 3, 6)
    assert (often["q25"], often["q75"]) == (1.5, 2.5)
    size = behaviour.order_size(pharmacies(), as_of=AS_OF).table.iloc[0]
    # medians of P1 (10, 20, 100), P2 (50, 70), P3 (8): 20, 60, 8
    assert size["value"] == 20.0
    gap = behaviour.gaps(pharmacies(), as_of=AS_OF)
    # P1 10 and 20 days, P2 30, P4 60 (within 24 months); P3 has none
    assert gap.table["value"].iloc[0] == 30.0
    assert gap.table["n"].iloc[0] == 3
    assert gap.table["orders"].iloc[0] == 4
    assert gap.notes[0].values == {"n": 1}
    assert behaviour.gaps(pharmacies(), as_of=AS_OF, months=12).table["value"].iloc[0] == 22.5


def test_frequent_buyers_count_once():
    rows = [("BIG", day, 1.0) for day in pd.date_range("2025-01-01", "2025-06-01", freq="2D")]
    rows += [(f"S{i}", day, 1.0) for i in range(3) for day in ("2025-01-01", "2025-03-02")]
    # pooled, the gaps of the one big buyer would make the median 2 days
    assert behaviour.gaps(lines(*rows), as_of=AS_OF).table["value"].iloc[0] == 60.0


def test_intervals_and_groups():
    rng = np.random.default_rng(0)
    rows = [
        (f"C{i:03d}", pd.Timestamp("2025-01-01") + pd.Timedelta(days=7 * j), 10.0)
        for i in range(60)
        for j in range(int(rng.integers(1, 20)))
    ]
    by = pd.Series({f"C{i:03d}": "clinic" if i < 20 else "pharmacy" for i in range(59)})
    result = behaviour.frequency(lines(*rows), as_of=AS_OF, by=by)
    table = result.table
    assert table["group"].tolist() == ["clinic", "pharmacy", "unassigned", "all"]
    assert table["n"].tolist() == [20, 39, 1, 60]
    assert table["flag"].tolist() == ["low_n", "ok", "low_n", "ok"]
    counts = lines(*rows).groupby("customer_id").size()
    assert (table["lo"].iloc[3], table["hi"].iloc[3]) == intervals.median(counts.to_numpy())
    assert result.notes[0].values == {"n": 1}


@pytest.mark.parametrize("method", [behaviour.frequency, behaviour.gaps, behaviour.order_size])
def test_bad_input(method):
    with pytest.raises(DataError, match="months up to 2035-01-01; got 0 rows"):
        method(pharmacies(), as_of="2035-01-01")
    with pytest.raises(DataError, match="got 0 rows"):
        method(pharmacies().assign(amount=0.0), as_of=AS_OF)
    with pytest.raises(SettingError, match="months must be 1 to inf; got 0"):
        method(pharmacies(), as_of=AS_OF, months=0)
    few = method(pharmacies().query("customer_id == 'P2'"), as_of=AS_OF)
    assert np.isnan(few.table["lo"].iloc[0])
    assert few.finding.code.endswith("_few")
    if method is behaviour.gaps:
        once = behaviour.gaps(pharmacies().query("customer_id == 'P3'"), as_of=AS_OF)
        assert (once.table["flag"].iloc[0], once.finding.code) == ("missing_input", "gaps_unknown")
