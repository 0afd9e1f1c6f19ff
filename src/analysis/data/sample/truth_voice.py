"""The truth about the added questions, about what changed between the waves, about posts and coded comments."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import added_answers, added_items, coding, feedback
from . import earlier as before
from .questionnaire import BARRIERS, BRANDS_USED, NEEDS, WAVE, WAVE_BEFORE
from .setting import counts
from .world import World

__all__ = ["coded_comments", "posts", "voice", "waves"]


def voice(world: World) -> dict[str, Any]:
    """Brands, effort, touchpoints and utilities; shares and means are those of the respondents before gaps."""
    whole = world.added.whole
    utility = added_answers.utilities()
    people = world.survey.respondents
    rated = whole[[added_items.EFFORT, *added_items.STAGES]].astype(float)
    return {
        "brands_used": {"item": added_items.BRANDS_ITEM, "breaks_the_pattern": added_answers.NICHE, **_brands(world)},
        "effort": {"item": added_items.EFFORT, "mean": _round(rated[added_items.EFFORT].mean())},
        "touchpoints": {
            "weakest_stage": added_items.WEAK_STAGE,
            "mean": {stage: _round(rated[item].mean()) for item, (stage, _, _) in added_items.STAGES.items()},
        },
        "maxdiff": {
            "items": list(added_items.MAXDIFF_NEEDS),
            "needs": list(NEEDS),
            "design": [[place + 1 for place in among] for among in added_items.DESIGN],
            "model": "best by logit on utility, worst from the rest by logit on minus utility",
            "utility_by_segment": {str(name): [_round(u) for u in row] for name, row in utility.iterrows()},
            "utility_sd_of_persons": added_answers.UTILITY_SD,
            "segments": counts(people["needs"]),
        },
        "missing_share": _round(world.added.answers.isna().mean().mean()),
    }


def _brands(world: World) -> dict[str, Any]:
    """By brand: share of users, and of its users the share that prefer it, use it alone, and how many they use."""
    used = world.added.whole[added_items.BRANDS_ITEM].str.split(added_answers.SEPARATOR)
    table = {}
    for brand in BRANDS_USED:
        users = used[used.map(lambda names, brand=brand: brand in names)]
        table[brand] = {
            "penetration": _round(len(users) / len(used)),
            "preferred": _round((world.added.preferred == brand).mean()),
            "preferred_by_users": _round((world.added.preferred[users.index] == brand).mean()),
            "sole_users": _round((users.map(len) == 1).mean()),
            "brands_per_user": _round(users.map(len).mean()),
        }
    return {"brands": table, "respondents": len(used)}


def waves(world: World) -> dict[str, Any]:
    """What changed from the earlier wave to the later one, in the universe; changes are later minus earlier."""
    now, then, people = world.survey.universe, world.earlier.universe, world.earlier.respondents
    fixed = now["ladder_fixed"].mean() - then["ladder_fixed"].mean()
    return {
        "waves": [WAVE_BEFORE, WAVE],
        "respondents": counts(people["region"]),
        "both_waves": len(world.earlier.panel),
        "panel": sorted(world.earlier.panel),
        "straight_liners": sorted(people.loc[people["straight"], "response_id"], key=int),
        "ladder_latent_change": _round(fixed),
        "ladder_mean": [_round(frame["ladder"].mean()) for frame in (then, now)],
        "ladder_at_least_4": [_round((frame["ladder"] >= 4).mean()) for frame in (then, now)],
        "barrier_prevalence": {code: [_round(then[code].mean()), _round(now[code].mean())] for code in BARRIERS},
        "barriers_changed": ["B01"],
        "nps_universe": {
            str(region): [_nps(then, str(region)), _nps(now, str(region))] for region in world.setting.regions
        },
        "nps_changed_in": [str(world.setting.regions[0])],
        "importance_change_sd": {item: before.DRIFT.get(item, 0.0) for item in NEEDS},
        "comment_themes": {r: t for r, t in zip(people["response_id"], people["themes"], strict=True) if t},
    }


def _nps(universe: pd.DataFrame, region: str) -> float:
    scores = universe.loc[universe["region"] == region, "nps"]
    return _round((scores >= 9).mean() - (scores <= 6).mean())


def posts(world: World) -> dict[str, Any]:
    """Topic, sentiment (1, 0, -1), adverse event, what is denied, who is named: by number of the post."""
    return feedback.known(world.tables["feedback_text"])


def coded_comments(world: World) -> dict[str, Any]:
    """A sample of the comments, coded by two persons."""
    return coding.coded(world.survey, world.setting)


def _round(value: float | np.floating) -> float:
    return round(float(value), 4)
