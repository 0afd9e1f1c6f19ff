import numpy as np
import pandas as pd
import pytest

from analysis.methods.lifetime.naive import last_year_rate, recency_rule


def test_last_year_rate_by_hand():
    history = pd.DataFrame({"frequency": [3, 1, 0], "recency": [80.0, 4.0, 0.0], "age": [104.0, 6.0, 2.0]})
    # days counted to the split on day 1000: the first account bought on days 272, 300, 700, 832; two in the last year
    code, day = np.array([0, 0, 0, 0, 1, 1, 2]), np.array([272, 300, 700, 832, 958, 986, 986])
    predicted = last_year_rate(history, code, day, split=1000, unit_days=7.0, horizon=26.0)
    # 2 in 365.25 days; 1 repeat in 42 days; none
    assert predicted == pytest.approx([2 / 365.25 * 182, 1 / 42 * 182, 0.0])


def test_recency_rule_by_hand():
    history = pd.DataFrame(
        {"frequency": [4, 4, 1, 0], "recency": [20.0, 20.0, 2.0, 0.0], "age": [30.0, 31.0, 6.0, 1.0]},
        index=["on time", "overdue", "within a month", "one order"],
    )
    predicted = recency_rule(history, unit_days=7.0, horizon=10.0)
    # usual gap 5 weeks: silent for 10 still counts, 11 does not; a gap of 2 weeks is held to a month at least
    assert predicted == pytest.approx([4 / 30 * 10, 0.0, 1 / 6 * 10, 0.0])
