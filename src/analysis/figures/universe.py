"""Figure of the universe in scope: which share of the accounts orders, and which is in contact."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_universe"]

BLUE, ORANGE, GREY = style.CATEGORICAL[0], style.CATEGORICAL[1], style.TOKENS["mute"]
_MOST = 15
#: the two marks of a group stand so far above and below its line
_APART = 0.18


def plot_universe(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Two marks by group with 95 % intervals: dot, share that orders; square, share in contact.

    Where no contacts are recorded there is one mark.

    Parameters
    ----------
    result : universe.Universe
        Table with group, value, lo, hi, n, flag and, where recorded, contacted, contacted_lo, contacted_hi; in
        its order.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.head(_MOST).reset_index(drop=True)
    told = "contacted" in table
    apart = _APART if told else 0.0
    with style.context(language):
        ax = style.new_axes(ax, rows=int(1.5 * len(table)) + 1)
        for y, (_, row) in enumerate(table.iterrows()):
            if pd.isna(row["value"]):
                style.no_number(ax, y, row["flag"], language)
                continue
            _mark(ax, row, ("value", "lo", "hi"), y - apart, "o", BLUE)
            if told and pd.notna(row["contacted"]):
                _mark(ax, row, ("contacted", "contacted_lo", "contacted_hi"), y + apart, "s", ORANGE)
            ax.annotate(f"n = {row['n']:,.0f}", (1, y), xycoords=ax.get_yaxis_transform(), xytext=(4, 0),
                        textcoords="offset points", va="center", fontsize=9, color=style.TOKENS["ink2"])  # fmt: skip
        for name, marker, colour in (("ordered", "o", BLUE), ("contacted", "s", ORANGE))[: 1 + told]:
            label = words.text(f"figures.universe_{name}", language)
            ax.plot([], [], marker, color=colour, linestyle="none", label=label)
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.3 / (0.3 * len(table) + 0.6)), ncols=2, handletextpad=0.2)
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["group"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.set_xlim(0, 1.05)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.render(value, "percent", language)))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.universe_axis", language))
    return ax


def _mark(ax: Axes, row: pd.Series, names: tuple[str, str, str], y: float, marker: str, colour: str) -> None:
    """Interval line and mark; dashed and hollow for a small sample."""
    value, lo, hi = (float(row[name]) for name in names)
    thin = row["flag"] == "low_n"
    shade = GREY if thin else colour
    dash = (0, (2, 1.5)) if thin else "solid"
    ax.plot([lo, hi], [y, y], color=shade, linewidth=2.2, linestyle=dash, solid_capstyle="butt")
    ax.plot(value, y, marker, color=shade, markerfacecolor=style.TOKENS["page"] if thin else shade, clip_on=False)
