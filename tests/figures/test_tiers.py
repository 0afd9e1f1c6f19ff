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


def by_three(n=120):
    net = values(n)
    rng = np.random.default_rng(1)
    strategic = pd.Series(rng.choice(["A", "B", "C"], n), net.index)
    profit = tiers.abc(net * rng.uniform(0.1, 1, n))
    return tiers.combine({"volume": tiers.abc(net), "profit": profit, "strategic": strategic}, values=net)


def fifths(n=200):
    rng = np.random.default_rng(2)
    frame = {"days_since_last": rng.integers(0, 365, n), "n_dates_12m": rng.integers(1, 20, n), "value_12m": values(n)}
    return tiers.rfm(pd.DataFrame(frame, index=values(n).index))


def three_levels(n=120):
    rng = np.random.default_rng(3)
    potential, loyalty = (pd.Series(rng.lognormal(5, 1, n), values(n).index) for _ in range(2))
    return tiers.levels(values(n), potential, loyalty, n_draws=50)


def held(n=300):
    rng = np.random.default_rng(4)
    before = tiers.abc(values(n), n_boot=2)
    now = values(n) * np.exp(rng.normal(0, 0.4, n))
    return tiers.hold(before, now, thresholds=before.thresholds)


@pytest.mark.parametrize(
    ("result", "plot"),
    [
        (by_three, "plot_combined"), (lambda: tiers.agreement(by_three()), "plot_agreement"), (fifths, "plot_rfm"),
        (three_levels, "plot_levels"), (held, "plot_hold"), (lambda: tiers.lorenz(values()), "plot_lorenz"),
        (lambda: tiers.drift(values(), thresholds={"A": 9000.0, "B": 4000.0}), "plot_cut_drift"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("minimum", [1, 11])
def test_every_figure_draws_in_both_languages_without_ids_or_codes(result, plot, language, minimum):
    safe = control(result(), minimum).result
    ax = getattr(figures, plot)(safe, language=language)
    ax.figure.canvas.draw()
    text = said(ax)
    assert "H0" not in text
    assert "nan" not in text
    assert "_" not in text


def test_two_bars_a_tier_are_as_long_as_the_table_says():
    found = by_three()
    ax = figures.plot_combined(found, language="zh")
    # nobody has net returns: that remainder stays in the table and out of the plot
    drawn = found.table[found.table["tier"] != "negative"]
    assert found.table.loc[found.table["tier"] == "negative", "n"].tolist() == [0]
    wanted = drawn[["value", "share_value"]].to_numpy().ravel()
    assert [patch.get_width() for patch in ax.patches] == pytest.approx(wanted)


def test_names_of_ones_own_stand_on_the_bars_and_the_interval():
    named = tiers.relabel(tiers.abc(values()), {"A": "战略客户"})
    text = said(figures.plot_abc(named, language="zh"))
    assert "战略客户占比的95%区间" in text
    assert "价值\u2060A" not in text
    combined = figures.plot_combined(tiers.relabel(by_three(), "key"), language="en")
    assert "key accounts" in said(combined)


def test_hidden_cells_of_the_cross_table_are_hatched_and_not_written():
    found = tiers.agreement(by_three(), pair=("volume", "strategic"))
    safe = control(found, 11).result
    hidden = int((safe.table["flag"] == "suppressed").sum())
    ax = figures.plot_agreement(safe, language="en")
    assert hidden >= 2
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == hidden
    # rows, columns and their names: one text less for each hidden cell
    cells = [text for text in ax.texts if text.get_text()]
    assert len(cells) == len(found.table) - hidden


def test_levels_are_stacked_to_the_whole():
    found = three_levels()
    ax = figures.plot_levels(found, language="zh")
    widths = np.array([patch.get_width() for patch in ax.patches]).reshape(-1, 3)
    assert widths.sum(axis=1) == pytest.approx(1)
    assert widths == pytest.approx(found.table[["firm", "fair", "weak"]].to_numpy())
    assert "敏感" not in said(ax)


def test_the_curve_is_drawn_from_its_frame_and_hidden_points_are_absent():
    found = tiers.lorenz(values(80))
    whole = figures.plot_lorenz(found, language="en")
    drawn = dict(zip(*whole.lines[1].get_data(), strict=True))
    assert set(drawn) == set(found.curve["top"]) | set(found.table["top"])
    assert [drawn[top] for top in found.table["top"]] == found.table["value"].tolist()
    safe = control(found, 11).result
    shown = int((safe.table["flag"] != "suppressed").sum())
    assert shown < len(found.table)
    assert said(figures.plot_lorenz(safe, language="en")).count("top ") == shown


def test_a_cut_whose_drift_is_not_shown_is_hollow():
    net = values(300)
    same = tiers.drift(net, thresholds=tiers.abc(net, n_boot=2).thresholds)
    marks = [line for line in figures.plot_cut_drift(same, language="zh").lines if line.get_marker() == "o"]
    assert {mark.get_markerfacecolor() for mark in marks} == {style.TOKENS["page"]}
    far = tiers.drift(4 * net, thresholds=tiers.abc(net, n_boot=2).thresholds)
    marks = [line for line in figures.plot_cut_drift(far, language="zh").lines if line.get_marker() == "o"]
    assert {mark.get_markerfacecolor() for mark in marks} == {style.CATEGORICAL[0]}
