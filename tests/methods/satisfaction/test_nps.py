"""Net promoter score and top-box share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import satisfaction
from analysis.stats import intervals


def answers(promoters: int, passives: int, detractors: int) -> pd.Series:
    scores = [10] * promoters + [8] * passives + [4] * detractors
    return pd.Series(scores, index=[f"R{i:03d}" for i in range(len(scores))])


def test_value_and_interval_from_thirty_answers() -> None:
    row = satisfaction.nps(answers(18, 7, 5)).table.iloc[0]
    assert row["value"] == pytest.approx(100 * (18 - 5) / 30)
    assert (row["lo"], row["hi"]) == pytest.approx(intervals.adjusted_wald_nps(18, 5, 30))
    assert (row["promoters"], row["passives"], row["detractors"]) == pytest.approx((0.6, 7 / 30, 5 / 30))
    assert row["flag"] == "ok"


def test_ten_answers_give_the_interval_only() -> None:
    result = satisfaction.nps(answers(4, 4, 2))
    row = result.table.iloc[0]
    # by hand in tests/stats/test_intervals.py: −25.05 to 55.82
    assert (row["lo"], row["hi"]) == pytest.approx((-25.0486, 55.8179), abs=5e-4)
    assert pd.isna(row["value"]) and pd.isna(row["promoters"]) and row["flag"] == "low_n"
    assert result.finding is not None and result.finding.code == "nps_interval_only"


def test_seven_answers_give_nothing() -> None:
    result = satisfaction.nps(answers(4, 1, 2))
    row = result.table.iloc[0]
    assert row[["value", "lo", "hi", "promoters", "detractors"]].isna().all()
    assert (row["flag"], row["n"]) == ("suppressed", 7)
    assert result.finding is not None and result.finding.code == "nps_suppressed"


def test_an_interval_around_zero_shows_no_sign() -> None:
    result = satisfaction.nps(answers(20, 15, 15))
    assert result.finding is not None and result.finding.code == "nps_open"
    sure = satisfaction.nps(answers(60, 25, 15))
    assert sure.finding is not None and sure.finding.code == "nps_value"


def test_regions_and_missing_scores() -> None:
    scores = answers(30, 20, 10).astype(float)
    region = pd.Series(["华东"] * 40 + ["西南"] * 19 + [None], index=scores.index)
    scores.iloc[0] = np.nan
    result = satisfaction.nps(scores, by=region)
    assert result.table["group"].tolist() == ["all", "unassigned", "华东", "西南"]
    assert result.table["n"].tolist() == [59, 1, 39, 19]
    assert result.table["flag"].tolist() == ["ok", "suppressed", "ok", "low_n"]
    assert {n.code: dict(n.values) for n in result.notes} == {"scores_missing": {"count": 1, "n": 59}}


def test_weights_by_hand() -> None:
    scores = answers(20, 10, 10)
    w = pd.Series(1.0, index=scores.index).where(scores != 10, 0.5)
    row = satisfaction.nps(scores, weights=w).table.iloc[0]
    # 10 promoters by weight, 10 detractors, 30 in all; Kish 30² / (20 * .25 + 20) = 36
    assert row["value"] == pytest.approx(0, abs=1e-9)
    assert row["n_eff"] == pytest.approx(36)
    assert (row["lo"], row["hi"]) == pytest.approx(intervals.adjusted_wald_nps(12, 12, 36))


def test_weighted_score_repairs_response_that_depends_on_known_groups() -> None:
    """Seniors answer twice as often and are happier; weights by title restore the universe's score."""
    rng = np.random.default_rng(0)
    senior = rng.random(4000) < 0.3
    score = np.clip(np.round(rng.normal(np.where(senior, 9, 7), 1.5)), 0, 10)
    truth = 100 * ((score >= 9).mean() - (score <= 6).mean())
    chosen = rng.random(4000) < np.where(senior, 0.2, 0.1)
    sample = pd.Series(score[chosen])
    w = pd.Series(np.where(senior[chosen], 5.0, 10.0))
    plain, weighted = (satisfaction.nps(sample, weights=x).table.iloc[0] for x in (None, w))
    assert weighted["lo"] <= truth <= weighted["hi"]
    assert abs(weighted["value"] - truth) < abs(plain["value"] - truth)


def test_top_two_of_five() -> None:
    scores = pd.Series([5] * 9 + [4] * 12 + [3] * 10 + [1] * 9)
    row = satisfaction.top_box(scores).table.iloc[0]
    assert (row["mentions"], row["value"]) == (21, pytest.approx(21 / 40))
    assert (row["lo"], row["hi"]) == pytest.approx(intervals.wilson(21, 40))
    assert satisfaction.top_box(scores, top=1).table["mentions"].iloc[0] == 9


def test_top_box_of_several_questions_is_sorted() -> None:
    scores = pd.DataFrame({"delivery": [5, 5, 4, 2] * 10, "training": [2, 3, 4, 1] * 10})
    result = satisfaction.top_box(scores)
    assert result.table["group"].tolist() == ["delivery", "training"]
    assert result.table["value"].tolist() == pytest.approx([0.75, 0.25])
    assert result.finding is not None and result.finding.code == "top_box_items"


def test_messages() -> None:
    with pytest.raises(DataError, match=r"Scores must be whole numbers from 0 to 10; 2 are not, such as 7\.5, 11\.0"):
        satisfaction.nps(pd.Series([7.5, 11, 9]))
    with pytest.raises(DataError, match="from 1 to 5; 1 are not, such as 0"):
        satisfaction.top_box(pd.Series([0, 3, 5]))
    with pytest.raises(SettingError, match="top must be 1 to 4; got 5"):
        satisfaction.top_box(pd.Series([3, 5]), top=5)
    with pytest.raises(DataError, match="scores must have at least one row"):
        satisfaction.nps(pd.Series([], dtype=float))
    with pytest.raises(DataError, match="weights must hold a positive number"):
        satisfaction.nps(pd.Series([9, 10]), weights=pd.Series([1.0, -1.0]))
