import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError, PolicyError, SettingError
from analysis.methods import targeting

from ...contract.cases_roles import accounts


def frame(**rows):
    """Accounts by id: tier, potential class, cooperation level."""
    columns = ["tier", "potential_class", "cooperation_level"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("customer_id")


QUIET = {"reason": "quiet", "points": 2, "when": {"contacts": {"max": 1}}}
FIVE = frame(
    H1=("A", "high", 2), H2=("C", "high", 3), H3=("A", "low", 1), H4=("C", "unknown", 1), H5=("B", "mid", 0)
).assign(declining=[True, False, False, False, False])


def test_scores_reasons_and_whys_by_hand():
    found = targeting.select(FIVE)
    # H1: defend_value 5 + develop_cooperation 4; H2: 4; H3: maintain_service 1
    assert found.selected["score"].to_dict() == {"H1": 9.0, "H2": 4.0, "H3": 1.0}
    assert found.selected["reasons"]["H1"] == "defend_value; develop_cooperation"
    assert found.selected["rank"].tolist() == [1, 2, 3]
    assert found.not_selected["why"].to_dict() == {"H4": "potential_unknown", "H5": "cooperation_unknown"}
    table = found.table.set_index(["outcome", "reason"])["n"]
    assert table["selected"].to_dict() == {"defend_value": 1, "develop_cooperation": 1, "maintain_service": 1}
    assert table.sum() == 5


def test_each_account_is_in_exactly_one_list():
    for capacity in (None, 1, 12, 100):
        found = targeting.select(accounts(), capacity=capacity)
        assert not set(found.selected.index) & set(found.not_selected.index)
        assert set(found.selected.index) | set(found.not_selected.index) == set(accounts().index)
        assert len(found.selected) <= (capacity or 60)
        assert found.table["n"].sum() == found.n == 60


def test_capacity_cuts_by_score_then_id_and_says_so():
    same = frame(**{f"H{i}": ("A", "low", 1) for i in (3, 1, 2)})
    found = targeting.select(same, capacity=2)
    assert found.selected.index.tolist() == ["H1", "H2"]
    assert found.not_selected["why"].to_dict() == {"H3": "beyond_capacity"}
    assert [(n.code, n.values) for n in found.notes if n.code == "targets_tied"] == [("targets_tied", {"tied": 3})]
    assert found.kept == 1.0, "one rule: its points do not change the order"


def test_a_certain_cell_counts_more_than_an_uncertain_one():
    two = frame(H1=("C", "high", 2), H2=("C", "high", 2)).assign(p_cell=[0.4, 0.9])
    assert targeting.select(two).selected["score"].to_dict() == pytest.approx({"H2": 3.6, "H1": 1.6})


def test_holds_win_over_any_reason():
    held = FIVE.assign(opted_out=[True, False, False, False, False], listed=[True, False, True, True, None])
    found = targeting.select(held, exclude=["H3"])
    assert found.selected.empty
    assert found.not_selected["why"].to_dict() == {
        "H1": "opted_out", "H2": "not_listed", "H3": "by_hand", "H4": "potential_unknown",
        "H5": "cooperation_unknown",
    }  # fmt: skip
    assert found.finding.code == "targets_none"
    assert np.isnan(found.kept)


def test_a_reason_that_needs_no_assessment_stands_without_it():
    found = targeting.select(FIVE.assign(cooperation_level=0))
    assert found.selected["reason"].to_dict() == {"H1": "defend_value"}


def test_restricted_products_get_no_reason_of_growth():
    free, bound = targeting.select(FIVE), targeting.select(FIVE, restricted=True)
    assert "develop_cooperation" in free.selected["reason"].tolist()
    assert "develop_cooperation" not in "; ".join(bound.selected["reasons"])
    assert bound.not_selected["why"]["H2"] == "no_reason"
    assert "targets_restricted" in {n.code for n in bound.notes}


def test_own_rules_with_bounds_and_missing_columns():
    rules = [
        QUIET,
        {"reason": "elsewhere", "points": 9, "when": {"not_there": [True]}},
    ]
    found = targeting.select(FIVE.assign(contacts=[0, 1, 2, np.nan, 9]), rules=rules)
    assert found.selected.index.tolist() == ["H1", "H2"]
    assert [n.values for n in found.notes if n.code == "targets_unused"] == [{"count": 1}]


def test_kept_says_how_much_rests_on_the_points():
    # one place, two accounts, one rule each with equal points: the draw decides, half of the time each
    rules = [{"reason": r, "points": 1, "when": {"tier": [t]}} for r, t in (("one", "A"), ("two", "B"))]
    two = frame(H1=("A", "low", 1), H2=("B", "low", 1))
    assert targeting.select(two, capacity=1, rules=rules).kept == pytest.approx(0.5, abs=0.08)
    # twelve times the points: the order does not turn (Dirichlet of 60: share .92 ± .03)
    rules[0]["points"] = 12
    assert targeting.select(two, capacity=1, rules=rules).kept == 1.0


def test_every_default_reason_and_why_has_words():
    codes = [rule["reason"] for rule in (*targeting.RULES, *targeting.HOLDS)]
    codes += ["cooperation_unknown", "potential_unknown", "by_hand", "no_reason", "beyond_capacity"]
    for language in ("zh", "en"):
        told = [words.term(code, language) for code in codes]
        assert not set(told) & set(codes)
        assert len(set(told)) == len(told)


def test_lists_carry_the_same_accounts():
    found = targeting.select(FIVE, capacity=2)
    assert targeting.listed(found).table["customer_id"].tolist() == ["H1", "H2"]
    assert targeting.left_out(found).table[["customer_id", "why"]].to_numpy().tolist() == [
        ["H3", "beyond_capacity"], ["H5", "cooperation_unknown"], ["H4", "potential_unknown"],
    ]  # fmt: skip


def test_all_selected_is_said():
    found = targeting.select(FIVE.iloc[:3])
    assert found.not_selected.empty
    assert targeting.left_out(found).finding.code == "targets_left_out_none"


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: targeting.select(FIVE.iloc[:0]), DataError, "at least one row"),
        (lambda: targeting.select(pd.concat([FIVE, FIVE])), DataError, "once"),
        (lambda: targeting.select(FIVE[["potential_class"]]), DataError, "tier"),
        (lambda: targeting.select(FIVE.assign(customer_type="physician")), PolicyError, "never ranked"),
        (lambda: targeting.select(FIVE, capacity=0), SettingError, "capacity"),
        (lambda: targeting.select(FIVE, exclude=["H77"]), DataError, "exclude"),
        (lambda: targeting.select(FIVE, rules=[]), SettingError, "at least one rule"),
        (lambda: targeting.select(FIVE, rules=[{**QUIET, "points": 0}]), SettingError, "rule 1"),
        (lambda: targeting.select(FIVE, rules=[{**QUIET, "when": {}}]), SettingError, "rule 1"),
        (lambda: targeting.select(FIVE, rules=[*targeting.RULES, targeting.RULES[0]]), SettingError, "defend_value"),
    ],
)  # fmt: skip
def test_bad_input_is_told(call, error, text, monkeypatch):
    monkeypatch.setenv("RAPPORT_LANGUAGE", "en")
    with pytest.raises(error) as told:
        call()
    assert text in str(told.value)
    assert told.value.text("zh")
