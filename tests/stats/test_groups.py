import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.stats import groups

IDS = pd.Index(["P1", "P2", "P3"])


def test_names_are_sorted_and_a_customer_without_one_is_unassigned():
    code, names, missing = groups.codes(IDS, pd.Series({"P3": "华东", "P1": "华北"}))
    # 东 comes before 北 in the order of code points
    assert names == ["华东", "华北", "unassigned"]
    assert [names[c] for c in code] == ["华北", "unassigned", "华东"]
    assert missing == 1


def test_ordered_categories_keep_their_order():
    tier = pd.Series(pd.Categorical(["C", "A", "A"], categories=["A", "B", "C"], ordered=True), index=IDS)
    code, names, missing = groups.codes(IDS, tier)
    assert (code.tolist(), names, missing) == ([1, 0, 0], ["A", "C"], 0)


def test_without_groups_everybody_is_in_one():
    code, names, missing = groups.codes(IDS, None)
    assert (code.tolist(), names, missing) == ([0, 0, 0], [], 0)


def test_a_customer_in_two_groups_is_refused():
    with pytest.raises(DataError, match="by needs each customer once; 1 stand in it twice"):
        groups.codes(IDS, pd.Series(["A", "B"], index=["P1", "P1"]))
