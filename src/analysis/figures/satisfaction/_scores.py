"""Figures of satisfaction: net promoter score and top-box shares."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_nps", "plot_top_box"]

BLUE, GREY = style.CATEGORICAL[0], style.TOKENS["mute"]


def plot_nps(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Net promoter score by group: dot and interval; from 8 to 29 answers the interval only.

    Parameters
    ----------
    result : satisfaction.Nps
        Table with group, value, lo, hi, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    bounds = table[["lo", "hi"]].to_numpy(dtype=float)
    low, high = _limits([0.0, *bounds[bounds == bounds]], -100, 100)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
        for y, (_, row) in enumerate(table.iterrows()):
            _interval(ax, row, y, language, kind="score")
        _finish(ax, table, language, low, high)
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "score", language, signed=True)))
        style.value_name(ax, words.text("figures.satisfaction_nps_points", language))
    return ax


def plot_top_box(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of the top answers by group or question: bar from 0, interval, number.

    Parameters
    ----------
    result : satisfaction.TopBox
        Table with group, value, lo, hi, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            if pd.notna(row["value"]):
                fill = style.TOKENS["mutefill"] if row["flag"] == "low_n" else style.SEQUENTIAL[1]
                ax.barh(y, row["value"], height=0.6, color=fill, linewidth=0)
            _interval(ax, row, y, language, kind="percent")
        _finish(ax, table, language, 0, 1)
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))
        style.value_name(ax, words.text("figures.satisfaction_top_box_share", language))
    return ax


def _limits(values: list[float], least: float, most: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    pad = 0.08 * max(high - low, 10)
    return max(least, low - pad), min(most, high + pad)


def _finish(ax: Axes, table: pd.DataFrame, language: str, low: float, high: float) -> None:
    ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["group"]])
    ax.set_ylim(len(table) - 0.4, -0.6)
    # room for the numbers at the right
    ax.set_xlim(low, high + 0.36 * (high - low))
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.set_xticks([tick for tick in ax.get_xticks() if low <= tick <= high])
    ax.grid(axis="x")


def _interval(ax: Axes, row: pd.Series, y: float, language: str, *, kind: str) -> None:
    if pd.isna(row["lo"]):
        style.no_number(ax, y, "suppressed", language)
        return
    low_n = row["flag"] == "low_n"
    ax.plot(
        [row["lo"], row["hi"]], [y, y], color=GREY if low_n else BLUE, linewidth=2.2,
        linestyle=(0, (2, 1.5)) if low_n else "solid", solid_capstyle="butt",
    )  # fmt: skip
    if pd.notna(row["value"]):
        hollow = style.TOKENS["page"] if low_n else BLUE
        ax.plot(row["value"], y, "o", color=GREY if low_n else BLUE, markerfacecolor=hollow)
        key = "figures.satisfaction_value_low_n" if low_n else "figures.satisfaction_value"
        value = numbers.render(row["value"], kind, language, signed=kind == "score")
    else:
        key, value = "figures.satisfaction_low_n", ""
    told = words.text(key, language, value=value, n=int(row["n"]))
    ax.annotate(told, (row["hi"], y), xytext=(7, 0), textcoords="offset points", va="center", fontsize=9.5)
