"""The noise null: movement without any change, autocorrelated months, and real change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.methods import migration

from .worlds import months, totals

_MERGED = {"zero": "C"}


def _row(result: migration.Migration, name: str) -> pd.Series:
    return result.summary.set_index("movement").loc[name]


def _covers(seed: int, volume: float, rule: dict | None = None, **world: object) -> bool:
    frame = months(seed, volume, **world)  # type: ignore[arg-type]
    excess = _row(migration.compare(*totals(frame), orders=frame, rule=rule, n_draws=100, seed=seed), "excess_movement")
    return bool(excess["lo"] <= 0 <= excess["hi"])


@pytest.mark.parametrize(("volume", "cited"), [(5, 0.36), (20, 0.32), (80, 0.31)])
def test_null_movement_is_near_the_simulated_figures(volume: float, cited: float) -> None:
    """Independent simulation: 600 customers, Gamma(0.8), NB r = 4, cuts 70/90, zero counted in C: 36, 32, 31 %.

    Six worlds; the mean of their nulls has a standard error near 0.01.
    """
    nulls, seen = [], []
    for seed in range(6):
        frame = months(seed, volume)
        result = migration.compare(*totals(frame), orders=frame, rule=_MERGED, n_draws=60)
        nulls.append(_row(result, "null_movement")["value"])
        seen.append(_row(result, "moved")["value"])
    assert np.mean(nulls) == pytest.approx(cited, abs=0.025)
    assert np.mean(nulls) == pytest.approx(np.mean(seen), abs=0.025)


def test_noise_only_worlds_show_no_excess() -> None:
    """Ten worlds; at a coverage of 95 % two misses or more have a probability of 9 %, three of 1 %."""
    assert sum(_covers(seed, 20) for seed in range(10)) >= 8


def test_real_change_shows() -> None:
    """Rates changed by exp(normal): most worlds show it, and the excess is far above zero."""
    found = []
    for seed in range(6):
        frame = months(seed, 80, change=1.0, money=True)
        found.append(_row(migration.compare(*totals(frame), orders=frame, n_draws=100), "excess_movement"))
    assert sum(row["lo"] > 0 for row in found) >= 5
    assert np.mean([row["value"] for row in found]) > 0.1


def test_noise_of_the_months_is_found() -> None:
    """Boxes with r = 4 a half year: months of r = 2/3, so white noise 1.5, lumps of one box."""
    frame = months(0, 40, n=3000)
    noise = migration.compare(*totals(frame), orders=frame, n_draws=20).noise
    assert noise["scale"] == pytest.approx(1.0, abs=0.3)
    assert noise["white"] == pytest.approx(1.5, abs=0.15)
    assert noise["r_period"] == pytest.approx(4.0, abs=0.5)


def test_autocorrelation_of_the_months_is_found() -> None:
    """r = 40 a year leaves the shared noise (variance 0.3, decay 0.8) as the larger part."""
    frame = months(0, 200, n=2000, length=12, dispersion=40, decay=0.8)
    noise = migration.compare(*totals(frame), orders=frame, n_draws=20).noise
    assert noise["shared"] == pytest.approx(0.3, abs=0.12)
    assert 0.6 <= noise["decay"] <= 0.8
    assert noise["correlation_periods"] > 0.05


def test_two_totals_give_a_range() -> None:
    frame = months(2, 20)
    result = migration.compare(*totals(frame), rule=_MERGED, n_draws=80)
    excess, null = _row(result, "excess_movement"), _row(result, "null_movement")
    assert excess["flag"] == null["flag"] == "not_identified"
    assert np.isnan(excess["value"])
    assert excess["lo"] < 0 < excess["hi"]
    # r = 8 gives less movement by chance than r = 2; the truth (4) lies between
    assert null["lo"] < 0.31 < 0.34 < null["hi"]
    assert [note.code for note in result.notes] == ["migration_two_totals"]
    assert result.finding is not None
    assert result.finding.code == "migration_range"


def test_too_few_months_within_are_like_two_totals() -> None:
    frame = months(2, 20, length=3)
    result = migration.compare(*totals(frame), orders=frame, n_draws=40)
    assert _row(result, "excess_movement")["flag"] == "not_identified"


def test_cell_shares_by_chance_add_up() -> None:
    frame = months(3, 20)
    table = migration.compare(*totals(frame), orders=frame, n_draws=20).table
    sums = table.groupby("tier_before")[["by_chance", "value"]].sum()
    assert sums["value"].to_numpy() == pytest.approx(1.0)
    # somebody may end in a tier by chance that nobody is in
    assert (sums["by_chance"] > 0.97).all()


@pytest.mark.slow
@pytest.mark.parametrize("rule", [None, _MERGED], ids=["five_tiers", "zero_in_c"])
@pytest.mark.parametrize("volume", [5, 20, 80])
def test_coverage_without_change(volume: float, rule: dict | None) -> None:
    assert sum(_covers(1000 + seed, volume, rule) for seed in range(100)) >= 90


@pytest.mark.slow
@pytest.mark.parametrize("money", [False, True])
def test_coverage_in_small_regions_and_money(money: bool) -> None:
    assert sum(_covers(1000 + seed, 20, n=150, money=money) for seed in range(100)) >= 90


@pytest.mark.slow
@pytest.mark.parametrize(("length", "decay"), [(6, 0.5), (6, 0.8), (12, 0.5), (12, 0.8)])
@pytest.mark.parametrize("volume", [5, 20, 80])
def test_coverage_with_autocorrelated_months(volume: float, length: int, decay: float) -> None:
    """Weak autocorrelation hides behind the noise of single months; the interval then covers less than it says."""
    assert sum(_covers(1000 + seed, volume, length=length, decay=decay) for seed in range(60)) >= 48
