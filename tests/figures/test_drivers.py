"""Figure of driver importance."""

from __future__ import annotations

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.figures import style
from analysis.figures.drivers import plot_drivers
from analysis.methods import drivers


def result(n_boot: int = 80) -> drivers.Drivers:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(300, 3)) + rng.normal(size=(300, 1)), columns=["supply", "price", "visits"])
    return drivers.importance(X, X["supply"] + rng.normal(size=300) * 1.5, n_boot=n_boot)


def test_a_driver_that_reaches_its_probe_is_hollow_and_grey() -> None:
    found = result()
    assert found.table["beats_probe"].tolist() == [True, False, False]
    ax = plot_drivers(found, language="en")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [dot.get_markerfacecolor() for dot in dots] == [style.CATEGORICAL[0]] + [style.TOKENS["page"]] * 2
    assert [dot.get_xdata()[0] for dot in dots] == pytest.approx(found.table["share"].tolist())
    probes = [line for line in ax.lines if line.is_dashed() and len(line.get_xdata()) == 2]
    assert [line.get_xdata()[0] for line in probes] == pytest.approx(found.table["probe"].tolist())
    plt.close(ax.figure)


def test_without_intervals_nothing_is_filled() -> None:
    ax = plot_drivers(result(n_boot=0), language="zh")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert {dot.get_markerfacecolor() for dot in dots} == {style.TOKENS["page"]}
    plt.close(ax.figure)


def test_hidden_rows_are_absent() -> None:
    found = result()
    table = found.table.copy()
    table.loc[2, ["importance", "share", "lo", "hi", "probe"]] = np.nan
    ax = plot_drivers(dataclasses.replace(found, table=table), language="zh")
    assert len([line for line in ax.lines if line.get_marker() == "o"]) == 2
    plt.close(ax.figure)
