"""p-value adjustment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.stats import adjust


def test_benjamini_hochberg_by_hand() -> None:
    p = pd.Series([0.01, 0.04, 0.03, 0.005], index=["B01", "B02", "B03", "B04"])
    # sorted .005 .01 .03 .04, times 4/rank: .02 .02 .04 .04
    assert adjust.benjamini_hochberg(p).to_dict() == pytest.approx({"B01": 0.02, "B02": 0.04, "B03": 0.04, "B04": 0.02})


def test_holm_by_hand() -> None:
    # sorted .005 .01 .03 .04, times 4 3 2 1: .02 .03 .06 .04 → running maximum .02 .03 .06 .06
    assert adjust.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_what_was_not_tested_does_not_count() -> None:
    q = adjust.benjamini_hochberg(np.array([0.02, np.nan, 0.5]))
    assert q[0] == pytest.approx(0.04) and np.isnan(q[1])


def test_never_above_one() -> None:
    assert adjust.benjamini_hochberg([0.9, 0.95]).max() == pytest.approx(0.95)
    assert adjust.holm([0.9, 0.95]).max() == 1


def test_false_discoveries_stay_below_the_rate() -> None:
    rng = np.random.default_rng(0)
    found = [(adjust.benjamini_hochberg(rng.uniform(size=20)) <= 0.1).any() for _ in range(2000)]
    # with no true effect the chance of any discovery is the rate; 3 standard errors
    assert np.mean(found) < 0.1 + 3 * (0.1 * 0.9 / 2000) ** 0.5


def test_values_outside_are_refused() -> None:
    with pytest.raises(DataError, match="p-values must lie between 0 and 1; 2 do not"):
        adjust.holm([1.2, 0.3, -0.1])


def test_clear_needs_both_the_family_and_the_interval() -> None:
    assert adjust.clear({"q": 0.10, "lo": 0.01, "hi": 0.2})
    assert adjust.clear({"q": 0.02, "lo": -0.2, "hi": -0.01})
    assert not adjust.clear({"q": 0.11, "lo": 0.01, "hi": 0.2})
    assert not adjust.clear({"q": 0.02, "lo": -0.01, "hi": 0.2})
    assert not adjust.clear({"q": float("nan"), "lo": 0.1, "hi": 0.2})
