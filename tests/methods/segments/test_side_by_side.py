import dataclasses
import time

import numpy as np
import pandas as pd
import pytest

from analysis.core.disclosure import control
from analysis.core.errors import DataError, SettingError
from analysis.methods import segments

from .made import FEATURES, accounts, segmented


def three_groups():
    """20 large hospitals, 30 middle ones and 50 pharmacies, all alike within their group but for a little."""
    # joining the hospitals costs 20·30/50·40² = 19,200, joining the others 30·50/80·40² = 30,000
    value = np.repeat([90.0, 50.0, 10.0], [20, 30, 50])
    wiggle = np.tile([-1.0, 0.0, 1.0, 0.0], 25)
    return pd.DataFrame({"value_12m": value + wiggle, "orders_12m": value / 5 + wiggle[::-1] / 10}, accounts(100))


def seen(features, **settings):
    return segments.side_by_side(segments.prepare(features, transform="none"), features, **settings)


def test_sizes_and_origins_of_groups_that_are_known():
    features = three_groups()
    table = seen(features, k=(2, 3), order_by="value_12m").table
    # two segments: 50 hospitals before 50 pharmacies; three: 20 and 30 hospitals, both from segment 1
    assert table["n"].tolist() == [50, 50, 20, 30, 50]
    assert table["share"].tolist() == [0.5, 0.5, 0.2, 0.3, 0.5]
    assert table["n_smallest"].tolist() == [50, 50, 20, 20, 20]
    assert table["from_segment"].tolist()[2:] == [1, 1, 2]
    assert table["from_segment"].isna().tolist()[:2] == [True, True]
    assert table["from_part"].tolist() == ["", "", "nearly_all", "nearly_all", "nearly_all"]
    assert table["flag"].tolist() == ["ok", "ok", "low_n", "ok", "ok"]


def test_origins_are_counted_against_the_next_smaller_number():
    features, _truth = segmented(0, norm=2.5, n=300)
    found = seen(features, k=(2, 5))
    for row in found.table[found.table["k"] == 5].to_dict("records"):
        old = found.points.loc[found.points["k5"] == row["segment"], "k2"].value_counts(normalize=True)
        assert row["from_segment"] == old.idxmax()
        # two sources: the larger one is at least half
        assert row["from_part"] == ("nearly_all" if old.max() >= 0.9 else "most")


def test_a_segment_of_many_origins_is_mixed():
    # segments so close together are cut anew for each number
    features, _truth = segmented(3, norm=1.0, n=300)
    found = seen(features, k=(4, 9))
    part = [
        found.points.loc[found.points["k9"] == segment, "k4"].value_counts(normalize=True).max()
        for segment in range(1, 10)
    ]
    told = found.table.loc[found.table["k"] == 9, "from_part"].tolist()
    assert told == ["nearly_all" if p >= 0.9 else "most" if p >= 0.5 else "mixed" for p in part]
    assert "mixed" in told


@pytest.mark.parametrize("order_by", [None, "own_share", "series"])
def test_segments_are_those_of_the_model(order_by):
    features, _truth = segmented(1, norm=3.0, n=200)
    order = features["breadth"] * 2 if order_by == "series" else order_by
    prepared = segments.prepare(features)
    found = segments.side_by_side(prepared, features, k=(4,), order_by=order, seed=5)
    model = segments.fit(prepared, k=4, order_by=order, seed=5)
    assert found.points["k4"].tolist() == model.customers["segment"].tolist()
    assert found.table["n"].tolist() == model.table["n"].tolist()


def test_profiles_are_those_of_profile():
    features, _truth = segmented(1, norm=3.0, n=200)
    found = seen(features, k=(3, 4))
    whole = segments.profile(found.points["k4"], features)
    own = found.profiles[found.profiles["k"] == 4].reset_index(drop=True)
    shared = ["segment", "feature", "n", "median", "median_all", "index", "std_difference", "flag"]
    pd.testing.assert_frame_equal(own[shared], whole.table[shared])
    highs = whole.names["high"].tolist()
    assert found.table.loc[found.table["k"] == 4, "high"].tolist() == highs


def test_projection_of_points_on_a_line_and_off_it():
    # variances 8 and 2 on two uncorrelated features: the axes show 80 % and 20 %
    frame = pd.DataFrame(
        {"trend": [2.0, -2.0, 2.0, -2.0], "growth": [1.0, 1.0, -1.0, -1.0]}, index=pd.Index(list("abcd"))
    )
    whole = segments.prepare(frame, limits=None, transform="none", scale="standard")
    scale = frame.std().to_numpy()
    whole = dataclasses.replace(whole, matrix=whole.matrix * scale)
    found = segments.side_by_side(whole, frame, k=(2,))
    assert found.explained == pytest.approx((0.8, 0.2))
    assert found.along == ("trend", "growth")
    # each axis rises with its feature
    assert found.points["x"].tolist() == pytest.approx([2, -2, 2, -2])
    assert found.points["y"].tolist() == pytest.approx([1, 1, -1, -1])


def test_distances_in_the_projection_are_never_larger_than_the_true_ones():
    features, _truth = segmented(2, norm=2.5, n=150)
    prepared = segments.prepare(features)
    found = segments.side_by_side(prepared, features, k=(2,))
    X, P = prepared.matrix.to_numpy(), found.points[["x", "y"]].to_numpy()
    true, drawn = ((A[:, None] - A) ** 2 for A in (X, P))
    assert (drawn.sum(axis=2) <= true.sum(axis=2) + 1e-9).all()
    total = ((X - X.mean(axis=0)) ** 2).sum()
    assert sum(found.explained) == pytest.approx(((P - P.mean(axis=0)) ** 2).sum() / total)


def test_one_feature_has_no_second_axis():
    found = seen(three_groups()[["value_12m"]], k=(2,))
    assert found.explained == pytest.approx((1.0, 0.0))
    assert found.along == ("value_12m", "")
    assert (found.points["y"] == 0).all()


def test_customers_without_any_value_are_left_out_and_counted():
    features = three_groups()
    features.iloc[4] = np.nan
    found = seen(features, k=(2,))
    assert found.table["n"].sum() == 99
    assert "H00004" not in found.points.index
    assert "segments_no_values" in [note.code for note in found.notes]


def test_a_number_with_one_small_segment_is_hidden_whole():
    features = three_groups()
    features.iloc[:3] *= 1.8
    found = seen(features, k=(2, 3, 4), order_by="value_12m")
    small = set(found.table.loc[found.table["n"] < 5, "k"])
    # three of the large hospitals stand apart from the others in four segments
    assert small == {4}
    safe = control(found, 5).result
    hidden = safe.table["k"].isin(small)
    assert (safe.table["flag"] == "suppressed").tolist() == hidden.tolist()
    for name in ("n", "share", "from_segment", "from_part", "high", "low", "n_smallest"):
        assert safe.table.loc[hidden, name].isna().all()
    gone = safe.profiles["k"].isin(small)
    assert safe.profiles.loc[gone, ["n", "median", "index", "std_difference"]].isna().all().all()
    assert (safe.profiles.loc[~gone, "flag"] != "suppressed").all()
    assert safe.table["k"].notna().all()
    assert safe.table["segment"].notna().all()


def test_what_is_said_stands_on_the_largest_number():
    found = seen(three_groups(), k=(2, 3))
    assert (found.finding.code, found.finding.values) == (
        "segments_side_by_side", {"n": 100, "low": 2, "high": 3, "share": 0.2},
    )  # fmt: skip
    assert seen(three_groups(), k=(3,)).finding.code == "segments_one_number"
    assert {"segments_by_eye", "segments_projection"} <= {note.code for note in found.notes}


@pytest.mark.parametrize(
    ("k", "said"),
    [((1, 2), "k must be 2 to 12; got 1"), ((13,), "k must be 2 to 12; got 13"), ((), "k must be 2 to 12"),
     ((2.5,), "k must be a whole number")],
)  # fmt: skip
def test_numbers_that_cannot_be(k, said):
    with pytest.raises(SettingError) as error:
        seen(three_groups(), k=k)
    assert said in error.value.text("en")


def test_more_segments_than_different_customers():
    features = pd.DataFrame({"value_12m": [1.0, 1.0, 2.0, 3.0]}, accounts(4))
    with pytest.raises(DataError) as error:
        seen(features, k=(4,))
    assert error.value.code == "segments_too_few_distinct"


def test_features_of_other_customers():
    features = three_groups()
    with pytest.raises(DataError) as error:
        segments.side_by_side(segments.prepare(features), features.iloc[:90], k=(2,))
    assert error.value.code == "segments_without_features"
    assert error.value.values == {"count": 10, "all": 100}


def test_seven_numbers_take_under_three_seconds():
    features, _truth = segmented(0, norm=2.5, n=750)
    prepared = segments.prepare(features)
    start = time.process_time()
    found = segments.side_by_side(prepared, features)
    assert time.process_time() - start < 3
    assert len(found.table) == 2 + 3 + 4 + 5 + 6 + 7 + 8
    assert found.settings["features"] == FEATURES
