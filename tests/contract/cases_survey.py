"""Contract cases: respondents against the universe, non-response bounds, scales side by side, halo."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.methods import survey

from .case import Case

N = 140


def people(shuffled: bool = False) -> pd.DataFrame:
    """Internists who answered: hospital level, title, region, hospital, ratings of service, score."""
    rng = np.random.default_rng(9)
    hospital = rng.integers(0, 30, N)
    attitude = rng.normal(size=N)
    out = pd.DataFrame(
        {
            "hospital_level": np.where(hospital < 12, "三级甲等", "二级甲等"),
            "title": rng.choice(["主任医师", "主治医师", "住院医师"], N, p=[0.4, 0.4, 0.2]),
            "region": np.where(hospital < 20, "华东", "西南"),
            "hospital": [f"H{h:02d}" for h in hospital],
            "nps": np.clip(np.round(7.5 + 2 * attitude + rng.normal(0, 1, N)), 0, 10),
        },
        index=pd.Index([f"R{i:03d}" for i in range(N)], name="response_id"),
    )
    for item in ("supply", "evidence", "service", "training"):
        out[item] = np.clip(np.round(3 + 0.8 * attitude + rng.normal(0, 0.7, N)), 1, 5)
    return out.sample(frac=1, random_state=2) if shuffled else out


def universe() -> pd.DataFrame:
    """Internists who might have been asked."""
    rng = np.random.default_rng(10)
    return pd.DataFrame(
        {
            "hospital_level": rng.choice(["三级甲等", "二级甲等", "二级"], 600, p=[0.6, 0.37, 0.03]),
            "title": rng.choice(["主任医师", "主治医师", "住院医师"], 600, p=[0.2, 0.4, 0.4]),
        },
        index=pd.Index([f"D{i:03d}" for i in range(600)], name="customer_id"),
    )


RATINGS = ["supply", "evidence", "service", "training"]


def represent(shuffled: bool = False) -> survey.Represented:
    return survey.represent(people(shuffled), universe(), margins=["hospital_level", "title"])


def bounds(shuffled: bool = False) -> survey.Bounds:
    asked = people(shuffled)
    return survey.bounds(
        asked["nps"], {"华东": 200, "西南": 120}, kind="nps", by=asked["region"], cluster=asked["hospital"]
    )


def scales(frame: pd.DataFrame) -> dict[str, Any]:
    return {"satisfaction": frame[RATINGS], "attitude": frame[RATINGS[:2]], "effort": frame[["service"]]}


CASES: list[Case] = [
    Case(
        "survey.represent",
        represent,
        lambda: represent(shuffled=True),
        inputs=lambda: (
            [people(), universe()],
            lambda p, u: survey.represent(p, u, margins=["title", "hospital_level"]),
        ),
        figure="plot_represent",
    ),
    Case(
        "survey.bounds",
        bounds,
        lambda: bounds(shuffled=True),
        inputs=lambda: ([people()], lambda p: survey.bounds(p["supply"], 400, low=1, high=5)),
    ),
    Case(
        "survey.reliabilities",
        lambda: survey.reliabilities(scales(people())),
        lambda: survey.reliabilities(scales(people(shuffled=True))),
        inputs=lambda: ([people()], lambda p: survey.reliabilities(scales(p))),
        figure="plot_reliabilities",
    ),
    Case(
        "survey.halo",
        lambda: survey.halo(people()[RATINGS], draws=40),
        lambda: survey.halo(people(shuffled=True)[RATINGS], draws=40),
        inputs=lambda: ([people()[RATINGS]], lambda p: survey.halo(p, draws=20)),
    ),
]
