import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import cooperation

from .made import ids


def answers(values, half=0.2):
    level = pd.Series(np.asarray(values, dtype=float), ids(len(values)))
    return pd.DataFrame({"willingness": level, "lo": level - half, "hi": level + half, "n": 3})


def test_mean_and_interval_by_hand():
    found = cooperation.willingness(answers([0.2, 0.4, 0.6, np.nan]))
    row = found.table.iloc[0]
    # mean 0.4, sd 0.2, t(2, 0.975) = 4.30265: half 4.30265 x 0.2 / sqrt 3 = 0.4968, so the lower end is cut at 0
    assert row["value"] == pytest.approx(0.4)
    assert row[["lo", "hi"]].tolist() == pytest.approx([0, 0.8968], abs=1e-4)
    assert row[["n", "flag"]].tolist() == [3, "low_n"]
    assert [note.values for note in found.notes] == [{"count": 1, "total": 4}]


def test_groups_and_who_is_clearly_willing():
    by = pd.Series([1, 1, 2, 2], ids(4))
    found = cooperation.willingness(answers([0.9, 0.6, 0.1, np.nan]), by=by)
    table = found.table.set_index("group")
    assert table["n"].to_dict() == {"all": 3, "1": 2, "2": 1}
    # own interval above one half: only 0.7 to 1.1
    assert table["clearly"].to_dict() == pytest.approx({"all": 1 / 3, "1": 0.5, "2": 0})
    # one customer has a mean but no interval of it
    assert table.loc["2", "value"] == pytest.approx(0.1)
    assert table.loc["2", ["lo", "hi"]].isna().all()
    assert found.customers["group"].tolist() == ["1", "1", "2", "2"]


def test_interval_of_the_mean_covers_the_truth():
    hit = 0
    for seed in range(100):
        row = cooperation.willingness(answers(np.random.default_rng(seed).beta(4, 2, 60))).table.iloc[0]
        hit += row["lo"] <= 4 / 6 <= row["hi"]
    # 95 % of 100: 89 is the lower 1 % point of the binomial
    assert hit >= 89


def test_nobody_known():
    found = cooperation.willingness(answers([np.nan, np.nan]))
    assert found.finding.code == "willingness_none"
    assert found.table["flag"].tolist() == ["missing_input"]


def test_what_is_refused():
    with pytest.raises(DataError, match="between 0 and 1"):
        cooperation.willingness(answers([0.5, 7]))
    with pytest.raises(DataError, match="hi"):
        cooperation.willingness(answers([0.5]).drop(columns="hi"))
