"""Brands by the share who prefer them."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_brands"]


def plot_brands(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share preferring each brand, with interval and rank interval; the own brand in blue.

    Parameters
    ----------
    result : preference.BrandStanding
        Table with brand, whose, value, lo, hi, rank_lo, rank_hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            other = row["whose"] == "competitor_product"
            colour = style.TOKENS["mute"] if other else style.CATEGORICAL[0]
            style.interval(ax, row, y, _label(row, language), language=language, colour=colour)
        style.share_rows(ax, [words.term(name, language) for name in table["brand"]], table["hi"], language)
        for name, tick in zip(table["whose"], ax.get_yticklabels(), strict=True):
            tick.set_fontweight("bold" if name == "own_product" else "normal")
        style.value_name(ax, words.text("figures.preference_brands_axis", language))
    return ax


def _label(row: pd.Series, language: str) -> str:
    if pd.isna(row["value"]) or pd.isna(row["rank_lo"]):
        return "" if pd.isna(row["value"]) else numbers.render(row["value"], "percent", language)
    key = "needs_rank_one" if row["rank_lo"] == row["rank_hi"] else "needs_rank_row"
    return words.text(
        f"figures.{key}", language, value=row["value"], rank_lo=int(row["rank_lo"]), rank_hi=int(row["rank_hi"])
    )
