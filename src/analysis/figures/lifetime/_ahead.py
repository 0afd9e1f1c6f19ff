"""Figures of customer lifetime: totals ahead, the held-out test, calibration, value by tenth."""

from __future__ import annotations

import re

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_calibration", "plot_comparison", "plot_total", "plot_value"]

BLUE, ORANGE = style.CATEGORICAL[0], style.CATEGORICAL[1]
GREY = style.TOKENS["mute"]
#: a label stands on the page's ground where it meets a line
LABEL = {"facecolor": style.TOKENS["page"], "edgecolor": "none", "pad": 1.0}


def plot_total(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Expected orders, sales or value ahead of each group: dot and interval.

    Parameters
    ----------
    result : lifetime.Total or lifetime.ValueTotal
        Table with group, value, lo, hi, flag, unit; the row "all" is drawn only when it is alone.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table if len(result.table) == 1 else result.table[result.table["group"] != "all"]
    table = table.reset_index(drop=True)
    kind, most = str(table["unit"].iloc[0]), table["value"].max()
    # what is next to nothing beside the largest does not decide the decimals of all
    money = style.Money(table["value"].where(table["value"].abs() >= 0.01 * abs(most)), language)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            label = money.text(row["value"]) if kind == "money" else _orders(row["value"], most, language)
            colour = GREY if row["flag"] == "low_n" else BLUE
            style.interval(ax, row, y, label, colour=colour, language=language)
        _rows(ax, [words.term(name, language) for name in table["group"]], top=_end(table["hi"], table["value"]))
        name = "lifetime_total_money" if kind == "money" else "lifetime_total_orders"
        style.value_name(ax, words.text(f"figures.{name}", language))
        _ticks(ax, kind, language)
    return ax


def plot_comparison(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Orders predicted by each rule against the actual number, a vertical line.

    Parameters
    ----------
    result : lifetime.Comparison
        Table with rule, value, lo, hi, actual, total_inside, mae.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    actual = float(table["actual"].iloc[0])
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1)
        ax.axvline(actual, color=style.TOKENS["ink2"], linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
        for y, (_, row) in enumerate(table.iterrows()):
            label = numbers.render(row["value"], "number", language)
            missed = row["total_inside"] != "inside_interval"
            colour = ORANGE if row["total_inside"] == "outside_interval" else GREY if missed else BLUE
            mark = "s" if missed else "o"
            hollow = pd.isna(row["lo"])
            style.interval(ax, row, y, label, colour=colour, language=language, marker=mark, hollow=hollow)
        _rows(ax, [words.term(name, language) for name in table["rule"]], top=actual)
        # dots, not bars: the axis need not begin at zero, where the rules could not be told apart
        shown = table[["lo", "hi", "value", "actual"]].astype(float)
        low = float(shown.min().min())
        width = max(float(shown.max().max()) - low, 0.02 * actual, 1e-9)
        ax.set_xlim(max(low - 0.08 * width, 0.0), low + 1.34 * width)
        told = words.text("figures.lifetime_comparison_actual", language, actual=actual)
        ax.annotate(told, (actual, -0.75), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9.5)
        ax.set_ylim(len(table) - 0.4, -1.1)
        style.value_name(ax, words.text("figures.lifetime_comparison_orders", language))
        _ticks(ax, "number", language)
    return ax


def plot_calibration(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Actual orders per customer (dot, interval) and predicted (square) by number of repeat purchases.

    Parameters
    ----------
    result : lifetime.Calibration
        Table with frequency, value, lo, hi, predicted, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax)
        for x, (_, row) in enumerate(table.iterrows()):
            if pd.isna(row["value"]):
                ax.annotate("—", (x, 0), ha="center", va="bottom", color=style.TOKENS["ink2"])
                continue
            missed = not (row["lo"] <= row["predicted"] <= row["hi"])
            ax.plot([x - 0.12] * 2, [row["lo"], row["hi"]], color=BLUE, linewidth=2.2, solid_capstyle="butt")
            ax.plot(x - 0.12, row["value"], "o", color=BLUE, clip_on=False)
            face = "none" if pd.isna(row["lo"]) or not missed else ORANGE
            ax.plot(x + 0.12, row["predicted"], "s", color=ORANGE, markerfacecolor=face, clip_on=False)
        ax.set_xticks(range(len(table)), table["frequency"])
        ax.set_xlim(-0.6, len(table) - 0.4)
        # the legend stands above the highest interval
        ax.set_ylim(0, 1.3 * _end(table["hi"], table["value"], table["predicted"]) or 1)
        ax.yaxis.set_major_locator(MaxNLocator(5))
        ax.grid(axis="y")
        ax.set_xlabel(words.text("figures.lifetime_calibration_frequency", language), loc="left")
        style.value_name(ax, words.text("figures.lifetime_calibration_orders", language))
        ax.plot([], [], "o", color=BLUE, label=words.text("figures.lifetime_calibration_actual", language))
        ax.plot(
            [],
            [],
            "s",
            color=ORANGE,
            markerfacecolor="none",
            label=words.text("figures.lifetime_calibration_predicted", language),
        )
        ax.legend(loc="upper left")
    return ax


def plot_value(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Expected value of each tenth of the customers: bars from zero, interval, share of all.

    Parameters
    ----------
    result : lifetime.ValueDeciles
        Table with decile, value, lo, hi, share, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            if pd.isna(row["value"]):
                style.no_number(ax, y, row["flag"], language)
                continue
            ax.barh(y, row["value"], height=0.62, color=style.SEQUENTIAL[2] if y else BLUE)
            ax.plot([row["lo"], row["hi"]], [y, y], color=style.TOKENS["ink"], linewidth=2.2, solid_capstyle="butt")
            label = numbers.render(row["share"], "percent", language)
            ax.annotate(label, (row["hi"], y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9.5)
        names = [words.text("figures.lifetime_value_decile", language, decile=int(i)) for i in table["decile"]]
        _rows(ax, names, top=_end(table["hi"], table["value"]))
        style.value_name(ax, words.text("figures.lifetime_value_sum", language))
        _ticks(ax, "money", language)
    return ax


def _rows(ax: Axes, names: list[str], *, top: float) -> None:
    """Row names from the top down, value axis from zero with room for the labels at the right."""
    ax.set_yticks(range(len(names)), names)
    # a dot at zero must not touch its row's name
    ax.tick_params(axis="y", pad=8)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(0, 1.28 * top if top > 0 else 1)
    ax.grid(axis="x")


def _end(*columns: pd.Series) -> float:
    """The largest number drawn; 0 without any."""
    return max((float(column.max()) for column in columns if column.notna().any()), default=0.0)


def _orders(value: float, most: float, language: str) -> str:
    """Orders of one plot with the same decimals: whole ones where there are many."""
    return numbers.render(value, "count" if most >= 99.95 else "number", language)


def _amount(value: float, kind: str, language: str) -> str:
    """Money without its currency, which the page names once; other numbers as they are."""
    return numbers.render(value, kind, language, currency="").strip()


def _ticks(ax: Axes, kind: str, language: str) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(4))
    # on an axis 2.00万 reads as 2万
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: re.sub(r"\.0+(?!\d)", "", _amount(value, kind, language)))
    )
