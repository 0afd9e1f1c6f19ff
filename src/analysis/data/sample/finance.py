"""Targets fixed before their period (one too late), and costs of serving legal entities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .setting import MONTHS, Setting, month_start

__all__ = ["LATE", "costs", "targets"]

#: the region and quarter whose target was set after the quarter had begun
LATE = ("last region", "2025Q2")
_REPRESENTATIVES = 20


def targets(lines: pd.DataFrame, distributors: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Sales targets of regions and distributors; representatives have coverage and education targets only."""
    rng = setting.rng("targets")
    sales = lines[lines["doc_type"].isin(["sale", "return", "red_ink"])]
    quarter = sales["date"].dt.to_period("Q").astype("str")
    by_region = sales.groupby([sales["region"], quarter])["amount"].sum()
    by_firm = sales.groupby([sales["distributor_id"], quarter])["amount"].sum()
    rows: list[tuple[str, str, str, str, float, pd.Timestamp]] = []
    for number in range(MONTHS // 3):
        start = month_start(3 * number)
        period = str(start.to_period("Q"))
        early = start - pd.Timedelta(days=int(rng.integers(8, 25)))
        for region in setting.regions:
            late = region == setting.regions[-1] and period == LATE[1]
            value = round(float(by_region.get((region, period), 0) * rng.uniform(0.93, 1.12)), -2)
            set_on = start + pd.Timedelta(days=19) if late else early
            rows.append((region, "大区经理", "sell_out", period, value, set_on))
        for firm in distributors["customer_id"]:
            value = round(float(by_firm.get((firm, period), 0) * rng.uniform(0.92, 1.10)), -2)
            rows.append((firm, "经销商", "sell_out", period, value, early))
    last = month_start(MONTHS - 3)
    for area in range(1, len(setting.regions) + 1):
        for staff in range(1, _REPRESENTATIVES + 1):
            for metric, value in (("coverage", 0.80), ("education_reach", float(rng.integers(10, 30)))):
                period = str(last.to_period("Q"))
                rows.append(
                    (f"DB{area:02d}{staff:02d}", "医药代表", metric, period, value, last - pd.Timedelta(days=12))
                )
    return pd.DataFrame(rows, columns=["unit_id", "role", "metric", "period", "value", "set_on"])


def costs(lines: pd.DataFrame, interventions: pd.DataFrame, outlets: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Costs by account and half-year (logistics, rebates to legal entities, credit) and totals of programmes."""
    rng = setting.rng("costs")
    recent = lines[(lines["date"] >= month_start(MONTHS - 12)) & lines["doc_type"].isin(["sale", "return", "red_ink"])]
    half = recent["date"].dt.year.astype("str") + np.where(recent["date"].dt.month <= 6, "H1", "H2")
    net = recent.groupby([recent["customer_id"], half.rename("period")])["amount"].sum().clip(lower=0).reset_index()
    orders = recent.groupby([recent["customer_id"], half.rename("period")])["document_no"].nunique().to_numpy()
    outlet = net["customer_id"].isin(outlets["customer_id"])
    parts = [
        net.assign(type="logistics", amount=orders * 18.0 + 0.012 * net["amount"]),
        net[outlet].assign(type="rebate_legal_entity", amount=lambda t: t["amount"] * rng.uniform(0.01, 0.05, len(t))),
        net.assign(type="credit", amount=lambda t: t["amount"] * rng.uniform(0.002, 0.012, len(t))),
    ]
    frame = pd.concat(parts, ignore_index=True).rename(columns={"customer_id": "unit_id"})
    total = interventions.groupby("intervention_id")["cost"].sum()
    programme = pd.DataFrame({
        "unit_id": total.index,
        "period": "2025H1",
        "type": "meeting_total",
        "amount": total.to_numpy(),
    })  # fmt: skip
    visits = pd.DataFrame({
        "unit_id": list(setting.regions),
        "period": "2025H1",
        "type": "visit",
        "amount": [round(float(rng.uniform(2.2e5, 3.4e5)), -2) for _ in setting.regions],
    })  # fmt: skip
    frame = pd.concat([frame, programme, visits], ignore_index=True)
    return frame.assign(amount=frame["amount"].round(2))[["unit_id", "type", "amount", "period"]]
