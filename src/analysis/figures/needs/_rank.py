"""Needs as dots with intervals and rank intervals."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_need_rank", "plot_unmet"]


def plot_need_rank(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share calling each need important, with interval and rank interval.

    Parameters
    ----------
    result : needs.NeedRank
        Table with need, value, lo, hi, rank_lo, rank_hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    return _rows(result.table, "figures.needs_rank_axis", language, ax)


def plot_unmet(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share to whom each need is important and not met, with interval and rank interval.

    Parameters
    ----------
    result : needs.UnmetNeeds
        Table with need, value, lo, hi, rank_lo, rank_hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    return _rows(result.table, "figures.needs_unmet_axis", language, ax)


def _rows(table: pd.DataFrame, axis: str, language: str, ax: Axes | None) -> Axes:
    table = table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            style.interval(ax, row, y, _label(row, language), language=language, colour=style.CATEGORICAL[0])
        style.share_rows(ax, [words.term(name, language) for name in table["need"]], table["hi"], language)
        style.value_name(ax, words.text(axis, language))
    return ax


def _label(row: pd.Series, language: str) -> str:
    if pd.isna(row["value"]) or pd.isna(row["rank_lo"]):
        return "" if pd.isna(row["value"]) else numbers.render(row["value"], "percent", language)
    key = "needs_rank_one" if row["rank_lo"] == row["rank_hi"] else "needs_rank_row"
    return words.text(
        f"figures.{key}", language, value=row["value"], rank_lo=int(row["rank_lo"]), rank_hi=int(row["rank_hi"])
    )
