"""Heat map: how often barriers are named in each group."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_prevalence_by"]

_CUTS = (0.1, 0.2, 0.3, 0.45)
#: columns that can be read beside each other; further groupings stand in the table
_MOST = 9


def plot_prevalence_by(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Barriers down, groups across; framed where a group stands out, hatched where it is hidden.

    Groupings in which a barrier stands out come first; as many whole groupings are drawn as
    nine columns hold, the first one in any case.

    Parameters
    ----------
    result : barriers.ByGroup
        Table with grouping, group, barrier, value, to_rest, stands_out, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    chosen = _chosen(table)
    columns = [(name, group) for name in chosen for group in _groups(table, name)]
    order = table[table["flag"] != "missing_input"].groupby("barrier")["value"].mean().sort_values(ascending=False)
    barriers = [*order.index, *sorted(set(table["barrier"]) - set(order.index))]
    with style.context(language):
        ax = style.new_axes(ax, rows=len(barriers) + 3, width=max(4.8, 2.4 + 0.62 * len(columns)))
        for _, row in table[table["grouping"].isin(chosen)].iterrows():
            place = (row["grouping"], str(row["group"]))
            _cell(ax, columns.index(place), barriers.index(row["barrier"]), row, language)
        _axes(ax, columns, barriers, language)
        if bool(table.loc[table["grouping"].isin(chosen), "stands_out"].any()):
            told = words.text("figures.barriers_by_group_out", language)
            ax.annotate(told, (0, 0), xycoords="axes fraction", xytext=(0, -24), textcoords="offset points", va="top",
                        fontsize=9, color=style.TOKENS["ink2"])  # fmt: skip
    return ax


def _chosen(table: pd.DataFrame) -> list[str]:
    first = table.drop_duplicates("grouping")["grouping"].tolist()
    found = table.groupby("grouping")["stands_out"].sum()
    ranked = sorted(first, key=lambda name: (found[name] == 0, first.index(name)))
    out, used = [ranked[0]], len(_groups(table, ranked[0]))
    for name in ranked[1:]:
        size = len(_groups(table, name))
        if used + size <= _MOST:
            out.append(name)
            used += size
    return out


def _groups(table: pd.DataFrame, grouping: str) -> list[str]:
    return list(dict.fromkeys(table.loc[table["grouping"] == grouping, "group"].astype(str)))


def _cell(ax: Axes, x: int, y: int, row: pd.Series, language: str) -> None:
    corner = (x - 0.48, y - 0.46)
    if pd.isna(row["value"]):
        hatch: dict[str, Any] = {"hatch": "////", "fill": False, "edgecolor": style.TOKENS["mute"], "linewidth": 0}
        if row["flag"] == "suppressed":
            ax.add_patch(Rectangle(corner, 0.96, 0.92, **hatch))
        else:
            ax.text(x, y, numbers.MISSING, ha="center", va="center", fontsize=9)
        return
    step = int(np.searchsorted(_CUTS, row["value"], side="left"))
    thin = row["flag"] == "low_n"
    face = style.TOKENS["page"] if thin else style.SEQUENTIAL[step]
    ax.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=face, linewidth=0))
    if thin:
        dashed: dict[str, Any] = {"edgecolor": style.TOKENS["mute"], "linestyle": (0, (2, 1.5)), "linewidth": 0.8}
        ax.add_patch(Rectangle(corner, 0.96, 0.92, fill=False, **dashed))
    if bool(row["stands_out"]):
        inner = (x - 0.44, y - 0.40)
        ax.add_patch(Rectangle(inner, 0.88, 0.80, fill=False, edgecolor=style.CATEGORICAL[1], linewidth=2.0))
    ink = style.TOKENS["page"] if step >= 3 and not thin else style.TOKENS["ink"]
    told = numbers.render(row["value"], "percent", language)
    weight = "bold" if bool(row["stands_out"]) else "normal"
    ax.text(x, y, told, ha="center", va="center", fontsize=9, color=ink, fontweight=weight)


def _axes(ax: Axes, columns: list[tuple[str, str]], barriers: list[str], language: str) -> None:
    named = [f"{b} {words.term(b, language)}" if words.term(b, language) != b else str(b) for b in barriers]
    ax.set_yticks(range(len(barriers)), named, fontsize=9)
    wide = 5 if language == "zh" else 10
    labels = ["\n".join(textwrap.wrap(words.term(group, language), wide)) for _, group in columns]
    ax.set_xticks(range(len(columns)), labels, fontsize=9, linespacing=1.3)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines["bottom"].set_visible(False)
    names = [name for name, _ in columns]
    for name in dict.fromkeys(names):
        first, last = names.index(name), len(names) - 1 - names[::-1].index(name)
        if first:
            ax.axvline(first - 0.5, color=style.TOKENS["axis"], linewidth=0.8)
        # what the groups are groups of, under their columns
        ax.annotate(
            _grouping(name, language), ((first + last) / 2, len(barriers) - 0.5), xytext=(0, -4),
            textcoords="offset points", ha="center", va="top", fontsize=9, color=style.TOKENS["ink2"],
        )  # fmt: skip
    ax.set_xlim(-0.5, len(columns) - 0.5)
    ax.set_ylim(len(barriers) - 0.5, -0.5)
    style.value_name(ax, words.text("figures.barriers_by_group_axis", language))


def _grouping(name: str, language: str) -> str:
    return words.column(name, language) if words.has(f"columns.{name}", language) else words.term(name, language)
