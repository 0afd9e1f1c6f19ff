"""Weighted means, shares and tables of answers from people in the same hospitals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import DataError
from analysis.stats import design, intervals, weights


def test_a_mean_of_equal_weights_is_students() -> None:
    scores = np.array([3.0, 5, 4, 2, 5, 5, 1])
    got = design.mean(scores)
    assert (got.value, got.se) == pytest.approx((scores.mean(), scores.std(ddof=1) / np.sqrt(7)))
    assert (got.lo, got.hi) == pytest.approx(intervals.mean(scores))
    assert (got.n, got.df) == (7, 6) and got.n_eff == pytest.approx(7)


def test_weighted_mean_by_hand() -> None:
    # scores 4, 1 with weights 3, 1: mean 13/4; influence 3 * .75 / 4 and 1 * −2.25 / 4, i.e. ±.5625;
    # variance 2/1 * 2 * .5625² = 1.265625
    got = design.mean([4.0, 1.0], [3, 1])
    assert got.value == pytest.approx(3.25) and got.se == pytest.approx(1.265625**0.5)


def test_clustered_share_by_hand() -> None:
    # three of ten hospitals of five agree: variance 10/9 * 25 * 2.1 / 2500 = .023333
    hits = np.repeat([1, 0, 0, 1, 0, 0, 1, 0, 0, 0], 5)
    got = design.proportion(hits, cluster=np.repeat(np.arange(10), 5))
    assert got.se**2 == pytest.approx(0.0233333, abs=1e-6) and got.df == 9
    # .21 * 50/49 / .023333 = 9.1837; t(49) / t(9) = 2.009575 / 2.262157, squared .789159
    assert got.n_eff == pytest.approx(9.183673 * 0.789159, abs=1e-4)
    assert (got.lo, got.hi) == pytest.approx(intervals.wilson(0.3 * got.n_eff, got.n_eff))


def test_a_share_of_equal_weights_is_wilson_also_at_the_ends() -> None:
    hits = np.array([1] * 7 + [0] * 33)
    assert design.proportion(hits)[2:4] == pytest.approx(intervals.wilson(7, 40))
    assert design.proportion(np.zeros(40))[2:4] == pytest.approx(intervals.wilson(0, 40))
    assert design.proportion(np.ones(3), [1, 1, 2]).n_eff == pytest.approx(weights.kish([1, 1, 2]))


def test_difference_of_groups_by_hand() -> None:
    # means 4 and 2; influence ±.5 in each group of two: variance 4/3 * 4 * .25 = 1.333...
    got = design.difference([5.0, 3, 3, 1], [True, True, False, False])
    assert got.value == 2 and got.se == pytest.approx((4 / 3) ** 0.5) and got.n == 4
    # both groups rise and fall together within hospitals: the difference is exact
    paired = design.difference([5.0, 3, 3, 1], [True, True, False, False], cluster=["H1", "H2", "H1", "H2"])
    assert paired.se == pytest.approx(0, abs=1e-12)


def test_margins_that_explain_everything_leave_no_error() -> None:
    # the score is the hospital's class; weights raked to its known shares make the mean certain
    level = pd.DataFrame({"level": ["三级"] * 6 + ["二级"] * 4})
    score = np.where(level["level"] == "三级", 9.0, 5.0)
    weight = np.where(level["level"] == "三级", 5 / 6, 5 / 4)
    assert design.mean(score, weight).se > 0.5
    got = design.mean(score, weight, margins=level)
    assert got.value == pytest.approx(7) and got.se == pytest.approx(0, abs=1e-12)


def test_post_stratified_error_by_hand() -> None:
    # one margin, two of each class, scores 1 3 | 6 8, weights 1: residuals ±1 within classes,
    # influence ±1/4: variance 4/3 * 4 / 16 = 1/3
    level = pd.DataFrame({"level": ["三级", "三级", "二级", "二级"]})
    assert design.mean([1.0, 3, 6, 8], margins=level).se == pytest.approx((1 / 3) ** 0.5)


def test_a_domain_keeps_what_the_whole_sample_knows_of_the_margins() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"level": rng.choice(["三级", "二级"], 200), "region": rng.choice(["华东", "西南"], 200)})
    score = np.where(frame["level"] == "三级", 8.0, 5.0) + rng.normal(0, 0.1, 200)
    east = (frame["region"] == "华东").to_numpy()
    got = design.mean(score, margins=frame, domain=east)
    assert got.value == pytest.approx(score[east].mean()) and got.n == east.sum()
    # classes are known over all regions, not within one: part of their spread stays
    assert design.mean(score, margins=frame[["level"]]).se < got.se < design.mean(score[east]).se


def test_missing_answers_and_lone_clusters() -> None:
    assert design.mean([4.0, np.nan, 2.0]).n == 2
    alone = design.mean([4.0, 3, 2], cluster=["H1", "H1", "H1"])
    assert alone.value == 3 and np.isnan(alone.se) and np.isnan(alone.lo) and alone.df == 0
    # a respondent without a hospital stands alone
    assert design.mean([4.0, 3, 2, 5], cluster=["H1", "H1", None, np.nan]).df == 2
    assert design.mean([np.nan]).n == 0 and np.isnan(design.proportion([]).value)
    assert design.difference([1.0, 2.0], [True, True]).n == 0


def test_rao_scott_without_design_is_pearson() -> None:
    table = np.array([[30, 10, 20], [15, 25, 20]])
    tier, answer = (np.repeat(i.ravel(), table.ravel()) for i in np.indices(table.shape))
    got = design.rao_scott(tier, answer)
    assert got.statistic == pytest.approx(stats.chi2_contingency(table, correction=False)[0])
    assert got.df == pytest.approx(2)
    assert got.p == pytest.approx(stats.f.sf(got.statistic / 2, 2, 2 * 119))


def test_rao_scott_of_doubled_sheets_by_hand() -> None:
    # each answer sheet written twice, the pair as one cluster: Pearson doubles. The variance of the 120 pairs is
    # 120/119 * (D − pp') / 120, that of 240 sheets 240/239 * (D − pp') / 240: all design effects are
    # 2 * 120/119 * 239/240
    table = np.array([[30, 10, 20], [15, 25, 20]])
    tier, answer = (np.repeat(i.ravel(), table.ravel()) for i in np.indices(table.shape))
    single = design.rao_scott(tier, answer)
    double = design.rao_scott(np.repeat(tier, 2), np.repeat(answer, 2), cluster=np.repeat(np.arange(120), 2))
    assert double.df == pytest.approx(2)
    assert double.statistic == pytest.approx(single.statistic * 2 / (2 * 239 / 240 * 120 / 119))


def test_rao_scott_keeps_its_size_where_pearson_does_not() -> None:
    """Forty hospitals of six who resemble each other, region and answer unrelated: 5 % are to be rejected."""
    rng = np.random.default_rng(4)
    hospital = np.repeat(np.arange(40), 6)
    region = np.repeat(np.arange(40) % 3, 6)
    ours, plain = [], []
    for _ in range(300):
        barrier = (rng.normal(0, 1, 40)[hospital] + rng.normal(size=240) > 0.3).astype(int)
        ours.append(design.rao_scott(region, barrier, rng.uniform(0.5, 2, 240), hospital).p < 0.05)
        plain.append(stats.chi2_contingency(pd.crosstab(region, barrier), correction=False)[1] < 0.05)
    assert 0.02 <= np.mean(ours) <= 0.09
    assert np.mean(plain) > 0.15


def test_no_test_where_nothing_varies() -> None:
    assert np.isnan(design.rao_scott(["华东"] * 4, [0, 1, 0, 1]).p)
    assert np.isnan(design.rao_scott(["华东", "西南"] * 2, [1, 1, 1, 1]).p)
    assert np.isnan(design.rao_scott(["华东", "西南"] * 2, [0, 1, 1, 1], cluster=["H1"] * 4).p)
    assert np.isnan(design.rao_scott(["华东", None], [0, 1]).p)


def test_messages() -> None:
    with pytest.raises(DataError, match="weights must hold a positive number for each respondent; 1 do not"):
        design.mean([1.0, 2.0], [1, 0])
    with pytest.raises(DataError, match="weights needs one value per row; got 1 for 2 rows"):
        design.proportion([1.0, 0.0], [1])
    with pytest.raises(DataError, match="cluster needs one value per row; got 3 for 2 rows"):
        design.mean([1.0, 2.0], cluster=[1, 2, 3])
