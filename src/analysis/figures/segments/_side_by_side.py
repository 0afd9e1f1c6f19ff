"""Several numbers of segments: profiles side by side, and the projection."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import checks, numbers, words
from ...core.disclosure import control
from ...core.policy import MIN_CELL
from ...core.result import Result
from .. import style

__all__ = ["plot_projection", "plot_side_by_side"]

#: bounds of the diverging scale, in spreads of all customers, as in the figure of the profile
_STEPS = (-1.5, -0.75, -0.25, 0.25, 0.75, 1.5)
#: inches: one column, labels at the left, least width
_COLUMN, _LEFT, _LEAST = 0.23, 1.9, 8.4
#: columns left free between two numbers of segments
_GAP = 0.8
#: rows above the features, upwards: from, segment, foot and height of the bars, number of segments
_FROM, _SEGMENT, _FOOT, _BARS, _NUMBER = -1.0, -2.0, -2.7, 1.7, -5.7
#: points are pixels, which do not change in dark mode: both colours stand out on either ground
_OWN, _ALL = "#4C84C4", "#808A97"
_PANELS = 3


def plot_side_by_side(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Profiles for each number of segments: one block a number, one column a segment.

    Parameters
    ----------
    result : segments.SideBySide
        Table with k, segment, share, from_segment, from_part, flag, and reason where the criteria were
        joined; ``profiles``; ``settings["k_used"]`` is shaded. Numbers of segments of which one is below
        the minimum cell are hidden even where nobody has hidden them before.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    shown = _controlled(result)
    profiles = _frame(shown, "profiles")
    features = list(dict.fromkeys(profiles["feature"]))
    places = _places(shown.table)
    last = max(places.values())
    with style.context(language):
        ax = style.new_axes(ax, rows=len(features) + 7, width=max(_LEAST, _LEFT + _COLUMN * (last + 1)))
        ax.set_xlim(-0.8, last + 0.8)
        ax.set_ylim(len(features) - 0.2, _NUMBER - 0.7)
        scale = _BARS / shown.table["share"].max()
        for number, block in shown.table.groupby("k"):
            k = int(str(number))
            x = np.array([places[k, segment] for segment in block["segment"]])
            if k == shown.settings.get("k_used"):
                _band(ax, x, len(features))
            ax.text(float(x.mean()), _NUMBER, _marked(k, block), ha="center", va="center", fontweight="bold")
            if (block["flag"] == "suppressed").any():
                _hatch(ax, x, len(features), language)
                continue
            for at, row in zip(x, block.to_dict("records"), strict=True):
                _head(ax, float(at), row, scale)
        for row in profiles[profiles["flag"] != "suppressed"].to_dict("records"):
            _cell(ax, places[row["k"], row["segment"]], features.index(row["feature"]), row["std_difference"])
        _name(ax, features, shown, language)
    return ax


def plot_projection(result: Result, *, language: str, k: int | None = None, ax: Axes | None = None) -> Axes:
    """The customers of each segment on two axes, one panel a segment, without ids.

    Parameters
    ----------
    result : segments.SideBySide
        Table with k, segment, n, flag; ``points``, ``explained``, ``along``. Nothing is drawn for a number
        of segments of which one is below the minimum cell.
    language : {"zh", "en"}
    k : int, optional
        Number of segments: ``settings["k_used"]`` without it, else the smallest of the table.
    ax : matplotlib Axes, optional

    Raises
    ------
    SettingError
        ``not_a_choice``: this number is not in the table.
    """
    shown = _controlled(result)
    known = [int(number) for number in shown.table["k"].unique()]
    used = shown.settings.get("k_used")
    k = k if k is not None else used if used in known else known[0]
    checks.choice(k, known, name="k")
    table = shown.table[shown.table["k"] == k].reset_index(drop=True)
    across = min(_PANELS, len(table))
    down = -(-len(table) // across)
    with style.context(language):
        ax = style.new_axes(ax, rows=5 * down + 2, width=max(4.8, 2.1 * across))
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines["bottom"].set_visible(False)
        if (table["flag"] == "suppressed").any():
            hidden = words.text("figures.segments_projection_hidden", language, k=k)
            ax.text(0.5, 0.5, hidden, ha="center", transform=ax.transAxes, color=style.TOKENS["ink2"])
            return ax
        told: dict[str, Any] = {"share": sum(_two(shown, "explained"))}
        ax.set_xlabel(words.text("figures.segments_projection_told", language, **told), loc="left", linespacing=1.5)
        for i, row in enumerate(table.to_dict("records")):
            box = (i % across / across, 1 - (i // across + 1) / down, 0.96 / across, 0.84 / down)
            _panel(ax.inset_axes(box), _frame(shown, "points"), k, row, language)
        ax.set_title(
            _axes_named(shown, language), loc="left", fontsize=9.5, color=style.TOKENS["ink2"], linespacing=1.5
        )
    return ax


def _controlled(result: Result) -> Result:
    """The result as it stands where small cells were hidden before, else with those of the internal report."""
    done = (result.table["flag"] == "suppressed").any()
    return result if done else control(result, MIN_CELL["internal"]).result


def _frame(result: Result, name: str) -> pd.DataFrame:
    return getattr(result, name)


def _two(result: Result, name: str) -> tuple[Any, Any]:
    return getattr(result, name)


def _places(table: pd.DataFrame) -> dict[tuple[int, int], float]:
    """Column of each segment, with a gap between the numbers of segments."""
    block = table["k"].rank(method="dense").to_numpy() - 1
    at = np.arange(len(table)) + _GAP * block
    pairs = zip(table["k"].astype(int), table["segment"].astype(int), strict=True)
    return dict(zip(pairs, at.tolist(), strict=True))


def _band(ax: Axes, x: np.ndarray, height: int) -> None:
    """Shade the number of segments in use."""
    corner = (x[0] - 0.5 - _GAP / 4, _NUMBER - 0.6)
    width, tall = x[-1] - x[0] + 1 + _GAP / 2, height - 0.35 - corner[1]
    ax.add_patch(Rectangle(corner, width, tall, facecolor=style.TOKENS["band"], edgecolor="none", zorder=0))


def _hatch(ax: Axes, x: np.ndarray, height: int, language: str) -> None:
    """Nothing of this number of segments but that it is hidden."""
    width, edge = x[-1] - x[0] + 0.92, style.TOKENS["mute"]
    box = Rectangle((x[0] - 0.46, -0.46), width, height - 0.08, fill=False, edgecolor=edge, hatch="///", linewidth=0.8)
    ax.add_patch(box)
    text = words.text("figures.segments_by_eye_hidden", language)
    ax.text(float(x.mean()), _FROM, text, ha="center", va="center", color=style.TOKENS["ink2"], fontsize=9)


def _marked(k: int, block: pd.DataFrame) -> str:
    """The number of segments, with a dot where the criteria are known: filled when they are met."""
    reason = block["reason"].iloc[0] if "reason" in block else None
    if not isinstance(reason, str):
        return str(k)
    return f"{'●' if reason == 'k_admissible' else '○'} {k}"


def _head(ax: Axes, x: float, row: Mapping[Any, Any], scale: float) -> None:
    """Bar, share, number and origin of one segment; a hollow bar for a small sample."""
    tall = scale * row["share"]
    look: dict[str, Any] = {"facecolor": style.CATEGORICAL[0], "edgecolor": "none"}
    if row["flag"] == "low_n":
        look = {"facecolor": "none", "edgecolor": style.TOKENS["mute"], "linestyle": (0, (2, 1.5))}
    ax.add_patch(Rectangle((x - 0.4, _FOOT - tall), 0.8, tall, **look))
    share = numbers.render(row["share"], "percent", "en").rstrip("%")
    ink = style.TOKENS["ink"]
    ax.text(x, _FOOT - tall - 0.45, share, ha="center", va="center", fontsize=9, color=style.TOKENS["ink2"])
    ax.text(x, _SEGMENT, str(row["segment"]), ha="center", va="center", fontsize=9.5, color=ink)
    if pd.isna(row["from_segment"]):
        return
    origin = f"{row['from_segment']:.0f}"
    weight = "bold" if row["from_part"] == "nearly_all" else "normal"
    origin = f"({origin})" if row["from_part"] == "mixed" else origin
    ax.text(x, _FROM, origin, ha="center", va="center", fontsize=9, fontweight=weight, color=ink)


def _cell(ax: Axes, x: float, y: int, difference: float) -> None:
    step = 3 if pd.isna(difference) else bisect_right(_STEPS, difference)
    ax.add_patch(Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, facecolor=style.DIVERGING[step], edgecolor="none"))
    if step in (0, 1, 5, 6):
        colour = style.TOKENS["page"] if step in (0, 6) else style.TOKENS["ink"]
        # in grey print the two ends of the scale look alike
        sign = "+" if step > 3 else numbers.MINUS
        ax.text(x, y, sign, ha="center", va="center", color=colour, fontsize=9)


def _name(ax: Axes, features: list[str], result: Result, language: str) -> None:
    """Names of the rows at the left, how to read them below."""
    heads = {_NUMBER: "k", _FOOT - _BARS / 2: "share", _SEGMENT: "number", _FROM: "from"}
    labels = [words.text(f"figures.segments_by_eye_{name}", language) for name in heads.values()]
    labels += [words.term(feature, language) for feature in features]
    ax.set_yticks([*heads, *range(len(features))], labels)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    told = {
        "tested": "reason" in result.table,
        "used": result.settings.get("k_used") in set(result.table["k"]),
    }
    lines = [["below"], ["origin"], [name for name, said in told.items() if said]]
    if (result.table["flag"] == "low_n").any():
        lines.append(["thin"])
    gap = "" if language == "zh" else " "
    said = [gap.join(words.text(f"figures.segments_by_eye_{name}", language) for name in line) for line in lines]
    ax.set_xlabel("\n".join(line for line in said if line), loc="left", fontsize=9.5, linespacing=1.5)


def _panel(ax: Axes, points: pd.DataFrame, k: int, row: Mapping[Any, Any], language: str) -> None:
    own = points[points[f"k{k}"] == row["segment"]]
    ax.scatter(points["x"], points["y"], s=4, color=_ALL, alpha=0.35, linewidths=0, rasterized=True)
    ax.scatter(own["x"], own["y"], s=7, color=_OWN, linewidths=0, rasterized=True)
    ax.set_xticks([])
    ax.set_yticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set(visible=True, color=style.TOKENS["rule"])
    said = words.text("figures.segments_projection_panel", language, segment=row["segment"], n=row["n"])
    ax.set_title(said, loc="left", fontsize=9.5, pad=3)


def _axes_named(result: Result, language: str) -> str:
    """What each axis follows most, and how much it shows."""
    named = zip(("across", "up"), _two(result, "along"), _two(result, "explained"), strict=True)
    said = [
        words.text(f"figures.segments_projection_{code}", language, feature=feature, share=share)
        for code, feature, share in named
        if feature
    ]
    return "\n".join(said)
