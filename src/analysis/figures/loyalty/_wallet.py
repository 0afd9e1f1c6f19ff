"""Share of wallet by group against its target."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ...core import numbers, words
from ...core.result import Result
from .. import style

__all__ = ["plot_share_of_wallet"]


def plot_share_of_wallet(result: Result, *, language: str, ax: Axes | None = None) -> Axes:
    """Share of wallet: dot and 90 % interval by group; the bar across is the target of the group.

    Parameters
    ----------
    result : loyalty.ShareOfWallet
        Table with group, value, lo, hi, target, flag.
    language : {"zh", "en"}
    ax : matplotlib Axes, optional
    """
    table = result.table.reset_index(drop=True)
    with style.context(language):
        ax = style.new_axes(ax, rows=len(table) + 1)
        for y, (_, row) in enumerate(table.iterrows()):
            colour = style.TOKENS["mute"] if row["flag"] == "low_n" else style.CATEGORICAL[0]
            style.interval(ax, row, y, "", colour=colour, language=language)
            if pd.isna(row["value"]):
                continue
            ax.plot([row["target"]] * 2, [y - 0.3, y + 0.3], color=style.CATEGORICAL[1], linewidth=2.2)
            end = max(v for v in (row["value"], row["hi"], row["target"]) if pd.notna(v))
            ax.annotate(numbers.render(row["value"], "percent", language), (end, y), xytext=(8, 0),
                        textcoords="offset points", va="center", fontsize=9.5)  # fmt: skip
        ax.plot([], [], "|", color=style.CATEGORICAL[1], markersize=11, markeredgewidth=2.2,
                label=words.text("figures.loyalty_wallet_target", language))  # fmt: skip
        ax.set_yticks(range(len(table)), [words.term(name, language) for name in table["group"]])
        ax.set_ylim(len(table) - 0.5, -0.6)
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_locator(MaxNLocator(5))
        ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.grid(axis="x")
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0.2, borderpad=0, handletextpad=0.3)
        style.value_name(ax, words.text("figures.loyalty_wallet", language))
    return ax
