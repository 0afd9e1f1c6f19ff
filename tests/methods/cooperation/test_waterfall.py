import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import cooperation
from analysis.methods.cooperation import PILLARS

from .made import NAMES, accounts, even_yardsticks, ids, uniform


def scored(values, kinds=None):
    kinds = accounts(len(values)) if kinds is None else kinds
    return cooperation.score(values, accounts=kinds, normalisers=even_yardsticks(NAMES))


def test_one_customer_by_hand():
    # scores: all 0.5 -> 50; the other all 0.98 -> 100 but needs 0.02 -> 0
    values = pd.DataFrame([[0.5] * 7, [0.98] * 4 + [0.02] + [0.98] * 2], ids(2), NAMES)
    table = cooperation.waterfall(scored(values), customer="H0001").table.set_index("part")["value"]
    # points of the two: behaviour 16.7 and 33.3 (mean 25), needs 16.7 and 0 (8.3), feedback 16.7 and 33.3 (25)
    assert table["average"] == pytest.approx(175 / 3)
    assert table[["behaviour", "needs", "feedback", "environment"]].tolist() == pytest.approx(
        [25 / 3, -25 / 3, 25 / 3, 0]
    )
    assert table["reached"] == pytest.approx(200 / 3)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_parts_add_up_to_the_mean_score_exactly(level):
    kinds = accounts(120)
    kinds.iloc[80:, 0] = "pharmacy"
    found = scored(uniform(120, NAMES).mask(np.random.default_rng(1).random((120, 7)) < 0.15), kinds)
    table = cooperation.waterfall(found, level=level).table.set_index("part")["value"]
    mine = found.customers[found.customers["level"] == level]
    assert table["reached"] == table["average"] + sum(table[p] for p in PILLARS)
    assert table["reached"] == pytest.approx(mine["score"].mean(), abs=1e-9)
    # compared with the average of the same kinds in the same mix
    usual = found.customers[found.customers["level"] > 0].groupby("customer_type")["score"].mean()
    assert table["average"] == pytest.approx(usual[mine["customer_type"]].mean(), abs=1e-9)


def test_parts_of_every_customer_add_up():
    found = scored(uniform(40, NAMES))
    for customer in found.customers.index:
        table = cooperation.waterfall(found, customer=customer).table.set_index("part")["value"]
        assert table["reached"] == pytest.approx(found.customers.loc[customer, "score"], abs=1e-9)


def test_no_customer_is_named():
    found = cooperation.waterfall(scored(uniform(40, NAMES)), customer="H0007")
    assert "H0007" not in repr(found.settings) + repr(found.finding) + found.table.to_string()


def test_what_cannot_be_drawn():
    values = uniform(40, NAMES)
    values.iloc[0] = np.nan
    found = scored(values)
    with pytest.raises(SettingError, match="either customer or level"):
        cooperation.waterfall(found)
    with pytest.raises(SettingError, match="either customer or level"):
        cooperation.waterfall(found, customer="H0001", level=1)
    with pytest.raises(SettingError):
        cooperation.waterfall(found, level=0)
    with pytest.raises(DataError, match="not among the 40"):
        cooperation.waterfall(found, customer="H9999")
    with pytest.raises(DataError, match="to be assessed"):
        cooperation.waterfall(found, customer="H0000")
