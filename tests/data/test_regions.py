from __future__ import annotations

import pandas as pd

from analysis.data import regions
from analysis.data.rejects import ROW, SOURCE, Ledger


def test_departments_and_physicians_stand_where_their_institution_stands() -> None:
    customers = pd.DataFrame({
        "customer_id": ["D1", "K1", "H1", "H2", "K2", "K3"], "parent_id": ["K1", "H1", None, None, "H2", "K3"],
        "region": pd.Series([None, None, "华东", None, None, None], dtype="str"),
    })  # fmt: skip
    table, facts = regions.complete(customers, None, column="region")
    # K3 is its own parent and gets nowhere
    assert table["region"].tolist() == ["华东", "华东", "华东", "unassigned", "unassigned", "unassigned"]
    assert (facts["inherited"], facts["unassigned"]) == (2, 3)


def test_nobody_at_all_is_no_customer_table() -> None:
    assert regions.complete(None, None, column="region") == (None, {})
    assert regions.complete(None, pd.Series([None, None], dtype="str"), column="region")[0] is None


def test_the_fullest_row_of_a_key_stays() -> None:
    frame = pd.DataFrame(
        {
            "customer_id": ["H1", "H1", "H1", "H2", "H2"],
            "region": pd.Series(["华东", None, "华东", "华北", "华南"], dtype="str"),
            "name": pd.Series(["甲", "甲", "甲", "乙", "乙"], dtype="str"),
            SOURCE: "c.csv",
            ROW: [2, 3, 4, 5, 6],
        }
    )
    for rows in (frame, frame.iloc[::-1]):
        ledger = Ledger("customers")
        kept = regions.one_per_key(rows, ("customer_id",), ledger).sort_values("customer_id")
        # of 华北 and 华南, equally full, the first by content
        assert kept["region"].tolist() == ["华东", "华北"]
        assert ledger.counts["rejected"] == {"repeated_row": 1, "duplicate_key": 2}


def test_customers_in_order_lines_get_their_usual_words() -> None:
    frame = pd.DataFrame({
        "customer_id": ["A", "A", "A", "B", "B", None], "region": ["x", "y", "y", "z", "w", "z"],
        "x_other": list("123456"), SOURCE: "o.csv", ROW: range(6),
    })  # fmt: skip
    table, conflicts = regions.usual_per_key(frame, "customer_id")
    # B has one line each: the first word in alphabetical order
    assert table.values.tolist() == [["A", "y"], ["B", "w"]]
    assert conflicts == 2


def test_respondents_who_are_no_customers_yet_are_added_as_persons() -> None:
    customers = pd.DataFrame({"customer_id": ["H1"], "region": ["华东"], "customer_type": ["hospital"]})
    answered = pd.Series(["D2", "H1", None, "D1", "D2"], dtype="str")
    table, facts = regions.complete(
        customers, pd.Series(["H2"]), column="region", answered=answered, answered_type="physician"
    )
    assert table[["customer_id", "customer_type", "region"]].fillna("").values.tolist() == [
        ["H1", "hospital", "华东"], ["H2", "", "unassigned"], ["D1", "physician", "unassigned"],
        ["D2", "physician", "unassigned"],
    ]  # fmt: skip
    assert (facts["added"], facts["added_by_survey"], facts["unassigned"]) == (1, 2, 3)


def test_answers_of_nobody_known_open_a_region_of_their_own() -> None:
    customers = pd.DataFrame({"customer_id": ["H1", "H2"], "region": ["华东", "华北"]})
    assert regions.listed(customers, None) == ["华东", "华北"]
    assert regions.listed(customers, pd.DataFrame({"customer_id": ["H1"]})) == ["华东", "华北"]
    assert regions.listed(customers, pd.DataFrame({"customer_id": ["H1", None]})) == ["华东", "华北", "unassigned"]
    assert regions.listed(customers, pd.DataFrame({"pseudonym": ["A"]})) == ["华东", "华北", "unassigned"]
    # with one region everybody is in it
    assert regions.listed(customers.head(1), pd.DataFrame({"pseudonym": ["A"]})) == ["华东"]
