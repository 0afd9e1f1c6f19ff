import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods.lifetime import rows as rows_module
from analysis.methods.lifetime.rows import cases, compress, plain, rescale, take


def pharmacies():
    return pd.DataFrame(
        {"frequency": [2, 0, 2, 5], "recency": [6.0, 0.0, 6.0, 20.0], "age": [10.0, 10.0, 10.0, 30.0]},
        index=["仁和", "康泰", "百姓", "益民"],
    )


def test_equal_histories_become_one_row_with_their_number():
    rows = compress(pharmacies())
    assert len(rows) == 3
    # sorted by frequency: 康泰 (0), 仁和 and 百姓 (2), 益民 (5)
    assert rows.frequency.tolist() == [0, 2, 5]
    assert rows.recency.tolist() == [0.0, 6.0, 20.0]
    assert rows.age.tolist() == [10.0, 10.0, 30.0]
    assert rows.weights.tolist() == [1, 2, 1]
    assert rows.inverse.tolist() == [1, 0, 1, 2]


def test_weights_are_added_up_and_follow_their_names():
    weights = pd.Series({"益民": 4.0, "百姓": 3.0, "康泰": 2.0, "仁和": 1.0})
    assert compress(pharmacies(), weights=weights).weights.tolist() == [2, 4, 4]
    assert compress(pharmacies(), weights=[1, 2, 3, 4]).weights.tolist() == [2, 4, 4]


def test_row_order_plays_no_part():
    table = pharmacies()
    one, other = compress(table), compress(table.iloc[::-1])
    for name in ("frequency", "recencies", "recency_code", "ages", "age_code", "weights"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_a_frequency_too_large_for_one_key_still_compresses():
    table = pharmacies()
    table.loc["益民", "frequency"] = 2**61
    assert compress(table).weights.tolist() == [1, 2, 1]


def test_rescaled_and_taken_rows():
    rows = compress(pharmacies())
    assert rescale(rows, 10).age.tolist() == [1.0, 1.0, 3.0]
    some = take(rows, np.array([2, 0]))
    assert some.frequency.tolist() == [5, 0]
    assert some.recency.tolist() == [20.0, 0.0]
    assert len(plain(pharmacies())) == 4


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("frequency", 1.5, "history_fraction"),
        ("frequency", -1, "history_negative"),
        ("frequency", 0, "history_no_repeat"),
        ("recency", 40.0, "history_recency_above_age"),
        ("recency", -1.0, "history_negative"),
        ("recency", 0.0, "history_no_recency"),
        ("age", np.nan, "history_missing"),
        ("frequency", np.inf, "history_missing"),
    ],
)
def test_impossible_histories_are_refused_with_the_rule_they_break(column, value, rule):
    table = pharmacies().astype(float)
    table.loc["益民", column] = value
    with pytest.raises(DataError, match="1 of 4 rows") as refused:
        compress(table)
    assert refused.value.code == rule
    assert refused.value.values == {"count": 1, "of": 4}
    assert "4行中有1行" in refused.value.text("zh")


def test_several_broken_rules_are_counted_one_by_one():
    rows = [(2, 0.0, 9.0), (3, 0.0, 9.0), (1, 12.0, 9.0), (-1, 0.0, 9.0), (np.nan, 2.0, 9.0), (1, 2.0, 9.0)]
    table = pd.DataFrame(rows, columns=["frequency", "recency", "age"])
    with pytest.raises(DataError, match="frequency above 0 with recency 0 2") as refused:
        compress(table)
    assert refused.value.code == "history_values"
    assert refused.value.values == {
        "count": 5, "of": 6, "history_missing": 1, "history_negative": 1, "history_fraction": 0,
        "history_no_recency": 2, "history_no_repeat": 0, "history_recency_above_age": 1,
    }  # fmt: skip
    assert "recency大于age 1行" in refused.value.text("zh")


def test_missing_columns_and_wrong_weights_are_named():
    with pytest.raises(DataError, match=r"history needs the columns age"):
        compress(pharmacies().drop(columns="age"))
    with pytest.raises(DataError, match="one number of 0 or more for each row of history; got 2, need 4"):
        compress(pharmacies(), weights=[1, 2])
    with pytest.raises(DataError, match="at least one row"):
        compress(pharmacies().iloc[:0])


def test_rows_that_are_mixed_to_the_same_number_are_still_told_apart(monkeypatch):
    # a multiplier of 0 mixes every history to the bits of its age alone
    monkeypatch.setattr(rows_module, "MIX", np.uint64(0))
    rows = compress(pharmacies())
    assert rows.frequency.tolist() == [0, 2, 5]
    assert rows.weights.tolist() == [1, 2, 1]
    assert rows.inverse.tolist() == [1, 0, 1, 2]


def test_cases_leave_the_last_purchase_out():
    table = pd.DataFrame({"frequency": [2, 2, 2], "recency": [6.0, 7.0, 6.0], "age": [10.0, 10.0, 30.0]})
    rows = compress(table)
    n, x, age, code = cases(rows, np.array([1, 1, 4]))
    # rows: (2, 6, 10), (2, 6, 30), (2, 7, 10); the first and the third differ in the count only
    assert len(n) == 3
    assert len(cases(rows, np.ones(3))[0]) == 2
    assert age[code].tolist() == rows.age.tolist()
    assert x[code].tolist() == rows.frequency.tolist()
    assert n[code].tolist() == [1, 1, 4]
