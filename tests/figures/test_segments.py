import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from analysis.core.disclosure import control
from analysis.core.words import LANGUAGES
from analysis.figures import segments as figures
from analysis.figures import style
from analysis.methods import segments


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def features(gap=3.0, n=120):
    rng = np.random.default_rng(0)
    group = np.where(np.arange(n) < 0.4 * n, 1.0, 0.0)
    columns = {
        "orders_12m": 20 + 5 * gap * group + 5 * rng.normal(size=n),
        "trend": gap * group + rng.normal(size=n),
        "gap_cv": 3 - 0.5 * gap * group + 0.3 * rng.normal(size=n),
    }
    return pd.DataFrame(columns, [f"H{i:03d}" for i in range(n)])


def choice(gap):
    return segments.choose_k(segments.prepare(features(gap)), k=(2, 3, 4), n_boot=10, n_null=19)


def profile(**settings):
    frame = features()
    model = segments.fit(segments.prepare(frame), k=2)
    return segments.profile(model.customers["segment"], frame, **settings)


def said(ax):
    return " ".join(text.get_text() for text in ax.findobj(plt.Text) if text.get_text())


COLUMNS = ["excess", "jaccard_mean", "jaccard_min", "smallest", "silhouette", "gap"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_dots_are_filled_where_the_rule_is_met(language):
    found = choice(3.0)
    assert found.recommended == 2
    ax = figures.plot_k_choice(found, language=language)
    # drawn column by column; silhouette and gap have no rule
    filled = np.array([line.get_markerfacecolor() != style.TOKENS["page"] for line in ax.lines]).reshape(6, 3).T
    rules, table = found.settings["rules"], found.table
    expected = np.column_stack(
        [(table["excess"] >= rules["excess"]) & (table["p_null"] <= rules["p_null"])]
        + [table[name] >= rules[name] for name in ("jaccard_mean", "jaccard_min", "smallest")]
    )
    assert (filled[:, :4] == expected).all()
    assert filled[:, 4:].all()
    # a row with four filled dots is an admissible number, and the other way round
    assert (filled.all(axis=1) == table["admissible"]).all()
    assert f"{table['silhouette'].iloc[0]:.2f}" in said(ax)
    grey = [label.get_color() == style.TOKENS["mute"] for label in ax.get_yticklabels()]
    assert grey == (~table["admissible"]).tolist()


def test_dots_lie_on_one_scale_a_column_and_inside_their_intervals():
    found = choice(3.0)
    ax = figures.plot_k_choice(found, language="en")
    at = np.array([line.get_xdata()[0] for line in ax.lines]).reshape(6, 3).T
    for column, name in enumerate(COLUMNS):
        assert (np.argsort(at[:, column], kind="stable") == np.argsort(found.table[name], kind="stable")).all()
    lines = [c for c in ax.collections if len(c.get_segments()) == 1 and np.ptp(c.get_segments()[0][:, 1]) == 0]
    # two criteria with intervals, three rows
    assert len(lines) == 6
    for line, dot in zip(lines, [*at[:, 1], *at[:, 5]], strict=True):
        left, right = line.get_segments()[0][:, 0]
        assert left <= dot <= right


def test_value_and_contact_have_columns_where_they_were_given():
    frame = features(3.0)
    found = segments.choose_k(
        segments.prepare(frame), k=(2, 3), n_boot=5, n_null=19, values=pd.Series(1.0, frame.index),
        reachable=pd.Series(True, frame.index),
    )  # fmt: skip
    ax = figures.plot_k_choice(found, language="zh")
    assert len(ax.lines) == 16
    assert "可\n联系" in said(ax)


def test_the_suggested_row_is_shaded_and_nothing_framed():
    patches = figures.plot_k_choice(choice(3.0), language="zh").patches
    assert [to_hex(patch.get_facecolor()).upper() for patch in patches] == [style.TOKENS["band"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_structure_is_framed_and_shades_nothing(language):
    found = choice(0.0)
    assert found.recommended == 0
    ax = figures.plot_k_choice(found, language=language)
    assert [patch.get_linestyle() for patch in ax.patches] == ["--"]
    assert ("虚线框" if language == "zh" else "Dashed frame") in said(ax)


@pytest.mark.parametrize("language", LANGUAGES)
def test_profile_is_blue_above_and_orange_below_all(language):
    found = profile()
    ax = figures.plot_profile(found, language=language)
    steps = [style.DIVERGING.index(to_hex(patch.get_facecolor()).upper()) for patch in ax.patches]
    for step, difference in zip(steps, found.table["std_difference"], strict=True):
        assert (step > 3) == (difference >= 0.25)
        assert (step < 3) == (difference < -0.25)
    assert "H0" not in said(ax)


def test_cells_say_the_index_or_the_difference():
    found = profile()
    text = said(figures.plot_profile(found, language="zh"))
    row = found.table[found.table["feature"] == "orders_12m"].iloc[0]
    assert f"{row['index']:.0f}" in text
    # a trend may be negative, so it has no index
    assert "σ" in text
    assert "近12个月采购日数" in text


def test_names_of_the_analyst_stand_above_the_columns():
    found = profile(names={1: "零散采购", 2: "稳定采购"})
    text = said(figures.plot_profile(found, language="zh"))
    assert f"零散采购\n{found.table['n'].iloc[0]}家" in text
    assert "客群" not in text


def test_customers_in_no_segment_have_a_column_only_where_there_is_no_other():
    frame = features()
    some = pd.Series(np.where(np.arange(len(frame)) < 10, 0, 1), frame.index)
    assert "不属于" not in " ".join(said(figures.plot_profile(segments.profile(some, frame), language="zh")))
    none = figures.plot_profile(segments.profile(some * 0, frame), language="zh")
    assert f"不属于\n{len(frame)}家" in said(none)


def test_hidden_segments_are_hatched_without_numbers():
    frame = features()
    segment = np.select([np.arange(120) < 3, np.arange(120) < 9], [3, 2], 1)
    found = segments.profile(pd.Series(segment, frame.index), frame)
    safe = control(found, 5).result
    hidden = safe.table["flag"] == "suppressed"
    # the three accounts of segment 3, and segment 2 so that they cannot be worked out
    assert set(safe.table.loc[hidden, "segment"]) == {2, 3}
    ax = figures.plot_profile(safe, language="zh")
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == hidden.sum()
    assert len(ax.texts) == (~hidden).sum()
    assert "\n3家" not in said(ax)
