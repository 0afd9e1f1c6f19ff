"""Importance in two waves as slopes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_need_drift"]


def plot_need_drift(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Mean importance before and after; needs without a clear change stay grey.

    Parameters
    ----------
    result : needs.NeedDrift
        Table with need, before, after, value, verdict, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    shown = table[table["before"].notna() & table["after"].notna()]
    with style.context(language):
        ax = style.new_axes(ax, rows=max(len(table), 6))
        if len(shown):
            _slopes(ax, shown, language)
        for y, (_, row) in enumerate(table.drop(shown.index).iterrows()):
            told = f"{words.term(row['need'], language)} {words.term(row['flag'], language)}"
            ax.annotate(told, (0.02, 0.02 + 0.08 * y), xycoords="axes fraction", fontsize=9, color=style.TOKENS["ink2"])
        ax.set_xlim(-0.22, 2.3)
        ax.set_xticks([0, 1], [words.text(f"figures.needs_drift_{side}", language) for side in ("before", "after")])
        ax.set_yticks([])
        style.value_name(ax, words.text("figures.needs_drift_axis", language))
    return ax


def _slopes(ax: Axes, shown: pd.DataFrame, language: str) -> None:
    span = max(float(shown[["before", "after"]].to_numpy().max() - shown[["before", "after"]].to_numpy().min()), 0.3)
    apart = span / max(7.0, 0.95 * len(shown))
    left, right = _spread(shown["before"].to_numpy(), apart), _spread(shown["after"].to_numpy(), apart)
    for (_, row), y_left, y_right in zip(shown.iterrows(), left, right, strict=True):
        clear = row["verdict"] in ("rose", "fell")
        colour = style.CATEGORICAL[0] if row["value"] > 0 else style.CATEGORICAL[1]
        colour = colour if clear else style.TOKENS["mute"]
        ax.plot([0, 1], [row["before"], row["after"]], "-o", color=colour, markersize=5,
                linewidth=2.2 if clear else 1.4,
                markerfacecolor=colour if clear else style.TOKENS["page"])  # fmt: skip
        key = "figures.needs_drift_row_clear" if clear else "figures.needs_drift_row"
        told = words.text(key, language, need=words.term(row["need"], language), after=row["after"], value=row["value"])
        ink = style.TOKENS["ink"] if clear else style.TOKENS["ink2"]
        ax.text(1.06, y_right, told, va="center", fontsize=9.5, color=ink)
        ax.text(-0.06, y_left, numbers.render(row["before"], "number2", language), va="center", ha="right", fontsize=9,
                color=ink)  # fmt: skip
    edge = np.concatenate([left, right, shown["before"], shown["after"]])
    ax.set_ylim(edge.min() - apart, edge.max() + apart)


def _spread(values: np.ndarray, apart: float) -> np.ndarray:
    """Places of labels: as near to their values as a least distance between them lets."""
    order = np.argsort(values, kind="stable")
    # pool neighbours that stand too near, around their common middle
    blocks: list[list[float]] = []
    for value in values[order] - apart * np.arange(len(values)):
        blocks.append([float(value), 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, count = blocks.pop()
            blocks[-1] = [
                (blocks[-1][0] * blocks[-1][1] + mean * count) / (blocks[-1][1] + count),
                blocks[-1][1] + count,
            ]
    level = np.concatenate([[mean] * int(count) for mean, count in blocks])
    out = np.empty(len(values))
    out[order] = level + apart * np.arange(len(values))
    return out
