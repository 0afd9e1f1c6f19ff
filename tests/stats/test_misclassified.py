"""Rogan and Gladen's estimate."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.core.errors import DataError
from analysis.stats.misclassified import rogan_gladen


def test_by_hand() -> None:
    # apparent 50/200 = .25, sensitivity .9, specificity .8: (.25 + .8 - 1) / (.9 + .8 - 1) = .05/.7
    value, lo, hi = rogan_gladen(50, 200, found=(90, 100), cleared=(160, 200))
    assert value == pytest.approx(0.05 / 0.7)
    assert 0 <= lo < value < hi < 1


def test_a_perfect_tool_gives_the_share_it_found() -> None:
    assert rogan_gladen(30, 100, found=(500, 500), cleared=(500, 500))[0] == pytest.approx(0.3)


def test_no_better_than_chance_or_unchecked_gives_nothing() -> None:
    assert np.isnan(rogan_gladen(10, 100, found=(5, 10), cleared=(5, 10))[0])
    assert np.isnan(rogan_gladen(10, 100, found=(0, 0), cleared=(5, 10))[0])


def test_interval_covers_the_truth() -> None:
    # prevalence .3, sensitivity .85 from 80 cases, specificity .9 from 120: coverage of 95 % intervals
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(600):
        positive = rng.binomial(400, 0.3 * 0.85 + 0.7 * 0.1)
        _, lo, hi = rogan_gladen(
            positive, 400, found=(rng.binomial(80, 0.85), 80), cleared=(rng.binomial(120, 0.9), 120)
        )
        hits += lo <= 0.3 <= hi
    # 95 % less two and a half standard errors of 600 draws
    assert hits / 600 >= 0.928


def test_counts_must_fit() -> None:
    with pytest.raises(DataError) as error:
        rogan_gladen(11, 10, found=(1, 2), cleared=(1, 2))
    assert error.value.code == "count_above_n"
