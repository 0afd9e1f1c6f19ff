"""Figures of preference."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from analysis.core.words import LANGUAGES
from analysis.figures import preference as figures
from analysis.figures import style
from analysis.methods.preference import BrandStanding, DoubleJeopardy, PreferenceByGroup


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_brands_that_stand_apart_are_filled(language: str) -> None:
    table = pd.DataFrame({
        "brand": ["竞品甲", "砚安欣", "竞品乙", "竞品丙"],
        "whose": ["competitor_product", "own_product"] + ["competitor_product"] * 2,
        "penetration": [0.6, 0.4, 0.2, np.nan], "loyalty": [0.5, 0.42, 0.1, np.nan],
        "expected": [0.48, 0.4, 0.3, np.nan],
        "value": [0.02, 0.02, -0.2, np.nan], "lo": [-0.05, -0.06, -0.3, np.nan], "hi": [0.09, 0.1, -0.1, np.nan],
        "verdict": ["as_expected", "as_expected", "below_expected", None], "flag": ["ok"] * 3 + ["suppressed"],
    })  # fmt: skip
    ax = figures.plot_double_jeopardy(DoubleJeopardy(table=table), language=language)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [to_hex(d.get_markerfacecolor()).upper() for d in dots] == [
        style.TOKENS["page"], style.CATEGORICAL[0], style.CATEGORICAL[1],
    ]  # fmt: skip
    assert sorted(t.get_text() for t in ax.texts) == sorted(["竞品甲", "砚安欣", "竞品乙"])
    plt.close(ax.figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_own_brand_is_told_apart(language: str) -> None:
    table = pd.DataFrame({
        "brand": ["竞品甲", "砚安欣"], "whose": ["competitor_product", "own_product"], "value": [0.5, 0.3],
        "lo": [0.4, 0.2], "hi": [0.6, 0.4], "rank_lo": [1, 2], "rank_hi": [1, 2], "flag": "ok",
    })  # fmt: skip
    ax = figures.plot_brands(BrandStanding(table=table, repertoire=pd.DataFrame()), language=language)
    assert [t.get_fontweight() for t in ax.get_yticklabels()] == ["normal", "bold"]
    plt.close(ax.figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hidden_groups_are_hatched(language: str) -> None:
    rows = [("all", "A", 0.55, 40, "ok"), ("西南", "A", np.nan, np.nan, "suppressed")]
    table = pd.DataFrame(rows, columns=["group", "brand", "value", "n", "flag"])
    tests = pd.DataFrame({"brand": ["all", "A"], "q": [np.nan, 0.01]})
    ax = figures.plot_preference_groups(PreferenceByGroup(table=table, tests=tests), language=language)
    assert [p.get_hatch() for p in ax.patches] == [None, "////"]
    assert [(t.get_text(), t.get_fontweight()) for t in ax.texts] == [("55%", "bold")]
    plt.close(ax.figure)
