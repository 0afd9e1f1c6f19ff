import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.figures import behaviour as figures
from analysis.figures import style
from analysis.methods import behaviour


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def medians(**changes):
    return pd.DataFrame({"group": ["clinic", "all"], "value": [9.0, 14.5], "lo": [8.0, 13.0], "hi": [11.0, 16.0],
                         "q25": [6.0, 12.0], "q75": [15.0, 30.0], "n": [40, 90], "orders": [400, 900],
                         "method": "order_statistics", "flag": "ok"}).assign(**changes)  # fmt: skip


def test_medians_stand_beside_the_middle_half():
    ax = figures.plot_frequency(behaviour.Frequency(table=medians()), language="zh")
    assert [(t.get_text(), t.xy[0]) for t in ax.texts if t.get_text()] == [("9.0", 15.0), ("14.5", 30.0)]
    assert [(p.get_x(), p.get_width()) for p in ax.patches] == [(6.0, 9.0), (12.0, 18.0)]
    money = figures.plot_order_size(behaviour.OrderSize(table=medians()), language="en")
    assert [t.get_text() for t in money.texts if t.get_text()] == ["9", "14"]


def test_a_hidden_group_is_hatched():
    hidden = medians(flag=["suppressed", "ok"])
    hidden.loc[0, ["value", "lo", "hi", "q25", "q75"]] = np.nan
    ax = figures.plot_gaps(behaviour.Gaps(table=hidden), language="en")
    assert any(patch.get_hatch() for patch in ax.patches)
    assert words.term("suppressed", "en") in [t.get_text() for t in ax.texts]


def test_channels_show_the_shift_and_grey_where_none_is_shown():
    table = pd.DataFrame({"channel": ["distributor", "e-com"], "share_before": [0.8, 0.2], "share_after": [0.7, 0.3],
                          "value": [-0.1, 0.1], "lo": [-0.2, 0.05], "hi": [0.01, 0.15], "n": 40, "method": "bootstrap",
                          "flag": "ok"})  # fmt: skip
    ax = figures.plot_channels(behaviour.ChannelMix(table=table, statistic=1.0, p_value=0.1, n=40), language="en")
    assert [t.get_text() for t in ax.texts] == ["−10.0 points", "+10.0 points"]
    paths = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert [line.get_color() for line in paths] == [style.TOKENS["mute"], style.CATEGORICAL[0]]
    unknown = table.assign(value=np.nan, flag="missing_input").iloc[:1]
    ax = figures.plot_channels(behaviour.ChannelMix(table=unknown, statistic=1.0, p_value=0.1, n=40), language="en")
    assert words.term("missing_input", "en") in [t.get_text() for t in ax.texts]
