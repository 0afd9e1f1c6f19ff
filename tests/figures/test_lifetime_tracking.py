import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.figures import lifetime as figures
from analysis.figures import style
from analysis.methods import lifetime


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def tracked(**changes):
    table = pd.DataFrame(
        {
            "period": [1, 2, 3, 4], "until": pd.date_range("2025-01-07", periods=4, freq="7D"),
            "part": ["calibration", "calibration", "held_out", "held_out"], "value": [2.0, 5.0, 9.0, 12.0],
            "lo": [0.0, 2.0, 5.0, 7.0], "hi": [5.0, 9.0, 14.0, 18.0], "actual": [1.0, 6.0, 8.0, 13.0],
            "value_step": [2.0, 3.0, 4.0, 3.0], "actual_step": [1.0, 5.0, 2.0, 5.0], "n": 60, "method": "predictive",
            "flag": "ok",
        }
    )  # fmt: skip
    return lifetime.Tracking(table=table.assign(**changes), error=-1 / 13)


def grid(**changes):
    table = pd.DataFrame(
        {
            "frequency": ["0", "0", "12+"], "silence": ["silent_1", "silent_longer", "silent_1"],
            "value": [0.9, 0.1, 0.95], "lo": [0.8, 0.05, 0.9], "hi": [0.95, 0.2, 0.97], "expected": [1.0, 0.1, 8.0],
            "n": [80, 12, 40], "method": "parameter_interval", "flag": ["ok", "low_n", "ok"],
        }
    )  # fmt: skip
    return lifetime.Matrix(table=table.assign(**changes))


def texts(ax):
    return [t.get_text() for t in ax.texts]


def test_tracking_draws_both_lines_the_band_and_the_split():
    ax = figures.plot_tracking(tracked(), language="en")
    actual, model, split = ax.lines
    assert list(actual.get_ydata()) == [1, 6, 8, 13]
    assert list(model.get_ydata()) == [2, 5, 9, 12]
    # the split stands between the last calibration period and the first held-out one
    assert list(split.get_xdata()) == [1.5, 1.5]
    assert texts(ax) == ["split"]
    assert len(ax.collections) == 1
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["actual", "model"]


def test_tracking_writes_thousands():
    ax = figures.plot_tracking(tracked(hi=[5e3, 9e3, 1.4e4, 1.8e4]), language="en")
    ax.figure.canvas.draw()
    assert "10,000" in [t.get_text() for t in ax.get_yticklabels()]


def test_tracking_without_held_out_time_has_no_split():
    ax = figures.plot_tracking(tracked(part="calibration"), language="zh")
    assert len(ax.lines) == 2
    assert texts(ax) == []


def test_steps_are_those_of_each_period():
    ax = figures.plot_tracking_steps(tracked(), language="zh")
    assert list(ax.lines[0].get_ydata()) == [1, 5, 2, 5]
    assert list(ax.lines[1].get_ydata()) == [2, 3, 4, 3]
    assert ax.get_title(loc="left") == "每期复购次数"


def test_hidden_periods_leave_a_gap_and_no_error():
    ax = figures.plot_tracking(tracked(value=np.nan, lo=np.nan, hi=np.nan, actual=np.nan), language="en")
    assert ax.get_ylim()[0] == 0


def test_matrix_writes_each_cell_and_brackets_small_ones():
    ax = figures.plot_matrix(grid(), language="en")
    assert texts(ax) == ["90%", "(10%)", "95%"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["≤1", ">12"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["0", "12+"]
    # a probability is coloured on the whole scale from 0 to 1
    faces = [patch.get_facecolor() for patch in ax.patches]
    assert faces[0] == faces[2]
    assert plt.matplotlib.colors.to_hex(faces[1]).upper() == style.SEQUENTIAL[0]


def test_matrix_of_orders_is_coloured_up_to_the_largest():
    ax = figures.plot_matrix_orders(grid(), language="zh")
    assert texts(ax) == ["1.00", "（0.10）", "8.00"]
    shades = [plt.matplotlib.colors.to_hex(patch.get_facecolor()).upper() for patch in ax.patches]
    assert shades == [style.SEQUENTIAL[0], style.SEQUENTIAL[0], style.SEQUENTIAL[4]]


def test_a_hidden_cell_is_hatched():
    hidden = grid(value=[0.9, np.nan, 0.95], flag=["ok", "suppressed", "ok"])
    ax = figures.plot_matrix(hidden, language="en")
    assert texts(ax) == ["90%", "95%"]
    assert [patch.get_hatch() for patch in ax.patches] == [None, "////", None]
