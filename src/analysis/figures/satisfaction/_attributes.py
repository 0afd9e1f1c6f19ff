"""Expectation against performance; the journey; referral."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_expectation_gap", "plot_journey", "plot_referral"]

BLUE, GREY = style.CATEGORICAL[0], style.TOKENS["mute"]
#: as in the method
_FDR = 0.10


def plot_expectation_gap(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Two dots an attribute, performance hollow and expectation solid; grey where the gap is not clear.

    Parameters
    ----------
    result : satisfaction.ExpectationGap
        Table with attribute, expected, performed, value, lo, hi, q, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    top = float(result.settings["scales"][0])
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            if pd.isna(row["value"]):
                style.no_number(ax, y, row["flag"], language)
                continue
            clear = bool(row["q"] <= _FDR) and (row["lo"] > 0 or row["hi"] < 0)
            colour = BLUE if clear else GREY
            ax.plot([row["performed"], row["expected"]], [y, y], color=colour, linewidth=2.2)
            ax.plot(row["performed"], y, "o", color=colour, markerfacecolor=style.TOKENS["page"])
            ax.plot(row["expected"], y, "o", color=colour)
            told = words.text("figures.satisfaction_gap_told", language, value=row["value"], lo=row["lo"], hi=row["hi"])
            ax.annotate(told, (top, y), xytext=(7, 0), textcoords="offset points", va="center", fontsize=9)
        style.row_names(ax, [words.term(str(name), language) for name in table["attribute"]])
        ax.set_xlim(0.9, top + 0.75 * (top - 1))
        ax.set_xticks(range(1, int(top) + 1))
        style.value_name(ax, words.text("figures.satisfaction_gap_scale", language))
    return ax


def plot_journey(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share satisfied at each stage (bold) and its touchpoints, in the order of the journey.

    Parameters
    ----------
    result : satisfaction.Journey
        Table with stage, touchpoint, value, lo, hi, n, weakest, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    stage = table["touchpoint"] == "all"
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            weak = bool(row["weakest"] is True or row["weakest"] == 1)
            colour = style.CATEGORICAL[1] if weak else BLUE if stage[y] else style.SEQUENTIAL[2]
            told = words.text("figures.satisfaction_value", language, value=_percent(row, language), n=_count(row))
            style.interval(
                ax, row, y, told, language=language, colour=GREY if row["flag"] == "low_n" else colour,
                marker="o" if stage[y] else "s",
            )  # fmt: skip
        labels = [
            words.term(str(r["stage"] if r["touchpoint"] == "all" else r["touchpoint"]), language)
            for _, r in table.iterrows()
        ]
        style.row_names(ax, labels)
        for label, bold in zip(ax.get_yticklabels(), stage, strict=True):
            label.set_fontweight("bold" if bold else "normal")
        style.share_axis(ax, 1.36, 1.0, language)
        style.value_name(ax, words.text("figures.satisfaction_journey_share", language))
    return ax


def plot_referral(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share that introduced the product to colleagues, all and by recommendation class.

    Parameters
    ----------
    result : satisfaction.Referral
        Table with group, value, lo, hi, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            low_n = row["flag"] == "low_n"
            if pd.notna(row["value"]):
                fill = style.TOKENS["mutefill"] if low_n else style.SEQUENTIAL[1]
                ax.barh(y, row["value"], height=0.6, color=fill, linewidth=0)
            told = words.text("figures.satisfaction_value", language, value=_percent(row, language), n=_count(row))
            style.interval(ax, row, y, told, language=language, colour=GREY if low_n else BLUE)
        style.row_names(ax, [words.term(str(name), language) for name in table["group"]])
        style.share_axis(ax, 1.36, 1.0, language)
        style.value_name(ax, words.text("figures.satisfaction_referral_share", language))
    return ax


def _percent(row: pd.Series, language: str) -> str:
    return numbers.render(row["value"], "percent", language)


def _count(row: pd.Series) -> int:
    return 0 if pd.isna(row["n"]) else int(row["n"])
