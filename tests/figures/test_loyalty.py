import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.result import Note
from analysis.figures import loyalty as figures
from analysis.figures import style
from analysis.methods import loyalty


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def rates(**changes):
    table = pd.DataFrame(
        {
            "group": ["East", "all"],
            "value": [0.8, 0.75],
            "lo": [0.7, 0.7],
            "hi": [0.9, 0.8],
            "n": [40, 100],
            "method": "wilson",
            "flag": "ok",
        }
    )
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
        {
            "group": ["all"] * 3,
            "metric": ["customers_kept", "grr", "nrr"],
            "value": [0.7, 0.6, 1.3],
            "lo": [0.6, 0.5, 1.1],
            "hi": [0.8, 0.7, 1.6],
            "n": 50,
            "method": "bootstrap",
            "flag": "ok",
        }
    )
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


def survival(**changes):
    months = np.arange(0.0, 25.0)
    curve = pd.concat(
        [
            pd.DataFrame(
                {
                    "group": g,
                    "month": months,
                    "value": 1 - drop * months,
                    "lo": 1 - drop * months - 0.05,
                    "hi": 1 - drop * months + 0.05,
                    "at_risk": 40 - months.astype(int),
                    "n": 40,
                    "flag": "ok",
                }
            )
            for g, drop in (("East", 0.01), ("West", 0.011), ("all", 0.0105))
        ],
        ignore_index=True,
    ).assign(**changes)
    return loyalty.Survival(table=rates(), curve=curve, statistic=1.0, p_value=0.3)


def test_survival_draws_a_curve_per_group_with_counts_below():
    ax = figures.plot_survival(survival(), language="en")
    told = [t.get_text() for t in ax.texts]
    assert "East 76%" in told
    assert "West 74%" in told
    # at months 0, 6, 12, 18, 24 for both groups
    assert [told.count(str(40 - m)) for m in (0, 6, 12, 18, 24)] == [2] * 5
    ends = [t.xyann if hasattr(t, "xyann") else t for t in ax.texts if "%" in t.get_text()]
    heights = sorted(t.xy[1] for t in ax.texts if "%" in t.get_text())
    assert len(ends) == 2
    # .02 apart would touch
    assert heights[1] - heights[0] > 0.08


def test_survival_labels_say_what_the_table_says():
    table = pd.DataFrame(
        {"group": ["East", "West", "all"], "metric": "still_customer", "value": [0.88, 0.85, 0.86], "n": 40}
    )
    told = Note("survival_alike", {"at": 12, "value": 0.86, "lo": 0.8, "hi": 0.9})
    result = loyalty.Survival(table=table, curve=survival().curve, statistic=1.0, p_value=0.3, finding=told)
    ax = figures.plot_survival(result, language="en")
    assert {"East 88%", "West 85%"} <= {t.get_text() for t in ax.texts}
    # the month of the finding is a vertical line
    assert [12.0, 12.0] in [list(line.get_xdata()) for line in ax.lines]


def test_survival_with_a_hidden_group_draws_the_other():
    result = survival()
    hidden = result.curve.assign(
        **{c: result.curve[c].where(result.curve["group"] != "East") for c in ("value", "lo", "hi", "at_risk")}
    )
    ax = figures.plot_survival(loyalty.Survival(table=rates(), curve=hidden, statistic=1.0, p_value=0.3), language="zh")
    assert [t.get_text() for t in ax.texts if "%" in t.get_text()] == ["West 74%"]


def test_cohorts_print_each_cell_and_hatch_the_hidden():
    table = pd.DataFrame(
        {
            "cohort": ["2024Q1", "2024Q1", "2024Q2", "all"],
            "quarters_since": [1, 2, 1, 1],
            "value": [0.9, 0.4, np.nan, 0.8],
            "n": [50, 50, np.nan, 70],
            "flag": ["ok", "ok", "suppressed", "ok"],
        }
    )
    ax = figures.plot_cohorts(loyalty.Cohorts(table=table, n=40), language="zh")
    assert [t.get_text() for t in ax.texts] == ["90", "40", "80"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["2024Q1  n = 50", "2024Q2", "全部  n = 70"]
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == 1
    # darker is more
    shades = [patch.get_facecolor()[:3] for patch in ax.patches if not patch.get_hatch()]
    assert sum(shades[0]) < sum(shades[1])


def test_loyalty_matrix_has_four_fields_in_their_places():
    table = pd.DataFrame(
        {
            "loyalty": ["true_loyalty", "latent_loyalty", "inertial_loyalty", "no_loyalty"],
            "value": [0.5, 0.2, np.nan, 0.1],
            "lo": 0.05,
            "hi": 0.6,
            "n": [50, 20, np.nan, 10],
            "share_value": 0.25,
            "method": "wilson",
            "flag": ["ok", "ok", "suppressed", "ok"],
        }
    )
    ax = figures.plot_loyalty_matrix(loyalty.LoyaltyMatrix(table=table, customers=table, cuts={}), language="zh")
    spots = {t.get_text(): t.get_position() for t in ax.texts}
    assert spots["真忠诚"][0] > 1 > spots["潜在忠诚"][0]
    assert spots["真忠诚"][1] > 1 > spots["不忠诚"][1]
    assert any("已隐去" in text for text in spots)
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == 1


def test_share_of_wallet_marks_each_target():
    table = rates().assign(target=[0.92, 0.85], own=1.0, category=2.0, headroom=0.5)
    ax = figures.plot_share_of_wallet(loyalty.ShareOfWallet(table=table, customers=table, prior=table), language="en")
    targets = [
        line.get_xdata()[0]
        for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_xdata()[0] == line.get_xdata()[1]
    ]
    assert targets == [0.92, 0.85]
    # the number stands right of interval and target
    assert [t.xy[0] for t in ax.texts if "%" in t.get_text()] == [0.92, 0.85]
