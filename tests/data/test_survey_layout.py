"""Exports as the survey sites write them, through a codebook to one row per answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.data import store, survey_layout, tables

from . import desk

BASIS = {"grain": "person", "source_type": "self_report_survey", "lawful_basis": "consent"}
#: as 问卷星 writes it: numbered questions, rows of a matrix behind a colon, an option per column or all in one
SITE = [
    ["序号", "提交答卷时间", "所用时间", "1、您的科室：", "2、您对以下方面的满意度:疗效",
     "2、您对以下方面的满意度:供货", "3、影响您选用的因素(A.不了解产品)", "3、影响您选用的因素(B.对疗效证据存疑)",
     "3、影响您选用的因素(C.其他)", "4、近三个月用过的品牌", "5、您向同行推荐的可能性"],
    ["1", "2025/04/06 19:24:43", "381秒", "呼吸科", "非常满意", "一般", "1", "0", "0", "砚安欣┋康缇", "9"],
    ["2", "2025/04/06 20:01:10", "95秒", "内科", "不满意", "(跳过)", "0", "1", "1", "欣霁", "10"],
    ["3", "2025/04/07 08:00:00", "120秒", "内科", "满意", "非常满意", "(空)", "(空)", "(空)", "(空)", "不知道"],
]  # fmt: skip
SITE_BOOK = """\
wave: 2025Q2
items:
- {item: Q1, text: 您的科室, type: single}
- {item: Q2_1, header: "2、您对以下方面的满意度:疗效", type: likert5, scale: satisfaction, label: 疗效, stage: 用药}
- {item: Q2_2, text: 您对以下方面的满意度：供货, type: likert5, scale: satisfaction}
- item: Q3
  text: 影响您选用的因素
  type: multi
  options:
  - {text: 不了解产品, barrier_code: B01}
  - {text: 对疗效证据存疑, barrier_code: B02, label: 证据}
  - 其他
- {item: Q4, type: multi, construct: brands_used}
- {item: Q5, type: nps, construct: nps}
"""
SITE_COLUMNS = {"response_id": "序号", "date": "提交答卷时间", "seconds": "所用时间"}
#: as a generic site writes it: option columns hold the option's text where it was ticked
GENERIC = [
    ["Respondent ID", "How satisfied are you?", "What keeps you? [Not listed]", "What keeps you? [No time]",
     "What keeps you? [Price]", "How likely are you to recommend us?", "Which sources do you use?", "Age"],
    ["a", "5 - Very satisfied", "Not listed", "", "", "10", "Journals; Colleagues", "41"],
    ["b", "Neither satisfied nor dissatisfied", "", "", "", "Don’t know", "Colleagues, Web, mail", "52"],
    ["c", "Prefer not to say", "", "No time", "Price", "N/A", "Fax;Journals", "60"],
]  # fmt: skip
GENERIC_BOOK = """\
items:
- {item: S1, text: How satisfied are you, type: likert5, scale: satisfaction}
- item: S2
  text: What keeps you?
  type: multi
  options:
  - {text: Not listed, barrier_code: B09, item: S2_listing}
  - {text: No time, barrier_code: B18, item: S2_time}
  - {text: Price, item: S2_price}
- {item: S3, header: "#6", type: nps}
- item: S4
  header: Which sources do you use?
  type: multi
  options: [Journals, Colleagues, "Web, mail"]
"""


def build(tmp_path: Path, answers: Any, codebook: str, columns: dict[str, str], **top: Any) -> Path:
    spec = {"survey_responses": {"source": "s.csv", "shape": "wide", "codebook": "c.yaml", "columns": columns} | BASIS}
    tmp_path.mkdir(parents=True, exist_ok=True)
    files = {"s.csv": answers, "c.yaml": codebook}
    store.build(desk.lay(tmp_path / "in", files, spec, as_of="2025-06-30", **top), tmp_path / "out")
    return tmp_path / "out"


def values(out: Path) -> pd.DataFrame:
    long = tables.read(out, "survey_responses")
    return long.pivot(index="response_id", columns="item_id", values="value")


def reasons(out: Path) -> pd.DataFrame:
    long = tables.read(out, "survey_responses")
    return long.pivot(index="response_id", columns="item_id", values="missing_reason")


def test_a_chinese_export_by_wording_number_and_heading(tmp_path: Path) -> None:
    out = build(tmp_path, SITE, SITE_BOOK, SITE_COLUMNS)
    found = values(out)
    assert found[["Q2_1", "Q2_2", "Q5"]].fillna(-1).values.tolist() == [[5, 3, 9], [2, -1, 10], [4, 5, -1]]
    # a barrier per option; nobody ticked anything on the third sheet, which is no answer and no zero
    assert found[["Q3_01", "Q3_02", "Q3_03"]].fillna(-1).values.tolist() == [[1, 0, 0], [0, 1, 1], [-1, -1, -1]]
    why = reasons(out)
    assert (why.loc["2", "Q2_2"], why.loc["3", "Q3_01"], why.loc["3", "Q5"]) == ("not_asked", "skipped", "dont_know")
    long = tables.read(out, "survey_responses").set_index(["response_id", "item_id"])
    assert long.loc[("1", "Q4"), "text"] == "砚安欣┋康缇"
    assert long.loc[("1", "Q1"), ["seconds", "text"]].tolist() == [381, "呼吸科"]


def test_options_become_items_with_their_barrier(tmp_path: Path) -> None:
    items = tables.read(build(tmp_path, SITE, SITE_BOOK, SITE_COLUMNS), "survey_items").set_index("item_id")
    asked = items.loc[["Q3_01", "Q3_02", "Q3_03"]]
    assert asked["barrier_code"].fillna("").tolist() == ["B01", "B02", ""]
    assert asked["type"].tolist() == ["barrier", "barrier", "multi"]
    assert asked["construct"].fillna("").tolist() == ["barrier", "barrier", ""]
    assert asked["text"].tolist()[0] == "影响您选用的因素：不了解产品"
    assert asked["x_label"].tolist() == ["不了解产品", "证据", "其他"]
    assert items.loc["Q2_1", ["x_label", "x_stage"]].tolist() == ["疗效", "用药"]


def test_one_column_of_options_reads_the_same_as_one_column_each(tmp_path: Path) -> None:
    joined = [[*row[:6], row[9], *row[9:]] for row in SITE]
    joined[0][6] = "3、影响您选用的因素"
    for row, cell in zip(joined[1:], ["A.不了解产品", "对疗效证据存疑┋其他〖价格偏高〗", "(空)"], strict=True):
        row[6] = cell
    one = build(tmp_path / "one", joined, SITE_BOOK, SITE_COLUMNS)
    each = build(tmp_path / "each", SITE, SITE_BOOK, SITE_COLUMNS)
    pd.testing.assert_frame_equal(values(one), values(each))
    long = tables.read(one, "survey_responses").set_index(["response_id", "item_id"])
    assert long.loc[("2", "Q3_03"), "text"] == "价格偏高"
    numbered = [row if row[0] != "2" else [*row[:6], "2┋3", *row[7:]] for row in joined]
    pd.testing.assert_frame_equal(values(build(tmp_path / "no", numbered, SITE_BOOK, SITE_COLUMNS)), values(each))


def test_a_chinese_export_in_gb18030_reads_the_same(tmp_path: Path) -> None:
    there = build(tmp_path / "utf8", SITE, SITE_BOOK, SITE_COLUMNS)
    gbk = desk.text(SITE).encode("gb18030")
    here = build(tmp_path / "gbk", gbk, SITE_BOOK.encode("gb18030"), SITE_COLUMNS)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(values(here), values(there))
    assert tables.meta(here)["tables"]["survey_responses"]["encodings"] == ["gb18030"]


def test_text_in_an_encoding_that_cannot_be_told_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        build(tmp_path, desk.text(SITE).encode("shift_jis", "replace") + "好".encode(), SITE_BOOK, SITE_COLUMNS)
    assert caught.value.code == "undecodable"


def test_a_generic_export(tmp_path: Path) -> None:
    out = build(tmp_path, GENERIC, GENERIC_BOOK, {"response_id": "Respondent ID"})
    found = values(out)
    assert found[["S1", "S3"]].fillna(-1).values.tolist() == [[5, 10], [3, -1], [-1, -1]]
    # an empty cell beside a ticked one is a no; the sheet of b ticked nothing
    ticked = found[["S2_listing", "S2_time", "S2_price"]].fillna(-1).values.tolist()
    assert ticked == [[1, 0, 0], [-1, -1, -1], [0, 1, 1]]
    # "Web, mail" is one option although it holds a comma; Fax is none, Journals beside it counts
    assert found[["S4_01", "S4_02", "S4_03"]].values.tolist() == [[1, 1, 0], [0, 1, 1], [1, 0, 0]]
    why = reasons(out)
    assert (why.loc["c", "S1"], why.loc["b", "S3"], why.loc["c", "S3"]) == ("refused", "dont_know", "not_applicable")
    entry = tables.meta(out)["tables"]["survey_responses"]
    assert entry["survey"]["unread"] == [
        {"source": "s.csv", "item": "S4_01", "answer": "Fax;Journals", "rule": "not_an_option", "n": 1}
    ]
    # a column that is no question stays with the respondent, and is told
    assert entry["survey"]["not_in_codebook"] == [{"source": "s.csv", "columns": ["Age"]}]


def test_a_question_without_column_names_the_nearest_headings(tmp_path: Path) -> None:
    book = GENERIC_BOOK.replace('header: "#6"', "header: 'How likely would you recommend our firm?'")
    with pytest.raises(DataError) as caught:
        build(tmp_path, GENERIC, book, {"response_id": "Respondent ID"})
    assert caught.value.code == "question_missing_near"
    assert caught.value.values["missing"] == ["How likely would you recommend our firm?"]
    assert caught.value.values["near"][0] == "How likely are you to recommend us?"
    assert "lacks How likely would you recommend our firm?" in str(caught.value)


def test_two_questions_cannot_share_a_column(tmp_path: Path) -> None:
    book = GENERIC_BOOK + "- {item: S9, text: how satisfied are you, type: likert5}\n"
    with pytest.raises(DataError, match="claimed by S1, S9"):
        build(tmp_path, GENERIC, book, {"response_id": "Respondent ID"})


@pytest.mark.parametrize(
    ("heading", "plain"),
    [
        ("3、您对供货是否满意？", "您对供货是否满意"),
        ("Q12. How satisfied are you?", "howsatisfiedareyou"),
        ("第5题 科室", "科室"),
        ("（8） 其他", "8其他"),
    ],
)
def test_headings_are_compared_without_number_and_marks(heading: str, plain: str) -> None:
    assert survey_layout.bare(heading) == plain


def test_people_who_answer_for_one_organisation_are_respondents_each(tmp_path: Path) -> None:
    rows = [["店", "Q1"], *[["S01", "满意"]] * 3, ["S02", "不满意"], ["S02", "一般"]]
    spec = {
        "survey_responses": {"source": "s.csv", "shape": "wide", "codebook": "c.yaml", "columns": {"customer_id": "店"}}
        | BASIS,
        "customers": {"from": "survey_responses", "columns": {"customer_id": "店", "region": "店"},
                      "constants": {"customer_type": "pharmacy"}},
    }  # fmt: skip
    book = "items:\n- {item: Q1, type: likert5, scale: satisfaction}\n"
    store.build(desk.lay(tmp_path / "in", {"s.csv": rows, "c.yaml": book}, spec, as_of="2025-06-30"), tmp_path / "out")
    found = {region: counts["respondents"] for region, counts in tables.counts(tmp_path / "out").items()}
    assert found == {"S01": 3, "S02": 2}


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        ("- {item: S9, type: likert5, range: [1, 10]}", "range"),
        ("- {item: S9, type: numeric, range: [10, 1]}", "range"),
        ("- {item: S9, type: likert5, scale: agreement4}", "scale"),
        ("- {item: S9, type: single, options: [a, b]}", "options"),
        ("- {item: S9, type: multi, options: [{text: a, item: S1}]}", "options"),
    ],
)
def test_range_scale_and_options_must_suit_the_type(tmp_path: Path, entry: str, key: str) -> None:
    with pytest.raises(SettingError) as caught:
        build(tmp_path, GENERIC, GENERIC_BOOK + entry + "\n", {"response_id": "Respondent ID"})
    assert caught.value.values["key"] == f"items.4.{key}"


def test_a_question_put_to_those_who_ticked_an_option(tmp_path: Path) -> None:
    book = GENERIC_BOOK.replace("type: nps}", "type: nps, filter: {S2: [Price]}}")
    rows = [row if row[0] != "a" else [*row[:5], "", *row[6:]] for row in GENERIC]
    why = reasons(build(tmp_path, rows, book, {"response_id": "Respondent ID"}))
    # a did not tick Price and was not asked; c did, and says that it does not apply
    assert (why.loc["a", "S3"], why.loc["c", "S3"]) == ("not_asked", "not_applicable")
