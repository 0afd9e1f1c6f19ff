import numpy as np
import pandas as pd
import pytest

from analysis.core.disclosure import control
from analysis.core.errors import DataError
from analysis.methods import segments

from .made import accounts

IDS = accounts(8)
ASSIGNED = pd.Series([1, 1, 1, 1, 2, 2, 2, 2], IDS)


def row(found, **where):
    table = found.table
    for name, value in where.items():
        table = table[table[name] == value]
    return table.iloc[0]


def test_shares_and_medians_by_hand():
    attributes = pd.DataFrame(
        {
            "hospital_level": ["三级", "三级", "三级", "二级", "二级", "二级", "二级", None],
            "beds": [9, 7, 5, 3, 1, 1, 1, 1.0],
        },
        IDS,
    )
    found = segments.describe(ASSIGNED, attributes)
    # three of four in segment 1, three of seven known in all: index 100 · 0.75 ÷ (3/7)
    third = row(found, attribute="hospital_level", level="三级", segment=1)
    assert (third["n"], third["count"], third["value"]) == (4, 3, 0.75)
    totals = found.totals.set_index("level")
    assert totals.loc["三级", ["n", "count", "base"]].tolist() == [7, 3, 3 / 7]
    assert third["index"] == pytest.approx(175)
    assert row(found, attribute="hospital_level", level="二级", segment=2)["n"] == 3
    beds = row(found, attribute="beds", segment=1)
    # 9 7 5 3: median 6; all: 1 1 1 1 3 5 7 9, median 2
    assert (beds["value"], totals.loc["median", "base"], beds["index"]) == (6, 2, 300)


def test_who_fits_no_segment_is_left_out_and_counted():
    beds = pd.DataFrame({"beds": [9, 7, 5, 3, 1, 1, 1, 1000.0]}, IDS)
    found = segments.describe(ASSIGNED.where(ASSIGNED.index != IDS[-1], 0), beds)
    assert found.n == 7
    assert found.table["segment"].tolist() == [1, 2]
    # 1 1 1 3 5 7 9
    assert found.totals["base"].tolist() == [3]
    assert [dict(note.values) for note in found.notes if note.code == "segments_fit_few"] == [{"fewer": 11}]


def test_what_made_the_segments_has_no_p_no_interval_and_no_effect():
    rng = np.random.default_rng(0)
    ids = accounts(200)
    value = rng.normal(size=200)
    assigned = pd.Series(np.where(value > 0, 1, 2), ids)
    frame = pd.DataFrame({"value_12m": value, "beds": rng.normal(size=200)}, ids)
    found = segments.describe(assigned, frame, clustered=["value_12m"])
    tests = found.tests.set_index("attribute")
    assert tests.loc["value_12m", ["p", "q", "effect"]].isna().all()
    assert tests.loc["beds", ["p", "q", "effect"]].notna().all()
    assert found.table.loc[found.table["role"] == "clustered", ["lo", "hi"]].isna().all().all()
    assert "segments_clustered_untested" in [note.code for note in found.notes]
    # held-out customers give an effect, still no p
    held = segments.describe(assigned, frame, clustered=["value_12m"], held_out=ids[:60])
    tests = held.tests.set_index("attribute")
    assert (tests.loc["value_12m", "n"], tests.loc["beds", "n"]) == (60, 200)
    assert tests.loc["value_12m", "effect"] > 0.5
    assert np.isnan(tests.loc["value_12m", "p"])


def test_adjusted_p_of_unrelated_attributes_is_rarely_small():
    ids = accounts(120)
    hits = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        assigned = pd.Series(rng.choice([1, 2, 3], 120), ids)
        frame = pd.DataFrame(
            {"beds": rng.gamma(1, size=120), "ownership": rng.choice(["公立", "民营"], 120),
             "province": rng.choice(list("甲乙丙丁"), 120), "visits": rng.poisson(3, 120)},
            ids,
        )  # fmt: skip
        hits += (segments.describe(assigned, frame).tests["q"] < 0.05).any()
    # at most 5 % expected
    assert hits <= 10


def test_a_difference_is_found_and_named():
    rng = np.random.default_rng(0)
    ids = accounts(300)
    assigned = pd.Series(np.repeat([1, 2, 3], 100), ids)
    level = np.where(rng.random(300) < 0.8, np.repeat(["三级", "二级", "基层"], 100), "二级")
    found = segments.describe(assigned, pd.DataFrame({"hospital_level": level, "beds": rng.normal(size=300)}, ids))
    assert found.finding.code == "segments_differ_cramers_v"
    assert found.finding.values["attribute"] == "hospital_level"
    only = segments.describe(assigned, pd.DataFrame({"beds": rng.normal(size=300)}, ids))
    assert only.finding.code == "segments_alike"


def test_rare_values_stand_together_and_yes_and_no_are_words():
    ids = accounts(60)
    frame = pd.DataFrame({"city": [f"城市{i // 2:02d}" for i in range(60)], "listed": np.arange(60) % 2 == 0}, ids)
    found = segments.describe(pd.Series(np.repeat([1, 2], 30), ids), frame)
    levels = found.table[found.table["attribute"] == "city"]["level"].drop_duplicates().tolist()
    assert (len(levels), levels[-1]) == (12, "other_levels")
    # every customer is counted once
    assert found.table[found.table["attribute"] == "city"]["count"].sum() == 60
    assert set(found.table[found.table["attribute"] == "listed"]["level"]) == {"yes_plain", "no_plain"}


def test_thin_cross_tables_are_marked():
    frame = pd.DataFrame({"ownership": ["公立"] * 6 + ["民营"] * 2}, IDS)
    found = segments.describe(ASSIGNED, frame)
    assert found.tests["flag"].tolist() == ["low_n"]
    assert "segments_thin_levels" in [note.code for note in found.notes]


def test_small_cells_are_hidden_with_company():
    ids = accounts(100)
    level = np.array(["三级"] * 3 + ["二级"] * 37 + ["基层"] * 60)
    found = segments.describe(pd.Series(np.repeat([1, 2], 50), ids), pd.DataFrame({"hospital_level": level}, ids))
    hidden = control(found, 5).result.table
    shown = hidden[(hidden["segment"] == 1)].set_index("level")
    assert np.isnan(shown.loc["三级", "value"])
    assert shown["value"].isna().sum() >= 2


def test_refusals():
    frame = pd.DataFrame({"beds": np.arange(8.0)}, IDS)
    with pytest.raises(DataError, match="1 of 8"):
        segments.describe(ASSIGNED, frame.iloc[1:])
    with pytest.raises(DataError, match="held_out"):
        segments.describe(ASSIGNED, frame, held_out=["H99999"])
    with pytest.raises(DataError, match="orders"):
        segments.describe(ASSIGNED, frame, clustered=["orders"])
