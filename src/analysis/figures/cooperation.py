"""Figures of cooperation: levels, pillars of a score, what moves the levels, and willingness."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_cooperation", "plot_pillars", "plot_sensitivity", "plot_willingness"]

BLUE = style.CATEGORICAL[0]
GREY = style.TOKENS["mute"]


def plot_cooperation(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of accounts at each level with its sensitivity range, and how many of them are sure of it.

    Parameters
    ----------
    result : cooperation.Cooperation
        Table with level, n, value, lo, hi, sure, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    labels = []
    for row in table.to_dict("records"):
        key = "cooperation_levels_plain" if pd.isna(row["sure"]) else "cooperation_levels_label"
        labels.append(words.text(f"figures.{key}", language, n=row["n"], value=row["value"], sure=row["sure"]))
    names = [words.term(level, language) for level in table["level"]]
    return _dots(table, names, labels, "cooperation_levels_axis", language, ax, room=0.75)


def plot_sensitivity(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of accounts that change level under each other choice: dot and interval.

    Parameters
    ----------
    result : cooperation.Sensitivity
        Table with alternative, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    labels = [numbers.render(value, "percent", language) for value in table["value"]]
    names = [words.term(name, language) for name in table["alternative"]]
    return _dots(table, names, labels, "cooperation_sensitivity_axis", language, ax, room=0.2)


def plot_pillars(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Points by which each pillar lifts or lowers a score; each bar starts where the one above ends.

    Zero is the average of the kind, so that parts of a few points can be seen.

    Parameters
    ----------
    result : cooperation.Waterfall
        Table with part, value, lo, hi, flag; first row "average", last row "reached".
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    ends = result.table.set_index("part")["value"]
    parts = result.table[~result.table["part"].isin(["average", "reached"])].reset_index(drop=True)
    change = ends["reached"] - ends["average"]
    with style.context(language):
        ax = style.new_axes(ax, rows=len(parts) + 1)
        # one customer's points are no estimate: nothing to doubt
        style.waterfall(ax, parts, change, _points, missing="suppressed", room=0.3, exact=True, language=language)
        names = [words.term(name, language) for name in parts["part"]]
        ax.set_yticks(range(len(names) + 1), [*names, words.text("figures.cooperation_net_gap", language)])
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
        both = {name: ends[name] for name in ("average", "reached")}
        style.value_name(ax, words.text("figures.cooperation_waterfall_axis", language, **both))
    return ax


def plot_willingness(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Mean willingness to cooperate by group: dot and interval, labelled with the number of accounts.

    Parameters
    ----------
    result : cooperation.Willingness
        Table with group, n, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    labels = [
        words.text("figures.cooperation_levels_plain", language, n=row["n"], value=row["value"])
        for row in table.to_dict("records")
    ]
    names = [words.term(name, language) for name in table["group"]]
    return _dots(table, names, labels, "cooperation_willingness_axis", language, ax, room=0.35)


def _dots(
    table: pd.DataFrame, names: list[str], labels: list[str], axis: str, language: str, ax: Axes | None, *, room: float
) -> Axes:  # drawing options, hence more than six
    """Rows of dots with intervals on a percent axis that starts at zero."""
    known = table["hi"].dropna()
    end = float(known.max()) if len(known) and known.max() > 0 else 1.0
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            colour = GREY if row["flag"] == "low_n" else BLUE
            style.interval(ax, row, y, labels[y], language=language, colour=colour)
        ax.set_yticks(range(len(table)), names)
        ax.set_ylim(len(table) - 0.4, -0.6)
        # a dot at zero must not touch its label
        ax.tick_params(axis="y", pad=8)
        ax.set_xlim(-0.03 * end, end * (1 + room))
        ax.xaxis.set_major_locator(MaxNLocator(6))
        ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= end * 1.1])
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.grid(axis="x")
        style.value_name(ax, words.text(f"figures.{axis}", language))
    return ax


def _points(value: float) -> str:
    """Signed points, rounded as in the table and in the title."""
    # what is left of a difference of equal numbers is nothing
    return numbers.render(0.0 if abs(value) < style.NOTHING else value, "score", "en", signed=True)


def _tick(value: float) -> str:
    return numbers.render(value, "number", "en", signed=True).replace(".00", "").replace(".0", "")
