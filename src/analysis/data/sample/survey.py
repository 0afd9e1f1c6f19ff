"""Answers of the internists: a whole universe is drawn, then those who answer.

Ladder by ordered logit on barriers (log-odds as stated), a hospital effect (sd .5) and attitude; NPS cut so
that the universe of each region has the stated value. Answering depends on level and title only ("main",
missing at random) or on attitude itself as well ("mnar").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from . import comments
from .physicians import LEVEL_SHIFT, TITLE_SHIFT
from .questionnaire import ATTITUDE, BARRIERS, BRANDS_USED, NEEDS, SATISFACTION
from .setting import Setting, day

__all__ = ["HOSPITAL_SD", "NEEDS_SEGMENTS", "NPS", "RHO", "UNAIDED", "Survey", "build"]

_QUOTA = (200, 170, 130)
_OTHER_QUOTA = 150
_HOSPITALS = 0.75
NPS = (0.12, -0.05, 0.30)
_PASSIVE = 0.36
RHO, HOSPITAL_SD = 0.3, 0.5
#: prevalence of "does not know the product" where it leads and elsewhere
_B01 = (0.62, 0.22)
_ATTITUDE_ON_LADDER = 0.3
_STEPS = (0.88, 0.73, 0.54, 0.34, 0.17, 0.05)
UNAIDED = 0.38
#: log-odds of answering on the shifts of title and level; "mnar" adds attitude itself
_SELECTION, _MNAR = 2.5, 0.4
MISSING, STRAIGHT = 0.09, 0.04
_MODES = {"self_online": 0.70, "phone": 0.15, "interview": 0.10, "rep_administered": 0.05}
#: importance of each need (Q11_1 to Q11_7) by needs-based segment, in standard deviations around the mean
NEEDS_SEGMENTS = {
    "evidence": (1.3, 0.0, -0.9, -0.5, -0.6, 0.9, 0.0),
    "safety": (0.0, 1.4, 0.0, 0.3, -0.5, -0.9, -0.9),
    "cost": (-0.9, -0.5, 1.5, 0.9, 0.0, -0.3, -0.4),
    "service": (-0.5, -0.9, -0.4, -0.4, 1.2, 0.0, 1.2),
}


@dataclass(frozen=True, eq=False)
class Survey:
    """The universe and the answers.

    Attributes
    ----------
    universe : pandas.DataFrame
        One row per internist, with true NPS score, ladder step, needs segment and barriers.
    respondents : pandas.DataFrame
        Those who answered, with date, mode, seconds, ``straight``, ``themes``.
    answers : pandas.DataFrame
        Index response id, one column per item; NaN where left out.
    """

    universe: pd.DataFrame
    respondents: pd.DataFrame
    answers: pd.DataFrame


def build(hospitals: pd.DataFrame, physicians: pd.DataFrame, setting: Setting) -> Survey:
    """Draw the universe, choose who answers, and write down the answers."""
    rng = setting.rng("survey")
    universe = physicians[physicians["internist"]].reset_index(drop=True)
    barriers = _barriers(universe, hospitals, rng)
    universe = pd.concat([universe, barriers], axis=1)
    universe["ladder"] = _ladder(universe, barriers, rng)
    universe["nps"] = _nps(universe, setting.regions, rng)
    universe["needs"] = rng.choice(list(NEEDS_SEGMENTS), len(universe), p=[0.3, 0.25, 0.25, 0.2])
    respondents = _respond(universe, setting, rng)
    answers = _answers(respondents, rng)
    answers = _careless(answers, respondents, rng)
    respondents["themes"], answers["Q14"] = comments.write(respondents, rng)
    return Survey(universe, respondents, answers)


def _barriers(universe: pd.DataFrame, hospitals: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """0/1 per barrier from one factor (rho .3); not being listed is a fact of the hospital."""
    n = len(universe)
    known = hospitals.set_index("customer_id").loc[universe["hospital_id"]]
    factor = np.sqrt(RHO) * rng.standard_normal(n)
    out = {}
    for code, (_, prevalence, _) in BARRIERS.items():
        share = np.where(known["b01"], *_B01) if code == "B01" else np.full(n, prevalence)
        draw = factor + np.sqrt(1 - RHO) * rng.standard_normal(n)
        out[code] = (draw > -ndtri(share)).astype(int)
    out["B09"] = (~known["listed"].to_numpy()).astype(int)
    return pd.DataFrame(out)


def _ladder(universe: pd.DataFrame, barriers: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Steps 0 to 6 by ordered logit; cut points give the stated shares at or above each step."""
    effects = np.array([BARRIERS[code][2] for code in barriers.columns])
    code, names = universe["hospital_id"].factorize()
    hospital = rng.normal(0, HOSPITAL_SD, len(names))[code]
    attitude = universe["attitude"].to_numpy()
    z = (attitude - attitude.mean()) / attitude.std()
    latent = barriers.to_numpy() @ effects + hospital + _ATTITUDE_ON_LADDER * z + rng.logistic(size=len(universe))
    cuts = np.quantile(latent, [1 - share for share in _STEPS])
    return (latent[:, None] > cuts).sum(axis=1)


def _nps(universe: pd.DataFrame, regions: tuple[str, ...], rng: np.random.Generator) -> np.ndarray:
    """Scores 0 to 10 from a latent normal; the cut points give each region's universe its stated NPS."""
    attitude = universe["attitude"].to_numpy()
    z = (attitude - attitude.mean()) / attitude.std()
    latent = 0.75 * z + np.sqrt(1 - 0.75**2) * rng.standard_normal(len(universe))
    score = np.zeros(len(universe), dtype=int)
    for number, region in enumerate(regions):
        rows = np.flatnonzero(universe["region"] == region)
        target = NPS[number % len(NPS)]
        low, high = (1 - _PASSIVE - target) / 2, (1 - _PASSIVE + target) / 2
        # detractors spread over 0 to 6, passives over 7 and 8, promoters over 9 and 10
        edges = [*(low * np.array([0.05, 0.09, 0.17, 0.29, 0.45, 0.69, 1.0])), low + 0.45 * _PASSIVE, low + _PASSIVE]
        edges.append(1 - 0.45 * high)
        rank = (pd.Series(latent[rows]).rank(method="first").to_numpy() - 0.5) / len(rows)
        score[rows] = np.searchsorted(edges, rank)
    return score


def _respond(universe: pd.DataFrame, setting: Setting, rng: np.random.Generator) -> pd.DataFrame:
    """Three hospitals in four take part; within them who answers follows the stated log-odds."""
    shift = universe["title"].map(TITLE_SHIFT) + universe["hospital_level"].map(LEVEL_SHIFT)
    odds = _SELECTION * shift.to_numpy()
    if setting.scenario == "mnar":
        attitude = universe["attitude"].to_numpy()
        odds = odds + _MNAR * (attitude - attitude.mean()) / attitude.std()
    # Efraimidis and Spirakis (2006): the largest keys are a sample without replacement by weight
    key = np.log(rng.random(len(universe))) / np.exp(odds)
    chosen: list[np.ndarray] = []
    for number, region in enumerate(setting.regions):
        names = universe.loc[universe["region"] == region, "hospital_id"].unique()
        part = rng.choice(names, max(3, round(_HOSPITALS * len(names))), replace=False)
        rows = np.flatnonzero(universe["hospital_id"].isin(part))
        quota = setting.count(_QUOTA[number] if number < len(_QUOTA) else _OTHER_QUOTA)
        quota = min(quota, round(0.8 * len(rows)))
        # every hospital taking part has at least its keenest internist in it
        first = pd.Series(key[rows], index=rows).groupby(universe["hospital_id"].to_numpy()[rows]).idxmax()
        rest = [row for row in rows[np.argsort(-key[rows], kind="stable")] if row not in set(first)]
        chosen.append(np.array([*first, *rest][:quota]))
    rows = rng.permutation(np.concatenate(chosen))
    frame = universe.iloc[rows].reset_index(drop=True)
    n = len(frame)
    frame["straight"] = rng.permutation(np.arange(n) < round(STRAIGHT * n))
    frame["mode"] = rng.choice(list(_MODES), n, p=list(_MODES.values()))
    seconds = np.exp(rng.normal(np.log(430), 0.32, n)) * np.where(frame["straight"], 0.22, 1.0)
    frame["seconds"] = np.round(seconds).astype(int)
    frame["date"] = day(np.sort(33.2 + 2.2 * rng.random(n))).to_numpy()
    frame["clock"] = rng.integers(8 * 3600, 22 * 3600, n)
    frame.insert(0, "response_id", [str(i + 1) for i in range(n)])
    return frame


def _answers(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What each respondent would answer to every closed item."""
    n = len(people)
    attitude = people["attitude"].to_numpy()
    z = (attitude - attitude.mean()) / attitude.std()
    answers = pd.DataFrame(index=pd.Index(people["response_id"], name="response_id"))
    ladder = people["ladder"].to_numpy()
    known = ladder >= 1
    wish = np.where(known, ladder + rng.normal(0, 2.0, n), -np.inf)
    answers["Q1"] = (wish >= np.quantile(wish, 1 - UNAIDED)).astype(int)
    answers["Q2"] = known.astype(int)
    answers["Q3"] = ladder
    answers["Q4"] = np.select([ladder >= 5, ladder == 4, ladder == 3], [3, 2, 1], 0)
    answers["Q5"] = _brand(people, rng)
    lifted = people["mode"].to_numpy() == "rep_administered"
    answers["Q6"] = np.minimum(people["nps"].to_numpy() + lifted, 10)
    for code in BARRIERS:
        answers[f"Q7_{code[1:]}"] = people[code].to_numpy()
    rated = 0.6 * z[:, None] + 0.8 * rng.standard_normal((n, len(SATISFACTION)))
    weight = np.array([w for _, _, w in SATISFACTION.values()])
    answers["Q8"] = _five(rated @ weight + 0.45 * rng.standard_normal(n), 3.5, 0.9)
    answers[list(SATISFACTION)] = np.column_stack([_five(column, 3.5, 0.9) for column in rated.T])
    answers["Q10"] = _five(0.7 * z + 0.7 * rng.standard_normal(n), 3.3, 1.0)
    need = np.array([NEEDS_SEGMENTS[name] for name in people["needs"]]) + 0.75 * rng.standard_normal((n, len(NEEDS)))
    answers[list(NEEDS)] = np.column_stack([_five(column, 3.3, 0.95) for column in need.T])
    for item in ATTITUDE:
        agree = 0.8 * z + 0.6 * rng.standard_normal(n)
        answers[item] = _five(-agree if item == "Q12_4" else agree, 2.6 if item == "Q12_4" else 3.5, 0.9)
    answers["Q13"] = (
        rng.random(n) < np.where(people["nps"] >= 9, 0.45, np.where(people["nps"] >= 7, 0.15, 0.04))
    ).astype(int)
    return answers.astype(object)


def _brand(people: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Preferred brand: ours for routine users, a competitor the likelier where one is preferred."""
    routine = (people["ladder"] >= 5).to_numpy()
    other = rng.choice(BRANDS_USED[1:], len(people), p=[0.42, 0.26, 0.18, 0.14])
    other = np.where(people["B06"].to_numpy() & (rng.random(len(people)) < 0.5), BRANDS_USED[1], other)
    return np.where(routine & (rng.random(len(people)) < 0.85), BRANDS_USED[0], other)


def _five(latent: np.ndarray, middle: float, spread: float) -> np.ndarray:
    return np.clip(np.round(middle + spread * latent), 1, 5).astype(int)


def _careless(answers: pd.DataFrame, people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Straight-liners tick one column; 9 % of the other closed items stay empty, more often for senior titles."""
    out = answers.copy()
    blocks = ["Q8", *SATISFACTION, "Q10", *NEEDS, *ATTITUDE]
    straight = people["straight"].to_numpy()
    ticked = rng.choice([3, 4, 5], len(people), p=[0.5, 0.3, 0.2])
    for item in blocks:
        out.loc[straight, item] = ticked[straight]
    open_items = [item for item in out.columns if item not in ("Q3", "Q6")]
    tendency = people["title"].map({"主任医师": 1.5, "副主任医师": 1.15, "主治医师": 0.85, "住院医师": 0.7}).to_numpy()
    chance = MISSING * tendency / tendency[~straight].mean()
    empty = rng.random((len(people), len(open_items))) < chance[:, None]
    empty[straight] = False
    out[open_items] = out[open_items].mask(empty, np.nan)
    return out
