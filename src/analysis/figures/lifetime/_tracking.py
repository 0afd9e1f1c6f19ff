"""Figures of the model against time, and over frequency and silence."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import StrMethodFormatter

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_matrix", "plot_matrix_orders", "plot_tracking", "plot_tracking_steps"]

BLUE, ORANGE = style.CATEGORICAL[0], style.CATEGORICAL[1]
#: dates written along the axis
TICKS = 5
#: months since the last order, the shortest first
BANDS = {
    "silent_1": "≤1", "silent_2": "1–2", "silent_3": "2–3", "silent_6": "3–6", "silent_12": "6–12",
    "silent_longer": ">12",
}  # fmt: skip


def plot_tracking(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Repeat orders so far: actual (solid), model (dashed) with its interval, the split (vertical line).

    Parameters
    ----------
    result : lifetime.Tracking
        Table with period, until, part, value, lo, hi, actual.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax)
        x = np.arange(len(table))
        ax.fill_between(x, table["lo"], table["hi"], color=style.TOKENS["band"], linewidth=0)
        _lines(ax, table, "actual", "value", language)
        top = np.nanmax(table[["hi", "actual"]].to_numpy(dtype=float), initial=1.0)
        ax.set_ylim(0, 1.12 * top)
        style.value_name(ax, words.text("figures.lifetime_tracking_orders", language))
    return ax


def plot_tracking_steps(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Repeat orders of each period: actual (solid), model (dashed), the split (vertical line).

    Parameters
    ----------
    result : lifetime.Tracking
        Table with period, until, part, value_step, actual_step.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax)
        _lines(ax, table, "actual_step", "value_step", language)
        top = np.nanmax(table[["value_step", "actual_step"]].to_numpy(dtype=float), initial=1.0)
        ax.set_ylim(0, 1.25 * top)
        style.value_name(ax, words.text("figures.lifetime_tracking_step", language))
    return ax


def plot_matrix(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Mean probability active by repeat purchases (rows) and silence (columns).

    Parameters
    ----------
    result : lifetime.Matrix
        Table with frequency, silence, value, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    return _heat(result.table, "value", "percent", "lifetime_matrix_alive", language, ax)


def plot_matrix_orders(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Expected orders per customer by repeat purchases (rows) and silence (columns).

    Parameters
    ----------
    result : lifetime.Matrix
        Table with frequency, silence, expected, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    return _heat(result.table, "expected", "number2", "lifetime_matrix_orders", language, ax)


def _lines(ax: Axes, table: pd.DataFrame, actual: str, model: str, language: str) -> None:
    """The two lines, the split, dates along the axis."""
    x = np.arange(len(table))
    ink = style.TOKENS["ink"]
    ax.plot(x, table[actual], color=ink, label=words.text("figures.lifetime_tracking_actual", language))
    told = words.text("figures.lifetime_tracking_model", language)
    ax.plot(x, table[model], color=BLUE, linestyle=(0, (4, 2)), label=told)
    held_out = np.flatnonzero((table["part"] == "held_out").to_numpy())
    if held_out.size:
        at = held_out[0] - 0.5
        ax.axvline(at, color=style.TOKENS["ink2"], linewidth=1.0)
        name = words.text("figures.lifetime_tracking_split", language)
        ax.annotate(name, (at, 0.02), xycoords=("data", "axes fraction"), xytext=(4, 0), textcoords="offset points")
    shown = np.unique(np.linspace(0, len(table) - 1, TICKS).round().astype(int))
    ax.set_xticks(shown, [numbers.render(table["until"].iloc[i], "month", language) for i in shown])
    ax.set_xlim(-0.5, len(table) - 0.5)
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    ax.grid(axis="y")
    ax.legend(loc="upper left")


def _heat(table: pd.DataFrame, column: str, kind: str, name: str, language: str, ax: Axes | None) -> Axes:
    """One cell for each pair of bands that has customers; a small one in brackets, a hidden one hatched."""
    rows, columns = list(dict.fromkeys(table["frequency"])), _bands(table)
    top = 1.0 if kind == "percent" else float(np.nanmax(table[column].to_numpy(dtype=float), initial=0.0)) or 1.0
    with style.context(language):
        ax = style.new_axes(ax, rows=len(rows) + 1)
        for _, row in table.iterrows():
            x, y = columns.index(row["silence"]), rows.index(row["frequency"])
            _cell(ax, x, y, row[column], top, row["flag"], kind, language)
        ax.set_xlim(-0.5, len(columns) - 0.5)
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.set_xticks(range(len(columns)), [BANDS[band] for band in columns])
        ax.set_yticks(range(len(rows)), rows)
        ax.set_xlabel(words.text("figures.lifetime_matrix_silence", language), loc="left")
        style.value_name(ax, words.text(f"figures.{name}", language))
    return ax


def _bands(table: pd.DataFrame) -> list[str]:
    """Bands of silence that occur, the shortest first."""
    found = set(table["silence"])
    return [band for band in BANDS if band in found]


def _cell(ax: Axes, x: int, y: int, value: float, top: float, flag: str, kind: str, language: str) -> None:
    if pd.isna(value):
        hatch = "////" if flag == "suppressed" else None
        edge = style.TOKENS["mute"]
        ax.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, hatch=hatch, fill=False, edgecolor=edge, linewidth=0))
        return
    level = min(int(len(style.SEQUENTIAL) * value / top), len(style.SEQUENTIAL) - 1)
    ax.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=style.SEQUENTIAL[level], linewidth=0))
    label = numbers.render(value, kind, language)
    label = words.text("figures.lifetime_matrix_few", language, label=label) if flag == "low_n" else label
    colour = style.TOKENS["page"] if level >= 3 else style.TOKENS["ink"]
    ax.annotate(label, (x, y), ha="center", va="center", fontsize=9, color=colour)
