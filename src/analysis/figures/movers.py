"""Figures of rising low-tier accounts and of early adopters: intervals without names."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_early_adopters", "plot_rising"]

_MOST = 15


def plot_rising(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Growth a year of the rising accounts with intervals, strongest first; no names.

    Parameters
    ----------
    result : movers.Rising
        Table with tier, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    with style.context(language):
        ax = _rows(result.table, 0.0, "growth", language, ax)
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        style.value_name(ax, words.text("figures.movers_rising_axis", language))
    return ax


def plot_early_adopters(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Pace of adoption of the early accounts of value A with intervals, surest first; no names.

    Parameters
    ----------
    result : movers.EarlyAdopters
        Table with tier, value, lo, hi, n, adopted, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    with style.context(language):
        ax = _rows(result.table, 1.0, "adopted", language, ax)
        style.value_name(ax, words.text("figures.movers_adopters_axis", language))
    return ax


def _rows(table: pd.DataFrame, nothing: float, kind: str, language: str, ax: Axes | None) -> Axes:
    """One row per account, named by its tier and place; a line where nothing would be shown."""
    shown = table.head(_MOST).reset_index(drop=True)
    ax = style.new_axes(ax, rows=max(len(shown), 3) + 1)
    known = [nothing, *shown[["lo", "hi"]].dropna().to_numpy(dtype=float).ravel().tolist()]
    for y, row in shown.iterrows():
        style.interval(ax, row, float(y), _label(row, kind, language), language=language, colour=style.CATEGORICAL[0])  # type: ignore[arg-type]
    ax.axvline(nothing, color=style.TOKENS["axis"], linewidth=0.8, zorder=0)
    names = [f"{words.term(row['tier'], language)} · {place + 1}" for place, row in shown.iterrows()]  # type: ignore[operator]
    ax.set_yticks(range(len(shown)), names)
    ax.set_ylim(max(len(shown), 3) - 0.4, -0.6)
    span = max(known) - min(known) or 1.0
    ax.set_xlim(min(known) - 0.05 * span, max(known) + 0.3 * span)
    ax.grid(axis="x")
    if len(table) > _MOST:
        ax.set_xlabel(
            words.text("figures.movers_rising_more", language, n=len(table) - _MOST), loc="left", fontsize=9.5
        )
    return ax


def _label(row: pd.Series, kind: str, language: str) -> str:
    if kind == "growth":
        return numbers.render(row["value"], "percent", language, signed=True)
    return words.text("figures.movers_adopters_label", language, adopted=row["adopted"], n=row["n"])
