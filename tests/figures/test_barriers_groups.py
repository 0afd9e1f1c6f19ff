"""Figures of barriers by group and by region."""

from __future__ import annotations

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from analysis.core.words import LANGUAGES
from analysis.figures import style
from analysis.figures.barriers import plot_by_region, plot_prevalence_by
from analysis.methods import barriers

CODES = ["B01", "B06", "B15"]


def panel() -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(2)
    index = pd.Index([f"R{i:03d}" for i in range(360)])
    groups = pd.DataFrame(
        {"title": rng.choice(["主任医师", "主治医师"], 360), "region": np.repeat(["华东", "华北", "西南"], 120)},
        index=index,
    )
    supply = np.where(groups["region"] == "西南", 0.6, 0.1)
    named = rng.random((360, 3)) < np.column_stack([np.full((360, 2), 0.35), supply])
    answers = pd.DataFrame(named.astype(float), index=index, columns=CODES)
    step = np.digitize(1 - 1.3 * answers["B01"] + rng.logistic(size=360), [-3, -2, -1, 0.3, 1, 2])
    return answers, groups, pd.Series(step, index=index, name="step")


@pytest.mark.parametrize("language", LANGUAGES)
def test_groups_that_stand_out_are_framed_and_come_first(language: str) -> None:
    answers, groups, _ = panel()
    result = barriers.prevalence_by(answers, groups)
    ax = plot_prevalence_by(result, language=language)
    assert [label.get_text() for label in ax.get_xticklabels()][:3] == ["华东", "华北", "西南"]
    frames = [p for p in ax.patches if isinstance(p, Rectangle) and p.get_linewidth() == 2.0]
    assert len(frames) == int(result.table["stands_out"].sum()) > 0
    shown = [text.get_text() for text in ax.texts]
    top = result.table.sort_values("value").iloc[-1]
    assert f"{round(100 * top['value'])}%" in shown
    plt.close(ax.figure)


def test_hidden_cells_are_hatched_and_hold_no_number() -> None:
    answers, groups, _ = panel()
    result = barriers.prevalence_by(answers, groups["region"])
    table = result.table.copy()
    hidden = table["group"] == "西南"
    table.loc[hidden, ["value", "lo", "hi", "n"]] = np.nan
    table.loc[hidden, "flag"] = "suppressed"
    ax = plot_prevalence_by(dataclasses.replace(result, table=table), language="zh")
    assert sum(bool(p.get_hatch()) for p in ax.patches) == 3
    assert sum("%" in text.get_text() for text in ax.texts) == 6
    plt.close(ax.figure)


def test_too_many_groups_stay_in_the_table() -> None:
    answers, groups, _ = panel()
    wide = groups.assign(room=[f"科室{i % 8}" for i in range(360)])
    ax = plot_prevalence_by(barriers.prevalence_by(answers, wide), language="zh")
    assert len(ax.get_xticks()) == 5  # region and title; eight rooms would make thirteen
    plt.close(ax.figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_regions_with_their_own_and_the_pooled_estimate(language: str) -> None:
    answers, groups, step = panel()
    result = barriers.by_region(answers, step, groups["region"])
    ax = plot_by_region(result, language=language)
    filled = [line for line in ax.lines if line.get_marker() == "o" and line.get_color() == style.CATEGORICAL[0]]
    assert sorted(float(line.get_xdata()[0]) for line in filled) == pytest.approx(sorted(result.table["value"]))
    assert [label.get_text() for label in ax.get_yticklabels()].count("西南") == 3
    plt.close(ax.figure)


def test_a_region_without_a_model_says_so() -> None:
    answers, groups, step = panel()
    region = groups["region"].where(~((groups["region"] == "西南") & (np.arange(360) % 6 > 0)))
    ax = plot_by_region(barriers.by_region(answers, step, region), language="en")
    assert sum(text.get_text() != "" for text in ax.texts) == 3
    plt.close(ax.figure)
