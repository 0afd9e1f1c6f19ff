"""Comparing two waves: pure panel, pure independent samples, both mixed, and coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.stats import intervals, waves


def series(values: list[float] | np.ndarray, prefix: str = "R") -> pd.Series:
    return pd.Series(values, index=[f"{prefix}{i:04d}" for i in range(len(values))], dtype=float)


def linked(before: pd.Series, after: pd.Series, stay: int) -> pd.Series:
    """The last ``stay`` of the earlier wave are the first of the later one."""
    old = [f"P{i}" for i in range(len(before))]
    new = old[len(old) - stay :] + [f"N{i}" for i in range(len(after) - stay)]
    return pd.concat([pd.Series(old, index=before.index), pd.Series(new, index=after.index)])


def test_all_in_both_waves_is_the_paired_t_test() -> None:
    before, after = series([3, 4, 2, 5, 3, 4, 4, 2], "W"), series([4, 4, 3, 5, 4, 4, 5, 4])
    # differences 1 0 1 0 1 0 1 2: mean 0.75, sd √(3.5/7) = 0.7071, se 0.25, t(7) 2.3646: 0.75 ± 0.5912
    found = waves.compare(before, after, "mean", person=linked(before, after, 8))
    assert [found["value"], found["lo"], found["hi"]] == pytest.approx([0.75, 0.1588, 1.3412], abs=1e-4)
    assert found["p"] == pytest.approx(float(stats.ttest_rel(after.to_numpy(), before.to_numpy()).pvalue))
    assert (found["n_before"], found["n_after"], found["n_paired"]) == (8, 8, 8)


def test_nobody_in_both_waves_is_newcombes_interval() -> None:
    before, after = series([1] * 20 + [0] * 60, "W"), series([1] * 33 + [0] * 27)
    found = waves.compare(before, after, "share")
    assert [found["lo"], found["hi"]] == pytest.approx(list(intervals.newcombe(33, 60, 20, 80)))
    assert found["n_paired"] == 0


def test_some_in_both_waves_bring_the_covariance() -> None:
    before, after = series([1, 2, 3, 4, 5, 4], "W"), series([3, 4, 5, 5, 2])
    # three stay: 4→3, 5→4, 4→5. Means 19/6 and 19/5. Deviations of those who stay: before 5/6, 11/6, 5/6 (÷ 6),
    # after −4/5, 1/5, 6/5 (÷ 5); sums of squares of all 65/6 (÷ 36) and 6.8 (÷ 25)
    one, other = np.array([5, 11, 5]) / 36, np.array([-4, 1, 6]) / 25
    rho = float(one @ other) / np.sqrt(65 / 6 / 36 * 6.8 / 25)
    halves = [stats.t.ppf(0.975, n - 1) * s / np.sqrt(n) for n, s in ((6, before.std()), (5, after.std()))]
    reach = np.sqrt(halves[0] ** 2 + halves[1] ** 2 - 2 * rho * halves[0] * halves[1])
    found = waves.compare(before, after, "mean", person=linked(before, after, 3))
    assert found["hi"] - found["value"] == pytest.approx(reach)
    assert found["n_paired"] == 3


def test_nothing_to_compare_and_nothing_that_varies() -> None:
    empty = waves.compare(series([np.nan, np.nan], "W"), series([1.0, 2.0]), "mean")
    assert np.isnan(empty["value"])
    assert empty["n_before"] == 0
    same = waves.compare(series([4.0] * 9, "W"), series([4.0] * 9), "mean")
    assert same["value"] == 0
    assert np.isnan(same["p"])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mean", "share", "nps"])
@pytest.mark.parametrize("stay", [0, 40, 80])
def test_the_interval_holds_its_level(kind: str, stay: int) -> None:
    """600 pairs of waves of 80 and 120, correlation .6 of those who stay: 93 to 97.5 % hold the truth."""
    rng = np.random.default_rng(17)
    shift, cut, held = 0.4, 0.3, 0
    for _ in range(600):
        before = rng.normal(0, 1, 80)
        after = shift + rng.normal(0, 1, 120)
        after[:stay] = shift + 0.6 * before[80 - stay :] + 0.8 * rng.normal(0, 1, stay)
        truth = shift
        up = stats.norm.sf(cut - shift) - stats.norm.sf(cut)
        if kind == "share":
            before, after, truth = (before > cut).astype(float), (after > cut).astype(float), up
        if kind == "nps":
            down = stats.norm.cdf(-cut - shift) - stats.norm.cdf(-cut)
            before, after = (np.sign(x) * (abs(x) > cut) for x in (before, after))
            truth = 100 * (up - down)
        one, other = series(before, "W"), series(after)
        found = waves.compare(one, other, kind, person=linked(one, other, stay))
        held += found["lo"] <= truth <= found["hi"]
    assert 0.93 <= held / 600 <= 0.975
