import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.disclosure import control
from analysis.core.words import LANGUAGES
from analysis.figures import segments as figures
from analysis.methods import segments


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def said(ax):
    return " ".join(text.get_text() for text in ax.findobj(plt.Text) if text.get_text())


@pytest.fixture(scope="module")
def made():
    """Three segments of 120, 60 and 3 accounts and all that is said of them."""
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1, 2], [120, 60, 12])
    n = len(group)
    ids = pd.Index([f"H{i:03d}" for i in range(n)], name="customer_id")
    frame = pd.DataFrame(
        {
            "value_12m": np.exp(8 + 1.5 * group + 0.3 * rng.normal(size=n)),
            "gap_cv": 1.4 - 0.5 * group + 0.1 * rng.normal(size=n),
            "trend": 0.02 * rng.normal(size=n),
        },
        ids,
    )
    assigned = pd.Series(group + 1, ids)
    profile, rules = segments.profile(assigned, frame), segments.rules(assigned, frame)
    level = pd.DataFrame({"hospital_level": np.where(group == 2, "三级", "二级")}, ids)
    cards = segments.persona_cards(profile, values=frame["value_12m"], rules=rules, attributes=level)
    return frame, assigned, profile, rules, cards


@pytest.mark.parametrize("language", LANGUAGES)
def test_cards_say_name_size_value_rule_and_kind(made, language):
    *_, cards = made
    text = said(figures.plot_persona_cards(cards, language=language))
    for name in cards.table[f"name_{language}"]:
        assert name in text
    assert "120" in text
    assert ("二级" in text) and ("100%" in text)
    assert ("规则：" if language == "zh" else "Rule: ") in text
    assert "H0" not in text


def test_a_rule_that_misses_most_of_its_segment_is_not_printed_as_its_description(made):
    *_, cards = made
    told = "覆盖"
    before = said(figures.plot_persona_cards(cards, language="zh")).count(told)
    weak = cards.conditions.copy()
    weak.loc[weak["segment"] == 1, "coverage"] = 0.06
    text = said(figures.plot_persona_cards(dataclasses.replace(cards, conditions=weak), language="zh"))
    assert before >= 2
    assert text.count(told) == before - 1
    assert "没有简单规则可概括" in text


def test_a_hidden_segment_has_a_card_without_numbers(made):
    frame, assigned, *_ = made
    few = assigned.iloc[:183]
    profile = segments.profile(few, frame.loc[few.index])
    safe = control(segments.persona_cards(profile, values=frame["value_12m"]), 5).result
    hidden = safe.table["flag"] == "suppressed"
    assert hidden.sum() == 2
    text = said(figures.plot_persona_cards(safe, language="zh"))
    assert text.count("数量过少，已隐去") == 2
    assert "nan" not in text
    assert "3家" not in text.replace("183家", "")
    # hidden segments are not on the map
    assert len(figures.plot_segment_map(safe, language="zh").texts) == 1 + (~hidden).sum()


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_are_sentences(made, language):
    _, _, _, rules, _ = made
    text = said(figures.plot_rules(rules, language=language))
    for feature in rules.conditions["feature"].unique():
        assert words.term(feature, language) in text
    assert text.count("≥") + text.count("<") + text.count("≤") == len(rules.conditions)
    assert ("覆盖" if language == "zh" else "covers") in text


def test_two_ends_of_a_feature_are_one_range():
    ids = pd.Index([f"H{i:03d}" for i in range(90)], name="customer_id")
    frame = pd.DataFrame({"gap_cv": np.repeat([0.2, 1.0, 2.0], 30) + np.tile(np.arange(30) / 1000, 3)}, ids)
    found = segments.rules(pd.Series(np.repeat([1, 2, 3], 30), ids), frame)
    # a sign and its number are joined by a space that never breaks
    text = said(figures.plot_rules(found, language="zh")).replace("\u00a0", " ")
    # between 0.229 and 1.0, and between 1.029 and 2.0, rounded to two figures
    assert "0.61 ≤ 采购间隔波动 < 1.5" in text
    assert "采购间隔波动 < 0.61" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_map_puts_segments_by_share_of_accounts_and_value(made, language):
    *_, cards = made
    ax = figures.plot_segment_map(cards, language=language)
    points = [(line.get_xdata()[0], line.get_ydata()[0]) for line in ax.lines if line.get_marker() == "o"]
    assert sorted(points) == sorted(zip(cards.table["value"], cards.table["share_value"], strict=True))
    empty = segments.persona_cards(made[2])
    assert ("没有净采购额" if language == "zh" else "No values") in said(
        figures.plot_segment_map(empty, language=language)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_deviation_bars_end_at_the_difference_or_say_it(made, language):
    _, _, profile, _, _ = made
    ax = figures.plot_deviation(profile, language=language)
    assert len(ax.child_axes) == 3
    for panel, segment in zip(ax.child_axes, (1, 2, 3), strict=True):
        own = profile.table[profile.table["segment"] == segment]["std_difference"].to_numpy()
        ends = np.array([patch.get_width() for patch in panel.patches])
        shown = np.clip(own, -3.15, 3.15)
        assert ends == pytest.approx(shown)
        assert len(panel.texts) == (np.abs(own) > 3.15).sum()


@pytest.mark.parametrize("language", LANGUAGES)
def test_stability_rows_carry_their_band(made, language):
    frame, *_ = made
    found = segments.stability(segments.prepare(frame), k=3, n_boot=10)
    text = said(figures.plot_stability(found, language=language))
    assert f"{found.table['jaccard'].iloc[0]:.2f}" in text
    safe = control(found, 500).result
    hidden = said(figures.plot_stability(safe, language=language))
    assert hidden.count(words.term("suppressed", language)) == 3
    assert f"{found.table['jaccard'].iloc[0]:.2f} " not in hidden


@pytest.mark.parametrize("language", LANGUAGES)
def test_typing_tool_fills_the_recommended_point(made, language):
    frame, assigned, *_ = made
    tool = segments.typing_tool(frame, assigned, questions=(1, 3))
    ax = figures.plot_typing_tool(tool, language=language)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    filled = [line.get_xdata()[0] for line in dots if line.get_markerfacecolor() == line.get_color()]
    assert filled == tool.table.loc[tool.table["recommended"], "questions"].tolist()


@pytest.mark.parametrize("language", LANGUAGES)
def test_drift_says_how_many_lie_far_away(made, language):
    frame, *_ = made
    model = segments.fit(segments.prepare(frame), k=3)
    found = segments.drift(model, frame.iloc[:100] * [3, 1, 1], reference=frame)
    ax = figures.plot_drift(found, language=language)
    assert len(ax.get_yticks()) == len(found.table) - 1
    beyond = found.table.set_index("subject").loc["beyond_fit", "value"]
    assert f"{100 * beyond:.1f}%" in said(ax)
    assert ("变化大" if language == "zh" else "large change") in said(ax)
