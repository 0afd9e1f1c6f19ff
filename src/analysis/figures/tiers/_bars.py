"""Figures of value tiers: three 100 % bars, and the deciles of equal value."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_abc", "plot_deciles"]

_FILLS = {"A": style.CATEGORICAL[0], "B": style.SEQUENTIAL[2], "C": style.TOKENS["mutefill"]}
_TEXTS = {"A": style.TOKENS["page"], "B": style.TOKENS["ink"], "C": style.TOKENS["ink"]}
#: width of a 100 % bar in letters of 10 pt
_BAR_EM = 27.0
#: letters of a legend that need more than the width of the axes
_LONG = 36


def plot_abc(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Shares of value A, B and C in buying accounts, net purchases and, if known, margin.

    Parameters
    ----------
    result : tiers.Tiers
        Table with tier, n, share_customers, value, lo, hi and perhaps margin, margin_lo, margin_hi, label.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    tiers = {row["tier"]: row for row in result.table.to_dict("records")}
    bars = [("customers", "share_customers", None), ("value", "value", ("lo", "hi"))]
    if "margin" in result.table:
        bars.append(("margin", "margin", ("margin_lo", "margin_hi")))
    named: set[str] = set()
    with style.context(language):
        ax = style.new_axes(ax, rows=2 * len(bars) + 1)
        for y, (_, column, bounds) in enumerate(bars):
            named |= _bar(ax, tiers, column, y, language)
            if bounds is not None:
                _interval(ax, tiers["A"][bounds[0]], tiers["A"][bounds[1]], y + 0.36)
        ax.set_yticks(range(len(bars)), [words.text(f"figures.tiers_abc_{name}", language) for name, *_ in bars])
        ax.set_ylim(len(bars) - 0.3, -0.6)
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        shown = [tier for tier in _FILLS if pd.notna(tiers[tier]["value"]) and tier not in named]
        known = pd.notna(tiers["A"]["lo"])
        line = words.text("figures.tiers_abc_interval", language, tier=_name(tiers, "A", language)) if known else ""
        _legend(ax, [(_FILLS[tier], _name(tiers, tier, language)) for tier in shown], line)
        apart = _apart(tiers, language)
        if apart:
            ax.set_xlabel(apart, loc="left", fontsize=9.5, labelpad=8)
    return ax


def plot_deciles(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """How many accounts make up each decile of equal value; deciles 10 to 6, half of the value, in blue.

    Parameters
    ----------
    result : tiers.Deciles
        Table with volume_decile, n, value, lo, hi, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table[result.table["volume_decile"].isin([str(d) for d in range(1, 11)])].reset_index(drop=True)
    known = table["hi"].dropna()
    end = float(known.max()) if len(known) else 1.0
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, row in enumerate(table.to_dict("records")):
            if row["flag"] == "suppressed" or pd.isna(row["value"]):
                _hidden(ax, y, end, language, suppressed=row["flag"] == "suppressed")
                continue
            half = int(row["volume_decile"]) >= 6
            ax.barh(y, row["value"], height=0.62, color=_FILLS["A"] if half else _FILLS["C"])
            _interval(ax, row["lo"], row["hi"], y)
            label = words.text("figures.tiers_deciles_count", language, n=row["n"])
            ax.annotate(label, (max(row["hi"], row["value"]), y), (5, 0), textcoords="offset points", va="center")
        rows = [words.text("figures.tiers_deciles_row", language, decile=d) for d in table["volume_decile"]]
        ax.set_yticks(range(len(table)), rows)
        ax.set_ylim(len(table) - 0.5, -0.5)
        ax.set_xlim(0, end * 1.18)
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.tiers_deciles_axis", language))
    return ax


def _bar(ax: Axes, tiers: dict[str, dict], column: str, y: int, language: str) -> set[str]:
    """One 100 % bar, what is hidden hatched at its end; gives the tiers that it names."""
    start, named = 0.0, set()
    for tier in _FILLS:
        share = tiers[tier][column]
        if pd.isna(share):
            continue
        ax.barh(y, share, left=start, height=0.56, color=_FILLS[tier])
        short = numbers.render(share, "percent", language)
        full = f"{_name(tiers, tier, language)} {short}"
        if _fits(full, share):
            named.add(tier)
        text = full if tier in named else short if _fits(short, share) else ""
        ax.annotate(text, (start, y), (5, 0), textcoords="offset points", va="center", color=_TEXTS[tier])
        start += share
    if start < 0.995:
        _hatched(ax, y, start, 1 - start)
    return named


def _name(tiers: dict[str, dict], tier: str, language: str) -> str:
    """The tier's label where the result has other names, else its own."""
    return words.term(tiers[tier].get("label", tier), language)


def _fits(text: str, share: float) -> bool:
    """Whether a label has room in its segment; Han letters are twice as wide as Latin ones."""
    return share * _BAR_EM >= 0.8 + sum(1.0 if ord(letter) > 0x2E7F else 0.58 for letter in text)


def _legend(ax: Axes, unnamed: list[tuple[str, str]], line: str) -> None:
    """The interval's line, and the tiers that no bar has room to name."""
    handles: list[Any] = [Patch(color=fill, label=name) for fill, name in unnamed]
    if line:
        handles.append(Line2D([], [], color=style.TOKENS["ink"], linewidth=2.2, label=line))
    if not handles:
        return
    # long names reach out over the row names rather than past the right edge
    far = sum(len(str(handle.get_label())) for handle in handles) > _LONG
    ax.legend(
        handles=handles, loc="lower right" if far else "lower left", bbox_to_anchor=(1.02 if far else -0.02, 0.98),
        ncols=len(handles), handlelength=1.4, columnspacing=1.2,
    )  # fmt: skip


def _hidden(ax: Axes, y: int, end: float, language: str, *, suppressed: bool) -> None:
    if suppressed:
        _hatched(ax, y, 0, end * 0.12)
    text = words.text("figures.hidden", language) if suppressed else numbers.MISSING
    ax.annotate(text, (end * 0.12 if suppressed else 0, y), (5, 0), textcoords="offset points", va="center")


def _hatched(ax: Axes, y: int, start: float, width: float) -> None:
    ax.barh(y, width, left=start, height=0.56, color="none", edgecolor=style.TOKENS["mute"], hatch="///", linewidth=0.8)


def _interval(ax: Axes, lo: float, hi: float, y: float) -> None:
    if pd.notna(lo) and pd.notna(hi):
        ax.plot([lo, hi], [y, y], color=style.TOKENS["ink"], linewidth=2.2, solid_capstyle="butt")


def _apart(tiers: dict[str, dict], language: str) -> str:
    """Accounts outside the bars, as far as their number may be shown."""
    parts = [
        words.text(f"figures.tiers_abc_{tier}", language, n=tiers[tier]["n"])
        for tier in ("zero", "negative")
        if pd.notna(tiers[tier]["n"]) and tiers[tier]["n"] > 0
    ]
    return ("；" if language == "zh" else "; ").join(parts)
