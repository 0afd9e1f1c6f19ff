"""Figures of profit: statement, whale curve, value A/B/C by sales against by profit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_profit_tiers", "plot_statement", "plot_whale"]

BLUE, ORANGE = style.CATEGORICAL[:2]
GREY = style.TOKENS["mute"]


def plot_statement(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """From net sales down to contribution, all customers: bars that start where the one above ends.

    Parameters
    ----------
    result : profit.Statement
        Table with group, line, value, share, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table[result.table["group"] == "all"].reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        base, low, money = 0.0, 0.0, style.Money(table["value"], language)
        for y, (_, row) in enumerate(table.iterrows()):
            if pd.isna(row["value"]):
                style.no_number(ax, y, row["flag"], language)
                continue
            start = 0.0 if row["line"] in ("net_sales", "contribution") else base
            colour = BLUE if start == 0.0 else style.SEQUENTIAL[2]
            ax.barh(y, row["value"], left=start, height=0.62, color=colour)
            base = start + row["value"]
            low = min(low, base)
            share = numbers.render(row["share"], "percent1", language)
            label = money.text(row["value"]) + (f"  {share}" if pd.notna(row["share"]) else "")
            ax.annotate(
                label, (max(base, start, 0.0), y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9.5
            )
        ax.set_yticks(range(len(table)), [words.term(line, language) for line in table["line"]])
        ax.set_ylim(len(table) - 0.5, -0.5)
        top = float(np.nanmax([*table["value"], 0.0])) if table["value"].notna().any() else 1.0
        ax.set_xlim(1.15 * low, 1.5 * top if top > 0 else max(-0.5 * low, 1.0))
        _money_axis(ax, money)
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
        style.value_name(ax, words.text("figures.profit_statement", language))
    return ax


def plot_whale(result: Any, *, language: str, ax: Axes | None = None) -> Axes:
    """Cumulative profit by customers, the most profitable first, with the line of 100 % and the peak.

    Parameters
    ----------
    result : profit.Whale
        Table with share_customers, value (or profit, where the total is not positive), lo, hi, flag; ``peak``.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    name = "value" if table["value"].notna().any() else "profit"
    shown = table[table[name].notna()]
    with style.context(language):
        ax = style.new_axes(ax)
        x = np.r_[0.0, shown["share_customers"]]
        if name == "value":
            ax.axhline(1.0, color=style.TOKENS["axis"], linewidth=0.8, linestyle=(0, (4, 3)))
            ax.fill_between(
                x, np.r_[0.0, shown["lo"]], np.r_[0.0, shown["hi"]], color=style.TOKENS["band"], linewidth=0
            )
        ax.axhline(0.0, color=style.TOKENS["axis"], linewidth=0.8)
        ax.plot(x, np.r_[0.0, shown[name]], color=BLUE, zorder=3)
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.yaxis.set_major_locator(MaxNLocator(5))
        ax.grid(axis="y")
        if name == "value":
            ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            _peak(ax, result.peak, float(np.nanmax([*shown["hi"], *shown["value"]])), language)
        else:
            ax.yaxis.set_major_formatter(FuncFormatter(style.Money(shown[name], language)))
        ax.set_xlabel(words.text("figures.profit_whale_customers", language), loc="left")
        style.value_name(ax, words.text(f"figures.profit_whale_{name}", language))
    return ax


def plot_profit_tiers(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of each tier by sales that is in it by profit too: dot and 95 % interval.

    Parameters
    ----------
    result : profit.ProfitTiers
        Table with tier, value, lo, hi, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table[(result.table["n"] > 0) | (result.table["flag"] == "suppressed")].reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1)
        for y, (_, row) in enumerate(table.iterrows()):
            colour = GREY if row["flag"] == "low_n" else BLUE
            told = "" if pd.isna(row["value"]) else words.text(
                "figures.profit_tiers_row", language, value=row["value"], n=row["n"]
            )  # fmt: skip
            style.interval(ax, row, y, told, colour=colour, language=language)
        ax.set_yticks(range(len(table)), [words.term(tier, language) for tier in table["tier"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.set_xlim(0, 1.4)
        ax.set_xticks(np.linspace(0, 1, 5))
        ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.profit_tiers", language))
    return ax


def _peak(ax: Axes, peak: dict[str, float | None], top: float, language: str) -> None:
    """Where profit is highest, when that is above all of it; the label stands clear of the curve."""
    value, share = peak["value"], peak["share_customers"]
    if value is None or share is None or value <= 1.0005:
        ax.set_ylim(0, 1.08)
        return
    ax.set_ylim(min(0.0, ax.get_ylim()[0]), top + 0.16 * top)
    ax.plot(share, value, "o", color=ORANGE, zorder=4)
    told = words.text("figures.profit_whale_peak", language, value=value, share=share)
    ax.annotate(told, (share, max(value, top)), xytext=(0, 6), textcoords="offset points",
                ha="right" if share > 0.6 else "center", va="bottom", fontsize=9.5)  # fmt: skip


def _money_axis(ax: Axes, money: style.Money) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(FuncFormatter(money))
    ax.grid(axis="x")
