import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.figures import loyalty as figures
from analysis.figures import style
from analysis.methods import loyalty


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def rates(**changes):
    table = pd.DataFrame(
        {"group": ["East", "all"], "value": [0.8, 0.75], "lo": [0.7, 0.7], "hi": [0.9, 0.8], "n": [40, 100],
         "method": "wilson", "flag": "ok"}
    )  # fmt: skip
    return table.assign(**changes)


def test_repeat_rate_draws_every_group_and_all():
    ax = figures.plot_repeat_rate(loyalty.RepeatRate(table=rates()), language="zh")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["East", "全部"]
    assert [t.get_text() for t in ax.texts] == ["80%", "75%"]


def test_a_hidden_group_is_hatched():
    hidden = rates(value=[np.nan, 0.75], lo=[np.nan, 0.7], hi=[np.nan, 0.8], flag=["suppressed", "ok"])
    ax = figures.plot_repeat_rate(loyalty.RepeatRate(table=hidden), language="en")
    assert words.term("suppressed", "en") in [t.get_text() for t in ax.texts]
    assert any(patch.get_hatch() for patch in ax.patches)


def test_retention_has_three_marks_per_group_and_room_beyond_all_of_it():
    table = pd.DataFrame(
        {"group": ["all"] * 3, "metric": ["customers_kept", "grr", "nrr"], "value": [0.7, 0.6, 1.3],
         "lo": [0.6, 0.5, 1.1], "hi": [0.8, 0.7, 1.6], "n": 50, "method": "bootstrap", "flag": "ok"}
    )  # fmt: skip
    ax = figures.plot_retention(loyalty.Retention(table=table), language="en")
    markers = [line for line in ax.lines if len(line.get_xdata()) == 1]
    assert [m.get_marker() for m in markers] == ["o", "s", "^"]
    assert [m.get_color() for m in markers] == list(style.CATEGORICAL[:3])
    assert ax.get_xlim()[1] > 1.6
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert labels == [words.term(m, "en") for m in ("customers_kept", "grr", "nrr")]
    empty = loyalty.Retention(table=table.assign(value=np.nan, lo=np.nan, hi=np.nan, flag="missing_input"))
    assert words.term("missing_input", "en") in [
        t.get_text() for t in figures.plot_retention(empty, language="en").texts
    ]
