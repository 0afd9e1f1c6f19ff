"""Figure of Kano classes: what goes with low and with high ratings of each attribute."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_kano"]

COLOURS = {"penalty": style.CATEGORICAL[1], "reward": style.CATEGORICAL[0]}


def plot_kano(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Two intervals per attribute around the zero line, its class at the right.

    Parameters
    ----------
    result : kano.Kano
        Table with driver, kano_class, penalty, penalty_lo, penalty_hi, reward, reward_lo, reward_hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=int(1.4 * len(table)) + 2, width=5.6)
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=1.2, zorder=1)
        for y, (_, row) in enumerate(table.iterrows()):
            _row(ax, row, y, language)
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["driver"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "ratio", language, signed=True)))
        ax.grid(axis="x")
        for side, colour in COLOURS.items():
            ax.plot([], [], "o-", color=colour, label=words.text(f"figures.kano_kano_{side}", language))
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.1), borderaxespad=0, ncols=2, handlelength=1.6)
        style.value_name(ax, words.text("figures.kano_kano_axis", language))
    return ax


def _row(ax: Axes, row: pd.Series, y: float, language: str) -> None:
    if pd.isna(row["penalty"]) and pd.isna(row["reward"]):
        style.no_number(ax, y, row["flag"], language)
        return
    for side, shift in (("penalty", -0.16), ("reward", 0.16)):
        if pd.isna(row[side]):
            continue
        colour, at = COLOURS[side], y + shift
        ax.plot([row[f"{side}_lo"], row[f"{side}_hi"]], [at, at], color=colour, linewidth=2.2, solid_capstyle="butt")
        clear = row[f"{side}_lo"] > 0 or row[f"{side}_hi"] < 0
        ax.plot(row[side], at, "o", color=colour, markerfacecolor=colour if clear else style.TOKENS["page"])
    ax.annotate(
        words.term(row["kano_class"], language), (1, y), xycoords=ax.get_yaxis_transform(), xytext=(8, 0),
        textcoords="offset points", va="center", fontsize=9.5, annotation_clip=False,
        color=style.TOKENS["ink2" if row["kano_class"] == "kano_undecided" else "ink"],
    )  # fmt: skip
