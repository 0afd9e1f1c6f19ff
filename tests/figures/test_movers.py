"""Figures of rising accounts and early adopters: no names, in both languages."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis.core.words import LANGUAGES
from analysis.figures import movers as figures
from analysis.methods.movers import EarlyAdopters, Rising


def _table(n: int) -> pd.DataFrame:
    value = np.linspace(1.2, 0.4, n)
    return pd.DataFrame({
        "customer_id": [f"市立医院{i}" for i in range(n)], "tier": "C", "reason": "rising_demand", "value": value,
        "lo": value - 0.3, "hi": value + 0.4, "n": 24, "adopted": 2, "flag": "ok",
    })  # fmt: skip


def _written(ax: plt.Axes) -> str:
    ax.figure.canvas.draw()
    parts = [*ax.texts, *ax.get_yticklabels(), *ax.get_xticklabels(), ax.title, ax.xaxis.label]
    return " ".join(part.get_text() for part in parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_rising_rows_carry_growth_and_no_name(language: str) -> None:
    result = Rising(table=_table(20), tested=pd.DataFrame())
    ax = figures.plot_rising(result, language=language)
    written = _written(ax)
    assert "市立医院" not in written
    assert "+120%" in written
    # fifteen rows drawn, five counted
    assert len(ax.get_yticklabels()) == 15
    assert "5" in ax.get_xlabel()
    plt.close(ax.figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_adopters_carry_counts_and_no_name(language: str) -> None:
    result = EarlyAdopters(table=_table(3), launches=pd.DataFrame(), customers=pd.DataFrame())
    ax = figures.plot_early_adopters(result, language=language)
    written = _written(ax)
    assert "市立医院" not in written
    assert "24" in written
    plt.close(ax.figure)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_list_is_drawn_without_rows(language: str) -> None:
    ax = figures.plot_rising(Rising(table=_table(0), tested=pd.DataFrame()), language=language)
    assert len(ax.get_yticklabels()) == 0
    plt.close(ax.figure)
