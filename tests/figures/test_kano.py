"""Figure of Kano classes."""

from __future__ import annotations

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.figures import style
from analysis.figures.kano import plot_kano
from analysis.methods import kano


def result() -> kano.Kano:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.integers(1, 6, (400, 2)).astype(float), columns=["供货", "培训"])
    return kano.classify(X, 5 - 1.0 * (X["供货"] <= 2) + rng.normal(size=400), low=2, high=4)


def test_two_marks_per_attribute_filled_where_clear_of_zero() -> None:
    found = result()
    ax = plot_kano(found, language="zh")
    dots = [line for line in ax.lines if line.get_marker() == "o" and len(line.get_xdata()) == 1]
    row = found.table.iloc[0]
    assert [d.get_xdata()[0] for d in dots[:2]] == pytest.approx([row["penalty"], row["reward"]])
    assert dots[0].get_markerfacecolor() == style.CATEGORICAL[1]
    assert dots[1].get_markerfacecolor() == style.TOKENS["page"]
    assert [t.get_text() for t in ax.texts] == ["必备属性", "不能断定"]
    plt.close(ax.figure)


def test_hidden_rows_are_hatched() -> None:
    found = result()
    table = found.table.copy()
    table.loc[0, ["penalty", "penalty_lo", "penalty_hi", "reward", "reward_lo", "reward_hi"]] = np.nan
    table.loc[0, "flag"] = "suppressed"
    ax = plot_kano(dataclasses.replace(found, table=table), language="en")
    assert ax.texts[0].get_text() == "suppressed" or "hidden" in ax.texts[0].get_text().lower()
    assert len([p for p in ax.patches if p.get_hatch()]) == 1
    plt.close(ax.figure)
