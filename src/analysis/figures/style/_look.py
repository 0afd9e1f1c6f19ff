"""One look for every figure: colours, type, axes.

Colours are tokens; each has its own hex so that the report can turn the hexes
of an SVG into CSS variables one to one (dark mode).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import matplotlib as mpl
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words

__all__ = [
    "CATEGORICAL", "DIVERGING", "FAMILY", "FONTS", "SEQUENTIAL", "TOKENS", "Money", "context", "families", "interval",
    "month_axis", "new_axes", "no_number", "palette", "parameters", "value_name", "without_empty",
]  # fmt: skip

TOKENS = {
    "page": "#FFFFFF", "ink": "#1B2430", "ink2": "#4A5563", "axis": "#7A8695", "rule": "#CBD2DA", "grid": "#E4E8ED",
    "mute": "#808A97", "mutefill": "#C3CAD2", "band": "#D3E1EF",
}  # fmt: skip
_TOKENS_DARK = ("#14191F", "#E8ECF1", "#B0BAC6", "#8490A0", "#3A4552", "#2A333E", "#8A95A3", "#4A5563", "#25384F")
#: fixed order, four if possible: blue, orange, green, plum, olive, slate
CATEGORICAL = ("#125A9F", "#E36B08", "#239A7A", "#82395F", "#665D1C", "#777EAA")
_CATEGORICAL_DARK = ("#6C9BF3", "#EB8A2F", "#66E5C2", "#AD74A0", "#F2DB64", "#CDDDFF")
SEQUENTIAL = ("#EAF1F8", "#B9D2E8", "#7FACD2", "#336FA6", "#0F4C81")
_SEQUENTIAL_DARK = ("#1E2C3D", "#274766", "#2F628F", "#5F9BD6", "#B5D6F7")
#: orange below, blue above
DIVERGING = ("#8A3B00", "#D9833B", "#F0C49B", "#F1F2F3", "#AECBE6", "#5E97C9", "#0E4B80")
_DIVERGING_DARK = ("#F7B27A", "#9A5319", "#5E3B20", "#2B323B", "#26425F", "#2F6699", "#9CC8F5")

#: family name of the bundled font; regular and bold, see fonts/README.md
FAMILY = "Noto Sans SC"
FONTS = {
    400: Path(__file__).parents[1] / "fonts" / "NotoSansSC-Regular.otf",
    700: Path(__file__).parents[1] / "fonts" / "NotoSansSC-Bold.otf",
}

_RC: dict[Any, Any] = {
    "figure.figsize": (4.8, 3.2), "figure.constrained_layout.use": True, "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.w_pad": 0.06, "figure.facecolor": "none", "axes.facecolor": "none",
    "savefig.facecolor": "none", "font.size": 10, "axes.labelsize": 10, "xtick.labelsize": 9.5, "ytick.labelsize": 10,
    "legend.fontsize": 9.5, "svg.fonttype": "none", "svg.hashsalt": "rapport", "axes.unicode_minus": True,
    "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False, "axes.edgecolor": TOKENS["axis"],
    "axes.linewidth": 0.8, "ytick.major.size": 0, "xtick.major.size": 3, "axes.axisbelow": True,
    "grid.color": TOKENS["grid"], "grid.linewidth": 0.8, "lines.linewidth": 1.8, "lines.markersize": 7,
    "axes.labelcolor": TOKENS["ink2"], "xtick.color": TOKENS["ink2"], "ytick.labelcolor": TOKENS["ink"],
    "mathtext.fontset": "custom",
    **{f"mathtext.{face}": FAMILY for face in ("rm", "it", "sf", "tt", "cal", "bfit")}, "mathtext.bf": f"{FAMILY}:bold",
    "ytick.color": TOKENS["axis"], "text.color": TOKENS["ink"], "legend.frameon": False,
}  # fmt: skip


def context(language: str) -> AbstractContextManager[None]:
    """The rcParams of the product, for one ``with`` block: nothing of the caller's is changed.

    The families are named one by one instead of by ``sans-serif``, so that a
    seaborn theme set before or after does not bring back a font without Han.

    Parameters
    ----------
    language : {"zh", "en"}
        Decides which family comes first.
    """
    return mpl.rc_context(parameters(language))


def parameters(language: str) -> dict[Any, Any]:
    """The rcParams behind `context`, for a session that wants them throughout."""
    _register()
    names = families(language)
    return {**_RC, "font.family": names, "font.sans-serif": names}


def families(language: str) -> list[str]:
    """Font families in order; matplotlib falls back glyph by glyph.

    Both languages are laid out with the bundled font: the page embeds it, so
    labels are as wide in the browser as they were when the figure was drawn.
    """
    return [FAMILY, "DejaVu Sans"]


@cache
def _register() -> None:
    """Make the bundled faces known to matplotlib, bold as a face of its own."""
    for path in FONTS.values():
        font_manager.fontManager.addfont(path)


def palette() -> dict[str, tuple[str, str]]:
    """Every token as ``{name: (light, dark)}``: c1… categorical, s1… sequential, d1… diverging."""
    scales = (
        (tuple(TOKENS), TOKENS.values(), _TOKENS_DARK),
        (("c1", "c2", "c3", "c4", "c5", "c6"), CATEGORICAL, _CATEGORICAL_DARK),
        (("s1", "s2", "s3", "s4", "s5"), SEQUENTIAL, _SEQUENTIAL_DARK),
        (("d1", "d2", "d3", "d4", "d5", "d6", "d7"), DIVERGING, _DIVERGING_DARK),
    )
    return {name: (light, dark) for scale in scales for name, light, dark in zip(*scale, strict=True)}


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


def month_axis(ax: Axes, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """Six month labels at most, at whole steps of the calendar.

    matplotlib's own locator warns on some spans that it found no step.
    """
    span = (last.year - first.year) * 12 + last.month - first.month
    step = next((s for s in (1, 2, 3, 6, 12, 24, 36, 60) if span / s <= 5), 120)
    months = pd.date_range(first.normalize().replace(day=1), last, freq="MS")
    kept = [m for m in months if (m.year * 12 + m.month - 1) % step == 0] or list(months[:1])
    ax.set_xticks(mdates.date2num(kept), [m.strftime("%Y-%m") for m in kept])


def value_name(ax: Axes, name: str) -> None:
    """Name of the value axis as a small left title: never rotated."""
    ax.set_title(name, loc="left", fontsize=9.5, color=TOKENS["ink2"])


def interval(
    ax: Axes,
    row: pd.Series,
    y: float,
    label: str,
    *,
    language: str,
    colour: str,
    marker: str = "o",
    hollow: bool = False,
) -> None:  # drawing options, hence more than six
    """One row: interval line without caps, marker, label at its right end; dashed and hollow for a small sample.

    Parameters
    ----------
    ax : matplotlib Axes
    row : Series
        value, lo, hi, flag; a row without a value is drawn by `no_number`.
    y : float
        Where the row stands.
    label : str
    language : {"zh", "en"}
    colour, marker : str
    hollow : bool, default False
        The interval says nothing, or there is none.
    """
    if pd.isna(row["value"]):
        no_number(ax, y, row["flag"], language)
        return
    thin, end = row["flag"] == "low_n", row["value"]
    if pd.notna(row["hi"]):
        dash = (0, (2, 1.5)) if thin else "solid"
        ax.plot([row["lo"], row["hi"]], [y, y], color=colour, linewidth=2.2, linestyle=dash, solid_capstyle="butt")
        end = row["hi"]
    face = TOKENS["page"] if hollow or thin else colour
    # a mark at zero is drawn whole
    ax.plot(row["value"], y, marker, color=colour, markerfacecolor=face, clip_on=False)
    ground = {"facecolor": TOKENS["page"], "edgecolor": "none", "pad": 1.0}
    ax.annotate(label, (end, y), xytext=(7, 0), textcoords="offset points", va="center", fontsize=9.5, bbox=ground)


#: rows that only say something when they hold somebody
_RESTS = ("existing_unknown", "stage_unknown", "negative")


def without_empty(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows of a plot without remainders that hold nobody: they stay in the table below it."""
    return table[~(table["tier" if "tier" in table else column].isin(_RESTS) & (table["n"] == 0))]


def no_number(ax: Axes, y: float, flag: str, language: str) -> None:
    """A row without a number: hatched when hidden, and the reason in words."""
    place = ax.get_yaxis_transform()
    if flag == "suppressed":
        box = Rectangle((0, y - 0.3), 0.08, 0.6, hatch="////", fill=False, edgecolor=TOKENS["mute"], linewidth=0)
        box.set_transform(place)
        ax.add_patch(box)
    told = words.term(flag, language)
    ax.annotate(told, (0.1, y), xycoords=place, va="center", fontsize=9.5, color=TOKENS["ink2"])


class Money:
    """Money of one plot in one unit: 万 never beside 亿, thousands never beside millions; no currency.

    Parameters
    ----------
    values : iterable of float
        Everything that the plot writes; the largest decides the unit, the smallest the decimals.
    language : {"zh", "en"}
    signed : bool, default False
        Plus before positive amounts.
    """

    _UNITS: ClassVar[dict[str, tuple[tuple[float, str], ...]]] = {
        "zh": ((1e8, "亿"), (1e4, "万"), (1.0, "")), "en": ((1e6, " m"), (1e3, " k"), (1.0, "")),
    }  # fmt: skip

    def __init__(self, values: Iterable[float], language: str, *, signed: bool = False) -> None:
        sizes = [abs(float(v)) for v in values if math.isfinite(v) and v]
        top = max(sizes, default=1.0)
        self.scale, self.unit = next(
            step for step in self._UNITS[language] if top >= step[0] * 0.9995 or step[0] == 1.0
        )
        # two figures of the smallest, as far as two decimals give them; whole amounts below the first unit
        least = math.floor(math.log10(max(min(sizes, default=1.0), top / 1000) / self.scale))
        most = 1 if top >= 99.95 * self.scale else 2
        self.decimals = 0 if self.scale == 1.0 else min(max(1 - least, 0), most)
        self.signed = signed

    def text(self, value: float) -> str:
        """One amount."""
        body = f"{abs(value) / self.scale:,.{self.decimals}f}"
        # what rounds to nothing is 0 alone
        return self._sign(value) + body + self.unit if any(c in "123456789" for c in body) else "0"

    def __call__(self, value: float, _: int = 0) -> str:
        """A tick: without decimals that say nothing; 0 alone."""
        body = f"{abs(value) / self.scale:,.2f}".rstrip("0").rstrip(".")
        if body == "0":
            return body
        return self._sign(value) + body + self.unit

    def _sign(self, value: float) -> str:
        return numbers.MINUS if value < 0 else "+" if self.signed else ""
