"""Cases of segments, tiers and types."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.methods import segments, tiers, types

from .case import Case

_DAY, _START = "2025-06-30", "2022-07-01"
_SMALL = {"k": (2, 3), "n_boot": 5, "n_null": 19}


def _ids(n: int) -> pd.Index:
    return pd.Index([f"H{i:03d}" for i in range(n)], name="customer_id")


def _mixed(frame: Any, shuffled: bool) -> Any:
    return frame.sample(frac=1, random_state=7) if shuffled else frame


def _features(shuffled: bool = False) -> pd.DataFrame:
    """Sixty pharmacies and sixty hospitals; one value missing, one column that never varies."""
    rng = np.random.default_rng(0)
    group = np.repeat([0.0, 1.0], 60)
    frame = pd.DataFrame(
        {
            "value_12m": np.exp(8 + 3 * group + rng.normal(size=120)).round(2),
            "orders_12m": np.round(6 + 20 * group + 2 * rng.normal(size=120)),
            "trend": 0.01 * rng.normal(size=120),
            "n_products_12m": 1.0,
        },
        index=_ids(120),
    )
    frame.iloc[3, 1] = np.nan
    return _mixed(frame, shuffled)


@cache
def _model() -> segments.Segments:
    return segments.fit(segments.prepare(_features()), k=2, order_by="value_12m")


def _profile(features: pd.DataFrame) -> segments.Profile:
    return segments.profile(segments.assign(_model(), features), features, names={1: "医院"})


def _net(shuffled: bool = False) -> pd.Series:
    rng = np.random.default_rng(1)
    values = np.r_[rng.lognormal(8, 1.4, 60).round(2), 500.0, 500.0, 0.0, 0.0, -80.0]
    return _mixed(pd.Series(values, _ids(65), name="net_value"), shuffled)


def _summary(shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    n = rng.integers(0, 9, 65)
    last = pd.Timestamp(_DAY) - pd.to_timedelta(rng.integers(0, 480, 65), unit="D")
    first = last - pd.to_timedelta(45 * np.maximum(n - 1, 0), unit="D")
    frame = pd.DataFrame(
        {
            "first_date": pd.Series(first).where(n > 0).to_numpy(),
            "last_date": pd.Series(last).where(n > 0).to_numpy(),
            "n_dates": n,
            "median_gap": np.where(n >= 3, 45.0, np.nan),
            "reactivated_on": pd.Series(last).where((n > 0) & (np.arange(65) % 20 == 1)).to_numpy(),
            "stratum": np.where(np.arange(65) % 3 == 0, "三级甲等", "二级甲等"),
        },
        index=_ids(65),
    )
    return _mixed(frame, shuffled)


def _classify(summary: pd.DataFrame) -> types.Types:
    return types.classify(summary, as_of=_DAY, data_start=_START)


def _cross(shuffled: bool = False) -> types.TypeByTier:
    return types.cross(_classify(_summary(shuffled)), tiers.abc(_net(shuffled)))


CASES = [
    Case(
        name="segments.prepare",
        call=lambda: segments.prepare(_features()),
        shuffled=lambda: segments.prepare(_features(True)),
        inputs=lambda: ([_features()], segments.prepare),
    ),
    Case(
        name="segments.choose_k",
        call=lambda: segments.choose_k(segments.prepare(_features()), **_SMALL),
        shuffled=lambda: segments.choose_k(segments.prepare(_features(True)), **_SMALL),
        inputs=lambda: ([_features()], lambda f: segments.choose_k(segments.prepare(f), **_SMALL)),
        figure="plot_k_choice",
    ),
    Case(
        name="segments.stability",
        call=lambda: segments.stability(segments.prepare(_features()), k=2, n_boot=5),
        shuffled=lambda: segments.stability(segments.prepare(_features(True)), k=2, n_boot=5),
    ),
    Case(
        name="segments.fit",
        call=lambda: segments.fit(segments.prepare(_features()), k=2, order_by="value_12m"),
        shuffled=lambda: segments.fit(segments.prepare(_features(True)), k=2, order_by="value_12m"),
        inputs=lambda: ([_features().fillna(1.0)], lambda f: segments.fit(f, k=2)),
    ),
    Case(
        name="segments.profile",
        call=lambda: _profile(_features()),
        shuffled=lambda: _profile(_features(True)),
        inputs=lambda: ([_features()], _profile),
        figure="plot_profile",
    ),
    Case(
        name="tiers.abc",
        call=lambda: tiers.abc(_net(), margins=0.3 * _net()),
        shuffled=lambda: tiers.abc(_net(True), margins=0.3 * _net()),
        inputs=lambda: ([_net()], tiers.abc),
        figure="plot_abc",
    ),
    Case(
        name="tiers.deciles",
        call=lambda: tiers.deciles(_net()),
        shuffled=lambda: tiers.deciles(_net(True)),
        inputs=lambda: ([_net()], tiers.deciles),
        figure="plot_deciles",
    ),
    Case(
        name="types.classify",
        call=lambda: _classify(_summary()),
        shuffled=lambda: _classify(_summary(True)),
        inputs=lambda: ([_summary()], _classify),
        figure="plot_types",
    ),
    Case(name="types.cross", call=_cross, shuffled=lambda: _cross(True), figure="plot_type_by_tier"),
]
