"""Survival curves with the customers at risk below."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from ...core import numbers, words
from .. import style

__all__ = ["plot_survival"]

#: distance of two labels at the right end, in shares
_APART = 0.085
_MOST = len(style.CATEGORICAL)


def plot_survival(result: Any, *, language: str, ax: Axes | None = None) -> Axes:
    """Share still a customer by months since the first order: steps, bands, customers at risk below.

    Parameters
    ----------
    result : loyalty.Survival
        ``curve`` with group, month, value, lo, hi, at_risk.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    curve = result.curve
    groups = [g for g in dict.fromkeys(curve["group"]) if g != "all"][:_MOST] or ["all"]
    with style.context(language):
        ax = style.new_axes(ax)
        last = float(curve["month"].max()) if len(curve) else 12.0
        ends = {}
        for name, colour in zip(groups, style.CATEGORICAL, strict=False):
            one = curve[(curve["group"] == name) & curve["value"].notna()]
            if one.empty:
                continue
            ax.fill_between(one["month"], one["lo"], one["hi"], step="post", color=colour, alpha=0.14, linewidth=0)
            ax.step(one["month"], one["value"], where="post", color=colour)
            ends[name] = (float(one["month"].iloc[-1]), float(one["value"].iloc[-1]), colour)
        _label_ends(ax, ends, last, language, _reported(result))
        at = result.finding.values.get("at") if result.finding is not None else None
        if at is not None and at < last:
            ax.axvline(float(at), color=style.TOKENS["axis"], linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        ticks = _ticks(last)
        ax.set_xlim(0, last)
        ax.set_ylim(0, 1.02)
        ax.set_xticks(ticks)
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.grid(axis="y")
        _at_risk(ax, curve, groups, ticks, language)
        style.value_name(ax, words.text("figures.loyalty_survival", language))
    return ax


def _ticks(last: float) -> np.ndarray:
    step = 6 if last <= 48 else 12
    return np.arange(0, last + 0.5, step)


def _reported(result: Any) -> dict[str, float]:
    """Share of each group at the month of the finding, as the table has it."""
    if "metric" not in result.table:
        return {}
    rows = result.table[(result.table["metric"] == "still_customer") & result.table["value"].notna()]
    return dict(zip(rows["group"], rows["value"].astype(float), strict=True))


def _label_ends(
    ax: Axes, ends: dict[str, tuple[float, float, str]], last: float, language: str, reported: dict[str, float]
) -> None:
    """Group at the end of each curve with the share in the table, moved apart where they would touch."""
    place = 2.0
    for name, (month, value, colour) in sorted(ends.items(), key=_height, reverse=True):
        place = min(value, place - _APART)
        label = f"{words.term(name, language)} {numbers.render(reported.get(name, value), 'percent', language)}"
        ax.annotate(label, (last, place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9.5,
                    color=style.TOKENS["ink"], annotation_clip=False)  # fmt: skip
        ax.plot([month, last], [value, value], color=colour, linewidth=0.8, linestyle=(0, (1, 2)))
        ax.plot(last, place, "s", color=colour, markersize=5, clip_on=False)


def _height(entry: tuple[str, tuple[float, float, str]]) -> float:
    return entry[1][1]


def _at_risk(ax: Axes, curve: pd.DataFrame, groups: list[str], ticks: np.ndarray, language: str) -> None:
    """Rows of counts under the axis: how many stand behind each part of a curve."""
    ax.set_xlabel(words.text("figures.loyalty_survival_month", language), loc="left", labelpad=3)
    side, gap = ax.get_xaxis_transform(), 15.0
    for i, name in enumerate(groups):
        down = -(44.0 + gap * i)
        ax.annotate(words.term(name, language), (0, 0), xytext=(-20, down), xycoords="axes fraction",
                    textcoords="offset points", ha="right", va="center", fontsize=9, annotation_clip=False)  # fmt: skip
        one = curve[curve["group"] == name].set_index("month")["at_risk"]
        for month in ticks:
            count = one.get(month)
            said = (
                numbers.MISSING if count is None or pd.isna(count) else numbers.render(float(count), "count", language)
            )
            ax.annotate(said, (month, 0), xytext=(0, down), xycoords=side, textcoords="offset points", ha="center",
                        va="center", fontsize=9, color=style.TOKENS["ink2"], annotation_clip=False)  # fmt: skip
