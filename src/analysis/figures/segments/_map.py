"""Segments for colleagues: the map of value against size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_segment_map"]


def plot_segment_map(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of customers against share of value, one point per segment, and the line of equal shares.

    Parameters
    ----------
    result : segments.PersonaCards
        Table with name_zh, name_en, value, lo, hi, share_value, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table[result.table["share_value"].notna()]
    with style.context(language):
        ax = style.new_axes(ax, rows=10, width=5.6)
        style.value_name(ax, words.text("figures.segments_map_y", language))
        ax.set_xlabel(words.text("figures.segments_map_x", language))
        if table.empty:
            told = words.text("figures.segments_map_none", language)
            ax.text(0.5, 0.5, told, transform=ax.transAxes, ha="center", color=style.TOKENS["ink2"])
            return ax
        top = min(1.0, 1.2 * float(table[["hi", "share_value"]].to_numpy().max()))
        ax.plot([0, top], [0, top], color=style.TOKENS["mute"], linestyle="--", linewidth=1)
        told = words.text("figures.segments_map_even", language)
        ax.annotate(told, (top, top), xytext=(-4, -2), textcoords="offset points", ha="right", va="top", fontsize=9,
                    color=style.TOKENS["ink2"])  # fmt: skip
        place = top
        for row in table.sort_values("share_value", ascending=False).to_dict("records"):
            # names of neighbours stand below each other
            place = min(row["share_value"], place - 0.075 * top)
            _point(ax, row, language, place)
        # room for the names at the right
        ax.set_xlim(0, max(top, 1.55 * float(table["hi"].max())))
        ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= 1])
        ax.set_ylim(0, top * 1.02)
        ax.xaxis.set_major_formatter(_percent)
        ax.yaxis.set_major_formatter(_percent)
        ax.grid(axis="y")
    return ax


def _point(ax: Axes, row: Mapping[Any, Any], language: str, place: float) -> None:
    thin, y, colour = row["flag"] == "low_n", row["share_value"], style.CATEGORICAL[0]
    dash = (0, (2, 1.5)) if thin else "solid"
    ax.plot([row["lo"], row["hi"]], [y, y], color=colour, linewidth=1.6, linestyle=dash)
    ax.plot(row["value"], y, "o", color=colour, markerfacecolor=style.TOKENS["page"] if thin else colour)
    label = f"{row['segment']:.0f}{'　' if language == 'zh' else '  '}{row['name_' + language]}"
    ax.annotate(label, (row["hi"], place), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9)


def _percent(value: float, _position: float = 0) -> str:
    return numbers.render(value, "percent", "en")
