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
from .questionnaire import BARRIERS
from .replies import NEEDS_SEGMENTS, UNAIDED, answer
from .setting import Setting, day

__all__ = [
    "HOSPITAL_SD", "NEEDS_SEGMENTS", "NPS", "RHO", "STEPS", "UNAIDED", "Survey", "answering_odds", "build", "invited",
    "sheets",
]  # fmt: skip

_QUOTA = (200, 170, 130)
_OTHER_QUOTA = 150
_HOSPITALS = 0.75
NPS = (0.12, -0.05, 0.30)
_PASSIVE = 0.36
RHO, HOSPITAL_SD = 0.3, 0.5
#: prevalence of "does not know the product" where it leads and elsewhere
_B01 = (0.62, 0.22)
_ATTITUDE_ON_LADDER = 0.3
#: share of internists at or above each step of the ladder
STEPS = (0.88, 0.73, 0.54, 0.34, 0.17, 0.05)
#: log-odds of answering on the shifts of title and level; "mnar" adds attitude itself
_SELECTION, _MNAR = 2.5, 0.4
STRAIGHT = 0.04
_MODES = {"self_online": 0.70, "phone": 0.15, "interview": 0.10, "rep_administered": 0.05}


@dataclass(frozen=True, eq=False)
class Survey:
    """The universe and the answers.

    Attributes
    ----------
    universe : pandas.DataFrame
        One row per internist, with true NPS score, ladder step, needs segment and barriers; ``ladder_fixed``
        and ``ladder_noise`` add up to what the step was cut from.
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
    universe = pd.concat([universe, _ladder(universe, barriers, rng)], axis=1)
    universe["nps"] = _nps(universe, setting.regions, rng)
    universe["needs"] = rng.choice(list(NEEDS_SEGMENTS), len(universe), p=[0.3, 0.25, 0.25, 0.2])
    respondents = _respond(universe, setting, rng)
    answers = answer(respondents, rng)
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


def _ladder(universe: pd.DataFrame, barriers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Steps 0 to 6 by ordered logit; cut points give the stated shares at or above each step."""
    effects = np.array([BARRIERS[code][2] for code in barriers.columns])
    code, names = universe["hospital_id"].factorize()
    hospital = rng.normal(0, HOSPITAL_SD, len(names))[code]
    attitude = universe["attitude"].to_numpy()
    z = (attitude - attitude.mean()) / attitude.std()
    fixed = barriers.to_numpy() @ effects + hospital + _ATTITUDE_ON_LADDER * z
    noise = rng.logistic(size=len(universe))
    latent = fixed + noise
    cuts = np.quantile(latent, [1 - share for share in STEPS])
    step = (latent[:, None] > cuts).sum(axis=1)
    return pd.DataFrame({"ladder": step, "ladder_fixed": fixed, "ladder_noise": noise})


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
    odds = answering_odds(universe)
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
    return sheets(universe.iloc[rows].reset_index(drop=True), 33.2, rng)


def invited(survey: Survey) -> dict[str, int]:
    """Internists of the hospitals that take part, by region: they were asked."""
    part = survey.universe[survey.universe["hospital_id"].isin(survey.respondents["hospital_id"])]
    return {str(region): int(count) for region, count in part.groupby("region", sort=False).size().items()}


def answering_odds(universe: pd.DataFrame) -> np.ndarray:
    """Log-odds of answering, by title and hospital level."""
    shift = universe["title"].map(TITLE_SHIFT) + universe["hospital_level"].map(LEVEL_SHIFT)
    return _SELECTION * shift.to_numpy()


def sheets(people: pd.DataFrame, month: float, rng: np.random.Generator, *, first: int = 1) -> pd.DataFrame:
    """Answer sheets of these people: numbers from ``first``, mode, seconds, carelessness, days from ``month`` on."""
    frame = people.copy()
    n = len(frame)
    frame["straight"] = rng.permutation(np.arange(n) < round(STRAIGHT * n))
    frame["mode"] = rng.choice(list(_MODES), n, p=list(_MODES.values()))
    seconds = np.exp(rng.normal(np.log(430), 0.32, n)) * np.where(frame["straight"], 0.22, 1.0)
    frame["seconds"] = np.round(seconds).astype(int)
    frame["date"] = day(np.sort(month + 2.2 * rng.random(n))).to_numpy()
    frame["clock"] = rng.integers(8 * 3600, 22 * 3600, n)
    frame.insert(0, "response_id", [str(i + first) for i in range(n)])
    return frame
