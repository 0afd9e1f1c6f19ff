"""Contract cases: ladder and satisfaction over two waves, and what else is asked of the same respondents."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods import ladder, satisfaction

from .case import Case

N = 140
ITEMS = pd.DataFrame(
    [
        ("Q1", "single", "awareness_unaided"),
        ("Q2", "single", "awareness_aided"),
        ("Q3", "single", "ladder"),
        ("Q4", "single", "line_of_use"),
        ("Q6", "nps", "nps"),
        ("Q8", "likert5", "overall_satisfaction"),
        ("Q13", "single", "referral"),
        ("Q16", "likert5", "effort"),
    ],
    columns=["item_id", "type", "construct"],
)
STAGES = {"introduction": "first_contact", "search": "information", "answers": "support", "follow_up": "support"}


def waves(shuffled: bool = False) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Answers of two waves and, by response_id, person, hospital, region and weight; 60 persons answer both."""
    rng = np.random.default_rng(11)
    taste = rng.normal(0, 1, 2 * N)
    frames, people = [], []
    for wave, first in (("A", 0), ("B", N - 60)):
        who = np.arange(first, first + N)
        index = pd.Index([f"{wave}{i:03d}" for i in who], name="response_id")
        latent = taste[who] + 0.5 * (wave == "B")
        step = np.clip(np.round(2.5 + 1.5 * latent + rng.normal(0, 0.8, N)), 0, 6)
        frame = pd.DataFrame(
            {
                "Q1": (step >= rng.integers(1, 4, N)).astype(float), "Q2": (step >= 1).astype(float), "Q3": step,
                "Q4": np.clip(step - 2, 0, 3), "Q6": np.clip(np.round(7 + 1.5 * latent + rng.normal(0, 1, N)), 0, 10),
                "Q8": np.clip(np.round(3.4 + latent), 1, 5), "Q16": np.clip(np.round(3.5 + latent), 1, 5),
                "Q13": (rng.random(N) < 1 / (1 + np.exp(-latent))).astype(float),
            },
            index=index,
        )  # fmt: skip
        for name, mean in (("introduction", 4.1), ("search", 3.7), ("answers", 3.0), ("follow_up", 2.9)):
            frame[name] = np.clip(np.round(mean + rng.normal(0, 0.9, N)), 1, 5)
        for name, mean in (("efficacy", 4.3), ("supply", 4.0), ("service", 3.4)):
            frame[f"want_{name}"] = np.clip(np.round(mean + rng.normal(0, 0.7, N)), 1, 5)
            frame[f"got_{name}"] = np.clip(np.round(3.4 + rng.normal(0, 0.9, N)), 1, 5)
        for code, slope in (("B01", -1.2), ("B09", -0.6), ("B13", 0.0)):
            frame[code] = (rng.random(N) < 1 / (1 + np.exp(0.3 - slope * (step - 3)))).astype(float)
        frames.append(frame)
        known = {
            "person": [f"P{i:03d}" for i in who], "hospital": [f"H{i % 30:02d}" for i in who],
            "region": np.where(who % 9 < 5, "华东", "西南"), "weight": 0.5 + who % 3,
        }  # fmt: skip
        people.append(pd.DataFrame(known, index=index))
    everyone = pd.concat(people)
    if shuffled:
        return (
            frames[0].sample(frac=1, random_state=1),
            frames[1].sample(frac=1, random_state=2),
            everyone.sample(frac=1, random_state=3),
        )
    return frames[0], frames[1], everyone


def change(shuffled: bool = False) -> ladder.LadderChange:
    before, after, known = waves(shuffled)
    return ladder.change(before["Q3"], after["Q3"], person=known["person"], weights=known["weight"])


def matrix(shuffled: bool = False) -> ladder.LadderMatrix:
    before, after, known = waves(shuffled)
    return ladder.matrix(before["Q3"], after["Q3"], person=known["person"], cluster=known["hospital"])


def stuck(shuffled: bool = False) -> ladder.Stuck:
    _, after, known = waves(shuffled)
    return ladder.stuck(after[["B01", "B09", "B13"]], after["Q3"], step=2, cluster=known["hospital"])


def consistency(shuffled: bool = False) -> ladder.Consistency:
    return ladder.consistency(waves(shuffled)[1], ITEMS)


def nps_change(shuffled: bool = False) -> satisfaction.NpsChange:
    before, after, known = waves(shuffled)
    return satisfaction.nps_change(before["Q6"], after["Q6"], person=known["person"], by=known["region"])


def overview(shuffled: bool = False) -> satisfaction.Overview:
    before, after, known = waves(shuffled)
    return satisfaction.overview(after, ITEMS, before=before, person=known["person"], cluster=known["hospital"])


def gap(shuffled: bool = False) -> satisfaction.ExpectationGap:
    _, after, known = waves(shuffled)
    names = ["efficacy", "supply", "service"]
    want, got = (after[[f"{side}_{n}" for n in names]].set_axis(names, axis=1) for side in ("want", "got"))
    return satisfaction.gap(want, got, weights=known["weight"])


def journey(shuffled: bool = False) -> satisfaction.Journey:
    _, after, known = waves(shuffled)
    return satisfaction.journey(after[list(STAGES)], STAGES, cluster=known["hospital"], n_boot=200)


def referral(shuffled: bool = False) -> satisfaction.Referral:
    _, after, known = waves(shuffled)
    return satisfaction.referral(after["Q13"], after["Q6"], cluster=known["hospital"])


def recommendation(shuffled: bool = False) -> satisfaction.Recommendation:
    return satisfaction.recommendation(waves(shuffled)[1]["Q8"], high=5)


CASES: list[Case] = [
    Case("ladder.change", change, lambda: change(shuffled=True),
         inputs=lambda: ([waves()[0][["Q3"]], waves()[1][["Q3"]]], lambda a, b: ladder.change(a["Q3"], b["Q3"])),
         figure="plot_ladder_change"),
    Case("ladder.matrix", matrix, lambda: matrix(shuffled=True),
         inputs=lambda: (list(waves()), lambda a, b, k: ladder.matrix(a["Q3"], b["Q3"], person=k["person"])),
         figure="plot_ladder_matrix"),
    Case("ladder.stuck", stuck, lambda: stuck(shuffled=True),
         inputs=lambda: ([waves()[1]], lambda f: ladder.stuck(f[["B01", "B13"]], f["Q3"])),
         figure="plot_ladder_stuck"),
    Case("ladder.consistency", consistency, lambda: consistency(shuffled=True),
         inputs=lambda: ([waves()[1], ITEMS], ladder.consistency), figure="plot_ladder_consistency"),
    Case("satisfaction.nps_change", nps_change, lambda: nps_change(shuffled=True),
         inputs=lambda: (list(waves()), lambda a, b, k: satisfaction.nps_change(a["Q6"], b["Q6"], person=k["person"])),
         figure="plot_nps_change"),
    Case("satisfaction.overview", overview, lambda: overview(shuffled=True),
         inputs=lambda: ([waves()[1], ITEMS], satisfaction.overview), figure="plot_satisfaction_overview"),
    Case("satisfaction.gap", gap, lambda: gap(shuffled=True),
         inputs=lambda: ([waves()[1]], lambda f: satisfaction.gap(f[["Q8"]], f[["Q8"]])),
         figure="plot_expectation_gap"),
    Case("satisfaction.journey", journey, lambda: journey(shuffled=True),
         inputs=lambda: ([waves()[1][list(STAGES)]], lambda f: satisfaction.journey(f, STAGES, n_boot=20)),
         figure="plot_journey"),
    Case("satisfaction.referral", referral, lambda: referral(shuffled=True),
         inputs=lambda: ([waves()[1]], lambda f: satisfaction.referral(f["Q13"], f["Q6"])), figure="plot_referral"),
    Case("satisfaction.recommendation", recommendation, lambda: recommendation(shuffled=True),
         inputs=lambda: ([waves()[1]], lambda f: satisfaction.recommendation(f["Q6"], low=0))),
]  # fmt: skip
