"""Heat table: classes by one criterion against classes by another."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import words
from ...core.result import Result
from .. import style

__all__ = ["plot_agreement"]

#: share of the row from which each darker step begins
_STEPS = (0.1, 0.25, 0.45, 0.7)
#: letters of a class name in one line
_WIDTH = 16


def plot_agreement(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Each row is a class by the first criterion; the framed cells are the same class by both.

    Parameters
    ----------
    result : tiers.Agreement
        Table with tier_first, tier_second, n, value, flag; settings with first and second.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    rows, columns = list(dict.fromkeys(table["tier_first"])), list(dict.fromkeys(table["tier_second"]))
    names = {place: _criterion(result.settings[place], language) for place in ("first", "second")}
    with style.context(language):
        ax = style.new_axes(ax, rows=round(1.6 * len(rows)) + 2)
        for row in table.to_dict("records"):
            x, y = columns.index(row["tier_second"]), rows.index(row["tier_first"])
            _cell(ax, x, y, row, language)
        ax.set_yticks(range(len(rows)), [fill(words.term(tier, language), _WIDTH) for tier in rows], linespacing=1.2)
        ax.set_xticks(
            range(len(columns)), [fill(words.term(tier, language), _WIDTH) for tier in columns], linespacing=1.2
        )
        ax.set_xlim(-0.5, len(columns) - 0.5)
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.tick_params(length=0)
        ax.spines["bottom"].set_visible(False)
        style.value_name(ax, words.text("figures.tiers_agreement_rows", language, name=names["first"]))
        ax.set_xlabel(words.text("figures.tiers_agreement_columns", language, name=names["second"]))
    return ax


def _criterion(name: str, language: str) -> str:
    code = f"terms.criterion_{name}"
    return words.text(code, language) if words.has(code, language) else name


def _cell(ax: Axes, x: int, y: int, row: dict, language: str) -> None:
    corner, same = (x - 0.47, y - 0.44), row["tier_first"] == row["tier_second"]
    frame: dict[str, Any] = {"edgecolor": style.TOKENS["ink"] if same else "none", "linewidth": 1.4 if same else 0}
    if row["flag"] == "suppressed" or pd.isna(row["value"]):
        hidden: dict[str, Any] = {
            "facecolor": "none",
            "edgecolor": style.TOKENS["mute"],
            "hatch": "///",
            "linewidth": 0.8,
        }
        ax.add_patch(Rectangle(corner, 0.94, 0.88, **hidden))
        return
    step = sum(row["value"] >= least for least in _STEPS)
    thin = row["flag"] == "low_n"
    fill = "none" if thin else style.SEQUENTIAL[step]
    if thin and not same:
        frame = {"edgecolor": style.TOKENS["mute"], "linewidth": 0.8, "linestyle": (0, (3, 2))}
    ax.add_patch(Rectangle(corner, 0.94, 0.88, facecolor=fill, **frame))
    colour = style.TOKENS["ink2"] if thin else style.TOKENS["page"] if step >= 3 else style.TOKENS["ink"]
    text = words.text("figures.types_by_tier_cell", language, n=row["n"], value=row["value"])
    ax.text(x, y, text, ha="center", va="center", color=colour, fontsize=9.5, linespacing=1.15)
