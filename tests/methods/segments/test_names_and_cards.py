import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import segments

from .made import accounts, segmented, two_groups


def profile(medians, size=20, **settings):
    """Segments with these values of each feature, alike within."""
    n = len(next(iter(medians.values())))
    rng = np.random.default_rng(0)
    labels = pd.Series(np.repeat(np.arange(1, n + 1), size), accounts(n * size))
    columns = {name: np.repeat(np.asarray(values, float), size) + 0.01 * rng.normal(size=n * size)
               for name, values in medians.items()}  # fmt: skip
    return segments.profile(labels, pd.DataFrame(columns, labels.index), **settings)


def test_names_in_both_languages_from_the_phrases():
    found = segments.suggest_names(profile({"value_12m": [90, 10, 10], "gap_cv": [0.2, 0.9, 0.9]}))
    first = found.table.iloc[0]
    assert (first["name_zh"], first["name_en"]) == ("大额稳定客户", "large, regular buyers")
    assert {first["because"], first["because_2"]} == {"value_12m", "gap_cv"}
    assert first["source"] == "name_suggested"


def test_no_two_segments_have_the_same_name():
    # segments 1 and 2 are both large and frequent; only the third feature tells them apart
    found = segments.suggest_names(
        profile({"value_12m": [90, 90, 10, 10], "orders_12m": [50, 50, 5, 5], "trend": [0.0, 0.05, 0.0, 0.05]})
    )
    for column in ("name_zh", "name_en"):
        assert found.table[column].is_unique
    same = segments.suggest_names(profile({"value_12m": [90, 90, 10]}))
    assert same.table["name_zh"].is_unique
    assert "（客群2）" in same.table["name_zh"].iloc[1]


def test_the_analyst_names_win_and_are_not_given_again():
    data = {"value_12m": [90, 10, 10], "gap_cv": [0.2, 0.9, 0.9]}
    found = segments.suggest_names(profile(data), given={3: "大额稳定客户"})
    table = found.table.set_index("segment")
    assert (table.loc[3, "name_zh"], table.loc[3, "name_en"], table.loc[3, "source"]) == (
        "大额稳定客户", "大额稳定客户", "name_given",
    )  # fmt: skip
    assert table.loc[1, "name_zh"] != "大额稳定客户"
    from_profile = segments.suggest_names(profile(data, names={2: "零散"}))
    assert from_profile.table.set_index("segment").loc[2, "name_zh"] == "零散"


def test_much_of_one_channel_is_not_also_little_of_another():
    found = segments.suggest_names(profile({"channel_direct": [0.9, 0.1, 0.1], "channel_distributor": [0.1, 0.9, 0.9]}))
    assert found.table["name_zh"].iloc[0] == "直销客户"


def test_a_feature_without_a_phrase_is_named_as_it_is():
    found = segments.suggest_names(profile({"beds": [900, 100, 100]}))
    assert found.table["name_zh"].iloc[0] == "床位数高客户"
    assert found.table["name_en"].iloc[0] == "high beds buyers"


def test_cards_by_hand():
    described = profile({"value_12m": [90, 10], "trend": [0.1, 0.0]}, size=10)
    ids = described.customers.index
    values = pd.Series(np.repeat([30.0, 10.0], 10), ids)
    values.iloc[-1] = -50.0
    level = pd.DataFrame({"hospital_level": ["三级"] * 8 + ["二级"] * 12}, ids)
    cards = segments.persona_cards(described, values=values, attributes=level)
    # 300 of 300 + 90: a net return counts as 0
    assert cards.table["share_value"].tolist() == pytest.approx([300 / 390, 90 / 390])
    assert cards.table["value"].tolist() == [0.5, 0.5]
    first = cards.mix[cards.mix["segment"] == 1].iloc[0]
    assert (first["level"], first["count"], first["share"], first["base"]) == ("三级", 8, 0.8, 0.4)
    apart = cards.apart[cards.apart["segment"] == 1]
    assert set(apart["feature"]) == {"trend", "value_12m"}
    assert apart["std_difference"].abs().is_monotonic_decreasing
    assert cards.table["merge_with"].isna().all()


def test_two_segments_alike_should_be_merged():
    described = profile({"value_12m": [90, 10, 11], "gap_cv": [0.2, 0.9, 0.9]})
    cards = segments.persona_cards(described)
    assert [dict(note.values) for note in cards.notes if note.code == "segments_merge"] == [{"one": 2, "other": 3}]
    assert cards.table["merge_with"].tolist()[1:] == [3, 2]
    assert np.isnan(cards.table["merge_with"].iloc[0])
    assert cards.finding.code == "segments_cards"


def test_customers_without_value_are_refused():
    described = profile({"value_12m": [90, 10]})
    with pytest.raises(DataError, match="20 have none"):
        segments.persona_cards(described, values=pd.Series(1.0, described.customers.index[:20]))


def test_medoids_are_the_customers_nearest_to_the_centre():
    frame, _ = segmented(0, norm=3.0, n=200)
    prepared = segments.prepare(frame)
    model = segments.fit(prepared, k=3)
    found = segments.medoids(model, count=2)
    for segment, part in found.table.groupby("segment"):
        own = model.customers[model.customers["segment"] == segment]
        gap = prepared.matrix.loc[own.index] - model.centres.loc[segment]
        nearest = np.sqrt((gap**2).sum(axis=1)).sort_values()
        assert part["customer_id"].tolist() == nearest.index[:2].tolist()
        assert part["distance"].to_numpy() == pytest.approx(nearest.to_numpy()[:2])
        assert part["nearer"].iloc[0] == pytest.approx(1 - 1 / len(own))


def test_medoids_of_a_region_come_from_it():
    frame = two_groups()
    model = segments.fit(frame, k=2)
    region = frame.index[:5]
    found = segments.medoids(model, among=region)
    assert set(found.table["customer_id"]) <= set(region)
    assert [note.code for note in found.notes] == ["medoids_none"]
    with pytest.raises(DataError, match="at least one row"):
        segments.medoids(model, among=["H99999"])


def test_silhouette_by_hand():
    # four accounts at 0, 1 and 10, 12: the first is 1 from its own and (10 + 12)/2 = 11 from the others: 1 − 1/11
    frame = pd.DataFrame({"value_12m": [0.0, 1.0, 10.0, 12.0]}, accounts(4))
    model = segments.fit(frame, k=2, order_by="value_12m")
    found = segments.silhouettes(model, frame).table.set_index("segment")
    assert found.loc[2, "value"] == pytest.approx((1 - 1 / 11 + 1 - 1 / 10) / 2)
    # 10 is 2 from its own, 9.5 from the others; 12 is 2 and 11.5
    assert found.loc[1, "value"] == pytest.approx((1 - 2 / 9.5 + 1 - 2 / 11.5) / 2)
    assert found["astray"].tolist() == [0, 0]


def test_silhouettes_of_other_kinds_are_refused():
    frame, _ = segmented(0, norm=3.0, n=100)
    model = segments.fit(segments.prepare(frame), k=2, method="kmedoids_gower")
    with pytest.raises(SettingError, match=r"model\.family"):
        segments.silhouettes(model, frame)
