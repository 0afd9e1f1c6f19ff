"""Figures of satisfaction."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.figures import style
from analysis.figures.satisfaction import plot_nps, plot_top_box
from analysis.methods import satisfaction

SCORES = pd.Series([10.0] * 30 + [8.0] * 15 + [4.0] * 10)
REGION = pd.Series(["华东"] * 33 + ["华北"] * 17 + ["西南"] * 5)


def test_small_regions_show_the_interval_only_or_nothing() -> None:
    ax = plot_nps(satisfaction.nps(SCORES, by=REGION), language="zh")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    # all and 华东; 17 answers in 华北: dashed interval; 5 in 西南: hatched
    assert len(dots) == 2
    assert [line.get_color() for line in ax.lines if line.is_dashed()] == [style.TOKENS["mute"]]
    told = [text.get_text() for text in ax.texts]
    assert "样本量小（n = 17）" in told and "已隐去（数量过少）" in told
    assert not any("n = 5）" in text for text in told)
    plt.close(ax.figure)


@pytest.mark.parametrize(("language", "label"), [("zh", "36%（n = 55）"), ("en", "36% (n = 55)")])
def test_top_box_bars_start_at_zero_and_carry_their_number(language: str, label: str) -> None:
    result = satisfaction.top_box(pd.Series([5] * 12 + [4] * 8 + [2] * 35))
    ax = plot_top_box(result, language=language)
    assert [(p.get_x(), round(p.get_width(), 4)) for p in ax.patches] == [(0, round(20 / 55, 4))]
    assert [text.get_text() for text in ax.texts] == [label]
    plt.close(ax.figure)
