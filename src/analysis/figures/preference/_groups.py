"""Preferred brand by group as a heat map."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_preference_groups"]


def plot_preference_groups(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of each group preferring each brand; brands whose shares differ between groups in bold.

    Parameters
    ----------
    result : preference.PreferenceByGroup
        Table with group, brand, value, n, flag; tests with brand, q.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    groups = list(dict.fromkeys(table["group"]))
    # the brand that most of the first group (all respondents) prefer stands first; hidden shares last
    first = table[table["group"] == groups[0]].sort_values("value", ascending=False, kind="stable")
    brands = list(dict.fromkeys([*first["brand"], *table["brand"]]))
    cells = table.set_index(["group", "brand"])
    tests = getattr(result, "tests", pd.DataFrame(columns=["brand", "q"]))
    clear = set(tests.loc[tests["q"] <= 0.05, "brand"])
    with style.context(language):
        ax = style.new_axes(ax, rows=len(brands) + 1, width=max(4.8, 2.0 + 0.95 * len(groups)))
        for y, brand in enumerate(brands):
            for x, group in enumerate(groups):
                _cell(ax, x, y, cells.loc[(group, brand)], brand in clear, language)
        ax.set_xlim(-0.5, len(groups) - 0.5)
        ax.set_ylim(len(brands) - 0.5, -0.5)
        ax.set_yticks(range(len(brands)), [words.term(name, language) for name in brands])
        ax.set_xticks(range(len(groups)), [_heading(g, cells.loc[g]["n"].max(), language) for g in groups])
        ax.tick_params(axis="x", length=0)
        ax.spines["bottom"].set_visible(False)
        style.value_name(ax, words.text("figures.preference_groups_axis", language))
    return ax


def _heading(group: str, n: float, language: str) -> str:
    name = words.term(group, language)
    name = style.wrapped(name, 7 if language == "zh" else 12)
    if pd.isna(n):
        return name
    return words.text("figures.needs_segments_column", language, segment=name, n=int(n))


def _cell(ax: Axes, x: int, y: int, row: pd.Series, clear: bool, language: str) -> None:
    corner, shape = (x - 0.48, y - 0.46), (0.96, 0.92)
    if pd.isna(row["value"]):
        hatch = "////" if row["flag"] == "suppressed" else None
        ax.add_patch(Rectangle(corner, *shape, fill=False, edgecolor=style.TOKENS["mute"], linewidth=0, hatch=hatch))
        return
    step = min(int(row["value"] / 0.1), 4)
    ax.add_patch(Rectangle(corner, *shape, facecolor=style.SEQUENTIAL[step], linewidth=0))
    colour = style.TOKENS["page"] if step >= 3 else style.TOKENS["ink"]
    told = numbers.render(row["value"], "percent", language)
    ax.text(x, y, told, ha="center", va="center", fontsize=9.5, color=colour, fontweight="bold" if clear else "normal")
