"""Figures of data health: how full, how fresh, how much was rejected, who is covered, the marks."""

from __future__ import annotations

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_completeness", "plot_coverage", "plot_freshness", "plot_quality", "plot_rejected"]

BLUE, ORANGE = style.CATEGORICAL[0], style.CATEGORICAL[1]
GREY, PALE = style.TOKENS["mute"], style.TOKENS["mutefill"]
_MOST = 15


def plot_completeness(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Bars of the filled share, emptiest fields first.

    Parameters
    ----------
    result : health.Completeness
        Table with table, column, value.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.dropna(subset=["value"]).head(_MOST)
    names = [_pair(row["column"], row["table"], language) for _, row in table.iterrows()]
    colours = [BLUE if value >= 1 else ORANGE for value in table["value"]]
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        _bars(ax, table["value"].tolist(), colours, names, [_share(v, language) for v in table["value"]])
        _share_axis(ax, language)
        style.value_name(ax, words.text("figures.health_filled", language))
    return ax


def plot_rejected(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Bars of the rows that did not reach a table: blue rejected, grey left out or cleared.

    Parameters
    ----------
    result : health.Rejected
        Table with table, rule, action, n.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.head(_MOST)
    names = [_pair(row["rule"], row["table"], language) for _, row in table.iterrows()]
    colours = [BLUE if action == "rejected" else PALE for action in table["action"]]
    labels = [numbers.render(n, "count", language) for n in table["n"]]
    with style.context(language):
        ax = style.new_axes(ax, rows=max(len(table), 2))
        _bars(ax, table["n"].astype(float).tolist(), colours, names, labels)
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.render(value, "count", language)))
        style.value_name(ax, words.text("figures.health_rows", language))
    return ax


def plot_freshness(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """A line from first to last day of each table, the cut-off, and months nobody delivered.

    Parameters
    ----------
    result : health.Freshness
        Table with table, first, last; ``gaps`` with month; ``as_of``.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table, end = result.table, pd.Timestamp(result.as_of)  # type: ignore[attr-defined]
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for month in result.gaps["month"]:  # type: ignore[attr-defined]
            ax.axvspan(month, month + pd.offsets.MonthEnd(1), color=style.TOKENS["grid"], linewidth=0)
        for y, (_, row) in enumerate(table.iterrows()):
            ax.plot([row["first"], row["last"]], [y, y], color=BLUE, linewidth=6, solid_capstyle="butt")
        ax.axvline(float(mdates.date2num(end)), color=style.TOKENS["axis"], linewidth=1.2)
        _mark(ax, end, 1, words.text("figures.health_cutoff", language) + " " + str(end.date()), "right")
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["table"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        if table["first"].notna().any():
            style.month_axis(ax, table["first"].min(), max(table["last"].max(), end))
        ax.grid(axis="x")
        if len(result.gaps):  # type: ignore[attr-defined]
            _mark(ax, result.gaps["month"].iloc[0], 0, words.text("figures.health_gap", language), "center")  # type: ignore[attr-defined]
    return ax


def plot_coverage(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Dot and 95 % interval of the share of customers with an order, by region; small samples hollow grey.

    Parameters
    ----------
    result : health.Coverage
        Table with region, value, lo, hi, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            if pd.isna(row["value"]):
                told = words.term(row["flag"], language)
                ax.annotate(told, (0.01, y), va="center", fontsize=9.5, color=style.TOKENS["ink2"])
                continue
            sure = row["flag"] == "ok"
            colour = BLUE if sure else GREY
            dash = "solid" if sure else (0, (2, 1.5))
            ax.plot([row["lo"], row["hi"]], [y, y], color=colour, linewidth=2.2, linestyle=dash)
            ax.plot(row["value"], y, "o", color=colour, markerfacecolor=colour if sure else style.TOKENS["page"])
            ax.annotate(f"n = {row['n']:,.0f}", (1, y), xycoords=ax.get_yaxis_transform(), xytext=(4, 0),
                        textcoords="offset points", va="center", fontsize=9, color=style.TOKENS["ink2"])  # fmt: skip
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["region"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        _share_axis(ax, language)
        style.value_name(ax, words.text("figures.health_ordered", language))
    return ax


def plot_quality(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Bars of the six marks: blue pass, orange warning, hatched blocked.

    Parameters
    ----------
    result : health.Quality
        Table with dimension, value, status.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    names = [words.term(name, language) for name in table["dimension"]]
    colours = [BLUE if status == "gate_pass" else ORANGE for status in table["status"]]
    labels = [
        _share(value, language) if value == value else words.term(flag, language)
        for value, flag in zip(table["value"], table["flag"], strict=True)
    ]
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        bars = _bars(ax, table["value"].fillna(0).tolist(), colours, names, labels)
        for bar, status in zip(bars, table["status"], strict=True):
            if status == "gate_blocked":
                bar.set(facecolor=style.TOKENS["page"], edgecolor=ORANGE, hatch="////")
        _share_axis(ax, language)
        style.value_name(ax, words.text("figures.health_mark", language))
    return ax


def _bars(ax: Axes, values: list[float], colours: list[str], names: list[str], labels: list[str]) -> list:
    """Horizontal bars from zero, first on top, each with its number at the end."""
    bars = ax.barh(range(len(values)), values, height=0.62, color=colours)
    for y, (value, label) in enumerate(zip(values, labels, strict=True)):
        ax.annotate(label, (value, y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9.5)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(max(len(values), 1) - 0.4, -0.6)
    ax.set_xlim(0, 1.18 * max([*values, 1e-9]))
    ax.grid(axis="x")
    return list(bars)


def _mark(ax: Axes, day: pd.Timestamp, height: float, told: str, side: str) -> None:
    """A word at a day, at the foot (0) or on top (1) of the axes."""
    place = (float(mdates.date2num(day)), height)
    ax.annotate(told, place, xycoords=ax.get_xaxis_transform(), xytext=(0, 3), textcoords="offset points", ha=side,
                va="bottom", fontsize=9, color=style.TOKENS["ink2"])  # fmt: skip


def _share_axis(ax: Axes, language: str) -> None:
    ax.set_xlim(0, 1.12)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _share(value, language)))
    ax.grid(axis="x")


def _share(value: float, language: str) -> str:
    """A share as percent; 99.6 % must not read as 100 %."""
    kind = "percent" if value >= 1 or value < 0.995 else "percent1"
    return numbers.render(min(value, 0.999) if 0.995 <= value < 1 else value, kind, language)


def _pair(first: str, second: str, language: str) -> str:
    one, two = words.term(first, language), words.term(second, language)
    return f"{one}（{two}）" if language == "zh" else f"{one} ({two})"
