"""The matrix of barriers: how often named against how far it goes with less use."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_barriers"]

#: marker and colour by how far the barrier may be worked on
MARKS = {
    "yes": ("o", style.CATEGORICAL[0]),
    "partly": ("s", style.CATEGORICAL[1]),
    "no": ("D", style.CATEGORICAL[3]),
    "appropriate": ("D", style.CATEGORICAL[3]),
    "unknown": ("^", style.CATEGORICAL[4]),
}
GREY = style.TOKENS["mute"]


def plot_barriers(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Prevalence across, average marginal effect down; both with their intervals.

    Circle: ours to work on; square: partly; diamond: no action. Hollow and grey where the
    false discovery rate is above the limit. Codes in the plot, names under it. Without a
    model: prevalence only.

    Parameters
    ----------
    result : barriers.Barriers
        Table with barrier, value, lo, hi, effect, effect_lo, effect_hi, q, addressable,
        flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    limit = float(result.settings.get("fdr", 0.1))
    shown = table[table["value"].notna() & table["effect"].notna()]
    with style.context(language):
        if shown.empty:
            return _prevalence(table, language, ax)
        ax = style.new_axes(ax, rows=15 + len(table) // 4)
        clear = shown["q"] <= limit
        for _, row in pd.concat([shown[~clear], shown[clear]]).iterrows():
            _cross(ax, row, row["q"] <= limit)
        ax.axhline(0, color=style.TOKENS["axis"], linewidth=0.8)
        _axes(ax, shown, language)
        lines = _legend(ax, shown, clear, language)
        _names(ax, table, shown[clear]["barrier"].tolist(), language, below=50 + 15 * lines)
        _codes(ax, shown, limit)
    return ax


def _cross(ax: Axes, row: pd.Series, clear: bool) -> None:
    marker, colour = MARKS[row["addressable"]]
    line = colour if clear else style.TOKENS["rule"]
    ax.plot([row["lo"], row["hi"]], [row["effect"]] * 2, color=line, linewidth=1.6 if clear else 0.8)
    ax.plot([row["value"]] * 2, [row["effect_lo"], row["effect_hi"]], color=line, linewidth=1.6 if clear else 0.8)
    face = colour if clear else style.TOKENS["page"]
    size = 7 if marker in "o^" else 6.3
    ax.plot(row["value"], row["effect"], marker, color=colour if clear else GREY, markerfacecolor=face, markersize=size)


def _axes(ax: Axes, shown: pd.DataFrame, language: str) -> None:
    left, right = float(shown["lo"].min()), float(shown["hi"].max())
    pad = 0.05 * max(right - left, 0.1)
    ax.set_xlim(max(0.0, left - pad), min(1.0, right + pad))
    low, high = float(shown["effect_lo"].min()), max(0.0, float(shown["effect_hi"].max()))
    pad = 0.05 * max(high - low, 0.1)
    ax.set_ylim(low - pad, high + pad)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(100 * v, "score", language, signed=True)))
    ax.grid(True)
    ax.set_xlabel(words.text("figures.barriers_barriers_prevalence", language))
    style.value_name(ax, words.text("figures.barriers_barriers_effect", language))


def _codes(ax: Axes, shown: pd.DataFrame, limit: float) -> None:
    """Code beside each point, at the first of eight places that touches no other mark."""
    figure: Any = ax.figure
    figure.draw_without_rendering()
    points = ax.transData.transform(shown[["value", "effect"]].to_numpy(dtype=float))
    scale = figure.dpi / 72
    taken = [(x - 4 * scale, y - 4 * scale, x + 4 * scale, y + 4 * scale) for x, y in points]
    order = shown["q"].to_numpy().argsort(kind="stable")
    for i in order:
        row, (x, y) = shown.iloc[i], points[i]
        width, height = (6.2 * len(str(row["barrier"])) * scale, 10 * scale)
        boxes = [_box(x, y, dx * scale, dy * scale, width, height) for dx, dy in _PLACES]
        counts = [sum(_touch(box, other) for other in taken) for box in boxes]
        best, clear = counts.index(min(counts)), row["q"] <= limit
        if counts[best] and not clear:
            continue  # no free place: the code stands in the table
        taken.append(boxes[best])
        dx, dy = _PLACES[best]
        ax.annotate(
            str(row["barrier"]), (row["value"], row["effect"]), xytext=(dx, dy), textcoords="offset points",
            ha="left" if dx > 0 else "right" if dx < 0 else "center",
            va="bottom" if dy > 0 else "top" if dy < 0 else "center", fontsize=9,
            fontweight="bold" if clear else "normal", color=style.TOKENS["ink" if clear else "ink2"],
            bbox={"facecolor": style.TOKENS["page"], "edgecolor": "none", "pad": 0.4},
        )  # fmt: skip


_PLACES = ((5, 4), (5, -4), (-5, 4), (-5, -4), (0, 7), (0, -7), (9, 0), (-9, 0))


def _box(x: float, y: float, dx: float, dy: float, width: float, height: float) -> tuple[float, float, float, float]:
    left = x + dx - (0 if dx > 0 else width if dx < 0 else width / 2)
    foot = y + dy - (0 if dy > 0 else height if dy < 0 else height / 2)
    return left, foot, left + width, foot + height


def _touch(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _names(ax: Axes, table: pd.DataFrame, clear: list[str], language: str, *, below: float) -> None:
    """Names under the plot in two columns: those that passed in bold ink, the others grey."""
    named = [b for b in table["barrier"] if words.term(b, language) != b]
    half = (len(named) + 1) // 2
    for i, code in enumerate(named):
        ax.annotate(
            f"{code} {words.term(code, language)}", (0.52 * (i // max(half, 1)), 0),
            xytext=(0, -below - 13 * (i % max(half, 1))), xycoords="axes fraction", textcoords="offset points",
            ha="left", va="top", fontsize=9, color=style.TOKENS["ink" if code in clear else "ink2"],
            fontweight="bold" if code in clear else "normal",
        )  # fmt: skip


def _legend(ax: Axes, shown: pd.DataFrame, clear: pd.Series, language: str) -> int:
    """Every shape in the plot, in colour where one of its barriers passed; returns the number of lines."""
    handles: dict[str, Line2D] = {}
    for word in ("yes", "partly", "no", "appropriate", "unknown"):
        marker, colour = MARKS[word]
        own = shown["addressable"] == word
        if not own.any() or (marker in handles and not (own & clear).any()):
            continue
        passed = bool((own & clear).any())
        label = words.text(f"figures.barriers_barriers_{'no_action' if marker == 'D' else word}", language)
        face = colour if passed else style.TOKENS["page"]
        handles[marker] = Line2D(
            [], [], marker=marker, linestyle="none", color=colour if passed else GREY, markerfacecolor=face,
            markersize=6.5, label=label,
        )  # fmt: skip
    if not clear.all():
        label = words.text("figures.barriers_barriers_unclear", language)
        handles["line"] = Line2D([], [], color=GREY, linewidth=0.8, label=label)
    # under the axis name, whatever the height of the axes
    shift = ScaledTranslation(0, -42 / 72, ax.figure.dpi_scale_trans)
    ax.legend(
        handles=list(handles.values()), loc="upper left", bbox_to_anchor=(0, 0), bbox_transform=ax.transAxes + shift,
        ncols=2, borderaxespad=0, borderpad=0, handletextpad=0.4, handlelength=1.2, columnspacing=1.2,
    )  # fmt: skip
    return (len(handles) + 1) // 2


def _prevalence(table: pd.DataFrame, language: str, ax: Axes | None) -> Axes:
    """Dots and intervals of how often each barrier was named."""
    ax = style.new_axes(ax, rows=len(table))
    for y, (_, row) in enumerate(table.iterrows()):
        if pd.isna(row["value"]):
            told = words.term(row["flag"] if row["flag"] != "ok" else "suppressed", language)
            ax.annotate(told, (0.02, y), xycoords=ax.get_yaxis_transform(), va="center", fontsize=9.5)
            continue
        dash = (0, (2, 1.5)) if row["flag"] == "low_n" else "solid"
        ax.plot([row["lo"], row["hi"]], [y, y], color=GREY, linewidth=2.2, linestyle=dash, solid_capstyle="butt")
        ax.plot(row["value"], y, "o", color=GREY, markerfacecolor=style.TOKENS["page"])
        ax.annotate(
            numbers.render(row["value"], "percent", language), (row["hi"], y), xytext=(7, 0),
            textcoords="offset points", va="center", fontsize=9.5,
        )  # fmt: skip
    names = [f"{b} {words.term(b, language)}" if words.term(b, language) != b else str(b) for b in table["barrier"]]
    ax.set_yticks(range(len(table)), names)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(0, 1.12)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))
    ax.grid(axis="x")
    style.value_name(ax, words.text("figures.barriers_barriers_prevalence", language))
    return ax
