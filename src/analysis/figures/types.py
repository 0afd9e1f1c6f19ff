"""Figures of customer types and stages: their shares, and types within tiers."""

from __future__ import annotations

from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ..core import words
from ..core.result import Result
from . import style

__all__ = ["plot_stages", "plot_type_by_tier", "plot_types"]

#: share of the tier from which a cell takes the next step of the sequential scale
_STEPS = (0.05, 0.15, 0.3, 0.5)


def plot_types(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of each customer type: dot and interval, labelled with the number of accounts.

    Parameters
    ----------
    result : types.Types
        Table with type, n, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    return _shares(result.table, "type", "types_axis", language, ax)


def plot_stages(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of each life-cycle stage: dot and interval, labelled with the number of accounts.

    Parameters
    ----------
    result : types.Stages
        Table with stage, n, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    return _shares(result.table, "stage", "stages_axis", language, ax)


def plot_type_by_tier(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Types by tier: number of accounts and share of the tier in each cell.

    Parameters
    ----------
    result : types.TypeByTier
        Table with type, tier, n, value, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    kinds, tiers = list(dict.fromkeys(table["type"])), list(dict.fromkeys(table["tier"]))
    with style.context(language):
        ax = style.new_axes(ax, rows=round(1.6 * len(kinds)) + 1)
        for row in table.to_dict("records"):
            _cell(ax, tiers.index(row["tier"]), kinds.index(row["type"]), row, language)
        ax.set_yticks(range(len(kinds)), [words.term(kind, language) for kind in kinds])
        ax.set_xticks(range(len(tiers)), [fill(words.term(tier, language), 9) for tier in tiers], linespacing=1.3)
        ax.set_xlim(-0.5, len(tiers) - 0.5)
        ax.set_ylim(len(kinds) - 0.5, -0.5)
        ax.tick_params(length=0)
        ax.spines["bottom"].set_visible(False)
        style.value_name(ax, words.text("figures.types_by_tier_axis", language))
    return ax


def _shares(table: pd.DataFrame, column: str, axis: str, language: str, ax: Axes | None) -> Axes:
    table = style.without_empty(table, column).reset_index(drop=True)
    known = table["hi"].dropna()
    end = float(known.max()) if len(known) else 1.0
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, row in enumerate(table.to_dict("records")):
            _dot(ax, row, y, end, language)
        ax.set_yticks(range(len(table)), [words.term(kind, language) for kind in table[column]])
        ax.set_ylim(len(table) - 0.5, -0.5)
        # a dot at zero must not touch its label
        ax.tick_params(axis="y", pad=8)
        # room for a whole dot at zero, and for the label behind the widest interval
        ax.set_xlim(-0.04 * end, end * 1.35)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= end * 1.35])
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.grid(axis="x")
        style.value_name(ax, words.text(f"figures.{axis}", language))
    return ax


def _dot(ax: Axes, row: dict, y: int, end: float, language: str) -> None:
    if row["flag"] == "suppressed" or pd.isna(row["value"]):
        ax.barh(y, end * 0.12, height=0.5, color="none", edgecolor=style.TOKENS["mute"], hatch="///", linewidth=0.8)
        ax.annotate(
            words.text("figures.hidden", language), (end * 0.12, y), (5, 0), textcoords="offset points", va="center"
        )
        return
    small = row["flag"] == "low_n"
    colour = style.TOKENS["mute"] if small else style.CATEGORICAL[0]
    ax.plot([row["lo"], row["hi"]], [y, y], color=colour, linewidth=2.2, linestyle="--" if small else "-")
    ax.plot([row["value"]], [y], "o", color=colour, clip_on=False)
    label = words.text("figures.types_label", language, n=row["n"], value=row["value"])
    ax.annotate(label, (row["hi"], y), (6, 0), textcoords="offset points", va="center")


def _cell(ax: Axes, x: int, y: int, row: dict, language: str) -> None:
    corner = (x - 0.48, y - 0.46)
    if row["flag"] == "suppressed" or pd.isna(row["value"]):
        ax.add_patch(Rectangle(corner, 0.96, 0.92, facecolor="none", edgecolor=style.TOKENS["mute"], hatch="///"))
        return
    step = sum(row["value"] >= least for least in _STEPS)
    ax.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=style.SEQUENTIAL[step], edgecolor="none"))
    colour = style.TOKENS["page"] if step >= 3 else style.TOKENS["ink"]
    text = words.text("figures.types_by_tier_cell", language, n=row["n"], value=row["value"])
    ax.text(x, y, text, ha="center", va="center", color=colour, fontsize=9.5, linespacing=1.15)
