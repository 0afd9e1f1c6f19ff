"""Attitude against repeat patronage as four fields."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_loyalty_matrix"]

#: column and row of each kind
_PLACES = {"true_loyalty": (1, 1), "latent_loyalty": (0, 1), "inertial_loyalty": (1, 0), "no_loyalty": (0, 0)}
_CUTS = (0.1, 0.2, 0.3, 0.4)


def plot_loyalty_matrix(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Four fields: share of customers with interval, their number, their share of value; darker is more customers.

    Parameters
    ----------
    result : loyalty.LoyaltyMatrix
        Table with loyalty, value, lo, hi, n, share_value, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    with style.context(language):
        ax = style.new_axes(ax)
        for _, row in result.table.iterrows():
            _field(ax, row, language)
        ax.set_xlim(-0.02, 2.02)
        ax.set_ylim(-0.02, 2.02)
        low, high = (words.text(f"figures.loyalty_matrix_{side}", language) for side in ("low", "high"))
        ax.set_xticks([0.5, 1.5], [low, high])
        ax.set_yticks([0.5, 1.5], [low, high])
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(axis="x", length=0)
        ax.set_xlabel(words.text("figures.loyalty_matrix_repeat", language))
        style.value_name(ax, words.text("figures.loyalty_matrix_attitude", language))
    return ax


def _field(ax: Axes, row: pd.Series, language: str) -> None:
    x, y = _PLACES[row["loyalty"]]
    if pd.isna(row["value"]):
        hatch: dict[str, Any] = {"hatch": "////", "fill": False, "edgecolor": style.TOKENS["mute"], "linewidth": 0}
        ax.add_patch(Rectangle((x + 0.02, y + 0.02), 0.96, 0.96, **hatch))
        lines = [words.term(row["loyalty"], language), words.term(row["flag"], language)]
        box = {"facecolor": style.TOKENS["page"], "edgecolor": "none", "pad": 2.0}
        ax.text(x + 0.5, y + 0.5, "\n".join(lines), ha="center", va="center", linespacing=1.5, bbox=box)
        return
    step = int(np.searchsorted(_CUTS, row["value"], side="left"))
    thin = row["flag"] == "low_n"
    face = style.TOKENS["page"] if thin else style.SEQUENTIAL[step]
    ink = style.TOKENS["page"] if step >= 3 and not thin else style.TOKENS["ink"]
    edge: dict[str, Any] = (
        {"edgecolor": style.TOKENS["mute"], "linestyle": (0, (2, 1.5)), "linewidth": 1.2} if thin else {"linewidth": 0}
    )
    ax.add_patch(Rectangle((x + 0.02, y + 0.02), 0.96, 0.96, facecolor=face, **edge))
    value, lo, hi = (numbers.render(row[c], "percent", language) for c in ("value", "lo", "hi"))
    told = {"n": row["n"], "lo": lo, "hi": hi, "share": row["share_value"]}
    ax.text(x + 0.5, y + 0.74, words.term(row["loyalty"], language), ha="center", va="center", color=ink)
    ax.text(x + 0.5, y + 0.52, value, ha="center", va="center", color=ink, fontsize=15, fontweight="bold")
    under = words.text("figures.loyalty_matrix_cell", language, **told)
    ax.text(x + 0.5, y + 0.24, under, ha="center", va="center", color=ink, fontsize=9, linespacing=1.5)
