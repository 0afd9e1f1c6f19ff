"""Kano classes from penalties and rewards."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import kano

NAMES = ["supply", "evidence", "training", "gifts"]
CLASSES = dict(zip(NAMES, ["kano_basic", "kano_performance", "kano_excitement", "kano_indifferent"], strict=True))


def rated(n: int = 600, seed: int = 0, noise: float = 0.8) -> tuple[pd.DataFrame, pd.Series]:
    """Supply only costs when poor, training only earns when good, evidence does both, gifts neither."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.integers(1, 6, (n, 4)).astype(float), columns=NAMES)
    X.index = pd.Index([f"R{i:04d}" for i in range(n)])
    low, high = (X <= 2).astype(float), (X >= 4).astype(float)
    y = -low["supply"] - 0.7 * low["evidence"] + 0.7 * high["evidence"] + high["training"]
    return X, 5 + y + noise * rng.normal(size=n)


def test_effects_by_hand() -> None:
    # one attribute, 12 answers each of 1, 3, 5 with outcomes 2 ± 1, 5 ± 1, 6 ± 1:
    # penalty 2 − 5 = −3, reward 6 − 5 = 1, balance 3 − 1 = 2
    X = pd.DataFrame({"supply": np.repeat([1.0, 3, 5], 12)})
    y = np.repeat([2.0, 5, 6], 12) + np.tile([1.0, -1], 18)
    row = kano.classify(X, y).table.iloc[0]
    assert (row["penalty"], row["reward"], row["balance"]) == pytest.approx((-3, 1, 2))
    # HC2 variance of a mean of 12 with squared residuals 1: 12 · (1 ÷ (1 − 1/12)) ÷ 144 = 1/11, two means 2/11
    assert (row["reward_hi"] - row["reward_lo"]) / 2 == pytest.approx(np.sqrt(2 / 11) * 2.07387, rel=1e-4)
    assert row["kano_class"] == "kano_performance"
    assert (row["n_low"], row["n_high"], row["n"]) == (12, 12, 36)


def test_four_classes_are_found() -> None:
    X, y = rated()
    result = kano.classify(X, y, low=2, high=4, margin=0.4)
    assert result.table.set_index("driver")["kano_class"].to_dict() == CLASSES
    # the default thresholds are the same here: the median answer is 3
    assert result.table["penalty"].equals(kano.classify(X, y).table["penalty"])


def test_a_wrong_class_is_rare_and_few_answers_decide_nothing() -> None:
    named, wrong, undecided = 0, 0, 0
    for seed in range(30):
        table = kano.classify(*rated(200, seed=seed, noise=1.3), low=2, high=4).table
        told = table[table["kano_class"] != "kano_undecided"]
        named, undecided = named + len(told), undecided + len(table) - len(told)
        wrong += int((told["kano_class"] != told["driver"].map(CLASSES)).sum())
    # 120 verdicts; intervals at 95%: about one in twenty names an effect that is not there
    assert undecided >= 40
    assert named >= 20
    assert wrong <= 9


def test_clusters_widen_and_weights_count() -> None:
    X, y = rated(300)
    hospital = pd.Series([f"H{i // 10:02d}" for i in range(300)], index=X.index)
    shared = pd.Series(np.repeat(np.random.default_rng(1).normal(size=30), 10), index=X.index)
    X["supply"] = np.repeat(X["supply"].to_numpy()[::10], 10)
    plain = kano.classify(X, y + 2 * shared).table.set_index("driver").loc["supply"]
    grouped = kano.classify(X, y + 2 * shared, cluster=hospital).table.set_index("driver").loc["supply"]
    assert grouped["penalty"] == pytest.approx(plain["penalty"])
    assert grouped["penalty_hi"] - grouped["penalty_lo"] > 1.5 * (plain["penalty_hi"] - plain["penalty_lo"])
    w = pd.Series(np.where(np.arange(300) % 3, 1.0, 2.0), index=X.index)
    twice = w[w == 2].index
    repeated = kano.classify(
        pd.concat([X, X.loc[twice].rename("{}b".format)]), pd.concat([y, y[twice].rename("{}b".format)])
    )
    weighted = kano.classify(X, y, weights=w)
    assert weighted.table["reward"].to_numpy() == pytest.approx(repeated.table["reward"].to_numpy())


def test_too_few_at_an_end_and_the_wrong_way_round_are_told() -> None:
    X, y = rated()
    X["visits"] = 3.0
    X.iloc[:5, 4] = 5.0
    result = kano.classify(X, y + 2 * (X["gifts"] <= 2))
    notes = {n.code: n.values for n in result.notes}
    assert notes["kano_few"] == {"drivers": ["visits"], "need": 10}
    assert notes["kano_reversed"] == {"drivers": ["gifts"]}
    table = result.table.set_index("driver")
    assert table.loc["visits", "flag"] == "not_identified"
    assert table.loc[["visits", "gifts"], "kano_class"].tolist() == ["kano_undecided"] * 2


def test_messages() -> None:
    X, y = rated(60)
    with pytest.raises(SettingError, match="low, high"):
        kano.classify(X, y, low=4, high=2)
    with pytest.raises(DataError, match="At least 11 complete rows are needed; got 8"):
        kano.classify(X.iloc[:8], y.iloc[:8])
    with pytest.raises(DataError, match="In 60 answer sheets no attribute has 10 high or 10 low ratings"):
        kano.classify(X * 0 + 3, y)
    with pytest.raises(DataError, match="text stands in supply"):
        kano.classify(X.assign(supply="高"), y)
    with pytest.raises(DataError, match="all 60 values are equal"):
        kano.classify(X, y * 0)
    with pytest.raises(DataError, match="combinations of each other"):
        kano.classify(X.assign(again=X["supply"]), y)
