"""What the change between two totals says about their noise: an upper bound, no estimate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.methods import migration
from analysis.methods.migration import _bound


def _steady(seed: int, *, r: float = 300.0, n: int = 600, changed: float = 0.0) -> tuple[pd.Series, pd.Series]:
    """Yearly money around rates that differ fourfold; gamma noise; a part of the customers doubles or halves."""
    rng = np.random.default_rng(seed)
    rate = 1e6 * np.exp(0.5 * rng.normal(size=n))
    jump = np.where(rng.random(n) < changed, rng.choice([0.5, 2.0], n), 1.0)
    totals = [mean * rng.gamma(r, 1 / r, n) for mean in (rate, rate * jump)]
    ids = pd.Index([f"P{i:04d}" for i in range(n)], name="customer_id")
    return pd.Series(totals[0], ids), pd.Series(totals[1], ids)


def test_uniform_parts_are_the_noise_of_r_one() -> None:
    """Beta(1, 1) is uniform: its middle distance from one half is 1/4, so the relative variance is 1."""
    assert _bound._variance(0.25, 0.0) == pytest.approx(1.0, rel=1e-3)
    # Poisson counts of 100 in all, 1/T = 0.01: parts that vary by 0.01 · 1/4 leave no noise beyond Poisson
    assert _bound._variance(0.6745 * np.sqrt(0.01 / 4), 0.01) == pytest.approx(0.0, abs=2e-3)
    assert _bound._variance(0.1, 0.2) == np.inf


@pytest.mark.parametrize("r", [4.0, 300.0])
def test_the_bound_lies_above_the_noise_and_near_it(r: float) -> None:
    """Ten classes of 60 in each of six worlds; each bound holds with 97.5 %."""
    found = np.concatenate([
        np.unique(_bound.most(*(part.to_numpy() for part in _steady(seed, r=r)), counts=False)) for seed in range(6)
    ])  # fmt: skip
    assert (found >= 1 / r).mean() >= 0.9
    assert 1 < np.median(found) * r < 2.5


def test_real_changes_of_some_raise_the_bound_little() -> None:
    plain, mixed = (
        np.median(_bound.most(*(part.to_numpy() for part in _steady(7, changed=c)), counts=False)) for c in (0.0, 0.15)
    )
    assert mixed < 2 * plain


def test_counts_are_bounded_beyond_poisson() -> None:
    rng = np.random.default_rng(3)
    rate = rng.gamma(3, 100, 600) + 50
    first, second = (rng.poisson(rate * rng.gamma(40, 1 / 40, 600)).astype(float) for _ in range(2))
    bound = _bound.most(first, second, counts=True)
    assert (bound >= 1 / 40).mean() >= 0.9
    assert np.median(bound) < 3 / 40


def test_few_customers_small_counts_and_equal_totals() -> None:
    assert np.isinf(_bound.most(np.arange(1.0, 31), np.arange(1.0, 31), counts=False)).all()
    rng = np.random.default_rng(0)
    small = rng.poisson(3.0, (2, 300)).astype(float)
    assert np.isinf(_bound.most(*small, counts=True)).all()
    same = rng.gamma(2, 1e4, 300)
    assert (_bound.most(same, same, counts=False) < 1e-5).all()
    # without purchases, or returned: no part of anything
    assert np.isinf(_bound.most(np.zeros(100), np.full(100, -5.0), counts=False)).all()


def test_steady_totals_rule_out_the_usual_dispersions() -> None:
    """Noise of 6 %: r of 2 to 8 would move half of the customers, they moved one in ten."""
    before, after = _steady(1)
    found = migration.compare(before, after, n_draws=80)
    row = found.summary.set_index("movement")
    assert row.loc["moved", "value"] < 0.15
    assert row.loc["null_movement", "hi"] < 1.6 * row.loc["moved", "value"]
    assert row.loc["null_movement", "lo"] < 0.02
    assert row.loc["null_movement", "flag"] == row.loc["excess_movement", "flag"] == "not_identified"
    assert row.loc[["null_movement", "excess_movement"], "method"].tolist() == ["simulation_range"] * 2
    note = next(note for note in found.notes if note.code == "migration_bounded")
    assert note.values["n"] == note.values["of"] == 600
    assert 100 < note.values["r"] < 300
    assert found.finding is not None
    assert found.finding.code == "migration_range"


def test_without_change_the_bounded_range_covers_no_excess() -> None:
    """Twelve worlds; the bound is exceeded by chance in some class of size, never by much."""
    rows = [
        migration.compare(*_steady(seed), n_draws=80).summary.set_index("movement").loc["excess_movement"]
        for seed in range(12)
    ]
    assert sum(row["lo"] <= 0 <= row["hi"] for row in rows) >= 11


def test_the_range_reaches_from_no_chance_to_all_of_the_change() -> None:
    """A tenth of the customers changed for good: two totals cannot tell them from noise, and say so."""
    before, after = _steady(5, changed=0.1)
    row = migration.compare(before, after, n_draws=80).summary.set_index("movement")
    assert row.loc["excess_movement", "lo"] <= 0
    assert row.loc["excess_movement", "hi"] == pytest.approx(row.loc["moved", "value"], abs=0.01)
    assert row.loc["null_movement", "hi"] < 1.3 * row.loc["moved", "value"]
