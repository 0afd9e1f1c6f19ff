"""Bars that each start where the one above ends, for parts that add up to a change."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from . import _look as style

__all__ = ["NOTHING", "waterfall"]

BLUE, ORANGE = style.CATEGORICAL[:2]
GREY = style.TOKENS["mute"]
#: a part that is rounding only
NOTHING = 1e-9


# what differs between the figures, hence more than six
def waterfall(
    ax: Axes,
    parts: pd.DataFrame,
    change: float,
    label: Callable[[float], str],
    *,
    missing: str,
    room: float,
    exact: bool,
    language: str,
) -> None:
    """Draw the parts and, as the last bar, their sum; zero is where they start from.

    Parameters
    ----------
    ax : matplotlib Axes
    parts : DataFrame
        value, lo, hi, flag; drawn from the top.
    change : float
        Sum of the parts; missing where it is not known.
    label : callable
        Number to text.
    missing : str
        Flag that says why ``change`` is not known.
    room : float
        Width left for labels on the right, as a share of the bars' width.
    exact : bool
        Whether a part without interval is a plain number, and so drawn whole.
    language : {"zh", "en"}
    """
    # where a part is hidden the others cannot stand on its end
    floating = bool(parts["value"].notna().all()) and pd.notna(change)
    ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
    base, reach = 0.0, [0.0]
    for y, row in enumerate(parts.to_dict("records")):
        if pd.isna(row["value"]):
            style.no_number(ax, y, row["flag"], language)
            continue
        reach += _step(ax, row, y, base, label, exact=exact)
        if floating:
            ax.plot([base + row["value"]] * 2, [y + 0.31, y + 0.69], color=style.TOKENS["axis"], linewidth=0.8)
            base += row["value"]
    if pd.notna(change):
        ax.barh(len(parts), change, height=0.62, color=GREY)
        _tell(ax, label(change), len(parts), max(change, 0.0))
        reach += [change]
    else:
        style.no_number(ax, len(parts), missing, language)
    width = max(reach) - min(reach) or 1.0
    ax.set_xlim(min(reach) - 0.06 * width, max(reach) + room * width)
    ax.set_ylim(len(parts) + 0.5, -0.5)
    ax.grid(axis="x")


def _step(ax: Axes, row: dict, y: int, base: float, label: Callable[[float], str], *, exact: bool) -> list[float]:
    """One part: hollow where its interval includes zero, with the interval at its end; gives how far it reaches."""
    told = row["flag"] == "ok" and (row["lo"] > 0 or row["hi"] < 0)
    clear = told or (exact and pd.isna(row["lo"]))
    colour = GREY if not clear or abs(row["value"]) < NOTHING else BLUE if row["value"] > 0 else ORANGE
    face = colour if clear else style.TOKENS["page"]
    ax.barh(y, row["value"], left=base, height=0.62, facecolor=face, edgecolor=colour, linewidth=1.2)
    spots = [base, base + row["value"]]
    if pd.notna(row["lo"]):
        spots += [base + row["lo"], base + row["hi"]]
        # a rim of the page's colour keeps the line readable on a dark bar
        rim = [withStroke(linewidth=3.2, foreground=style.TOKENS["page"])]
        ax.plot(spots[2:], [y, y], color=style.TOKENS["ink"], linewidth=1.2, path_effects=rim)
    _tell(ax, label(row["value"]), y, max(spots))
    return spots


def _tell(ax: Axes, label: str, y: int, end: float) -> None:
    ground = {"facecolor": style.TOKENS["page"], "edgecolor": "none", "pad": 1.0}
    ax.annotate(label, (end, y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9.5, bbox=ground)
