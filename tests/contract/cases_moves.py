"""Cases of migration, stages and movers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.methods import migration, movers, types

from .case import Case

_DAY = "2025-06-30"


def _ids(n: int) -> pd.Index:
    return pd.Index([f"H{i:03d}" for i in range(n)], name="customer_id")


def _mixed(frame: Any, shuffled: bool) -> Any:
    return frame.sample(frac=1, random_state=7) if shuffled else frame


def _months(shuffled: bool = False, *, n: int = 90) -> pd.DataFrame:
    """Two years of boxes; the first ten accounts grow fourfold."""
    rng = np.random.default_rng(3)
    mean = rng.gamma(1.0, 30.0, n) + 3
    growth = np.where(np.arange(n) < 10, np.log(4) / 23, 0.0)
    course = np.exp(growth[:, None] * np.arange(24))
    boxes = rng.poisson(mean[:, None] * course * rng.gamma(4, 0.25, (n, 24)))
    frame = pd.DataFrame({
        "customer_id": np.repeat(_ids(n), 24),
        "month": np.tile(pd.date_range("2023-07-01", periods=24, freq="MS"), n),
        "value": boxes.ravel().astype(float),
    })  # fmt: skip
    return _mixed(frame, shuffled)


def _totals(months: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    late = months["month"] >= "2024-07-01"
    first, second = (months[mask].groupby("customer_id")["value"].sum() for mask in (~late, late))
    return first.iloc[4:], second.iloc[:-3]


def _compare(months: pd.DataFrame) -> migration.Migration:
    return migration.compare(*_totals(months), orders=months, n_draws=20)


def _tiers(n: int = 90) -> pd.Series:
    return pd.Series(np.where(np.arange(n) % 9 == 8, "A", np.where(np.arange(n) % 2, "B", "C")), _ids(n), dtype="str")


def _rising(months: pd.DataFrame) -> movers.Rising:
    potential = pd.DataFrame({"before": 100.0, "after": np.where(np.arange(90) == 40, 160.0, 105.0)}, _ids(90))
    return movers.rising(months, _tiers(), as_of=_DAY, potential=potential)


def _lines(shuffled: bool = False) -> pd.DataFrame:
    """Orders of an old product, and of three launches that the first accounts take up at once."""
    rng = np.random.default_rng(4)
    n, parts = 40, []
    for product, launch in (("P0", "2023-07-01"), ("P1", "2024-02-01"), ("P2", "2024-06-01"), ("P3", "2024-10-01")):
        wait = np.where(np.arange(n) < 6, rng.integers(1, 20, n), rng.integers(60, 900, n))
        days = pd.Timestamp(launch) + pd.to_timedelta(wait if product != "P0" else rng.integers(0, 30, n), unit="D")
        parts.append(pd.DataFrame({"customer_id": _ids(n), "date": days, "product_id": product}))
    return _mixed(pd.concat(parts, ignore_index=True), shuffled)


def _products() -> pd.DataFrame:
    launched = pd.to_datetime(["2019-01-01", "2024-02-01", "2024-06-01", "2024-10-01"])
    return pd.DataFrame({"product_id": ["P0", "P1", "P2", "P3"], "launch_date": launched, "is_own": True})


def _adopters(lines: pd.DataFrame) -> movers.EarlyAdopters:
    tiers = pd.Series(np.where(np.arange(40) < 12, "A", "C"), _ids(40), dtype="str")
    return movers.early_adopters(lines, _products(), tiers=tiers, as_of=_DAY, data_start="2023-07-01")


def _summary(shuffled: bool = False) -> pd.DataFrame:
    n = np.arange(90) % 6
    last = pd.Timestamp(_DAY) - pd.to_timedelta(np.where(np.arange(90) % 7 == 0, 300, 10), unit="D")
    first = last - pd.to_timedelta(np.where(np.arange(90) % 5 == 0, 60, 900), unit="D")
    frame = pd.DataFrame(
        {
            "first_date": pd.Series(first).where(n > 0).to_numpy(),
            "last_date": pd.Series(last).where(n > 0).to_numpy(),
            "n_dates": n,
            "median_gap": np.where(n >= 3, 30.0, np.nan),
            "reactivated_on": pd.Series(pd.NaT, index=range(90)).to_numpy(),
            "stratum": "三级甲等",
        },
        index=_ids(90),
    )
    return _mixed(frame, shuffled)


def _stages(summary: pd.DataFrame) -> types.Stages:
    share = pd.Series(np.where(np.arange(90) % 3 == 0, 0.7, 0.2), _ids(90))
    level = pd.DataFrame({"2024": 1, "2025": np.where(np.arange(90) % 2, 1, 2)}, index=_ids(90))
    return types.stages(
        summary, monthly=_months(), share=share, level=level, as_of=_DAY, data_start="2022-07-01"
    )  # fmt: skip


def _recut(shuffled: bool = False) -> migration.Recut:
    first, second = _totals(_months())
    return migration.recut(_mixed(first, shuffled), _mixed(second, shuffled))


CASES = [
    Case(
        name="migration.compare",
        call=lambda: _compare(_months()),
        shuffled=lambda: _compare(_months(True)),
        inputs=lambda: ([_months()], _compare),
        figure="plot_tier_matrix",
    ),
    Case(name="migration.recut", call=_recut, shuffled=lambda: _recut(True), figure="plot_recut"),
    Case(
        name="types.stages",
        call=lambda: _stages(_summary()),
        shuffled=lambda: _stages(_summary(True)),
        inputs=lambda: ([_summary()], _stages),
        figure="plot_stages",
    ),
    Case(name="types.plays", call=lambda: types.plays(_stages(_summary()))),
    Case(
        name="movers.rising",
        call=lambda: _rising(_months()),
        shuffled=lambda: _rising(_months(True)),
        inputs=lambda: ([_months()], _rising),
        figure="plot_rising",
    ),
    Case(
        name="movers.early_adopters",
        call=lambda: _adopters(_lines()),
        shuffled=lambda: _adopters(_lines(True)),
        inputs=lambda: ([_lines()], _adopters),
        figure="plot_early_adopters",
    ),
]
