"""The panel behind the number of segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_k_choice"]

#: shown criterion, kind of number, columns of its interval; those with a rule are marked as reached or missed
_CRITERIA: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("excess", "number2", ()), ("jaccard_mean", "number2", ("jaccard_lo", "jaccard_hi")),
    ("jaccard_min", "number2", ()), ("smallest", "percent", ()), ("smallest_value", "percent", ()),
    ("reachable", "percent", ()), ("silhouette", "number2", ()), ("gap", "number2", ("gap_se",)),
)  # fmt: skip
#: from the middle of a column: both ends of its scale, right end of its number
_LEFT, _RIGHT, _NUMBER = -0.44, 0.02, 0.42
#: inches
_COLUMN, _LABELS = 1.02, 0.9


def plot_k_choice(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Criteria by number of segments, each on its own scale: filled where the rule is met, hollow where missed.

    Parameters
    ----------
    result : segments.KChoice
        Table with k, excess, p_null, jaccard_mean, jaccard_lo, jaccard_hi, jaccard_min, smallest, silhouette,
        gap, gap_se, admissible, and smallest_value and reachable where measured; ``settings["rules"]`` and
        ``recommended``.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table, rules = result.table.reset_index(drop=True), result.settings["rules"]
    shown = [item for item in _CRITERIA if item[0] in table]
    chosen = int(getattr(result, "recommended", 0))
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 3, width=_LABELS + _COLUMN * len(shown))
        for x, (name, kind, bounds) in enumerate(shown):
            _criterion(ax, x, table, (name, kind, bounds), rules, language)
        for y in table.index[table["k"] == chosen]:
            ax.axhspan(y - 0.45, y + 0.45, color=style.TOKENS["band"], linewidth=0, zorder=0)
        if chosen == 0:
            _none_adopted(ax, len(table), len(shown))
        labels = [words.text("figures.segments_k_row", language, k=k) for k in table["k"]]
        ax.set_yticks(range(len(table)), labels)
        for label, good in zip(ax.get_yticklabels(), table["admissible"], strict=True):
            label.set_color(style.TOKENS["ink"] if good else style.TOKENS["mute"])
        heads = [words.text(f"figures.segments_k_{name}", language) for name, _kind, _bounds in shown]
        ax.set_xticks(range(len(shown)), heads, linespacing=1.3)
        ax.xaxis.tick_top()
        ax.tick_params(length=0)
        ax.spines["bottom"].set_visible(False)
        ax.set_xlim(-0.55, len(shown) - 0.45)
        ax.set_ylim(len(table) - 0.4, -0.6)
        note = "segments_k_legend" if chosen else "segments_k_null"
        ax.set_xlabel(words.text(f"figures.{note}", language), loc="left", fontsize=9.5, linespacing=1.4)
    return ax


def _criterion(
    ax: Axes,
    x: int,
    table: pd.DataFrame,
    item: tuple[str, str, tuple[str, ...]],
    rules: Mapping[str, float],
    language: str,
) -> None:
    """One column: mark, interval, rule as a dotted line, number."""
    name, kind, bounds = item
    low, high = _ends(table, name, bounds)
    least, most = min(low.min(), rules.get(name, low.min())), max(high.max(), rules.get(name, high.max()))
    scale = (_RIGHT - _LEFT) / (most - least) if most > least else 0.0
    at = x + _LEFT + (table[name] - least) * scale
    if name in rules:
        ax.vlines(x + _LEFT + (rules[name] - least) * scale, -0.42, len(table) - 0.58, color=style.TOKENS["axis"],
                  linestyles=(0, (1, 1.5)), linewidth=1.0, zorder=1)  # fmt: skip
    for y, row in enumerate(table.to_dict("records")):
        met = _met(row, name, rules)
        colour = style.TOKENS["mute"] if met is False else style.CATEGORICAL[0] if met else style.TOKENS["ink2"]
        if bounds:
            ends = [x + _LEFT + (end[y] - least) * scale for end in (low, high)]
            ax.hlines(y, *ends, color=colour, linewidth=2.2, zorder=2)
        face = style.TOKENS["page"] if met is False else colour
        size = 4.5 if met is None else 6.5
        ax.plot([at[y]], [y], "o", color=colour, markerfacecolor=face, markeredgewidth=1.4, markersize=size, zorder=3)
        ink = style.TOKENS["ink"] if row["admissible"] else style.TOKENS["ink2"]
        ax.text(x + _NUMBER, y, numbers.render(row[name], kind, language), ha="right", va="center", color=ink)


def _ends(table: pd.DataFrame, name: str, bounds: tuple[str, ...]) -> tuple[pd.Series, pd.Series]:
    """Both ends of the interval: two columns, or value ± one column."""
    if len(bounds) == 2:
        # the range of the resamples need not hold their mean where few of them fall apart
        return table[[name, bounds[0]]].min(axis=1), table[[name, bounds[1]]].max(axis=1)
    around = table[bounds[0]] if bounds else 0.0
    return table[name] - around, table[name] + around


def _met(row: Mapping[Any, Any], name: str, rules: Mapping[str, float]) -> bool | None:
    """Whether the rule is met; None for what is only shown."""
    if name == "excess":
        return bool(row["excess"] >= rules["excess"] and row["p_null"] <= rules["p_null"])
    return bool(row[name] >= rules[name]) if name in rules else None


def _none_adopted(ax: Axes, rows: int, columns: int) -> None:
    """A dashed frame around the panel: nothing in it is adopted."""
    box = Rectangle(
        (-0.52, -0.52), columns + 0.02, rows + 0.04, fill=False, edgecolor=style.TOKENS["mute"], linestyle="--"
    )
    ax.add_patch(box)
