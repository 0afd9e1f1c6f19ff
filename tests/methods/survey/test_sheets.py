"""Double answer sheets, hospitals reached, ways of asking."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core import disclosure
from analysis.core.errors import DataError
from analysis.core.result import Note
from analysis.methods import survey

ITEMS = pd.DataFrame({"item_id": [f"Q{i}" for i in range(1, 13)], "type": ["likert5"] * 10 + ["nps", "open"]})
CUSTOMERS = pd.DataFrame(
    [
        ("H1", None, "hospital", "华东"),
        ("H2", None, "hospital", "华东"),
        ("H3", None, "hospital", "西南"),
        *((f"D{i}", f"H{1 + i % 2}", "physician", None) for i in range(1, 6)),
    ],
    columns=["customer_id", "parent_id", "customer_type", "region"],
)
UNIVERSE = pd.DataFrame({"hospital": ["H2", "H1", "H2", "H1", "H3"]}, index=["D1", "D2", "D3", "D4", "D9"])


def sheet(response: str, customer: str, start: int, **more: object) -> pd.DataFrame:
    """Answers that run through the scale from ``start``, and a comment of its own."""
    values = [float(1 + (start + i * i) % 5) for i in range(10)] + [float(start % 11), 1.0]
    rows = pd.DataFrame({"item_id": ITEMS["item_id"], "value": values})
    rows["text"] = [None] * 11 + [f"意见{response}"]
    return rows.assign(response_id=response, customer_id=customer, mode="self_online", seconds=300.0, **more)


def answers() -> pd.DataFrame:
    sheets = [
        sheet("R1", "D1", 1),
        sheet("R2", "D2", 1),
        sheet("R3", "D3", 2),
        sheet("R4", "D3", 3),
        sheet("R5", "H1", 4),
    ]
    return pd.concat([*sheets, sheet("R6", "H1", 5)], ignore_index=True)


def test_sheets_that_agree_in_every_closed_question_are_flagged_and_kept() -> None:
    result = survey.respond(answers(), ITEMS, customers=CUSTOMERS)
    assert result.respondents["duplicate"].to_dict() == {
        "R1": True, "R2": True, "R3": False, "R4": False, "R5": False, "R6": False,
    }  # fmt: skip
    row = result.table.iloc[0]
    assert row["duplicates"] == 2 and row["respondents"] == 6
    assert {n.code: dict(n.values) for n in result.notes}["answers_duplicate"] == {"count": 2}


def test_short_sheets_may_agree_by_chance() -> None:
    few = answers()[lambda t: t["item_id"].isin(["Q1", "Q2", "Q3", "Q12"])]
    assert survey.respond(few, ITEMS, customers=CUSTOMERS).table["duplicates"].iloc[0] == 0


def test_one_difference_is_enough() -> None:
    rows = answers()
    rows.loc[(rows["response_id"] == "R2") & (rows["item_id"] == "Q11"), "value"] = 9.0
    assert survey.respond(rows, ITEMS).table["duplicates"].iloc[0] == 0


def test_a_person_may_answer_once_a_hospital_often() -> None:
    result = survey.respond(answers(), ITEMS, customers=CUSTOMERS)
    assert result.respondents.index[result.respondents["repeated"]].tolist() == ["R3", "R4"]
    assert {n.code: dict(n.values) for n in result.notes}["answers_repeated"] == {"count": 2}
    # without customers nobody is known to be a person, but a pseudonym is one
    assert survey.respond(answers(), ITEMS).table["repeated"].iloc[0] == 0
    named = answers().assign(pseudonym=lambda t: t["response_id"].map({"R5": "P1", "R6": "P1"}))
    assert survey.respond(named, ITEMS).table["repeated"].iloc[0] == 2


def test_hospitals_reached_of_the_universe_by_region() -> None:
    result = survey.respond(answers(), ITEMS, customers=CUSTOMERS, universe=UNIVERSE)
    table = result.table.set_index("group")
    # D1, D3 are of H2, D2 of H1; nobody of H3; R5 and R6 are not persons of the universe
    assert table.loc["all", ["hospitals", "hospitals_reached"]].tolist() == [3, 2]
    assert table["coverage"].to_dict() == pytest.approx({"all": 2 / 3, "华东": 1.0})
    assert {n.code: dict(n.values) for n in result.notes}["respondents_outside_universe"] == {"count": 2}
    assert result.modes["hospitals_reached"].tolist() == [2]
    with pytest.raises(DataError, match="universe needs the columns hospital"):
        survey.respond(answers(), ITEMS, universe=UNIVERSE.rename(columns={"hospital": "parent"}))


def test_what_does_not_apply_was_not_asked() -> None:
    rows = answers()
    spot = (rows["response_id"] == "R3") & (rows["item_id"] == "Q1")
    rows["missing_reason"] = None
    rows.loc[spot, ["value", "missing_reason"]] = [None, "not_applicable"]
    result = survey.respond(rows, ITEMS)
    assert result.table["item_missing"].iloc[0] == 0
    assert result.items.set_index("item_id").loc["Q1", ["asked", "not_applicable", "missing"]].tolist() == [5, 1, 0]


def test_one_person_outside_the_groups_does_not_cost_the_total() -> None:
    # invited in all: 245; by group unknown, n is then those who answered
    frame = pd.DataFrame({
        "group": ["all", "unassigned", "grade2", "grade3"], "invited": [245.0, np.nan, np.nan, np.nan],
        "respondents": [126, 1, 17, 108], "value": [126 / 245, np.nan, np.nan, np.nan], "n": [245, 1, 17, 108],
        "flag": ["ok", "missing_input", "missing_input", "missing_input"],
    })  # fmt: skip
    told = Note("response_rate", {"value": 126 / 245, "n": 245, "respondents": 126})
    made = survey.Response(
        table=frame, settings={}, finding=told, items=pd.DataFrame(), modes=pd.DataFrame(), respondents=pd.DataFrame()
    )
    safe = disclosure.control(made, 5)
    assert safe.result.table["flag"].eq("suppressed").tolist() == [False, True, True, False]
    assert safe.result.finding is told


def test_sheets_with_nothing_but_comments_are_no_twins() -> None:
    rows = pd.DataFrame({
        "response_id": ["a", "b"], "customer_id": ["D1", "D2"], "item_id": "Q12", "value": np.nan, "text": ["好", "好"],
        "wave": "2024",
    })  # fmt: skip
    result = survey.respond(rows, ITEMS, customers=CUSTOMERS)
    assert result.table["respondents"].tolist() == [0]
    assert result.table["duplicates"].tolist() == [0]
