import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import segments

from .made import accounts


def test_six_customers_by_hand():
    features = pd.DataFrame({"value_12m": [1.0, 1, 1, 5, 5, 5], "trend": [0.0, 0.2, 0, 4, 4.2, 4]}, accounts(6))
    found = segments.size_influence(features, k=2)
    # both runs part the first three from the last three: value does not vary within them
    assert found.table["eta_squared"].tolist() == pytest.approx([1.0, 1.0])
    assert found.table["run"].tolist() == ["with_size", "without_size"]
    assert found.table["n_features"].tolist() == [2, 1]
    assert found.table["smallest"].tolist() == [0.5, 0.5]
    assert found.table["n_smallest"].tolist() == [3, 3]
    assert found.agreement == 1.0
    assert found.finding.code == "segments_with_size"


def test_eta_squared_by_hand():
    features = pd.DataFrame({"value_12m": [1.0, 3, 1, 3], "trend": [0.0, 0.1, 9, 9.1]}, accounts(4))
    table = segments.size_influence(features, k=2).table.set_index("run")
    # trend parts {1, 2} from {3, 4}; both have mean value 2: nothing of the variance lies between them
    assert table.loc["without_size", "eta_squared"] == pytest.approx(0.0)


def test_size_that_drowns_the_rest_is_said():
    rng = np.random.default_rng(0)
    size = rng.normal(size=400)
    many = {name: size + 0.1 * rng.normal(size=400) for name in ("value_12m", "orders_12m", "lines_12m", "packs_12m")}
    kind = np.repeat([-1.0, 1.0], 200)
    features = pd.DataFrame({**many, "trend": kind + 0.2 * rng.normal(size=400)}, accounts(400))
    prepared = segments.prepare(features, collinear="keep")
    found = segments.size_influence(prepared, size=list(many), k=2)
    assert found.finding.code == "segments_by_size"
    assert found.table["eta_squared"].iloc[0] > 0.5 > 0.05 > found.table["eta_squared"].iloc[1]
    assert found.agreement < 0.1


def test_segments_beyond_size():
    rng = np.random.default_rng(1)
    kind = rng.integers(3, size=300)
    features = pd.DataFrame({
        "value_12m": rng.normal(size=300), "trend": 6.0 * (kind == 0) + rng.normal(size=300),
        "gap_cv": 6.0 * (kind == 1) + rng.normal(size=300),
    }, accounts(300))  # fmt: skip
    found = segments.size_influence(segments.prepare(features), k=3)
    assert found.finding.code == "segments_beyond_size"
    assert found.agreement > 0.9


def test_what_cannot_be_compared():
    features = pd.DataFrame({"value_12m": [1.0, 2, 3], "beds": [1.0, 5, 2]}, accounts(3))
    with pytest.raises(DataError, match="all 2 in use are size features"):
        segments.size_influence(features, size=["value_12m", "beds"], k=2)
    with pytest.raises(SettingError, match="size must be one of"):
        segments.size_influence(features, size=["profit"], k=2)
    with pytest.raises(SettingError, match="at least one feature; got 0"):
        segments.size_influence(features, size=[], k=2)
