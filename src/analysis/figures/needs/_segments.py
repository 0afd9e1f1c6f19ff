"""Need by segment as a heat map in which only cells that differ are coloured."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_need_segments"]

#: differences (points) from which a cell takes the next step of the scale
_STEPS = (0.25, 0.5)


def plot_need_segments(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Difference of each segment to the others by need; cells without a clear difference stay pale.

    Parameters
    ----------
    result : needs.NeedSegments
        Table with need, segment, value, verdict, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    needs, segments = list(dict.fromkeys(table["need"])), list(dict.fromkeys(table["segment"]))
    cells = table.set_index(["need", "segment"])
    size = table.groupby("segment")["n"].max()
    with style.context(language):
        ax = style.new_axes(ax, rows=len(needs) + 2, width=max(4.8, 2.0 + 0.95 * len(segments)))
        for y, need in enumerate(needs):
            for x, segment in enumerate(segments):
                _cell(ax, x, y, cells.loc[(need, segment)], language)
        ax.set_xlim(-0.5, len(segments) - 0.5)
        ax.set_ylim(len(needs) - 0.5, -0.5)
        ax.set_yticks(range(len(needs)), [words.term(name, language) for name in needs])
        ax.set_xticks(range(len(segments)), [_heading(s, size.get(s), language) for s in segments])
        ax.tick_params(axis="x", length=0)
        ax.spines["bottom"].set_visible(False)
        below = words.text("figures.needs_segments_below", language)
        ax.set_xlabel(below, fontsize=9, loc="left")
        style.value_name(ax, words.text("figures.needs_segments_axis", language))
    return ax


def _heading(segment: str, n: float | None, language: str) -> str:
    name = words.term(segment, language)
    name = style.wrapped(name, 7 if language == "zh" else 12)
    if n is None or pd.isna(n):
        return name
    return words.text("figures.needs_segments_column", language, segment=name, n=int(n))


def _cell(ax: Axes, x: int, y: int, row: pd.Series, language: str) -> None:
    clear = row["verdict"] in ("above_others", "below_others")
    value = row["value"]
    corner, shape = (x - 0.48, y - 0.46), (0.96, 0.92)
    if pd.isna(value):
        hidden = row["flag"] == "suppressed"
        ax.add_patch(Rectangle(corner, *shape, fill=False, edgecolor=style.TOKENS["mute"], linewidth=0,
                               hatch="////" if hidden else None))  # fmt: skip
        return
    step = 0 if not clear else 1 + sum(abs(value) >= limit for limit in _STEPS)
    place = 3 + (step if value > 0 else -step)
    ax.add_patch(Rectangle(corner, *shape, facecolor=style.DIVERGING[place], linewidth=0))
    colour = style.TOKENS["page"] if place in (0, 6) else style.TOKENS["ink"] if clear else style.TOKENS["ink2"]
    told = numbers.render(value, "number2", language, signed=True)
    ax.text(x, y, told, ha="center", va="center", fontsize=9.5, color=colour, fontweight="bold" if clear else "normal")
