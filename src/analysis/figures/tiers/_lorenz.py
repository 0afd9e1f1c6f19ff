"""Lorenz curve from the largest customer down, with the fixed points and their intervals."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from ...core import words
from ...core.result import Result
from .. import style

__all__ = ["plot_lorenz"]

#: points closer than this to the one before are drawn without a label
_APART = 0.04


def plot_lorenz(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of net purchases that the largest accounts hold; the grey line is equal accounts.

    Parameters
    ----------
    result : tiers.Lorenz
        Table with top, value, lo, hi, flag; curve with top and value.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    with style.context(language):
        ax = style.new_axes(ax)
        ax.plot([0, 1], [0, 1], color=style.TOKENS["mute"], linewidth=1.0, linestyle=(0, (4, 2)))
        ax.annotate(
            words.text("figures.tiers_lorenz_equal", language), (0.72, 0.72), (6, -12), textcoords="offset points",
            color=style.TOKENS["ink2"], fontsize=9.5,
        )  # fmt: skip
        # the points lie on the curve, so it is drawn through them
        shown = result.table.loc[result.table["flag"] != "suppressed", ["top", "value"]]
        curve = pd.concat([result.__dict__["curve"], shown]).dropna().sort_values(["top", "value"])
        ax.plot(curve["top"], curve["value"], color=style.CATEGORICAL[0], linewidth=1.8)
        last = -1.0
        for row in result.table.to_dict("records"):
            if pd.isna(row["value"]) or row["flag"] == "suppressed":
                continue
            _point(ax, row, language, named=row["top"] - last >= _APART)
            last = row["top"]
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1.02)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.grid(axis="y")
        style.value_name(ax, words.text("figures.tiers_lorenz_value", language))
        ax.set_xlabel(words.text("figures.tiers_lorenz_axis", language))
    return ax


def _point(ax: Axes, row: dict, language: str, *, named: bool) -> None:
    thin = row["flag"] == "low_n"
    if pd.notna(row["lo"]):
        dash = (0, (2, 1.5)) if thin else "solid"
        ax.plot([row["top"]] * 2, [row["lo"], row["hi"]], color=style.TOKENS["ink"], linewidth=2.2, linestyle=dash)
    face = style.TOKENS["page"] if thin else style.CATEGORICAL[0]
    ax.plot(row["top"], row["value"], "o", color=style.CATEGORICAL[0], markerfacecolor=face, clip_on=False)
    if named:
        text = words.text("figures.tiers_lorenz_point", language, top=row["top"], value=row["value"])
        ground = {"facecolor": style.TOKENS["page"], "edgecolor": "none", "pad": 0.6}
        ax.annotate(
            text, (row["top"], row["value"]), (8, -9), textcoords="offset points", fontsize=9.5, va="top", bbox=ground
        )
