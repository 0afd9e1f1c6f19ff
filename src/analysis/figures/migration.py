"""Figures of migration: flows between tiers, the table of moves, and movement against chance."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_alluvial", "plot_excess", "plot_recut", "plot_tier_matrix"]

_COLOURS = {
    "stayed": style.TOKENS["mutefill"], "moved_up": style.CATEGORICAL[0], "moved_down": style.CATEGORICAL[1],
    "entered": style.SEQUENTIAL[1], "exited": style.SEQUENTIAL[1],
}  # fmt: skip
#: flows below this share of everything are not drawn; gap between states
_LEAST, _GAP = 0.01, 0.03
_STEPS = (0.05, 0.15, 0.3, 0.5)


def plot_alluvial(result: Result, *, language: str, ax: Axes | None = None, by: str = "n") -> Axes:
    """Flows between the tiers of two periods, as two stacked bars: same grey, up blue, down orange.

    Parameters
    ----------
    result : migration.Migration
        Table with tier_before, tier_after, direction, n, net_before, net_after, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    by : {"n", "value"}, default "n"
        Height of the flows: customers, or net purchases of each period.
    """
    names = ("n", "n") if by == "n" else ("net_before", "net_after")
    table = result.table[result.table["flag"] != "suppressed"]
    hidden = result.table[result.table["flag"] == "suppressed"]
    sides = [_heights(table, name) for name in names]
    with style.context(language):
        ax = style.new_axes(ax, rows=9)
        left = _bar(ax, table, sides[0], hidden, "tier_before", language)
        right = _bar(ax, table, sides[1], hidden, "tier_after", language)
        small = _ribbons(ax, table, sides, left, right)
        ax.set_xlim(-0.42, 1.42)
        ax.set_ylim(-0.02, 1.02 + 6 * _GAP)
        ax.invert_yaxis()
        ax.set_yticks([])
        ax.set_xticks([0, 1], [words.text(f"figures.migration_alluvial_{when}", language) for when in _WHEN])
        ax.tick_params(length=0)
        ax.spines["bottom"].set_visible(False)
        ax.grid(visible=False)
        style.value_name(ax, words.text(f"figures.migration_alluvial_by_{by}", language))
        told = [words.text("figures.migration_alluvial_small", language, least=_LEAST)] if small else []
        if len(table) < len(result.table):
            told.append(words.text("figures.migration_alluvial_hidden", language))
        if told:
            ax.set_xlabel(("；" if language == "zh" else "; ").join(told), loc="left", fontsize=9.5)
    return ax


_WHEN = ("before", "after")


def _heights(table: pd.DataFrame, name: str) -> np.ndarray:
    """Each flow as a share of everything on its side; net returns have no height."""
    size = np.maximum(table[name].fillna(0).to_numpy(dtype=float), 0)
    return np.asarray(size / max(size.sum(), 1e-300))


def _bar(
    ax: Axes, table: pd.DataFrame, heights: np.ndarray, hidden: pd.DataFrame, column: str, language: str
) -> dict[str, float]:  # fmt: skip
    """One stacked bar with its names beside it; gives the top of each state.

    While flows are hidden, a bar holds only what is drawn and no state has a share: it would be one of the rest.
    """
    x = 0.0 if column == "tier_before" else 1.0
    tops, top = {}, 0.0
    # hidden rows keep their state's place in the order
    for state in dict.fromkeys(pd.concat([table, hidden]).sort_index()[column]):
        size = float(heights[(table[column] == state).to_numpy()].sum())
        tops[state] = top
        ax.add_patch(Rectangle((x - 0.02, top), 0.04, size, facecolor=style.TOKENS["ink2"], edgecolor="none"))
        share = "" if len(hidden) else f" {numbers.render(size, 'percent', language)}"
        label = words.term(state, language) + share
        side, place = ("right", x - 0.04) if x == 0 else ("left", x + 0.04)
        # names of thin states would cover each other
        if size > 0.004:
            ax.text(place, top + size / 2, label, ha=side, va="center", fontsize=9.5, color=style.TOKENS["ink"])
        top += size + max(_GAP, 0.075 - size) if size > 0.004 else size
    return tops


def _ribbons(
    ax: Axes, table: pd.DataFrame, sides: list[np.ndarray], left: dict[str, float], right: dict[str, float]
) -> bool:
    """Flows from left to right; whether some were too small to draw."""
    start, end = dict(left), dict(right)
    x = np.linspace(0.02, 0.98, 40)
    bend = (1 - np.cos(np.pi * (x - 0.02) / 0.96)) / 2
    small = False
    for i, row in enumerate(table.to_dict("records")):
        a, b = float(sides[0][i]), float(sides[1][i])
        one, other = start[row["tier_before"]], end[row["tier_after"]]
        start[row["tier_before"]] += a
        end[row["tier_after"]] += b
        if max(a, b) < _LEAST:
            small |= max(a, b) > 0
            continue
        upper = one + (other - one) * bend
        lower = one + a + (other + b - one - a) * bend
        alpha = 0.9 if row["direction"] == "stayed" else 0.55
        ax.fill_between(x, upper, lower, color=_COLOURS[row["direction"]], alpha=alpha, linewidth=0)
    return small


def plot_tier_matrix(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of each tier before that is in each tier after, with the share that chance alone gives.

    Parameters
    ----------
    result : migration.Migration
        Table with tier_before, tier_after, n, value, by_chance, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    first, second = list(dict.fromkeys(table["tier_before"])), list(dict.fromkeys(table["tier_after"]))
    with style.context(language):
        ax = style.new_axes(ax, rows=2 * len(first) + 1)
        for row in table.to_dict("records"):
            _cell(ax, second.index(row["tier_after"]), first.index(row["tier_before"]), row, language)
        ax.set_yticks(range(len(first)), [_row_name(table, tier, language) for tier in first], linespacing=1.2)
        ax.set_xticks(range(len(second)), [fill(words.term(tier, language), 9) for tier in second], linespacing=1.2)
        ax.xaxis.tick_top()
        ax.set_xlim(-0.5, len(second) - 0.5)
        ax.set_ylim(len(first) - 0.5, -0.5)
        ax.tick_params(length=0)
        ax.spines["bottom"].set_visible(False)
        ax.grid(visible=False)
        style.value_name(ax, words.text("figures.migration_matrix_axis", language))
    return ax


def _row_name(table: pd.DataFrame, tier: str, language: str) -> str:
    counts = table.loc[table["tier_before"] == tier, "n"]
    if counts.isna().any():
        return words.term(tier, language)
    return words.text("figures.migration_matrix_row", language, tier=tier, n=int(counts.sum()))


def _cell(ax: Axes, x: int, y: int, row: dict, language: str) -> None:
    corner = (x - 0.48, y - 0.46)
    if row["flag"] == "suppressed" or pd.isna(row["value"]):
        ax.add_patch(
            Rectangle(corner, 0.96, 0.92, facecolor="none", edgecolor=style.TOKENS["mute"], hatch="///", linewidth=0)
        )
        return
    step = sum(row["value"] >= least for least in _STEPS) if row["n"] else 0
    ax.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=style.SEQUENTIAL[step], edgecolor="none"))
    if row["tier_before"] == row["tier_after"]:
        ax.add_patch(Rectangle(corner, 0.96, 0.92, facecolor="none", edgecolor=style.TOKENS["ink"], linewidth=1.5))
    colour = style.TOKENS["page"] if step >= 3 else style.TOKENS["ink"]
    known = pd.notna(row["by_chance"])
    text = numbers.render(row["value"], "percent", language) if row["n"] else "0"
    ax.text(x, y - (0.16 if known else 0), text, ha="center", va="center", color=colour, fontsize=9.5)
    if known:
        chance = words.text("figures.migration_matrix_chance", language, value=row["by_chance"])
        quiet = style.TOKENS["page"] if step >= 3 else style.TOKENS["ink2"]
        ax.text(x, y + 0.2, chance, ha="center", va="center", color=quiet, fontsize=9)


def plot_excess(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Movement seen, movement by chance alone, and the excess, with intervals.

    Parameters
    ----------
    result : migration.Migration
        ``summary`` with movement, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    frame = result.__dict__["summary"].set_index("movement")
    rows = frame.loc[["moved", "null_movement", "excess_movement"]]
    colours = (style.TOKENS["ink"], style.TOKENS["mute"], style.CATEGORICAL[0])
    with style.context(language):
        ax = style.new_axes(ax, rows=5)
        ends = [0.0]
        for y, (colour, (name, row)) in enumerate(zip(colours, rows.iterrows(), strict=True)):
            crossing = name == "excess_movement" and row["lo"] <= 0 <= row["hi"]
            _row(ax, row, y, language, colour=style.TOKENS["mute"] if crossing else colour, hollow=bool(crossing))
            ends += [float(v) for v in (row["lo"], row["hi"]) if pd.notna(v)]
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8, zorder=0)
        ax.set_yticks(range(3), [words.term(name, language) for name in rows.index])
        ax.tick_params(axis="y", pad=8)
        ax.set_ylim(2.6, -0.6)
        span = max(ends) - min(ends) or 1.0
        ax.set_xlim(min(ends) - 0.04 * span, max(ends) + (1.3 if rows["value"].isna().any() else 0.7) * span)
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.migration_excess_axis", language))
    return ax


def _row(ax: Axes, row: pd.Series, y: int, language: str, *, colour: str, hollow: bool) -> None:
    """Dot and interval; a bare range where the value itself is not identified."""
    if pd.notna(row["value"]) or pd.isna(row["lo"]):
        label = "" if pd.isna(row["value"]) else _span(row, language)
        style.interval(ax, row, y, label, language=language, colour=colour, hollow=hollow)
        return
    ax.plot([row["lo"], row["hi"]], [y, y], color=style.TOKENS["mute"], linewidth=2.2, linestyle=(0, (2, 1.5)))
    label = f"{_range(row, language)} {words.term(row['flag'], language)}"
    ax.annotate(label, (row["hi"], y), (7, 0), textcoords="offset points", va="center", fontsize=9.5)


def _span(row: pd.Series, language: str) -> str:
    value = numbers.render(row["value"], "percent", language)
    if pd.isna(row["lo"]):
        return value
    return f"{value}（{_range(row, language)}）" if language == "zh" else f"{value} ({_range(row, language)})"


def _range(row: pd.Series, language: str) -> str:
    low, high = (numbers.render(row[name], "percent", language) for name in ("lo", "hi"))
    if language == "en":
        return f"{low} to {high}"
    return f"{low}至{high}" if row["lo"] < 0 else f"{low}–{high}"


def plot_recut(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Net tiers climbed per customer: by purchases, by new cut points, both.

    Parameters
    ----------
    result : migration.Recut
        Table with source, up, down, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    with style.context(language):
        ax = style.new_axes(ax, rows=5)
        known = [0.0, *np.ravel(table[["lo", "hi"]].dropna().to_numpy(dtype=float)).tolist()]
        for y, (_place, row) in enumerate(table.iterrows()):
            hollow = bool(row["lo"] <= 0 <= row["hi"])
            colour = style.TOKENS["mute"] if hollow else style.CATEGORICAL[0]
            shown = pd.notna(row["up"]) and pd.notna(row["down"])
            label = words.text("figures.migration_recut_label", language, up=row["up"], down=row["down"])
            style.interval(ax, row, y, label if shown else "", language=language, colour=colour, hollow=hollow)
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8, zorder=0)
        ax.set_yticks(range(len(table)), [words.term(source, language) for source in table["source"]])
        ax.tick_params(axis="y", pad=8)
        ax.set_ylim(len(table) - 0.4, -0.6)
        span = max(known) - min(known) or 1.0
        ax.set_xlim(min(known) - 0.06 * span, max(known) + 0.5 * span)
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.migration_recut_axis", language))
    return ax
