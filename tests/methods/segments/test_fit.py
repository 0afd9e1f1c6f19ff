import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from analysis.core.errors import DataError, SettingError
from analysis.methods import segments

from .made import FEATURES, accounts, segmented, two_groups


def test_two_groups_by_hand():
    features = pd.DataFrame({"orders_12m": [1.0, 3.0, 2.0, 20.0, 22.0]}, accounts(5))
    model = segments.fit(features, k=2)
    # the three small ones are the largest segment: mean 2; the other two: mean 21
    assert model.centres["orders_12m"].tolist() == [2.0, 21.0]
    assert model.table["n"].tolist() == [3, 2]
    assert model.table["value"].tolist() == [0.6, 0.4]
    assert model.customers["segment"].tolist() == [1, 1, 1, 2, 2]
    assert model.customers["distance"].tolist() == [1.0, 1.0, 0.0, 1.0, 1.0]
    # Wilson interval of 3 of 5, z = 1.959964
    assert model.table["lo"].iloc[0] == pytest.approx(0.2307, abs=1e-4)
    assert model.table["flag"].tolist() == ["low_n", "low_n"]


def test_segment_one_has_the_highest_mean_of_the_named_feature():
    features = two_groups()
    by_size = segments.fit(features, k=2)
    by_value = segments.fit(features, k=2, order_by="value_12m")
    assert by_size.table["n"].tolist() == [50, 30]
    assert by_value.table["n"].tolist() == [30, 50]
    values = pd.Series(np.arange(80.0), features.index, name="beds")
    assert segments.fit(features, k=2, order_by=-values).table["n"].tolist() == [30, 50]
    assert segments.fit(features, k=2, order_by=values).table["n"].tolist() == [50, 30]


@pytest.mark.parametrize("method", ["kmeans", "gmm"])
def test_strong_segments_are_recovered(method):
    features, truth = segmented(4, norm=3)
    model = segments.fit(segments.prepare(features), k=5, method=method)
    assert adjusted_rand_score(truth, model.customers["segment"]) >= 0.6


def test_twenty_row_orders_give_the_same_numbers():
    features, _truth = segmented(4, norm=3, n=200)
    features["own_share"] = np.exp(features["own_share"])
    first = segments.fit(segments.prepare(features), k=5)
    for seed in range(20):
        shuffled = features.sample(frac=1, random_state=seed)
        again = segments.fit(segments.prepare(shuffled), k=5)
        assert again.customers.index.equals(shuffled.index)
        assert again.customers["segment"].loc[features.index].equals(first.customers["segment"])


@pytest.mark.parametrize("method", ["kmeans", "gmm"])
def test_assigning_the_fitted_accounts_gives_their_segments(method, tmp_path):
    features, _truth = segmented(5, norm=2, n=1000)
    features["potential_volume"] = np.exp(3 + features["potential_volume"])
    model = segments.fit(segments.prepare(features), k=5, method=method, order_by="potential_volume")
    model.save(tmp_path, "segments")
    frozen = segments.Segments.load(tmp_path, "segments")
    # a region is a part of the customers in another order
    region = features.iloc[700:200:-1]
    assigned = segments.assign(frozen, region)
    national = model.customers["segment"].loc[region.index]
    assert assigned.index.equals(region.index)
    beyond = assigned == 0
    assert (assigned[~beyond] == national[~beyond]).all()
    assert (model.customers["distance"].loc[region.index][beyond] > model.limit).all()
    assert (segments.assign(frozen, features) == 0).mean() <= 0.005


def test_an_account_unlike_all_others_fits_no_segment():
    features, _truth = segmented(5, norm=3)
    model = segments.fit(features, k=5)
    strange = pd.DataFrame([[9.0, -9.0, 9.0, -9.0, 9.0, -9.0], model.centres.iloc[2].tolist()], ["X1", "X2"], FEATURES)
    assert segments.assign(model, strange).tolist() == [0, 3]


def test_below_two_hundred_accounts_the_farthest_sets_the_limit():
    model = segments.fit(two_groups(), k=2)
    assert model.limit == model.customers["distance"].max()
    assert (segments.assign(model, two_groups()) == model.customers["segment"]).all()


def test_missing_values_become_the_model_s_medians():
    features = two_groups()
    model = segments.fit(segments.prepare(features, limits=None), k=2)
    medians = features.median()
    partly = pd.DataFrame({"value_12m": [medians["value_12m"], np.nan], "orders_12m": [np.nan, np.nan]}, ["P1", "P2"])
    full = pd.DataFrame([medians.tolist()], ["P1"], features.columns)
    assert segments.assign(model, partly)["P1"] == segments.assign(model, full)["P1"]
    # nothing known, nothing assigned
    assert segments.assign(model, partly)["P2"] == 0


def test_an_account_without_any_value_is_in_no_segment():
    features = two_groups()
    features.iloc[5] = np.nan
    model = segments.fit(segments.prepare(features), k=2)
    assert model.customers["segment"].iloc[5] == 0
    assert np.isnan(model.customers["distance"].iloc[5])
    assert model.table["n"].sum() == 79
    assert model.notes[0].values == {"count": 1}


def test_one_segment_is_everybody():
    assert segments.fit(two_groups(), k=1).table["value"].tolist() == [1.0]


def test_columns_must_be_those_of_the_model():
    model = segments.fit(segments.prepare(two_groups()), k=2)
    with pytest.raises(DataError, match="features needs the columns"):
        segments.assign(model, two_groups()[["value_12m"]])
    with pytest.raises(DataError, match="gap_cv came on top"):
        segments.assign(model, two_groups().assign(gap_cv=1.0))


def test_what_fit_refuses():
    known = "gmm, kmeans, kmedoids_gower, kprototypes, lca"
    with pytest.raises(SettingError, match=f"method must be one of {known}; got hdbscan"):
        segments.fit(two_groups(), k=2, method="hdbscan")
    with pytest.raises(SettingError, match="order_by must be one of"):
        segments.fit(two_groups(), k=2, order_by="beds")
    with pytest.raises(DataError, match="41 segments need at least 41 customers with different features; there are 40"):
        segments.fit(two_groups(40), k=41)
    with pytest.raises(DataError, match="order_by must hold a value of every customer; 1 have none"):
        segments.fit(two_groups(), k=2, order_by=two_groups()["value_12m"].iloc[1:])
    with pytest.raises(DataError, match="each customer once"):
        segments.fit(pd.concat([two_groups(), two_groups().iloc[:2]]), k=2)


def test_a_mixture_that_does_not_settle_says_so(monkeypatch):
    from analysis.methods.segments import _partition

    real = _partition.GaussianMixture
    monkeypatch.setattr(_partition, "GaussianMixture", lambda k, **s: real(k, **{**s, "max_iter": 1, "tol": 1e-12}))
    model = segments.fit(segmented(1, norm=1.5, n=300)[0], k=5, method="gmm")
    assert [note.code for note in model.notes] == ["segments_fit_few", "segments_not_settled"]
