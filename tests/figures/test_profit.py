import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.figures import profit as figures
from analysis.methods import profit


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def whale(values, **changes):
    share = np.array([0.25, 0.5, 0.75, 1.0])
    table = pd.DataFrame(
        {
            "share_customers": share,
            "value": values,
            "lo": values,
            "hi": values,
            "n": [1, 2, 3, 4],
            "profit": [6e4, 11e4, 12e4, 10e4],
            "method": "bootstrap",
            "flag": "ok",
        }
    ).assign(**changes)
    peak = {"value": 1.2, "share_customers": 0.75, "n": 3.0}
    return profit.Whale(table=table, peak=peak, losing={})


def test_whale_marks_its_peak_and_the_whole():
    ax = figures.plot_whale(whale([0.6, 1.1, 1.2, 1.0]), language="zh")
    assert [t.get_text() for t in ax.texts] == ["前75%客户达120%"]
    curve = next(line for line in ax.lines if len(line.get_xdata()) == 5)
    assert curve.get_ydata().tolist() == [0.0, 0.6, 1.1, 1.2, 1.0]
    assert any(list(line.get_ydata()) == [1.0, 1.0] for line in ax.lines)


def test_whale_without_a_total_is_drawn_in_money():
    ax = figures.plot_whale(whale([np.nan] * 4, flag="not_identified"), language="en")
    assert ax.get_title(loc="left") == words.text("figures.profit_whale_profit", "en")
    ax.figure.canvas.draw()
    assert any(label.get_text().endswith(" k") for label in ax.get_yticklabels())


def test_statement_bars_run_down_to_contribution():
    lines = ["net_sales", "cost_of_goods", "rebates", "contribution"]
    table = pd.DataFrame(
        {
            "group": "all",
            "line": lines,
            "value": [100.0, -60.0, -50.0, -10.0],
            "share": [1.0, -0.6, -0.5, -0.1],
            "flag": "ok",
        }
    )
    ax = figures.plot_statement(profit.Statement(table=table, customers=table), language="en")
    assert [(p.get_x(), p.get_width()) for p in ax.patches] == [
        (0.0, 100.0),
        (100.0, -60.0),
        (40.0, -50.0),
        (0.0, -10.0),
    ]
    assert ax.get_xlim()[0] < -10
    hidden = table.assign(value=np.nan, flag="missing_input")
    told = [
        t.get_text()
        for t in figures.plot_statement(profit.Statement(table=hidden, customers=hidden), language="en").texts
    ]
    assert told == [words.term("missing_input", "en")] * 4


def test_tiers_that_nobody_is_in_are_not_drawn_and_hidden_ones_are_hatched():
    table = pd.DataFrame(
        {
            "tier": ["A", "B", "C", "loss_making"],
            "value": [0.9, np.nan, 1.0, np.nan],
            "lo": [0.8, np.nan, 0.9, np.nan],
            "hi": [0.95, np.nan, 1.0, np.nan],
            "n": [40, np.nan, 20, 0],
            "flag": ["ok", "suppressed", "low_n", "missing_input"],
        }
    )
    ax = figures.plot_profit_tiers(profit.ProfitTiers(table=table, customers=table), language="zh")
    assert [t.get_text() for t in ax.get_yticklabels()] == [words.term(t, "zh") for t in ("A", "B", "C")]
    assert [t.get_text() for t in ax.texts] == ["90%（40家）", words.term("suppressed", "zh"), "100%（20家）"]
    assert sum(bool(p.get_hatch()) for p in ax.patches) == 1
