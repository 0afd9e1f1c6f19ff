"""Cases of the kinds of segments and of the run without size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods import segments

from .case import Case


def _features(shuffled: bool = False) -> pd.DataFrame:
    """Sixty pharmacies and sixty hospitals with channel and type; some values missing."""
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1], 60)
    frame = pd.DataFrame(
        {
            "value_12m": np.exp(8 + 3 * group + rng.normal(size=120)).round(2),
            "trend": rng.normal(size=120).round(4),
            "customer_type": np.array(["pharmacy", "hospital"])[group],
            "channel": rng.choice(["direct", "distributor"], 120),
        },
        index=pd.Index([f"H{i:03d}" for i in range(120)], name="customer_id"),
    )
    frame.iloc[3, 0] = np.nan
    frame.iloc[5, 2] = np.nan
    return frame.sample(frac=1, random_state=7) if shuffled else frame


def _answers(shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    group = np.repeat([0.8, 0.2], 60)
    yes = rng.random((120, 5)) < group[:, None]
    frame = pd.DataFrame(yes.astype(float), pd.Index([f"R{i:03d}" for i in range(120)], name="response_id"))
    frame.columns = pd.Index([f"Q{i}" for i in range(1, 6)])
    frame = frame.mask(rng.random(frame.shape) < 0.1)
    return frame.sample(frac=1, random_state=7) if shuffled else frame


def _fit(method: str, features: pd.DataFrame) -> segments.Segments:
    return segments.fit(features, k=2, method=method)


CASES = [
    Case(
        name="segments.size_influence",
        call=lambda: segments.size_influence(segments.prepare(_features()), k=2),
        shuffled=lambda: segments.size_influence(segments.prepare(_features(True)), k=2),
        inputs=lambda: ([_features()], lambda f: segments.size_influence(segments.prepare(f), k=2)),
    ),
    Case(
        name="segments.prepare[mixed]",
        call=lambda: segments.prepare(_features(), transform="yeo_johnson", flag_missing=True),
        shuffled=lambda: segments.prepare(_features(True), transform="yeo_johnson", flag_missing=True),
        inputs=lambda: ([_features()], segments.prepare),
    ),
    *(
        Case(
            name=f"segments.fit[{method}]",
            call=lambda method=method: _fit(method, _features()),
            shuffled=lambda method=method: _fit(method, _features(True)),
            inputs=lambda method=method: ([_features()], lambda f: _fit(method, f)),
        )
        for method in ("kprototypes", "kmedoids_gower")
    ),
    Case(
        name="segments.fit[lca]",
        call=lambda: _fit("lca", _answers()),
        shuffled=lambda: _fit("lca", _answers(True)),
        inputs=lambda: ([_answers()], lambda f: _fit("lca", f)),
    ),
    Case(
        name="segments.answer_profile",
        call=lambda: segments.answer_profile(_fit("lca", _answers())),
        shuffled=lambda: segments.answer_profile(_fit("lca", _answers(True))),
        inputs=lambda: ([_answers()], lambda f: segments.answer_profile(_fit("lca", f))),
    ),
    Case(
        name="segments.choose_classes",
        call=lambda: segments.choose_classes(_answers(), k=(1, 2, 3)),
        shuffled=lambda: segments.choose_classes(_answers(True), k=(1, 2, 3)),
        inputs=lambda: ([_answers()], lambda f: segments.choose_classes(f, k=(1, 2))),
    ),
]
