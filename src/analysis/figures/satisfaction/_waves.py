"""Net promoter score in two waves; the measures of the block."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_nps_change", "plot_satisfaction_overview"]

BLUE, GREY = style.CATEGORICAL[0], style.TOKENS["mute"]
_SHARES = ("percent", "score")


def plot_nps_change(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Score before (hollow) and after (solid) with intervals, one pair a group; grey where no change is clear.

    Parameters
    ----------
    result : satisfaction.NpsChange
        Table with group, compared, before, before_lo, before_hi, after, after_lo, after_hi, value,
        verdict, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    bounds = table[["before_lo", "before_hi", "after_lo", "after_hi"]].to_numpy(dtype=float)
    known = [0.0, *bounds[bounds == bounds]]
    low, high = min(known), max(known)
    with style.context(language):
        ax = style.new_axes(ax, rows=int(1.5 * len(table)))
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
        for y, (_, row) in enumerate(table.iterrows()):
            _pair(ax, row, y, language)
        names = [row["group"] if row["compared"] == "combined" else row["compared"] for _, row in table.iterrows()]
        ax.set_yticks(range(len(table)), [words.term(str(name), language) for name in names])
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.set_xlim(low - 4, high + 0.5 * (high - low))
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.set_xticks([tick for tick in ax.get_xticks() if low - 4 <= tick <= high])
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "score", language, signed=True)))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.satisfaction_change_points", language))
    return ax


def _pair(ax: Axes, row: pd.Series, y: float, language: str) -> None:
    if row["flag"] == "suppressed" or pd.isna(row["lo"]):
        style.no_number(ax, y, "suppressed", language)
        return
    clear = row["verdict"] != "no_clear_change"
    colour = BLUE if clear else GREY
    dash = (0, (2, 1.5)) if row["flag"] == "low_n" else "solid"
    for wave, shift in (("before", -0.15), ("after", 0.15)):
        ends = [row[f"{wave}_lo"], row[f"{wave}_hi"]]
        ax.plot(ends, [y + shift] * 2, color=colour, linewidth=2.2, linestyle=dash, solid_capstyle="butt")
        if pd.notna(row[wave]):
            face = style.TOKENS["page"] if wave == "before" else colour
            ax.plot(row[wave], y + shift, "o", color=colour, markerfacecolor=face)
    told = words.term("low_n", language)
    if pd.notna(row["value"]):
        verdict = words.term(str(row["verdict"]), language)
        told = f"{numbers.render(row['value'], 'score', language, signed=True)} {verdict}"
    end = max(row["before_hi"], row["after_hi"])
    ax.annotate(told, (end, y), xytext=(7, 0), textcoords="offset points", va="center", fontsize=9)


def plot_satisfaction_overview(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Shares and the score of this wave on one axis from −100 to 100; at the right the change.

    Means stand in the table: they have another scale.

    Parameters
    ----------
    result : satisfaction.Overview
        Table with measure, item, told, value, lo, hi, unit, verdict, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    now = table[(table["told"] == "current") & table["unit"].isin(_SHARES)].reset_index(drop=True)
    changed = table[table["told"] == "change"].set_index(["measure", "item"])
    with style.context(language):
        ax = style.new_axes(ax, rows=max(len(now), 1))
        low = -100.0 if (now["unit"] == "score").any() else 0.0
        for y, (_, row) in enumerate(now.iterrows()):
            at = (row["measure"], row["item"])
            _measure(ax, row, y, changed.loc[at] if at in changed.index else None, language)
        if low < 0:
            ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
        ax.set_yticks(range(len(now)), [words.term(str(name), language) for name in now["measure"]])
        ax.set_ylim(max(len(now), 1) - 0.4, -0.6)
        ax.set_xlim(low, 100 + 0.85 * (100 - low))
        ax.set_xticks([-100, 0, 100] if low < 0 else [0, 50, 100])
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.satisfaction_overview_now", language))
    return ax


def _measure(ax: Axes, row: pd.Series, y: float, change: pd.Series | None, language: str) -> None:
    scale = 100.0 if row["unit"] == "percent" else 1.0
    if pd.isna(row["lo"]):
        style.no_number(ax, y, "suppressed", language)
        return
    place = row.astype(object)
    place[["value", "lo", "hi"]] = place[["value", "lo", "hi"]].astype(float) * scale
    colour = GREY if row["flag"] == "low_n" else BLUE
    told = numbers.render(row["value"], str(row["unit"]), language, signed=row["unit"] == "score")
    if pd.isna(place["value"]):
        dash = (0, (2, 1.5))
        ax.plot([place["lo"], place["hi"]], [y, y], color=GREY, linewidth=2.2, linestyle=dash)
        told = words.term("low_n", language)
    else:
        style.interval(ax, place, y, "", language=language, colour=colour)
    if change is not None and pd.notna(change["value"]):
        kind = str(change["unit"]).lstrip("+")
        moved = numbers.render(change["value"], kind, language, signed=True)
        key = "figures.satisfaction_overview_since"
        told = words.text(key, language, value=told, change=moved, verdict=str(change["verdict"]))
    ax.annotate(told, (place["hi"], y), xytext=(7, 0), textcoords="offset points", va="center", fontsize=9)
