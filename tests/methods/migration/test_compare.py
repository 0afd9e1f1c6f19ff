"""Tables, flows and tests of two periods."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import migration
from analysis.methods.migration import _rule

#: unaided distance vision of 7477 women, right eye by left eye (Stuart 1953, 1955)
_VISION = np.array([[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]])


def _series(letters: str) -> pd.Series:
    return pd.Series(list(letters), [f"H{i}" for i in range(len(letters))], dtype="str")


def _pair(counts: np.ndarray) -> tuple[pd.Series, pd.Series]:
    tiers = np.array(["A", "B", "C", "zero"])[: len(counts)]
    first, second = np.indices(counts.shape)
    index = [f"H{i:05d}" for i in range(counts.sum())]
    parts = [np.repeat(tiers[place.ravel()], counts.ravel()) for place in (first, second)]
    return pd.Series(parts[0], index, dtype="str"), pd.Series(parts[1], index, dtype="str")


def test_symmetry_and_margins_as_published_for_the_vision_table() -> None:
    """Bowker 19.107 on 6 df; Stuart-Maxwell 11.957 on 3 df (p 0.0075), as in Stuart (1955) and Agresti (1990)."""
    tests = migration.compare(*_pair(_VISION)).tests.set_index("test")
    assert tests.loc["bowker", "statistic"] == pytest.approx(19.107, abs=0.001)
    assert tests.loc["stuart_maxwell", "statistic"] == pytest.approx(11.957, abs=0.001)
    assert tests["df"].tolist() == [6, 3]
    assert tests.loc["stuart_maxwell", "p"] == pytest.approx(0.00753, abs=1e-5)


def test_two_tiers_by_hand() -> None:
    """10 to B and 4 to A: (10 − 4)² ÷ 14 = 2.5714 for both, one degree of freedom (McNemar)."""
    tests = migration.compare(*_pair(np.array([[20, 10], [4, 30]]))).tests
    assert tests["statistic"].to_numpy() == pytest.approx(36 / 14)
    assert tests["df"].tolist() == [1, 1]


def test_nobody_moving_has_no_test() -> None:
    tests = migration.compare(*_pair(np.array([[20, 0], [0, 30]]))).tests
    assert tests["flag"].tolist() == ["not_identified"] * 2
    assert tests["p"].isna().all()


def test_shares_by_hand() -> None:
    """40 of A: 30 stay, 10 to B; 60 of B: 6 to A, 54 stay. K = 2 states after, pooled 36 and 64 of 100.

    A stays: (30 + 2·0.36) ÷ 42 = 0.73143; B stays: (54 + 2·0.64) ÷ 62 = 0.89161.
    Mobility: (2 − 0.73143 − 0.89161) ÷ 1 = 0.37696. Moved 16 of 100, up 6, down 10.
    """
    result = migration.compare(*_pair(np.array([[30, 10], [6, 54]])))
    cell = result.table.set_index(["tier_before", "tier_after"])
    assert cell.loc[("A", "A"), "value"] == pytest.approx(30.72 / 42)
    assert cell.loc[("B", "B"), "value"] == pytest.approx(55.28 / 62)
    # Beta(30.72, 11.28), from scipy.stats.beta.ppf
    assert cell.loc[("A", "A"), ["lo", "hi"]].tolist() == pytest.approx([0.58951, 0.85249], abs=1e-5)
    row = result.summary.set_index("movement")
    assert row.loc[["moved", "moved_up", "moved_down", "stayed"], "value"].tolist() == [0.16, 0.06, 0.10, 0.84]
    assert row.loc["mobility", "value"] == pytest.approx(0.37696, abs=1e-5)
    assert row.loc["null_movement", "flag"] == "missing_input"
    assert result.finding is not None
    assert result.finding.code == "migration_moved"


def test_entry_and_exit_stand_apart_and_everybody_is_found() -> None:
    before, after = _series("AABBC"), _series("AABBC").iloc[1:]
    after = pd.concat([after.replace({"C": "B"}), pd.Series(["A", "C"], ["N1", "N2"], dtype="str")])
    values = pd.DataFrame({"before": {"H0": 50.0, "H1": 40.0, "H4": 1.0}, "after": {"H1": 45.0, "H4": 9.0, "N1": 70.0}})
    result = migration.compare(before, after, values=values)
    assert sorted(result.customers.index) == ["H0", "H1", "H2", "H3", "H4", "N1", "N2"]
    assert result.customers.loc["H0", "tier_after"] == "left"
    assert result.customers.loc["N1", ["tier_before", "direction"]].tolist() == ["not_yet", "entered"]
    flows = result.flows.set_index("direction")
    assert flows["n"].tolist() == [1, 0, 3, 2, 1]
    assert flows.loc["moved_up", ["net_before", "net_after", "net_change"]].tolist() == [1.0, 9.0, 8.0]
    assert flows.loc["exited", "net_change"] == -50.0
    assert result.table["n"].sum() == 7
    # movement is asked of the four in both periods
    assert set(result.summary["n"]) == {4}


def test_value_cuts_are_frozen_unless_told() -> None:
    """Before 70, 20, 10: A from 70 (before it 0), B from 20. After, all halved: 35, 10, 5 are B, C, C when frozen."""
    before = pd.Series([70.0, 20.0, 10.0], ["H1", "H2", "H3"])
    frozen = migration.compare(before, before / 2).customers["tier_after"]
    assert frozen.tolist() == ["B", "C", "C"]
    own = migration.compare(before, before / 2, rule={"frozen": False}).customers["tier_after"]
    assert own.tolist() == ["A", "B", "C"]


def test_margin_keeps_a_tier_until_the_cut_is_passed_by_it() -> None:
    """Cuts 100 and 50, margin 15 %: down from A below 85, up to A from 115; from A to C only below 42.5."""
    rule = _rule.read({"thresholds": {"A": 100, "B": 50}, "margin": 0.15})
    values = np.array([90.0, 84.0, 110.0, 116.0, 45.0, 42.0, 0.0, -5.0, 60.0])
    before = np.array([0, 0, 1, 1, 0, 0, 0, 0, 3])
    after = rule.moved(values, rule.points(values), before)
    assert after.tolist() == [0, 1, 1, 0, 1, 2, 3, 4, 1]


def test_given_tiers_of_another_rule_are_told() -> None:
    before = _series("A" * 20 + "C" * 20)
    values = pd.DataFrame({"before": np.arange(40, 0, -1.0), "after": np.arange(40, 0, -1.0)}, index=before.index)
    result = migration.compare(before, before, values=values, n_draws=20)
    assert "migration_other_rule" in [note.code for note in result.notes]


def test_months_give_the_values_where_only_tiers_are_known() -> None:
    before = _series("AC")
    months = pd.DataFrame({
        "customer_id": ["H0", "H0", "H1", "H1"], "month": ["2024-01-01", "2025-01-01"] * 2, "value": [9.0, 8, 1, 2],
    })  # fmt: skip
    rule = {"periods": [["2024-01", "2024-12"], ["2025-01", "2025-12"]]}
    customers = migration.compare(before, before, orders=months, rule=rule, n_draws=20).customers
    assert customers[["net_before", "net_after"]].to_numpy().tolist() == [[9.0, 8.0], [1.0, 2.0]]


def test_other_labels_have_an_order_but_no_chance() -> None:
    """Two stages: up is towards the first label; the months are of no use."""
    index = ["H0", "H1", "H2"]
    before = pd.Series(["stage_growth", "stage_decline", "stage_decline"], index)
    after = pd.Series(["stage_decline", "stage_growth", "stage_decline"], index)
    result = migration.compare(before, after, rule={"states": ["stage_growth", "stage_decline"]})
    assert result.customers["direction"].tolist() == ["moved_down", "moved_up", "stayed"]
    assert result.table["n"].tolist() == [0, 1, 1, 1]
    assert result.summary.set_index("movement").loc["excess_movement", "flag"] == "missing_input"


def test_small_regions_say_so() -> None:
    result = migration.compare(_series("AABBC"), _series("ABBBC"))
    assert set(result.table["flag"]) == {"low_n"}
    assert result.finding is not None
    assert result.finding.code == "migration_low_n"
    one = migration.compare(_series("A"), _series("B"))
    assert one.customers["direction"].tolist() == ["moved_down"]


def test_no_shared_customer() -> None:
    result = migration.compare(_series("A"), pd.Series(["B"], ["X"], dtype="str"))
    assert result.finding is not None
    assert result.finding.code == "migration_none_both"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (_series("AAB"), _series(""), "empty"),
        (_series("AAB"), pd.concat([_series("A"), _series("B")]), "duplicate_customers"),
        (_series("AAB"), _series("AXB"), "migration_tiers_unknown"),
        (_series("AB"), pd.Series([1.0, 2.0], ["H0", "H1"]), "migration_mixed"),
    ],
)
def test_bad_periods_are_refused(before: pd.Series, after: pd.Series, code: str) -> None:
    with pytest.raises(DataError) as caught:
        migration.compare(before, after)
    assert caught.value.code == code
    assert str(caught.value)


def test_months_twice_are_refused() -> None:
    months = pd.DataFrame({"customer_id": ["H0", "H0"], "month": ["2024-01-01", "2024-01-15"], "value": [1.0, 2.0]})
    with pytest.raises(DataError, match="one row a month"):
        migration.compare(_series("A"), _series("A"), orders=months)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"cuts": [0.9, 0.7]}, "cuts"),
        ({"cuts": [0.7]}, "tiers_two_cuts"),
        ({"thresholds": {"A": 1, "B": 5}}, "tiers_thresholds"),
        ({"margin": -0.1}, "out_of_range"),
        ({"states": ["A", "A"]}, "migration_states"),
        ({"cut": [0.7, 0.9]}, "not_a_choice"),
        ({"periods": [["2025-01", "2025-06"], ["2024-01", "2024-06"]]}, "migration_periods"),
    ],
)
def test_bad_rules_are_refused(rule: dict, code: str) -> None:
    with pytest.raises(SettingError) as caught:
        migration.compare(_series("AB"), _series("AB"), rule=rule)
    assert caught.value.code == code


def test_a_period_outside_the_months_is_refused() -> None:
    months = pd.DataFrame({"customer_id": ["H0"] * 2, "month": ["2024-01-01", "2024-02-01"], "value": [1.0, 2.0]})
    rule = {"periods": [["2020-01", "2020-06"], ["2024-01", "2024-06"]]}
    with pytest.raises(DataError, match="2024-01"):
        migration.compare(_series("A"), _series("A"), orders=months, rule=rule)
