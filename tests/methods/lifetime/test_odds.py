import numpy as np
import pytest
from scipy import special

from analysis.methods.lifetime.odds import split


def test_the_same_as_scipy_and_certain_at_infinity():
    logit = np.concatenate([np.linspace(-700, 700, 400), [0.0, -np.inf, np.inf, 1e-12]])
    p, rest, log_rest = split(logit)
    assert p == pytest.approx(special.expit(logit), rel=1e-12, abs=0)
    assert rest == pytest.approx(special.expit(-logit), rel=1e-12, abs=0)
    assert log_rest == pytest.approx(special.log_expit(-logit), rel=1e-12, abs=0)
    assert (p[-3:-1] == [0.0, 1.0]).all()
    assert log_rest[-2] == -np.inf
