"""Long studies of simulated worlds: bias and coverage of BG/BB and of contracts."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.methods import lifetime

from .test_bg_bb import VALUES, simulated
from .test_regional import country
from .test_retention import simulated as contracts

pytestmark = pytest.mark.slow
WORLDS = 200


def covered(hits, figures):
    """Exact binomial test of the share inside 90 % intervals, shared out over the number of figures."""
    return stats.binomtest(int(np.sum(hits)), len(hits), 0.9).pvalue > 0.05 / figures


def bounds(fit, level=0.9):
    """90 % interval of each log-parameter."""
    frame = fit.estimates
    z = stats.norm.ppf((1 + level) / 2)
    centre, se = np.log(frame["value"].to_numpy()), (frame["se"] / frame["value"]).to_numpy()
    return centre - z * se, centre + z * se


@pytest.fixture(scope="module")
def worlds():
    """For each world: errors of the log-parameters, what the intervals hold (parameters, total, share of customers)."""
    error, inside, total, each = [], [], [], []
    true = np.log(list(VALUES.values()))
    for seed in range(WORLDS):
        history, later = simulated(5000, seed=seed, ages=(6, 30), ahead=12)
        fit = lifetime.fit(history, family="bg_bb")
        lo, hi = bounds(fit)
        error.append((lo + hi) / 2 - true)
        inside.append((lo <= true) & (true <= hi))
        row = lifetime.total(fit, history, periods=12, unit="month").table.iloc[-1]
        total.append(row["lo"] <= later.sum() <= row["hi"])
        ahead = lifetime.forecast(fit, history, periods=12)
        each.append(((ahead["lo"] <= later) & (later <= ahead["hi"])).mean())
    return np.array(error), np.array(inside), np.array(total), np.array(each)


def test_bg_bb_is_unbiased(worlds):
    assert (np.abs(np.median(worlds[0], axis=0)) < 0.05).all()


def test_bg_bb_intervals_hold(worlds):
    _, inside, total, each = worlds
    for hits in (*inside.T, total):
        assert covered(hits, 5)
    assert each.mean() >= 0.9


def test_contracts_are_unbiased_and_their_intervals_hold():
    error, inside = [], []
    true = np.log([1.2, 4.0])
    for seed in range(WORLDS):
        lo, hi = bounds(lifetime.fit_retention(contracts(5000, 8, seed=seed)))
        error.append((lo + hi) / 2 - true)
        inside.append((lo <= true) & (true <= hi))
    assert (np.abs(np.median(error, axis=0)) < 0.05).all()
    for hits in np.array(inside).T:
        assert covered(hits, 2)


def test_regions_hold_their_intervals():
    inside, own = [], []
    for seed in range(60):
        history, region, truth = country([8, 20, 60, 150] * 3, seed=100 + seed)
        table = lifetime.fit_regions(history, region).table.set_index("region")
        inside += ((table["lo"] <= truth) & (truth <= table["hi"])).tolist()
        own.append(pd.Series(np.log(table["value"] / truth).abs() < np.log(table["unpooled"] / truth).abs()).mean())
    # empirical Bayes takes the spread between regions as known: a few points short of the stated level at most
    assert np.mean(inside) > 0.86
    assert np.mean(own) > 0.5
