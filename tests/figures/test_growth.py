import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.figures import growth as figures
from analysis.figures import style
from analysis.methods import growth


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def changes():
    return pd.DataFrame(
        {"group": ["East", "West", "North", "all"], "value": [0.1, -0.02, np.nan, 0.05],
         "lo": [0.04, -0.1, np.nan, np.nan], "hi": [0.16, 0.05, np.nan, np.nan], "n": [60, 50, np.nan, 4],
         "before": 1.0, "after": 1.0, "method": "bootstrap", "flag": ["ok", "ok", "suppressed", "low_n"]}
    )  # fmt: skip


def test_change_is_filled_only_where_zero_is_excluded():
    ax = figures.plot_change(growth.Change(table=changes()), language="en")
    markers = [line for line in ax.lines if len(line.get_xdata()) == 1 and line.get_marker() == "o"]
    assert [m.get_markerfacecolor() for m in markers] == [
        style.CATEGORICAL[0],
        style.TOKENS["page"],
        style.TOKENS["page"],
    ]
    told = [t.get_text() for t in ax.texts]
    assert told[:2] == ["+10.0%", "\u22122.0%"]
    assert words.term("suppressed", "en") in told
    assert any(patch.get_hatch() for patch in ax.patches)
    low, high = ax.get_xlim()
    assert low < -0.1
    assert high > 0.16


def test_nothing_known_is_drawn_as_words():
    table = changes().assign(value=np.nan, lo=np.nan, hi=np.nan, flag="missing_input")
    ax = figures.plot_change(growth.Change(table=table), language="zh")
    assert [t.get_text() for t in ax.texts] == ["缺少所需数据"] * 4


def test_monthly_breaks_at_missing_months_and_does_not_draw_zero():
    table = pd.DataFrame(
        {"month": pd.date_range("2025-01-01", periods=4, freq="MS"), "value": [10.0, np.nan, 30.0, 40.0], "lo": np.nan,
         "hi": np.nan, "n": [1, 0, 1, 1], "method": "recorded", "flag": ["ok", "missing_input", "ok", "ok"]}
    )  # fmt: skip
    ax = figures.plot_monthly(growth.Monthly(table=table), language="en")
    drawn = ax.lines[0].get_ydata()
    assert np.isnan(drawn[1])
    assert [t.get_text() for t in ax.texts] == ["not reported"]
    assert len(ax.patches) == 1
    assert ax.get_ylim()[0] == 0
    whole = table.assign(value=[10.0, 20.0, 30.0, 40.0])
    assert figures.plot_monthly(growth.Monthly(table=whole), language="en").texts[:] == []


@pytest.mark.parametrize("months", range(1, 150))
def test_every_span_of_months_has_a_few_labels(months: int) -> None:
    # matplotlib's automatic locator warns on some of these, and a warning breaks a page
    ax = style.new_axes()
    first = pd.Timestamp("2022-07-01")
    style.month_axis(ax, first, first + pd.DateOffset(months=months - 1))
    ax.figure.canvas.draw()
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert 1 <= len(labels) <= 6
    plt.close(ax.figure)


def parts(**changes):
    return pd.DataFrame({
        "part": ["before", "lost_accounts", "price", "new_accounts", "after"],
        "value": [100e4, -20e4, -10e4, 50e4, 120e4],
        "lo": [np.nan, -30e4, -15e4, 40e4, np.nan], "hi": [np.nan, -10e4, 5e4, 60e4, np.nan], "n": 40, "share": 0.1,
        "method": "bootstrap", "flag": "ok",
    }).assign(**changes)  # fmt: skip


def test_waterfall_bars_stand_on_each_other_and_end_at_the_change():
    ax = figures.plot_waterfall(growth.Decomposition(table=parts(), n=40), language="zh")
    bars = [(p.get_x(), p.get_width()) for p in ax.patches]
    assert bars == [(0.0, -20e4), (-20e4, -10e4), (-30e4, 50e4), (0.0, 20e4)]
    assert [t.get_text() for t in ax.texts] == ["−20万", "−10万", "+50万", "+20万"]
    # the interval of the second includes zero: hollow
    assert ax.patches[1].get_facecolor()[:3] == (1.0, 1.0, 1.0)
    assert ax.patches[0].get_facecolor()[:3] != (1.0, 1.0, 1.0)
    assert "前一期100万" in ax.get_title(loc="left")


def test_waterfall_with_a_hidden_part_lets_nobody_work_it_out():
    hidden = parts(flag=["ok", "suppressed", "ok", "suppressed", "ok"])
    hidden.loc[[1, 3], ["value", "lo", "hi"]] = np.nan
    ax = figures.plot_waterfall(growth.Decomposition(table=hidden, n=40), language="en")
    # what is left does not float on the end of a hidden bar
    assert [p.get_x() for p in ax.patches if not p.get_hatch()] == [0.0, 0.0]
    assert [t.get_text() for t in ax.texts].count(words.term("suppressed", "en")) == 2
