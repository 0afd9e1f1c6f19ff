from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.data import rejects
from analysis.data.furniture import nothing_dropped
from analysis.data.rejects import ROW, SOURCE, Ledger


def frame() -> pd.DataFrame:
    return pd.DataFrame({"amount": [0.1, 0.2, 0.3, np.nan], "note": list("abcd"), SOURCE: "o.csv", ROW: [2, 3, 4, 5]})


def test_rows_and_totals_agree_to_the_cent() -> None:
    ledger = Ledger("transactions")
    furniture = pd.DataFrame({"row": [1], "rule": ["title_row"], "value": ["流水"]})
    ledger.open(frame(), furniture, "o.csv")
    kept = ledger.remove(frame(), np.array([False, True, False, False]), rule="missing_id", column="note")
    kept = ledger.remove(kept, np.array([False, True, False]), rule="after_as_of", column="note", value="2026")
    entry = ledger.close(kept)
    assert (entry["read"], entry["kept"]) == (5, 2)
    assert entry["rejected"] == {"missing_id": 1}
    assert entry["dropped"] == {"title_row": 1, "after_as_of": 1}
    # 0.1 + 0.2 + 0.3 is 0.6000000000000001 in float64, 60 cents here
    assert entry["totals"]["amount"] == {"read": 0.6, "adjusted": 0.0, "kept": 0.1, "rejected": 0.2, "dropped": 0.3}
    assert ledger.lines().values.tolist() == [
        ["o.csv", 1, "transactions", "", "title_row", "dropped", "流水"],
        ["o.csv", 3, "transactions", "note", "missing_id", "rejected", "b"],
        ["o.csv", 4, "transactions", "note", "after_as_of", "dropped", "2026"],
    ]


def test_a_row_or_a_cent_that_gets_lost_stops_the_build() -> None:
    ledger = Ledger("transactions")
    ledger.open(frame(), nothing_dropped(), "o.csv")
    with pytest.raises(AssertionError, match="4 rows read, 3 kept"):
        ledger.close(frame().head(3))
    ledger = Ledger("transactions")
    ledger.open(frame(), nothing_dropped(), "o.csv")
    with pytest.raises(AssertionError, match=r"transactions\.amount"):
        ledger.close(frame().assign(amount=[0.1, 0.2, 0.4, np.nan]))


def test_conversions_are_booked() -> None:
    ledger = Ledger("transactions")
    ledger.open(frame(), nothing_dropped(), "o.csv")
    after = frame().assign(amount=[1.0, 0.2, 0.3, np.nan])
    ledger.adjust(frame(), after)
    assert ledger.close(after)["totals"]["amount"]["adjusted"] == 0.9


def test_cleared_cells_cost_no_row() -> None:
    ledger = Ledger("customers")
    ledger.open(frame(), nothing_dropped(), "o.csv")
    ledger.clear(
        frame(), np.array([True, False, False, False]), rule="unknown_code", column="note", value=["甲", "", "", ""]
    )
    entry = ledger.close(frame())
    assert (entry["kept"], entry["cleared"]) == (4, {"unknown_code": 1})
    assert ledger.lines()[["action", "value"]].values.tolist() == [["cleared", "甲"]]


def test_answers_of_one_sheet_count_as_one_row() -> None:
    sheets = pd.DataFrame({"item": ["Q1", "Q2"] * 2, SOURCE: "s.csv", ROW: [2, 2, 3, 3]})
    ledger = Ledger("survey_responses")
    ledger.open(sheets.iloc[[0, 2]], nothing_dropped(), "s.csv")
    assert ledger.close(sheets)["kept"] == 2


def test_the_list_is_sorted_and_has_its_columns_when_empty() -> None:
    assert rejects.combine([Ledger("a"), Ledger("b")]).columns.tolist() == list(rejects.COLUMNS)
    parts = []
    for table in ("transactions", "customers"):
        ledger = Ledger(table)
        ledger.remove(frame(), np.array([False, True, True, False]), rule="missing_id", column="note")
        parts.append(ledger)
    lines = rejects.combine(parts)
    assert lines[["table", "row"]].values.tolist() == [
        ["customers", 3],
        ["customers", 4],
        ["transactions", 3],
        ["transactions", 4],
    ]


def test_no_telephone_number_stands_in_the_list() -> None:
    ledger = Ledger("transactions")
    said = ["", "联系13812345678", "", ""]
    ledger.remove(frame(), np.array([False, True, False, False]), rule="not_a_number", column="amount", value=said)
    assert rejects.combine([ledger])["value"].tolist() == ["联系***"]
