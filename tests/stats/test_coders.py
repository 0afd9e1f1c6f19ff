"""Krippendorff's alpha against the published example."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.core.errors import SettingError
from analysis.stats.coders import krippendorff

N = np.nan
#: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C: four observers, twelve units, gaps
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]  # fmt: skip


@pytest.mark.parametrize(("metric", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_published_example_with_gaps(metric: str, value: float) -> None:
    assert krippendorff(PUBLISHED, metric=metric)[0] == pytest.approx(value, abs=5e-4)


def test_published_example_of_two_observers() -> None:
    # the same paper, section A: two observers, ten binary units, alpha = 0.095
    value, lo, hi = krippendorff([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]])
    assert value == pytest.approx(0.095, abs=5e-4)
    assert np.isnan(lo)
    assert np.isnan(hi)


def test_by_hand() -> None:
    # units (1,1) (1,0) (0,0): coincidences o01 + o10 = 2, n0 = n1 = 3, n = 6
    # alpha = 1 - (2/6) / (2*3*3/(6*5)) = 1 - 0.3333/0.6 = 0.4444
    assert krippendorff([[1, 1, 0], [1, 0, 0]])[0] == pytest.approx(4 / 9)


def test_interval_holds_the_value_and_order_makes_no_difference() -> None:
    table = np.array(PUBLISHED)
    value, lo, hi = krippendorff(table, n_boot=200)
    assert lo < value < hi
    assert krippendorff(table[:, ::-1], n_boot=200) == pytest.approx((value, lo, hi))


def test_no_disagreement_to_expect_gives_no_value() -> None:
    assert np.isnan(krippendorff([[1, 1, 1], [1, 1, 1]])[0])
    assert np.isnan(krippendorff([[1, 0, N], [N, N, 1]])[0])


def test_wrong_metric() -> None:
    with pytest.raises(SettingError) as error:
        krippendorff([[1], [1]], metric="ratio")
    assert error.value.code == "not_a_choice"
