"""Contract cases: barriers by group and by region, severity, actions, stated and derived, scenario."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods import barriers

from .case import Case
from .cases_voice import panel, rank

CODES = ["B01", "B05", "B09", "B13"]


def prevalence_by(shuffled: bool = False) -> barriers.ByGroup:
    people = panel(shuffled)
    return barriers.prevalence_by(people[CODES], people[["region"]], cluster=people["hospital"])


def by_region(shuffled: bool = False) -> barriers.ByRegion:
    people = panel(shuffled)
    return barriers.by_region(people[CODES], people["step"], people["region"], cluster=people["hospital"])


def rated(shuffled: bool = False) -> pd.DataFrame:
    """Severity 0 to 5: a barrier named is given 1 to 5."""
    people = panel()
    weight = np.random.default_rng(1).integers(1, 6, (len(people), 2))
    return (people[["B01", "B05"]] * weight).reindex(panel(shuffled).index)


def worth(shuffled: bool = False) -> pd.DataFrame:
    """Value of each hospital, with bounds; larger where more of its respondents have adopted."""
    people = panel()
    share = (people["step"] >= 4).groupby(people["hospital"]).mean()
    value = np.exp(11 + 1.5 * share + np.random.default_rng(4).normal(0, 0.3, len(share)))
    out = pd.DataFrame({"value": value, "lo": 0.6 * value, "hi": 1.7 * value})
    return out.sample(frac=1, random_state=3) if shuffled else out


def scenario(shuffled: bool = False) -> barriers.Scenario:
    people = panel(shuffled)
    return barriers.scenario(
        rank(shuffled), people[CODES], people["step"], values=worth(shuffled), cluster=people["hospital"], n_boot=80
    )


CASES: list[Case] = [
    Case(
        "barriers.prevalence_by",
        prevalence_by,
        lambda: prevalence_by(shuffled=True),
        inputs=lambda: ([panel()[CODES], panel()[["region"]]], barriers.prevalence_by),
        figure="plot_prevalence_by",
    ),
    Case(
        "barriers.by_region",
        by_region,
        lambda: by_region(shuffled=True),
        inputs=lambda: (
            [panel()[CODES], panel()[["step", "region"]]],
            lambda a, s: barriers.by_region(a, s["step"], s["region"]),
        ),
        figure="plot_by_region",
    ),
    Case(
        "barriers.severity",
        lambda: barriers.severity(rated()),
        lambda: barriers.severity(rated(shuffled=True)),
        inputs=lambda: ([rated()], barriers.severity),
    ),
    Case(
        "barriers.actions",
        lambda: barriers.actions(rank(), answers=panel()[CODES], cluster=panel()["hospital"]),
        lambda: barriers.actions(rank(), answers=panel(True)[CODES], cluster=panel(True)["hospital"]),
        inputs=lambda: ([rank().table, panel()[CODES]], lambda _, a: barriers.actions(rank(), answers=a)),
    ),
    Case(
        "barriers.stated_derived",
        lambda: barriers.stated_derived(rank(), severity=barriers.severity(rated())),
        lambda: barriers.stated_derived(rank(True), severity=barriers.severity(rated(True))),
    ),
    Case(
        "barriers.scenario",
        scenario,
        lambda: scenario(shuffled=True),
        inputs=lambda: (
            [panel()[CODES], worth()],
            lambda a, v: barriers.scenario(rank(), a, panel()["step"], values=v, cluster=panel()["hospital"], n_boot=5),
        ),
    ),
]
