"""The drafted codebook: what it guesses, what it leaves to a person, and that it loads as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from analysis.data import codebook, codebook_draft, codebook_words, dataset, store, tables
from analysis.data.codebook import Codebook

from . import desk
from .test_survey_layout import GENERIC, SITE

SHEETS = 60


def export() -> list[list[str]]:
    """A Chinese export of 60 sheets whose last attitude item is worded the other way round."""
    seed = np.random.default_rng(4)
    head = ["序号", "提交答卷时间", "所用时间", "手机号", "医生编码", *SITE[0][3:],
            "6、您是否同意:该产品适合我的患者",
            "6、您是否同意:我信任其质量", "6、您是否同意:我认可其证据",
            "6、您是否同意:我宁可不用", "7、还有什么建议"]  # fmt: skip
    words = ("非常不同意", "不同意", "一般", "同意", "非常同意")
    rows = [head]
    for at in range(SHEETS):
        view = int(seed.integers(0, 5))
        near = [int(np.clip(view + seed.integers(-1, 2), 0, 4)) for _ in range(3)]
        answers = [words[step] for step in [*near, 4 - view]]
        site = SITE[1 + at % 3][3:]
        rows.append([str(at + 1), "2025-04-06", "120", "13812345678", f"YS{at:03d}", *site, *answers,
                     "希望增加面向科室的培训和病例讨论" if at % 5 == 0 else ""])  # fmt: skip
    return rows


def drafted(tmp_path: Path, content: bytes, name: str = "s.csv") -> tuple[str, Codebook]:
    (tmp_path / name).write_bytes(content)
    text = codebook_draft.draft(tmp_path / name)
    (tmp_path / "codebook.yaml").write_text(text, encoding="utf-8")
    return text, codebook.read_codebook(tmp_path / "codebook.yaml")


def test_a_chinese_export_becomes_a_codebook_that_loads(tmp_path: Path) -> None:
    text, book = drafted(tmp_path, desk.text(export()).encode("gb18030"))
    items = {item.item: item for item in book.items}
    assert list(items) == ["Q1", "Q2_1", "Q2_2", "Q3", "Q4", "Q5", "Q6_1", "Q6_2", "Q6_3", "Q6_4", "Q7"]
    assert [items[name].type for name in ("Q1", "Q2_1", "Q3", "Q4", "Q5", "Q6_1", "Q7")] == [
        "single", "likert5", "multi", "multi", "nps", "likert5", "open",
    ]  # fmt: skip
    assert (items["Q2_1"].scale, items["Q6_1"].scale, items["Q2_1"].label) == ("satisfaction", "agreement", "疗效")
    assert [items[name].dimension for name in ("Q2_1", "Q4", "Q5", "Q7")] == [
        "satisfaction", "brands_used", "nps", "comment",
    ]  # fmt: skip
    assert [(o.text, o.barrier_code) for o in items["Q3"].options] == [
        ("不了解产品", "B01"), ("对疗效证据存疑", "B02"), ("其他", None),
    ]  # fmt: skip
    # columns of the sheet itself go to the dataset file, contact details nowhere
    assert '#       customer_id: "医生编码"' in text
    assert '#       seconds: "所用时间"' in text
    assert any(line.startswith("# 不读入的列") and "手机号" in line for line in text.splitlines())
    assert not any("手机号" in item.heading for item in book.items)


def test_an_item_that_runs_against_its_block_is_a_hint_only(tmp_path: Path) -> None:
    text, book = drafted(tmp_path, desk.text(export()).encode())
    lines = text.splitlines()
    (at,) = [number for number, line in enumerate(lines) if "与同组其他题负相关" in line]
    assert "item: Q6_4" in next(line for line in lines[at:] if "item:" in line)
    assert not any(item.reverse for item in book.items)


def test_the_draft_reads_the_export_it_was_made_from(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    drafted(folder, desk.text(export()).encode("gb18030"))
    spec = {"survey_responses": {
        "source": "s.csv", "shape": "wide", "codebook": "codebook.yaml", "grain": "person",
        "source_type": "self_report_survey", "lawful_basis": "consent",
        "columns": {"response_id": "序号", "date": "提交答卷时间", "seconds": "所用时间", "customer_id": "医生编码"},
    }}  # fmt: skip
    built = store.build(desk.lay(folder, {}, spec), tmp_path / "out")
    entry = built.meta["tables"]["survey_responses"]
    assert (entry["sheets"], entry["cleared"], entry["survey"]["unread"]) == (SHEETS, {}, [])
    answers = tables.read(built.folder, "survey_responses")
    assert answers.loc[answers["item_id"] == "Q3_01", "value"].sum() == SHEETS / 3


def test_a_workbook_and_an_english_export(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in GENERIC:
        book.active.append(row)
    book.save(tmp_path / "s.xlsx")
    text = codebook_draft.draft(tmp_path / "s.xlsx", language="en", wave="2025")
    (tmp_path / "codebook.yaml").write_text(text, encoding="utf-8")
    found = codebook.read_codebook(tmp_path / "codebook.yaml")
    assert found.wave == "2025"
    kept = next(item for item in found.items if item.type == "multi" and item.text.startswith("What keeps"))
    assert [option.barrier_code for option in kept.options] == ["B09", "B18", "B10"]
    assert "Drafted by rapport codebook" in text
    assert '#       response_id: "Respondent ID"' in text


@pytest.mark.parametrize(
    ("wording", "kind", "expected"),
    [
        ("您对砚安欣的总体满意度", "likert5", "overall_satisfaction"),
        ("以下方面对您的重要程度：供应", "likert5", "needs"),
        ("向同行推荐的可能性（0至10分）", "nps", "nps"),
        # recommending in five words is no net promoter item
        ("How likely are you to recommend us?", "likert5", None),
        ("Are you aware of the product?", "single", "awareness_aided"),
        ("Which brands have you used?", "multi", "brands_used"),
        ("It was easy to reach the service", "likert5", "effort"),
        ("Any comments?", "open", "comment"),
        ("年龄", "numeric", None),
    ],
)
def test_what_a_wording_asks_for(wording: str, kind: str, expected: str | None) -> None:
    assert codebook_words.construct(wording, kind) == expected


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        ("不了解产品", "B01"), ("完成集采约定采购量优先", "B11"), ("DRG/DIP费用控制", "B12"),
        ("抗菌药物分级管理限制", "B13"),
        ("Not listed in my hospital", "B09"), ("Worried about side effects", "B03"), ("No time for visits", "B18"),
        ("Prefers a competitor", "B06"), ("Patients cannot afford the co-pay", "B10"), ("天气", None),
    ],
)  # fmt: skip
def test_which_barrier_a_wording_is_near(wording: str, code: str | None) -> None:
    assert codebook_words.barrier(wording) == code


def test_the_words_of_every_barrier_lead_to_it() -> None:
    from analysis.core import words

    for number in range(1, 19):
        code = f"B{number:02d}"
        assert codebook_words.barrier(words.term(code, "zh")) == code
        assert codebook_words.barrier(words.term(code, "en")) == code


def test_negative_words_are_seen() -> None:
    assert codebook_words.turned("我不愿意考虑该产品")
    assert codebook_words.turned("I am worried about my career")
    assert not codebook_words.turned("我信任该产品的质量")
    assert not codebook_words.turned("Nothing keeps me from it")


def test_the_dataset_file_still_loads_beside_it(tmp_path: Path) -> None:
    # the commented block says TODO in a comment only
    text, _ = drafted(tmp_path, desk.text(SITE).encode())
    assert "lawful_basis: TODO" in text
    assert dataset.stated_language(tmp_path / "codebook.yaml") == "zh"
