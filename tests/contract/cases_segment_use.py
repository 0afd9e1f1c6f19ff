"""Cases of what is done with segments: numbers kept, drift, typing tool, descriptions, cards."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods import segments

from .case import Case

_N = 150


def _features(shuffled: bool = False) -> pd.DataFrame:
    """Ninety pharmacies, forty county hospitals, twenty large hospitals."""
    rng = np.random.default_rng(0)
    group = np.repeat([0.0, 1.0, 2.0], [90, 40, 20])
    frame = pd.DataFrame(
        {
            "value_12m": np.exp(8 + 2 * group + 0.6 * rng.normal(size=_N)).round(2),
            "orders_12m": np.round(6 + 12 * group + 2 * rng.normal(size=_N)),
            "gap_cv": (1.5 - 0.6 * group + 0.1 * rng.normal(size=_N)).round(3),
            "trend": (0.02 * rng.normal(size=_N)).round(4),
        },
        index=pd.Index([f"H{i:03d}" for i in range(_N)], name="customer_id"),
    )
    return frame.sample(frac=1, random_state=7) if shuffled else frame


def _attributes(features: pd.DataFrame) -> pd.DataFrame:
    number = features.index.str.slice(1).astype(int)
    return pd.DataFrame(
        {
            "hospital_level": np.where(number < 90, "未定级", np.where(number % 3 == 0, "三级", "二级")),
            "beds": 50.0 + (number * 37) % 400,
            "value_12m": features["value_12m"],
        },
        index=features.index,
    )


def _model(features: pd.DataFrame, k: int = 3, rows: int = _N) -> segments.Segments:
    used = features[features.index < f"H{rows:03d}"]
    return segments.fit(segments.prepare(used), k=k, order_by=used["value_12m"])


def _assigned(features: pd.DataFrame) -> pd.Series:
    return segments.assign(_model(_features()), features)


def _align(features: pd.DataFrame) -> segments.Alignment:
    return segments.align(_model(features, k=2), _model(features), features)


def _renumber(features: pd.DataFrame) -> segments.Segments:
    return segments.renumber(_model(features, k=2), _align(features))


def _drift(features: pd.DataFrame) -> segments.Drift:
    return segments.drift(_model(features, rows=120), features, reference=features[features.index < "H120"])


def _typing(features: pd.DataFrame) -> segments.TypingTool:
    return segments.typing_tool(features, _assigned(features), questions=(1, 4))


def _describe(features: pd.DataFrame) -> segments.Description:
    return segments.describe(_assigned(features), _attributes(features), clustered=["value_12m"])


def _rules(features: pd.DataFrame) -> segments.Rules:
    return segments.rules(_assigned(features), features)


def _profile(features: pd.DataFrame) -> segments.Profile:
    return segments.profile(_assigned(features), features)


def _cards(features: pd.DataFrame) -> segments.PersonaCards:
    return segments.persona_cards(
        _profile(features), values=features["value_12m"], rules=_rules(features),
        attributes=_attributes(features)[["hospital_level"]],
    )  # fmt: skip


CASES = [
    Case(
        name=f"segments.{name}",
        call=lambda call=call: call(_features()),  # type: ignore[misc]
        shuffled=lambda call=call: call(_features(True)),  # type: ignore[misc]
        inputs=lambda call=call: ([_features()], call),  # type: ignore[misc]
        figure=figure,
    )
    for name, call, figure in (
        ("align", _align, None),
        ("renumber", _renumber, None),
        ("drift", _drift, "plot_drift"),
        ("typing_tool", _typing, "plot_typing_tool"),
        ("describe", _describe, None),
        ("rules", _rules, "plot_rules"),
        ("medoids", lambda features: segments.medoids(_model(features)), None),
        ("silhouettes", lambda features: segments.silhouettes(_model(features), features), "plot_silhouettes"),
        ("suggest_names", lambda features: segments.suggest_names(_profile(features)), None),
        ("persona_cards", _cards, "plot_persona_cards"),
    )
]
