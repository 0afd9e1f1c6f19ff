"""What the buffer holds back, and how far fixed cut points are from today's."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_cut_drift", "plot_hold"]

_COLOURS = {
    "tier_same": style.TOKENS["mute"], "tier_held": style.TOKENS["ink2"], "tier_up": style.CATEGORICAL[0],
    "tier_down": style.CATEGORICAL[1],
}  # fmt: skip


def plot_hold(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of accounts that stay, are held by the buffer, go up or down.

    Parameters
    ----------
    result : tiers.Held
        Table with outcome, n, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    end = _end(table["hi"], 1.0)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1)
        for y, (_, row) in enumerate(table.iterrows()):
            colour = _COLOURS.get(str(row["outcome"]), style.TOKENS["mute"])
            style.interval(ax, row, y, _count(row, language), language=language, colour=colour)
        _rows(ax, [words.term(code, language) for code in table["outcome"]])
        ax.set_xlim(0, end * 1.3)
        ax.set_xticks([tick for tick in ax.get_xticks() if tick <= min(1.0, end * 1.3)])
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        style.value_name(ax, words.text("figures.tiers_hold_axis", language))
    return ax


def plot_cut_drift(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Difference of today's cut points from the fixed ones, with intervals and a line at none.

    Parameters
    ----------
    result : tiers.CutDrift
        Table with tier, frozen, today, value, lo, hi, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    with style.context(language):
        ax = style.new_axes(ax, rows=round(1.5 * len(table)) + 1)
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=1.0)
        money = style.Money([*table["frozen"], *table["today"].dropna()], language)
        for y, (_, row) in enumerate(table.iterrows()):
            unclear = bool(row["lo"] <= 0 <= row["hi"])
            colour = style.TOKENS["mute"] if unclear else style.CATEGORICAL[0]
            label = numbers.render(row["value"], "percent", language, signed=True)
            style.interval(ax, row, y, label, language=language, colour=colour, hollow=unclear)
        _rows(ax, [_cut(row, money, language) for row in table.to_dict("records")])
        span = [*table["lo"].dropna(), *table["hi"].dropna(), 0.0]
        width = max(max(span) - min(span), 0.1)
        ax.set_xlim(min(span) - 0.06 * width, max(span) + 0.24 * width)
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        style.value_name(ax, words.text("figures.tiers_drift_axis", language))
    return ax


def _rows(ax: Axes, names: list[str]) -> None:
    ax.set_yticks(range(len(names)), names, linespacing=1.3)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.grid(axis="x")


def _end(column: pd.Series, otherwise: float) -> float:
    known = column.dropna()
    return float(known.max()) if len(known) and known.max() > 0 else otherwise


def _count(row: pd.Series, language: str) -> str:
    if pd.isna(row["value"]):
        return ""
    return words.text("figures.tiers_hold_label", language, n=int(row["n"]), value=float(row["value"]))


def _cut(row: dict, money: style.Money, language: str) -> str:
    name = words.text("figures.tiers_drift_cut", language, tier=row["tier"])
    if pd.isna(row["today"]):
        return name
    return name + "\n" + words.text(
        "figures.tiers_drift_amounts", language, frozen=money.text(row["frozen"]), today=money.text(row["today"])
    )  # fmt: skip
