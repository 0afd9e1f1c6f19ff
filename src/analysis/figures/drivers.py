"""Figure of driver importance."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_drivers"]

BLUE, GREY = style.CATEGORICAL[0], style.TOKENS["mute"]


def plot_drivers(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of each driver with its interval, against the dashed line of its probe.

    A driver whose interval reaches its probe is hollow and grey.

    Parameters
    ----------
    result : drivers.Drivers
        Table with driver, share, lo, hi, probe, beats_probe, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1)
        for y, (_, row) in enumerate(table.iterrows()):
            if pd.notna(row["share"]):
                _row(ax, row, y, language)
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["driver"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        ends = [float(v) for v in table[["share", "hi", "probe"]].to_numpy(dtype=float).ravel() if v == v]
        most = max([*ends, 0.05])
        ax.set_xlim(0, 1.16 * most)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))
        ax.grid(axis="x")
        ax.plot([], [], color=style.TOKENS["ink2"], linewidth=1.4, linestyle=(0, (3, 2)),
                label=words.text("figures.drivers_drivers_probe", language))  # fmt: skip
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.12), borderaxespad=0, handlelength=2.4)
        style.value_name(ax, words.text("figures.drivers_drivers_share", language))
    return ax


def _row(ax: Axes, row: pd.Series, y: float, language: str) -> None:
    known = pd.notna(row["lo"])
    strong = bool(row["beats_probe"]) and row["flag"] == "ok"
    colour = BLUE if strong else GREY
    if known:
        dash = (0, (2, 1.5)) if row["flag"] == "low_n" else "solid"
        ax.plot([row["lo"], row["hi"]], [y, y], color=colour, linewidth=2.2, linestyle=dash, solid_capstyle="butt")
    ax.plot(row["share"], y, "o", color=colour, markerfacecolor=colour if strong else style.TOKENS["page"])
    if pd.notna(row["probe"]):
        reach = [y - 0.42, y + 0.42]
        ax.plot([row["probe"]] * 2, reach, color=style.TOKENS["ink2"], linewidth=1.4, linestyle=(0, (3, 2)))
    ax.annotate(
        numbers.render(row["share"], "percent", language), (row["hi"] if known else row["share"], y), xytext=(7, 0),
        textcoords="offset points", va="center", fontsize=9.5,
    )  # fmt: skip
