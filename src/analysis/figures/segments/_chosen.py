"""The panel behind the number of segments."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_k_choice"]

#: shown criterion, kind of number; those with a rule are marked as reached or missed
_CRITERIA = (
    ("excess", "number2"), ("jaccard_mean", "number2"), ("jaccard_min", "number2"), ("smallest", "percent"),
    ("silhouette", "number2"),
)  # fmt: skip


def plot_k_choice(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Criteria by number of segments: a filled dot where the rule is met, a hollow one where it is missed.

    Parameters
    ----------
    result : segments.KChoice
        Table with k, excess, p_null, jaccard_mean, jaccard_min, smallest, silhouette; ``settings["rules"]``
        and ``recommended``.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table, rules = result.table.reset_index(drop=True), result.settings["rules"]
    chosen = int(getattr(result, "recommended", 0))
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 3)
        for y, row in enumerate(table.to_dict("records")):
            if row["k"] == chosen:
                ax.axhspan(y - 0.45, y + 0.45, color=style.TOKENS["band"], linewidth=0)
            for x, (name, kind) in enumerate(_CRITERIA):
                _criterion(ax, x, y, numbers.render(row[name], kind, language), _met(row, name, rules))
        if chosen == 0:
            _no_structure(ax, len(table))
        ax.set_yticks(range(len(table)), [words.text("figures.segments_k_row", language, k=k) for k in table["k"]])
        heads = [words.text(f"figures.segments_k_{name}", language) for name, _kind in _CRITERIA]
        ax.set_xticks(range(len(_CRITERIA)), heads, linespacing=1.3)
        ax.xaxis.tick_top()
        ax.tick_params(length=0)
        ax.spines["bottom"].set_visible(False)
        ax.set_xlim(-0.5, len(_CRITERIA) - 0.55)
        ax.set_ylim(len(table) - 0.4, -0.6)
        note = "segments_k_legend" if chosen else "segments_k_null"
        ax.set_xlabel(words.text(f"figures.{note}", language), loc="left", fontsize=9.5, linespacing=1.4)
    return ax


def _met(row: dict, name: str, rules: dict) -> bool | None:
    """Whether the rule is met; None for what is only shown."""
    if name == "excess":
        return row["excess"] >= rules["excess"] and row["p_null"] <= rules["p_null"]
    return row[name] >= rules[name] if name in rules else None


def _criterion(ax: Axes, x: int, y: int, text: str, met: bool | None) -> None:
    if met is not None:
        colour = style.CATEGORICAL[0] if met else style.TOKENS["mute"]
        ax.plot([x - 0.36], [y], "o", color=colour, markerfacecolor=colour if met else "none", markeredgewidth=1.4)
    ax.text(x + 0.28, y, text, ha="right", va="center", color=style.TOKENS["ink"])


def _no_structure(ax: Axes, rows: int) -> None:
    """A dashed frame around the panel: nothing in it is adopted."""
    box = Rectangle(
        (-0.48, -0.52), len(_CRITERIA) - 0.1, rows + 0.04, fill=False, edgecolor=style.TOKENS["mute"], linestyle="--"
    )
    ax.add_patch(box)
