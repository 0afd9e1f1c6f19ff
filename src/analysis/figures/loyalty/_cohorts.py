"""Heat map of retention by cohort."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_cohorts"]

#: up to here the step before; the last step is the rest
_CUTS = (0.3, 0.5, 0.7, 0.85)
#: more columns than this leave no room for the numbers
_ROOM = 14


def plot_cohorts(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of each cohort that still buys, by quarters since the first order; darker is more.

    Parameters
    ----------
    result : loyalty.Cohorts
        Table with cohort, quarters_since, value, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    cohorts = sorted(dict.fromkeys(table["cohort"]), key="all".__eq__)
    widest = int(table["quarters_since"].max())
    with style.context(language):
        ax = style.new_axes(ax, rows=len(cohorts) + 1)
        for _, row in table.iterrows():
            _cell(ax, row, cohorts.index(row["cohort"]), language, numbered=widest <= _ROOM)
        sizes = table.groupby("cohort")["n"].max()
        ax.set_yticks(range(len(cohorts)), [_name(c, sizes[c], language) for c in cohorts])
        ax.set_xticks(range(1, widest + 1, 1 if widest <= _ROOM else 4))
        ax.set_xlim(0.5, widest + 0.5)
        ax.set_ylim(len(cohorts) - 0.5, -0.5)
        if "all" in cohorts:
            ax.axhline(len(cohorts) - 1.5, color=style.TOKENS["axis"], linewidth=0.8)
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(axis="x", length=0)
        ax.set_xlabel(words.text("figures.loyalty_cohorts_since", language), loc="left")
        style.value_name(ax, words.text("figures.loyalty_cohorts", language))
    return ax


def _cell(ax: Axes, row: pd.Series, y: int, language: str, *, numbered: bool) -> None:
    x = row["quarters_since"]
    if row["flag"] == "suppressed":
        hatch: dict[str, Any] = {"hatch": "////", "fill": False, "edgecolor": style.TOKENS["mute"], "linewidth": 0}
        ax.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, **hatch))
        return
    if pd.isna(row["value"]):
        return
    step = int(np.searchsorted(_CUTS, row["value"], side="left"))
    thin = row["flag"] == "low_n"
    face = style.TOKENS["page"] if thin else style.SEQUENTIAL[step]
    ink = style.TOKENS["ink2"] if thin else style.TOKENS["page"] if step >= 3 else style.TOKENS["ink"]
    edge: dict[str, Any] = (
        {"edgecolor": style.TOKENS["mute"], "linestyle": (0, (2, 1.5)), "linewidth": 0.8} if thin else {"linewidth": 0}
    )
    ax.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, facecolor=face, **edge))
    if numbered:
        said = numbers.render(100 * row["value"], "count", language)
        ax.text(x, y, said, ha="center", va="center_baseline", fontsize=9, color=ink)


def _name(cohort: str, n: float, language: str) -> str:
    if pd.isna(n):
        return words.term(cohort, language)
    return f"{words.term(cohort, language)}  n = {numbers.render(float(n), 'count', language)}"
