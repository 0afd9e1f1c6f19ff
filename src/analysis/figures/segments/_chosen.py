"""The panel behind the number of segments, and the profile."""

from __future__ import annotations

from bisect import bisect_right
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_k_choice", "plot_profile"]

#: shown criterion, kind of number; those with a rule are marked as reached or missed
_CRITERIA = (
    ("excess", "number2"), ("jaccard_mean", "number2"), ("jaccard_min", "number2"), ("smallest", "percent"),
    ("silhouette", "number2"),
)  # fmt: skip
#: bounds of the diverging scale, in spreads of all customers
_STEPS = (-1.5, -0.75, -0.25, 0.25, 0.75, 1.5)


def plot_k_choice(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Criteria by number of segments: a filled dot where the rule is met, a hollow one where it is missed.

    Parameters
    ----------
    result : segments.KChoice
        Table with k, excess, p_null, jaccard_mean, jaccard_min, smallest, silhouette; ``settings["rules"]``
        and ``recommended``.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table, rules = result.table.reset_index(drop=True), result.settings["rules"]
    chosen = int(getattr(result, "recommended", 0))
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 3)
        for y, row in enumerate(table.to_dict("records")):
            if row["k"] == chosen:
                ax.axhspan(y - 0.45, y + 0.45, color=style.TOKENS["band"], linewidth=0)
            for x, (name, kind) in enumerate(_CRITERIA):
                _criterion(ax, x, y, numbers.render(row[name], kind, language), _met(row, name, rules))
        if chosen == 0:
            _no_structure(ax, len(table))
        ax.set_yticks(range(len(table)), [words.text("figures.segments_k_row", language, k=k) for k in table["k"]])
        heads = [words.text(f"figures.segments_k_{name}", language) for name, _kind in _CRITERIA]
        ax.set_xticks(range(len(_CRITERIA)), heads, linespacing=1.3)
        ax.xaxis.tick_top()
        ax.tick_params(length=0)
        ax.spines["bottom"].set_visible(False)
        ax.set_xlim(-0.5, len(_CRITERIA) - 0.55)
        ax.set_ylim(len(table) - 0.4, -0.6)
        note = "segments_k_legend" if chosen else "segments_k_null"
        ax.set_xlabel(words.text(f"figures.{note}", language), loc="left", fontsize=9.5, linespacing=1.4)
    return ax


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


def _met(row: dict, name: str, rules: dict) -> bool | None:
    """Whether the rule is met; None for what is only shown."""
    if name == "excess":
        return row["excess"] >= rules["excess"] and row["p_null"] <= rules["p_null"]
    return row[name] >= rules[name] if name in rules else None


def _criterion(ax: Axes, x: int, y: int, text: str, met: bool | None) -> None:
    if met is not None:
        colour = style.CATEGORICAL[0] if met else style.TOKENS["mute"]
        ax.plot([x - 0.36], [y], "o", color=colour, markerfacecolor=colour if met else "none", markeredgewidth=1.4)
    ax.text(x + 0.28, y, text, ha="right", va="center", color=style.TOKENS["ink"])


def _no_structure(ax: Axes, rows: int) -> None:
    """A dashed frame around the panel: nothing in it is adopted."""
    box = Rectangle(
        (-0.48, -0.52), len(_CRITERIA) - 0.1, rows + 0.04, fill=False, edgecolor=style.TOKENS["mute"], linestyle="--"
    )
    ax.add_patch(box)


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
