import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import cooperation
from analysis.methods.cooperation import _normalise

from .made import ids


def test_mid_rank_by_hand():
    # ten values 0, 0, 0, 0, 1, 2, 3, 4, 5, 6 as deciles of themselves (11 points)
    grid = np.array([0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6], dtype=float)
    # 0: places 0-4 of 10, middle 2 -> 0.2; 1: place 5 -> 0.5; 2.5: halfway from 6 to 7 -> 0.65; beyond: 0 and 1
    found = _normalise.mid_rank(np.array([0, 1, 2.5, 6, -1, 7, np.nan]), grid)
    np.testing.assert_allclose(found, [0.2, 0.5, 0.65, 1, 0, 1, np.nan])


def test_limits_are_quantiles_within_the_group():
    # 三级甲等 0 … 1 in hundredths, 社区 the same a tenth as large: 2 % and 98 % are 0.02, 0.98 and 0.002, 0.098
    values = np.r_[np.linspace(0, 1, 101), np.linspace(0, 0.1, 101)]
    strata = pd.Series(np.repeat(["三级甲等", "社区"], 101), ids(202))
    found = cooperation.learn(pd.DataFrame({"behav": values}, ids(202)), strata)
    table = found.table.set_index("stratum")
    assert table.loc["三级甲等", ["low", "high"]].tolist() == pytest.approx([0.02, 0.98])
    assert table.loc["社区", ["low", "high"]].tolist() == pytest.approx([0.002, 0.098])
    assert table["n"].to_dict() == {"all": 202, "三级甲等": 101, "社区": 101}
    where = _normalise.places(pd.DataFrame({"behav": values}, ids(202)), strata, found)
    # 0.05 is (0.05 - 0.02) / 0.96 among 三级甲等 and (0.05 - 0.002) / 0.096 in 社区
    np.testing.assert_allclose(where.minmax[[5, 151], 0], [0.03 / 0.96, 0.048 / 0.096])
    np.testing.assert_allclose(where.rank[[5, 151], 0], [0.05, 0.5])


def test_a_small_group_borrows_the_yardstick_of_all_and_so_does_an_unknown_one():
    values = pd.DataFrame({"behav": np.r_[np.linspace(0, 1, 101), np.full(19, 0.9)]}, ids(120))
    strata = pd.Series(["三级甲等"] * 101 + ["社区"] * 19, ids(120))
    found = cooperation.learn(values, strata)
    assert found.table.set_index("stratum")["borrowed"].to_dict() == {"all": False, "三级甲等": False, "社区": True}
    assert [note.code for note in found.notes] == ["cooperation_borrowed"]
    twenty = cooperation.learn(values.assign(behav=0.9).iloc[100:120], strata.iloc[100:].map(lambda _: "社区"))
    assert not twenty.table["borrowed"].any()
    other = strata.map(lambda _: "诊所")
    all_of_them = _normalise.places(values, strata.map(lambda _: None), found)
    np.testing.assert_array_equal(_normalise.places(values, other, found).minmax, all_of_them.minmax)
    np.testing.assert_array_equal(_normalise.places(values, strata, found).minmax[101:], all_of_them.minmax[101:])


def test_a_component_that_never_varies_counts_one_half_and_an_empty_one_nothing():
    frame = pd.DataFrame({"behav": 0.3, "joint": np.nan}, ids(30))
    strata = pd.Series("三级甲等", ids(30))
    found = cooperation.learn(frame, strata)
    assert {note.code for note in found.notes} >= {"cooperation_component_flat", "cooperation_component_empty"}
    where = _normalise.places(frame.assign(joint=0.5), strata, found)
    assert (where.minmax[:, 0] == 0.5).all()
    assert (where.rank[:, 0] == 0.5).all()
    assert np.isnan(where.minmax[:, 1]).all()


def test_nearly_equal_values_use_their_whole_range():
    # 99 zeros and one: 2 % and 98 % are both 0, so the range is 0 to 1
    found = cooperation.learn(pd.DataFrame({"joint": [0.0] * 99 + [1.0]}, ids(100)), pd.Series("二级", ids(100)))
    assert found.table.loc[0, ["low", "high"]].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (pd.DataFrame({"behav": []}), "empty"),
        (pd.DataFrame({"behav": [0.1, 0.2]}, ["H1", "H1"]), "duplicate_customers"),
        (pd.DataFrame({"behav": ["高"]}, ["H1"]), "cooperation_not_numeric"),
        (pd.DataFrame({"behav": [np.inf]}, ["H1"]), "cooperation_infinite"),
    ],
)
def test_components_that_cannot_be_used(frame, code):
    with pytest.raises(DataError) as refused:
        cooperation.learn(frame, pd.Series(dtype=object))
    assert refused.value.code == code
    assert str(refused.value)


@pytest.mark.parametrize(("limits", "code"), [((0.98, 0.02), "cuts"), ((0.1,), "cooperation_limits"), ((0, 1), "cuts")])
def test_limits_in_wrong_order_or_outside(limits, code):
    with pytest.raises(SettingError) as refused:
        cooperation.learn(pd.DataFrame({"behav": [0.1, 0.2]}, ["H1", "H2"]), pd.Series(dtype=object), limits=limits)
    assert refused.value.code == code
