"""Answers to the questions that the latest wave adds; each block has a random stream of its own.

Competitors' brands are used as a Dirichlet of shares has it (Goodhardt, Ehrenberg & Chatfield 1984): brands of
fewer users are also less often preferred by those. One brand is a niche that breaks the pattern: few users, who
hardly use another. Best and worst needs are drawn one after the other by a logit on utility.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .added_items import BRANDS_ITEM, DESIGN, EFFORT, MAXDIFF_NEEDS, STAGES
from .questionnaire import BRANDS_USED
from .replies import NEEDS_SEGMENTS, gap_chance, on_five, preferred
from .setting import Setting

__all__ = ["BASE_UTILITY", "NICHE", "UTILITY_SD", "Added", "build", "utilities"]

NICHE = "普栖"
#: sum of the Dirichlet's parameters: the smaller, the more faithful people are
_CONCENTRATION = 1.6
#: weights of the competitors in BRANDS_USED among those who do not prefer them
_WEIGHTS = {"康缇": 0.44, "维岚": 0.29, "欣霁": 0.23, "普栖": 0.04}
_OCCASIONS, _FAITHFUL = 6.0, 0.93
#: use of the own brand in three months by ladder step
_OWN_USE = (0.0, 0.0, 0.0, 0.15, 0.9, 1.0, 1.0)
#: utility of each need that all segments share; the segments' weights come on top
BASE_UTILITY = (0.7, 0.5, 0.2, 0.1, -0.2, -0.5, -0.8)
UTILITY_SD = 0.3
_EFFORT = (3.5, 0.4, -0.9)
SEPARATOR = "┋"


@dataclass(frozen=True, eq=False)
class Added:
    """Answers to the added items.

    Attributes
    ----------
    answers : pandas.DataFrame
        Index response id, one column per item; NaN where left out.
    whole : pandas.DataFrame
        The same before anything was left out; straight-liners included.
    preferred : pandas.Series
        Brand that each respondent prefers, also where the answer was left out.
    """

    answers: pd.DataFrame
    whole: pd.DataFrame
    preferred: pd.Series


def build(people: pd.DataFrame, answers: pd.DataFrame, setting: Setting) -> Added:
    """Draw the answers of respondents whose answers to the other items are known."""
    attitude = people["attitude"].to_numpy()
    z = (attitude - attitude.mean()) / attitude.std()
    drawn = preferred(people, setting.rng("preferred brand"))
    favourite = answers["Q5"].where(answers["Q5"].notna(), pd.Series(drawn, index=answers.index)).astype("str")
    whole = pd.DataFrame({BRANDS_ITEM: _brands(people, favourite.to_numpy(), setting)}, index=answers.index)
    rng = setting.rng("journey")
    middle, by_attitude, by_distrust = _EFFORT
    latent = by_attitude * z + by_distrust * people["B17"].to_numpy() + 0.8 * rng.standard_normal(len(people))
    whole[EFFORT] = on_five(latent, middle, 1.0)
    for item, (_, _, at) in STAGES.items():
        whole[item] = on_five(0.5 * z + 0.85 * rng.standard_normal(len(people)), at, 0.9)
    straight = people["straight"].to_numpy()
    for item in (EFFORT, *STAGES):
        whole.loc[straight, item] = answers.loc[straight, "Q8"].astype(int)
    whole = pd.concat([whole.astype(object), _best_and_worst(people, setting)], axis=1)
    return Added(_gaps(whole, people, setting), whole, favourite)


def utilities() -> pd.DataFrame:
    """True utility of each need (columns, in the order of the items) by needs-based segment; rows sum to zero."""
    table = pd.DataFrame(NEEDS_SEGMENTS, index=list(MAXDIFF_NEEDS)).T + np.array(BASE_UTILITY)
    return table.sub(table.mean(axis=1), axis=0)


def _brands(people: pd.DataFrame, favourite: np.ndarray, setting: Setting) -> list[str]:
    """Brands used, in the order of the list; the favourite and, by ladder step, the own one among them."""
    rng = setting.rng("brands used")
    others = list(_WEIGHTS)
    share = rng.dirichlet(_CONCENTRATION * np.array(list(_WEIGHTS.values())), len(people))
    occasions = rng.poisson(rng.gamma(1.5, _OCCASIONS / 1.5, len(people)))
    own = rng.random(len(people)) < np.array(_OWN_USE)[people["ladder"].to_numpy()]
    out = []
    for who, (name, part) in enumerate(zip(favourite, share, strict=True)):
        count = occasions[who]
        if name in others:
            # the favourite has the largest share
            at, top = others.index(name), int(part.argmax())
            part[[at, top]] = part[[top, at]]
            if name == NICHE:
                part = (1 - _FAITHFUL) * np.array(list(_WEIGHTS.values()))
                part[at] = 1 - part[np.arange(len(part)) != at].sum()
        else:
            count = count // 2
        used = {BRANDS_USED[0]} if own[who] or name == BRANDS_USED[0] else set()
        used |= {name} | {brand for brand, n in zip(others, rng.multinomial(count, part), strict=True) if n}
        out.append(SEPARATOR.join(brand for brand in BRANDS_USED if brand in used))
    return out


def _best_and_worst(people: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """The chosen words; careless respondents tick the first as best and the last as worst."""
    rng = setting.rng("best and worst")
    n = len(people)
    utility = utilities().loc[people["needs"]].to_numpy() + UTILITY_SD * rng.standard_normal((n, len(MAXDIFF_NEEDS)))
    straight = people["straight"].to_numpy()
    words = np.array(MAXDIFF_NEEDS, dtype=object)
    out = {}
    for task, among in enumerate(DESIGN, start=1):
        places = np.array(among)
        # the largest of utility plus Gumbel noise is a draw from the logit; worst: from the rest, by minus utility
        best = np.argmax(utility[:, places] + rng.gumbel(size=(n, len(places))), axis=1)
        against = -utility[:, places] + rng.gumbel(size=(n, len(places)))
        against[np.arange(n), best] = -np.inf
        worst = np.argmax(against, axis=1)
        out[f"Q18_{task}_best"] = words[places[np.where(straight, 0, best)]]
        out[f"Q18_{task}_worst"] = words[places[np.where(straight, len(places) - 1, worst)]]
    return pd.DataFrame(out, index=pd.Index(people["response_id"], name="response_id"))


def _gaps(whole: pd.DataFrame, people: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Items left out as the others are; best and worst of a group are left out together."""
    rng = setting.rng("gaps of added items")
    out = whole.copy()
    chance = gap_chance(people)
    empty = np.zeros(len(people), dtype=bool)
    for item in whole.columns:
        if not item.endswith("_worst"):
            empty = rng.random(len(people)) < chance
        out.loc[empty, item] = np.nan
    return out
