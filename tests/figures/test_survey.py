"""Figures of the survey itself."""

from __future__ import annotations

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.figures import style
from analysis.figures.survey import plot_reliabilities, plot_represent, plot_response, plot_weights
from analysis.methods import survey

PEOPLE = pd.DataFrame(
    {"hospital_level": ["三级甲等"] * 30 + ["二级甲等"] * 70, "title": ["主任医师", "主治医师"] * 50},
    index=[f"R{i:03d}" for i in range(100)],
)
UNIVERSE = pd.DataFrame({"hospital_level": ["三级甲等"] * 50 + ["二级甲等"] * 40 + ["二级"] * 10, "title": "主治医师"})


def test_universe_respondents_and_weighted_shares_are_drawn() -> None:
    result = survey.represent(PEOPLE, UNIVERSE, margins=["hospital_level"])
    ax = plot_represent(result, language="zh")
    hollow = [
        line.get_xdata()[0]
        for line in ax.lines
        if line.get_markerfacecolor() == style.TOKENS["page"] and len(line.get_xdata())
    ]
    # 二级 has no respondents: a bar and its words, no dots
    assert hollow == pytest.approx([0.3, 0.7])
    told = [text.get_text() for text in ax.texts]
    assert told.count("没有应答者") == 1 and "医院等级" in told
    assert [t.get_text() for t in ax.get_yticklabels()] == ["", *result.table["group"]]
    plt.close(ax.figure)


def test_a_hidden_category_is_hatched() -> None:
    result = survey.represent(PEOPLE, UNIVERSE, margins=["hospital_level"])
    table = result.table.copy()
    table.loc[0, ["universe", "value", "lo", "hi", "weighted", "n"]] = np.nan
    ax = plot_represent(dataclasses.replace(result, table=table), language="en")
    assert "hidden (small count)" in [text.get_text() for text in ax.texts]
    plt.close(ax.figure)


def test_weights_by_tenth() -> None:
    result = survey.represent(PEOPLE, UNIVERSE, margins=["hospital_level"])
    ax = plot_weights(result, language="zh")
    assert [p.get_width() for p in ax.patches] == result.spread["weight"].tolist()
    assert ax.get_yticklabels()[9].get_text() == "第10个十分位组"
    plt.close(ax.figure)


@pytest.mark.parametrize(("language", "label"), [("zh", "60%（120/200）"), ("en", "60% (120 of 200)")])
def test_response_rates_say_how_many_answered(language: str, label: str) -> None:
    table = pd.DataFrame(
        {
            "group": ["华东", "华北", "西南"], "value": [0.6, np.nan, 0.5], "lo": [0.53, np.nan, 0.3],
            "hi": [0.67, np.nan, 0.7], "n": [200, 3, 20], "respondents": [120, 1, 10],
            "flag": ["ok", "suppressed", "low_n"],
        }
    )  # fmt: skip
    ax = plot_response(survey.Response(table=table, items=table, modes=table, respondents=table), language=language)
    told = [text.get_text() for text in ax.texts]
    assert label in told and not any("(1 of" in t or "（1/" in t for t in told)
    assert sum(line.is_dashed() for line in ax.lines) == 1
    plt.close(ax.figure)


def test_the_conventional_line_stands_at_its_value() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60, 4)) + rng.normal(size=(60, 1)), columns=list("abcd"))
    result = survey.reliabilities({"satisfaction": frame, "effort": frame[["a"]]})
    ax = plot_reliabilities(result, language="zh")
    assert list(ax.lines[0].get_xdata()) == [0.7, 0.7]
    told = [text.get_text() for text in ax.texts]
    assert "惯例0.7" in told and "缺少所需数据" in told
    plt.close(ax.figure)
