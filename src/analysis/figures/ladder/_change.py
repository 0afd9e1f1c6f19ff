"""Slope chart of the ladder in two waves."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ...core import words
from ...core.result import Result
from .. import style

__all__ = ["plot_ladder_change"]

BLUE, GREY = style.CATEGORICAL[0], style.TOKENS["mute"]


def plot_ladder_change(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share at or beyond each step before and after, with intervals; blue where the change is clear.

    Parameters
    ----------
    result : ladder.LadderChange
        Table with step_name, compared, before, before_lo, before_hi, after, after_lo, after_hi,
        value, verdict; the combined rows are drawn.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table[result.table["compared"] == "combined"].dropna(subset=["before", "after"])
    with style.context(language):
        ax = style.new_axes(ax, rows=12)
        ends = table["after"].to_numpy(dtype=float)
        for (_, row), at in zip(table.iterrows(), _apart(ends, 0.062), strict=True):
            _slope(ax, row, at, language)
        ax.set_xlim(-0.3, 2.6)
        ax.set_ylim(-0.06, 1.04)
        names = [words.text(f"figures.satisfaction_{wave}", language) for wave in ("before", "after")]
        ax.set_xticks([0, 1], names)
        ax.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
        ax.spines["bottom"].set_visible(False)
        style.value_name(ax, words.text("figures.ladder_change_share", language))
    return ax


def _slope(ax: Axes, row: pd.Series, at: float, language: str) -> None:
    clear = row["verdict"] != "no_clear_change"
    colour = BLUE if clear else GREY
    dash = (0, (2, 1.5)) if row["flag"] == "low_n" else "solid"
    for x, wave in ((0, "before"), (1, "after")):
        ax.plot([x, x], [row[f"{wave}_lo"], row[f"{wave}_hi"]], color=colour, linewidth=2.2, linestyle=dash)
    ax.plot([0, 1], [row["before"], row["after"]], color=colour, linewidth=1.4)
    face = colour if clear else style.TOKENS["page"]
    ax.plot([0, 1], [row["before"], row["after"]], "o", color=colour, markerfacecolor=face)
    told = words.text("figures.ladder_change_told", language, value=row["value"])
    label = f"{words.term(row['step_name'], language)}  {told}"
    ax.annotate(
        label, (1, row["after"]), xytext=(1.14, at), va="center", fontsize=9,
        color=style.TOKENS["ink"] if clear else style.TOKENS["ink2"],
    )  # fmt: skip


def _apart(values: np.ndarray, least: float) -> np.ndarray:
    """Heights of labels: as the values, pushed up until none touches the next."""
    out = values.astype(float).copy()
    order = np.argsort(values, kind="stable")
    for low, high in itertools.pairwise(order):
        out[high] = max(out[high], out[low] + least)
    return out
