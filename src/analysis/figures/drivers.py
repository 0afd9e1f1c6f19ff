"""Figures of drivers: shares of explained variance, and the map of importance and rating."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_drivers", "plot_quadrants"]

BLUE, ORANGE, GREY = style.CATEGORICAL[0], style.CATEGORICAL[1], style.TOKENS["mute"]
#: radius of the ellipse that holds 95% of two normal draws, in standard deviations
_RADIUS = float(np.sqrt(5.991))


def plot_drivers(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of each driver with its interval, against the dashed line of its probe.

    A driver whose interval reaches its probe is hollow and grey.

    Parameters
    ----------
    result : drivers.Drivers
        Table with driver, share, lo, hi, probe, beats_probe, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1)
        for y, (_, row) in enumerate(table.iterrows()):
            if pd.notna(row["share"]):
                _row(ax, row, y, language)
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["driver"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        ends = [float(v) for v in table[["share", "hi", "probe"]].to_numpy(dtype=float).ravel() if v == v]
        most = max([*ends, 0.05])
        ax.set_xlim(0, 1.16 * most)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))
        ax.grid(axis="x")
        ax.plot([], [], color=style.TOKENS["ink2"], linewidth=1.4, linestyle=(0, (3, 2)),
                label=words.text("figures.drivers_drivers_probe", language))  # fmt: skip
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.12), borderaxespad=0, handlelength=2.4)
        name = words.text("figures.drivers_drivers_share", language)
        if (table["flag"] == "not_identified").any():
            name += "\n" + words.text("figures.drivers_drivers_refused", language)
        style.value_name(ax, name)
    return ax


def _row(ax: Axes, row: pd.Series, y: float, language: str) -> None:
    known = pd.notna(row["lo"])
    strong = bool(row["beats_probe"]) and row["flag"] == "ok"
    colour = BLUE if strong else GREY
    if known:
        dash = (0, (2, 1.5)) if row["flag"] == "low_n" else "solid"
        ax.plot([row["lo"], row["hi"]], [y, y], color=colour, linewidth=2.2, linestyle=dash, solid_capstyle="butt")
    # a mark at zero is drawn whole
    face = colour if strong else style.TOKENS["page"]
    ax.plot(row["share"], y, "o", color=colour, markerfacecolor=face, clip_on=False)
    if pd.notna(row["probe"]):
        reach = [y - 0.42, y + 0.42]
        ax.plot([row["probe"]] * 2, reach, color=style.TOKENS["ink2"], linewidth=1.4, linestyle=(0, (3, 2)))
    ax.annotate(
        numbers.render(row["share"], "percent", language), (row["hi"] if known else row["share"], y), xytext=(7, 0),
        textcoords="offset points", va="center", fontsize=9.5,
    )  # fmt: skip


def plot_quadrants(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Rating (across) and importance (up) of each attribute, numbered by importance, names beside.

    Parameters
    ----------
    result : drivers.Quadrants
        Table with driver, importance_value, performance, quadrant, method, flag; ``ellipse``; medians.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    derived = result.settings["importance"] == "lmg"
    with style.context(language):
        ax = style.new_axes(ax, width=6.4)
        found: Any = result
        spread = found.ellipse.set_index("driver")
        for place, (_, row) in enumerate(table.iterrows(), start=1):
            if pd.notna(row["performance"]) and pd.notna(row["importance_value"]):
                _point(ax, row, spread.loc[row["driver"]], place)
        for line, middle in ((ax.axvline, found.median_performance), (ax.axhline, found.median_importance)):
            line(middle, color=style.TOKENS["axis"], linewidth=1.2, linestyle=(0, (3, 2)), zorder=1)
        ax.autoscale_view()
        ax.margins(0.08)
        share = result.settings["top"] is not None
        for axis, kind in (
            (ax.xaxis, "percent" if share else "number2"),
            (ax.yaxis, "percent" if derived else "number2"),
        ):
            axis.set_major_locator(MaxNLocator(5))
            axis.set_major_formatter(FuncFormatter(lambda v, _, kind=kind: numbers.render(v, kind, language)))
        key = "drivers_quadrants_performance" + ("_top" if share else "")
        ax.set_xlabel(
            words.text(f"figures.{key}", language, top=numbers.render(result.settings["top"], "number", language))
        )
        style.value_name(ax, words.text(f"figures.drivers_quadrants_importance_{table['method'].iloc[0]}", language))
        _names(ax, table, language)
    return ax


def _point(ax: Axes, row: pd.Series, spread: pd.Series, place: int) -> None:
    told = row["quadrant"] != "quadrant_undecided"
    colour = GREY if not told else ORANGE if row["quadrant"] == "quadrant_act" else BLUE
    x, y = row["performance"], row["importance_value"]
    a, b, r = spread["sd_performance"], spread["sd_importance"], spread["correlation"]
    value, vector = np.linalg.eigh([[a * a, r * a * b], [r * a * b, b * b]])
    wide, high = 2 * _RADIUS * np.sqrt(np.maximum(value[::-1], 0))
    angle = np.degrees(np.arctan2(vector[1, 1], vector[0, 1]))
    shape = Ellipse((x, y), wide, high, angle=angle, facecolor="none", edgecolor=colour, linewidth=1.0)
    ax.add_patch(shape)
    ax.plot(x, y, "o", color=colour, markerfacecolor=colour if told else style.TOKENS["page"])
    ground = {"facecolor": style.TOKENS["page"], "edgecolor": "none", "pad": 0.6}
    ax.annotate(str(place), (x, y), xytext=(6, 5), textcoords="offset points", fontsize=9.5, bbox=ground)


def _names(ax: Axes, table: pd.DataFrame, language: str) -> None:
    """Numbers and names at the right, the undecided in grey, with what grey means."""
    for place, (_, row) in enumerate(table.iterrows(), start=1):
        grey = row["quadrant"] == "quadrant_undecided"
        ax.annotate(
            f"{place}  {words.term(row['driver'], language)}", (1, 1), xytext=(14, -15 * (place - 1)), va="top",
            xycoords="axes fraction", textcoords="offset points", fontsize=9.5, annotation_clip=False,
            color=style.TOKENS["ink2" if grey else "ink"],
        )  # fmt: skip
    if (table["quadrant"] == "quadrant_undecided").any():
        ax.annotate(
            words.text("figures.drivers_quadrants_undecided", language), (0, 0), xytext=(0, -34), va="top",
            xycoords="axes fraction", textcoords="offset points", fontsize=9.5, color=style.TOKENS["ink2"],
        )  # fmt: skip
