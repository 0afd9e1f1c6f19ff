"""Figures of open answers: themes with their intervals, themes of posts over time, changes."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_codes", "plot_feedback", "plot_feedback_change"]

BLUE, ORANGE, GREY = style.CATEGORICAL[0], style.CATEGORICAL[1], style.TOKENS["mute"]
INK2 = style.TOKENS["ink2"]
#: most rows drawn; the rest stands in the table
_MOST, _MOST_LINES = 20, 8
#: fewer posts in a period than this: dashed
_THIN = 30


def plot_codes(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of respondents by theme: bar, dot and interval; those who only deny it as a hollow diamond below.

    Parameters
    ----------
    result : opentext.Coding
        Table with theme, theme_kind, statement, mentions, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    themes = table.loc[table["statement"] == "affirmed", "theme"].tolist()
    themes = (themes + [t for t in table["theme"] if t not in themes])[:_MOST]
    themes = list(dict.fromkeys(themes))
    with style.context(language):
        ax = style.new_axes(ax, rows=max(len(themes), 2))
        if not themes:
            return _empty(ax, language)
        shown = table[table["theme"].isin(themes)]
        for _, row in shown.iterrows():
            y = themes.index(row["theme"])
            _mention(ax, row, y, language) if row["statement"] == "affirmed" else _denial(ax, row, y)
        _rows(ax, themes, language)
        right = float(shown["hi"].max()) if shown["hi"].notna().any() else 1.0
        _percent_axis(ax, 0.0, right, room=0.3)
        style.value_name(ax, words.text("figures.opentext_codes_share", language))
        if (shown["statement"] == "negated").any():
            _legend(ax, language)
    return ax


def plot_feedback(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """One row per theme on one scale: share of the posts of each period, with its interval as a band.

    Parameters
    ----------
    result : opentext.Feedback
        Table with theme, posted, value, lo, hi, n, flag; the most frequent theme first.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    known = table["value"].notna().groupby(table["theme"]).mean()
    # a line of gaps is no line: themes hidden in most periods stay in the table
    steady = [t for t in dict.fromkeys(table["theme"]) if known[t] >= 0.5]
    themes = (steady or list(dict.fromkeys(table["theme"])))[:_MOST_LINES]
    with style.context(language):
        ax = style.new_axes(ax, rows=max(2 * len(themes), 3))
        if not themes:
            return _empty(ax, language)
        own = table[table["theme"].isin(themes)].sort_values("posted", kind="stable")
        # periods with a handful of posts would stretch the scale for all
        sure = own.loc[own["flag"] == "ok", "hi"]
        top = float(sure.max()) if sure.notna().any() else 1.0
        top = min(1.0, -(-top // 0.1) * 0.1)
        for y, theme in enumerate(themes):
            _line(ax, own[own["theme"] == theme], float(len(themes) - 1 - y), top, language)
        ax.set_yticks(
            [len(themes) - 1 - y + 0.4 for y in range(len(themes))], [words.term(t, language) for t in themes]
        )
        ax.set_ylim(-0.1, len(themes))
        ax.tick_params(axis="y", length=0)
        style.month_axis(ax, own["posted"].min(), own["posted"].max())
        shown = numbers.render(top, "percent", language)
        style.value_name(ax, words.text("figures.opentext_feedback_share", language, top=shown))
    return ax


def plot_feedback_change(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share after minus share before by theme with its interval; filled where the false discovery rate is low.

    Parameters
    ----------
    result : opentext.FeedbackChange
        Table with theme, value, lo, hi, q, flag; ``settings`` fdr.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.head(_MOST).reset_index(drop=True)
    limit = float(result.settings.get("fdr", 0.1))
    with style.context(language):
        ax = style.new_axes(ax, rows=max(len(table), 2))
        if table.empty:
            return _empty(ax, language)
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
        for y, (_, row) in enumerate(table.iterrows()):
            clear = bool(row["q"] <= limit)
            label = numbers.render(100 * row["value"], "score", language, signed=True)
            style.interval(ax, row, y, label, language=language, colour=BLUE if clear else GREY, hollow=not clear)
        _rows(ax, table["theme"].tolist(), language)
        bounds = table[["lo", "hi"]].to_numpy(dtype=float)
        known = bounds[bounds == bounds]
        low, high = (float(known.min()), float(known.max())) if known.size else (-0.1, 0.1)
        low, high = min(low, 0.0), max(high, 0.0)
        ax.set_xlim(low - 0.04 * (high - low), high + 0.28 * (high - low))
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.set_xticks([tick for tick in ax.get_xticks() if low <= tick <= high])
        ax.xaxis.set_major_formatter(
            FuncFormatter(lambda v, _: numbers.render(100 * v, "score", language, signed=True))
        )
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.opentext_change_points", language))
    return ax


def _mention(ax: Axes, row: pd.Series, y: int, language: str) -> None:
    if pd.isna(row["value"]):
        style.no_number(ax, y, row["flag"], language)
        return
    fill = style.TOKENS["mutefill"] if row["flag"] == "low_n" else style.SEQUENTIAL[1]
    ax.barh(y, row["value"], height=0.6, color=fill, linewidth=0)
    value = numbers.render(row["value"], "percent", language)
    label = words.text("figures.opentext_codes_value", language, value=value, mentions=int(row["mentions"]))
    style.interval(ax, row, y, label, language=language, colour=GREY if row["flag"] == "low_n" else BLUE)


def _denial(ax: Axes, row: pd.Series, y: int) -> None:
    """Those who deny it, under the bar; nothing where the number is hidden."""
    if pd.isna(row["value"]):
        return
    at = y + 0.36
    ax.plot([row["lo"], row["hi"]], [at, at], color=ORANGE, linewidth=1.2, solid_capstyle="butt")
    ax.plot(row["value"], at, "D", color=ORANGE, markerfacecolor=style.TOKENS["page"], markersize=4.5, clip_on=False)


def _line(ax: Axes, rows: pd.DataFrame, foot: float, top: float, language: str) -> None:
    """One theme over time in its own strip of the axes."""
    scale = 0.8 / top
    ax.axhline(foot, color=style.TOKENS["rule"], linewidth=0.8)
    known = rows[rows["value"].notna()]
    if known.empty:
        ax.annotate(words.term("suppressed", language), (0.02, foot + 0.3), xycoords=ax.get_yaxis_transform(),
                    fontsize=9.5, color=INK2)  # fmt: skip
        return
    low, high = (foot + scale * rows[name].clip(upper=top) for name in ("lo", "hi"))
    ax.fill_between(rows["posted"], low, high, color=style.SEQUENTIAL[0], linewidth=0)
    height = foot + scale * rows["value"].clip(upper=top)
    ax.plot(rows["posted"], height, color=GREY, linewidth=1.0, linestyle=(0, (2, 1.5)))
    ax.plot(rows["posted"], height.where(rows["n"] >= _THIN), color=BLUE, linewidth=1.8)
    last = known.iloc[-1]
    ax.plot(last["posted"], foot + scale * min(last["value"], top), "o", color=BLUE, markersize=4)
    told = words.text(
        "figures.opentext_feedback_last", language, value=numbers.render(last["value"], "percent", language)
    )
    ax.annotate(told, (last["posted"], foot + scale * min(last["value"], top)), xytext=(6, 0),
                textcoords="offset points", va="center", fontsize=9.5, annotation_clip=False)  # fmt: skip


def _rows(ax: Axes, themes: list[str], language: str) -> None:
    # a barrier's code stands before its name, as everywhere
    names = [
        f"{t} {words.term(t, language)}" if t[:1] == "B" and t[1:].isdigit() else words.term(t, language)
        for t in themes
    ]
    ax.set_yticks(range(len(themes)), names)
    ax.set_ylim(len(themes) - 0.4, -0.6)


def _percent_axis(ax: Axes, low: float, high: float, *, room: float) -> None:
    ax.set_xlim(low, high + room * (high - low))
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.set_xticks([tick for tick in ax.get_xticks() if low <= tick <= high])
    language = "en"  # a percentage reads the same in both languages
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))
    ax.grid(axis="x")


def _legend(ax: Axes, language: str) -> None:
    handles = [
        Line2D([], [], marker="o", color=BLUE, linewidth=2.2,
               label=words.text("figures.opentext_codes_affirmed", language)),
        Line2D([], [], marker="D", color=ORANGE, markerfacecolor=style.TOKENS["page"], markersize=4.5, linewidth=1.2,
               label=words.text("figures.opentext_codes_negated", language)),
    ]  # fmt: skip
    ax.legend(handles=handles, loc="lower right", borderaxespad=0.2, handlelength=1.6)


def _empty(ax: Axes, language: str) -> Axes:
    ax.set_axis_off()
    ax.annotate(words.text("figures.opentext_empty", language), (0.02, 0.5), xycoords="axes fraction", color=INK2)
    return ax
