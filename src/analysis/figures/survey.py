"""Figures of the survey itself: who answered, for whom they stand, how well scales hold together."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..core import numbers, words
from ..core.result import Result
from . import style

__all__ = ["plot_reliabilities", "plot_represent", "plot_response", "plot_weights"]

BLUE, ORANGE, GREY = style.CATEGORICAL[0], style.CATEGORICAL[1], style.TOKENS["mute"]


def plot_response(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Response rate by group: dot, interval, answered of invited.

    Parameters
    ----------
    result : survey.Response
        Table with group, value, lo, hi, n, respondents, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table
    if (table["group"] == "all").any() and table.loc[table["group"] != "all", "value"].isna().all():
        # those invited are known in all, not by group: rows of empty places say nothing
        table = table[table["group"] == "all"]
    table = table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table))
        for y, (_, row) in enumerate(table.iterrows()):
            label = ""
            if pd.notna(row["value"]):
                told = {"value": float(row["value"]), "respondents": row["respondents"], "n": row["n"]}
                label = words.text("figures.survey_rate_value", language, **told)
            style.interval(ax, row, y, label, language=language, colour=BLUE)
        _rows(ax, [words.term(name, language) for name in table["group"]])
        most = _most(table["hi"])
        _share_axis(ax, most, language, room=0.5)
        style.value_name(ax, words.text("figures.survey_rate", language))
    return ax


def plot_represent(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of each category in the universe (bar), among respondents (hollow dot), after weighting (full dot).

    Parameters
    ----------
    result : survey.Represented
        Table with attribute, group, universe, value, weighted, n, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    # one empty row before each attribute holds its name
    first = table["attribute"].ne(table["attribute"].shift()).cumsum() if len(table) else pd.Series(dtype=int)
    at = {i: i + int(first[i]) for i in table.index}
    labels = [""] * (len(table) + int(first.max() if len(first) else 0))
    with style.context(language):
        ax = style.new_axes(ax, rows=len(labels) + 1)
        for i, row in table.iterrows():
            labels[at[i]] = words.term(row["group"], language)  # type: ignore[index]
            _dumbbell(ax, row, at[i], language)  # type: ignore[index]
        _rows(ax, labels)
        for i in table.index[first.diff() != 0]:
            _heading(ax, words.term(table.loc[i, "attribute"], language), at[i] - 1)
        _legend(ax, language)
        most = max(_most(table[name]) for name in ("universe", "value", "weighted"))
        _share_axis(ax, most, language, room=0.28)
        style.value_name(ax, words.text("figures.survey_share", language))
    return ax


def plot_weights(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Mean weight by tenth of the respondents; a line at 1, the mean of all.

    Parameters
    ----------
    result : survey.Represented
        Its frame ``spread`` with tenth, weight.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    spread = result.spread.reset_index(drop=True)  # type: ignore[attr-defined]
    with style.context(language):
        ax = style.new_axes(ax, rows=len(spread))
        ax.barh(spread.index, spread["weight"], height=0.7, color=style.SEQUENTIAL[2], linewidth=0)
        ax.axvline(1, color=style.TOKENS["axis"], linewidth=0.8)
        _rows(ax, [words.text("figures.survey_weight_tenth", language, k=int(k)) for k in spread["tenth"]])
        for y, weight in enumerate(spread["weight"]):
            told = numbers.render(float(weight), "ratio", language)
            ax.annotate(told, (weight, y), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9.5)
        ax.set_xlim(0, 1.15 * max(float(spread["weight"].max()), 1.0))
        ax.xaxis.set_major_locator(MaxNLocator(4))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "ratio", language)))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.survey_weight", language))
    return ax


def plot_reliabilities(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Cronbach's alpha by scale: dot, interval, and the conventional line.

    Parameters
    ----------
    result : survey.Reliabilities
        Table with scale, value, lo, hi, item_count, n, flag; ``enough`` is the line.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table, line = result.table.reset_index(drop=True), float(result.enough)  # type: ignore[attr-defined]
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1)
        ax.axvline(line, color=style.TOKENS["axis"], linewidth=0.8, linestyle=(0, (4, 2)))
        told = words.text("figures.survey_alpha_line", language, limit=f"{line:.2g}")
        ax.annotate(
            told, (line, 1), xycoords=("data", "axes fraction"), xytext=(3, 2), textcoords="offset points",
            ha="left", va="bottom", fontsize=9.5, color=style.TOKENS["ink2"],
        )  # fmt: skip
        low = min([0.0, *table["lo"].dropna()])
        for y, (_, row) in enumerate(table.iterrows()):
            label = ""
            if pd.notna(row["value"]):
                values = {"value": float(row["value"]), "k": row["item_count"], "n": row["n"]}
                label = words.text("figures.survey_alpha_value", language, **values)
            style.interval(
                ax, row.where(row.index != "lo", max(row["lo"], -0.5)), y, label, language=language, colour=BLUE
            )
        _rows(ax, [words.term(name, language) for name in table["scale"]])
        ax.set_xlim(max(low, -0.5), 1.75)
        ax.set_xticks([tick for tick in (-0.5, 0, 0.25, 0.5, 0.75, 1) if tick >= max(low, -0.5)])
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "ratio", language)))
        ax.grid(axis="x")
        style.value_name(ax, words.text("figures.survey_alpha", language))
    return ax


def _dumbbell(ax: Axes, row: pd.Series, y: float, language: str) -> None:
    if pd.isna(row["universe"]):
        style.no_number(ax, y, "suppressed", language)
        return
    ax.plot(
        [row["universe"]] * 2, [y - 0.32, y + 0.32], color=style.TOKENS["ink"], linewidth=2.2, solid_capstyle="butt"
    )
    if pd.isna(row["value"]) or row["n"] == 0:
        text = words.text("figures.survey_none", language)
        ax.annotate(
            text, (row["universe"], y), xytext=(7, 0), textcoords="offset points", va="center", fontsize=9.5,
            color=style.TOKENS["ink2"],
        )  # fmt: skip
        return
    ax.plot([row["value"], row["weighted"]], [y, y], color=style.TOKENS["rule"], linewidth=1.8, zorder=1)
    ax.plot(row["value"], y, "o", color=ORANGE, markerfacecolor=style.TOKENS["page"], clip_on=False)
    ax.plot(row["weighted"], y, "o", color=BLUE, clip_on=False)


def _legend(ax: Axes, language: str) -> None:
    ink = style.TOKENS["ink"]
    marks = {
        "universe": {"marker": "|", "color": ink, "markersize": 10, "markeredgewidth": 2.2},
        "unweighted": {"marker": "o", "color": ORANGE, "markerfacecolor": style.TOKENS["page"]},
        "weighted": {"marker": "o", "color": BLUE},
    }
    for name, look in marks.items():
        ax.plot([], [], linestyle="none", label=words.text(f"figures.survey_{name}", language), **look)  # type: ignore[arg-type]
    ax.legend(
        loc="lower right", bbox_to_anchor=(1, 1.0), ncols=3, borderaxespad=0.1, handletextpad=0.2, columnspacing=1.0
    )


def _heading(ax: Axes, text: str, y: float) -> None:
    ax.annotate(
        text, (0, y), xycoords=("axes fraction", "data"), va="center", fontsize=9.5, color=style.TOKENS["ink2"],
        fontweight="bold", xytext=(3, 0), textcoords="offset points",
    )  # fmt: skip


def _most(values: pd.Series) -> float:
    known = values.dropna()
    return float(known.max()) if len(known) else 1.0


def _rows(ax: Axes, labels: list[str]) -> None:
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)


def _share_axis(ax: Axes, most: float, language: str, *, room: float) -> None:
    """From 0 to the greatest share, with room for words at the right."""
    top = min(1.0, 1.05 * most)
    ax.set_xlim(0, top * (1 + room))
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= top])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: numbers.render(v, "percent", language)))
    ax.grid(axis="x")
