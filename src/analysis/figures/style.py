"""One look for every figure: colours, type, axes.

Colours are tokens; each has its own hex so that the report can turn the hexes
of an SVG into CSS variables one to one (dark mode).
"""

from __future__ import annotations

from contextlib import AbstractContextManager

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

__all__ = ["CATEGORICAL", "DIVERGING", "SEQUENTIAL", "TOKENS", "context", "new_axes", "value_name"]

TOKENS = {
    "page": "#FFFFFF", "ink": "#1B2430", "ink2": "#4A5563", "axis": "#7A8695", "rule": "#CBD2DA", "grid": "#E4E8ED",
    "mute": "#808A97", "mutefill": "#C3CAD2", "band": "#D3E1EF",
}  # fmt: skip
#: fixed order, four if possible: blue, orange, green, plum, olive, slate
CATEGORICAL = ("#125A9F", "#E36B08", "#239A7A", "#82395F", "#665D1C", "#777EAA")
SEQUENTIAL = ("#EAF1F8", "#B9D2E8", "#7FACD2", "#336FA6", "#0F4C81")
#: orange below, blue above
DIVERGING = ("#8A3B00", "#D9833B", "#F0C49B", "#F1F2F3", "#AECBE6", "#5E97C9", "#0E4B80")

_RC = {
    "figure.figsize": (4.8, 3.2), "figure.constrained_layout.use": True, "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.w_pad": 0.06, "figure.facecolor": "none", "axes.facecolor": "none",
    "savefig.facecolor": "none", "font.size": 10, "axes.labelsize": 10, "xtick.labelsize": 9.5, "ytick.labelsize": 10,
    "legend.fontsize": 9.5, "svg.fonttype": "none", "svg.hashsalt": "rapport", "axes.unicode_minus": True,
    "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False, "axes.edgecolor": TOKENS["axis"],
    "axes.linewidth": 0.8, "ytick.major.size": 0, "xtick.major.size": 3, "axes.axisbelow": True,
    "grid.color": TOKENS["grid"], "grid.linewidth": 0.8, "lines.linewidth": 1.8, "lines.markersize": 7,
    "axes.labelcolor": TOKENS["ink2"], "xtick.color": TOKENS["ink2"], "ytick.labelcolor": TOKENS["ink"],
    "ytick.color": TOKENS["axis"], "text.color": TOKENS["ink"], "legend.frameon": False,
}  # fmt: skip


def context(language: str) -> AbstractContextManager[None]:
    """The rcParams of the product, for one ``with`` block: nothing of the caller's is changed.

    Parameters
    ----------
    language : {"zh", "en"}
        Decides which family comes first.
    """
    return mpl.rc_context({**_RC, "font.family": families(language)})


def families(language: str) -> list[str]:
    """Font families in order; matplotlib falls back glyph by glyph."""
    return ["DejaVu Sans"]


def new_axes(ax: Axes | None = None, *, rows: int | None = None, width: float = 4.8) -> Axes:
    """The axes to draw on: the caller's, or those of a new figure.

    Parameters
    ----------
    ax : matplotlib Axes, optional
    rows : int, optional
        Number of labelled rows; the height follows (0.32 in each + 0.9). Without it 3.2 in.
    width : float, default 4.8
        Inches.
    """
    if ax is not None:
        return ax
    height = 3.2 if rows is None else 0.32 * rows + 0.9
    return plt.figure(figsize=(width, height)).add_subplot()


def value_name(ax: Axes, name: str) -> None:
    """Name of the value axis as a small left title: never rotated."""
    ax.set_title(name, loc="left", fontsize=9.5, color=TOKENS["ink2"])
