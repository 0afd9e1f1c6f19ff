"""Physicians: title, role, stance and influence; never a quantity, and never a name.

Stance is the latent attitude cut so that 12 % are opponents; one opponent in four is a decision maker.
Influence grows with title. Stance ratings by one to three observers and nominations by colleagues are
what an analyst sees of it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .hospitals import INTERNAL
from .setting import AS_OF, MONTHS, Setting, day, each

__all__ = ["build", "nominations", "stance_ratings"]

_BASE = 500
_INTERNIST = 0.70
_TITLES = ("主任医师", "副主任医师", "主治医师", "住院医师")
_TITLE_SHARES = (0.14, 0.26, 0.38, 0.22)
#: base influence by title, 0 to 1
_INFLUENCE = (0.55, 0.35, 0.18, 0.07)
OPPONENTS, SUPPORTERS = 0.12, 0.38
_DECIDING_OPPONENTS = 0.25
_ROLES = ("科主任", "药事会委员", "药剂科主任")
#: attitude shifts by title and by hospital level: what makes answering depend on attitude under MAR
TITLE_SHIFT = dict(zip(_TITLES, (0.45, 0.15, -0.10, -0.35), strict=True))
LEVEL_SHIFT = {"三级甲等": -0.35, "三级乙等": -0.05, "二级甲等": 0.30, "二级": 0.30}


def build(hospitals: pd.DataFrame, departments: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """One row per physician with the latent attitude, stance and influence."""
    parts = [_region(hospitals[hospitals["region"] == region], setting, region) for region in setting.regions]
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "customer_id", [f"YS{i + 1:05d}" for i in range(len(frame))])
    room = departments.rename(columns={"customer_id": "room", "parent_id": "hospital_id"})
    frame = frame.merge(room[["hospital_id", "specialty", "room"]], on=["hospital_id", "specialty"], how="left")
    # the pharmacy department is no clinical department of its own here: its head stands under the hospital
    frame["parent_id"] = frame.pop("room").fillna(frame["hospital_id"])
    return frame


def _region(hospitals: pd.DataFrame, setting: Setting, region: str) -> pd.DataFrame:
    rng = setting.rng(f"physicians{region}")
    n = max(setting.count(_BASE), 6 * len(hospitals))
    weight = np.sqrt(hospitals["beds"].to_numpy())
    # six in every hospital, the rest by size
    extra = rng.choice(len(hospitals), n - 6 * len(hospitals), p=weight / weight.sum())
    row = np.sort(np.concatenate([np.repeat(np.arange(len(hospitals)), 6), extra]))
    own = hospitals.iloc[row].reset_index(drop=True)
    internist = rng.random(n) < _INTERNIST
    frame = pd.DataFrame({
        "hospital_id": own["customer_id"],
        "region": region,
        "hospital_level": own["hospital_level"],
        "specialty": [_room(rooms, inner, rng) for rooms, inner in zip(own["rooms"], internist, strict=True)],
        "internist": internist,
        "title": rng.choice(_TITLES, n, p=_TITLE_SHARES),
    })  # fmt: skip
    frame["attitude"] = (
        frame["title"].map(TITLE_SHIFT) + frame["hospital_level"].map(LEVEL_SHIFT) + rng.normal(0, 0.8, n)
    )
    frame["opted_out"] = rng.random(n) < 0.02
    return _standing(frame, rng)


def _room(rooms: tuple[str, ...], internist: bool, rng: np.random.Generator) -> str:
    fitting = [room for room in rooms if (room in INTERNAL) == internist]
    return fitting[int(rng.integers(len(fitting)))]


def _standing(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Stance, decision makers (one to three a hospital) and influence."""
    n = len(frame)
    low, high = np.quantile(frame["attitude"], [OPPONENTS, 1 - SUPPORTERS])
    frame["stance"] = np.select(
        [frame["attitude"] <= low, frame["attitude"] >= high], ["opponent", "supporter"], "neutral"
    )
    opponent = (frame["stance"] == "opponent").to_numpy()
    hospital = frame["hospital_id"].factorize()[0]
    wanted = rng.integers(1, 4, hospital.max() + 1)
    score = frame["title"].map(dict(zip(_TITLES, (3.0, 2.0, 0.5, 0.0), strict=True))).to_numpy() + rng.random(n)
    deciding = np.zeros(n, dtype=bool)
    chosen = set(rng.permutation(np.flatnonzero(opponent))[: round(_DECIDING_OPPONENTS * opponent.sum())].tolist())
    for row in [*sorted(chosen), *np.argsort(-score, kind="stable").tolist()]:
        place = hospital[row]
        if wanted[place] > 0 and not deciding[row] and (row in chosen or not opponent[row]):
            deciding[row] = True
            wanted[place] -= 1
    frame["decision_maker"] = deciding
    turn = frame[deciding].groupby("hospital_id").cumcount()
    frame["admin_role"] = "无"
    frame.loc[turn.index, "admin_role"] = [_ROLES[i % len(_ROLES)] for i in turn]
    pharmacist = frame["admin_role"] == "药剂科主任"
    frame["specialty"] = frame["specialty"].mask(pharmacist, "药学部")
    frame["internist"] &= ~pharmacist
    base = frame["title"].map(dict(zip(_TITLES, _INFLUENCE, strict=True)))
    frame["influence"] = np.clip(base + 0.25 * deciding + 0.35 * (rng.beta(2, 5, n) - 2 / 7), 0.01, 0.99).round(3)
    return frame


def stance_ratings(physicians: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Ratings -2 to 2 of about half the physicians, by one to three observers, of the last two years."""
    rng = setting.rng("stance")
    rated = physicians.index[(rng.random(len(physicians)) < 0.45) | physicians["decision_maker"]]
    row = np.repeat(rated, rng.choice([1, 2, 3], len(rated), p=[0.55, 0.3, 0.15]))
    attitude = physicians["attitude"].to_numpy()
    z = (attitude - attitude.mean()) / attitude.std()
    seen = np.clip(np.round(1.1 * z[row] + rng.normal(0, 0.6, len(row))), -2, 2)
    moment = MONTHS - 24 * rng.random(len(row)) ** 1.5
    role = physicians["admin_role"].to_numpy()[row]
    frame = pd.DataFrame({
        "customer_id": physicians["customer_id"].to_numpy()[row],
        "observer_id": [f"DB{i:03d}" for i in rng.integers(1, 61, len(row))],
        "date": day(moment).to_numpy(),
        "stance": seen.astype(int),
        "decision": np.where(np.isin(role, ("药剂科主任", "药事会委员")), "listing", "guideline"),
    })  # fmt: skip
    frame = frame[frame["date"] <= pd.Timestamp(AS_OF)].drop_duplicates(["customer_id", "observer_id", "date"])
    return frame.sort_values(["customer_id", "date", "observer_id"], ignore_index=True)


def nominations(respondents: pd.DataFrame, physicians: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Whom respondents name as influential: up to two colleagues, likelier the more influence they have."""
    rng = setting.rng("nominations")
    rows = []
    by_hospital = dict(tuple(physicians.groupby("hospital_id")))
    for person in each(respondents):
        others = by_hospital[person.hospital_id]
        others = others[others["customer_id"] != person.customer_id]
        weight = others["influence"].to_numpy() ** 1.5
        count = min(int(rng.integers(0, 3)), len(others))
        for at in rng.choice(len(others), count, replace=False, p=weight / weight.sum()) if count else ():
            rows.append((person.customer_id, others["customer_id"].iloc[at]))
    return pd.DataFrame(rows, columns=["customer_id", "nominated_id"]).sort_values(
        ["customer_id", "nominated_id"], ignore_index=True
    )
