"""Figures of loyalty: repeat rate and retention, as dots with intervals."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter
from matplotlib.transforms import ScaledTranslation

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_repeat_rate", "plot_retention"]

BLUE, ORANGE, GREEN = style.CATEGORICAL[:3]
GREY = style.TOKENS["mute"]
#: marker and colour of each measure of retention
MEASURES = {"customers_kept": ("o", BLUE), "grr": ("s", ORANGE), "nrr": ("^", GREEN)}


def plot_repeat_rate(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of customers who bought again: dot and 95 % interval per group.

    Parameters
    ----------
    result : loyalty.RepeatRate
        Table with group, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            _kept(ax, row, y, marker="o", colour=BLUE, language=language)
        _finish(ax, [words.term(name, language) for name in table["group"]], top=1.0)
        style.value_name(ax, words.text("figures.loyalty_repeat_rate", language))
    return ax


def plot_retention(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Customers kept, value kept (GRR) and value of the kept (NRR): dots with 95 % intervals per group.

    Parameters
    ----------
    result : loyalty.Retention
        Table with group, metric, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    groups = list(dict.fromkeys(table["group"]))
    offset = {metric: 0.27 * (i - 1) for i, metric in enumerate(MEASURES)}
    with style.context(language):
        ax = style.new_axes(ax, rows=2 * len(groups) + 2)
        for _, row in table.iterrows():
            marker, colour = MEASURES[row["metric"]]
            y = groups.index(row["group"]) + offset[row["metric"]]
            _kept(ax, row, y, marker=marker, colour=colour, language=language)
        top = max(1.0, float(table[["value", "hi"]].max().max()) if table["value"].notna().any() else 1.0)
        _finish(ax, [words.term(name, language) for name in groups], top=top)
        for metric, (marker, colour) in MEASURES.items():
            ax.plot([], [], marker, color=colour, label=words.term(metric, language))
        # above the axis name, whatever the height of the axes
        shift = ScaledTranslation(0, 22 / 72, ax.figure.dpi_scale_trans)
        ax.legend(
            loc="lower left", bbox_to_anchor=(0, 1), bbox_transform=ax.transAxes + shift, borderaxespad=0, borderpad=0,
            handletextpad=0.3, handlelength=1.2, labelspacing=0.35,
        )  # fmt: skip
        style.value_name(ax, words.text("figures.loyalty_retention_share", language))
    return ax


def _kept(ax: Axes, row: pd.Series, y: float, *, marker: str, colour: str, language: str) -> None:
    """One share with its interval, grey for a small sample."""
    label = numbers.render(row["value"], "percent", language)
    shade = GREY if row["flag"] == "low_n" else colour
    style.interval(ax, row, y, label, colour=shade, language=language, marker=marker)


def _finish(ax: Axes, names: list[str], *, top: float) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlim(0, 1.15 * top)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.grid(axis="x")
