"""Answers in a fixed order with weights and groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.stats import respondents


def test_answers_are_sorted_with_what_belongs_to_them() -> None:
    frame = pd.DataFrame({"Q1": [3.0, np.nan, 5.0]}, index=["R3", "R2", "R1"])
    weights = pd.Series([1.0, 2.0, 3.0, 9.0], index=["R1", "R2", "R3", "R9"])
    found = respondents.prepared(frame, weights=weights, cluster=weights.astype(str), name="answers")
    # R2 answered nothing
    assert list(found.frame.index) == ["R1", "R3"]
    assert found.w.tolist() == [1.0, 3.0]
    assert list(found.cluster) == ["1.0", "3.0"]


def test_a_missing_or_zero_weight_is_refused() -> None:
    frame = pd.DataFrame({"Q1": [3.0, 4.0]}, index=["R1", "R2"])
    for bad in (0.0, np.nan):
        with pytest.raises(DataError, match="positive number for each respondent; 1 do not"):
            respondents.prepared(frame, weights=pd.Series([1.0, bad], index=["R1", "R2"]), cluster=None, name="answers")


def test_groups_keep_the_order_of_a_category() -> None:
    by = pd.Series(
        pd.Categorical(["二级", None, "三级"], ["三级", "二级", "一级"], ordered=True), index=["R1", "R2", "R3"]
    )
    label, names, missing = respondents.groups(by, pd.Index(["R1", "R2", "R3", "R4"]))
    assert label.tolist() == ["二级", None, "三级", None]
    assert (names, missing) == (["三级", "二级"], 2)


def test_flags_by_number_of_answers() -> None:
    assert [respondents.flag(n) for n in (7, 8, 29, 30)] == ["suppressed", "low_n", "low_n", "ok"]
