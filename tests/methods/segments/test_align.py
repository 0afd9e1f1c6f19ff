from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import segments

from .made import accounts, segmented


def model(labels, centres=None, features=("value_12m",)):
    """A model with given segments of its customers."""
    labels = pd.Series(labels, accounts(len(labels)) if not isinstance(labels, pd.Series) else None)
    numbers = sorted(set(labels) - {0})
    base = segments.fit(pd.DataFrame({f: np.arange(20.0) for f in features}, accounts(20)), k=max(len(numbers), 1))
    index = pd.Index(numbers, name="segment")
    centres = np.arange(len(numbers) * len(features)).reshape(-1, len(features)) if centres is None else centres
    frame = pd.DataFrame(np.asarray(centres, dtype=float), index, list(features))
    table = pd.DataFrame({"segment": numbers, "n": [int((labels == s).sum()) for s in numbers]})
    customers = pd.DataFrame({"segment": labels, "distance": 1.0}).rename_axis("customer_id")
    return replace(base, table=table, centres=frame, spreads=frame * 0 + 1, customers=customers,
                   weights=tuple(1 / len(numbers) for _ in numbers))  # fmt: skip


def by_state(found):
    return {row["state"]: row for row in found.table.to_dict("records")}


def test_overlap_by_hand():
    # new 1 holds 8 of the old 2 and 2 of the old 1; new 2 holds the other 10 of the old 1
    old = model([1] * 12 + [2] * 8)
    new = model([2] * 10 + [1] * 10)
    found = segments.align(new, old)
    table = found.table.set_index("segment")
    # old 1: 10 shared of 12 in either; old 2: 8 shared of 10
    assert table.loc[1, ["found_as", "n", "n_previous", "shared"]].tolist() == [2, 10, 12, 10]
    assert table.loc[1, "value"] == pytest.approx(10 / 12)
    assert table.loc[2, "value"] == pytest.approx(8 / 10)
    assert set(table["state"]) == {"same_segment"}
    assert found.finding.values["kept"] == 2


def test_an_overlap_of_three_quarters_is_only_shifted():
    # 9 shared of 12 in either
    found = segments.align(model([1] * 9 + [2] * 11), model([1] * 12 + [2] * 8))
    assert found.table["state"].tolist()[0] == "shifted_segment"


def test_a_split_segment_is_gone_and_its_halves_are_new_with_unused_numbers():
    old = model([1] * 10 + [2] * 10)
    new = model([1] * 5 + [2] * 5 + [3] * 10)
    found = segments.align(new, old)
    table = found.table
    # each half shares 5 of 10 with the old 1: exactly one half is not more than one half
    assert table["segment"].tolist()[:3] == [2, 3, 4]
    assert table["state"].tolist() == ["same_segment", "new_segment", "new_segment", "gone_segment"]
    assert table["previous_segment"].tolist()[-1] == 1
    assert np.isnan(table["segment"].tolist()[-1])
    assert found.finding.values == {"kept": 1, "segments": 3, "new": 2, "gone": 1}


def test_centres_are_paired_by_the_smallest_total_distance():
    # new 0 and 3, old 2 and 4.5. Nearest first: 3–2 (1), then 0–4.5 (4.5): 5.5 in all; 0–2 and 3–4.5: 2 + 1.5 = 3.5
    old, new = model([1] * 10 + [2] * 10, [[2.0], [4.5]]), model([1] * 10 + [2] * 10, [[0.0], [3.0]])
    new = replace(new, customers=new.customers.set_axis([f"N{i}" for i in range(20)]).rename_axis("customer_id"))
    found = segments.align(new, old)
    assert found.table["found_as"].tolist() == [1, 2]
    assert found.table["previous_segment"].tolist() == [1, 2]
    assert found.table["distance"].tolist() == [2.0, 1.5]
    assert [note.code for note in found.notes] == ["segments_aligned_by_centres"]


def test_nothing_in_common_is_refused():
    old, new = model([1] * 10 + [2] * 10), model([1] * 10 + [2] * 10, features=("beds",))
    new = replace(new, customers=new.customers.set_axis([f"N{i}" for i in range(20)]).rename_axis("customer_id"))
    with pytest.raises(DataError, match="shared customers or features"):
        segments.align(new, old)


@pytest.mark.parametrize("method", ["kmeans", "gmm", "kprototypes"])
def test_a_model_learned_again_gets_its_old_numbers_back(method):
    frame, _ = segmented(0, norm=4.0, n=300)
    prepared = segments.prepare(frame)
    old = segments.fit(prepared, k=4, order_by="trend", method=method)
    new = segments.fit(prepared, k=4, order_by="breadth", method=method)
    again = segments.renumber(new, segments.align(new, old))
    pd.testing.assert_series_equal(segments.assign(again, frame), segments.assign(old, frame))
    pd.testing.assert_series_equal(again.customers["segment"], old.customers["segment"])
    assert again.table["n"].tolist() == old.table["n"].tolist()
    assert (segments.assign(new, frame) != segments.assign(old, frame)).any()


def test_numbers_with_gaps_are_assigned():
    frame, _ = segmented(0, norm=4.0, n=300)
    old = segments.fit(segments.prepare(frame), k=5)
    new = segments.fit(segments.prepare(frame), k=4)
    again = segments.renumber(new, segments.align(new, old, frame))
    assigned = segments.assign(again, frame)
    assert set(assigned) - {0} == set(again.table["segment"]) == set(again.centres.index)
    # whoever the model places in one of its segments is the same group of customers as before
    assert pd.crosstab(assigned, segments.assign(new, frame)).astype(bool).sum().eq(1).all()


def test_classes_of_answers_keep_their_probabilities():
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1], [120, 80])
    answers = pd.DataFrame(
        {f"q{i}": np.where(rng.random(200) < np.where(group == 0, 0.9, 0.1), "同意", "不同意") for i in range(5)},
        accounts(200),
    )
    first = segments.fit(answers, k=2, method="lca")
    found = segments.align(first, first)
    swapped = found.table.assign(segment=[2.0, 1.0])
    other = segments.renumber(first, replace(found, table=swapped))
    before, after = segments.assign(first, answers), segments.assign(other, answers)
    assert after.map({1: 2, 2: 1, 0: 0}).equals(before)


def test_an_alignment_of_another_model_is_refused():
    old, new = model([1] * 10 + [2] * 10), model([1] * 5 + [2] * 5 + [3] * 10)
    with pytest.raises(DataError, match="alignment must be of this model"):
        segments.renumber(old, segments.align(new, old))
