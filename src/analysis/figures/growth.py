"""Figures of growth: change by group, the plain monthly series, and where the change came from."""

from __future__ import annotations

import re

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_change", "plot_monthly", "plot_waterfall"]

BLUE = style.CATEGORICAL[0]
GREY = style.TOKENS["mute"]


def plot_change(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Relative change of net sales: dot and 95 % interval per group, hollow and grey where it includes zero.

    Parameters
    ----------
    result : growth.Change
        Table with group, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    shown = [float(x) for x in table[["value", "lo", "hi"]].to_numpy(dtype=float).ravel() if x == x]
    low, high = min([0.0, *shown]), max([0.0, *shown])
    width = max(high - low, 0.1)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
        for y, (_, row) in enumerate(table.iterrows()):
            clear = row["flag"] == "ok" and (row["lo"] > 0 or row["hi"] < 0)
            label = _percent(row["value"], "percent1", language)
            style.interval(ax, row, y, label, colour=BLUE if clear else GREY, language=language, hollow=not clear)
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["group"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.set_xlim(low - 0.06 * width, high + 0.3 * width)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _percent(value, "percent", language)))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.growth_change", language))
    return ax


def plot_monthly(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Net sales month by month; the line breaks at months that were not reported.

    Parameters
    ----------
    result : growth.Monthly
        Table with month, value, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax)
        ax.plot(table["month"], table["value"], color=BLUE, marker="o", markersize=3.5)
        holes = table[table["value"].isna()]
        for month in holes["month"]:
            ax.axvspan(
                month - pd.Timedelta(days=15), month + pd.Timedelta(days=15), color=style.TOKENS["grid"], linewidth=0
            )
        if len(holes):
            told = words.text("figures.growth_monthly_hole", language)
            place = (holes["month"].iloc[0], 0.02)
            ax.annotate(
                told,
                place,
                xycoords=ax.get_xaxis_transform(),
                ha="center",
                va="bottom",
                fontsize=9,
                color=style.TOKENS["ink2"],
            )
        if table["value"].notna().any() and table["value"].min() >= 0:
            ax.set_ylim(bottom=0)
        if len(table):
            style.month_axis(ax, table["month"].min(), table["month"].max())
        ax.yaxis.set_major_locator(MaxNLocator(5))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _amount(value, language)))
        ax.grid(axis="y")
        style.value_name(ax, words.text("figures.growth_monthly", language))
    return ax


def plot_waterfall(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Parts of the change of net sales, each starting where the one above ends; their sum is the last bar.

    Zero is the net sales of the window before, so that parts of a few percent can be seen.

    Parameters
    ----------
    result : growth.Decomposition, growth.PriceVolumeMix or growth.Sources
        Table with part, value, lo, hi, flag; first row "before", last row "after".
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    ends = result.table.set_index("part")["value"]
    parts = result.table[~result.table["part"].isin(["before", "after"])].reset_index(drop=True)
    change = ends["after"] - ends["before"]
    money = style.Money([*parts["value"], change], language, signed=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(parts) + 1)
        style.waterfall(
            ax, parts, change, money.text, missing="missing_input", room=0.34, exact=False, language=language
        )
        names = [*parts["part"], "net_change"]
        ax.set_yticks(range(len(names)), [words.term(name, language) for name in names])
        ax.xaxis.set_major_locator(MaxNLocator(4))
        ax.xaxis.set_major_formatter(FuncFormatter(money))
        told = {name: _amount(ends[name], language) if pd.notna(ends[name]) else numbers.MISSING for name in ends.index}
        said = words.text("figures.growth_waterfall", language, before=told["before"], after=told["after"])
        style.value_name(ax, said)
    return ax


def _percent(value: float, kind: str, language: str) -> str:
    return numbers.render(value, kind, language, signed=True)


def _amount(value: float, language: str) -> str:
    """A tick: money without its currency, which the page names once; 2.00万 reads as 2万."""
    return re.sub(r"\.0+(?!\d)", "", numbers.render(value, "money", language, currency="").strip())
