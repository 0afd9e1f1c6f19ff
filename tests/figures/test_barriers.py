"""Figure of barriers."""

from __future__ import annotations

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.figures import style
from analysis.figures.barriers import plot_barriers
from analysis.methods import barriers

CODES = ["B01", "B06", "B09", "B13", "B15"]


def result(n: int = 300) -> barriers.Barriers:
    rng = np.random.default_rng(2)
    answers = pd.DataFrame((rng.random((300, 5)) < [0.4, 0.3, 0.5, 0.4, 0.2]).astype(float), columns=CODES)
    steps = np.digitize(answers @ [-1.6, -1.4, -1.2, -1.3, 0.0] + 1.2 + rng.logistic(size=300), [-3, -2, -1, 0, 1, 2])
    return barriers.rank(answers.iloc[:n], pd.Series(steps, name="step").iloc[:n], None, n_boot=30)


def points(ax: plt.Axes, table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Marker and face of each barrier's point."""
    marks = {
        round(float(line.get_xdata()[0]), 9): (str(line.get_marker()), str(line.get_markerfacecolor()))
        for line in ax.lines
        if line.get_marker() not in ("None", "") and len(line.get_xdata()) == 1
    }
    return {row["barrier"]: marks[round(row["value"], 9)] for _, row in table.iterrows()}


def test_shape_says_who_may_act_and_hollow_says_not_shown() -> None:
    found = result()
    assert found.table.loc[found.table["q"] > 0.10, "barrier"].tolist() == ["B15"]
    ax = plot_barriers(found, language="zh")
    blue, orange, _, plum = style.CATEGORICAL[:4]
    assert points(ax, found.table) == {
        "B01": ("o", blue),
        "B06": ("s", orange),
        "B09": ("o", blue),
        "B13": ("D", plum),
        "B15": ("o", style.TOKENS["page"]),
    }
    plt.close(ax.figure)


@pytest.mark.parametrize(("language", "name"), [("zh", "B01 不了解产品"), ("en", "B01 Unfamiliar with product")])
def test_codes_in_the_plot_and_names_under_it(language: str, name: str) -> None:
    ax = plot_barriers(result(), language=language)
    told = [text.get_text() for text in ax.texts]
    assert {"B01", "B06", "B09", "B13"} <= set(told) and name in told
    plt.close(ax.figure)


def test_hidden_barriers_are_absent() -> None:
    found = result()
    table = found.table.copy()
    hidden = table["barrier"] == "B09"
    table.loc[hidden, ["value", "lo", "hi", "effect", "effect_lo", "effect_hi", "q"]] = np.nan
    ax = plot_barriers(dataclasses.replace(found, table=table), language="en")
    assert "B09" not in [text.get_text() for text in ax.texts]
    plt.close(ax.figure)


def test_without_a_model_prevalence_is_drawn() -> None:
    few = result(20)
    assert few.table["effect"].isna().all()
    ax = plot_barriers(few, language="zh")
    assert all(tick.get_text().startswith("B") for tick in ax.get_yticklabels())
    assert len([line for line in ax.lines if line.get_marker() == "o"]) == 5
    plt.close(ax.figure)
