"""Hospitals with their true potential, their departments, and what the register says about them.

Category volume of a year, in standard boxes (7 days of treatment each):
``log V = c + 1.1 log beds + .4 teaching + department mix + N(0, .35) - u`` with inefficiency
``u ~ |N(0, .45)|``; without ``u`` it is the frontier, the hospital's true potential.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import names
from .setting import START, Setting, each

__all__ = ["DEPARTMENTS", "INTERNAL", "TARGETED", "build", "departments", "facts", "listings"]

#: the first is in every hospital; the internal ones are where internists work
INTERNAL = ("呼吸与危重症医学科", "感染科", "消化内科", "肾内科", "老年医学科", "内分泌科", "心血管内科")
DEPARTMENTS = (*INTERNAL, "泌尿外科", "普外科", "重症医学科", "急诊科", "儿科")
#: effect of a department on the hospital's category volume (log), and the programme's target departments
_MIX = dict(zip(DEPARTMENTS, (0.12, 0.10, 0.0, 0.0, 0.02, -0.04, -0.06, 0.02, 0.0, 0.06, 0.03, 0.0), strict=True))
TARGETED = 2
_LEVELS = ("三级甲等", "三级乙等", "二级甲等", "二级")
_LEVEL_SHARES = (0.35, 0.15, 0.30, 0.20)
_BASE = 40
_CONSTANT = 2.45
NOT_LISTED = 0.18
#: share of listed hospitals where not knowing the product is the leading barrier
B01_SHARE = 0.4
#: correlation of potential and cooperation; higher would empty the grid's corners
_POTENTIAL_COOPERATION = 0.15


def build(setting: Setting) -> pd.DataFrame:
    """One row per hospital, with what the register shows and what only the truth knows."""
    parts = [_region(setting, number) for number in range(len(setting.regions))]
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "customer_id", [f"YY{i + 1:04d}" for i in range(len(frame))])
    return frame


def _region(setting: Setting, number: int) -> pd.DataFrame:
    rng = setting.rng(f"hospitals{number}")
    n = setting.count(_BASE, least=6)
    places = [names.places(number)[i % 12] for i in range(n)]
    level = rng.choice(_LEVELS, n, p=_LEVEL_SHARES)
    third = np.char.startswith(level.astype(str), "三级")
    z = rng.standard_normal((n, 2))
    beds = np.exp(np.where(third, 6.6 + 0.55 * z[:, 0], 5.6 + 0.5 * z[:, 0]))
    visits = np.exp(np.where(third, 13.5, 12.4) + 0.5 * (0.85 * z[:, 0] + np.sqrt(1 - 0.85**2) * z[:, 1]))
    frame = pd.DataFrame({
        "region": setting.regions[number],
        "province": [province for province, _ in places],
        "city": [city for _, city in places],
        "name": [names.hospital(city, i // 12) for i, (_, city) in enumerate(places)],
        "hospital_level": level,
        "ownership": rng.choice(["公立", "民营"], n, p=[0.88, 0.12]),
        "teaching": third & (rng.random(n) < 0.5),
        "beds": np.maximum(60, np.round(beds)).astype(int),
        "outpatient_visits": np.round(visits, -2).astype(int),
        "discharges": np.round(beds * 38 * np.exp(rng.normal(0, 0.15, n)), -1).astype(int),
    })  # fmt: skip
    frame["rooms"] = [_rooms(rng) for _ in range(n)]
    mix = frame["rooms"].map(lambda rooms: sum(_MIX[room] for room in rooms))
    frame["log_potential"] = (
        _CONSTANT + 1.1 * np.log(frame["beds"]) + 0.4 * frame["teaching"] + mix + rng.normal(0, 0.35, n)
    )
    frame["inefficiency"] = np.abs(rng.normal(0, 0.45, n))
    return _relation(frame, rng)


def _rooms(rng: np.random.Generator) -> tuple[str, ...]:
    """Five departments: respiratory, two internal ones, two others."""
    internal = rng.choice(INTERNAL[1:], 2, replace=False)
    other = rng.choice(DEPARTMENTS[len(INTERNAL) :], 2, replace=False)
    return (INTERNAL[0], *map(str, internal), *map(str, other))


def _relation(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Listing, cooperation, segment and leading barrier: what the firm's own standing is in each."""
    n = len(frame)
    listed = np.ones(n, dtype=bool)
    listed[rng.permutation(n)[: round(NOT_LISTED * n)]] = False
    potential = frame["log_potential"].to_numpy()
    z = (potential - potential.mean()) / max(potential.std(), 1e-9)
    r = _POTENTIAL_COOPERATION
    cooperation = r * z + np.sqrt(1 - r**2) * rng.standard_normal(n)
    champion = listed & (cooperation > np.median(cooperation[listed]))
    frame["listed"] = listed
    frame["cooperation"] = cooperation
    frame["segment"] = np.select([~listed, champion], ["untapped", "champion"], "steady")
    frame["b01"] = listed & (rng.random(n) < B01_SHARE)
    share = np.select([~listed, champion], [0.03, 0.20], 0.12) * np.exp(0.18 * rng.standard_normal(n))
    frame["own_share"] = np.minimum(share, 0.5)
    return frame


def departments(hospitals: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """One row per department: its hospital, its name, and its share of the hospital's volume."""
    rng = setting.rng("departments")
    rows = []
    for hospital in each(hospitals):
        weights = np.array([1.5, 1.2, 1.0, 0.9, 0.9])
        shares = rng.dirichlet(14 * weights / weights.mean())
        for place, (room, share) in enumerate(zip(hospital.rooms, shares, strict=True)):
            rows.append((f"{hospital.customer_id}-{place + 1}", hospital.customer_id, room, place < TARGETED, share))
    return pd.DataFrame(rows, columns=["customer_id", "parent_id", "specialty", "targeted", "share"])


def facts(hospitals: pd.DataFrame, physicians: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Beds, visits and discharges of three years, and physicians by department of the last."""
    rng = setting.rng("facts")
    frames = []
    for back, year in enumerate((2024, 2023, 2022)):
        shrink = np.exp(-0.03 * back + rng.normal(0, 0.01, len(hospitals)))
        frames.append(
            pd.DataFrame({
                "customer_id": hospitals["customer_id"],
                "year": year,
                "beds": hospitals["beds"] - 5 * back,
                "outpatient_visits": np.round(hospitals["outpatient_visits"] * shrink, -2).astype(int),
                "discharges": np.round(hospitals["discharges"] * shrink, -1).astype(int),
            })
        )  # fmt: skip
    staff = physicians.groupby(["hospital_id", "specialty"]).size().rename("physicians").reset_index()
    staff = staff.rename(columns={"hospital_id": "customer_id", "specialty": "department"}).assign(year=2024)
    return pd.concat([*frames, staff], ignore_index=True)


def listings(hospitals: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """When own products entered each hospital; where the new one is not listed, the mature one left years ago."""
    rng = setting.rng("listings")
    entry = pd.Timestamp(START) - pd.to_timedelta(rng.integers(20, 420, len(hospitals)), unit="D")
    every = pd.DataFrame({"customer_id": hospitals["customer_id"], "listed_on": entry, "listed": hospitals["listed"]})
    new = every[every["listed"]].assign(product_id="P01")
    mature = every.assign(product_id="P02", listed_on=every["listed_on"] - pd.DateOffset(years=4))
    mature.loc[~mature["listed"], "delisted_on"] = pd.Timestamp(START) - pd.DateOffset(months=5)
    return pd.concat([new, mature], ignore_index=True)[["customer_id", "product_id", "listed_on", "delisted_on"]]
