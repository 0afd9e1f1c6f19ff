"""Figures of the ladder in two waves, of those who stay, and of contradictions."""

from __future__ import annotations

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.figures import ladder as figures
from analysis.figures import style
from analysis.methods import ladder


def wave(counts: tuple[int, ...], mark: str) -> pd.Series:
    steps = [float(k) for k, n in enumerate(counts) for _ in range(n)]
    return pd.Series(steps, index=[f"{mark}{i:03d}" for i in range(len(steps))])


BEFORE, AFTER = wave((20, 20, 20, 20, 10, 5, 5), "a"), wave((5, 10, 20, 25, 25, 10, 5), "b")


@pytest.mark.parametrize(("language", "label"), [("zh", "部分/二线使用  +20个百分点"), ("en", "advocates  0 points")])
def test_only_clear_changes_are_blue(language: str, label: str) -> None:
    result = ladder.change(BEFORE, AFTER)
    ax = figures.plot_ladder_change(result, language=language)
    slopes = {line.get_color() for line in ax.lines if len(line.get_xdata()) == 2 and line.get_linewidth() == 1.4}
    assert slopes == {style.CATEGORICAL[0], style.TOKENS["mute"]}
    blue = [line for line in ax.lines if line.get_linewidth() == 1.4 and line.get_color() == style.CATEGORICAL[0]]
    assert len(blue) == int((result.table["verdict"] != "no_clear_change").sum())
    told = [text.get_text() for text in ax.texts]
    assert label in told
    heights = sorted(text.get_position()[1] for text in ax.texts)
    assert min(np.diff(heights)) > 0.06
    plt.close(ax.figure)


def test_matrix_prints_persons_and_hides_small_cells() -> None:
    person = pd.Series([f"P{i:03d}" for i in range(100)] * 2, index=[*BEFORE.index, *AFTER.index])
    result = ladder.matrix(BEFORE, AFTER, person=person)
    ax = figures.plot_ladder_matrix(result, language="zh")
    assert sorted(int(t.get_text()) for t in ax.texts) == sorted(result.table.loc[result.table["n"] > 0, "n"])
    table = result.table.copy()
    gone = table["n"].between(1, 5)
    table["n"] = table["n"].astype(float)
    table.loc[gone, ["n", "value", "lo", "hi"]] = np.nan
    table.loc[gone, "flag"] = "suppressed"
    hidden = figures.plot_ladder_matrix(dataclasses.replace(result, table=table), language="zh")
    assert [p.get_hatch() for p in hidden.patches].count("////") == int(gone.sum())
    plt.close("all")


def test_barriers_that_do_not_set_apart_are_hollow() -> None:
    steps = wave((0, 0, 40, 60, 0, 0, 0), "r")
    named = pd.DataFrame(
        {"B01": [1.0] * 30 + [0.0] * 10 + [1.0] * 15 + [0.0] * 45, "B13": [0.0, 1.0] * 50}, index=steps.index
    )
    ax = figures.plot_ladder_stuck(ladder.stuck(named, steps, step=2), language="zh")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [dot.get_markerfacecolor() for dot in dots] == [style.CATEGORICAL[0], style.TOKENS["page"]]
    assert "75%对25%" in [text.get_text() for text in ax.texts]
    plt.close(ax.figure)


def test_contradictions_carry_their_numbers() -> None:
    wide = pd.DataFrame(
        {"Q3": [6.0] * 5 + [3.0] * 35, "Q6": [2.0] * 5 + [9.0] * 35}, index=[f"R{i:02d}" for i in range(40)]
    )
    items = pd.DataFrame({"item_id": ["Q3", "Q6"], "construct": ["ladder", "nps"]})
    ax = figures.plot_ladder_consistency(ladder.consistency(wide, items), language="en")
    assert [text.get_text() for text in ax.texts] == ["5/40", "5/40"]
    plt.close(ax.figure)


def test_an_unsure_bottleneck_shows_its_chance() -> None:
    close = wave((5, 20, 5, 21, 20, 20, 9), "r")
    ax = figures.plot_ladder(ladder.measure(close), language="zh")
    assert any("可能的瓶颈" in text.get_text() for text in ax.texts)
    sure = figures.plot_ladder(ladder.measure(wave((5, 5, 5, 60, 8, 8, 9), "r")), language="zh")
    told = [text.get_text() for text in sure.texts]
    assert any(text.endswith("瓶颈") for text in told) and not any("可能" in text for text in told)
    plt.close("all")
