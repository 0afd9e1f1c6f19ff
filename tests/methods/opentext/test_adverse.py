"""Adverse events: nothing may be missed, and the list stays in the house."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core import withholding
from analysis.core.disclosure import control
from analysis.methods import opentext

EVENTS = [
    "吃完有点恶心，头晕", "起了皮疹，已经停药", "胃不舒服，说明书上也写了", "第二天开始拉肚子", "吃药后过敏，脸都肿了",
    "孩子吃完呕吐，去急诊了",
    "用了以后心慌", "打完针胳膊疼", "没有好转，反而头疼", "不但没好，还起疹子", "没想到会失眠",
    "出现了幻觉症状", "转氨酶高了", "付作用太大",
    "没吃完就吐了", "不是没有不良反应", "说没有副作用，结果吐了",
]  # fmt: skip
NOTHING = [
    "效果不错",
    "经常断货",
    "价格便宜",
    "客服很耐心",
    "没有不良反应",
    "吃了没有任何不舒服",
    "未见不良反应",
    "请问饭前吃吗",
]


@pytest.mark.parametrize("text", EVENTS)
def test_events_are_found(text: str) -> None:
    result = opentext.adverse_events(pd.Series([text], index=["A"]))
    assert result.table["cases"].tolist() == [1]


@pytest.mark.parametrize("text", NOTHING)
def test_what_tells_of_none_is_no_case(text: str) -> None:
    assert opentext.adverse_events(pd.Series([text], index=["A"])).table["cases"].tolist() == [0]


@pytest.mark.parametrize(
    ("text", "cases"),
    [("made me sick and dizzy", 1), ("I had a rash", 1), ("after taking it my knee was painful and sore", 1),
     ("no side effects", 0), ("the number is engaged", 0), ("friendly staff", 0)],
)  # fmt: skip
def test_english(text: str, cases: int) -> None:
    assert opentext.adverse_events(pd.Series([text], index=["A"]), language="en").table["cases"].tolist() == [cases]


def test_denied_mentions_stay_on_the_list_behind_the_cases() -> None:
    own = pd.Series(["没有恶心", "恶心，电话15400000011", "不错"], index=["A", "B", "C"])
    days = pd.Series(pd.to_datetime(["2025-06-01", "2025-06-10", "2025-06-30"]), index=own.index)
    result = opentext.adverse_events(own, dates=days)
    assert result.cases["record_id"].tolist() == ["B", "A"]
    assert result.cases["days_since"].tolist() == [20.0, 29.0]
    assert result.table.iloc[0].to_dict() == {"n": 3, "cases": 1, "denied": 1, "longest": 20.0}
    assert not result.cases.astype(str).apply(lambda column: column.str.contains("1540")).any().any()


def test_nothing_of_it_leaves_the_house() -> None:
    result = opentext.adverse_events(pd.Series(EVENTS, index=[f"F{i}" for i in range(len(EVENTS))]))
    assert withholding.withheld(result, "shared")
    shared = control(result, 11, "shared").result
    assert shared.table.empty
    assert shared.cases.empty  # type: ignore[attr-defined]
    assert shared.finding is None
