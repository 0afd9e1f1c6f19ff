"""Page one: five sentences whose words follow the interval, and nothing invented."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError
from analysis.core.result import Note, Result
from analysis.methods import case_study, grid

from ..contract.cases_case_study import results


def said(result: case_study.Answers, language: str) -> list[str]:
    return [words.text(f"sentences.{note.code}", language, **note.values) for note in result.items]


def test_sentences_in_order_of_use_with_number_interval_and_n() -> None:
    found = case_study.answers(results())
    assert list(found.table["sentence"]) == ["growth_up", "worth_held_out", "top_tier", "ladder_reached", "nps_between"]
    assert said(found, "zh")[0] == "最近12个月净销售额同比上升6.2%（95%区间+3.1%至+9.4%）。"
    assert said(found, "en")[1] == (
        "Customer value of the next 12 months: CNY 8.60 m (90% interval CNY 7.40 m to CNY 9.90 m); held-out error of "
        "the number of orders 8.0%."
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


def ranked(**told: object) -> Result:
    """One barrier held against an outcome, 30 points less, as `barriers.rank` saves it."""
    row = {"barrier": "B06", "value": 0.32, "lo": 0.25, "hi": 0.4, "n": 174, "effect": -0.3, "effect_lo": -0.4,
           "effect_hi": -0.2, "priority": 0.01, "rank_lo": 1.0, "rank_hi": 1.0, "owner": "owner_promotion",
           "method": "wilson", "flag": "ok"}  # fmt: skip
    return Result(table=pd.DataFrame([row | told]))


@pytest.mark.parametrize(
    ("finding", "code", "words_of_it"),
    [("barriers_ladder", "barrier_ranked", "they reach second-line use or further 30 points less often"),
     ("barriers_step", "barrier_ranked_outcome", "they reach the outcome asked for 30 points less often"),
     ("barriers_outcome", "barrier_ranked_outcome", "they reach the outcome asked for 30 points less often")],
)  # fmt: skip
def test_the_ladder_is_named_only_where_the_outcome_was_the_ladder(finding: str, code: str, words_of_it: str) -> None:
    result = dataclasses.replace(ranked(), finding=Note(finding, {}))
    found = case_study.answers({"voice_barriers": result})
    assert list(found.table["sentence"]) == [code]
    assert words_of_it in said(found, "en")[0]
    assert ("二线" in said(found, "zh")[0]) == (finding == "barriers_ladder")


def test_a_barrier_without_a_link_is_not_called_first() -> None:
    found = case_study.answers({"voice_barriers": ranked(priority=np.nan)})
    assert list(found.table["sentence"]) == ["barrier_named"]
    assert said(found, "en")[0].endswith("the order of barriers is not certain, and no link with use is shown.")


@pytest.mark.parametrize(("rank_hi", "code"), [(1.0, "answer_barrier"), (3.0, "answer_barrier_among")])
def test_a_barrier_comes_first_only_when_its_rank_interval_is_one_rank(rank_hi: float, code: str) -> None:
    found = case_study.decisions({"voice_barriers": ranked(rank_hi=rank_hi)}, as_of="2025-06-30")
    assert list(found.table["decision"]) == [code]
    for suffix in ("", "_do", "_why"):
        assert words.text(f"sentences.{code}{suffix}", "zh", **found.items[0].values)


def nine(**told: object) -> grid.Grid:
    """Thirty accounts in each cell; those of high potential, level 3 get a third of the effort of the others."""
    index = [f"H{i:03d}" for i in range(270)]
    classes = pd.DataFrame({"potential_class": np.repeat(["high", "mid", "low"], 90), "potential": 10.0}, index)
    levels = pd.DataFrame({"level": np.tile(np.repeat([1, 2, 3], 30), 3)}, index)
    effort = pd.Series(3.0, index).mask((classes["potential_class"] == "high") & (levels["level"] == 3), 1.0)
    rows = pd.Series(index).isin(told.get("without", []))
    return grid.classify(classes[~rows.to_numpy()], levels, effort=effort)


def test_effort_that_falls_short_of_potential_is_told() -> None:
    found = case_study.answers({"customers_grid": nine()})
    assert list(found.table["sentence"]) == ["effort_short"]
    # 30 of 270 accounts alike hold 1/9 of potential; 30 of 750 contacts are 4 %
    assert said(found, "zh")[0].startswith("潜力高、合作度3级的30家占潜力的11%，只得到投入的4%")
    assert "get only 4% of effort" in said(found, "en")[0]


def test_a_cell_that_the_grid_hides_is_not_told() -> None:
    # of the cell that falls short 4 accounts are left: hidden, and no other cell is out of proportion
    found = nine(without=[f"H{i:03d}" for i in range(64, 90)])
    assert found.table["n"].iloc[2] == 4
    with pytest.raises(DataError):
        case_study.answers({"customers_grid": found}, min_cell=5)


def test_never_more_than_five() -> None:
    assert len(case_study.answers(results()).table) == 5
    assert len(case_study.cards(results()).table) <= 4


def test_a_page_of_customers_alone_has_a_card() -> None:
    alone = {"customers_tiers": results()["customers_tiers"]}
    found = case_study.cards(alone).table
    assert found["card"].tolist() == ["card_value_a"]
    tiers = alone["customers_tiers"].table.set_index("tier")
    assert found["value"].iloc[0] == tiers.loc["A", "value"]


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
