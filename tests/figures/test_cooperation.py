import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from analysis.core.disclosure import control
from analysis.core.words import LANGUAGES
from analysis.figures import cooperation as figures
from analysis.figures import style
from analysis.methods import cooperation

NAMES = ["behav", "stable", "breadth", "joint", "needs", "attitude", "access"]


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def inputs(n=120):
    ids = pd.Index([f"H{i:03d}" for i in range(n)], name="customer_id")
    values = pd.DataFrame(np.random.default_rng(0).random((n, 7)), ids, NAMES)
    values.iloc[:12, 3:] = np.nan
    return values, pd.DataFrame({"customer_type": "hospital", "stratum": "三级甲等"}, ids)


def scored(n=120):
    values, accounts = inputs(n)
    return cooperation.score(
        values, accounts=accounts, normalisers=cooperation.learn(values, accounts["stratum"])
    )  # fmt: skip


def said(ax):
    return " ".join(text.get_text() for text in ax.findobj(plt.Text) if text.get_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_levels_are_the_table_and_name_nobody(language):
    found = scored()
    ax = figures.plot_cooperation(found, language=language)
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == found.table["value"].tolist()
    text = said(ax)
    assert ("合作度1级" if language == "zh" else "level 1") in text
    assert ("待评估" if language == "zh" else "to be assessed") in text
    assert "H0" not in text


def test_a_small_sample_of_levels_is_grey_and_dashed():
    ax = figures.plot_cooperation(scored(25), language="zh")
    lines = [line for line in ax.lines if line.get_marker() != "o"]
    assert {line.get_color() for line in lines} == {style.TOKENS["mute"]}
    assert {line.get_linestyle() for line in lines} == {"--"}


def test_hidden_levels_have_no_dot():
    values, accounts = inputs(60)
    values.iloc[3:12] = values.iloc[20:29].to_numpy()
    found = cooperation.score(values, accounts=accounts, normalisers=cooperation.learn(values, accounts["stratum"]))
    safe = control(found, 5).result
    # three to be assessed, and one more level so that they cannot be worked out
    assert (safe.table["flag"] == "suppressed").sum() == 2
    ax = figures.plot_cooperation(safe, language="zh")
    assert sum(line.get_marker() == "o" for line in ax.lines) == 2
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_bars_of_pillars_stand_on_each_other(language):
    found = cooperation.waterfall(scored(), level=1)
    ax = figures.plot_pillars(found, language=language)
    table = found.table.set_index("part")["value"]
    *parts, last = ax.patches
    base = 0.0
    for bar, value in zip(parts, table.iloc[1:-1], strict=True):
        assert bar.get_x() == pytest.approx(base, abs=1e-9) or bar.get_x() + bar.get_width() == pytest.approx(base)
        assert bar.get_width() == pytest.approx(value)
        base += value
    assert last.get_width() == pytest.approx(table["reached"] - table["average"])
    assert ("行为" if language == "zh" else "behaviour") in said(ax)


def test_colour_of_a_pillar_is_its_direction():
    found = cooperation.waterfall(scored(), customer="H050")
    ax = figures.plot_pillars(found, language="zh")
    values = found.table["value"].tolist()[1:-1]
    colours = [to_hex(bar.get_facecolor()).upper() for bar in ax.patches[:-1]]
    want = [style.TOKENS["mute"] if abs(v) < 1e-9 else style.CATEGORICAL[0 if v > 0 else 1] for v in values]
    assert colours == want
    assert {style.CATEGORICAL[0], style.CATEGORICAL[1]} & set(colours)


@pytest.mark.parametrize("language", LANGUAGES)
def test_willingness_is_drawn_by_group_and_a_group_without_answers_says_so(language):
    level = pd.Series([0.2, 0.4, 0.9] * 20 + [np.nan] * 3, [f"H{i:03d}" for i in range(63)])
    answers = pd.DataFrame({"willingness": level, "lo": level, "hi": level, "n": 3})
    by = pd.Series(["level_1"] * 40 + ["level_2"] * 20 + ["level_0"] * 3, level.index)
    found = cooperation.willingness(answers, by=by)
    ax = figures.plot_willingness(found, language=language)
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == found.table["value"].dropna().tolist()
    assert ("缺少所需数据" if language == "zh" else "missing input") in said(ax)


@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_of_level_are_the_table(language):
    values, accounts = inputs()
    found = cooperation.sensitivity(
        values, accounts=accounts, normalisers=cooperation.learn(values, accounts["stratum"])
    )  # fmt: skip
    ax = figures.plot_sensitivity(found, language=language)
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == found.table["value"].tolist()
    assert ("几何平均" if language == "zh" else "geometric mean") in said(ax)
