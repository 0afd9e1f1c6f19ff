"""The academic programme: who got it when and why, and what it truly did.

Three waves (months 27, 29, 31). One region is assigned by lot, the others by a rule that favours recent
dips and high potential. The effect on a hospital's log volume of the new drug rises over three months to
.20 where not knowing the product leads, to 0 where the product is not listed, and elsewhere to whatever
makes the mean over all treated hospital-months .12. Departments outside the target get a spill-over of .03.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .setting import MONTHS, Setting, month_start

__all__ = ["ATT", "WAVES", "Programme", "assign", "department_effect", "register"]

ATT, _B01_EFFECT, _SPILL = 0.12, 0.20, 0.03
#: month indexes from 0: months 27, 29, 31
WAVES = (26, 28, 30)
_RAMP = (1 / 3, 2 / 3, 1.0)
_NEVER = 0.25
#: the month before the start is not yet known when a wave is planned
_LEAD = 1


@dataclass(frozen=True, eq=False)
class Programme:
    """Wave and effect of every hospital.

    Attributes
    ----------
    wave : ndarray of int
        Index of the first treated month; -1 never treated.
    full : ndarray
        Full effect on log volume of the hospital, after the ramp.
    effect : ndarray, (hospital, month)
        What the programme added to log volume in each month.
    rule : ndarray of str
        "lot" or "dip_and_potential".
    """

    wave: np.ndarray
    full: np.ndarray
    effect: np.ndarray
    rule: np.ndarray


def assign(hospitals: pd.DataFrame, short: np.ndarray, setting: Setting) -> Programme:
    """Choose the waves region by region, then set the effects so that their mean is the stated one.

    Parameters
    ----------
    hospitals : DataFrame
    short : ndarray, (hospital, month)
        By how much the month's log volume falls short of what was to be expected.
    setting : Setting
    """
    rng = setting.rng("programme")
    wave = np.full(len(hospitals), -1)
    rule = np.full(len(hospitals), "dip_and_potential", dtype=object)
    potential = hospitals["log_potential"].to_numpy()
    for number, region in enumerate(setting.regions):
        rows = np.flatnonzero(hospitals["region"] == region)
        each = (len(rows) - round(_NEVER * len(rows))) // len(WAVES)
        if number == 1:
            rule[rows] = "lot"
        for start in WAVES:
            open_rows = rows[wave[rows] < 0]
            score = _score(short[open_rows], potential[open_rows], start)
            if rule[rows[0]] == "lot":
                score = rng.random(len(open_rows))
            wave[open_rows[np.argsort(-score, kind="stable")[:each]]] = start
    ramp = np.array([_ramp(start) for start in wave])
    full = _full(hospitals, wave, ramp)
    return Programme(wave, full, full[:, None] * ramp, rule)


def _score(short: np.ndarray, potential: np.ndarray, start: int) -> np.ndarray:
    """High for hospitals that fell short in the three months known at planning, and for large ones."""
    return _standard(short[:, start - 3 - _LEAD : start - _LEAD].mean(axis=1)) + 0.5 * _standard(potential)


def _standard(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / max(values.std(), 1e-9)


def _ramp(start: int) -> np.ndarray:
    """Share of the full effect by month, zero before the start and for the never treated."""
    ramp = np.zeros(MONTHS)
    if start >= 0:
        ramp[start:] = 1.0
        ramp[start : start + len(_RAMP)] = _RAMP
    return ramp


def _full(hospitals: pd.DataFrame, wave: np.ndarray, ramp: np.ndarray) -> np.ndarray:
    """Full effects: .20, 0, and the value that brings the mean over treated hospital-months to `ATT`."""
    treated, listed = wave >= 0, hospitals["listed"].to_numpy()
    b01 = hospitals["b01"].to_numpy()
    weight = ramp.sum(axis=1)
    months = np.where(treated, MONTHS - wave, 0).sum()
    rest = treated & listed & ~b01
    missing = ATT * months - _B01_EFFECT * weight[treated & b01].sum()
    other = missing / weight[rest].sum() if rest.any() else 0.0
    return np.select([~treated | ~listed, b01], [0.0, _B01_EFFECT], other)


def department_effect(plan: Programme, rooms: pd.DataFrame, of: np.ndarray) -> np.ndarray:
    """Split a hospital's effect: spill-over outside the target departments, the rest inside them.

    With w the targeted departments' share: exp(hospital) = w exp(target) + (1 - w) exp(spill).
    """
    targeted = rooms["targeted"].to_numpy()
    inside_target = rooms["base"].where(rooms["targeted"], 0).groupby(rooms["hospital"]).sum()
    weight = (inside_target / rooms.groupby("hospital")["base"].sum()).to_numpy()[of, None]
    hospital = plan.effect[of]
    share = np.divide(hospital, plan.full[of][:, None], out=np.zeros_like(hospital), where=plan.full[of][:, None] > 0)
    spill = _SPILL * share
    inside = np.log((np.exp(hospital) - (1 - weight) * np.exp(spill)) / weight)
    return np.where(targeted[:, None], inside, spill)


def register(hospitals: pd.DataFrame, distributors: pd.DataFrame, plan: Programme, setting: Setting) -> pd.DataFrame:
    """The interventions table: one row per treated hospital, and a training of three distributors."""
    rng = setting.rng("register")
    end = month_start(MONTHS) - pd.Timedelta(days=1)
    treated = np.flatnonzero(plan.wave >= 0)
    programme = pd.DataFrame({
        "intervention_id": "XS2024",
        "name": "呼吸道感染规范诊疗学术项目",
        "type": "academic_meeting",
        "unit_id": hospitals["customer_id"].to_numpy()[treated],
        "unit_level": "hospital",
        "start": [month_start(wave) for wave in plan.wave[treated]],
        "end": end,
        "planned_on": month_start(WAVES[0]) - pd.Timedelta(days=21),
        "assignment_rule": plan.rule[treated],
        "cost": rng.integers(60, 140, len(treated)) * 100.0,
    })  # fmt: skip
    training = pd.DataFrame({
        "intervention_id": "PX2025",
        "name": "经销商数据与GSP培训",
        "type": "distributor_training",
        "unit_id": distributors["customer_id"].to_numpy()[:3],
        "unit_level": "distributor",
        "start": month_start(31),
        "end": month_start(31) + pd.Timedelta(days=2),
        "planned_on": month_start(30),
        "assignment_rule": "volunteers",
        "cost": 6000.0,
    })  # fmt: skip
    return pd.concat([programme, training], ignore_index=True).sort_values(["start", "unit_id"], ignore_index=True)
