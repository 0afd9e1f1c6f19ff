"""Page one: five sentences whose words follow the interval, and nothing invented."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError
from analysis.core.result import Result
from analysis.methods import case_study

from ..contract.cases_case_study import results


def said(result: case_study.Answers, language: str) -> list[str]:
    return [words.text(f"sentences.{note.code}", language, **note.values) for note in result.items]


def test_sentences_in_order_of_use_with_number_interval_and_n() -> None:
    found = case_study.answers(results())
    assert list(found.table["sentence"]) == ["growth_up", "worth_held_out", "top_tier", "ladder_reached", "nps_between"]
    assert said(found, "zh")[0] == "最近12个月净销售额同比上升6.2%（95%区间+3.1%至+9.4%）。"
    assert said(found, "en")[1] == (
        "Customer value of the next 12 months: CNY 8.60 m (90% interval CNY 7.40 m to CNY 9.90 m); held-out error 8%."
    )
    assert list(found.table["n"]) == [512, 512, 46, 50, 21]


@pytest.mark.parametrize(
    ("value", "lo", "hi", "code"),
    [(0.06, 0.03, 0.09, "growth_up"), (-0.06, -0.09, -0.03, "growth_down"), (0.01, -0.03, 0.05, "growth_flat"),
     (-0.01, -0.03, 0.0, "growth_flat")],
)  # fmt: skip
def test_rose_or_fell_only_when_the_interval_excludes_zero(value: float, lo: float, hi: float, code: str) -> None:
    given = results()
    given["value_growth"] = _with(given["value_growth"], value=value, lo=lo, hi=hi)
    assert case_study.answers(given).table["sentence"].iloc[0] == code


def test_what_is_not_identified_is_not_said() -> None:
    given = results()
    given["value_growth"] = _with(given["value_growth"], value=np.nan, lo=np.nan, hi=np.nan, flag="not_identified")
    found = case_study.answers(given)
    assert not found.table["sentence"].str.startswith("growth").any()
    assert "card_growth" in set(case_study.cards(given).table["card"])  # the card says that it is not identified


def test_never_more_than_five() -> None:
    assert len(case_study.answers(results()).table) == 5
    assert len(case_study.cards(results()).table) <= 4


def test_nothing_to_say_is_an_error_with_what_was_found() -> None:
    with pytest.raises(DataError, match="at least one result of the other notebooks; found health_gate"):
        case_study.answers({"health_gate": Result(table=pd.DataFrame({"n": [1]}))})


def test_decisions_have_owner_and_date() -> None:
    found = case_study.decisions(results(), as_of="2025-06-30")
    assert list(found.table["decision"]) == ["call_silent"]
    assert found.table["due"].iloc[0] == pd.Timestamp("2025-07-30")
    assert words.text("sentences.call_silent", "en", **found.items[0].values).endswith("7 of 512")


def test_no_decision_where_nobody_is_silent() -> None:
    given = results()
    given["value_at_risk"] = dataclasses.replace(given["value_at_risk"], found=0)  # type: ignore[type-var]
    assert case_study.decisions(given, as_of="2025-06-30").table.empty


def _with(result: Result, **values: object) -> Result:
    return dataclasses.replace(result, table=result.table.assign(**values))
