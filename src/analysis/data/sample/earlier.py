"""The survey half a year earlier: what has changed since, and who of the same people answered then.

What was different, in the whole universe: the ladder lower, "does not know the product" more frequent, fewer
promoters in one region, one need less important. All else is drawn as in the later wave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import comments
from .questionnaire import BARRIERS
from .replies import answer
from .setting import Setting
from .survey import STEPS, Survey, answering_odds, sheets

__all__ = ["DRIFT", "FIRST_SHEET", "LADDER_SHIFT", "NPS_SHIFT", "PANEL", "Earlier", "build"]

_BASE, PANEL = 320, 0.55
_MONTH = 27.6
FIRST_SHEET = 1001
#: change of the mean of what the ladder is cut from, since the earlier wave
LADDER_SHIFT = 0.35
#: who knows the product now and did not then; the other way round
_LEARNED, _FORGOT = 0.18, 0.03
#: change of NPS since then, of the first region
NPS_SHIFT = 0.08
#: change of importance since then, in standard deviations
DRIFT = {"Q11_3": 0.3}
_KEEP = 0.75


@dataclass(frozen=True, eq=False)
class Earlier(Survey):
    """Universe, respondents and answers of the earlier wave.

    Attributes
    ----------
    universe : pandas.DataFrame
        As of the later wave with the ladder, barriers and NPS score of then.
    panel : frozenset of str
        Who answered both times.
    """

    panel: frozenset[str]


def build(later: Survey, setting: Setting) -> Earlier:
    """Draw the earlier wave from the later one."""
    rng = setting.rng("earlier wave")
    universe = later.universe.copy()
    before = _barriers(universe, rng)
    universe = universe.assign(**_ladder(universe, before, rng), **{code: before[code] for code in BARRIERS})
    universe["nps"] = _nps(universe, setting, rng)
    people, panel = _people(universe, later.respondents, setting, rng)
    answers = answer(people, rng, {item: -change for item, change in DRIFT.items()})
    answers = _one_question(answers, people)
    people["themes"], answers["Q14"] = comments.write(people, rng, phones=())
    return Earlier(universe, people, answers, panel)


def _barriers(universe: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """B01 as stated; B09 is the hospital's and stays; the others are named anew by one in four of all."""
    out = universe[list(BARRIERS)].copy()
    n = len(out)
    for code in BARRIERS:
        now, turn = out[code].to_numpy(), rng.random(n)
        if code == "B01":
            out[code] = np.where(now == 1, turn >= _FORGOT, turn < _LEARNED).astype(int)
        elif code != "B09":
            out[code] = np.where(turn < _KEEP, now, rng.permutation(now))
    return out


def _ladder(universe: pd.DataFrame, before: pd.DataFrame, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Steps of then: the same cut points, the mean lower by the stated shift, the person's part largely kept."""
    effects = np.array([effect for _, _, effect in BARRIERS.values()])
    latent = (universe["ladder_fixed"] + universe["ladder_noise"]).to_numpy()
    cuts = np.quantile(latent, [1 - share for share in STEPS])
    named = (before[list(BARRIERS)].to_numpy() - universe[list(BARRIERS)].to_numpy()) @ effects
    fixed = universe["ladder_fixed"].to_numpy() + named - named.mean() - LADDER_SHIFT
    keep = rng.random(len(universe)) < _KEEP
    noise = np.where(keep, universe["ladder_noise"], rng.logistic(size=len(universe)))
    step = ((fixed + noise)[:, None] > cuts).sum(axis=1)
    return {"ladder": step, "ladder_fixed": fixed, "ladder_noise": noise}


def _nps(universe: pd.DataFrame, setting: Setting, rng: np.random.Generator) -> np.ndarray:
    """Three scores in four are the same, the others those of somebody of the region; fewer promoters in the first."""
    score = universe["nps"].to_numpy().copy()
    for number, region in enumerate(setting.regions):
        rows = np.flatnonzero(universe["region"] == region)
        moved = rows[rng.random(len(rows)) >= _KEEP]
        score[moved] = score[rng.permutation(moved)]
        if number == 0:
            promoters = rng.permutation(rows[score[rows] >= 9])
            score[promoters[: round(NPS_SHIFT * len(rows))]] = 8
    return score


def _people(
    universe: pd.DataFrame, later: pd.DataFrame, setting: Setting, rng: np.random.Generator
) -> tuple[pd.DataFrame, frozenset[str]]:
    """More than half answer again later; the others are drawn by the same odds of answering from the rest."""
    again = np.flatnonzero(universe["customer_id"].isin(later["customer_id"]))
    rest = np.flatnonzero(~universe["customer_id"].isin(later["customer_id"]))
    n = setting.count(_BASE, least=20)
    panel = rng.choice(again, min(round(PANEL * n), len(again)), replace=False)
    key = np.log(rng.random(len(rest))) / np.exp(answering_odds(universe.iloc[rest]))
    others = rest[np.argsort(-key, kind="stable")][: n - len(panel)]
    rows = rng.permutation(np.concatenate([panel, others]))
    people = sheets(universe.iloc[rows].reset_index(drop=True), _MONTH, rng, first=FIRST_SHEET)
    return people, frozenset(universe["customer_id"].iloc[panel])


def _one_question(answers: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Barriers were one question with many ticks: it was answered or left out as a whole."""
    items = {f"Q7_{code[1:]}": code for code in BARRIERS}
    skipped = answers[next(iter(items))].isna().to_numpy()
    out = answers.copy()
    for item, code in items.items():
        out[item] = pd.Series(people[code].to_numpy(), index=out.index, dtype=object).mask(skipped)
    return out
