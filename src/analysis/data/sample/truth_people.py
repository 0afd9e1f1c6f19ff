"""The truth about people: barriers, answers and who answered, stance and influence."""

from __future__ import annotations

from typing import Any

import pandas as pd

from . import physicians
from . import survey as answered
from .questionnaire import BARRIERS, SATISFACTION
from .setting import counts, each
from .world import World

__all__ = ["barriers", "roles", "survey"]


def barriers(world: World) -> dict[str, Any]:
    """True log-odds and prevalence of every barrier."""
    universe = world.survey.universe
    return {
        "outcome": "Q3 >= 4",
        "log_odds": {code: effect for code, (_, _, effect) in BARRIERS.items()},
        "hospital_level": ["B09"],
        "latent_correlation": answered.RHO,
        "hospital_sd": answered.HOSPITAL_SD,
        "prevalence": {code: round(float(universe[code].mean()), 4) for code in BARRIERS},
        "b01_leads_in": sorted(world.hospitals.loc[world.hospitals["b01"], "customer_id"]),
    }


def survey(world: World) -> dict[str, Any]:
    """NPS of the universe, who answered, how carelessly, and what comments are about."""
    universe, people, answers = world.survey.universe, world.survey.respondents, world.survey.answers
    return {
        "response": "attitude itself" if world.setting.scenario == "mnar" else "level and title only",
        "nps_target": {r: answered.NPS[i % len(answered.NPS)] for i, r in enumerate(world.setting.regions)},
        "nps_universe": {str(r): _nps(scores) for r, scores in universe.groupby("region")["nps"]},
        "nps_respondents_unweighted": {str(r): _nps(scores) for r, scores in people.groupby("region")["nps"]},
        "universe": {str(region): _cells(own) for region, own in universe.groupby("region")},
        "ladder_universe": {
            str(k): round(float(v), 4) for k, v in universe["ladder"].value_counts(normalize=True).sort_index().items()
        },
        "respondents": counts(people["region"]),
        "modes": counts(people["mode"]),
        "straight_liners": sorted(people.loc[people["straight"], "response_id"], key=int),
        "missing_share": round(float(answers.drop(columns=["Q3", "Q6", "Q14"]).isna().mean().mean()), 4),
        "unaided_awareness": answered.UNAIDED,
        "overall_satisfaction_weights": {item: weight for item, (_, _, weight) in SATISFACTION.items()},
        "comment_themes": {r: t for r, t in zip(people["response_id"], people["themes"], strict=True) if t},
    }


def _cells(people: pd.DataFrame) -> dict[str, int]:
    """Internists by hospital level and title: the margins that answers are weighted to."""
    return counts(people["hospital_level"] + "|" + people["title"])


def _nps(scores: pd.Series) -> float:
    return round(float((scores >= 9).mean() - (scores <= 6).mean()), 4)


def roles(world: World) -> dict[str, Any]:
    """Stance, influence and decision power of every physician."""
    people = world.physicians
    return {
        "opponent_share": physicians.OPPONENTS,
        "decision_makers": int(people["decision_maker"].sum()),
        "physicians": {
            row.customer_id: [row.stance, float(row.influence), int(row.decision_maker)] for row in each(people)
        },
        "columns": ["stance", "influence", "decision_maker"],
    }
