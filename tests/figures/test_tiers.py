import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core.disclosure import control
from analysis.core.words import LANGUAGES
from analysis.figures import style
from analysis.figures import tiers as figures
from analysis.methods import tiers


def values(n=80):
    return pd.Series(np.random.default_rng(0).lognormal(8, 1.2, n).round(2), [f"H{i:03d}" for i in range(n)])


def said(ax):
    found = [text.get_text() for text in ax.findobj(plt.Text)]
    return " ".join(text for text in found if text)


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_bars_are_as_long_as_the_table_says():
    found = tiers.abc(values(), margins=0.2 * values())
    ax = figures.plot_abc(found, language="zh")
    widths = [patch.get_width() for patch in ax.patches]
    table = found.table.iloc[:3]
    assert widths == pytest.approx([*table["share_customers"], *table["value"], *table["margin"]])


def test_the_line_is_the_interval_of_value_a():
    found = tiers.abc(values())
    lines = [line.get_xdata() for line in figures.plot_abc(found, language="en").lines]
    assert lines[0].tolist() == found.table[["lo", "hi"]].iloc[0].tolist()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tier_is_named_and_no_customer(language):
    text = said(figures.plot_abc(tiers.abc(values()), language=language))
    names = ("价值\u2060A", "价值\u2060B", "价值\u2060C") if language == "zh" else ("value A", "value B", "value C")
    assert all(name in text for name in names)
    assert "H0" not in text


def test_customers_outside_the_bars_are_counted_beside_them():
    text = said(
        figures.plot_abc(
            tiers.abc(pd.concat([values(), pd.Series([0.0, 0.0, -4.0], ["Z1", "Z2", "N1"])])), language="zh"
        )
    )
    assert "另有无净采购2家" in text
    assert "净退货1家" in text


def test_hidden_tiers_are_hatched_and_not_written():
    # 17,000 of 23,300 is 73 %, with the three next ones 91 %: two A, three B
    net = pd.Series([9000.0, 8000, 1500, 1400, 1300, *range(43, 78)], [f"H{i:03d}" for i in range(40)])
    found = tiers.abc(net)
    assert found.table["n"].tolist()[:3] == [2, 3, 35]
    safe = control(found, 5).result
    ax = figures.plot_abc(safe, language="zh")
    assert [bool(patch.get_hatch()) for patch in ax.patches] == [False, True, False, True]
    # two hidden parts together, so that neither follows from the bar
    assert ax.patches[1].get_width() == pytest.approx(found.table["share_customers"].iloc[:2].sum())
    assert not ax.lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_decile_bars_and_their_numbers(language):
    found = tiers.deciles(values())
    ax = figures.plot_deciles(found, language=language)
    assert [patch.get_width() for patch in ax.patches] == pytest.approx(found.table["value"].iloc[:10].tolist())
    blue = [patch.get_facecolor()[:3] == plt.matplotlib.colors.to_rgb(style.CATEGORICAL[0]) for patch in ax.patches]
    assert blue == [True] * 5 + [False] * 5
    assert str(found.table["n"].iloc[9]) in said(ax)


def test_hidden_deciles_show_a_word_and_no_number():
    safe = control(tiers.deciles(values()), 11).result
    ax = figures.plot_deciles(safe, language="zh")
    hidden = int((safe.table["flag"].iloc[:10] == "suppressed").sum())
    assert hidden >= 2
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == hidden
    assert said(ax).count("已隐去") == hidden


def test_nobody_buys():
    nothing = pd.Series([0.0, 0.0], ["H1", "H2"])
    assert len(figures.plot_deciles(tiers.deciles(nothing), language="zh").patches) == 0
    ax = figures.plot_abc(tiers.abc(nothing), language="zh")
    assert "另有无净采购2家" in said(ax)
