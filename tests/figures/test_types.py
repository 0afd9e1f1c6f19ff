import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core.disclosure import control
from analysis.core.words import LANGUAGES
from analysis.figures import style
from analysis.figures import types as figures
from analysis.methods import types

COUNTS = {"active": 40, "dormant": 20, "lapsed": 8, "potential": 3}


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def classified():
    day = pd.Timestamp("2025-06-30")
    silent = {"active": 5, "dormant": 100, "lapsed": 500, "potential": 0}
    rows = [(name, silent[name]) for name, n in COUNTS.items() for _ in range(n)]
    bought = np.array([name != "potential" for name, _days in rows])
    last = pd.Series([day - pd.Timedelta(days=days) for _name, days in rows]).where(bought)
    frame = pd.DataFrame({
        "first_date": pd.Series(pd.Timestamp("2022-09-01"), range(len(rows))).where(bought),
        "last_date": last,
        "n_dates": np.where(bought, 20, 0),
        "median_gap": np.where(bought, 30.0, np.nan),
        "reactivated_on": pd.NaT,
    }).set_axis([f"H{i:03d}" for i in range(len(rows))])  # fmt: skip
    return types.classify(frame, as_of=day, data_start="2022-07-01")


def crossed():
    kinds = classified()
    tier = pd.Series(np.where(np.arange(len(kinds.customers)) % 2 == 0, "A", "zero"), kinds.customers.index)
    return types.cross(kinds, tier)


def said(ax):
    return " ".join(text.get_text() for text in ax.findobj(plt.Text) if text.get_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_dots_and_lines_are_the_table(language):
    found = classified()
    ax = figures.plot_types(found, language=language)
    lines = ax.lines[::2]
    # nobody's start is unknown: that remainder stays in the table and out of the plot
    drawn = found.table[found.table["type"] != "existing_unknown"]
    assert len(drawn) == len(found.table) - 1
    assert [line.get_xdata().tolist() for line in lines] == drawn[["lo", "hi"]].to_numpy().tolist()
    assert [dot.get_xdata()[0] for dot in ax.lines[1::2]] == drawn["value"].tolist()
    text = said(ax)
    assert ("沉睡客户" if language == "zh" else "dormant") in text
    assert "H0" not in text


def test_a_small_sample_is_grey_and_dashed():
    day = pd.Timestamp("2025-06-30")
    frame = pd.DataFrame({
        "first_date": [day], "last_date": [day], "n_dates": [1], "median_gap": [np.nan], "reactivated_on": [pd.NaT]
    }, index=["H1"])  # fmt: skip
    ax = figures.plot_types(types.classify(frame, as_of=day, data_start="2022-07-01"), language="zh")
    assert {line.get_color() for line in ax.lines} == {style.TOKENS["mute"]}
    assert ax.lines[0].get_linestyle() == "--"


def test_hidden_types_have_no_dot_and_no_number():
    safe = control(classified(), 5).result
    ax = figures.plot_types(safe, language="zh")
    hidden = int((safe.table["flag"] == "suppressed").sum())
    # the three prospects, and one more row so that they cannot be worked out
    assert hidden == 2
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == hidden
    empty_rest = int(((safe.table["type"] == "existing_unknown") & (safe.table["n"] == 0)).sum())
    assert empty_rest == 1
    assert len(ax.lines) == 2 * (len(safe.table) - hidden - empty_rest)


@pytest.mark.parametrize("language", LANGUAGES)
def test_cells_say_number_and_share_and_darken_with_the_share(language):
    found = crossed()
    ax = figures.plot_type_by_tier(found, language=language)
    table = found.table
    assert len(ax.patches) == len(table)
    shade = [
        style.SEQUENTIAL.index(plt.matplotlib.colors.to_hex(patch.get_facecolor()).upper()) for patch in ax.patches
    ]
    order = np.argsort(table["value"].to_numpy(), kind="stable")
    assert (np.diff(np.array(shade)[order]) >= 0).all()
    row = table[(table["type"] == "active") & (table["tier"] == "A")].iloc[0]
    assert f"{row['n']}家\n" in said(ax) if language == "zh" else f"{row['n']}\n" in said(ax)


def test_hidden_cells_are_hatched_and_empty():
    safe = control(crossed(), 11).result
    ax = figures.plot_type_by_tier(safe, language="zh")
    hidden = int((safe.table["flag"] == "suppressed").sum())
    assert hidden > 0
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == hidden
    assert len(ax.texts) == len(safe.table) - hidden
