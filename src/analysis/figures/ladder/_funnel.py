"""Figure of the adoption ladder."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_ladder"]

#: as in the method: below it the bottleneck is a possible one
_SURE = 0.95


def plot_ladder(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Bars of the share at or beyond each step; between two bars the conversion with its interval.

    Parameters
    ----------
    result : ladder.Ladder
        Table with step_name, value, lo, hi, conversion, conversion_lo, conversion_hi,
        bottleneck, p_bottleneck, flag; of several groups the first is drawn.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    table = table[table["group"] == table["group"].iloc[0]].reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=int(1.9 * len(table)))
        for y, (_, row) in enumerate(table.iterrows()):
            _bar(ax, row, y, language)
            if y + 1 < len(table) and pd.notna(row["conversion"]):
                _conversion(ax, row, y + 0.5, language)
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["step_name"]])
        ax.set_ylim(len(table) - 0.6, -0.5)
        ax.set_xlim(0, 1.22)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        style.value_name(ax, words.text("figures.ladder_ladder_share", language))
    return ax


def _bar(ax: Axes, row: pd.Series, y: float, language: str) -> None:
    colour = style.TOKENS["ink2"]
    if pd.isna(row["value"]):
        if row["flag"] == "suppressed":
            mute = style.TOKENS["mute"]
            ax.add_patch(Rectangle((0, y - 0.24), 0.12, 0.48, fill=False, hatch="////", edgecolor=mute, linewidth=0))
        told = words.term(str(row["flag"]), language)
        ax.annotate(told, (0.14, y), va="center", fontsize=9.5, color=colour)
        return
    low_n = row["flag"] == "low_n"
    fill = style.TOKENS["mutefill"] if low_n else style.SEQUENTIAL[2]
    ax.barh(y, row["value"], height=0.46, color=fill, linewidth=0)
    ax.plot(
        [row["lo"], row["hi"]], [y, y], color=style.TOKENS["mute"] if low_n else style.CATEGORICAL[0],
        linewidth=2.2, linestyle=(0, (2, 1.5)) if low_n else "solid", solid_capstyle="butt",
    )  # fmt: skip
    ax.annotate(
        numbers.render(row["value"], "percent", language), (max(row["hi"], row["value"]), y), xytext=(5, 0),
        textcoords="offset points", va="center", fontsize=10,
    )  # fmt: skip


def _conversion(ax: Axes, row: pd.Series, y: float, language: str) -> None:
    """↓ 72% (65% to 78%) go on; bold at the bottleneck, with its chance while it is not sure."""
    told = words.text(
        "figures.ladder_ladder_next", language, conversion=row["conversion"], lo=row["conversion_lo"],
        hi=row["conversion_hi"],
    )  # fmt: skip
    bottleneck = bool(row["bottleneck"])
    if bottleneck and row["p_bottleneck"] < _SURE:
        told = words.text("figures.ladder_ladder_maybe", language, conversion=told, share=row["p_bottleneck"])
    elif bottleneck:
        told = words.text("figures.ladder_ladder_bottleneck", language, conversion=told)
    ax.annotate(
        told, (0.02, y), va="center", fontsize=9, fontweight="bold" if bottleneck else "normal",
        color=style.TOKENS["ink"] if bottleneck else style.TOKENS["ink2"],
    )  # fmt: skip
