"""What those who did not answer could change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import survey
from analysis.stats import design

SCORES = pd.Series([10.0] * 18 + [8.0] * 12 + [3.0] * 10, index=[f"R{i:02d}" for i in range(40)])


def test_nps_bounds_by_hand() -> None:
    row = survey.bounds(SCORES, 100, kind="nps").table.iloc[0]
    # 18 − 10 = 8 of 40 answered; 60 silent: (800 ∓ 6000) / 100
    assert (row["bound_lo"], row["bound_hi"]) == pytest.approx((-52, 68))
    assert row["value"] == pytest.approx(20) and row["n"] == 40 and row["universe_n"] == 100
    points = np.array([100.0] * 18 + [0.0] * 12 + [-100.0] * 10)
    assert (row["lo"], row["hi"]) == pytest.approx(design.mean(points)[2:4])


def test_share_and_mean_bounds_by_hand() -> None:
    named = pd.Series([1.0] * 6 + [0.0] * 14)
    share = survey.bounds(named, 50, kind="share")
    # 6 of 20; 30 silent: 6/50 to 36/50
    assert share.table.loc[0, ["bound_lo", "bound_hi"]].tolist() == pytest.approx([0.12, 0.72])
    assert type(share) is survey.ShareBounds and share.formats["bound_lo"] == "percent"
    rated = survey.bounds(pd.Series([4.0] * 15 + [np.nan] * 5), 25, low=1, high=5)
    # 60 told by 15; 10 silent, the five skipped ones among them: 70/25 to 110/25
    assert rated.table.loc[0, ["bound_lo", "bound_hi", "n"]].tolist() == pytest.approx([2.8, 4.4, 15])


def test_everyone_answered_leaves_no_doubt() -> None:
    row = survey.bounds(SCORES, 40, kind="nps").table.iloc[0]
    assert row["bound_lo"] == row["bound_hi"] == pytest.approx(20)


def test_groups_add_up_and_small_ones_are_hidden() -> None:
    region = pd.Series(["华东"] * 25 + ["华北"] * 10 + ["西南"] * 4 + ["港澳"], index=SCORES.index)
    result = survey.bounds(SCORES, pd.Series({"华东": 50, "华北": 30, "西南": 20}), kind="nps", by=region)
    table = result.table.set_index("group")
    assert table["n"].to_dict() == {"all": 39, "华东": 25, "华北": 10, "西南": 4}
    assert table["universe_n"]["all"] == 100
    # up to 29 answers the interval only, under 8 nothing
    assert table["flag"].to_dict() == {"all": "ok", "华东": "low_n", "华北": "low_n", "西南": "suppressed"}
    assert np.isnan(table.loc["华东", "value"]) and np.isfinite(table.loc["华东", "lo"])
    assert table.loc["西南", ["value", "lo", "bound_lo", "bound_hi"]].isna().all()
    assert {n.code: dict(n.values) for n in result.notes}["bounds_outside"] == {"count": 1}


def test_few_answers_are_not_told() -> None:
    result = survey.bounds(SCORES[:5], 60, kind="nps")
    assert result.finding is not None and result.finding.code == "bounds_hidden"
    assert result.table["flag"].tolist() == ["suppressed"]


def test_messages() -> None:
    with pytest.raises(DataError, match="must be no smaller than its respondents; got 30 for 40"):
        survey.bounds(SCORES, 30, kind="nps")
    with pytest.raises(DataError, match="Answers must lie between 1 and 5, the first below the second; 30 do not"):
        survey.bounds(SCORES, 100, low=1, high=5)
    with pytest.raises(SettingError, match="low"):
        survey.bounds(SCORES, 100)
    with pytest.raises(SettingError, match="kind must be one of"):
        survey.bounds(SCORES, 100, kind="median")
    with pytest.raises(DataError, match="values must have at least one row"):
        survey.bounds(SCORES * np.nan, 100, kind="nps")
