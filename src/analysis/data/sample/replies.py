"""What each respondent answers to the closed items: from attitude, ladder step, barriers and needs segment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .questionnaire import ATTITUDE, BARRIERS, BRANDS_USED, NEEDS, SATISFACTION

__all__ = ["NEEDS_SEGMENTS", "UNAIDED", "answer", "gap_chance", "on_five", "preferred"]

UNAIDED = 0.38
MISSING = 0.09
#: importance of each need (Q11_1 to Q11_7) by needs-based segment, in standard deviations around the mean
NEEDS_SEGMENTS = {
    "evidence": (1.3, 0.0, -0.9, -0.5, -0.6, 0.9, 0.0),
    "safety": (0.0, 1.4, 0.0, 0.3, -0.5, -0.9, -0.9),
    "cost": (-0.9, -0.5, 1.5, 0.9, 0.0, -0.3, -0.4),
    "service": (-0.5, -0.9, -0.4, -0.4, 1.2, 0.0, 1.2),
}


def answer(people: pd.DataFrame, rng: np.random.Generator, drift: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Answers to the closed items, careless ones and gaps included.

    Parameters
    ----------
    people : DataFrame
        Rows of the universe with the columns of `sheets`.
    rng : numpy.random.Generator
    drift : mapping of item to float, optional
        How much more important a need is to everybody, in standard deviations of what its answers are cut from.
    """
    return _careless(_answers(people, rng, drift or {}), people, rng)


def _answers(people: pd.DataFrame, rng: np.random.Generator, drift: Mapping[str, float]) -> pd.DataFrame:
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
    answers["Q5"] = preferred(people, rng)
    lifted = people["mode"].to_numpy() == "rep_administered"
    answers["Q6"] = np.minimum(people["nps"].to_numpy() + lifted, 10)
    for code in BARRIERS:
        answers[f"Q7_{code[1:]}"] = people[code].to_numpy()
    rated = 0.6 * z[:, None] + 0.8 * rng.standard_normal((n, len(SATISFACTION)))
    weight = np.array([w for _, _, w in SATISFACTION.values()])
    answers["Q8"] = on_five(rated @ weight + 0.45 * rng.standard_normal(n), 3.5, 0.9)
    answers[list(SATISFACTION)] = np.column_stack([on_five(column, 3.5, 0.9) for column in rated.T])
    answers["Q10"] = on_five(0.7 * z + 0.7 * rng.standard_normal(n), 3.3, 1.0)
    need = np.array([NEEDS_SEGMENTS[name] for name in people["needs"]]) + 0.75 * rng.standard_normal((n, len(NEEDS)))
    need = need + need.std(axis=0) * np.array([drift.get(item, 0.0) for item in NEEDS])
    answers[list(NEEDS)] = np.column_stack([on_five(column, 3.3, 0.95) for column in need.T])
    for item in ATTITUDE:
        agree = 0.8 * z + 0.6 * rng.standard_normal(n)
        answers[item] = on_five(-agree if item == "Q12_4" else agree, 2.6 if item == "Q12_4" else 3.5, 0.9)
    answers["Q13"] = (
        rng.random(n) < np.where(people["nps"] >= 9, 0.45, np.where(people["nps"] >= 7, 0.15, 0.04))
    ).astype(int)
    return answers.astype(object)


def preferred(people: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Preferred brand: ours for routine users, a competitor the likelier where one is preferred."""
    routine = (people["ladder"] >= 5).to_numpy()
    other = rng.choice(BRANDS_USED[1:], len(people), p=[0.42, 0.26, 0.18, 0.14])
    other = np.where(people["B06"].to_numpy() & (rng.random(len(people)) < 0.5), BRANDS_USED[1], other)
    return np.where(routine & (rng.random(len(people)) < 0.85), BRANDS_USED[0], other)


def on_five(latent: np.ndarray, middle: float, spread: float) -> np.ndarray:
    """Steps 1 to 5."""
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
    empty = rng.random((len(people), len(open_items))) < gap_chance(people)[:, None]
    out[open_items] = out[open_items].mask(empty, np.nan)
    return out


def gap_chance(people: pd.DataFrame) -> np.ndarray:
    """How likely each respondent leaves a closed item empty; who ticks one column leaves none."""
    straight = people["straight"].to_numpy()
    tendency = people["title"].map({"主任医师": 1.5, "副主任医师": 1.15, "主治医师": 0.85, "住院医师": 0.7}).to_numpy()
    return np.where(straight, 0.0, MISSING * tendency / tendency[~straight].mean())
