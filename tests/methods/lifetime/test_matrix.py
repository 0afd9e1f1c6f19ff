import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import SettingError
from analysis.methods import lifetime

from .worlds import TRUTH, accounts

FIT = lifetime.from_parameters("bg_nbd", **TRUTH)


def test_cells_are_means_over_customers():
    history, _ = accounts(2000, seed=61)
    fit = lifetime.fit(history)
    result = lifetime.matrix(fit, history, periods=26)
    assert result.table["n"].sum() == 2000
    each = lifetime.forecast(fit, history, periods=26)
    silent = (history["age"] - history["recency"]) / 4.348125  # 30.4375 / 7 weeks a month
    inside = history["frequency"].between(4, 6) & (silent > 1) & (silent <= 2)
    row = result.table.set_index(["frequency", "silence"]).loc[("4–6", "silent_2")]
    assert row["n"] == inside.sum()
    assert row["value"] == pytest.approx(each.loc[inside, "p_alive"].mean())
    assert row["expected"] == pytest.approx(each.loc[inside, "expected"].mean())
    assert row["lo"] < row["value"] < row["hi"]
    told = result.finding.values
    assert told["late"] == (silent > 3).sum()
    assert told["share"] == pytest.approx(each["p_alive"].mean())


def test_silence_makes_leaving_likelier_the_more_often_a_customer_bought():
    history = pd.DataFrame(
        [(x, 60.0 - gap, 60.0) for x in (1, 5, 9) for gap in (2.0, 20.0)], columns=["frequency", "recency", "age"]
    )
    table = lifetime.matrix(FIT, history, periods=26).table.set_index(["frequency", "silence"])["value"]
    drop = [table[name, "silent_1"] - table[name, "silent_6"] for name in ("1", "4–6", "7–11")]
    assert 0 < drop[0] < drop[1] < drop[2]


def test_the_edges_of_the_bands():
    month = 30.4375
    days = pd.DataFrame({"frequency": 1, "recency": 10.0, "age": 10.0 + month * np.array([0.0, 1.0, 1.01, 12.0, 13.0])})
    table = lifetime.matrix(FIT, days, periods=26, unit="day").table
    assert table[["silence", "n"]].to_numpy().tolist() == [
        ["silent_1", 2], ["silent_2", 1], ["silent_12", 1], ["silent_longer", 1],
    ]  # fmt: skip


def test_given_parameters_have_no_interval_of_their_own():
    history = pd.DataFrame({"frequency": [2], "recency": [10.0], "age": [30.0]})
    row = lifetime.matrix(FIT, history, periods=0).table.iloc[0]
    assert row["lo"] == pytest.approx(row["value"]) == row["hi"]
    assert row["expected"] == 0


def test_messages():
    history = pd.DataFrame({"frequency": [2], "recency": [10.0], "age": [30.0]})
    with pytest.raises(SettingError, match="periods must be 0 to"):
        lifetime.matrix(FIT, history, periods=-1)
    with pytest.raises(SettingError, match="unit must be one of"):
        lifetime.matrix(FIT, history, periods=1, unit="year")


def test_nobody_came_back_so_nobody_is_known_to_be_active():
    history = pd.DataFrame({"frequency": 0, "recency": 0.0, "age": np.linspace(5.0, 60.0, 40)})
    for family in ("bg_nbd", "pareto_nbd"):
        result = lifetime.matrix(lifetime.fit(history, family=family), history, periods=13)
        assert set(result.table["flag"]) == {"not_identified"}
        assert result.table[["value", "lo", "hi", "expected"]].isna().all(axis=None)
        assert result.finding.code == "lifetime_total_unknown"
        assert result.notes[-1].code == "nobody_repeats"
