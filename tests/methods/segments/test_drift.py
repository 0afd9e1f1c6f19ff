import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import segments
from analysis.methods.segments._drift import stability_index

from .made import accounts, segmented


def row(found, subject):
    return found.table.set_index("subject").loc[subject]


def test_index_by_hand():
    # shares .2 .3 .5 against .3 .3 .4: (−.1)·ln(2/3) + 0 + .1·ln(1.25) = 0.040547 + 0.022314
    assert stability_index(np.array([20, 30, 50]), np.array([30, 30, 40])) == pytest.approx(0.062861, abs=1e-6)


def test_half_a_customer_is_added_where_a_class_is_empty():
    # (0.5, 10.5)/11 against (5.5, 5.5)/11: (−5/11)·ln(0.5/5.5) + (5/11)·ln(10.5/5.5)
    expected = 5 / 11 * np.log(11) + 5 / 11 * np.log(10.5 / 5.5)
    assert stability_index(np.array([0, 10]), np.array([5, 5])) == pytest.approx(expected)


def test_a_feature_by_hand_through_the_deciles():
    ids = accounts(200)
    reference = pd.DataFrame({"value_12m": np.arange(1.0, 201), "orders_12m": np.tile([1.0, 5.0], 100)}, ids)
    model = segments.fit(segments.prepare(reference), k=2)
    # only the upper half of the values: five classes of 10 % become 20 %, five become empty
    found = segments.drift(model, reference.iloc[100:], reference=reference)
    now, before = np.repeat([0.5, 20.5], 5), np.full(10, 20.5)
    p, q = now / now.sum(), before / before.sum()
    assert row(found, "value_12m")["value"] == pytest.approx(((p - q) * np.log(p / q)).sum())
    assert row(found, "value_12m")["reading"] == "drift_large"
    # every second account orders five times, before and now
    assert row(found, "orders_12m")["value"] == pytest.approx(0)
    assert found.finding.code == "drift_found"
    assert found.finding.values["subject"] == "value_12m"


def test_the_same_customers_have_not_drifted():
    frame, _ = segmented(0, norm=3.0, n=400)
    model = segments.fit(segments.prepare(frame), k=4)
    found = segments.drift(model, frame, reference=frame)
    assert (found.table.loc[found.table["unit"] == "number2", "value"] == 0).all()
    # by the rule of the 99th percentile 4 of 400 are farther than the 396th
    assert row(found, "beyond_fit")["value"] <= 0.01
    assert found.finding.code == "drift_none"
    assert found.shares["share"].equals(found.shares["share_reference"])


def test_customers_unlike_all_segments_are_seen():
    frame, _ = segmented(0, norm=3.0, n=400)
    model = segments.fit(segments.prepare(frame), k=4)
    far = frame.iloc[:100] * 0 + [9, -9, 9, -9, 9, -9]
    found = segments.drift(model, far)
    assert (row(found, "beyond_fit")["value"], row(found, "beyond_fit")["reading"]) == (1.0, "drift_far_more")
    assert found.shares.set_index("segment").loc[0, "n"] == 100
    assert "drift_no_reference" in [note.code for note in found.notes]
    assert set(found.table["subject"]) == {"segment_shares", "beyond_fit"}


def test_without_drift_the_interval_reaches_zero_in_most_samples():
    rng = np.random.default_rng(0)
    reference = pd.DataFrame({"trend": rng.normal(size=1000), "gap_cv": rng.gamma(2, size=1000)}, accounts(1000))
    model = segments.fit(segments.prepare(reference), k=2)
    clear = 0
    for _ in range(100):
        now = pd.DataFrame({"trend": rng.normal(size=150), "gap_cv": rng.gamma(2, size=150)}, accounts(150))
        found = segments.drift(model, now, reference=reference)
        clear += row(found, "trend")["lo"] > 0
    # 2.5 % expected
    assert clear <= 7


def test_a_small_sample_is_said_and_not_called_drift():
    frame, _ = segmented(0, norm=3.0, n=400)
    model = segments.fit(segments.prepare(frame), k=4)
    found = segments.drift(model, frame.sample(40, random_state=1), reference=frame)
    notes = {note.code: dict(note.values) for note in found.notes}
    assert notes["drift_small_n"] == {"n": 40, "chance": 9 / 40}
    features = found.table[~found.table["subject"].isin(["segment_shares", "beyond_fit"])]
    assert (features["value"] > 0.1).any()
    assert set(features["reading"]) <= {"drift_by_chance", "drift_small"}


def test_missing_values_are_a_class_of_their_own():
    frame, _ = segmented(0, norm=3.0, n=200)
    model = segments.fit(segments.prepare(frame), k=3)
    now = frame.copy()
    now.loc[now.index[:60], "breadth"] = np.nan
    found = segments.drift(model, now, reference=frame)
    assert row(found, "breadth")["value"] > 1


def test_an_absent_feature_is_refused():
    frame, _ = segmented(0, norm=3.0, n=200)
    model = segments.fit(segments.prepare(frame), k=3)
    with pytest.raises(DataError, match="breadth"):
        segments.drift(model, frame.drop(columns="breadth"), reference=frame)
