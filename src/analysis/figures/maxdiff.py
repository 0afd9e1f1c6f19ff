"""Figure of best–worst choices: share of preference of each item."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_maxdiff"]


def plot_maxdiff(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of preference with its interval, items one below the other.

    Parameters
    ----------
    result : maxdiff.Maxdiff
        Table with item, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1)
        for y, (_, row) in enumerate(table.iterrows()):
            label = numbers.render(row["value"], "percent", language)
            style.interval(ax, row, y, label, language=language, colour=style.CATEGORICAL[0])
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["item"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        most = table[["value", "hi"]].max().max()
        ax.set_xlim(0, 1.16 * float(most) if most == most else 1)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.maxdiff_maxdiff_axis", language))
    return ax
