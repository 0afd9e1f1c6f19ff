"""Contacts with physicians and accounts, and account plans.

Visits to a hospital follow last month's sales (see `volumes`) and fall on its physicians, the influential
ones first; a contact is accepted the likelier the better the attitude.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .setting import MONTHS, Setting, each, month_start
from .volumes import Volumes

__all__ = ["interactions", "plans"]

#: contacts are on record up to this day only: a source that ends before the others
LAST_CONTACT = pd.Timestamp("2025-06-20")
_CHANNELS = ("visit", "wechat", "phone", "remote", "meeting", "email")
_CHANNEL_SHARES = (0.58, 0.17, 0.08, 0.07, 0.08, 0.02)
_TOPICS = ("产品信息", "安全性信息", "规范合理用药", "学术资料", "会议邀请", "供应沟通")
_EVENT = 0.35


def interactions(
    hospitals: pd.DataFrame, physicians: pd.DataFrame, outlets: pd.DataFrame, volumes: Volumes, setting: Setting
) -> pd.DataFrame:
    """One row per contact; who objects to being contacted has none."""
    rng = setting.rng("interactions")
    parts = [_visits(hospitals, physicians, volumes.visits, rng), _outlets(outlets, rng)]
    parts.append(_events(hospitals, physicians, volumes, rng))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame["date"] <= LAST_CONTACT]
    objecting = physicians.loc[physicians["opted_out"], "customer_id"]
    frame = frame[~frame["customer_id"].isin(objecting)]
    return frame.sort_values(["date", "customer_id", "channel"], ignore_index=True)


def _visits(
    hospitals: pd.DataFrame, physicians: pd.DataFrame, visits: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    hospital, month = np.nonzero(visits)
    times = visits[hospital, month].astype(int)
    hospital, month = np.repeat(hospital, times), np.repeat(month, times)
    person = np.zeros(len(hospital), dtype=int)
    for number, name in enumerate(hospitals["customer_id"]):
        staff = np.flatnonzero(physicians["hospital_id"] == name)
        weight = physicians["influence"].to_numpy()[staff] + 0.1
        rows = np.flatnonzero(hospital == number)
        person[rows] = rng.choice(staff, len(rows), p=weight / weight.sum())
    own = physicians.iloc[person].reset_index(drop=True)
    return _contact(own["customer_id"], month, own["attitude"].to_numpy(), own["region"], rng)


def _outlets(outlets: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    count = rng.poisson(np.where(outlets["segment"].isin(["champion", "steady"]), 3.0, 1.0))
    row = np.repeat(np.arange(len(outlets)), count)
    month = rng.integers(0, MONTHS, len(row))
    return _contact(
        outlets["customer_id"].iloc[row].reset_index(drop=True),
        month,
        np.full(len(row), 0.4),
        outlets["region"].iloc[row],
        rng,
    )


def _contact(
    ids: pd.Series, month: np.ndarray, attitude: np.ndarray, region: pd.Series, rng: np.random.Generator
) -> pd.DataFrame:
    n = len(ids)
    starts = pd.DatetimeIndex([month_start(m) for m in range(MONTHS)])
    planned = rng.random(n) < 0.72
    staff = rng.integers(1, 21, n)
    area = pd.factorize(region)[0] + 1
    return pd.DataFrame({
        "customer_id": ids.to_numpy(),
        "date": starts[month] + pd.to_timedelta(rng.integers(0, 28, n), unit="D"),
        "channel": rng.choice(_CHANNELS, n, p=_CHANNEL_SHARES),
        "initiated_by": np.where(rng.random(n) < 0.06 + 0.05 * (attitude > 0.5), "customer", "us"),
        "planned": planned,
        "accepted": rng.random(n) < 1 / (1 + np.exp(-(0.9 + 0.9 * attitude))),
        "topic": rng.choice(_TOPICS, n),
        "minutes": np.clip(np.round(rng.gamma(3, 4, n)), 2, 60).astype(int),
        "staff_id": [f"DB{a:02d}{s:02d}" for a, s in zip(area, staff, strict=True)],
    })  # fmt: skip


def _events(
    hospitals: pd.DataFrame, physicians: pd.DataFrame, volumes: Volumes, rng: np.random.Generator
) -> pd.DataFrame:
    """Meetings of the programme in the treated hospitals: attended by about a third of the internists."""
    wave = pd.Series(volumes.programme.wave, index=hospitals["customer_id"])
    start = physicians["hospital_id"].map(wave).to_numpy()
    rows = np.flatnonzero(physicians["internist"].to_numpy() & (start >= 0) & (rng.random(len(physicians)) < _EVENT))
    own = physicians.iloc[rows].reset_index(drop=True)
    frame = _contact(own["customer_id"], start[rows], own["attitude"].to_numpy(), own["region"], rng)
    return frame.assign(
        channel="academic_event", topic="规范合理用药", initiated_by="us", planned=True, accepted=True, minutes=90
    )


def plans(hospitals: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Account plans of the 24 hospitals with most potential: two joint actions each, in four states."""
    rng = setting.rng("plans")
    top = hospitals.sort_values(["log_potential", "customer_id"], ascending=False).head(setting.count(24, least=4))
    actions = (
        ("规范合理用药", "科室学术交流", "每季度一次科内病例讨论"),
        ("进院与供应保障", "药事会资料准备", "提交完整药学资料"),
        ("患者安全", "安全性信息更新", "发放最新安全性资料"),
    )
    rows: list[tuple[str, str, str, str, str, str, pd.Timestamp, str]] = []
    for number, hospital in enumerate(each(top)):
        for turn in range(2):
            objective, tactic, action = actions[(number + turn) % len(actions)]
            due = month_start(int(rng.integers(30, 40))) + pd.Timedelta(days=27)
            status = str(rng.choice(["未开始", "进行中", "已完成", "延期"], p=[0.2, 0.4, 0.3, 0.1]))
            owner = f"DB{int(rng.integers(1, 4)):02d}{int(rng.integers(1, 21)):02d}"
            rows.append((f"JH{len(rows) + 1:03d}", hospital.customer_id, objective, tactic, action, owner, due, status))
    return pd.DataFrame(rows, columns=["plan_id", "unit_id", "objective", "tactic", "action", "owner", "due", "status"])
