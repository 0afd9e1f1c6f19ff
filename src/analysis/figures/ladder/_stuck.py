"""Barriers of those who stay at a step, and contradictions: dots with intervals."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_ladder_consistency", "plot_ladder_stuck"]

BLUE, GREY = style.CATEGORICAL[0], style.TOKENS["mute"]
#: as in the method: above it a barrier does not set the two groups apart
_FDR = 0.10
_WRAP = {"zh": 11, "en": 26}


def plot_ladder_stuck(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Difference in naming each barrier, those who stay less those beyond; hollow grey where it is not clear.

    Parameters
    ----------
    result : ladder.Stuck
        Table with barrier, stuck, passed, value, lo, hi, q, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
        for y, (_, row) in enumerate(table.iterrows()):
            told = ""
            if pd.notna(row["value"]):
                told = words.text("figures.ladder_stuck_told", language, stuck=row["stuck"], passed=row["passed"])
            clear = bool(row["q"] <= _FDR) and (row["lo"] > 0 or row["hi"] < 0)
            colour = BLUE if clear else GREY
            style.interval(ax, row, y, told, language=language, colour=colour, hollow=not clear)
        _finish(ax, [words.term(str(name), language) for name in table["barrier"]], language)
        _room(ax, table, least=None)
        ax.xaxis.set_major_formatter(
            FuncFormatter(lambda v, _: numbers.render(100 * v, "score", language, signed=True))
        )
        style.value_name(ax, words.text("figures.ladder_stuck_points", language))
    return ax


def plot_ladder_consistency(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share with each contradiction, interval and numbers.

    Parameters
    ----------
    result : ladder.Consistency
        Table with contradiction, mentions, value, lo, hi, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=int(1.4 * len(table)))
        for y, (_, row) in enumerate(table.iterrows()):
            told = ""
            if pd.notna(row["value"]):
                told = words.text("figures.ladder_consistency_told", language, mentions=row["mentions"], n=row["n"])
            style.interval(ax, row, y, told, language=language, colour=GREY if row["flag"] == "low_n" else BLUE)
        _finish(ax, [words.term(str(name), language) for name in table["contradiction"]], language)
        _room(ax, table, least=0.0)
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))
        style.value_name(ax, words.text("figures.ladder_consistency_share", language))
    return ax


def _finish(ax: Axes, names: list[str], language: str) -> None:
    ax.set_yticks(range(len(names)), [style.wrapped(name, _WRAP[language]) for name in names], fontsize=9)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(axis="x")


def _room(ax: Axes, table: pd.DataFrame, least: float | None) -> None:
    """The data and, at the right, room for what is written."""
    low = min(0.0, float(table["lo"].min())) if least is None else least
    high = max(float(table["hi"].max()), 0.05) if table["hi"].notna().any() else 1.0
    low = 0.0 if pd.isna(low) else low
    ax.set_xlim(low - 0.03 * (high - low), high + 0.42 * (high - low))
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.set_xticks([tick for tick in ax.get_xticks() if low <= tick <= high])
