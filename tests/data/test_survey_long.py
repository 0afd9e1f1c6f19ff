from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.core.errors import DataError, PolicyError, SettingError
from analysis.data import scales, store, tables

from . import desk

BASIS = {"grain": "person", "source_type": "self_report_survey", "lawful_basis": "consent"}
CODEBOOK = """\
wave: 2025Q2
items:
- {item: Q1, text: 是否知道本品, type: single, scale: {否: 0, 是: 1}, construct: awareness}
- {item: Q2, text: 您对供货是否满意, type: likert5, scale: satisfaction, filter: {Q1: [是]}}
- {item: Q3, text: 向同行推荐的可能, type: nps}
- {item: Q4, text: 不了解产品, type: barrier, barrier_code: B01}
- {item: Q5, text: 我不愿意考虑该产品, type: likert5, reverse: true}
- {item: Q6, text: 还有什么建议, type: open}
- {item: Q7, text: 从何处得知, type: single}
"""
ANSWERS = [
    ["序号", "提交时间", "医生编码", "科室名", "Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7"],
    ["1", "2025-04-06", "YS1", "呼吸科", "是", "非常满意", "9分", "1", "4、同意", "请打13812345678", "会议"],
    ["2", "2025-04-07", "YS2", "内科", "否", "(跳过)", "10", "(空)", "比较同意", "", "同事"],
    ["3", "2025-04-08", "YS3", "内科", "是", "拒答", "11", "7", "好极了", "无", ""],
]


def build(tmp_path: Path, answers: Any = None, codebook: str = CODEBOOK, **entry: Any) -> Path:
    columns = {"response_id": "序号", "date": "提交时间", "customer_id": "医生编码"}
    spec = {"survey_responses": {"source": "s.csv", "shape": "wide", "codebook": "codebook.yaml", "columns": columns,
                                 "outcome": ["Q3"]} | BASIS | entry}  # fmt: skip
    files = {"s.csv": answers or ANSWERS, "codebook.yaml": codebook}
    store.build(desk.lay(tmp_path / "in", files, spec), tmp_path / "out")
    return tmp_path / "out"


def test_one_row_per_sheet_and_question(tmp_path: Path) -> None:
    out = build(tmp_path)
    long = tables.read(out, "survey_responses").set_index(["response_id", "item_id"])
    assert len(long) == 3 * 7
    assert long["value"].unstack().loc[["1", "2", "3"], ["Q1", "Q2", "Q3", "Q4", "Q5"]].fillna(-1).values.tolist() == [
        [1, 5, 9, 1, 4], [0, -1, 10, -1, 4], [1, -1, -1, -1, -1],
    ]  # fmt: skip
    # the sheet says (跳过) where the question was not put, 拒答 is a refusal, an empty cell was skipped
    assert long["missing_reason"].unstack().loc["2", "Q2"] == "not_asked"
    assert long["missing_reason"].unstack().loc["3", "Q2"] == "refused"
    assert long["missing_reason"].unstack().loc["2", "Q4"] == "skipped"
    assert long["missing_reason"].unstack().loc["1"].isna().all()
    assert long.loc[("1", "Q6"), "text"] == "请打***"
    assert long.loc[("2", "Q7"), "text"] == "同事"
    assert long.loc[("3", "Q1"), ["wave", "x_科室名", "customer_id"]].tolist() == ["2025Q2", "内科", "YS3"]


def test_answers_that_cannot_be_read_are_listed_and_cost_no_sheet(tmp_path: Path) -> None:
    out = build(tmp_path)
    listed = pd.read_csv(out / "rejected.csv")
    assert listed[["row", "column", "rule", "action", "value"]].values.tolist() == [
        [4, "Q3", "out_of_scale", "cleared", "11"], [4, "Q4", "out_of_scale", "cleared", "7"],
        [4, "Q5", "not_an_answer", "cleared", "好极了"],
    ]  # fmt: skip
    entry = tables.meta(out)["tables"]["survey_responses"]
    assert (entry["read"], entry["kept"], entry["rows"], entry["masked"], entry["sheets"]) == (3, 3, 21, 1, 3)
    assert entry["outcome"] == ["Q3"]
    assert tables.meta(out)["as_of"] == "2025-04-08"


def test_the_questions_become_a_table_of_their_own(tmp_path: Path) -> None:
    items = tables.read(build(tmp_path), "survey_items").set_index("item_id")
    assert items.index.tolist() == [f"Q{i}" for i in range(1, 8)]
    assert items.loc["Q4", ["barrier_code", "type", "wave"]].tolist() == ["B01", "barrier", "2025Q2"]
    assert items.index[items["reverse"]].tolist() == ["Q5"]
    assert items.index[items["x_outcome"]].tolist() == ["Q3"]


def test_a_question_not_put_is_known_from_the_filter(tmp_path: Path) -> None:
    answers = [row if row[0] != "2" else [*row[:5], "", *row[6:]] for row in ANSWERS]
    long = tables.read(build(tmp_path, answers), "survey_responses").set_index(["response_id", "item_id"])
    assert long.loc[("2", "Q2"), "missing_reason"] == "not_asked"
    # Q1 of sheet 3 is yes: the refusal of Q2 stays one
    assert long.loc[("3", "Q2"), "missing_reason"] == "refused"


def test_sheets_without_id_are_numbered_by_content(tmp_path: Path) -> None:
    bare = [[cell for i, cell in enumerate(row) if i > 2] for row in ANSWERS]
    bare = [*bare, bare[1]]
    first = build(tmp_path / "a", bare, columns={}, constants={"mode": "self_online"}, grain="person")
    second = build(tmp_path / "b", desk.shuffled(bare, seed=4), columns={}, constants={"mode": "self_online"})
    assert (first / "survey_responses.parquet").read_bytes() == (second / "survey_responses.parquet").read_bytes()
    # two equal sheets without id are two respondents
    assert tables.counts(first) == {"all": {"customers": 0, "buying_customers": 0, "respondents": 4}}


@pytest.fixture(autouse=True)
def _as_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sheets without dates need a stated as-of date; every dataset here gets the same."""
    plain = desk.lay
    monkeypatch.setattr(desk, "lay", lambda *args, **kw: plain(*args, **({"as_of": "2025-04-08"} | kw)))


def test_a_sheet_that_stands_twice_counts_once(tmp_path: Path) -> None:
    out = build(tmp_path, [*ANSWERS, ANSWERS[1], ["2", *ANSWERS[1][1:]]])
    entry = tables.meta(out)["tables"]["survey_responses"]
    assert (entry["kept"], entry["rejected"]) == (3, {"duplicate_key": 1, "repeated_row": 1})


def test_a_long_survey_reads_words_of_the_scales(tmp_path: Path) -> None:
    rows = [
        ["response_id", "item_id", "value"],
        ["1", "Q1", "非常满意"],
        ["1", "Q2", "Strongly Agree"],
        ["2", "Q1", "3"],
        ["2", "Q2", "?"],
    ]
    spec = {"survey_responses": {"source": "s.csv"} | BASIS}
    store.build(desk.lay(tmp_path / "in", {"s.csv": [*rows, rows[3]]}, spec), tmp_path / "out")
    assert tables.read(tmp_path / "out", "survey_responses")["value"].fillna(-1).tolist() == [5, 5, 3, -1]
    assert tables.meta(tmp_path / "out")["tables"]["survey_responses"]["rejected"] == {"repeated_row": 1}


def test_quantities_are_refused_in_a_physician_survey(tmp_path: Path) -> None:
    codebook = CODEBOOK + "- {item: Q8, text: 您每月使用本品多少盒, type: numeric}\n"
    answers = [[*row, "Q8" if row[0] == "序号" else "12"] for row in ANSWERS]
    with pytest.raises(PolicyError, match="Q8 asks a quantity"):
        build(tmp_path, answers, codebook)
    # a survey of hospitals may ask it
    assert build(tmp_path / "hospitals", answers, codebook, grain="facility")


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        ("- {item: Q8, type: likert9}", "items.7.type"),
        ("- {item: Q8, type: likert5, scale: happiness}", "items.7.scale"),
        ("- {item: Q1, type: open}", "items.7.item"),
        ("- {item: Q8, type: open, filter: {Q9: [1]}}", "items.7.filter"),
        ("- {item: Q8, type: open, colour: red}", "items.7.colour"),
        ("- {item: Q8, type: likert5, need: Q9}", "items.7.need"),
        ("- {item: Q8, type: likert5, need: Q8}", "items.7.need"),
    ],
)
def test_mistakes_of_a_codebook_name_key_and_line(tmp_path: Path, entry: str, key: str) -> None:
    with pytest.raises(SettingError) as caught:
        build(tmp_path, None, CODEBOOK + entry)
    assert (caught.value.code, caught.value.values["key"], caught.value.values["line"]) == ("codebook", key, 10)


def test_what_rates_us_names_the_need_behind_it(tmp_path: Path) -> None:
    paired = CODEBOOK.replace("Q2, text: 您对供货是否满意", "Q2, need: Q5, text: 您对供货是否满意")
    items = tables.read(build(tmp_path / "a", codebook=paired), "survey_items").set_index("item_id")
    assert items["x_need"].dropna().to_dict() == {"Q2": "Q5"}
    # a codebook without pairs has no such column
    assert "x_need" not in tables.read(build(tmp_path / "b"), "survey_items").columns


def test_missing_codebook_and_missing_question(tmp_path: Path) -> None:
    spec = {"survey_responses": {"source": "s.csv", "shape": "wide"} | BASIS}
    with pytest.raises(SettingError, match="shape: wide needs a codebook"):
        store.build(desk.lay(tmp_path / "a", {"s.csv": ANSWERS}, spec), tmp_path / "out")
    with pytest.raises(DataError, match="lacks Q8"):
        build(tmp_path / "b", None, CODEBOOK + "- {item: Q8, type: open}\n")


EARLIER = """\
wave: 2024Q4
items:
- {item: Q1, text: 是否知道本品, type: single, scale: {否: 0, 是: 1}, construct: awareness}
- {item: Q3, text: 向同行推荐的可能, type: nps}
"""


def test_each_wave_has_a_part_and_a_codebook_of_its_own(tmp_path: Path) -> None:
    earlier = [["序号", "提交时间", "医生编码", "Q1", "Q3"], ["1", "2024-11-06", "YS1", "否", "3"]]
    files = {"a.csv": earlier, "b.csv": ANSWERS, "a.yaml": EARLIER, "b.yaml": CODEBOOK}
    spec = {"survey_responses": BASIS | {
        "shape": "wide", "codebook": "b.yaml", "outcome": ["Q3"],
        "parts": [{"source": "a.csv", "codebook": "a.yaml"}, {"source": "b.csv"}],
        "columns": {"response_id": "序号", "date": "提交时间", "customer_id": "医生编码"},
    }}  # fmt: skip
    store.build(desk.lay(tmp_path / "in", files, spec), tmp_path / "out")
    long = tables.read(tmp_path / "out", "survey_responses")
    # both waves number their sheets from 1; YS1 answered in both
    assert long.groupby("wave")["response_id"].unique().map(sorted).to_dict() == {
        "2024Q4": ["2024Q4-1"], "2025Q2": ["2025Q2-1", "2025Q2-2", "2025Q2-3"],
    }  # fmt: skip
    score = long[(long["item_id"] == "Q3") & (long["customer_id"] == "YS1")].set_index("wave")["value"]
    assert score.to_dict() == {"2024Q4": 3, "2025Q2": 9}
    items = tables.read(tmp_path / "out", "survey_items")
    assert items.groupby("wave")["item_id"].count().to_dict() == {"2024Q4": 2, "2025Q2": 7}
    assert items.loc[items["x_outcome"], "item_id"].tolist() == ["Q3", "Q3"]


def test_a_codebook_belongs_to_a_survey_only(tmp_path: Path) -> None:
    spec = {"customers": {"parts": [{"source": "s.csv", "codebook": "c.yaml"}]} | BASIS,
            "survey_responses": {"source": "s.csv"} | BASIS}  # fmt: skip
    with pytest.raises(SettingError) as caught:
        store.build(desk.lay(tmp_path / "in", {"s.csv": ANSWERS}, spec), tmp_path / "out")
    assert (caught.value.code, caught.value.values["key"]) == ("yaml_only_survey", "tables.customers.parts.0.codebook")


def test_every_scale_has_five_different_steps() -> None:
    for name in scales.SCALES:
        words = [word for step in scales.SCALES[name] for word in step]
        assert len(set(words)) == len(words)
        assert len(scales.SCALES[name]) == {"yes_no": 2, "agreement4": 4, "agreement7": 7}.get(name, 5)
