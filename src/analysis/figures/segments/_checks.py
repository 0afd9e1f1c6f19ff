"""Whether segments can be relied on: stability, the typing tool, drift."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_drift", "plot_silhouettes", "plot_stability", "plot_typing_tool"]

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


def plot_silhouettes(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """One blade per segment: its customers from the best to the worst placed, as thick as the segment is large.

    Parameters
    ----------
    result : segments.Silhouettes
        Table with segment, n, value, flag; ``curve``.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table, curve = result.table.reset_index(drop=True), getattr(result, "curve")  # noqa: B009
    size = table["n"].fillna(0).to_numpy(dtype=float)
    # a small segment still gets a line of text
    tall = np.maximum(size / max(size.sum(), 1.0), 0.07)
    top = np.cumsum(tall + 0.03) - tall - 0.03
    with style.context(language):
        ax = style.new_axes(ax, rows=int(7 + len(table)), width=6.0)
        for i, row in enumerate(table.to_dict("records")):
            middle = top[i] + tall[i] / 2
            if pd.isna(row["value"]):
                style.no_number(ax, middle, row["flag"], language)
                continue
            own = curve[curve["segment"] == row["segment"]]
            y = top[i] + own["position"].to_numpy() * tall[i]
            fill = style.TOKENS["mutefill"] if row["flag"] == "low_n" else style.SEQUENTIAL[2]
            ax.fill_betweenx(y, 0, own["silhouette"].to_numpy(), color=fill, linewidth=0)
            told = {"value": row["value"], "astray": row["astray"]}
            said = words.text("figures.segments_silhouette_row", language, **told)
            ax.annotate(said, (1, middle), xycoords=ax.get_yaxis_transform(), va="center", ha="right", fontsize=9.5)
        ax.axvline(0, color=style.TOKENS["axis"], linewidth=0.8)
        if table["value"].notna().any():
            mean = float(np.average(table["value"].fillna(0), weights=np.where(table["value"].isna(), 0, size)))
            ax.axvline(mean, color=style.TOKENS["mute"], linestyle="--", linewidth=1)
        names = [words.text("figures.segments_rule_head", language, segment=s) for s in table["segment"]]
        ax.set_yticks(top + tall / 2, names)
        ax.set_ylim(float(top[-1] + tall[-1]) + 0.02, -0.02)
        ax.set_xlim(min(-0.2, float(curve["silhouette"].min())), max(1.0, float(curve["silhouette"].max()) + 0.5))
        ax.set_xticks([0, 0.25, 0.5, 0.75])
        style.value_name(ax, words.text("figures.segments_silhouette_axis", language))
    return ax


def _rows(ax: Axes, labels: list[str]) -> None:
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)


def _percent(value: float, _position: float = 0) -> str:
    return numbers.render(value, "percent", "en")
