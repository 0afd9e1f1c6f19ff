"""Figures of open answers draw what the tables hold, in both languages, hidden rows included."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.core.disclosure import control
from analysis.core.words import LANGUAGES
from analysis.figures import opentext as figures
from analysis.methods import opentext


def coding() -> opentext.Coding:
    said = ["经常断货"] * 30 + ["没有断货"] * 8 + ["医保报销有限制"] * 12 + ["担心不良反应"] * 4
    return opentext.code(pd.Series(said, index=[f"R{i:02d}" for i in range(len(said))]))


def posts() -> pd.DataFrame:
    n = 120
    return pd.DataFrame({
        "feedback_id": [f"F{i}" for i in range(n)], "date": pd.date_range("2024-01-01", periods=n, freq="3D"),
        "text": ["附近药店没货" if i % 3 else "便宜" for i in range(n)],
    })  # fmt: skip


def shown(ax) -> str:  # type: ignore[no-untyped-def]
    ax.figure.canvas.draw()
    told = " ".join([t.get_text() for t in (*ax.texts, *ax.get_yticklabels())])
    plt.close(ax.figure)
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_tell_share_and_mentions(language: str) -> None:
    told = shown(figures.plot_codes(coding(), language=language))
    assert "B15" in told
    # 30 of 54
    assert "56%" in told
    assert "30" in told


def test_denials_are_drawn_apart() -> None:
    ax = figures.plot_codes(coding(), language="zh")
    diamonds = [line for line in ax.lines if line.get_marker() == "D"]
    # 8 of 54 deny a shortage
    assert any(line.get_xdata()[0] == pytest.approx(8 / 54) for line in diamonds)
    plt.close(ax.figure)


def test_hidden_rows_show_no_number() -> None:
    safe = control(coding(), 5).result
    assert (safe.table["flag"] == "suppressed").any()
    told = shown(figures.plot_codes(safe, language="zh"))
    assert "已隐去" in told
    assert "7%" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_feedback_draws_one_strip_per_theme(language: str) -> None:
    result = opentext.feedback(posts(), by="month")
    ax = figures.plot_feedback(result, language=language)
    assert len(ax.get_yticks()) == result.table["theme"].nunique()
    assert shown(ax)


def test_change_fills_only_what_passed() -> None:
    ax = figures.plot_feedback_change(opentext.feedback_change(posts(), since="2024-06-01"), language="en")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert dots
    assert all(dot.get_markerfacecolor() != dot.get_color() for dot in dots)
    plt.close(ax.figure)


def test_nothing_to_draw_says_so() -> None:
    assert "没有可显示的主题" in shown(figures.plot_feedback(opentext.feedback(None), language="zh"))
