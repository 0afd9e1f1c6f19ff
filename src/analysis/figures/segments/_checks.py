"""Whether segments can be relied on: stability, the typing tool, drift."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_drift", "plot_stability", "plot_typing_tool"]

#: bounds of the bands of stability and of the readings of drift: conventions
_BANDS, _READINGS = (0.60, 0.75, 0.85), (0.10, 0.25)


def plot_stability(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """One row per segment: mean similarity in resamples with the range of most of them, and the bands.

    Parameters
    ----------
    result : segments.Stability
        Table with segment, n, jaccard, lo, hi, band; a hidden row has no numbers.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1, width=6.0)
        for bound in _BANDS:
            ax.axvline(bound, color=style.TOKENS["mute"], linestyle="--", linewidth=0.9, zorder=0)
        for y, row in enumerate(table.to_dict("records")):
            flag = row.get("flag", "ok")
            if pd.isna(row["jaccard"]):
                style.no_number(ax, y, flag, language)
                continue
            band = str(row["band"])
            colour = style.CATEGORICAL[0] if band in ("highly_stable", "stable") else style.TOKENS["mute"]
            drawn = pd.Series({"value": row["jaccard"], "lo": row["lo"], "hi": row["hi"], "flag": flag})
            label = f"{numbers.render(row['jaccard'], 'number2', language)}  {words.term(band, language)}"
            style.interval(ax, drawn, y, label, language=language, colour=colour, hollow=band == "dissolving")
        _rows(ax, [words.text("figures.segments_rule_head", language, segment=s) for s in table["segment"]])
        ax.set_xlim(0, 1.28)
        ax.set_xticks([0, *_BANDS, 1])
        ax.spines["bottom"].set_bounds(0, 1)
        style.value_name(ax, words.text("figures.segments_stability_axis", language))
    return ax


def plot_typing_tool(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Accuracy by number of questions with its interval; the accuracy of putting all in one segment dashed.

    Parameters
    ----------
    result : segments.TypingTool
        Table with questions, value, lo, hi, base, recommended, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table[result.table["value"].notna()]
    blue, mute = style.CATEGORICAL[0], style.TOKENS["mute"]
    with style.context(language):
        ax = style.new_axes(ax)
        style.value_name(ax, words.text("figures.segments_typing_axis", language))
        ax.set_xlabel(words.text("figures.segments_typing_x", language))
        for row in table.to_dict("records"):
            dash = (0, (2, 1.5)) if row["flag"] == "low_n" else "solid"
            ax.plot([row["questions"]] * 2, [row["lo"], row["hi"]], color=blue, linewidth=1.8, linestyle=dash)
            face = blue if row["recommended"] else style.TOKENS["page"]
            ax.plot(row["questions"], row["value"], "o", color=blue, markerfacecolor=face)
        best = table[table["recommended"].astype(bool)]
        for row in best.to_dict("records"):
            said = words.text("figures.segments_typing_best", language, questions=row["questions"])
            said += f"\n{numbers.render(row['value'], 'percent', language)}"
            ax.annotate(said, (row["questions"], row["lo"]), xytext=(0, -6), textcoords="offset points", ha="center",
                        va="top", fontsize=9.5, linespacing=1.3)  # fmt: skip
        if len(table):
            base = float(table["base"].iloc[0])
            ax.axhline(base, color=mute, linestyle="--", linewidth=1)
            said = f"{words.text('figures.segments_typing_base', language)} {numbers.render(base, 'percent', language)}"
            ax.annotate(said, (1, base), xycoords=ax.get_yaxis_transform(), xytext=(0, 3), textcoords="offset points",
                        ha="right", fontsize=9, color=style.TOKENS["ink2"])  # fmt: skip
            ax.set_xticks(table["questions"])
            ax.set_xlim(table["questions"].min() - 0.6, table["questions"].max() + 0.6)
        ax.set_ylim(0, 1.02)
        ax.yaxis.set_major_formatter(_percent)
        ax.grid(axis="y")
    return ax


def plot_drift(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Stability index of each feature and of the segment shares, with interval and the two usual bounds.

    Parameters
    ----------
    result : segments.Drift
        Table with subject, value, lo, hi, by_chance, reading, flag; the row ``beyond_fit`` is said below the axis.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table[result.table["subject"] != "beyond_fit"].reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 2, width=6.4)
        for bound in _READINGS:
            ax.axvline(bound, color=style.TOKENS["mute"], linestyle="--", linewidth=0.9, zorder=0)
        for y, (_, row) in enumerate(table.iterrows()):
            changed = row["reading"] in ("drift_moderate", "drift_large")
            colour = style.CATEGORICAL[1] if changed else style.TOKENS["mute"]
            label = f"{numbers.render(row['value'], 'number2', language)}  {words.term(row['reading'], language)}"
            style.interval(ax, row, y, label, language=language, colour=colour)
        _rows(ax, [words.term(subject, language) for subject in table["subject"]])
        top = float(table[["hi", "value"]].max().max()) if table["value"].notna().any() else 0.0
        ax.set_xlim(0, max(0.3, top) * 1.45)
        style.value_name(ax, words.text("figures.segments_drift_axis", language))
        far = result.table[result.table["subject"] == "beyond_fit"]
        if len(far) and pd.notna(far["value"].iloc[0]):
            beyond, base = float(far["value"].iloc[0]), float(far["by_chance"].iloc[0])
            said = words.text("figures.segments_drift_below", language, beyond=beyond, base=base)
            ax.set_xlabel(said, loc="left", fontsize=9.5)
    return ax


def _rows(ax: Axes, labels: list[str]) -> None:
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)


def _percent(value: float, _position: float = 0) -> str:
    return numbers.render(value, "percent", "en")
