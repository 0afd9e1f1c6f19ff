"""Figures of behaviour: order frequency, time between orders, order size, channel mix."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_channels", "plot_frequency", "plot_gaps", "plot_order_size"]

BLUE = style.CATEGORICAL[0]
GREY = style.TOKENS["mute"]


def plot_frequency(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Order days per customer: median with interval, middle half behind it, by group.

    Parameters
    ----------
    result : behaviour.Frequency
        Table with group, value, lo, hi, q25, q75, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    return _medians(result, "frequency", "number", language, ax)


def plot_gaps(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Days between orders: median with interval, middle half behind it, by group.

    Parameters
    ----------
    result : behaviour.Gaps
        Columns as in `plot_frequency`.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    return _medians(result, "gaps", "number", language, ax)


def plot_order_size(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Net value of an order day: median with interval, middle half behind it, by group.

    Parameters
    ----------
    result : behaviour.OrderSize
        Columns as in `plot_frequency`.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    return _medians(result, "order_size", "money", language, ax)


def plot_channels(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Channel shares before (ring) and after (dot); the shift with its interval at the right.

    Parameters
    ----------
    result : behaviour.ChannelMix
        Table with channel, share_before, share_after, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1)
        for y, (_, row) in enumerate(table.iterrows()):
            if pd.isna(row["value"]):
                style.no_number(ax, y, row["flag"], language)
                continue
            clear = row["flag"] == "ok" and (row["lo"] > 0 or row["hi"] < 0)
            colour = BLUE if clear else GREY
            ax.plot([row["share_before"], row["share_after"]], [y, y], color=colour)
            ax.plot(row["share_before"], y, "o", color=colour, markerfacecolor=style.TOKENS["page"], clip_on=False)
            ax.plot(row["share_after"], y, "o", color=colour, clip_on=False)
            _shift(ax, row, y, language)
        for face, when in ((style.TOKENS["page"], "before"), (GREY, "after")):
            name = words.text(f"figures.behaviour_channels_{when}", language)
            ax.plot([], [], "o", color=GREY, markerfacecolor=face, label=name)
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0.2, borderpad=0, handletextpad=0.1,
                  columnspacing=1.0)  # fmt: skip
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["channel"]])
        # a ring at zero must not touch its row's name
        ax.tick_params(axis="y", pad=8)
        ax.set_ylim(len(table) - 0.5, -0.6)
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.behaviour_channels", language))
    return ax


def _shift(ax: Axes, row: pd.Series, y: float, language: str) -> None:
    """Shift in points, on the side where there is room."""
    told = numbers.render(row["value"], "points1", language, signed=True)
    left, right = sorted((row["share_before"], row["share_after"]))
    inside = right > 0.62
    ground = {"facecolor": style.TOKENS["page"], "edgecolor": "none", "pad": 1.0}
    ax.annotate(told, (left if inside else right, y), xytext=(-8 if inside else 8, 0), textcoords="offset points",
                ha="right" if inside else "left", va="center", fontsize=9.5, bbox=ground)  # fmt: skip


def _medians(result: Result, what: str, kind: str, language: str, ax: Axes | None) -> Axes:
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        money = style.Money(table["value"], language) if kind == "money" else None
        for y, (_, row) in enumerate(table.iterrows()):
            if pd.notna(row["q75"]):
                ax.barh(
                    y, row["q75"] - row["q25"], left=row["q25"], height=0.5, color=style.TOKENS["band"], linewidth=0
                )
            colour = GREY if row["flag"] == "low_n" else BLUE
            _one(ax, row, y, money.text(row["value"]) if money else f"{row['value']:,.1f}", colour, language)
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["group"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        top = table[["value", "hi", "q75"]].max().max()
        ax.set_xlim(0, 1.18 * float(top) if pd.notna(top) and top > 0 else 1.0)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        if money:
            ax.xaxis.set_major_formatter(FuncFormatter(money))
        ax.grid(axis="x")
        style.value_name(ax, words.text(f"figures.behaviour_{what}", language))
    return ax


def _one(ax: Axes, row: pd.Series, y: float, label: str, colour: str, language: str) -> None:
    """Dot and interval; the label stands right of the middle half."""
    style.interval(ax, row, y, "", colour=colour, language=language)
    if pd.isna(row["value"]):
        return
    end = max(v for v in (row["value"], row["hi"], row["q75"]) if pd.notna(v))
    ax.annotate(label, (end, y), xytext=(7, 0), textcoords="offset points", va="center", fontsize=9.5)
