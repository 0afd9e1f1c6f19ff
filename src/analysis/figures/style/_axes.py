"""Axes that several figures share."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ...core import numbers

__all__ = ["row_names", "share_axis", "share_rows"]


def row_names(ax: Axes, names: Sequence[str]) -> None:
    """Label of each row, the first on top."""
    ax.set_yticks(range(len(names)), list(names))
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(axis="x")


def share_axis(ax: Axes, reach: float, last: float, language: str) -> None:
    """Shares from 0 on: the axis goes to ``reach``, its ticks to ``last``; the rest is room for numbers."""
    ax.set_xlim(0, reach)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= last])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))


def share_rows(ax: Axes, names: Sequence[str], ends: pd.Series, language: str) -> None:
    """Rows of shares whose axis follows the largest upper bound.

    Parameters
    ----------
    ax : Axes
    names : sequence of str
        Label of each row, the first on top.
    ends : Series
        Upper bounds.
    language : {"zh", "en"}
    """
    row_names(ax, names)
    top = float(ends.max()) if ends.notna().any() else 1.0
    share_axis(ax, top * 1.6, min(1.0, top * 1.1), language)
