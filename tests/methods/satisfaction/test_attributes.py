"""Expectation against performance, the journey, and referral."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import DataError
from analysis.methods import satisfaction
from analysis.stats import intervals

INDEX = [f"R{i:02d}" for i in range(40)]


def test_the_gap_is_paired() -> None:
    """Supply: expectation 5 for all; 30 give 4, 10 give 5: gaps 1 and 0. Service: both 4."""
    want = pd.DataFrame({"supply": 5.0, "service": 4.0, "price": 3.0}, index=INDEX)
    got = pd.DataFrame({"supply": [4.0] * 30 + [5.0] * 10, "service": 4.0}, index=INDEX)
    result = satisfaction.gap(want, got)
    row = result.table.set_index("attribute").loc["supply"]
    gaps = np.array([1.0] * 30 + [0.0] * 10)
    reference = stats.ttest_1samp(gaps, 0)
    interval = reference.confidence_interval()
    assert (row["value"], row["lo"], row["hi"]) == pytest.approx((0.75, interval.low, interval.high))
    assert row["p"] == pytest.approx(reference.pvalue)
    assert (row["unmet"], row["unmet_lo"], row["unmet_hi"]) == pytest.approx((0.75, *intervals.wilson(30, 40)))
    assert (row["expected"], row["performed"]) == (5, 4.25)
    assert {note.code for note in result.notes} == {"gap_paired", "gap_unpaired"}
    assert result.finding is not None and result.finding.values["attribute"] == "supply"


def test_better_than_expected_is_said() -> None:
    """Supply: expectation 3, performance 4 for 30 and 3 for 10; service: both 4."""
    want = pd.DataFrame({"supply": 3.0, "service": 4.0}, index=INDEX)
    got = pd.DataFrame({"supply": [4.0] * 30 + [3.0] * 10, "service": [4.0, 5.0, 3.0, 4.0] * 10}, index=INDEX)
    finding = satisfaction.gap(want, got).finding
    assert finding is not None
    assert (finding.code, finding.values["exceeded"], finding.values["count"]) == ("gap_exceeded", 1, 2)


def test_missing_scores_of_many_questions_are_one_note() -> None:
    scores = pd.DataFrame({"supply": [5.0] * 38 + [np.nan] * 2, "price": [4.0] * 35 + [np.nan] * 5}, index=INDEX)
    notes = satisfaction.top_box(scores).notes
    told = [(note.code, dict(note.values)) for note in notes]
    assert ("scores_missing_each", {"questions": 2, "lo": 2, "hi": 5}) in told
    assert "scores_missing" not in {code for code, _ in told}


def test_two_scales_are_put_on_one() -> None:
    """7 of 7 is 5 of 5, 4 of 7 is 3 of 5."""
    want = pd.DataFrame({"supply": [5.0, 4.0] * 20}, index=INDEX)
    got = pd.DataFrame({"supply": [7.0, 4.0] * 20}, index=INDEX)
    result = satisfaction.gap(want, got, scales=(5, 7))
    assert result.table.iloc[0]["performed"] == pytest.approx(4)
    assert result.table.iloc[0]["value"] == pytest.approx(0.5)
    assert "gap_rescaled" in {note.code for note in result.notes}


def test_few_pairs_are_held_back() -> None:
    want = pd.DataFrame({"supply": [5.0] * 7 + [np.nan] * 33}, index=INDEX)
    got = pd.DataFrame({"supply": [3.0] * 40}, index=INDEX)
    result = satisfaction.gap(want, got)
    assert result.table.iloc[0][["value", "lo", "hi", "expected", "unmet"]].isna().all()
    assert result.finding is not None and result.finding.code == "gap_suppressed"


def test_attributes_are_joined_by_their_need() -> None:
    wide = pd.DataFrame({"Q9_1": 4.0, "Q9_2": 3.0, "Q11_1": 5.0}, index=INDEX)
    items = pd.DataFrame(
        {
            "item_id": ["Q9_1", "Q9_2", "Q11_1"], "construct": ["satisfaction", "satisfaction", "needs"],
            "x_need": ["Q11_1", None, None], "text": ["满意度：疗效", "满意度：安全性", "重要程度：疗效"],
        }
    )  # fmt: skip
    want, got = satisfaction.pairs(wide, items)
    assert (list(want.columns), list(got.columns)) == (["疗效"], ["疗效"])
    assert (want.iloc[0, 0], got.iloc[0, 0]) == (5, 4)
    with pytest.raises(DataError, match="need attributes of the same name"):
        satisfaction.pairs(wide, items.assign(x_need="Q99"))


def journey_answers(low: float) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    index = [f"R{i:03d}" for i in range(120)]
    means = {"intro": 4.2, "order": low, "delivery": low, "answers": 4.0}
    return pd.DataFrame(
        {k: np.clip(np.round(m + rng.normal(0, 0.8, 120)), 1, 5) for k, m in means.items()}, index=index
    )


STAGES = {"intro": "contact", "order": "purchase", "delivery": "purchase", "answers": "support"}


def test_the_weakest_stage_is_named_only_when_it_is_sure() -> None:
    table = satisfaction.journey(journey_answers(2.8), STAGES, n_boot=300).table
    assert table.loc[table["weakest"], "stage"].tolist() == ["purchase"]
    # one touchpoint: the stage alone
    assert table["touchpoint"].tolist() == ["all", "all", "order", "delivery", "all"]
    answers = journey_answers(2.8)
    hits = (answers[["order", "delivery"]] >= 4).to_numpy().mean()
    assert table.loc[(table["stage"] == "purchase") & (table["touchpoint"] == "all"), "value"].item() == pytest.approx(
        hits
    )
    alike = satisfaction.journey(journey_answers(4.1), STAGES, n_boot=300)
    assert not alike.table["weakest"].any()
    assert alike.finding is not None and alike.finding.code == "journey_among_weakest"


def test_touchpoints_without_a_stage_are_counted() -> None:
    result = satisfaction.journey(journey_answers(3.0), {"intro": "contact", "order": "purchase"}, n_boot=20)
    assert [dict(note.values) for note in result.notes] == [{"count": 2}]
    with pytest.raises(DataError, match="Touchpoints need a stage"):
        satisfaction.journey(journey_answers(3.0), {"other": "contact"})


def test_words_and_deeds() -> None:
    """40 promoters of whom 30 introduced it, 20 passives of whom 5, 20 detractors of whom 1."""
    did = pd.Series(
        [1.0] * 30 + [0.0] * 10 + [1.0] * 5 + [0.0] * 15 + [1.0] + [0.0] * 19, index=[f"R{i:02d}" for i in range(80)]
    )
    scores = pd.Series([9.0] * 40 + [7.0] * 20 + [2.0] * 20, index=did.index)
    result = satisfaction.referral(did, scores)
    table = result.table.set_index("group")
    assert table["value"].to_dict() == pytest.approx(
        {"all": 0.45, "promoters": 0.75, "passives": 0.25, "detractors": 0.05}
    )
    # 30 / 40 less 6 / 40
    assert table.loc["promoters", "above"] == pytest.approx(0.6)
    assert result.finding is not None and result.finding.code == "referral_goes_along"
    turned = satisfaction.referral(did, 11 - scores).finding
    assert turned is not None and turned.code == "referral_against"
    with pytest.raises(DataError, match="referred must hold 0 and 1 only"):
        satisfaction.referral(did * 2, scores)
