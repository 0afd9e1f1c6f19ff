"""Axes that several figures share."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ...core import numbers

__all__ = ["share_rows"]


def share_rows(ax: Axes, names: Sequence[str], ends: pd.Series, language: str) -> None:
    """Rows from the top, a share from 0 on, and room for the numbers at the right.

    Parameters
    ----------
    ax : Axes
    names : sequence of str
        Label of each row, the first on top.
    ends : Series
        Upper bounds: the axis reaches past the largest.
    language : {"zh", "en"}
    """
    ax.set_yticks(range(len(names)), list(names))
    ax.set_ylim(len(names) - 0.4, -0.6)
    top = float(ends.max()) if ends.notna().any() else 1.0
    ax.set_xlim(0, top * 1.6)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= min(1.0, top * 1.1)])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))
    ax.grid(axis="x")
