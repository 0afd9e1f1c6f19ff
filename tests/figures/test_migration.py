"""Figures of migration, in both languages; hidden rows stay hidden."""

from __future__ import annotations

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.words import LANGUAGES
from analysis.figures import migration as figures
from analysis.methods import migration


@pytest.fixture(scope="module")
def result() -> migration.Migration:
    """Sixty accounts: 20 A, 20 B, 20 C; four up, six down, one gone."""
    index = [f"H{i:02d}" for i in range(60)]
    before = pd.Series(["A"] * 20 + ["B"] * 20 + ["C"] * 20, index, dtype="str")
    after = before.copy()
    after.iloc[:6] = "B"
    after.iloc[40:44] = "A"
    return migration.compare(before, after.iloc[:-1])


def _texts(ax: plt.Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_alluvial_names_both_sides_and_colours_directions(result: migration.Migration, language: str) -> None:
    ax = figures.plot_alluvial(result, language=language)
    ax.figure.canvas.draw()
    # 20 of 60 before; 18 of 60 in A after
    named = " ".join(_texts(ax))
    assert "33%" in named
    assert "30%" in named
    colours = {tuple(np.round(part.get_facecolor()[0][:3], 2)) for part in ax.collections}
    assert len(colours) == 4
    plt.close(ax.figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_alluvial_leaves_hidden_and_small_flows_out(result: migration.Migration, language: str) -> None:
    table = result.table.copy()
    hidden = (table["tier_before"] == "C") & (table["tier_after"] == "A")
    table.loc[hidden, ["n", "value", "lo", "hi"]] = np.nan
    table.loc[hidden, "flag"] = "suppressed"
    drawn = len(figures.plot_alluvial(result, language=language).collections)
    ax = figures.plot_alluvial(dataclasses.replace(result, table=table), language=language)
    assert len(ax.collections) == drawn - 1
    assert ax.get_xlabel()
    # states stand in their order although the first rows are hidden
    table.loc[table.index[:2], ["n", "value", "lo", "hi"]] = np.nan
    table.loc[table.index[:2], "flag"] = "suppressed"
    again = figures.plot_alluvial(dataclasses.replace(result, table=table), language=language)
    places = {text.get_text(): text.get_position()[1] for text in again.texts if text.get_ha() == "left"}
    order = [words.term(tier, language) for tier in dict.fromkeys(result.table["tier_after"])]
    assert sorted(places, key=places.__getitem__) == [name for name in order if name in places]
    assert len(places) >= 2
    # a share of what is left would be taken for a share of all
    assert not any("%" in text for text in _texts(ax))
    plt.close("all")


@pytest.mark.parametrize("language", LANGUAGES)
def test_matrix_hatches_hidden_cells_and_frames_the_diagonal(result: migration.Migration, language: str) -> None:
    table = result.table.copy()
    table.loc[1, ["n", "value", "lo", "hi"]] = np.nan
    table.loc[1, "flag"] = "suppressed"
    ax = figures.plot_tier_matrix(dataclasses.replace(result, table=table), language=language)
    ax.figure.canvas.draw()
    assert sum(patch.get_hatch() is not None for patch in ax.patches) == 1
    assert sum(patch.get_linewidth() == 1.5 for patch in ax.patches) == 3
    plt.close(ax.figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_excess_shows_a_range_where_it_is_not_identified(language: str) -> None:
    rng = np.random.default_rng(0)
    index = [f"H{i:02d}" for i in range(80)]
    values = [pd.Series(rng.gamma(1.0, 50.0, 80).round(), index) for _ in range(2)]
    ax = figures.plot_excess(migration.compare(*values, n_draws=40), language=language)
    ax.figure.canvas.draw()
    assert len(ax.get_yticklabels()) == 3
    assert len(_texts(ax)) == 3
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert len(dots) == 1
    plt.close(ax.figure)
