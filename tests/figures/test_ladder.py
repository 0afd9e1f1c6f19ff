"""Figure of the adoption ladder."""

from __future__ import annotations

import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.figures.ladder import plot_ladder
from analysis.methods import ladder

STEPS = pd.Series([k for k, n in enumerate((4, 6, 5, 12, 6, 5, 2)) for _ in range(n)])


@pytest.mark.parametrize(("language", "step"), [("zh", "尝试使用"), ("en", "tried")])
def test_bars_labels_and_bottleneck(language: str, step: str) -> None:
    ax = plot_ladder(ladder.measure(STEPS), language=language)
    widths = [patch.get_width() for patch in ax.patches]
    assert widths == pytest.approx([1, 0.9, 0.75, 0.625, 0.325, 0.175, 0.05])
    assert step in [tick.get_text() for tick in ax.get_yticklabels()]
    told = {text.get_text(): text.get_fontweight() for text in ax.texts}
    # 13 of the 25 who tried go on
    bold = [text for text, weight in told.items() if weight == "bold"]
    assert len(bold) == 1 and "52%" in bold[0]
    plt.close(ax.figure)


def test_hidden_steps_are_hatched_without_a_number() -> None:
    result = ladder.measure(STEPS)
    table = result.table.copy()
    table.loc[6, ["value", "lo", "hi", "conversion", "beyond", "at"]] = np.nan
    table.loc[6, "flag"] = "suppressed"
    ax = plot_ladder(dataclasses.replace(result, table=table), language="zh")
    assert [p.get_hatch() for p in ax.patches].count("////") == 1
    assert "已隐去（数量过少）" in [t.get_text() for t in ax.texts]
    assert not any(t.get_text() == "5%" for t in ax.texts)
    plt.close(ax.figure)
