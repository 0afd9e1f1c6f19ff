import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.figures import lifetime as figures
from analysis.figures import style
from analysis.methods import lifetime


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def texts(ax):
    return [t.get_text() for t in ax.texts]


def ticks(ax):
    return [t.get_text() for t in ax.get_yticklabels()]


def total(**changes):
    table = pd.DataFrame(
        {
            "group": ["East", "West", "all"], "value": [40.0, 10.0, 50.0], "lo": [30.0, 6.0, 38.0],
            "hi": [52.0, 15.0, 63.0], "n": [60, 12, 72], "method": "predictive", "flag": ["ok", "low_n", "ok"],
            "unit": "number",
        }
    )  # fmt: skip
    for column, values in changes.items():
        table[column] = values
    return lifetime.Total(table=table)


def test_total_draws_groups_with_intervals_and_leaves_all_to_the_title():
    ax = figures.plot_total(total(), language="en")
    assert ticks(ax) == ["East", "West"]
    assert texts(ax) == ["40.0", "10.0"]
    lines = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert [list(line.get_xdata()) for line in lines] == [[30.0, 52.0], [6.0, 15.0]]
    # a small group is hollow and grey
    markers = [line for line in ax.lines if len(line.get_xdata()) == 1]
    assert [m.get_markerfacecolor() for m in markers] == [style.CATEGORICAL[0], style.TOKENS["page"]]
    assert ax.get_xlim()[0] == 0


def test_total_of_all_alone_is_drawn():
    alone = total()
    ax = figures.plot_total(lifetime.Total(table=alone.table.iloc[2:].reset_index(drop=True)), language="zh")
    assert ticks(ax) == ["全部"]


def test_money_carries_no_currency_in_the_plot():
    ax = figures.plot_total(
        total(unit="money", value=[4e5, 1e5, 5e5], lo=[3e5, 6e4, 3.8e5], hi=[5.2e5, 1.5e5, 6.3e5]), language="zh"
    )
    assert texts(ax) == ["40万", "10万"]
    ax.figure.canvas.draw()
    assert "40万" in [t.get_text() for t in ax.get_xticklabels()]


def test_amounts_of_one_plot_share_their_unit_and_decimals():
    money = total(unit="money", value=[1.1159e7, 875.0, 1.116e7], lo=[1e7, 0.0, 1e7], hi=[1.2e7, 9e3, 1.2e7])
    # beside 1116万 the 875 is nothing, not 875 of another unit
    assert texts(figures.plot_total(money, language="zh")) == ["1,116万", "0"]
    orders = total(value=[2655.2, 0.354, 2656.0], lo=[2437.0, 0.0, 2437.0], hi=[2873.0, 2.0, 2875.0])
    assert texts(figures.plot_total(orders, language="en")) == ["2,655", "0"]


def test_a_hidden_row_is_hatched_and_says_so():
    hidden = total(
        value=[40.0, np.nan, 50.0], lo=[30.0, np.nan, 38.0], hi=[52.0, np.nan, 63.0], flag=["ok", "suppressed", "ok"]
    )
    ax = figures.plot_total(hidden, language="en")
    assert words.term("suppressed", "en") in texts(ax)
    assert any(patch.get_hatch() for patch in ax.patches)
    assert not any(line.get_ydata()[0] == 1 for line in ax.lines if len(line.get_ydata()))


def comparison():
    table = pd.DataFrame(
        {
            "rule": ["bg_nbd", "mbg_nbd", "recency_rule"], "value": [95.0, 80.0, 70.0], "lo": [85.0, 72.0, np.nan],
            "hi": [105.0, 88.0, np.nan], "actual": 100.0, "bias": [-0.05, -0.2, -0.3], "mae": 1.0, "spearman": 0.5,
            "coverage": [0.95, 0.9, np.nan], "total_inside": ["inside_interval", "outside_interval", "no_interval"],
            "rank": [1, 2, 3], "n": 80, "method": "predictive", "flag": "ok",
        }
    )  # fmt: skip
    return lifetime.Comparison(
        table=table, best="bg_nbd", family="bg_nbd", predicted=95.0, actual=100.0, error=-0.05, covered=True,
        customers=pd.DataFrame(),
    )  # fmt: skip


def test_comparison_marks_hits_misses_and_rules_without_interval():
    ax = figures.plot_comparison(comparison(), language="en")
    assert ticks(ax) == ["BG/NBD", "MBG/NBD", "recency rule"]
    assert "actual 100" in texts(ax)
    markers = [line for line in ax.lines if len(line.get_xdata()) == 1]
    assert [m.get_color() for m in markers] == [style.CATEGORICAL[0], style.CATEGORICAL[1], style.TOKENS["mute"]]
    assert [m.get_marker() for m in markers] == ["o", "s", "s"]
    assert markers[2].get_markerfacecolor() == style.TOKENS["page"]
    assert list(ax.lines[0].get_xdata()) == [100.0, 100.0]
    # everything drawn lies within, and the rules fill the axis
    low, high = ax.get_xlim()
    assert 60.0 < low < 70.0
    assert 105.0 < high < 120.0


def test_calibration_fills_the_square_only_where_the_forecast_misses():
    table = pd.DataFrame(
        {"frequency": ["0", "1", "2"], "value": [0.2, 1.0, np.nan], "lo": [0.1, 0.8, np.nan],
         "hi": [0.3, 1.2, np.nan], "predicted": [0.25, 2.0, np.nan], "n": [50, 40, np.nan],
         "method": "t_interval", "flag": ["ok", "ok", "suppressed"]}
    )  # fmt: skip
    ax = figures.plot_calibration(lifetime.Calibration(table=table), language="zh")
    squares = [line for line in ax.lines if line.get_marker() == "s" and len(line.get_xdata()) == 1]
    assert [s.get_markerfacecolor() for s in squares] == ["none", style.CATEGORICAL[1]]
    assert ax.get_ylim()[0] == 0
    assert "—" in texts(ax)


def test_value_bars_start_at_zero_and_carry_their_share():
    table = pd.DataFrame(
        {"decile": [1, 2], "value": [900.0, 100.0], "lo": [700.0, 60.0], "hi": [1100.0, 150.0], "n": [10, 10],
         "share": [0.9, 0.1], "method": "predictive", "flag": "ok"}
    )  # fmt: skip
    ax = figures.plot_value(lifetime.ValueDeciles(table=table), language="en")
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(0, 900.0), (0, 100.0)]
    assert texts(ax) == ["90%", "10%"]
    hidden = table.assign(value=[900.0, np.nan], lo=np.nan, hi=np.nan, share=np.nan, flag=["ok", "suppressed"])
    assert words.term("suppressed", "en") in texts(
        figures.plot_value(lifetime.ValueDeciles(table=hidden), language="en")
    )
