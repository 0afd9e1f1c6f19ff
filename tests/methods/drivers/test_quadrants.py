"""Importance and rating on one map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import drivers

NAMES = ["evidence", "service", "supply", "training", "visits"]


def rated(n: int = 300, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    """Supply and evidence matter; supply and training are rated low."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n, 5)), columns=NAMES) + np.array([0.8, 0.6, -0.8, -0.7, 0.0])
    X.index = pd.Index([f"R{i:03d}" for i in range(n)])
    return X, X["supply"] + X["evidence"] + rng.normal(size=n)


def test_each_attribute_is_placed_where_it_belongs() -> None:
    X, y = rated()
    result = drivers.quadrants(y, X, n_boot=200)
    place = result.table.set_index("driver")["quadrant"]
    assert place["supply"] == "quadrant_act" and place["evidence"] == "quadrant_keep"
    # visits lie at the median of the ratings: nothing can be told
    assert place["visits"] == "quadrant_undecided"
    assert result.finding is not None and result.finding.values["driver"] == "supply"
    share = drivers.importance(X, y).table.set_index("driver")["share"]
    table = result.table.set_index("driver")
    assert table["importance_value"][NAMES].to_numpy() == pytest.approx(share[NAMES].to_numpy())
    assert result.median_importance == pytest.approx(share.median())
    assert result.median_performance == pytest.approx(X.mean().median())


def test_few_answers_place_nothing() -> None:
    X, y = rated(25, seed=3)
    result = drivers.quadrants(y, X, n_boot=200)
    undecided = (result.table["quadrant"] == "quadrant_undecided").sum()
    assert undecided >= 3
    assert set(result.table["flag"]) == {"low_n"}


def test_stated_importance_counts_as_it_was_said_and_stands_beside() -> None:
    X, y = rated()
    said = pd.DataFrame(np.tile([5.0, 4, 3, 2, 1], (300, 1)), index=X.index, columns=NAMES)
    said.iloc[:100, 0] = np.nan
    result = drivers.quadrants(said, X, n_boot=100)
    table = result.table.set_index("driver")
    # all say the same: means 5 4 3 2 1 without spread, median 3
    assert table["importance_value"][NAMES].tolist() == pytest.approx([5, 4, 3, 2, 1])
    assert table["importance_lo"][NAMES].tolist() == pytest.approx([5, 4, 3, 2, 1])
    assert table.loc["evidence", "n"] == 200
    assert (
        table.loc["training", "quadrant"] == "quadrant_minor"
        and table.loc["supply", "quadrant"] == "quadrant_undecided"
    )
    both = drivers.quadrants(y, X, stated=said, n_boot=100).table.set_index("driver")
    assert both["stated"][NAMES].tolist() == pytest.approx([5, 4, 3, 2, 1])


def test_top_box_weights_and_interval() -> None:
    X, y = rated(200)
    w = pd.Series(np.where(np.arange(200) < 100, 3.0, 1.0), index=X.index)
    result = drivers.quadrants(y, X, top=0.0, weights=w, n_boot=400).table.set_index("driver")
    share = np.average(X["visits"] >= 0, weights=w)
    assert result.loc["visits", "performance"] == pytest.approx(share)
    # weighted share: standard error √(Σw²(x − p)²) ÷ Σw; the bootstrap's bounds lie about 1.96 of them away
    se = np.sqrt((w**2 * ((X["visits"] >= 0) - share) ** 2).sum()) / w.sum()
    half = (result.loc["visits", "performance_hi"] - result.loc["visits", "performance_lo"]) / 2
    assert half == pytest.approx(1.96 * se, rel=0.12)


def test_nothing_is_placed_where_nothing_is_predicted() -> None:
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(60, 5)), columns=NAMES)
    result = drivers.quadrants(pd.Series(rng.normal(size=60)), X, n_boot=60)
    assert set(result.table["quadrant"]) == {"quadrant_undecided"}
    assert set(result.table["flag"]) == {"not_identified"}
    assert result.finding is not None and result.finding.code == "drivers_no_prediction"


def test_messages() -> None:
    X, y = rated(40)
    with pytest.raises(SettingError, match="performance needs at least 3 columns to tell high from low; got 2"):
        drivers.quadrants(y, X[NAMES[:2]])
    with pytest.raises(DataError, match="stated importance needs the columns"):
        drivers.quadrants(X[NAMES[:4]], X)
    with pytest.raises(DataError, match="performance must hold numbers only; text stands in visits"):
        drivers.quadrants(X, X.assign(visits="高"))
