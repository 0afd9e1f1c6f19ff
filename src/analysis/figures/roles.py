"""Figures of roles: influence against support, and accounts whose decision makers are in contact."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_decision_coverage", "plot_map"]

BLUE, GREY, INK2 = style.CATEGORICAL[0], style.TOKENS["mute"], style.TOKENS["ink2"]
#: dots of equal support are spread so far up and down, for single ratings take five values only
_SPREAD = 0.07
_SMALL, _LARGE = 14.0, 90.0


def plot_map(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """One dot per rated physician, no names: influence to the right, support upwards; decision makers filled.

    Parameters
    ----------
    result : roles.Roles
        ``customers`` with role, influence, support and, where known, potential of the account;
        ``settings`` influential, stance_border.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    people: pd.DataFrame = result.customers  # type: ignore[attr-defined]
    rated = people.dropna(subset=["support"]).sort_values(["support", "influence"], kind="stable")
    border = float(result.settings["stance_border"])
    height = _spread(rated, border)
    size = _sizes(rated)
    with style.context(language):
        ax = style.new_axes(ax, rows=11)
        for y in (border, -border):
            ax.axhline(y, color=style.TOKENS["axis"], linewidth=0.8, linestyle=(0, (3, 2)))
        ax.axvline(result.settings["influential"], color=style.TOKENS["axis"], linewidth=0.8, linestyle=(0, (3, 2)))
        for role, face, edge in (("other_physician", "none", GREY), ("decision_maker", BLUE, style.TOKENS["page"])):
            mine = (rated["role"] == role).to_numpy()
            ax.scatter(rated["influence"][mine], height[mine], s=size[mine], facecolor=face, edgecolor=edge,
                       linewidth=0.6, alpha=0.75, rasterized=True)  # fmt: skip
        ax.set_xlim(0, 1.02)
        ax.set_ylim(-1.15, 1.15)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
        ax.set_yticks([-1, -0.5, 0, 0.5, 1], [f"{numbers.MINUS}1", f"{numbers.MINUS}0.5", "0", "0.5", "1"])
        ax.grid(axis="x")
        ax.set_xlabel(words.text("figures.roles_map_influence", language), loc="left")
        style.value_name(ax, words.text("figures.roles_map_support", language))
        for y, stance in ((0.72, "supporter"), (0.0, "neutral"), (-0.72, "opponent")):
            ax.annotate(words.term(stance, language), (1, y), xycoords=ax.get_yaxis_transform(), xytext=(5, 0),
                        textcoords="offset points", va="center", fontsize=9.5, color=INK2)  # fmt: skip
        told = words.text("figures.roles_map_strong", language)
        ax.annotate(told, (result.settings["influential"], 1), xycoords=ax.get_xaxis_transform(), xytext=(0, 2),
                    textcoords="offset points", va="bottom", fontsize=9.5, color=INK2)  # fmt: skip
        _legend(ax, language)
    return ax


def _spread(rated: pd.DataFrame, border: float) -> np.ndarray:
    """Height of each dot: support, moved a little by its place among equals, never over a border of stance."""
    place = rated.groupby("support").cumcount().to_numpy()
    at = rated["support"].to_numpy()
    # golden-ratio steps fill the band evenly whatever the number of dots
    moved = at + _SPREAD * (2 * ((place * 0.6180339887) % 1.0) - 1)
    low = np.select([at >= border, at > -border], [border, -border], -1.1)
    high = np.select([at >= border, at > -border], [1.1, border], -border)
    return np.clip(moved, low, high)


def _sizes(rated: pd.DataFrame) -> np.ndarray:
    """Area of each dot by the potential of the account; one size where it is not known."""
    if "potential" not in rated.columns or not (rated["potential"] > 0).any():
        return np.full(len(rated), 26.0)
    share = rated["potential"].fillna(0.0).clip(lower=0.0) / rated["potential"].max()
    return (_SMALL + (_LARGE - _SMALL) * share).to_numpy()


def _legend(ax: Axes, language: str) -> None:
    for name, face, edge in (("maker", BLUE, BLUE), ("other", "none", GREY)):
        label = words.text(f"figures.roles_map_{name}", language)
        ax.scatter([], [], s=34, facecolor=face, edgecolor=edge, linewidth=1, label=label)
    ax.legend(loc="upper left", bbox_to_anchor=(0.36, 1.13), ncols=2, handletextpad=0.2, columnspacing=1.0, borderpad=0)


def plot_decision_coverage(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Dot and 95 % interval of the share of accounts with a decision maker contacted, by group.

    Parameters
    ----------
    result : roles.DecisionCoverage
        Table with group, value, lo, hi, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.sort_values("value", ascending=False, kind="stable", na_position="last", ignore_index=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=max(len(table), 2))
        for y, (_, row) in enumerate(table.iterrows()):
            label = "" if pd.isna(row["value"]) else numbers.render(row["value"], "percent", language)
            style.interval(ax, row, y, label, language=language, colour=GREY if row["flag"] == "low_n" else BLUE)
            if pd.notna(row["n"]):
                ax.annotate(f"n = {row['n']:,.0f}", (1, y), xycoords=ax.get_yaxis_transform(), xytext=(4, 0),
                            textcoords="offset points", va="center", fontsize=9, color=INK2)  # fmt: skip
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["group"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.set_xlim(0, 1.15)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.render(value, "percent", language)))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.roles_coverage_axis", language))
    return ax
