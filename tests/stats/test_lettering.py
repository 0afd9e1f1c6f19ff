import numpy as np
import pandas as pd
import pytest

from analysis.methods import tiers
from analysis.stats import lettering


@pytest.mark.parametrize("seed", range(5))
def test_letters_agree_with_value_tiers(seed):
    rng = np.random.default_rng(seed)
    values = np.r_[rng.lognormal(3, 1.5, 80).round(0), 0.0, 0.0, -4.0]
    found = np.array(lettering.LETTERS)[lettering.letters(values, (0.7, 0.9))]
    ids = pd.Index([f"H{i:03d}" for i in range(len(values))])
    assert found.tolist() == tiers.abc(pd.Series(values, ids), n_boot=1).customers["tier"].tolist()


def test_by_hand():
    # 60, 20, 10, 10 of 100: before them 0, .6, .8, .8; equal customers stay together
    found = lettering.letters(np.array([10.0, 60.0, 10.0, 20.0, 0.0, -5.0]), (0.7, 0.9))
    assert found.tolist() == [1, 0, 1, 0, 3, 4]
    assert lettering.letters(np.array([-1.0, 0.0]), (0.7, 0.9)).tolist() == [4, 3]
