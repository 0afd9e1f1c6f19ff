import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import DataError
from analysis.methods import cooperation

from .made import ids


def series(values):
    return pd.Series(np.asarray(values, dtype=float), ids(len(values)))


def world(effect, n=400, seed=0):
    """Share moves back towards the middle; the score foretells the change by ``effect``."""
    rng = np.random.default_rng(seed)
    score, before = rng.normal(size=n), rng.random(n)
    after = before - 0.3 * (before - 0.5) + 0.1 * effect * score + 0.1 * rng.normal(size=n)
    return series(score), series(before), series(after)


def test_partial_rank_correlation_is_the_formula_of_three_correlations():
    score, before, after = world(0.5)
    row = cooperation.validity(score, before, after).table.iloc[0]
    r = stats.spearmanr(np.column_stack([score, after - before, before])).statistic
    # first-order partial correlation: (r12 - r13 r23) / sqrt((1 - r13²)(1 - r23²))
    want = (r[0, 1] - r[0, 2] * r[1, 2]) / np.sqrt((1 - r[0, 2] ** 2) * (1 - r[1, 2] ** 2))
    assert row["value"] == pytest.approx(want, abs=1e-12)
    assert row[["n", "method", "flag"]].tolist() == [400, "partial_spearman", "ok"]


def test_interval_by_hand():
    # 8 of 10 pairs swapped in two places: rho = 1 - 6 sum(d²) / (n³ - n) with d² = 4 x 1: 1 - 24/990
    size = series([2, 1, 3, 4, 5, 6, 7, 8, 10, 9])
    row = cooperation.validity(series(range(1, 11)), size=size).table.iloc[1]
    rho = 1 - 24 / 990
    assert row["value"] == pytest.approx(rho)
    # Bonett and Wright: tanh(atanh(rho) -+ 1.959964 sqrt((1 + rho² / 2) / 7))
    half = 1.959964 * np.sqrt((1 + rho**2 / 2) / 7)
    assert row[["lo", "hi"]].tolist() == pytest.approx(
        [np.tanh(np.arctanh(rho) - half), np.tanh(np.arctanh(rho) + half)]
    )
    assert row["flag"] == "low_n"


def test_a_score_that_foretells_is_found_and_one_that_does_not_is_not():
    assert cooperation.validity(*world(0.5)).finding.code == "validity_foretells"
    assert cooperation.validity(*world(-0.5)).finding.code == "validity_reversed"
    found = [cooperation.validity(*world(0, n=150, seed=s)).table.iloc[0] for s in range(100)]
    covered = sum(row["lo"] <= 0 <= row["hi"] for row in found)
    # 95 % of 100 intervals; 89 is the lower 1 % point of a binomial with 0.95
    assert covered >= 89


def test_a_score_that_is_only_the_share_at_the_start_foretells_nothing():
    # a low share has room to rise; without clearing this the score would look predictive
    _, before, after = world(0)
    rng = np.random.default_rng(5)
    score = -before + series(0.05 * rng.normal(size=400))
    assert stats.spearmanr(score, after - before).statistic > 0.3
    row = cooperation.validity(score, before, after).table.iloc[0]
    assert row["lo"] <= 0 <= row["hi"]


def test_a_share_known_over_a_longer_time_is_cleared_by_the_earlier_share():
    """Nothing but the usual share and chance: 12 months in the score, 6 cleared. The earlier 6 remove the rest."""
    found, cleared, notes = [], [], []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        usual = rng.random(800)
        earlier, before, after = (series(usual + 0.2 * rng.normal(size=800)) for _ in range(3))
        score = (earlier + before) / 2 + series(0.2 * rng.normal(size=800))
        plain = cooperation.validity(score, before, after)
        found.append(plain.table.iloc[0]["lo"] > 0)
        notes.append("validity_share_inside" in [note.code for note in plain.notes])
        told = cooperation.validity(score, before, after, controls=pd.DataFrame({"earlier": earlier}))
        notes.append("validity_share_inside" not in [note.code for note in told.notes])
        cleared.append(told.table.iloc[0]["lo"] <= 0 <= told.table.iloc[0]["hi"])
    assert all(found)
    assert all(notes)
    # ranks are not quite linear in the shares: 95 % intervals, at most two misses of twelve (98 %)
    assert sum(cleared) >= 10


def test_controls_are_cleared_too():
    rng = np.random.default_rng(2)
    third = series(rng.normal(size=400))
    score, before = third + series(0.5 * rng.normal(size=400)), series(rng.random(400))
    after = before + 0.1 * third + series(0.05 * rng.normal(size=400))
    assert cooperation.validity(score, before, after).table.iloc[0]["lo"] > 0.3
    row = cooperation.validity(score, before, after, controls=pd.DataFrame({"third": third})).table.iloc[0]
    assert row["lo"] <= 0 <= row["hi"]


def test_size_again_is_said():
    score = series(np.arange(50))
    found = cooperation.validity(score, size=series(np.arange(50) ** 2))
    note = next(note for note in found.notes if note.code == "validity_is_size")
    assert note.values["value"] == pytest.approx(1)
    assert note.values["limit"] == 0.5
    fine = cooperation.validity(score, size=series(np.random.default_rng(0).random(50)))
    assert "validity_is_size" not in [note.code for note in fine.notes]


def test_what_is_not_there_is_flagged_not_computed():
    found = cooperation.validity(series([1, 2, 3, 4]), size=series([4, 1, 3, 2]))
    assert found.table["flag"].tolist() == ["missing_input"] * 3
    assert found.table[["value", "lo", "hi"]].isna().all(axis=None)
    assert found.finding.code == "validity_not_tested"
    # a size that never varies cannot be correlated
    flat = cooperation.validity(series(range(40)), size=series([1] * 40)).table.iloc[1]
    assert flat["flag"] == "missing_input"


def test_a_customer_twice_is_refused():
    with pytest.raises(DataError, match="size"):
        cooperation.validity(series([1, 2]), size=pd.Series([1.0, 2.0], ["H1", "H1"]))
