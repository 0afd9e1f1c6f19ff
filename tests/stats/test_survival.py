import numpy as np
import pytest

from analysis.stats import survival

# Freireich et al. (1963), remission of leukaemia in weeks, 6-MP arm, as in Cox, D. R. (1972), JRSS B 34, table 1
TREATED = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float)
RELAPSED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=bool)
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], dtype=float)


def test_freireich_curve_as_published():
    curve = survival.kaplan_meier(TREATED, RELAPSED)
    # Kleinbaum and Klein (2012), Survival Analysis, chapter 2: .8571 at 6 to .4482 at 23
    assert curve.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.survival == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5)
    assert curve.median()[0] == 23
    assert curve.at_risk(np.array([0.0, 6.0, 7.0, 23.0])).tolist() == [21, 21, 17, 6]


def test_interval_on_the_log_minus_log_scale_by_hand():
    curve = survival.kaplan_meier(TREATED, RELAPSED)
    # S(6) = 18/21; Greenwood: Var = S² · 3/(21·18); θ = exp(±1.96·se/(S·|ln S|)); bounds S^θ
    s = 18 / 21
    theta = np.exp(1.959963984540054 * np.sqrt(3 / (21 * 18)) / abs(np.log(s)))
    assert (curve.lo[0], curve.hi[0]) == pytest.approx((s**theta, s ** (1 / theta)), rel=1e-12)


def test_log_rank_of_freireich_as_published():
    end = np.r_[TREATED, PLACEBO]
    ended = np.r_[RELAPSED, np.ones(21, dtype=bool)]
    group = np.repeat([0, 1], 21)
    statistic, p = survival.log_rank(end, ended, group, entry=np.zeros(42))
    # Kleinbaum and Klein (2012), Survival Analysis, chapter 2: 16.79 on one degree of freedom
    assert statistic == pytest.approx(16.79, abs=0.005)
    assert p < 1e-4


def test_late_entry_by_hand():
    entry = np.array([0, 0, 0, 0, 1.5, 2.0])
    end = np.array([1.0, 2, 2, 3, 4, 5])
    ended = np.array([1, 1, 0, 1, 0, 1], dtype=bool)
    curve = survival.kaplan_meier(end, ended, entry=entry)
    # at 1: 4 at risk; at 2: three left and the one of 1.5 (who enters at 2 is not yet): 4; at 3: 3; at 5: 1
    assert curve.time.tolist() == [1, 2, 3, 5]
    assert curve.survival == pytest.approx([3 / 4, 3 / 4 * 3 / 4, 3 / 4 * 3 / 4 * 2 / 3, 0.0])
    assert curve.at_risk(np.array([0.0, 1, 2, 3, 4, 5])).tolist() == [4, 4, 4, 3, 2, 1]


def test_nobody_ended_has_no_bounds_and_no_median():
    curve = survival.kaplan_meier(np.array([3.0, 4.0]), np.array([False, False]))
    value, lo, hi = curve.at(np.array([0.0, 2.0]))
    assert value.tolist() == [1.0, 1.0]
    assert np.isnan([*lo, *hi]).all()
    assert np.isnan(curve.median()).all()
    assert np.isnan(survival.log_rank(np.array([3.0]), np.array([True]), np.array([0]), entry=np.zeros(1))).all()
