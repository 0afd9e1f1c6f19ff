import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import adjusted_rand_score

from analysis.core.errors import DataError, SettingError
from analysis.methods import segments

from .made import accounts

PLAIN = {"limits": None, "transform": "none", "collinear": "keep"}


def mixed(types, **columns):
    frame = pd.DataFrame(columns, index=accounts(len(types)), dtype=float)
    return frame.assign(customer_type=types)


def test_a_category_weighs_as_much_as_one_number_by_hand():
    prepared = segments.prepare(mixed(["hospital", "hospital", "pharmacy", "clinic"], orders_12m=[1, 2, 3, 4]), **PLAIN)
    # shares clinic 1/4, hospital 1/2, pharmacy 1/4: sum p (1 - p) = 3/16 + 4/16 + 3/16 = 10/16; times 4/3 = 10/12
    scale = np.sqrt(10 / 12)
    names = [f"customer_type={level}" for level in ("clinic", "hospital", "pharmacy")]
    assert list(prepared.matrix.columns) == ["orders_12m", *names]
    assert prepared.matrix[names].iloc[3].to_numpy() == pytest.approx(np.array([0.75, -0.5, -0.25]) / scale)
    # the mean squared distance of two customers is 2 (n - 1) variances of 1, as that of the number
    squared = ((prepared.matrix.to_numpy()[:, None] - prepared.matrix.to_numpy()) ** 2).mean(axis=(0, 1))
    assert squared[1:].sum() == pytest.approx(squared[0])


def test_the_weight_of_a_category_does_not_grow_with_its_levels():
    rng = np.random.default_rng(0)
    for levels in (2, 5, 12):
        prepared = segments.prepare(mixed(rng.integers(levels, size=400).astype(str), trend=rng.normal(size=400)))
        variance = prepared.matrix.var()
        assert variance.drop("trend").sum() == pytest.approx(1.0)
        assert variance["trend"] == pytest.approx(1.0, abs=0.1)


def test_a_missing_level_lies_in_the_middle():
    prepared = segments.prepare(mixed(["hospital", None, "pharmacy"], orders_12m=[1, 2, 3]), **PLAIN)
    assert prepared.matrix.filter(like="customer_type").iloc[1].tolist() == [0.0, 0.0]
    assert prepared.table.set_index("feature").loc["customer_type", "imputed"] == pytest.approx(1 / 3)
    # no median was put in its place
    assert prepared.notes == ()


def test_an_unknown_level_is_other_and_counted():
    national = segments.prepare(mixed(["hospital", "pharmacy"] * 10, orders_12m=range(20)))
    region = mixed(["hospital", "online_shop", "online_shop"], orders_12m=[1, 2, 3])
    prepared = segments.prepare(region, recipe=national)
    assert [(n.code, n.values) for n in prepared.notes] == [
        ("segments_levels_unseen", {"count": 2, "feature": "customer_type"})
    ]  # fmt: skip
    assert prepared.observed["customer_type"].tolist() == ["hospital", "other", "other"]
    # none of the indicators is set: as far from the one level as from the other
    unknown = prepared.matrix.filter(like="customer_type").iloc[1]
    assert unknown.iloc[0] == unknown.iloc[1] < 0


def test_levels_below_one_percent_are_one_level():
    types = ["hospital"] * 150 + ["pharmacy"] * 148 + ["school", "prison"]
    prepared = segments.prepare(mixed(types, trend=np.linspace(0, 1, 300)))
    assert prepared.recipe["features"][1]["levels"] == ["hospital", "pharmacy", "other"]
    assert prepared.notes[0].values == {"count": 2, "feature": "customer_type"}
    again = segments.prepare(mixed(["school", "hospital"], trend=[0, 1]), recipe=prepared)
    # known at fit time, so not counted as unseen
    assert "segments_levels_unseen" not in [note.code for note in again.notes]


def test_names_are_no_category():
    features = mixed([f"pharmacy {i}" for i in range(20)], orders_12m=range(20))
    prepared = segments.prepare(features)
    assert list(prepared.matrix.columns) == ["orders_12m"]
    assert prepared.table["reason"].tolist() == ["", "all_different"]
    assert [(n.code, n.values["count"]) for n in prepared.notes] == [("segments_dropped_names", 1)]


@pytest.mark.parametrize("method", ["gmm", "kmeans", "kmedoids_gower", "kprototypes"])
def test_categories_alone_make_segments_too(method, tmp_path):
    rng = np.random.default_rng(0)
    group = rng.integers(3, size=120)
    usual = {f"Q{j}": np.where(rng.random(120) < 0.9, (group + j) % 3, rng.integers(3, size=120)) for j in range(4)}
    features = pd.DataFrame({name: np.array(["a", "b", "c"])[code] for name, code in usual.items()}, accounts(120))
    model = segments.fit(segments.prepare(features), k=3, method=method)
    model.save(tmp_path, "segments")
    frozen = segments.Segments.load(tmp_path, "segments")
    assert frozen.equals(model)
    assert segments.assign(frozen, features).equals(model.customers["segment"])
    assert adjusted_rand_score(group, model.customers["segment"]) > 0.8


def test_codes_named_as_categories_have_no_order():
    features = mixed(["a"] * 6, region_code=[1, 2, 3, 1, 2, 3], trend=range(6)).drop(columns="customer_type")
    prepared = segments.prepare(features, categories=["region_code"])
    assert list(prepared.matrix.columns) == ["region_code=1", "region_code=2", "region_code=3", "trend"]
    squared = prepared.matrix.filter(like="region_code")
    apart = [float(((squared.iloc[i] - squared.iloc[j]) ** 2).sum()) for i, j in ((0, 1), (1, 2), (0, 2))]
    assert apart == pytest.approx([apart[0]] * 3)
    with pytest.raises(SettingError, match="categories must be one of"):
        segments.prepare(features, categories=["level"])


def test_yeo_johnson_takes_the_power_of_maximum_likelihood():
    rng = np.random.default_rng(0)
    skewed = np.exp(rng.normal(size=400)) - 0.5
    features = pd.DataFrame({"profit": skewed, "trend": rng.normal(size=400)}, accounts(400))
    prepared = segments.prepare(features, transform="yeo_johnson", limits=None)
    item = prepared.recipe["features"][0]
    assert item["transform"] == "yeo_johnson"
    assert item["power"] == pytest.approx(stats.yeojohnson_normmax(skewed))
    expected = stats.yeojohnson(skewed, lmbda=item["power"])
    expected = (expected - expected.mean()) / expected.std(ddof=1)
    assert prepared.matrix["profit"].to_numpy() == pytest.approx(expected)
    assert abs(prepared.table["skew_after"].iloc[0]) < 0.2 < 2 < prepared.table["skew_before"].iloc[0]
    assert prepared.recipe["features"][1]["transform"] == "as_is"
    again = segments.prepare(features.iloc[:5], recipe=prepared).matrix
    pd.testing.assert_frame_equal(again, prepared.matrix.iloc[:5])


def test_missing_flags_only_where_enough_are_missing():
    values = np.linspace(0, 1, 100)
    some, few, most = values.copy(), values.copy(), values.copy()
    some[:30], few[:4], most[:96] = np.nan, np.nan, np.nan
    features = pd.DataFrame({"gap_cv": some, "trend": few, "median_gap": most}, accounts(100))
    prepared = segments.prepare(features, flag_missing=True, collinear="keep")
    # median_gap: only four values are known, so it is of no more use than its flag would be
    flags = [name for name in prepared.matrix.columns if name.endswith("_missing")]
    assert flags == ["gap_cv_missing"]
    flag = prepared.matrix["gap_cv_missing"]
    # 30 of 100: (1 - 0.3) / sqrt(0.3 * 0.7 * 100 / 99)
    assert flag.iloc[4] == pytest.approx(0.7 / np.sqrt(0.21 * 100 / 99))
    assert segments.prepare(features).matrix.filter(like="_missing").empty


def test_nearly_constant_and_empty_features_are_dropped_with_their_reason():
    features = pd.DataFrame({
        "trend": np.linspace(0, 1, 100), "tender": np.r_[np.ones(96), np.zeros(4)],
        "returns": np.r_[np.ones(95), np.zeros(5)], "beds": np.nan, "region_count": 1.0,
    }, accounts(100))  # fmt: skip
    prepared = segments.prepare(features)
    reasons = prepared.table.set_index("feature")["reason"].to_dict()
    assert reasons == {
        "trend": "", "tender": "near_constant", "returns": "", "beds": "all_missing", "region_count": "constant",
    }  # fmt: skip
    told = {note.code: note.values for note in prepared.notes}
    assert told["segments_dropped"] == {"count": 2, "feature": "tender"}
    assert told["segments_dropped_empty"] == {"count": 1, "feature": "beds"}


def test_row_order_changes_no_digit_of_a_mixed_recipe():
    rng = np.random.default_rng(3)
    features = mixed(rng.choice(["hospital", "pharmacy", None], 200), value_12m=np.exp(rng.normal(8, 2, 200)))
    features.loc[features.index[:40], "value_12m"] = np.nan
    settings = {"transform": "yeo_johnson", "flag_missing": True}
    first = segments.prepare(features, **settings)
    again = segments.prepare(features.sample(frac=1, random_state=1), **settings)
    assert again.recipe == first.recipe
    assert again.matrix.loc[first.matrix.index].equals(first.matrix)
    assert again.observed.loc[first.matrix.index].equals(first.observed)


def test_recipes_of_another_version_or_with_parts_missing_are_refused():
    features = mixed(["hospital", "pharmacy"] * 10, orders_12m=range(20))
    recipe = segments.prepare(features).recipe
    old = {key: value for key, value in recipe.items() if key != "version"}
    with pytest.raises(DataError, match="recipe of the features must be of version 2; got 1") as error:
        segments.prepare(features, recipe=old)
    assert error.value.text("zh")
    with pytest.raises(DataError, match="of version 2; got 99"):
        segments.prepare(features, recipe={**recipe, "version": 99})
    broken = {**recipe, "features": [{k: v for k, v in f.items() if k != "levels"} for f in recipe["features"]]}
    with pytest.raises(DataError, match="levels"):
        segments.prepare(features, recipe=broken)
    unknown = {**recipe, "features": [{**f, "kind": "image"} for f in recipe["features"]]}
    with pytest.raises(DataError, match="must be complete"):
        segments.prepare(features, recipe=unknown)
