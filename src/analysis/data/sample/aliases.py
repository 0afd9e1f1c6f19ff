"""Hospitals whose name a distributor wrote in place of the code: confirmed ones, open ones, and one trap.

The trap is a bare name that two hospitals in different towns could bear: it must never be merged.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .setting import each
from .world import World

__all__ = ["choose", "lines", "table"]

_RATE = 0.06
#: of the aliases this share is confirmed; the rest is left for the analyst
_CONFIRMED = 0.55
_LINES, _SHARE = 8, 0.3


def choose(world: World) -> pd.DataFrame:
    """One row per alias: ``alias, customer_id, region, kind`` (confirmed, suggested, open, homonym)."""
    rng = world.setting.rng("aliases")
    hospitals = world.hospitals
    sales = world.tables["transactions"].groupby("customer_id")["amount"].sum()
    monitored = set(world.volumes.departments.loc[world.volumes.departments["monitored"], "parent_id"])
    fitting = hospitals[hospitals["customer_id"].isin(sales.index) & ~hospitals["customer_id"].isin(monitored)]
    last = fitting[fitting["region"] == world.setting.regions[-1]]
    trap = last.iloc[len(last) - 1]
    others = fitting[fitting["customer_id"] != trap["customer_id"]]
    n = max(3, round(_RATE * len(hospitals)))
    # the last, dirtiest region has most of them
    weight = np.where(others["region"] == world.setting.regions[-1], 3.0, 1.0)
    rows = np.sort(rng.choice(len(others), n - 1, replace=False, p=weight / weight.sum()))
    chosen = others.iloc[rows].reset_index(drop=True)
    kind = np.array(["confirmed", "suggested", "open"])[
        np.minimum(np.arange(n - 1) // max(1, round(_CONFIRMED * n)), 1)
    ]
    kind[-1] = "open"
    frame = pd.DataFrame({
        "alias": [_vary(row.name, row.city, row.province, i) for i, row in enumerate(each(chosen))],
        "customer_id": chosen["customer_id"],
        "region": chosen["region"],
        "kind": kind,
    })  # fmt: skip
    bare = str(trap["name"]).removeprefix(str(trap["city"]))
    frame.loc[len(frame)] = [bare, trap["customer_id"], trap["region"], "homonym"]
    return frame


def _vary(name: str, city: str, province: str, turn: int) -> str:
    town = city.removesuffix("市")
    kind = name.removeprefix(city)
    forms = (f"{town}{kind}", f"{name}（东院区）", f"{province}{name}", f"{town}{_short(kind)}")
    return forms[turn % len(forms)]


def _short(kind: str) -> str:
    for full, brief in (
        ("第一人民医院", "一院"),
        ("第二人民医院", "二院"),
        ("第三人民医院", "三院"),
        ("中心医院", "中心院"),
    ):
        kind = kind.replace(full, brief)
    return kind


def lines(frame: pd.DataFrame, orders: pd.DataFrame, rng: np.random.Generator) -> dict[int, str]:
    """Which order lines (index) carry an alias: three in ten for confirmed ones, a few small lines for the rest."""
    out: dict[int, str] = {}
    for row in each(frame):
        own = orders.index[(orders["customer_id"] == row.customer_id) & (orders["kind"] == "sale")]
        if row.kind == "confirmed":
            picked = rng.choice(own, max(1, round(_SHARE * len(own))), replace=False)
        else:
            picked = orders.loc[own, "amount"].sort_values(kind="stable").index[: min(_LINES, len(own))].to_numpy()
        out |= dict.fromkeys(picked.tolist(), row.alias)
    return out


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """The customer_alias table: confirmed links, and suggestions nobody has confirmed."""
    known = frame[frame["kind"].isin(["confirmed", "suggested"])].reset_index(drop=True)
    sure = known["kind"] == "confirmed"
    return pd.DataFrame({
        "alias": known["alias"],
        "customer_id": known["customer_id"],
        "match_method": np.where(sure, np.where(np.arange(len(known)) % 2 == 0, "manual", "rule"), "fuzzy"),
        "score": np.where(sure, 1.0, 0.86),
        "confirmed_by": np.where(sure, "数据管理岗", ""),
    })  # fmt: skip
