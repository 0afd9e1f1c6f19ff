"""Groups as two bars each: share of accounts, share of net purchases."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_combined", "plot_rfm"]

#: columns of each bar: share and its bounds, colour, place beside the row's middle
_BARS = (
    ("customers", ("value", "lo", "hi"), style.TOKENS["mutefill"], -0.19),
    ("value", ("share_value", "share_value_lo", "share_value_hi"), style.CATEGORICAL[0], 0.19),
)


def plot_combined(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of accounts and of net purchases in each combined tier.

    Parameters
    ----------
    result : tiers.Combined
        Table with tier, n, value, lo, hi, flag and, where values were given, share_value and its bounds.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    return _pairs(result.table, "label" if "label" in result.table else "tier", language, ax)


def plot_rfm(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of accounts and of net purchases in each group of scores.

    Parameters
    ----------
    result : tiers.RFM
        Table with group, n, value, lo, hi, share_value, share_value_lo, share_value_hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    return _pairs(result.table, "group", language, ax)


def _pairs(table: pd.DataFrame, name: str, language: str, ax: Axes | None) -> Axes:
    table = style.without_empty(table, name)
    bars = [bar for bar in _BARS if bar[1][0] in table]
    ends = table[[bar[1][2] for bar in bars]].max().dropna()
    end = float(ends.max()) if len(ends) else 1.0
    with style.context(language):
        ax = style.new_axes(ax, rows=round(1.5 * len(table)) + 1)
        for y, row in enumerate(table.to_dict("records")):
            if row["flag"] == "suppressed" or pd.isna(row["value"]):
                style.no_number(ax, y, row["flag"], language)
                continue
            for bar in bars:
                _bar(ax, y, row, bar, language)
        names = [_named(row, name, language) for row in table.to_dict("records")]
        ax.set_yticks(range(len(table)), names, linespacing=1.2)
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.set_xlim(0, end * 1.16)
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.grid(axis="x")
        _legend(ax, bars, language)
    return ax


def _bar(ax: Axes, y: int, row: dict, bar: tuple[Any, ...], language: str) -> None:
    _, (value, lo, hi), colour, beside = bar
    if pd.isna(row[value]):
        return
    thin = row["flag"] == "low_n"
    # net returns hold less than nothing: no bar, the number alone
    width, place = max(row[value], 0.0), y + beside
    ax.barh(place, width, height=0.36, color=colour, alpha=0.6 if thin else 1.0)
    end = width
    if pd.notna(row[hi]) and row["n"] > 0:
        dash = (0, (2, 1.5)) if thin else "solid"
        ax.plot(
            [max(row[lo], 0.0), max(row[hi], 0.0)], [place, place], color=style.TOKENS["ink"], linewidth=1.6,
            linestyle=dash, solid_capstyle="butt",
        )  # fmt: skip
        end = max(row[hi], width)
    said = numbers.render(row[value], "percent", language)
    ax.annotate(said, (end, place), (5, 0), textcoords="offset points", va="center", fontsize=9)


def _named(row: dict, name: str, language: str) -> str:
    said = words.term(row[name], language)
    return said if pd.isna(row["n"]) else words.text("figures.tiers_pairs_row", language, name=said, n=row["n"])


def _legend(ax: Axes, bars: list[Any], language: str) -> None:
    handles: list[Any] = [
        Patch(color=bar[2], label=words.text(f"figures.tiers_pairs_{bar[0]}", language)) for bar in bars
    ]
    line = words.text("figures.tiers_interval", language)
    handles.append(Line2D([], [], color=style.TOKENS["ink"], linewidth=1.6, label=line))
    ax.legend(
        handles=handles, loc="lower right", bbox_to_anchor=(1.02, 0.98), ncols=len(handles), handlelength=1.2,
        columnspacing=1.0,
    )  # fmt: skip
