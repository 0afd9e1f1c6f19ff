"""Page one: sentences, cards, decisions, warnings."""

from __future__ import annotations

import dataclasses
import re
from html import unescape

from analysis.core.result import Note
from analysis.report import display
from analysis.report.page import open_page

from . import demo


def html(result: object, **page: object) -> str:
    meta = demo.a_page(**page)
    open_page(meta)
    return display.bundle(result, language=meta.language, audience=meta.audience)[0][display.MIME]


def text(markup: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "|", markup)).replace("\u2060", "").replace("\u00a0", " ")


def test_five_sentences_with_evidence_and_n() -> None:
    shown = html(demo.answers())
    assert shown.count("<li>") == 5
    assert "价值A 46家占净采购额70%（66%–74%）。" in text(shown)
    assert "关联 · n = 167" in text(shown)
    assert "change (D) · n = 74" in text(html(demo.answers(), language="en"))


def test_a_sentence_on_few_customers_is_withheld() -> None:
    answers = demo.answers()
    few = dataclasses.replace(answers, table=answers.table.assign(n=[512, 512, 3, 74, 489]))
    shown = text(html(few))
    assert "已隐去（n < 5）" in shown
    assert "供应不稳" not in shown


def test_a_sentence_that_repeats_a_hidden_number_is_withheld() -> None:
    answers = demo.answers()
    table = answers.table.assign(n=[512, 512, 3, 74, 489])
    items = (Note("state", {"n": 3, "share": 0.78}), *answers.items[1:])
    shown = text(html(dataclasses.replace(answers, table=table, items=items)))
    assert shown.count("已隐去（n < 5）") == 2


def test_cards_with_interval_reference_and_n() -> None:
    shown = html(demo.cards())
    assert shown.count('<svg class="rp-bar"') == 4
    plain = text(shown)
    assert "净采购额同比||+6.2%" in plain
    assert "区间+3.1%至+9.4%" in plain
    assert "参照0.0%" in plain
    assert "n = 512" in plain


def test_a_small_sample_shows_its_interval_only() -> None:
    shown = html(demo.cards())
    nps = shown[shown.index("净推荐值") :]
    assert "−0.20至+0.38" in text(nps)
    assert "样本量小，仅供参考" in nps
    assert "rp-bar-dot" not in nps
    assert "rp-bar-weak" in nps


def test_at_most_six_cards_and_hidden_ones_say_so() -> None:
    cards = demo.cards()
    import pandas as pd

    many = dataclasses.replace(cards, table=pd.concat([cards.table] * 2, ignore_index=True))
    assert html(many).count('class="rp-card-name"') == 6
    few = dataclasses.replace(cards, table=cards.table.assign(n=[3, 512, 512, 512]))
    assert "已隐去（n < 5）" in text(html(few))
    assert "6.2%" not in html(few)


def test_decisions_say_what_to_do_why_who_and_when() -> None:
    plain = text(html(demo.decisions()))
    assert "是否把拜访转向潜力高、合作度3级的22家" in plain
    assert "自7月起每家每月2次拜访" in plain
    assert "这些客户占潜力11%，只得到投入5%" in plain
    assert "销售经理||2025-07-31" in plain
    assert "市场部||—" in plain


def test_warnings_come_from_sentences_or_notes() -> None:
    assert "未提供2025年调研数据" in html(demo.warnings())
    from_notes = dataclasses.replace(demo.warnings(), items=(), notes=(Note("zero_left_out", {"n": 21}),))
    assert "21家净采购额为零或负" in html(from_notes)
    assert html(dataclasses.replace(demo.warnings(), items=())) == ""
