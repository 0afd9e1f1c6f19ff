import json

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import segments

from .made import accounts

PLAIN = {"limits": None, "transform": "none", "collinear": "keep"}


def hospitals(**columns):
    return pd.DataFrame(columns, index=accounts(len(next(iter(columns.values())))), dtype=float)


def test_standard_scale_by_hand():
    prepared = segments.prepare(hospitals(orders_12m=[1, 2, 3, 4, 5]), **PLAIN)
    # mean 3, sum of squares 10, variance 10/4 = 2.5
    assert prepared.matrix["orders_12m"].to_numpy() == pytest.approx((np.arange(1, 6) - 3) / np.sqrt(2.5))


def test_robust_scale_by_hand():
    prepared = segments.prepare(hospitals(orders_12m=[1, 2, 3, 4, 5]), scale="robust", **PLAIN)
    # median 3, quartiles 2 and 4: 2 / 1.349
    assert prepared.matrix["orders_12m"].iloc[4] == pytest.approx(2 / (2 / 1.349))


def test_robust_scale_falls_back_where_half_the_values_are_equal():
    prepared = segments.prepare(hospitals(orders_12m=[3, 3, 3, 3, 3, 3, 9]), scale="robust", **PLAIN)
    assert prepared.matrix["orders_12m"].iloc[6] == pytest.approx(6 / np.std([3] * 6 + [9], ddof=1))


def test_skewed_value_becomes_its_logarithm_and_symmetric_stays():
    rng = np.random.default_rng(0)
    features = hospitals(value_12m=np.exp(rng.normal(8, 1.5, 300)), trend=rng.normal(size=300))
    table = segments.prepare(features).table.set_index("feature")
    assert table.loc["value_12m", "transform"] == "log1p"
    assert table.loc["trend", "transform"] == "as_is"
    assert table.loc["value_12m", "skew_before"] > 3
    assert abs(table.loc["value_12m", "skew_after"]) < 0.5


def test_net_returns_take_the_signed_logarithm():
    values = np.r_[np.exp(np.linspace(0, 9, 60)), -np.exp(np.linspace(0, 4, 6))]
    prepared = segments.prepare(hospitals(value_12m=values), limits=None)
    assert prepared.table["transform"].tolist() == ["signed_log"]
    assert (np.diff(prepared.matrix["value_12m"].to_numpy()[np.argsort(values)]) >= 0).all()


def test_one_whale_is_held_at_the_stored_quantile():
    values = np.r_[np.arange(1, 200), 1e9]
    prepared = segments.prepare(hospitals(value_12m=values), transform="none")
    assert prepared.matrix["value_12m"].iloc[-1] < 3
    upper = prepared.recipe["features"][0]["upper"]
    assert upper == pytest.approx(np.quantile(values, 0.99))


def test_missing_values_become_the_median_and_are_counted():
    prepared = segments.prepare(hospitals(orders_12m=[1, 2, np.nan, 4], gap_cv=[1, 2, 3, 5]), **PLAIN)
    assert prepared.recipe["features"][0]["fill"] == 2.0
    assert prepared.table["imputed"].tolist() == [0.25, 0.0]
    assert prepared.notes[0].code == "segments_imputed"
    assert prepared.notes[0].values == {"count": 1, "share": 0.25}


def test_a_feature_that_never_varies_is_dropped_and_named():
    prepared = segments.prepare(hospitals(orders_12m=[1, 2, 3], n_products_12m=[1, 1, 1]), **PLAIN)
    assert list(prepared.matrix.columns) == ["orders_12m"]
    assert prepared.table["used"].tolist() == [True, False]
    assert prepared.notes[0].values == {"count": 1, "feature": "n_products_12m"}
    assert prepared.finding.values == {"n": 3, "kept": 1, "all": 2}


def test_a_feature_of_one_percent_ones_is_as_good_as_constant():
    prepared = segments.prepare(hospitals(tender=np.r_[np.zeros(299), 1], trend=np.linspace(0, 1, 300)))
    assert list(prepared.matrix.columns) == ["trend"]


def test_tiny_shares_are_not_taken_for_constants():
    prepared = segments.prepare(hospitals(defect_rate=np.linspace(1e-6, 5e-6, 20)), **PLAIN)
    assert prepared.matrix["defect_rate"].std() == pytest.approx(1)


def test_features_that_say_the_same_count_once():
    rng = np.random.default_rng(1)
    orders = rng.normal(size=100)
    features = hospitals(
        orders_12m=orders, active_months_12m=orders + 0.1 * rng.normal(size=100), trend=rng.normal(size=100)
    )
    prepared = segments.prepare(features)
    assert prepared.table["weight"].to_numpy() == pytest.approx([1 / np.sqrt(2), 1 / np.sqrt(2), 1.0])
    assert prepared.pairs[["feature", "other"]].to_numpy().tolist() == [["orders_12m", "active_months_12m"]]
    assert [note.code for note in prepared.notes] == ["segments_collinear"]
    kept = segments.prepare(features, collinear="keep")
    assert kept.table["weight"].tolist() == [1.0, 1.0, 1.0]
    assert [note.code for note in kept.notes] == ["segments_collinear_kept"]


def test_the_recipe_travels_as_json_and_does_the_same_elsewhere(tmp_path):
    rng = np.random.default_rng(2)
    features = hospitals(value_12m=np.exp(rng.normal(8, 1.5, 200)), gap_cv=rng.gamma(2, size=200))
    national = segments.prepare(features)
    national.save(tmp_path, "recipe")
    assert json.loads((tmp_path / "recipe.json").read_text())["fields"]["recipe"]
    loaded = segments.Prepared.load(tmp_path, "recipe")
    region = features.iloc[50:60]
    for recipe in (loaded, loaded.recipe):
        pd.testing.assert_frame_equal(segments.prepare(region, recipe=recipe).matrix, national.matrix.iloc[50:60])


def test_a_later_negative_value_breaks_nothing():
    features = hospitals(value_12m=np.exp(np.linspace(0, 10, 50)))
    recipe = segments.prepare(features).recipe
    after = segments.prepare(hospitals(value_12m=[-500.0, 3.0]), recipe=recipe).matrix["value_12m"]
    assert after.notna().all()
    assert after.iloc[0] < after.iloc[1]


def test_a_customer_without_any_value_stays_empty():
    prepared = segments.prepare(hospitals(orders_12m=[1, 2, np.nan, 4], gap_cv=[1, 2, np.nan, 5]), **PLAIN)
    assert prepared.matrix.iloc[2].isna().all()
    assert "segments_no_values" in [note.code for note in prepared.notes]


def test_row_order_changes_no_digit():
    rng = np.random.default_rng(3)
    features = hospitals(value_12m=np.exp(rng.normal(8, 1.5, 500)), gap_cv=rng.gamma(2, size=500))
    first = segments.prepare(features)
    for seed in range(5):
        again = segments.prepare(features.sample(frac=1, random_state=seed))
        assert again.recipe == first.recipe
        assert again.matrix.loc[first.matrix.index].equals(first.matrix)


def test_order_of_the_input_is_kept():
    features = hospitals(orders_12m=[1, 2, 3, 4]).iloc[[2, 0, 3, 1]]
    assert segments.prepare(features).matrix.index.tolist() == features.index.tolist()


@pytest.mark.parametrize(
    ("features", "code"),
    [
        (
            pd.DataFrame({"first_date": pd.to_datetime(["2025-01-01", "2025-02-01"])}, index=["H1", "H2"]),
            "segments_not_numeric",
        ),
        (hospitals(gap_cv=[1.0, np.inf]), "segments_infinite"),
        (hospitals(gap_cv=[1.0, 1.0, 1.0]), "segments_constant"),
        (hospitals(gap_cv=[1.0, 2.0]).iloc[:0], "empty"),
        (hospitals(gap_cv=[1.0, 2.0]).set_axis(["H1", "H1"]), "duplicate_customers"),
    ],
)
def test_features_that_cannot_be_used(features, code):
    with pytest.raises(DataError) as error:
        segments.prepare(features)
    assert error.value.code == code
    assert error.value.text("zh")
    assert "H1" not in str(error.value)


def test_message_names_the_columns_of_dates():
    with pytest.raises(DataError, match=r"1 are not: \['first_date'\]|1 are not: first_date"):
        segments.prepare(hospitals(gap_cv=[1.0, 2.0]).assign(first_date=pd.Timestamp("2025-01-01")))


def test_columns_must_be_those_of_the_recipe():
    recipe = segments.prepare(hospitals(orders_12m=[1, 2, 3], gap_cv=[1, 2, 5]), **PLAIN).recipe
    with pytest.raises(DataError, match="gap_cv"):
        segments.prepare(hospitals(orders_12m=[1, 2, 3]), recipe=recipe)
    with pytest.raises(DataError, match="beds came on top"):
        segments.prepare(hospitals(orders_12m=[1, 2], gap_cv=[1, 2], beds=[500, 700]), recipe=recipe)


@pytest.mark.parametrize(
    "settings", [{"scale": "minmax"}, {"transform": "sqrt"}, {"collinear": "drop"}, {"limits": (0.9, 0.1)}]
)
def test_settings_that_do_not_exist(settings):
    with pytest.raises(SettingError):
        segments.prepare(hospitals(orders_12m=[1, 2, 3]), **settings)
