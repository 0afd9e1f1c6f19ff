"""Single questions: scales in words and figures, reasons without an answer, and what is refused or counted."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.data import scales, survey_answers, survey_faults
from analysis.data.codebook import Codebook, Item


def item(**entries: Any) -> Item:
    return Item(**({"item": "Q1", "type": "likert5"} | entries))


def read(cells: list[str], **entries: Any) -> survey_answers.Answers:
    asked = item(**entries)
    return survey_answers.read(pd.Series(cells, dtype="str"), asked, Codebook(items=[asked]))


def numbers(cells: list[str], **entries: Any) -> list[float]:
    return read(cells, **entries).frame["value"].fillna(-1).tolist()


def test_words_have_their_direction_whatever_the_order_of_the_export() -> None:
    assert numbers(["非常满意", "非常不满意", "比较满意", "Very Dissatisfied", "满意。"]) == [5, 1, 4, 1, 4]
    assert numbers(["Extremely unlikely", "Neither likely nor unlikely", "Likely"], scale="likelihood") == [1, 3, 4]
    assert numbers(["strongly disagree", "Somewhat agree", "agree"], type="likert7", scale="agreement7") == [1, 5, 6]
    assert numbers(["非常不同意", "同意"], type="single", scale="agreement4") == [1, 3]
    assert numbers(["否", "Yes", "√"], type="barrier") == [0, 1, 1]


def test_where_number_and_word_disagree_the_word_counts() -> None:
    # a list that runs from 1 非常满意 to 5 非常不满意
    found = read(["1、非常满意", "5、非常不满意", "3、一般", "2.满意"])
    assert found.frame["value"].tolist() == [5, 1, 3, 4]
    assert found.turned == 3
    report = survey_faults.empty()
    survey_faults.add(report, found, item(), source="s.csv")
    assert report["turned"] == [{"source": "s.csv", "item": "Q1", "n": 3}]
    assert numbers(["5 - Very satisfied", "4 (satisfied)", "3分", "2"]) == [5, 4, 3, 2]


def test_a_label_counts_without_its_explanation() -> None:
    scale = {"Rarely": 1, "Often": 0}
    cells = ["Often — hardly ever refused", "Rarely", "Never - no time"]
    assert numbers(cells, type="barrier", scale=scale) == [0, 1, -1]


def test_why_there_is_no_answer() -> None:
    cells = ["(跳过)", "（空）", "拒答", "Don’t know", "N/A", "", "-3", "-2", "Prefer not to say", "99", "不确定"]
    found = read(cells, dont_know=["99"])
    assert found.frame["missing_reason"].tolist() == [
        "not_asked", "skipped", "refused", "dont_know", "not_applicable", "skipped", "not_asked", "skipped", "refused",
        "dont_know", "dont_know",
    ]  # fmt: skip
    assert found.frame["value"].isna().all()
    # in a scale that holds the word it is an answer
    assert numbers(["不确定"], scale="likelihood") == [3]
    assert numbers(["说不上"], scale={"说不上": 0, "好": 1}, type="single") == [0]


def test_answers_that_cannot_be_read_are_counted_with_their_words() -> None:
    found = read(["好极了"] * 3 + ["马马虎虎", "满意"], scale="satisfaction")
    report = survey_faults.empty()
    survey_faults.add(report, found, item(scale="satisfaction"), source="s.csv")
    assert [(line["answer"], line["n"]) for line in report["unread"]] == [("好极了", 3), ("马马虎虎", 1)]


def test_two_scales_in_one_column() -> None:
    mixed = ["满意", "非常满意", "满意", "同意", "非常同意", "一般"]
    with pytest.raises(DataError) as caught:
        survey_faults.check(read(mixed), item(), source="s.csv")
    assert caught.value.values == {
        "source": "s.csv", "item": "Q1", "first": "satisfaction", "one": 3, "second": "agreement", "other": 2,
    }  # fmt: skip
    # with a named scale the other words are unread answers, and that is told with both counts
    found = read(mixed, scale="satisfaction")
    survey_faults.check(found, item(scale="satisfaction"), source="s.csv")
    report = survey_faults.empty()
    survey_faults.add(report, found, item(scale="satisfaction"), source="s.csv")
    assert report["two_scales"] == [
        {"source": "s.csv", "item": "Q1", "first": "satisfaction", "one": 3, "second": "agreement", "other": 2}
    ]
    assert sum(line["n"] for line in report["unread"]) == 2


def test_a_question_asked_from_1_to_10_is_no_five_point_scale() -> None:
    cells = [str(1 + n % 10) for n in range(20)]
    with pytest.raises(DataError, match="10 of 20 beyond"):
        survey_faults.check(read(cells), item(), source="s.csv")
    # a slip or two are answers that cannot be read, and no other scale
    survey_faults.check(read(["4"] * 16 + ["6"] * 4), item(), source="s.csv")
    assert numbers(cells, type="numeric", range=(1, 10)) == [1 + n % 10 for n in range(20)]
    assert numbers(["0", "11", "10"], type="nps", range=(1, 10)) == [-1, -1, 10]


def test_a_recommendation_asked_otherwise_than_0_to_10_is_told() -> None:
    report = survey_faults.empty()
    asked = item(type="nps", range=(1, 10))
    survey_faults.add(report, read(["9", "10"], type="nps", range=(1, 10)), asked, source="s.csv")
    survey_faults.add(report, read(["9", "10"], type="nps"), item(type="nps"), source="s.csv")
    assert report["asked_otherwise"] == [{"source": "s.csv", "item": "Q1", "low": 1.0, "high": 10.0}]


def test_two_words_of_one_language_for_one_step_are_told() -> None:
    report = survey_faults.empty()
    plain = ["满意", "非常满意", "satisfied"]
    survey_faults.add(report, read(plain, scale="satisfaction"), item(scale="satisfaction"), source="s.csv")
    assert report["same_step"] == []  # one word in each language
    # a scale that tells 满意 from 比较满意 has six steps
    cells = ["满意", "满意", "比较满意", "satisfied"]
    survey_faults.add(report, read(cells, scale="satisfaction"), item(scale="satisfaction"), source="s.csv")
    assert [line["words"] for line in report["same_step"]] == [{"比较满意": 1, "满意": 2}]


def test_an_item_nobody_answered_is_told() -> None:
    report = survey_faults.empty()
    survey_faults.add(report, read(["", "(跳过)", "拒答"]), item(), source="s.csv")
    assert report["unanswered"] == [{"source": "s.csv", "item": "Q1", "asked": 2}]


@pytest.mark.parametrize("name", sorted(scales.SCALES))
def test_a_word_means_the_same_step_in_all_scales_of_five(name: str) -> None:
    if len(scales.SCALES[name]) == 5:
        for word, step in scales.steps(name).items():
            assert scales.five_steps()[word] == step
