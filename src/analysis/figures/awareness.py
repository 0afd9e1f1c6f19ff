"""Figures of awareness, line of use and habit."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_awareness", "plot_awareness_change", "plot_habit", "plot_line_of_use"]

_LINES = ("line_first", "line_second", "line_third", "line_never")
_FILL = (style.SEQUENTIAL[4], style.SEQUENTIAL[2], style.SEQUENTIAL[1], style.TOKENS["mutefill"])


def plot_awareness(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Unaided awareness as a dark bar inside the bar of all who know the product, by group or brand.

    Parameters
    ----------
    result : awareness.Awareness
        Table with brand, group, measure, value, lo, hi, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    rows = list(dict.fromkeys(zip(result.table["brand"].map(str), result.table["group"].map(str), strict=True)))
    several = result.table["brand"].nunique() > 1
    keys = result.table[["brand", "group", "measure"]].astype("str").itertuples(index=False, name=None)
    cells = dict(zip(keys, (row for _, row in result.table.iterrows()), strict=True))
    with style.context(language):
        ax = style.new_axes(ax, rows=len(rows))
        for y, (brand, group) in enumerate(rows):
            _bar(ax, y, cells[brand, group, "unaided"], cells[brand, group, "aware"], language)
        _finish(ax, [_name(brand, group, several, language) for brand, group in rows], language, room=1.5)
        style.value_name(ax, words.text("figures.awareness_axis", language))
    return ax


def plot_awareness_change(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Change of each measure of awareness with interval and zero line.

    Parameters
    ----------
    result : awareness.AwarenessChange
        Table with measure, before, after, value, lo, hi, verdict, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1)
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
        for y, (_, row) in enumerate(table.iterrows()):
            clear = row["verdict"] in ("rose", "fell")
            told = "" if pd.isna(row["value"]) else words.text(
                "figures.awareness_change_row", language, value=row["value"], before=row["before"], after=row["after"]
            )  # fmt: skip
            colour = style.CATEGORICAL[0] if clear else style.TOKENS["mute"]
            style.interval(ax, row, y, told, language=language, colour=colour, hollow=not clear)
        ends = table[["lo", "hi"]].to_numpy(dtype=float)
        reach = float(max(abs(ends[ends == ends]).max(), 0.05)) if (ends == ends).any() else 0.1
        ax.set_xlim(-1.15 * reach, 3.4 * reach)
        ax.set_ylim(len(table) - 0.4, -0.6)
        names = [words.text(f"figures.awareness_change_{name}", language) for name in table["measure"]]
        ax.set_yticks(range(len(table)), names)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.set_xticks([tick for tick in ax.get_xticks() if abs(tick) <= 1.15 * reach])
        ax.xaxis.set_major_formatter(
            FuncFormatter(lambda v, _: numbers.render(100 * v, "score", language, signed=True))
        )
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.awareness_change_axis", language))
    return ax


def plot_line_of_use(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Shares of first, second, third line and never, one stacked bar per group.

    Parameters
    ----------
    result : awareness.LineOfUse
        Table with group, line, value, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    groups = list(dict.fromkeys(result.table["group"]))
    cells = result.table.set_index(["group", "line"])
    with style.context(language):
        ax = style.new_axes(ax, rows=len(groups) + 1)
        for y, group in enumerate(groups):
            _stack(ax, y, cells.loc[group], language)
        labels = []
        for group in groups:
            n = cells.loc[group]["n"].max()
            told = {"group": group, "n": int(n) if pd.notna(n) else None}
            labels.append(words.text("figures.awareness_usage_row", language, **told))
        _finish(ax, labels, language, room=1.0)
        place = [ax.barh(0, 0, color=fill) for fill in _FILL]
        ax.legend(place, [words.term(line, language) for line in _LINES], ncols=4 if language == "zh" else 2,
                  loc="upper left", bbox_to_anchor=(-0.02, -0.16 if len(groups) > 2 else -0.3), handlelength=1,
                  columnspacing=1.2)  # fmt: skip
        style.value_name(ax, words.text("figures.awareness_usage_axis", language))
    return ax


def plot_habit(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share naming habit among all, users and others, with intervals.

    Parameters
    ----------
    result : awareness.Habit
        Table with group, value, lo, hi, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1)
        for y, (_, row) in enumerate(table.iterrows()):
            told = "" if pd.isna(row["value"]) else words.text(
                "figures.awareness_habit_row", language, value=row["value"], n=int(row["n"])
            )  # fmt: skip
            style.interval(ax, row, y, told, language=language, colour=style.CATEGORICAL[0])
        _finish(ax, [words.term(name, language) for name in table["group"]], language, room=1.4)
        # a mark at zero does not touch the names
        ax.set_xlim(-0.04, 1.4)
        style.value_name(ax, words.text("figures.awareness_habit_axis", language))
    return ax


def _name(brand: str, group: str, several: bool, language: str) -> str:
    name = words.term(group, language)
    if not several:
        return name
    return words.term(brand, language) if group == "all" else f"{words.term(brand, language)} · {name}"


def _bar(ax: Axes, y: float, unaided: pd.Series, aware: pd.Series, language: str) -> None:
    if pd.isna(aware["value"]) or pd.isna(unaided["value"]):
        style.no_number(ax, y, aware["flag"], language)
        return
    low = aware["flag"] == "low_n"
    light, dark = (
        (style.TOKENS["mutefill"], style.TOKENS["mute"]) if low else (style.SEQUENTIAL[1], style.SEQUENTIAL[3])
    )
    ax.barh(y, aware["value"], height=0.6, color=light, linewidth=0)
    ax.barh(y, unaided["value"], height=0.6, color=dark, linewidth=0)
    dash = (0, (2, 1.5)) if low else "solid"
    ax.plot([aware["lo"], aware["hi"]], [y, y], color=style.TOKENS["ink"], linewidth=1.4, linestyle=dash)
    told = words.text(
        "figures.awareness_row", language, unaided=unaided["value"], aware=aware["value"], n=int(aware["n"])
    )
    ax.annotate(told, (aware["hi"], y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9.5)


def _stack(ax: Axes, y: float, lines: pd.DataFrame, language: str) -> None:
    if lines["value"].isna().all():
        style.no_number(ax, y, lines["flag"].iloc[0], language)
        return
    start = 0.0
    for place, line in enumerate(_LINES):
        value = float(lines["value"].to_dict()[line])
        if pd.isna(value):
            continue
        ax.barh(y, value, left=start, height=0.68, color=_FILL[place], edgecolor=style.TOKENS["page"], linewidth=0.8)
        if value >= 0.07:
            colour = style.TOKENS["page"] if place == 0 else style.TOKENS["ink"]
            ax.text(start + value / 2, y, numbers.render(value, "percent", language), ha="center", va="center",
                    fontsize=9.5, color=colour)  # fmt: skip
        start += value


def _finish(ax: Axes, names: list[str], language: str, *, room: float) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(0, room)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))
    ax.grid(axis="x")
