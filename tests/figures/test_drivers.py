"""Figure of driver importance."""

from __future__ import annotations

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.figures import style
from analysis.figures.drivers import plot_drivers, plot_quadrants
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


def test_shares_that_predict_nothing_say_so_in_the_figure() -> None:
    found = result()
    refused = dataclasses.replace(found, table=found.table.assign(flag="not_identified"))
    ax = plot_drivers(refused, language="en")
    assert "not to be read" in ax.get_title(loc="left")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert {dot.get_markerfacecolor() for dot in dots} == {style.TOKENS["page"]}
    assert "not to be read" not in plot_drivers(found, language="en").get_title(loc="left")
    plt.close("all")


def mapped() -> drivers.Quadrants:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(300, 4)) + np.array([-1, 0.5, 0, 0.7]), columns=["供货", "证据", "服务", "培训"])
    return drivers.quadrants(X["供货"] + X["证据"] + rng.normal(size=300), X, n_boot=60)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_map_shows_where_each_stands_and_which_cannot_be_told(language: str) -> None:
    found = mapped()
    ax = plot_quadrants(found, language=language)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [d.get_xdata()[0] for d in dots] == pytest.approx(found.table["performance"].tolist())
    assert [d.get_ydata()[0] for d in dots] == pytest.approx(found.table["importance_value"].tolist())
    act = [d for d, q in zip(dots, found.table["quadrant"], strict=True) if q == "quadrant_act"]
    open_ = [d for d, q in zip(dots, found.table["quadrant"], strict=True) if q == "quadrant_undecided"]
    assert len(act) == 1 and act[0].get_color() == style.CATEGORICAL[1]
    assert all(d.get_markerfacecolor() == style.TOKENS["page"] for d in open_)
    # chi-squared with 2 degrees of freedom is below 5.991 = 2.4477² in 95% of the draws; the box of a tilted ellipse
    # reaches 2.4477 standard deviations each way
    shape = ax.patches[0]
    box = shape.get_extents().transformed(ax.transData.inverted())
    assert box.width / 2 == pytest.approx(2.4477 * found.ellipse["sd_performance"].iloc[0], rel=0.01)
    assert box.height / 2 == pytest.approx(2.4477 * found.ellipse["sd_importance"].iloc[0], rel=0.01)
    told = [t.get_text() for t in ax.texts]
    assert "1  供货" in told or "1  证据" in told
    plt.close(ax.figure)


def test_hidden_attributes_are_absent_from_the_map() -> None:
    found = mapped()
    table = found.table.copy()
    table.loc[0, ["importance_value", "performance"]] = np.nan
    ax = plot_quadrants(dataclasses.replace(found, table=table), language="zh")
    assert len([line for line in ax.lines if line.get_marker() == "o"]) == 3
    plt.close(ax.figure)
