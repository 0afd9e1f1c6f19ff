"""Figures of needs: only what was tested is emphasised, hidden cells stay empty."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from analysis.core.words import LANGUAGES
from analysis.figures import needs as figures
from analysis.figures import style
from analysis.methods.needs import NeedDrift, NeedRank, NeedSegments


def texts(ax: plt.Axes) -> list[str]:
    ax.figure.canvas.draw()
    return [t.get_text() for t in [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label]]


def segments() -> NeedSegments:
    cells = [
        ("疗效证据", "循证", 0.6, "above_others", 40, "ok"), ("疗效证据", "成本", -0.3, "below_others", 50, "ok"),
        ("患者费用", "循证", 0.4, "no_clear_difference", 40, "ok"),
        ("患者费用", "成本", np.nan, None, np.nan, "suppressed"),
    ]  # fmt: skip
    table = pd.DataFrame(cells, columns=["need", "segment", "value", "verdict", "n", "flag"])
    return NeedSegments(table=table, tests=pd.DataFrame(), export=pd.DataFrame())


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_cells_that_differ_are_coloured(language: str) -> None:
    ax = figures.plot_need_segments(segments(), language=language)
    fills = [to_hex(p.get_facecolor()).upper() for p in ax.patches if p.get_fill()]
    assert fills == [style.DIVERGING[6], style.DIVERGING[1], style.DIVERGING[3]]
    bold = [t.get_text() for t in ax.texts if t.get_fontweight() == "bold"]
    assert bold == ["+0.60", "−0.30"]
    assert [p.get_hatch() for p in ax.patches if not p.get_fill()] == ["////"]
    plt.close(ax.figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_slopes_without_a_clear_change_stay_grey(language: str) -> None:
    table = pd.DataFrame({
        "need": ["疗效证据", "患者费用", "供应保障"], "before": [3.5, 3.51, np.nan], "after": [4.0, 3.5, np.nan],
        "value": [0.5, -0.01, np.nan], "verdict": ["rose", "no_clear_change", None], "flag": ["ok", "ok", "suppressed"],
    })  # fmt: skip
    ax = figures.plot_need_drift(NeedDrift(table=table), language=language)
    colours = [to_hex(line.get_color()).upper() for line in ax.lines]
    assert colours == [style.CATEGORICAL[0], style.TOKENS["mute"]]
    written = " ".join(texts(ax))
    assert "+0.50" in written and "供应保障" in written
    plt.close(ax.figure)


def test_labels_keep_their_distance() -> None:
    from analysis.figures.needs._drift import _spread

    # three at 1.0, 0.3 apart: around their common place; the far one stays
    assert _spread(np.array([1.0, 1.0, 5.0, 1.0]), 0.3).tolist() == pytest.approx([0.7, 1.0, 5.0, 1.3])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rank_is_written_as_a_range_where_it_is_one(language: str) -> None:
    table = pd.DataFrame({
        "need": ["疗效证据", "患者费用", "供应保障"], "value": [0.8, 0.6, np.nan], "lo": [0.7, 0.5, np.nan],
        "hi": [0.9, 0.7, np.nan], "rank_lo": [1, 2, np.nan], "rank_hi": [1, 3, np.nan],
        "flag": ["ok", "low_n", "suppressed"],
    })  # fmt: skip
    ax = figures.plot_need_rank(NeedRank(table=table), language=language)
    written = texts(ax)
    assert any(t.startswith("80%") and t.endswith("1") for t in written)
    assert any("2–3" in t for t in written)
    plt.close(ax.figure)
