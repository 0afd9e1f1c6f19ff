"""Contract cases: survey, ladder, barriers, drivers, satisfaction."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.methods import barriers, drivers, ladder, satisfaction, survey

from .case import Case

N = 160


def _mixed(frame: Any, shuffled: bool) -> Any:
    return frame.sample(frac=1, random_state=8) if shuffled else frame


def panel(shuffled: bool = False) -> pd.DataFrame:
    """Internists with barriers named (1/0), ladder step, hospital, region, scores."""
    rng = np.random.default_rng(5)
    hospital = rng.integers(0, 40, N)
    out = pd.DataFrame(
        {code: (rng.random(N) < share).astype(float) for code, share in (("B01", 0.4), ("B05", 0.5), ("B13", 0.3))},
        index=pd.Index([f"R{i:03d}" for i in range(N)], name="response_id"),
    )
    out["B09"] = (rng.random(40) < 0.4)[hospital].astype(float)
    push = 1.5 - 1.6 * out["B01"] - 1.4 * out["B09"] + rng.logistic(size=N)
    out["step"] = np.digitize(push, [-3, -2, -1, 0, 1.5, 3])
    out["hospital"] = [f"H{h:02d}" for h in hospital]
    out["region"] = np.where(hospital < 20, "华东", np.where(hospital < 37, "华北", "西南"))
    out["supply"] = rng.normal(3, 1, N)
    out["evidence"] = 0.5 * out["supply"] + rng.normal(2, 1, N)
    out["service"] = rng.normal(3, 1, N)
    out["nps"] = np.clip(np.round(7 + out["supply"] - 3 + rng.normal(0, 1.5, N)), 0, 10)
    out["csat"] = np.clip(np.round(out["supply"] + rng.normal(0.5, 1, N)), 1, 5)
    return _mixed(out, shuffled)


ITEMS = pd.DataFrame(
    {
        "item_id": ["Q1", "Q2", "Q3"],
        "type": ["likert5", "likert5", "nps"],
        "construct": ["service", "service", "loyalty"],
        "reverse": [False, True, False],
    }
)


def sheets(shuffled: bool = False) -> pd.DataFrame:
    people = panel()
    rows = [
        (r, h, "2025-1", ("self_online", "paper", "rep_administered")[i % 11 % 3], 200.0 + i, item, float(value))
        for i, (r, h, csat, nps) in enumerate(
            zip(people.index, people["hospital"], people["csat"], people["nps"], strict=True)
        )
        for item, value in (("Q1", csat), ("Q2", 6 - csat), ("Q3", nps))
        if (i + len(item)) % 17
    ]
    columns = ["response_id", "customer_id", "wave", "mode", "seconds", "item_id", "value"]
    return _mixed(pd.DataFrame(rows, columns=columns), shuffled)


def customers() -> pd.DataFrame:
    return panel()[["hospital", "region"]].drop_duplicates().rename(columns={"hospital": "customer_id"})


def respond(shuffled: bool = False) -> survey.Response:
    return survey.respond(sheets(shuffled), ITEMS, customers=customers(), invited=400)


def reliability(shuffled: bool = False) -> survey.Reliability:
    return survey.reliability(panel(shuffled)[["supply", "evidence", "service"]])


def rank(shuffled: bool = False) -> barriers.Barriers:
    people = panel(shuffled)
    return barriers.rank(
        people[["B01", "B05", "B09", "B13"]], people["step"], None, cluster=people["hospital"],
        controls=people[["region"]], hospital_level=["B09"], n_boot=60,
    )  # fmt: skip


def importance(shuffled: bool = False) -> drivers.Drivers:
    people = panel(shuffled)
    return drivers.importance(
        people[["supply", "evidence", "service"]], people["nps"], n_boot=60, cluster=people["hospital"]
    )


def nps(shuffled: bool = False) -> satisfaction.Nps:
    people = panel(shuffled)
    return satisfaction.nps(people["nps"], by=people["region"])


def top_box(shuffled: bool = False) -> satisfaction.TopBox:
    people = panel(shuffled)
    return satisfaction.top_box(people["csat"], by=people["region"])


CASES: list[Case] = [
    Case(
        "survey.respond",
        respond,
        lambda: respond(shuffled=True),
        inputs=lambda: ([sheets(), ITEMS, customers()], lambda a, i, c: survey.respond(a, i, customers=c)),
        figure="plot_response",
    ),
    Case(
        "survey.reliability",
        reliability,
        lambda: reliability(shuffled=True),
        inputs=lambda: ([panel()[["supply", "service"]]], survey.reliability),
    ),
    Case(
        "ladder.measure",
        lambda: ladder.measure(panel()["step"]),
        lambda: ladder.measure(panel(shuffled=True)["step"]),
        inputs=lambda: ([panel()["step"].to_frame()], lambda f: ladder.measure(f["step"])),
        figure="plot_ladder",
    ),
    Case(
        "barriers.rank",
        rank,
        lambda: rank(shuffled=True),
        inputs=lambda: (
            [panel()[["B01", "B09"]], panel()[["step"]]],
            lambda a, s: barriers.rank(a, s["step"], None, n_boot=5),
        ),
        figure="plot_barriers",
    ),
    Case(
        "drivers.importance",
        importance,
        lambda: importance(shuffled=True),
        inputs=lambda: (
            [panel()[["supply", "service"]], panel()[["nps"]]],
            lambda x, y: drivers.importance(x, y["nps"]),
        ),
        figure="plot_drivers",
    ),
    Case(
        "satisfaction.nps",
        nps,
        lambda: nps(shuffled=True),
        inputs=lambda: ([panel()[["nps"]]], lambda f: satisfaction.nps(f["nps"])),
        figure="plot_nps",
    ),
    Case(
        "satisfaction.top_box",
        top_box,
        lambda: top_box(shuffled=True),
        inputs=lambda: ([panel()[["csat"]]], lambda f: satisfaction.top_box(f["csat"])),
        figure="plot_top_box",
    ),
]
