import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import SettingError
from analysis.methods import segments

from .made import segmented, two_groups


@pytest.mark.parametrize("scheme", ["distinct", "bootstrap", "subset"])
def test_groups_far_apart_are_highly_stable(scheme):
    found = segments.stability(two_groups(), k=2, n_boot=20, scheme=scheme)
    assert found.table["jaccard"].tolist() == [1.0, 1.0]
    assert found.table["recovered"].tolist() == [20, 20]
    assert found.table["dissolved"].tolist() == [0, 0]
    assert found.table["band"].tolist() == ["highly_stable", "highly_stable"]
    assert found.finding.code == "segments_stable"


def test_segments_are_numbered_as_fit_numbers_them():
    found = segments.stability(two_groups(), k=2, n_boot=5)
    assert found.table["n"].tolist() == [50, 30]
    assert found.table["n"].tolist() == segments.fit(two_groups(), k=2).table["n"].tolist()


def test_splitting_noise_dissolves():
    rng = np.random.default_rng(0)
    noise = pd.DataFrame(rng.normal(size=(150, 4)), [f"H{i:03d}" for i in range(150)], list("abcd"))
    found = segments.stability(noise, k=7, n_boot=30)
    assert found.finding.code == "segments_unstable"
    assert (found.table["dissolved"] > 0).all()
    assert set(found.table["band"]) <= {"dissolving", "pattern_only"}


def test_repeated_draws_make_segments_look_less_stable():
    features, _truth = segmented(1, norm=2, n=200)
    by_scheme = {
        scheme: segments.stability(features, k=5, n_boot=40, scheme=scheme).table["jaccard"].mean()
        for scheme in ("distinct", "bootstrap")
    }
    assert by_scheme["bootstrap"] < by_scheme["distinct"]


def test_row_order_changes_nothing():
    features, _truth = segmented(1, norm=3, n=150)
    first = segments.stability(features, k=4, n_boot=10)
    again = segments.stability(features.sample(frac=1, random_state=1), k=4, n_boot=10)
    pd.testing.assert_frame_equal(first.table, again.table)


def test_settings_are_checked():
    with pytest.raises(SettingError, match="scheme must be one of"):
        segments.stability(two_groups(), k=2, scheme="jackknife")
    with pytest.raises(SettingError, match="k must be 2 to 50"):
        segments.stability(two_groups(), k=1)
