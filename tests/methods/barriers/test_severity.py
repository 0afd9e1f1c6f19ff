"""Severity: mean among those who name a barrier, nothing made up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import barriers


def test_mean_among_those_who_name_it_by_hand() -> None:
    # severities 1 2 3 4 5 5 and fourteen zeros: mean of six 20/6, squares around it 80 − 400/6 = 13.333,
    # error √(13.333/5/6) = .6667, t of 5 = 2.5706: 3.3333 − 1.7137 = 1.6196; the upper end stops at 5
    values = [1, 2, 3, 4, 5, 5] + [0] * 14
    answers = pd.DataFrame({"B01": np.array(values, float)}, index=[f"R{i:02d}" for i in range(20)])
    row = barriers.severity(answers).table.iloc[0]
    assert row["value"] == pytest.approx(20 / 6)
    assert (row["lo"], row["hi"]) == (pytest.approx(1.6196, abs=1e-4), 5)
    assert (row["n"], row["answered"], row["share"], row["flag"]) == (6, 20, 0.3, "low_n")


def test_yes_and_no_carry_no_severity() -> None:
    answers = pd.DataFrame({"B01": np.repeat([1.0, 0.0], 30)}, index=[f"R{i:02d}" for i in range(60)])
    result = barriers.severity(answers)
    assert result.table["value"].isna().all() and set(result.table["flag"]) == {"missing_input"}
    assert [note.code for note in result.notes] == ["severity_not_asked"]
    assert result.finding is not None and result.finding.code == "severity_none"


def test_agreement_scale_takes_the_two_highest_answers() -> None:
    rng = np.random.default_rng(0)
    answers = pd.DataFrame({"B01": rng.integers(1, 6, 200).astype(float)}, index=[f"R{i:03d}" for i in range(200)])
    hits = barriers.named(answers, scale=(1, 5))["B01"]
    assert hits.equals((answers["B01"] >= 4).astype(float))
    row = barriers.severity(answers, scale=(1, 5)).table.iloc[0]
    assert row["value"] == pytest.approx(answers.loc[answers["B01"] >= 4, "B01"].mean())
    assert 4 <= row["lo"] < row["hi"] <= 5


def test_weights_and_the_order_of_severity() -> None:
    index = [f"R{i:03d}" for i in range(100)]
    answers = pd.DataFrame({"B01": np.repeat([2.0, 4.0], 50), "B05": np.repeat([5.0, 4.0], 50)}, index=index)
    weights = pd.Series(np.repeat([3.0, 1.0], 50), index=index)
    table = barriers.severity(answers, weights=weights).table.set_index("barrier")
    assert list(table.index) == ["B05", "B01"]
    assert table.loc["B01", "value"] == pytest.approx(2.5)  # (3·2 + 1·4)/4


def test_few_who_name_it_and_nobody_who_answers() -> None:
    answers = pd.DataFrame({"B01": [3.0] * 4 + [0.0] * 36, "B02": [np.nan] * 40, "B05": [2.0] * 40})
    table = barriers.severity(answers).table.set_index("barrier")
    assert table["flag"].to_dict() == {"B05": "ok", "B01": "suppressed", "B02": "missing_input"}
    assert np.isnan(table.loc["B01", "value"])


def test_answers_off_the_scale_are_refused() -> None:
    with pytest.raises(DataError, match=r"answers must lie between 0 and 5; got 7\.0"):
        barriers.severity(pd.DataFrame({"B01": [1.0, 7.0]}))
