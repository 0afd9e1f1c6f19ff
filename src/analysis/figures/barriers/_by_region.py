"""Associations of barriers, region by region."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_by_region"]

#: barriers that fit one figure: those with the strongest mean association; the others stand in the table
_MOST = 6
BLUE, GREY = style.CATEGORICAL[0], style.TOKENS["mute"]


def plot_by_region(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Per barrier a block of regions: pooled estimate with interval, the region by itself hollow.

    Parameters
    ----------
    result : barriers.ByRegion
        Table with barrier, region, value, lo, hi, regional, national, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    strength = table.groupby("barrier")["value"].mean().sort_values(na_position="last")
    shown = list(strength.index[:_MOST])
    blocks = [table[table["barrier"] == code] for code in shown]
    with style.context(language):
        ax = style.new_axes(ax, rows=round(0.8 * sum(len(block) + 1.5 for block in blocks)) + 3)
        ticks: list[tuple[float, str]] = []
        y = 0.0
        for block in blocks:
            ticks.append((y, _name(str(block["barrier"].iloc[0]), language)))
            for _, row in block.iterrows():
                y += 1
                _row(ax, row, y, language)
                ticks.append((y, str(row["region"])))
            _mean(ax, block, y)
            y += 1.5
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
        ax.set_yticks([at for at, _ in ticks], [name for _, name in ticks])
        for (_, name), label in zip(ticks, ax.get_yticklabels(), strict=True):
            if name not in set(table["region"]):
                label.set_fontweight("bold")
        ax.set_ylim(y - 0.6, -0.8)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.xaxis.set_major_formatter(
            FuncFormatter(lambda v, _: numbers.render(100 * v, "score", language, signed=True))
        )
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.barriers_by_region_axis", language))
        _legend(ax, language)
    return ax


def _name(code: str, language: str) -> str:
    told = words.term(code, language)
    return f"{code} {told}" if told != code else code


def _row(ax: Axes, row: pd.Series, y: float, language: str) -> None:
    if pd.isna(row["value"]):
        told = words.term(row["flag"] if row["flag"] != "ok" else "suppressed", language)
        ax.annotate(told, (0.02, y), xycoords=ax.get_yaxis_transform(), va="center", fontsize=9)
        return
    ax.plot([row["lo"], row["hi"]], [y, y], color=BLUE, linewidth=2.2, solid_capstyle="butt")
    ax.plot(row["regional"], y, "o", color=GREY, markerfacecolor="none", markersize=6)
    ax.plot(row["value"], y, "o", color=BLUE)


def _mean(ax: Axes, block: pd.DataFrame, y: float) -> None:
    mean = block["national"].dropna()
    if len(mean):
        ax.plot([mean.iloc[0]] * 2, [y - len(block) + 0.6, y + 0.4], color=style.CATEGORICAL[1], linewidth=1.2)


def _legend(ax: Axes, language: str) -> None:
    marks = {
        "pooled": {"marker": "o", "color": BLUE, "linewidth": 2.2},
        "own": {"marker": "o", "color": GREY, "markerfacecolor": "none", "linestyle": "none"},
        "national": {"color": style.CATEGORICAL[1], "linewidth": 1.2},
    }
    handles = [
        Line2D([], [], label=words.text(f"figures.barriers_by_region_{name}", language), **kind)  # type: ignore[arg-type]
        for name, kind in marks.items()
    ]
    # under the axis, whatever the height of the axes
    shift = ScaledTranslation(0, -26 / 72, ax.figure.dpi_scale_trans)
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, 0), bbox_transform=ax.transAxes + shift, borderaxespad=0,
        borderpad=0, handlelength=1.4,
    )  # fmt: skip
