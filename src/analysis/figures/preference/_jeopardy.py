"""Loyalty against penetration, with what size alone lets expect."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_double_jeopardy"]


def plot_double_jeopardy(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Each brand by penetration and loyalty, the expected curve, and the range in which loyalty agrees with it.

    Parameters
    ----------
    result : preference.DoubleJeopardy
        Table with brand, whose, penetration, loyalty, expected, lo, hi, verdict, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    shown = table[table["loyalty"].notna() & table["penetration"].notna()].reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax)
        curve = shown.dropna(subset=["expected"]).sort_values("penetration")
        ax.plot(
            curve["penetration"], curve["expected"], color=style.TOKENS["axis"], linewidth=1.2, linestyle=(0, (4, 2))
        )
        for place, (_, row) in enumerate(shown.iterrows()):
            _point(ax, row, place, language)
        _limits(ax, shown)
        percent = FuncFormatter(lambda v, _: numbers.render(v, "percent", language))
        ax.xaxis.set_major_formatter(percent)
        ax.yaxis.set_major_formatter(percent)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.yaxis.set_major_locator(MaxNLocator(5))
        ax.grid(axis="y")
        ax.set_xlabel(words.text("figures.preference_jeopardy_x", language), loc="right")
        style.value_name(ax, words.text("figures.preference_jeopardy_y", language))
    return ax


def _point(ax: Axes, row: pd.Series, place: int, language: str) -> None:
    x, y = row["penetration"], row["loyalty"]
    apart = row["verdict"] in ("above_expected", "below_expected")
    own = row["whose"] == "own_product"
    colour = style.CATEGORICAL[0] if own else style.CATEGORICAL[1] if apart else style.TOKENS["mute"]
    if pd.notna(row["lo"]):
        # where loyalty would lie if it agreed with the expectation
        ax.plot([x, x], [y - row["hi"], y - row["lo"]], color=style.TOKENS["mutefill"], linewidth=2.2, zorder=1.5,
                solid_capstyle="butt")  # fmt: skip
    ax.plot(x, y, "o", color=colour, markerfacecolor=colour if apart or own else style.TOKENS["page"], zorder=3)
    # names above and below by turns, away from the curve where the brand stands apart
    up = y >= row["expected"] if apart else place % 2 == 0
    ax.annotate(words.term(row["brand"], language), (x, y), xytext=(6, 6 if up else -6), textcoords="offset points",
                ha="left", va="bottom" if up else "top", fontsize=9.5, zorder=4,
                fontweight="bold" if own or apart else "normal")  # fmt: skip


def _limits(ax: Axes, shown: pd.DataFrame) -> None:
    if shown.empty:
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1)
        return
    high = pd.concat([shown["loyalty"], shown["loyalty"] - shown["lo"]]).max()
    low = pd.concat([shown["loyalty"], shown["loyalty"] - shown["hi"]]).min()
    pad = 0.12 * max(high - low, 0.1)
    ax.set_ylim(max(0.0, low - pad), min(1.0, high + pad))
    ax.set_xlim(0, min(1.15, shown["penetration"].max() * 1.22))
