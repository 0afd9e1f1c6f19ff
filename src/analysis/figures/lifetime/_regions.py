"""Figure of regions: each region's model drawn towards the national one."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_regions"]

BLUE = style.CATEGORICAL[0]
GREY = style.TOKENS["mute"]


def plot_regions(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Orders of a new customer in a year by region: drawn together (dot, interval), alone (square), national (line).

    Parameters
    ----------
    result : lifetime.RegionFits
        Table with region, value, lo, hi, unpooled, pooled, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 2)
        pooled = table["pooled"].dropna()
        if len(pooled):
            ax.axvline(pooled.iloc[0], color=style.TOKENS["ink2"], linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
            told = words.text("figures.lifetime_regions_national", language, value=float(pooled.iloc[0]))
            ax.annotate(
                told, (pooled.iloc[0], -0.8), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9.5
            )
        top = float(table[["value", "hi", "pooled"]].max().max())
        for y, (_, row) in enumerate(table.iterrows()):
            _pulled(ax, row, y, top)
            label = numbers.render(row["value"], "number", language)
            style.interval(ax, row, y, label, colour=BLUE, language=language)
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["region"]])
        ax.tick_params(axis="y", pad=8)
        ax.set_ylim(len(table) + 0.6, -1.2)
        ax.set_xlim(0, 1.28 * top if top > 0 else 1)
        ax.grid(axis="x")
        ax.xaxis.set_major_locator(MaxNLocator(4))
        style.value_name(ax, words.text("figures.lifetime_regions_orders", language))
        ax.plot([], [], "o", color=BLUE, label=words.text("figures.lifetime_regions_shrunk", language))
        ax.plot(
            [],
            [],
            "s",
            color=GREY,
            markerfacecolor="none",
            markersize=5.5,
            label=words.text("figures.lifetime_regions_unpooled", language),
        )
        ax.legend(
            loc="lower right", ncols=2, frameon=True, framealpha=1, facecolor=style.TOKENS["page"], edgecolor="none"
        )
    return ax


def _pulled(ax: Axes, row: pd.Series, y: float, top: float) -> None:
    """The region alone, and how far it was drawn; beyond the axis an arrow at its end."""
    if pd.isna(row["value"]) or pd.isna(row["unpooled"]):
        return
    end = 1.26 * top
    inside = row["unpooled"] <= end
    at = row["unpooled"] if inside else end
    ax.plot([at, row["value"]], [y - 0.34, y], color=GREY, linewidth=0.8, zorder=1)
    ax.plot(
        at,
        y - 0.34,
        "s" if inside else ">",
        color=GREY,
        markerfacecolor="none",
        markersize=5.5,
        clip_on=False,
        zorder=4,
    )
