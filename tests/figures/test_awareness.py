"""Figures of awareness and line of use."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core.words import LANGUAGES
from analysis.figures import awareness as figures
from analysis.methods.awareness import Awareness, AwarenessChange, LineOfUse


@pytest.mark.parametrize("language", LANGUAGES)
def test_bars_hold_unaided_and_all(language: str) -> None:
    rows = [
        ("own_brand", group, which, value, value, value, n, flag)
        for group, values, n, flag in (
            ("all", (0.3, 0.5, 0.6), 60, "ok"),
            ("西南", (np.nan,) * 3, np.nan, "suppressed"),
        )
        for which, value in zip(("unaided", "aided_more", "aware"), values, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["brand", "group", "measure", "value", "lo", "hi", "n", "flag"])
    ax = figures.plot_awareness(Awareness(table=table, tests=pd.DataFrame(), contradictions=0), language=language)
    assert [round(p.get_width(), 2) for p in ax.patches if not p.get_hatch()] == [0.6, 0.3]
    assert [p.get_hatch() for p in ax.patches if p.get_hatch()] == ["////"]
    plt.close(ax.figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_add_up_and_small_parts_carry_no_number(language: str) -> None:
    names = ("line_first", "line_second", "line_third", "line_never")
    rows = [("all", line, value, 50, "ok") for line, value in zip(names, (0.5, 0.04, 0.16, 0.3), strict=True)]
    rows += [("西南", line, np.nan, np.nan, "suppressed") for line in names]
    table = pd.DataFrame(rows, columns=["group", "line", "value", "n", "flag"])
    ax = figures.plot_line_of_use(LineOfUse(table=table, tests=pd.DataFrame()), language=language)
    assert sum(p.get_width() for p in ax.patches if not p.get_hatch()) == pytest.approx(1.0, abs=0.1)
    written = [t.get_text() for t in ax.texts]
    assert "50%" in written and "4%" not in written
    plt.close(ax.figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_change_without_any_number_is_drawn(language: str) -> None:
    table = pd.DataFrame({
        "measure": ["unaided", "aided_more", "aware"], "value": np.nan, "lo": np.nan, "hi": np.nan, "before": np.nan,
        "after": np.nan, "verdict": None, "flag": "suppressed",
    })  # fmt: skip
    ax = figures.plot_awareness_change(AwarenessChange(table=table), language=language)
    assert sum(p.get_hatch() == "////" for p in ax.patches) == 3
    plt.close(ax.figure)
