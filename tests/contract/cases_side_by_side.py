"""Case of several numbers of segments side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods import segments

from .case import Case


def _features(shuffled: bool = False) -> pd.DataFrame:
    """Sixty pharmacies and sixty hospitals; one value missing."""
    rng = np.random.default_rng(0)
    group = np.repeat([0.0, 1.0], 60)
    frame = pd.DataFrame(
        {
            "value_12m": np.exp(8 + 3 * group + rng.normal(size=120)).round(2),
            "orders_12m": np.round(6 + 20 * group + 2 * rng.normal(size=120)),
            "trend": 0.01 * rng.normal(size=120),
        },
        index=pd.Index([f"H{i:03d}" for i in range(120)], name="customer_id"),
    )
    frame.iloc[3, 1] = np.nan
    return frame.sample(frac=1, random_state=7) if shuffled else frame


def _side_by_side(features: pd.DataFrame) -> segments.SideBySide:
    prepared = segments.prepare(features)
    return segments.side_by_side(prepared, features, k=(2, 3, 4), order_by=features["value_12m"])


CASES = [
    Case(
        name="segments.side_by_side",
        call=lambda: _side_by_side(_features()),
        shuffled=lambda: _side_by_side(_features(True)),
        inputs=lambda: ([_features()], _side_by_side),
        figure="plot_side_by_side",
    )
]
