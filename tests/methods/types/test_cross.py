import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import tiers, types

from .test_classify import DAY, START, account, summary

ACTIVE = account("2023-01-01", "2025-06-20", 20, 20)
DORMANT = account("2023-01-01", "2025-03-01", 20, 20)


def both(n_active=3, n_dormant=1):
    frame = summary(*[ACTIVE] * n_active, *[DORMANT] * n_dormant, account())
    return types.classify(frame, as_of=DAY, data_start=START), frame.index


def test_counts_and_shares_by_hand():
    kinds, ids = both()
    tier = pd.Series(["A", "A", "C", "A", "zero"], ids)
    found = types.cross(kinds, tier).table.set_index(["type", "tier"])
    # A: two active and one dormant of three
    assert found.loc[("active", "A"), ["n", "value"]].tolist() == [2, pytest.approx(2 / 3)]
    assert found.loc[("dormant", "A"), ["n", "value"]].tolist() == [1, pytest.approx(1 / 3)]
    assert found.loc[("potential", "zero"), "value"] == 1.0
    assert found.loc[("dormant", "C"), "n"] == 0
    assert found.loc[("dormant", "A"), "flag"] == "low_n"
    assert found.groupby("tier")["value"].sum().tolist() == pytest.approx([1, 1, 1])


def test_tiers_come_as_result_frame_or_column():
    kinds, ids = both()
    ranked = tiers.abc(pd.Series([50.0, 30, 10, 10, 0], ids))
    first = types.cross(kinds, ranked)
    pd.testing.assert_frame_equal(types.cross(kinds, ranked.customers).table, first.table)
    pd.testing.assert_frame_equal(types.cross(kinds, ranked.customers["tier"]).table, first.table)
    assert first.table["tier"].drop_duplicates().tolist() == ["A", "B", "zero"]


def test_finding_says_how_many_valuable_accounts_have_gone_silent():
    kinds, ids = both(30, 10)
    found = types.cross(kinds, pd.Series(["A"] * 40 + ["zero"], ids)).finding
    assert found.code == "types_cross"
    assert {k: found.values[k] for k in ("n", "size", "value")} == {"n": 10, "size": 40, "value": 0.25}
    assert types.cross(kinds, pd.Series(["C"] * 40 + ["zero"], ids)).finding.code == "types_cross_none"
    kinds, ids = both(30, 0)
    assert types.cross(kinds, pd.Series(["A"] * 30 + ["zero"], ids)).finding.code == "types_cross_awake"


def test_customers_without_a_tier_are_counted():
    kinds, ids = both()
    found = types.cross(kinds, pd.Series(["A", "B"], ids[:2]))
    assert found.notes[0].code == "types_without_tier"
    assert found.notes[0].values == {"n": 3}
    assert found.table["n"].sum() == 2


def test_no_common_customer_is_refused():
    kinds, _ids = both()
    with pytest.raises(DataError, match="between 5 and 1 there are none"):
        types.cross(kinds, pd.Series(["A"], ["X1"]))
    with pytest.raises(DataError, match="tiers needs the columns"):
        types.cross(kinds, pd.DataFrame({"level": ["A"]}, ["H000"]))
