"""Figure of best–worst choices."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.figures.maxdiff import plot_maxdiff
from analysis.methods import maxdiff


def choices(n: int = 40, items: str = "供证费服") -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = []
    for person in range(n):
        order = np.argsort(-(np.array([1.0, 0.3, 0, -1]) + rng.gumbel(size=4)))
        rows += [(person, 1, items[i], {0: "best", 3: "worst"}.get(r, "none")) for r, i in enumerate(order)]
    return pd.DataFrame(rows, columns=["response_id", "task", "item", "chosen"])


def test_marks_are_the_shares_largest_first() -> None:
    found = maxdiff.score(choices())
    ax = plot_maxdiff(found, language="zh")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [d.get_xdata()[0] for d in dots] == pytest.approx(found.table["value"].tolist())
    assert [t.get_text() for t in ax.get_yticklabels()] == found.table["item"].tolist()
    assert found.table["value"].is_monotonic_decreasing
    plt.close(ax.figure)


def test_without_shares_the_reason_stands_in_the_row() -> None:
    one = choices(3)
    one = one.assign(chosen=one["item"].map({"供": "best", "服": "worst"}).fillna("none"))
    ax = plot_maxdiff(maxdiff.score(one), language="zh")
    assert not [line for line in ax.lines if line.get_marker() == "o"]
    assert {t.get_text() for t in ax.texts} == {"现有数据无法确定"}
    plt.close(ax.figure)
