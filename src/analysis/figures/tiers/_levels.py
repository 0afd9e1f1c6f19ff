"""How firmly customers are in their level: a stacked bar for each."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_levels"]

_PARTS = {"firm": style.CATEGORICAL[0], "fair": style.SEQUENTIAL[2], "weak": style.TOKENS["mutefill"]}
_TEXTS = {"firm": style.TOKENS["page"], "fair": style.TOKENS["ink"], "weak": style.TOKENS["ink"]}
#: least share of a part that has room for its number
_ROOM = 0.09


def plot_levels(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of each level's accounts that keep it in nine of ten draws, in half of them, in less.

    Parameters
    ----------
    result : tiers.Levels
        Table with level, n, value, lo, hi, firm, fair, weak, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table[result.table["level"] != "to_assess"].reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=round(1.6 * len(table)) + 2)
        for y, row in enumerate(table.to_dict("records")):
            if pd.isna(row["firm"]):
                style.no_number(ax, y, row["flag"], language)
                continue
            _stack(ax, y, row, language)
        ax.set_yticks(range(len(table)), [_named(row, language) for row in table.to_dict("records")], linespacing=1.3)
        ax.set_ylim(len(table) - 0.5, -0.5)
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        handles = [
            Patch(color=_PARTS[part], label=words.text(f"figures.tiers_levels_{part}", language)) for part in _PARTS
        ]
        ax.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(-0.02, 0.98),
            ncols=3,
            handlelength=1.2,
            columnspacing=1.0,
        )
        ax.set_xlabel(words.text("figures.tiers_levels_axis", language))
    return ax


def _stack(ax: Axes, y: int, row: dict, language: str) -> None:
    start = 0.0
    for part, fill in _PARTS.items():
        ax.barh(y, row[part], left=start, height=0.56, color=fill, alpha=0.6 if row["flag"] == "low_n" else 1.0)
        if row[part] >= _ROOM:
            said = numbers.render(row[part], "percent", language)
            colour = style.TOKENS["ink"] if row["flag"] == "low_n" else _TEXTS[part]
            ax.annotate(said, (start, y), (5, 0), textcoords="offset points", va="center", color=colour)
        start += row[part]


def _named(row: dict, language: str) -> str:
    name = words.term(row.get("label", row["level"]), language)
    if pd.isna(row["value"]) or row["flag"] == "suppressed":
        return name
    told = {key: row[key] for key in ("n", "value", "lo", "hi")}
    return words.text("figures.tiers_levels_row", language, name=name, **told)
