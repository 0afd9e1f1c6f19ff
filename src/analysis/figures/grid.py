"""Figure of the grid: potential by cooperation, and where the effort goes."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ..core import words
from ..core.result import Result
from . import style

__all__ = ["plot_grid"]

#: effort ÷ potential from which a cell takes the next step of the diverging scale, as powers of two
_STEPS = (-2.0, -1.0, 0.0, 1.0, 2.0)
_NEUTRAL = 3


def plot_grid(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Nine cells: accounts, share of potential and of effort; coloured where effort and potential differ.

    Orange: less effort than potential, blue: more; only where the interval of their ratio leaves out 1. The
    legend of both axes stands below.

    Parameters
    ----------
    result : grid.Grid
        Table with potential_class, level, n, share_potential, share_effort, value, lo, hi, flag; ``legend``.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table, legend = result.table, result.__dict__["legend"]
    rows, columns = list(dict.fromkeys(table["potential_class"])), list(dict.fromkeys(table["level"]))
    told = _legend(legend, language)
    with style.context(language):
        ax = style.new_axes(ax, rows=round(3.7 * len(rows)))
        for row in table.to_dict("records"):
            _cell(ax, columns.index(row["level"]), rows.index(row["potential_class"]), row, language)
        ax.set_yticks(range(len(rows)), [_name(code, legend["names"], language) for code in rows])
        ax.set_xticks(range(len(columns)), [_name(code, legend["names"], language) for code in columns])
        ax.set_xlim(-0.5, len(columns) - 0.5)
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.tick_params(length=0)
        ax.spines["bottom"].set_visible(False)
        ax.set_xlabel("\n".join(told), loc="left", fontsize=9, linespacing=1.4)
        style.value_name(ax, words.text("figures.grid_axis", language))
    return ax


def _cell(ax: Axes, x: int, y: int, row: dict[Any, Any], language: str) -> None:
    corner = (x - 0.48, y - 0.47)
    if row["flag"] == "suppressed" or pd.isna(row["n"]):
        ax.add_patch(Rectangle(corner, 0.96, 0.94, facecolor="none", edgecolor=style.TOKENS["mute"], hatch="///"))
        return
    step = _step(row)
    ax.add_patch(Rectangle(corner, 0.96, 0.94, facecolor=style.DIVERGING[step], edgecolor="none"))
    colour = style.TOKENS["page"] if step in (0, 6) else style.TOKENS["ink"]
    said = [words.text("figures.grid_cell_n", language, n=row["n"])]
    if pd.notna(row["share_potential"]):
        key = "grid_cell_potential" if pd.isna(row["share_effort"]) else "grid_cell_shares"
        shares = {"potential": row["share_potential"], "effort": row["share_effort"]}
        said.append(words.text(f"figures.{key}", language, **shares))
    if pd.notna(row["value"]):
        kind = "unclear" if step == _NEUTRAL else "over" if row["value"] > 1 else "under"
        said.append(words.text(f"figures.grid_cell_{kind}", language, ratio=row["value"]))
    ax.text(x, y, "\n".join(said), ha="center", va="center", color=colour, fontsize=9, linespacing=1.3)


def _step(row: dict[Any, Any]) -> int:
    """Place on the diverging scale; the middle unless the interval leaves out 1 and the cell is large enough."""
    if row["flag"] != "ok" or pd.isna(row["value"]) or row["lo"] <= 1 <= row["hi"]:
        return _NEUTRAL
    if row["value"] <= 0:
        return 0
    place = sum(math.log2(row["value"]) >= edge for edge in _STEPS)
    # the middle step is for what is not shown: five edges, six places around it
    return place if place < _NEUTRAL else place + 1


def _name(code: str, names: dict[str, str], language: str) -> str:
    """The company's own name of a class or level, else the product's."""
    return names.get(code.split("_", 1)[1], words.term(code, language))


def _legend(legend: dict[str, Any], language: str) -> list[str]:
    told = [words.text("figures.grid_legend_levels", language)]
    if legend.get("shares"):
        values = {"high": legend["shares"][0], "mid": legend["shares"][1]}
        told.append(words.text("figures.grid_legend_potential", language, **values))
    elif legend.get("thresholds"):
        values = {name: legend["thresholds"][name] for name in ("high", "mid")}
        told.append(words.text("figures.grid_legend_thresholds", language, **values))
    if legend.get("scores") and all(map(math.isfinite, legend["scores"])):
        values = {"upper": legend["scores"][1], "lower": legend["scores"][0]}
        told.append(words.text("figures.grid_legend_scores", language, **values))
    return told
