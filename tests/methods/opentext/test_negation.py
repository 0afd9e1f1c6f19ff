"""What denies and what only looks like it."""

from __future__ import annotations

import pytest

from analysis.methods.opentext._codebook import compiled
from analysis.methods.opentext._match import find

ZH, EN = compiled(None, None, "zh"), compiled(None, None, "en")


def said(text: str, theme: str, matcher=ZH) -> set[bool]:  # type: ignore[no-untyped-def]
    """Whether each mention of a theme is denied."""
    return {hit.negated for hit in find(matcher, text) if hit.theme == theme}


@pytest.mark.parametrize(
    "text",
    [
        "没有断货",
        "从未断货",
        "没有出现断货",
        "断货没有",
        "断货，不存在",
        "无断货",
        "未见断货",
        "没有再缺货、断货",
        "没有出现过断货",
    ],
)
def test_denied(text: str) -> None:
    assert True in said(text, "B15")
    assert False not in said(text, "B15") or "，不" in text


@pytest.mark.parametrize(
    "text",
    ["经常断货", "不是没有断货", "不断断货", "不但断货还贵", "没有效果，反而断货", "希望不要断货", "有没有断货",
     "别再断货了",
     "特别容易断货", "并非没有断货", "价格不高但断货", "断货没有人管", "缺货", "不清楚会不会断货"],
)  # fmt: skip
def test_not_denied(text: str) -> None:
    assert said(text, "B15") == {False}


def test_the_word_for_adverse_reaction_denies_nothing() -> None:
    assert said("担心不良反应", "B03") == {False}
    assert said("不担心不良反应", "B03") == {True}
    assert said("没有不良反应", "B03") == {True}
    assert said("不是没有不良反应", "B03") == {False}


def test_a_mention_with_a_negator_of_its_own_denies_nothing_beside_it() -> None:
    # 没货 holds 没: price behind it is not denied
    assert said("总没货价格贵", "topic_price") == {False}


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("never out of stock", True), ("it was not out of stock", True), ("no shortage", True),
        ("without any shortage", True),
        ("there wasn’t a shortage", True), ("I didn t see a shortage", True), ("a shortage was not reported", True),
        ("not only a shortage but late", False), ("not good, shortage", False), ("a shortage again", False),
        ("not uncommon, a shortage", False), ("not without a shortage", False),
    ],
)  # fmt: skip
def test_english(text: str, denied: bool) -> None:
    assert said(text, "B15", EN) == {denied}


def test_window_is_a_setting() -> None:
    near, far = compiled(None, None, "zh", 0), compiled(None, None, "zh", 10)
    assert said("没有出现断货", "B15", near) == {False}
    assert said("没有出现断货", "B15", far) == {True}
