"""Figures of cooperation: levels, pillars of a score, what moves the levels, and willingness."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_cooperation", "plot_pillars", "plot_sensitivity", "plot_willingness"]

BLUE, ORANGE = style.CATEGORICAL[:2]
GREY = style.TOKENS["mute"]
#: points that are rounding only
_NOTHING = 1e-9


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
    # where a part is hidden the others cannot stand on its end
    floating = bool(parts["value"].notna().all()) and pd.notna(change)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(parts) + 1)
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
        base, reach = 0.0, [0.0]
        for y, row in enumerate(parts.to_dict("records")):
            _step(ax, row, y, base, reach, language)
            if floating:
                ax.plot([base + row["value"]] * 2, [y + 0.31, y + 0.69], color=style.TOKENS["axis"], linewidth=0.8)
                base += row["value"]
        _last(ax, change, len(parts), reach, language)
        width = max(reach) - min(reach) or 1.0
        ax.set_xlim(min(reach) - 0.06 * width, max(reach) + 0.3 * width)
        names = [words.term(name, language) for name in parts["part"]]
        ax.set_yticks(range(len(names) + 1), [*names, words.text("figures.cooperation_net_gap", language)])
        ax.set_ylim(len(names) + 0.5, -0.5)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
        ax.grid(axis="x")
        told = {name: ends[name] for name in ("average", "reached")}
        style.value_name(ax, words.text("figures.cooperation_waterfall_axis", language, **told))
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


def _step(ax: Axes, row: dict, y: int, base: float, reach: list[float], language: str) -> None:
    """One pillar: a bar from ``base``; hollow where its interval includes zero, whole where it has none."""
    if pd.isna(row["value"]):
        style.no_number(ax, y, row["flag"], language)
        return
    # one customer's points are no estimate: nothing to doubt
    clear = pd.isna(row["lo"]) or (row["flag"] == "ok" and (row["lo"] > 0 or row["hi"] < 0))
    colour = GREY if not clear or abs(row["value"]) < _NOTHING else BLUE if row["value"] > 0 else ORANGE
    face = colour if clear else style.TOKENS["page"]
    ax.barh(y, row["value"], left=base, height=0.62, facecolor=face, edgecolor=colour, linewidth=1.2)
    spots = [base, base + row["value"]]
    if pd.notna(row["lo"]):
        spots += [base + row["lo"], base + row["hi"]]
        # a rim of the page's colour keeps the line readable on a dark bar
        rim = [withStroke(linewidth=3.2, foreground=style.TOKENS["page"])]
        ax.plot(spots[2:], [y, y], color=style.TOKENS["ink"], linewidth=1.2, path_effects=rim)
    reach += spots
    _tell(ax, row["value"], y, max(spots))


def _last(ax: Axes, change: float, y: int, reach: list[float], language: str) -> None:
    if pd.isna(change):
        style.no_number(ax, y, "suppressed", language)
        return
    ax.barh(y, change, height=0.62, color=style.TOKENS["mute"])
    reach += [change]
    _tell(ax, change, y, max(change, 0.0))


def _tell(ax: Axes, value: float, y: int, end: float) -> None:
    ground = {"facecolor": style.TOKENS["page"], "edgecolor": "none", "pad": 1.0}
    label = _points(value)
    ax.annotate(label, (end, y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9.5, bbox=ground)


def _points(value: float) -> str:
    """Signed points, rounded as in the table and in the title."""
    # what is left of a difference of equal numbers is nothing
    return numbers.render(0.0 if abs(value) < _NOTHING else value, "score", "en", signed=True)


def _tick(value: float) -> str:
    return numbers.render(value, "number", "en", signed=True).replace(".00", "").replace(".0", "")
