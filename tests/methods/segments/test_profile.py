import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import segments

from .made import accounts

IDS = accounts(6)
ASSIGNED = pd.Series([1, 1, 1, 2, 2, 2], IDS)


def features(**columns):
    return pd.DataFrame(columns, IDS, dtype=float)


def row(result, segment, feature):
    table = result.table
    return table[(table["segment"] == segment) & (table["feature"] == feature)].iloc[0]


def test_median_and_index_by_hand():
    found = segments.profile(ASSIGNED, features(orders_12m=[10, 20, 30, 1, 2, 3]))
    # all: 1 2 3 10 20 30, median 6.5; segment 1: 20, index 100·20/6.5
    first = row(found, 1, "orders_12m")
    assert (first["n"], first["share"], first["median"], first["median_all"]) == (3, 0.5, 20.0, 6.5)
    assert first["index"] == pytest.approx(100 * 20 / 6.5)
    # quartiles 2.25 and 17.5: spread 15.25 / 1.349
    assert first["std_difference"] == pytest.approx((20 - 6.5) / (15.25 / 1.349))
    assert first["flag"] == "low_n"


def test_a_feature_with_negative_values_has_no_index():
    found = segments.profile(ASSIGNED, features(trend=[0.2, 0.3, 0.4, -0.1, 0.1, 0.2]))
    assert found.table["index"].isna().all()
    assert row(found, 1, "trend")["std_difference"] > 0 > row(found, 2, "trend")["std_difference"]
    assert found.finding.code == "segments_profile_plain"


def test_half_zeros_still_have_a_spread():
    found = segments.profile(ASSIGNED, features(channel_direct=[0, 0, 0, 0, 1, 1]))
    assert np.isfinite(found.table["std_difference"]).all()
    assert found.table["index"].isna().all()


def test_finding_names_the_feature_that_sets_apart_most():
    found = segments.profile(ASSIGNED, features(orders_12m=[10, 20, 30, 1, 2, 3], gap_cv=[1, 1.1, 1.2, 1, 1.1, 1.2]))
    assert found.finding.code == "segments_profile"
    assert found.finding.values["feature"] == "orders_12m"


def test_telling_features_and_given_names():
    columns = features(orders_12m=[10, 11, 12, 1, 2, 3], gap_cv=[1, 2, 3, 4, 5, 6])
    found = segments.profile(ASSIGNED, columns, names={2: "零散采购"})
    assert found.names.to_dict("list") == {
        "segment": [1, 2], "name": ["", "零散采购"], "high": ["orders_12m", "gap_cv"], "low": ["gap_cv", "orders_12m"]
    }  # fmt: skip


def test_a_feature_less_than_half_a_spread_away_names_nothing():
    # medians 0.2 and 2.0 around 0.65: the lower one lies 0.42 spreads away
    found = segments.profile(ASSIGNED, features(gap_cv=[0.1, 0.2, 0.3, 1, 2, 3]))
    assert found.names["low"].tolist() == ["", ""]
    assert found.names["high"].tolist() == ["", "gap_cv"]


def test_who_fits_no_segment_and_who_was_not_assigned_is_counted():
    assigned = pd.Series([1, 1, 0, 2, 2], IDS[:5])
    found = segments.profile(assigned, features(orders_12m=[10, 20, 30, 1, 2, 3]))
    codes = {note.code: dict(note.values) for note in found.notes}
    assert codes["segments_not_assigned"] == {"count": 1}
    # one customer: told without its number, and in no row
    assert codes["segments_fit_few"] == {"fewer": 11}
    assert found.table["segment"].tolist() == [1, 2]
    assert found.customers["segment"].tolist() == assigned.tolist()


def test_further_columns_may_be_shown():
    found = segments.profile(ASSIGNED, features(beds=[900, 800, 700, 90, 80, 70], orders_12m=[10, 20, 30, 1, 2, 3]))
    assert set(found.table["feature"]) == {"beds", "orders_12m"}


def test_accounts_without_features_are_refused():
    with pytest.raises(DataError, match="2 of 6 have none"):
        segments.profile(ASSIGNED, features(orders_12m=[1, 2, 3, 4, 5, 6]).iloc[:4])
    with pytest.raises(DataError, match="at least one row"):
        segments.profile(ASSIGNED.iloc[:0], features(orders_12m=[1, 2, 3, 4, 5, 6]))
