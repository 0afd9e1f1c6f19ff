import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import DataError, SettingError
from analysis.methods import grid


def potential(values):
    return pd.Series(np.asarray(values, dtype=float), [f"H{i}" for i in range(len(values))])


def test_classes_by_hand():
    # sum 100: H0 40 (before: 0) high, H1 20 (before 40 %) crosses 50 % and is high, H2 and H3 15 each (before 60 %)
    # mid, both for being equal, H4 10 (before 90 %) low; zero, returns and unknown by name
    found = grid.potential_classes(potential([40, 20, 15, 15, 10, 0, -3, np.nan]))
    assert found.customers["potential_class"].tolist() == [
        "high",
        "high",
        "mid",
        "mid",
        "low",
        "none",
        "none",
        "unknown",
    ]
    assert found.thresholds == {"high": 20, "mid": 15}
    table = found.table.set_index("potential_class")
    assert table["n"].tolist() == [2, 2, 1, 2, 1]
    assert table["value"].iloc[:3].tolist() == pytest.approx([0.6, 0.3, 0.1])
    assert table["share_customers"].iloc[:3].tolist() == pytest.approx([0.4, 0.4, 0.2])
    assert {note.code: note.values["count"] for note in found.notes} == {
        "grid_potential_unknown": 1, "grid_potential_none": 2
    }  # fmt: skip


def test_frozen_thresholds_class_another_region():
    found = grid.potential_classes(potential([40, 19, 15, 14]), thresholds={"high": 20, "mid": 15})
    assert found.customers["potential_class"].tolist() == ["high", "mid", "mid", "low"]
    assert found.settings["thresholds_given"]


def test_probability_of_a_class_is_normal_around_the_potential():
    found = grid.potential_classes(
        potential([25, 16, 5]), thresholds={"high": 20, "mid": 10}, error=pd.Series([5, 0, 5], ["H0", "H1", "H2"])
    ).customers
    # H0: 20 is one error below 25, 10 three: 0.8413, 0.9987 - 0.8413, 0.0013
    p = stats.norm.cdf([1, 3])
    assert found.loc["H0", ["p_high", "p_mid", "p_low"]].tolist() == pytest.approx([p[0], p[1] - p[0], 1 - p[1]])
    assert found.loc["H1", ["p_high", "p_mid", "p_low"]].tolist() == [0, 1, 0]


def test_nothing_known():
    found = grid.potential_classes(potential([np.nan, np.nan]))
    assert found.finding.code == "grid_no_potential"
    assert found.table["n"].sum() == 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"cuts": (0.8, 0.5)}, "cuts"),
        ({"cuts": (50, 80)}, "cuts"),
        ({"cuts": (0.5,)}, "grid_two_cuts"),
        ({"thresholds": {"high": 1, "mid": 2}}, "grid_thresholds"),
        ({"thresholds": {"high": 1}}, "grid_thresholds"),
    ],
)
def test_cut_points_that_are_refused(more, code):
    with pytest.raises(SettingError) as refused:
        grid.potential_classes(potential([1, 2]), **more)
    assert refused.value.code == code


def test_data_that_are_refused():
    with pytest.raises(DataError, match=r"twice|more than once|duplicate"):
        grid.potential_classes(pd.Series([1.0, 2.0], ["H1", "H1"]))
    with pytest.raises(DataError):
        grid.potential_classes(potential([]))
    with pytest.raises(DataError, match=r"[Ss]tandard errors"):
        grid.potential_classes(potential([1, 2]), error=potential([-1, 1]))
