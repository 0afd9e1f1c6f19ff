"""Heat map of the steps of the same persons in two waves."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import words
from ...core.result import Result
from .. import style

__all__ = ["plot_ladder_matrix"]

_CUTS = (0.1, 0.25, 0.45, 0.65)


def plot_ladder_matrix(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Steps before down, steps after across: number of persons, coloured by the share of the row; diagonal framed.

    Parameters
    ----------
    result : ladder.LadderMatrix
        Table with from_step, to_step, n, value, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    steps = list(dict.fromkeys(table["from_step"]))
    with style.context(language):
        ax = style.new_axes(ax, rows=len(steps) + 2)
        for _, row in table.iterrows():
            _cell(ax, steps.index(row["to_step"]), steps.index(row["from_step"]), row)
        ax.set_xlim(-0.5, len(steps) - 0.5)
        ax.set_ylim(len(steps) - 0.5, -0.5)
        ax.set_yticks(range(len(steps)), [f"{i} {words.term(name, language)}" for i, name in enumerate(steps)])
        ax.set_xticks(range(len(steps)), [str(i) for i in range(len(steps))])
        ax.tick_params(length=0)
        ax.spines["bottom"].set_visible(False)
        style.value_name(ax, words.text("figures.ladder_matrix_after", language))
    return ax


def _cell(ax: Axes, x: int, y: int, row: pd.Series) -> None:
    hidden = row["flag"] == "suppressed" or pd.isna(row["n"])
    share = 0.0 if pd.isna(row["value"]) else float(row["value"])
    depth = sum(share > cut for cut in _CUTS)
    fill = style.TOKENS["page"] if hidden or not row["n"] else style.SEQUENTIAL[depth]
    ax.add_patch(
        Rectangle(
            (x - 0.46, y - 0.46), 0.92, 0.92, facecolor=fill, linewidth=1.4 if x == y else 0,
            edgecolor=style.TOKENS["ink2"] if x == y else style.TOKENS["mute"], hatch="////" if hidden else None,
        )
    )  # fmt: skip
    if hidden or not row["n"]:
        return
    colour = style.TOKENS["page"] if depth >= 3 else style.TOKENS["ink"]
    ax.annotate(f"{int(row['n'])}", (x, y), ha="center", va="center", fontsize=9.5, color=colour)
