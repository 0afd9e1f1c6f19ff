from __future__ import annotations

import pandas as pd
import pytest

from analysis.data import masking


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("联系13812345678王", "联系***王"), ("+86 138-1234-5678", "***"), ("身份证110101199003071234", "***"),
        ("11010119900307123X 张", "*** 张"), ("病历号 A1234567，已出院", "***，已出院"), ("Patient no. 99887", "***"),
    ],
)  # fmt: skip
def test_numbers_of_persons_are_masked(text: str, clean: str) -> None:
    values, count = masking.mask(pd.Series([text, "无", None], dtype="str"))
    assert values.tolist()[:2] == [clean, "无"]
    assert count == 1


@pytest.mark.parametrize(
    "text", ["6901234567892", "订单138123456789", "12345678901", "患者138例", "13.8万元", "D13812"]
)
def test_other_numbers_stay(text: str) -> None:
    values, count = masking.mask(pd.Series([text], dtype="str"))
    assert (values.tolist(), count) == ([text], 0)


def test_nothing_in_nothing_out() -> None:
    empty = pd.Series([None, None], dtype="str")
    assert masking.mask(empty)[1] == 0
