"""Published and reproduced values of segmentation."""

from __future__ import annotations

import pandas as pd
import pytest
from sklearn.datasets import load_iris

from analysis.methods import segments

#: k-means of scale(iris[, 1:4]) in R 4.2.2 (Hartigan-Wong, 200 starts)
INERTIA = {2: 220.8793, 3: 138.8884, 4: 113.3316, 5: 90.2019, 6: 79.4652, 7: 70.1876, 8: 61.8211}


@pytest.fixture(scope="module")
def iris() -> pd.DataFrame:
    frame = load_iris(as_frame=True).data
    scaled = (frame - frame.mean()) / frame.std(ddof=1)
    return scaled.set_axis([f"I{i:03d}" for i in range(len(scaled))])


@pytest.fixture(scope="module")
def choice(iris: pd.DataFrame) -> segments.KChoice:
    return segments.choose_k(iris, n_boot=50)


def test_inertia_of_iris_equals_r(choice: segments.KChoice) -> None:
    ours = choice.table.set_index("k")["inertia"]
    for k, reference in INERTIA.items():
        assert reference - 1e-4 <= ours[k] <= reference + 0.06


def test_prepare_scales_iris_as_r_does(iris: pd.DataFrame) -> None:
    raw = load_iris(as_frame=True).data.set_axis(iris.index)
    prepared = segments.prepare(raw, transform="none", limits=None, collinear="keep")
    pd.testing.assert_frame_equal(prepared.matrix, iris, check_names=False)


def test_iris_jaccard_at_two_is_one_as_in_fpc_clusterboot(iris: pd.DataFrame) -> None:
    # R fpc 2.2-10, clusterboot(kmeansCBI, krange = 2): bootmean 1.00 1.00
    found = segments.stability(iris, k=2, n_boot=100)
    assert found.table["jaccard"].to_numpy() == pytest.approx([1.0, 1.0], abs=0.005)


def test_gap_of_iris_says_three_and_prediction_strength_two(choice: segments.KChoice) -> None:
    # R cluster 2.1.4, clusGap in the principal-component box, first k within one standard error of the next: 3
    table = choice.table.set_index("k")
    first = next(k for k in range(2, 8) if table.loc[k, "gap"] >= table.loc[k + 1, "gap"] - table.loc[k + 1, "gap_se"])
    assert first == 3
    # R fpc 2.2-10, prediction.strength, largest k above 0.8: 2
    assert [k for k in table.index if table.loc[k, "prediction_strength"] > 0.8] == [2]


def test_iris_has_structure(choice: segments.KChoice) -> None:
    assert choice.recommended in (2, 3)
    assert {2, 3} <= set(choice.table.loc[choice.table["admissible"], "k"])
