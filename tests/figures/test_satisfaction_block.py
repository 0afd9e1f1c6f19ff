"""Figures of satisfaction over waves, of expectation, journey and referral."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core import disclosure
from analysis.figures import satisfaction as figures
from analysis.figures import style
from analysis.methods import satisfaction

BLUE, GREY = style.CATEGORICAL[0], style.TOKENS["mute"]


def answers(promoters: int, passives: int, detractors: int, mark: str) -> pd.Series:
    scores = [10] * promoters + [8] * passives + [4] * detractors
    return pd.Series(scores, index=[f"{mark}{i:03d}" for i in range(len(scores))])


@pytest.mark.parametrize(("language", "label"), [("zh", "+58 上升"), ("en", "+58 rising")])
def test_pairs_of_waves_by_region(language: str, label: str) -> None:
    before, after = answers(20, 20, 20, "a"), answers(40, 15, 5, "b")
    region = pd.Series(["华东"] * 52 + ["西南"] * 8, index=before.index)
    region = pd.concat([region, pd.Series(["华东"] * 56 + ["西南"] * 4, index=after.index)])
    ax = figures.plot_nps_change(satisfaction.nps_change(before, after, by=region), language=language)
    told = [text.get_text() for text in ax.texts]
    assert label in told
    # 4 answers in the later wave: nothing of this region is told
    assert [patch.get_hatch() for patch in ax.patches].count("////") == 1
    hollow = [
        line for line in ax.lines if line.get_marker() == "o" and line.get_markerfacecolor() == style.TOKENS["page"]
    ]
    assert len(hollow) == 2
    plt.close(ax.figure)


def test_the_block_tells_value_and_change() -> None:
    items = pd.DataFrame(
        [("Q6", "nps", "nps"), ("Q8", "likert5", "overall_satisfaction")], columns=["item_id", "type", "construct"]
    )
    parts = [
        pd.DataFrame(
            {"Q6": [10.0] * 20 + [3.0] * 20, "Q8": [4.0] * k + [2.0] * (40 - k)},
            index=[f"{m}{i:02d}" for i in range(40)],
        )
        for m, k in (("a", 12), ("b", 30))
    ]
    ax = figures.plot_satisfaction_overview(satisfaction.overview(parts[1], items, before=parts[0]), language="zh")
    assert [text.get_text() for text in ax.texts if text.get_text()] == [
        "75%（+45个百分点，上升）",
        "0（0，未见明确变化）",
    ]
    plt.close(ax.figure)


def test_a_block_of_too_few_answers_is_drawn_without_numbers() -> None:
    items = pd.DataFrame([("Q6", "nps", "nps")], columns=["item_id", "type", "construct"])
    few = pd.DataFrame({"Q6": [10.0, 9.0, 3.0]}, index=["a", "b", "c"])
    ax = figures.plot_satisfaction_overview(satisfaction.overview(few, items), language="zh")
    assert not [text.get_text() for text in ax.texts if any(mark.isdigit() for mark in text.get_text())]
    assert not [line for line in ax.lines if line.get_marker() == "o"]
    plt.close(ax.figure)


def test_gaps_that_are_not_clear_are_grey() -> None:
    index = [f"R{i:02d}" for i in range(40)]
    want = pd.DataFrame({"supply": 5.0, "service": 4.0}, index=index)
    got = pd.DataFrame({"supply": [3.0, 4.0] * 20, "service": [3.0, 5.0] * 20}, index=index)
    ax = figures.plot_expectation_gap(satisfaction.gap(want, got), language="en")
    solid = [line for line in ax.lines if line.get_marker() == "o" and line.get_markerfacecolor() == line.get_color()]
    assert [(line.get_xdata()[0], line.get_color()) for line in solid] == [(5.0, BLUE), (4.0, GREY)]
    plt.close(ax.figure)


def test_stages_are_bold_and_only_a_sure_weakest_is_marked() -> None:
    rng = np.random.default_rng(1)
    means = {"intro": 4.2, "order": 2.6, "delivery": 2.6}
    frame = pd.DataFrame({k: np.clip(np.round(m + rng.normal(0, 0.8, 90)), 1, 5) for k, m in means.items()},
                         index=[f"R{i:02d}" for i in range(90)])  # fmt: skip
    result = satisfaction.journey(frame, {"intro": "contact", "order": "purchase", "delivery": "purchase"}, n_boot=100)
    ax = figures.plot_journey(result, language="zh")
    assert [t.get_fontweight() for t in ax.get_yticklabels()] == ["bold", "bold", "normal", "normal"]
    dots = [line.get_color() for line in ax.lines if line.get_marker() in ("o", "s")]
    assert dots.count(style.CATEGORICAL[1]) == 1
    few = frame.assign(delivery=frame["delivery"].where(np.arange(90) < 9))
    part = satisfaction.journey(few, {"intro": "contact", "order": "purchase", "delivery": "purchase"}, n_boot=100)
    safe = disclosure.control(part, 11).result
    assert safe.table["flag"].tolist().count("suppressed") >= 1
    drawn = figures.plot_journey(safe, language="zh")
    assert [p.get_hatch() for p in drawn.patches].count("////") == safe.table["flag"].tolist().count("suppressed")
    plt.close("all")


def test_referral_bars_start_at_zero() -> None:
    did = pd.Series([1.0] * 30 + [0.0] * 10 + [1.0] * 5 + [0.0] * 35, index=[f"R{i:02d}" for i in range(80)])
    scores = pd.Series([9.0] * 40 + [7.0] * 35 + [2.0] * 5, index=did.index)
    ax = figures.plot_referral(satisfaction.referral(did, scores), language="zh")
    # 5 detractors: hatched
    bars = [p for p in ax.patches if p.get_hatch() is None]
    assert [(p.get_x(), round(p.get_width(), 3)) for p in bars] == [(0, 0.438), (0, 0.75), (0, 0.143)]
    assert len(ax.patches) == 4
    plt.close(ax.figure)
