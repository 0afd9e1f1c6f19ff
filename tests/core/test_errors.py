"""Errors say rule, what came, where, remedy; in the reader's language; across processes."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from analysis.core import checks
from analysis.core.errors import DataError, PolicyError, RapportError, SettingError


def test_language_follows_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    error = DataError("empty", name="transactions")
    monkeypatch.setenv("RAPPORT_LANGUAGE", "zh")
    assert str(error) == "transactions至少须有一行；收到0行。请检查来源文件与筛选条件。"
    monkeypatch.setenv("RAPPORT_LANGUAGE", "en")
    assert str(error).startswith("transactions must have at least one row")
    assert error.text("zh").startswith("transactions至少须有一行")


@pytest.mark.parametrize("kind", [DataError, SettingError, PolicyError])
def test_errors_cross_a_process_border(kind: type[RapportError]) -> None:
    error = kind("empty", name="orders")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert str(back) == str(error)


def test_missing_columns_lists_what_is_there() -> None:
    frame = pd.DataFrame({"客户编码": [1], "金额": [2]})
    with pytest.raises(DataError, match=r"orders needs the columns customer_id; it has 客户编码, 金额"):
        checks.columns(frame, ["customer_id"], name="orders")


def test_duplicate_customers_are_counted_not_named() -> None:
    with pytest.raises(DataError, match="2 stand in it twice") as caught:
        checks.unique_index(pd.Series([1, 2, 3], index=["李医生", "李医生", "李医生"]), name="values")
    assert "李医生" not in str(caught.value)


@pytest.mark.parametrize("cuts", [(0.9, 0.7), (0.7, 0.7), (0.0, 0.5), (0.5, 1.0), (50,), (), (0.5, float("nan"))])
def test_cuts_check_order_range_and_coverage(cuts: tuple[float, ...]) -> None:
    with pytest.raises(SettingError, match="must rise strictly between 0 and 1"):
        checks.increasing(cuts, name="cuts", low=0, high=1)


def test_good_cuts_pass() -> None:
    checks.increasing((0.7, 0.9), name="cuts", low=0, high=1)


@pytest.mark.parametrize("value", [True, 1.5, "3", np.float64(2)])
def test_whole_numbers_only(value: object) -> None:
    with pytest.raises(SettingError, match="must be a whole number"):
        checks.whole(value, name="k", low=1)


def test_number_range() -> None:
    checks.number(0.5, name="level", low=0, high=1)
    with pytest.raises(SettingError, match="level must be 0 to 1; got 2"):
        checks.number(2, name="level", low=0, high=1)
    with pytest.raises(SettingError, match="level must be"):
        checks.number(float("nan"), name="level", low=0, high=1)


def test_choice() -> None:
    with pytest.raises(SettingError, match="unit must be one of day, month, week; got quarter"):
        checks.choice("quarter", {"day", "week", "month"}, name="unit")


def test_empty() -> None:
    with pytest.raises(DataError, match="orders must have at least one row"):
        checks.not_empty([], name="orders")
