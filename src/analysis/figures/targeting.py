"""Figure of target selection: how many accounts for which reason, and why the others are not selected."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_targets"]

BLUE, PALE = style.CATEGORICAL[0], style.TOKENS["mutefill"]


def plot_targets(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Bars of accounts by main reason (blue) and of the others by why (grey), a gap between the two.

    Parameters
    ----------
    result : targeting.Targets
        Table with outcome, reason, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    gap = 1.0 if table["outcome"].nunique() > 1 else 0.0
    places = [i + (gap if row == "not_selected" else 0.0) for i, row in enumerate(table["outcome"])]
    longest = max(float(table["n"].max()) if table["n"].notna().any() else 1.0, 1.0)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 2, width=6.4)
        for y, (_, row) in zip(places, table.iterrows(), strict=True):
            if pd.isna(row["n"]):
                style.no_number(ax, y, row["flag"], language)
                continue
            ax.barh(y, row["n"], height=0.62, color=BLUE if row["outcome"] == "selected" else PALE)
            ax.annotate(numbers.render(row["n"], "count", language), (row["n"], y), xytext=(4, 0),
                        textcoords="offset points", va="center", fontsize=9.5)  # fmt: skip
        for outcome, shift in (("selected", -0.45), ("not_selected", -0.45)):
            rows = [y for y, name in zip(places, table["outcome"], strict=True) if name == outcome]
            if rows:
                ax.annotate(words.term(outcome, language), (1, rows[0] + shift), xycoords=ax.get_yaxis_transform(),
                            ha="right", va="bottom", fontsize=9.5, weight="bold")  # fmt: skip
        ax.set_yticks(places, [words.term(name, language) for name in table["reason"]])
        ax.set_ylim(max(places, default=1.0) + 0.6, -1.0)
        ax.set_xlim(0, 1.15 * longest)
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.render(value, "count", language)))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.targets_axis", language))
    return ax
