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


def regions(**changes):
    table = pd.DataFrame(
        {
            "region": ["East", "West", "North"], "value": [8.0, 5.0, 6.5], "lo": [7.0, 3.0, 5.0], "hi": [9.0, 8.0, 8.0],
            "unpooled": [8.2, 2.0, 40.0], "unpooled_lo": [7.0, 1.0, 9.0], "unpooled_hi": [9.5, 4.0, 99.0],
            "pooled": 6.0, "own_weight": [0.9, 0.3, 0.2], "n": [400, 8, 12], "repeaters": [300, 4, 8],
            "method": "empirical_bayes", "flag": ["ok", "low_n", "low_n"],
        }
    )  # fmt: skip
    for column, values in changes.items():
        table[column] = values
    empty = pd.DataFrame()
    return lifetime.RegionFits(
        table=table, national=empty, parameters=empty, spread=empty, covariances=empty, family="bg_nbd"
    )


def own_marks(ax):
    """Position and shape of what each region alone gives."""
    grey = [line for line in ax.lines if line.get_color() == style.TOKENS["mute"] and line.get_marker() != "None"]
    return [(float(line.get_xdata()[0]), line.get_marker()) for line in grey if len(line.get_xdata())]


def test_regions_show_the_three_estimates():
    ax = figures.plot_regions(regions(), language="en")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["East", "West", "North"]
    assert texts(ax)[1:] == ["8.00", "5.00", "6.50"]
    assert texts(ax)[0] == words.text("figures.lifetime_regions_national", "en", value=6.0)
    # the national value is a vertical line
    assert [6.0, 6.0] in [list(line.get_xdata()) for line in ax.lines]
    # far beyond the axis an arrow stands at its end: 1.26 times the largest number drawn, 9
    assert own_marks(ax) == [(8.2, "s"), (2.0, "s"), (pytest.approx(1.26 * 9.0), ">")]
    assert ax.get_xlim() == (0.0, pytest.approx(1.28 * 9.0))


def test_small_regions_are_hollow():
    ax = figures.plot_regions(regions(), language="zh")
    blue = [line for line in ax.lines if line.get_marker() == "o" and len(line.get_xdata()) == 1]
    assert [line.get_markerfacecolor() for line in blue] == [style.CATEGORICAL[0], *[style.TOKENS["page"]] * 2]


def test_a_hidden_region_has_no_marks_and_says_so():
    hidden = regions(flag=["ok", "suppressed", "low_n"])
    for column in ("value", "lo", "hi", "unpooled", "unpooled_lo", "unpooled_hi", "own_weight"):
        hidden.table.loc[1, column] = np.nan
    ax = figures.plot_regions(hidden, language="en")
    assert [x for x, _ in own_marks(ax)] == [8.2, pytest.approx(1.26 * 9.0)]
    assert words.term("suppressed", "en") in texts(ax)
    assert any(patch.get_hatch() for patch in ax.patches)


def test_without_any_number_the_figure_still_draws():
    empty = regions(**dict.fromkeys(["value", "lo", "hi", "unpooled", "pooled"], np.nan), flag="not_identified")
    ax = figures.plot_regions(empty, language="zh")
    assert texts(ax) == [words.term("not_identified", "zh")] * 3


def test_retention_shows_observed_and_projected():
    fit = lifetime.fit_retention(pd.Series([100.0, 80, 70, 64]))
    curve = lifetime.retention_curve(fit, periods=6, discount_rate=0.1)
    ax = figures.plot_retention_curve(curve, language="en")
    line, dots = ax.lines
    assert list(line.get_ydata()) == curve.table["value"].tolist()
    # dots end with the data
    assert list(dots.get_xdata()) == [0.0, 1.0, 2.0, 3.0]
    assert list(dots.get_ydata()) == pytest.approx([1.0, 0.8, 0.7, 0.64])
    assert ax.get_ylim()[0] == 0
    assert len(texts(ax)) == 1


def test_retention_with_hidden_rows_draws_the_others():
    fit = lifetime.fit_retention(pd.Series([100.0, 80, 70, 64]))
    curve = lifetime.retention_curve(fit, periods=3, discount_rate=0.1)
    curve.table.loc[2:, ["value", "lo", "hi", "actual"]] = np.nan
    ax = figures.plot_retention_curve(curve, language="zh")
    assert list(ax.lines[1].get_xdata()) == [0.0, 1.0]
    assert ax.texts[0].xy[0] == 1
