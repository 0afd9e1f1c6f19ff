import numpy as np
import pytest

from analysis.core.errors import SettingError
from analysis.stats import agreement


def test_quadratic_kappa_of_the_pathologists():
    """Agresti, Categorical Data Analysis (2002), table 10.8 and section 10.5.5: kappa .493, squared weights .78."""
    counts = [[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]]
    assert agreement.weighted_kappa(counts)[0] == pytest.approx(0.78, abs=0.005)


def test_quadratic_kappa_of_the_anxiety_ratings():
    """R package irr, ``kappa2(anxiety[, 2:3], "squared")`` prints 0.2520325 (20 subjects, raters 2 and 3)."""
    second = [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4]
    third = [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2]
    # rank of the answers that occur, as irr does it
    scale = [1, 2, 3, 4, 6]
    value, _, _ = agreement.weighted_kappa(agreement.cross_count(second, third, scale))
    assert value == pytest.approx(0.2520325, abs=1e-6)


def test_linear_kappa_and_its_interval():
    """SAS PROC FREQ on this table: weighted kappa 0.4701, 95 % limits 0.1845 to 0.7558."""
    found = agreement.weighted_kappa([[0, 4, 1], [0, 8, 0], [0, 1, 5]], power=1)
    assert found == pytest.approx((0.4701, 0.1845, 0.7558), abs=1e-4)


def test_by_hand():
    # two categories: observed 8/10; margins .5/.5 and .5/.5, chance .5; kappa (.8 − .5)/(1 − .5) = .6
    assert agreement.weighted_kappa([[4, 1], [1, 4]])[0] == pytest.approx(0.6)


def test_nobody_differs_or_nobody_is_rated_twice():
    assert np.isnan(agreement.weighted_kappa([[7, 0], [0, 0]])).all()
    assert np.isnan(agreement.weighted_kappa(np.zeros((5, 5)))).all()


def test_counts_stand_in_the_right_cell():
    found = agreement.cross_count([-2, 0, 0], [2, 1, 1], [-2, -1, 0, 1, 2])
    assert found[0, 4] == 1
    assert found[2, 3] == 2
    assert found.sum() == 3


def test_a_wrong_power_is_refused():
    with pytest.raises(SettingError, match="power"):
        agreement.weighted_kappa([[1, 0], [0, 1]], power=0)


def test_full_agreement_of_few_pairs_promises_little():
    """Two of each kind: by chance 1/2 differ; of 4 pairs up to 1 - 0.025^(1/4) = 0.6024 may: 1 - 0.6024 / 0.5."""
    assert agreement.weighted_kappa([[2, 0], [0, 2]]) == pytest.approx((1.0, 1 - (1 - 0.025**0.25) / 0.5, 1.0))
    _, few, _ = agreement.weighted_kappa([[2, 0], [0, 2]])
    _, many, _ = agreement.weighted_kappa([[200, 0], [0, 200]])
    assert few < 0 < 0.98 < many < 1
