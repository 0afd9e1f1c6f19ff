"""Figure of contracts: share of a cohort still there, as observed and as modelled."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_retention_curve"]

BLUE = style.CATEGORICAL[0]


def plot_retention_curve(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share still under contract by period: observed (dots), model (line) and interval (band).

    Parameters
    ----------
    result : lifetime.RetentionCurve
        Table with period, value, lo, hi, actual.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax)
        period = table["period"].to_numpy(dtype=float)
        ax.fill_between(period, table["lo"], table["hi"], color=style.TOKENS["band"], linewidth=0)
        ax.plot(period, table["value"], color=BLUE, label=words.text("figures.lifetime_retention_model", language))
        seen = table["actual"].notna()
        ax.plot(
            period[seen],
            table.loc[seen, "actual"],
            "o",
            color=style.TOKENS["ink"],
            clip_on=False,
            label=words.text("figures.lifetime_retention_actual", language),
        )
        _ends(ax, table, language)
        ax.set_ylim(0, 1.05)
        ax.grid(axis="y")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: numbers.render(share, "percent", language)))
        ax.xaxis.set_major_locator(MaxNLocator(7, integer=True))
        ax.set_xlabel(words.text("figures.lifetime_retention_period", language))
        style.value_name(ax, words.text("figures.lifetime_retention_share", language))
        ax.legend(loc="upper right")
    return ax


def _ends(ax: Axes, table: pd.DataFrame, language: str) -> None:
    """The last share of the model, written at the end of its line."""
    last = table.dropna(subset=["value"]).tail(1)
    for _, row in last.iterrows():
        label = numbers.render(row["value"], "percent", language)
        ax.annotate(label, (row["period"], row["value"]), xytext=(6, 0), textcoords="offset points", va="center")
