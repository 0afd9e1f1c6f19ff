"""Monthly volumes of hospitals and their departments, with visits, the programme and the VBP event in them.

A department's boxes of the new drug in month t: base x season x own growth x AR(1) noise x response to
last month's visits x programme. The mature drug follows the hospital, rises by 132 % under VBP and is not
touched by the programme: it is the negative control.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import programme
from .setting import MONTHS, VBP_MONTH, Setting

__all__ = ["RESPONSE", "VBP_RISE", "Volumes", "build", "season"]

#: hospitals whose own lawful sales are recorded by department
_MONITORED = 1 / 3
#: share of monitored departments that grow (+50 % a year) and shrink (-30 % a year)
_GROWING, _SHRINKING = 0.10, 0.05
GROWTH = {"growing": 0.5, "shrinking": -0.3, "level": 0.0}
_PHI, _NOISE, _HOSPITAL_NOISE = 0.4, 0.18, 0.10
VBP_RISE = 1.32
#: response of a hospital's volume to x visits a month: a (1 - exp(-b x)) on the log, a by segment
RESPONSE = {"champion": 0.10, "steady": 0.14, "untapped": 0.06}
_B = (0.35, 0.08)
_MATURE_SHARE = 0.8


@dataclass(frozen=True, eq=False)
class Volumes:
    """Arrays over (department or hospital, month); rows as in the frames they come from.

    Attributes
    ----------
    departments : pandas.DataFrame
        With ``monitored``, ``growth`` and yearly ``base`` added.
    new : ndarray
        Boxes of the new drug per department and month.
    mature, category : ndarray
        Boxes per hospital and month: the mature drug, and all brands together.
    visits : ndarray
        Visits per hospital and month, which follow last month's sales.
    programme : programme.Programme
    slope : ndarray
        The response's b per hospital.
    """

    departments: pd.DataFrame
    new: np.ndarray
    mature: np.ndarray
    category: np.ndarray
    visits: np.ndarray
    programme: programme.Programme
    slope: np.ndarray


def season(months: np.ndarray) -> np.ndarray:
    """Season of respiratory infections: highest in January; month index 0 is July."""
    return 1 + 0.16 * np.cos(2 * np.pi * (np.asarray(months) - 6) / 12)


def build(hospitals: pd.DataFrame, departments: pd.DataFrame, setting: Setting) -> Volumes:
    """Draw every monthly volume of the 36 months."""
    rng = setting.rng("volumes")
    rooms = _monitor(hospitals, departments, rng)
    of = rooms["hospital"].to_numpy()
    months = np.arange(MONTHS)
    growth = np.log1p(rooms["growth"].map(GROWTH).to_numpy())[:, None] * (months - MONTHS / 2) / 12
    shock = _ar1(len(rooms), _NOISE, rng) + _ar1(len(hospitals), _HOSPITAL_NOISE, rng)[of]
    quiet = rooms["base"].to_numpy()[:, None] / 12 * season(months) * np.exp(growth + shock)
    slope = np.maximum(0.05, rng.normal(*_B, len(hospitals)))
    lift, visits = _visit(hospitals, _by_hospital(quiet, of, len(hospitals)), slope, rng)
    # a dip is what a month lacks against the hospital's own expectation: a rule that also chose high baselines or
    # falling hospitals would leave nothing to estimate from
    expected = rooms["base"].to_numpy()[:, None] / 12 * season(months) * np.exp(growth)
    short = np.log(_by_hospital(expected, of, len(hospitals)) / _by_hospital(quiet, of, len(hospitals)))
    plan = programme.assign(hospitals, short, setting)
    effect = programme.department_effect(plan, rooms, of)
    new = rng.poisson(quiet * np.exp(lift[of] + effect)).astype(float)
    mature = _mature(hospitals, months, rng)
    own = _by_hospital(new, of, len(hospitals)) + mature
    category = np.maximum(_category(hospitals, months, rng), own * 1.15 + 4)
    return Volumes(rooms, new, mature, np.round(category), visits, plan, slope)


def _monitor(hospitals: pd.DataFrame, departments: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Mark the monitored hospitals (the listed third that buys most) and their growing departments."""
    rooms = departments.merge(
        hospitals.reset_index(names="hospital")[
            ["customer_id", "hospital", "log_potential", "inefficiency", "own_share"]
        ],
        left_on="parent_id",
        right_on="customer_id",
        suffixes=("", "_parent"),
    ).drop(columns="customer_id_parent")
    category = np.exp(rooms["log_potential"] - rooms["inefficiency"])
    rooms["base"] = category * rooms["own_share"] * rooms["share"]
    sales = (hospitals["log_potential"] - hospitals["inefficiency"]).pipe(np.exp) * hospitals["own_share"]
    rank = sales.where(hospitals["listed"]).rank(ascending=False, method="first")
    rooms["monitored"] = rooms["hospital"].map(rank <= round(len(hospitals) * _MONITORED))
    chosen = rng.permutation(np.flatnonzero(rooms["monitored"]))
    up, down = round(_GROWING * len(chosen)), round(_SHRINKING * len(chosen))
    rooms["growth"] = "level"
    rooms.loc[chosen[:up], "growth"] = "growing"
    rooms.loc[chosen[up : up + down], "growth"] = "shrinking"
    return rooms


def _ar1(rows: int, sd: float, rng: np.random.Generator) -> np.ndarray:
    """AR(1) noise with coefficient .4 and stationary standard deviation ``sd``."""
    draws = rng.standard_normal((rows, MONTHS)) * sd * np.sqrt(1 - _PHI**2)
    noise = np.empty_like(draws)
    noise[:, 0] = draws[:, 0] / np.sqrt(1 - _PHI**2)
    for month in range(1, MONTHS):
        noise[:, month] = _PHI * noise[:, month - 1] + draws[:, month]
    return noise


def _by_hospital(values: np.ndarray, of: np.ndarray, n: int) -> np.ndarray:
    """Sum departments into hospitals."""
    total = np.zeros((n, values.shape[1]))
    np.add.at(total, of, values)
    return total


def _visit(
    hospitals: pd.DataFrame, quiet: np.ndarray, slope: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Visits follow last month's sales (endogenous); this month's sales respond to them."""
    ceiling = hospitals["segment"].map(RESPONSE).to_numpy()
    lift, visits = np.zeros_like(quiet), np.zeros_like(quiet)
    usual = quiet.mean(axis=1)
    last = quiet[:, 0]
    for month in range(MONTHS):
        wish = 2.2 * (usual / usual.mean()) ** 0.25 * (np.maximum(last, 0.5) / usual) ** 0.6
        visits[:, month] = np.minimum(rng.poisson(wish), 12)
        lift[:, month] = ceiling * (1 - np.exp(-slope * visits[:, month]))
        last = quiet[:, month] * np.exp(lift[:, month])
    return lift, visits


def _mature(hospitals: pd.DataFrame, months: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Boxes of the mature drug: listed hospitals only, more than doubled under VBP."""
    base = np.exp(hospitals["log_potential"] - hospitals["inefficiency"]) * hospitals["own_share"] * _MATURE_SHARE
    rise = np.where(months >= VBP_MONTH, 1 + VBP_RISE, 1.0)
    mean = (base * hospitals["listed"]).to_numpy()[:, None] / 12 * season(months) * rise
    return rng.poisson(mean * np.exp(_ar1(len(hospitals), 0.12, rng))).astype(float)


def _category(hospitals: pd.DataFrame, months: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """All brands together: potential less inefficiency, growing 4 % a year; the last 12 months hit the level."""
    yearly = np.exp((hospitals["log_potential"] - hospitals["inefficiency"]).to_numpy())[:, None]
    growth = np.exp(0.04 * (months - (MONTHS - 6.5)) / 12)
    return yearly / 12 * season(months) * growth * np.exp(rng.normal(0, 0.04, (len(hospitals), len(months))))
