"""The profile of segments: heat map, and bars against all customers."""

from __future__ import annotations

from bisect import bisect_right
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_deviation", "plot_profile"]

#: bounds of the diverging scale, in spreads of all customers
_STEPS = (-1.5, -0.75, -0.25, 0.25, 0.75, 1.5)
#: longer bars end here and say how long they are
_REACH = 3.0
#: panels in one row of the deviation figure
_ACROSS = 3


def plot_profile(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Heat map of the index of medians: features by segment, blue above and orange below all customers.

    Parameters
    ----------
    result : segments.Profile
        Table with segment, feature, n, index, std_difference, flag; ``names``.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    features, groups = list(dict.fromkeys(table["feature"])), sorted(set(table["segment"].dropna().astype(int)))
    with style.context(language):
        ax = style.new_axes(ax, rows=len(features) + 2)
        for row in table.to_dict("records"):
            _profile_cell(ax, groups.index(int(row["segment"])), features.index(row["feature"]), row, language)
        ax.set_yticks(range(len(features)), [words.term(feature, language) for feature in features])
        ax.set_xticks(range(len(groups)), [_column(result, group, language) for group in groups], linespacing=1.3)
        ax.xaxis.tick_top()
        ax.tick_params(length=0)
        ax.spines["bottom"].set_visible(False)
        ax.set_xlim(-0.5, len(groups) - 0.5)
        ax.set_ylim(len(features) - 0.5, -0.5)
        style.value_name(ax, words.text("figures.segments_profile_axis", language))
    return ax


def plot_deviation(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """One panel per segment: bars of each median against all customers, in spreads.

    Parameters
    ----------
    result : segments.Profile
        Table with segment, feature, n, std_difference, flag; ``names``. Segment 0 is left out.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional

    References
    ----------
    Dolnicar and Leisch (2014), Marketing Letters 25, 1–15 (bars of segments against the total).
    """
    table = result.table[result.table["segment"] > 0]
    features, groups = list(dict.fromkeys(table["feature"])), sorted(set(table["segment"].astype(int)))
    across = min(_ACROSS, len(groups))
    down = -(-len(groups) // across)
    largest = float(np.nanmax(np.append(table["std_difference"].abs().to_numpy(dtype=float), 1.0)))
    reach = min(largest, _REACH) * 1.05
    with style.context(language):
        ax = style.new_axes(ax, rows=down * (len(features) + 2) + 1, width=max(4.8, 1.9 + 1.9 * across))
        ax.axis("off")
        style.value_name(ax, words.text("figures.segments_deviation_axis", language))
        for i, group in enumerate(groups):
            # room for the names of the features at the left
            wide = 0.78 / across
            box = (0.22 + (i % across) * wide, 1 - (i // across + 0.96) / down, 0.92 * wide, 0.80 / down)
            panel = ax.inset_axes(box)
            _bars(panel, table[table["segment"] == group].set_index("feature").reindex(features), reach)
            panel.set_title(_panel_name(result, group, language), loc="left", fontsize=9.5, pad=4)
            named = [words.term(feature, language) for feature in features] if i % across == 0 else []
            panel.set_yticks(range(len(features)), named or [""] * len(features), fontsize=9.5)
    return ax


def _bars(ax: Axes, rows: pd.DataFrame, reach: float) -> None:
    """Bars of one segment; hatched where they are hidden, without any where there is no number."""
    for y, row in enumerate(rows.to_dict("records")):
        if row["flag"] == "suppressed":
            edge = style.TOKENS["mute"]
            ax.add_patch(
                Rectangle((-0.3, y - 0.3), 0.6, 0.6, facecolor="none", edgecolor=edge, hatch="////", linewidth=0)
            )
        elif pd.notna(row["std_difference"]):
            colour = style.CATEGORICAL[0] if row["std_difference"] > 0 else style.CATEGORICAL[1]
            thin = row["flag"] == "low_n"
            face = "none" if thin else colour
            end = float(np.clip(row["std_difference"], -reach, reach))
            ax.barh(y, end, height=0.62, facecolor=face, edgecolor=colour, linewidth=1.0 if thin else 0)
            if abs(row["std_difference"]) > reach:
                said = numbers.render(row["std_difference"], "number", "en", signed=True)
                ink = style.TOKENS["ink" if thin else "page"]
                side = "right" if end > 0 else "left"
                ax.text(0.96 * end, y, said, ha=side, va="center", fontsize=8.5, color=ink)
    ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
    ax.set_xlim(-reach, reach)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.locator_params(axis="x", nbins=5)
    ax.tick_params(axis="x", labelsize=9)


def _panel_name(result: Result, group: int, language: str) -> str:
    n = result.table.loc[result.table["segment"] == group, "n"].iloc[0]
    names = getattr(result, "names", None)
    given = "" if names is None else str(names.loc[names["segment"] == group, "name"].iloc[0])
    name = given or words.text("figures.segments_deviation_number", language, segment=group)
    return words.text("figures.segments_deviation_panel", language, name=name, n=n)


def _profile_cell(ax: Axes, x: int, y: int, row: dict, language: str) -> None:
    corner = (x - 0.48, y - 0.46)
    difference, index = row["std_difference"], row["index"]
    if row["flag"] == "suppressed":
        ax.add_patch(Rectangle(corner, 0.96, 0.92, facecolor="none", edgecolor=style.TOKENS["mute"], hatch="///"))
        return
    step = 3 if pd.isna(difference) else bisect_right(_STEPS, difference)
    ax.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=style.DIVERGING[step], edgecolor="none"))
    text = numbers.render(index, "score", language)
    if pd.isna(index) and pd.notna(difference):
        text = words.text("figures.segments_profile_spread", language, d=difference)
    colour = style.TOKENS["page"] if step in (0, 6) else style.TOKENS["ink"]
    ax.text(x, y, text, ha="center", va="center", color=colour, fontsize=9.5)


def _column(result: Result, group: int, language: str) -> str:
    rows = result.table[result.table["segment"] == group]
    n = rows["n"].iloc[0]
    if group == 0:
        return words.text("figures.segments_profile_none", language, n=n)
    names = getattr(result, "names", None)
    given = "" if names is None else str(names.loc[names["segment"] == group, "name"].iloc[0])
    code = "segments_profile_named" if given else "segments_profile_column"
    return words.text(f"figures.{code}", language, segment=group, n=n, name=fill(given, 6))
