"""Numbers of two waves and their difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.stats import design, intervals, square, waves


def share(ones: int, n: int, mark: str) -> pd.Series:
    return pd.Series([1.0] * ones + [0.0] * (n - ones), index=[f"{mark}{i:03d}" for i in range(n)])


def test_independent_shares_give_newcombes_interval() -> None:
    """Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890, table II (a), method 10: 56/70 less 48/80."""
    value, lo, hi, _ = waves.change(waves.estimate(share(48, 80, "a")), waves.estimate(share(56, 70, "b")))
    assert (value, lo, hi) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_the_same_persons_narrow_the_interval_by_their_correlation() -> None:
    """20 persons: 8 yes twice, 2 yes then no, 5 no then yes, 5 no twice."""
    before = pd.Series([1.0] * 10 + [0.0] * 10, index=[f"a{i:02d}" for i in range(20)])
    after = pd.Series([1.0] * 8 + [0.0] * 2 + [1.0] * 5 + [0.0] * 5, index=[f"b{i:02d}" for i in range(20)])
    person = pd.Series([f"P{i:02d}" for i in range(20)] * 2, index=[*before.index, *after.index])
    first, second = (waves.estimate(part, person=person) for part in (before, after))
    # phi = (8 * 5 - 2 * 5) / sqrt(10 * 10 * 13 * 7) = 30 / 95.394
    phi = 30 / np.sqrt(9100)
    assert waves.overlap(first, second) == pytest.approx(phi)
    (l1, u1), (l2, u2) = intervals.wilson(10, 20), intervals.wilson(13, 20)
    low = np.sqrt((0.65 - l2) ** 2 + (u1 - 0.5) ** 2 - 2 * phi * (0.65 - l2) * (u1 - 0.5))
    high = np.sqrt((u2 - 0.65) ** 2 + (0.5 - l1) ** 2 - 2 * phi * (u2 - 0.65) * (0.5 - l1))
    value, lo, hi, p = waves.change(first, second)
    assert (value, lo, hi) == pytest.approx((0.15, 0.15 - low, 0.15 + high))
    # paired t-test on the 20 differences
    assert p == pytest.approx(stats.ttest_rel(after.to_numpy(), before.to_numpy()).pvalue)


def test_hospitals_widen_and_raise_no_overlap_of_their_own() -> None:
    """40 answers in 4 hospitals that agree within: the effective number is that of hospitals."""
    y = pd.Series(np.repeat([1.0, 1.0, 0.0, 1.0], 10), index=[f"a{i:02d}" for i in range(40)])
    hospital = pd.Series(np.repeat(list("ABCD"), 10), index=y.index)
    plain, clustered = waves.estimate(y), waves.estimate(y, cluster=hospital)
    assert clustered.value == plain.value == 0.75
    assert clustered.n_eff < 5 < plain.n_eff
    assert clustered.hi - clustered.lo > 2 * (plain.hi - plain.lo)


def test_weighted_net_score_by_hand() -> None:
    """Weights 3, 1, 1, 1: promoter, promoter, passive, detractor: (3 + 1 - 1) / 6."""
    y = pd.Series([1.0, 1.0, 0.0, -1.0], index=list("abcd"))
    found = waves.estimate(y, "nps", weights=pd.Series([3.0, 1.0, 1.0, 1.0], index=list("abcd")))
    assert found.value == pytest.approx(50)
    # Kish: 36 / 12 = 3
    assert found.n_eff == pytest.approx(3)
    assert (found.lo, found.hi) == pytest.approx(intervals.adjusted_wald_nps(2, 0.5, 3))


def test_log_odds_contrast_is_woolfs() -> None:
    """12 of 40 against 5 of 50: Woolf's standard error, times sqrt(n / (n - 1)) of 90 answers."""
    first, second = waves.estimate(share(5, 50, "a")), waves.estimate(share(12, 40, "b"))
    log, se, df = waves.contrast(first, second, transform="logit")
    assert (log, df) == (pytest.approx(np.log(12 * 45 / (28 * 5))), 89)
    assert se == pytest.approx(np.sqrt(90 / 89 * (1 / 12 + 1 / 28 + 1 / 5 + 1 / 45)))


def test_margins_narrow_the_interval_and_leave_the_number() -> None:
    """Promoters nearly all in one stratum, detractors in the other: known sizes leave little to chance.

    40 and 20 answers, strata as 1 to 1 in the universe: weights .75 and 1.5. The weights alone leave
    60² / (40 * .75² + 20 * 1.5²) = 53.3 answers; with the margins all 60 count, never more. Promoters weigh
    39 * .75 + 1.5 = 30.75 of 60, detractors 19 * 1.5 + .75 = 29.25.
    """
    names = [f"r{i:02d}" for i in range(60)]
    score = pd.Series([1.0] * 40 + [-1.0] * 20, names)
    weights = pd.Series([0.75] * 40 + [1.5] * 20, names)
    level = pd.DataFrame({"level": ["三级"] * 40 + ["二级"] * 20}, names)
    score.iloc[[0, 59]] = [-1.0, 1.0]
    told, without = (waves.estimate(score, "nps", weights=weights, margins=m) for m in (level, None))
    assert told.value == without.value
    assert (told.n_eff, without.n_eff) == pytest.approx((60, 3600 / 67.5))
    assert (told.lo, told.hi) == pytest.approx(intervals.adjusted_wald_nps(0.5125 * 60, 0.4875 * 60, 60))
    assert told.hi - told.lo < without.hi - without.lo
    # margins say nothing where no weights were made of them
    assert waves.estimate(score, "nps", margins=level).hi == waves.estimate(score, "nps").hi


def test_those_who_left_the_question_empty_still_tell_of_the_margins() -> None:
    rng = np.random.default_rng(3)
    names = [f"r{i:03d}" for i in range(120)]
    level = pd.DataFrame({"level": np.where(rng.random(120) < 0.5, "三级", "二级")}, names)
    weights = pd.Series(np.where(level["level"] == "三级", 1.4, 0.6), names)
    hits = pd.Series((rng.random(120) < np.where(level["level"] == "三级", 0.8, 0.2)).astype(float), names)
    hits.iloc[::7] = np.nan
    got = waves.estimate(hits, weights=weights, margins=level)
    want = design.proportion(hits, weights, margins=level)
    assert (got.lo, got.hi, got.n) == pytest.approx((want.lo, want.hi, want.n))
    alone = waves.estimate(hits, weights=weights)
    assert got.value == alone.value
    assert got.hi - got.lo < alone.hi - alone.lo


def test_nothing_to_compare_has_no_p_value() -> None:
    value, _, _, p = waves.change(waves.estimate(share(5, 5, "a")), waves.estimate(share(6, 6, "b")))
    assert value == 0
    assert np.isnan(p)


def test_symmetry_of_a_square_table() -> None:
    """Two states: Bowker and Stuart-Maxwell are McNemar's (15 - 5)^2 / 20 = 5."""
    tests = square.tested(np.array([[30, 15], [5, 50]])).set_index("test")
    assert tests["statistic"].tolist() == pytest.approx([5, 5])
    assert tests["df"].tolist() == [1, 1]


@pytest.mark.slow
@pytest.mark.parametrize(("n", "wanted"), [(8, 0.947), (15, 0.955), (30, 0.950)])
def test_coverage_of_the_adjusted_wald_interval(n: int, wanted: float) -> None:
    """A random mix of answers each time; the wanted coverages were measured likewise, to +-.015."""
    rng = np.random.default_rng(4)
    mixes = rng.dirichlet([4, 3, 2], size=20_000)
    counts = np.array([rng.multinomial(n, mix) for mix in mixes])
    lo, hi = intervals.adjusted_wald_nps(counts[:, 0], counts[:, 2], n)
    truth = 100 * (mixes[:, 0] - mixes[:, 2])
    assert ((lo <= truth) & (truth <= hi)).mean() == pytest.approx(wanted, abs=0.015)


@pytest.mark.slow
def test_the_difference_of_overlapping_waves_is_covered() -> None:
    """60 of 120 answer twice, correlated; the true change of the net score is 0."""
    rng, hits, rounds = np.random.default_rng(9), 0, 1000
    for _ in range(rounds):
        taste = rng.normal(0, 1, 180)
        parts = []
        for wave, first in (("a", 0), ("b", 60)):
            latent = taste[first : first + 120] + rng.normal(0, 0.6, 120)
            y = np.where(latent > 0.5, 1.0, np.where(latent < -0.6, -1.0, 0.0))
            who = [f"{wave}{i:03d}" for i in range(first, first + 120)]
            parts.append(pd.Series(y, index=who))
        person = pd.Series({name: name[1:] for part in parts for name in part.index})
        _, lo, hi, _ = waves.change(*(waves.estimate(part, "nps", person=person) for part in parts))
        hits += lo <= 0 <= hi
    assert 0.93 <= hits / rounds <= 0.97
