"""Distributors: who delivers to whom, what they buy, hold and report, and eight candidates.

Stock follows the identity stock = stock before + sell-in - sell-out. Three stuff the channel at quarter ends,
one delivers outside its territory, two report late; that is their truth.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import names, products
from .setting import MONTHS, Setting, each, month_start

__all__ = ["DIVERTED", "PUSH", "build", "candidates", "deliver", "facts", "flows"]

_EACH = 4
#: extra sell-in of a stuffer as shares of a month: the quarter's second month, its last week, then the offset
PUSH = (0.25, 0.60, -0.85)
DIVERTED = 0.05
_KEEPS = 0.92
_WEEKS = (6, 13, 20, 27)


def build(setting: Setting) -> pd.DataFrame:
    """Four per region with true skill, stock policy and habits."""
    rng = setting.rng("distributors")
    n = _EACH * len(setting.regions)
    frame = pd.DataFrame({
        "customer_id": [f"JX{i + 1:03d}" for i in range(n)],
        "region": np.repeat(setting.regions, _EACH),
        "name": [names.distributor(region, i) for region in setting.regions for i in range(_EACH)],
        "skill": rng.normal(0, 1, n).round(3),
        "stock_days": rng.integers(30, 48, n),
    })  # fmt: skip
    habits = ["stuffer"] * 3 + ["diverter"] + ["late"] * 2
    frame["habit"] = "none"
    rows = rng.permutation(n)[: len(habits)]
    frame.loc[rows, "habit"] = habits[: len(rows)]
    # a stuffer's usual stock is low; what is pushed stands out against it
    frame.loc[frame["habit"] == "stuffer", "stock_days"] = 22
    return frame


def deliver(lines: pd.DataFrame, region: pd.Series, distributors: pd.DataFrame, setting: Setting) -> pd.Series:
    """Distributor of every line; none for direct and online orders.

    Parameters
    ----------
    lines : DataFrame
        ``customer_id, channel``.
    region : Series
        Region by customer_id.
    distributors : DataFrame
    setting : Setting
    """
    rng = setting.rng("deliver")
    customers = lines["customer_id"].unique()
    home = pd.Series("", index=customers)
    for name, own in distributors.groupby("region"):
        here = customers[(region.loc[customers] == name).to_numpy()]
        weight = np.exp(0.4 * own["skill"].to_numpy())
        home.loc[here] = rng.choice(own["customer_id"].to_numpy(), len(here), p=weight / weight.sum())
    chosen = lines["customer_id"].map(home).to_numpy(dtype=object)
    area = lines["customer_id"].map(region).to_numpy()
    other = rng.random(len(lines)) > _KEEPS
    by_region = {name: own["customer_id"].to_numpy() for name, own in distributors.groupby("region")}
    pick = rng.integers(0, _EACH, len(lines))
    chosen[other] = [by_region[a][k] for a, k in zip(area[other], pick[other], strict=True)]
    diverter = distributors[distributors["habit"] == "diverter"]
    if len(diverter) and len(by_region) > 1:
        abroad = (area != diverter["region"].iloc[0]) & (rng.random(len(lines)) < DIVERTED / 2)
        chosen[abroad] = diverter["customer_id"].iloc[0]
    chosen[~lines["channel"].isin(["distributor", "tender"]).to_numpy()] = None
    return pd.Series(chosen, index=lines.index, dtype=object)


def flows(lines: pd.DataFrame, distributors: pd.DataFrame, setting: Setting) -> dict[str, pd.DataFrame]:
    """sell_out by month and customer, sell_in by week, stock at month ends."""
    rng = setting.rng("flows")
    sold = lines[lines["distributor_id"].notna() & lines["doc_type"].isin(["sale", "return", "red_ink"])]
    month = sold["date"].dt.to_period("M").dt.to_timestamp()
    keys = ["distributor_id", "product_id", "date", "customer_id"]
    out = sold.assign(date=month).groupby(keys, as_index=False)[["quantity", "amount"]].sum()
    out = out.rename(columns={"customer_id": "to_customer_id"})
    bought, held = [], []
    for row in each(distributors):
        for product in products.OWN:
            own = out[(out["distributor_id"] == row.customer_id) & (out["product_id"] == product)]
            monthly = (
                own.groupby("date")["quantity"].sum().reindex([month_start(m) for m in range(MONTHS)], fill_value=0)
            )
            weekly, stock = _supply(monthly.to_numpy(), row.stock_days, row.habit == "stuffer", rng)
            bought.append(_weekly(row.customer_id, product, weekly))
            held.append(_stock(row.customer_id, product, stock))
    return {
        "sell_out": out.assign(amount=out["amount"].round(2)),
        "sell_in": pd.concat(bought, ignore_index=True),
        "stock": pd.concat(held, ignore_index=True),
    }


def _supply(sold: np.ndarray, days: int, stuffer: bool, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Boxes bought by (month, week) and stock at month ends, which never falls below zero."""
    # a month of returns alone is no demand to stock up for
    asked = np.maximum(np.concatenate([[sold[0], sold[0]], sold]), 0)
    usual = np.convolve(asked, np.ones(3) / 3, mode="valid")
    wanted = np.round(usual * days / 30 * np.exp(rng.normal(0, 0.04, len(sold))))
    push = np.zeros(len(sold))
    if stuffer:
        middle, last, after = (np.arange(len(sold)) % 3 == k for k in (1, 2, 0))
        push = PUSH[0] * middle * usual + PUSH[1] * last * usual
        push[3:] += PUSH[2] * (after * usual)[3:]
    weekly, stock, before = np.zeros((len(sold), 4)), np.zeros(len(sold)), wanted[0]
    carried = 0.0
    for month in range(len(sold)):
        carried = max(0.0, carried + push[month])
        total = max(0.0, round(wanted[month] + carried + sold[month] - before))
        share = np.array([0.25, 0.25, 0.25, 0.25])
        if stuffer and month % 3 == 2:
            late = min(0.9, 0.25 + PUSH[1] * usual[month] / max(total, 1))
            share = np.array([*np.full(3, (1 - late) / 3), late])
        weekly[month] = rng.multinomial(int(total), share)
        stock[month] = before = max(0.0, before + total - sold[month])
    return weekly, stock


def _weekly(distributor: str, product: str, weekly: np.ndarray) -> pd.DataFrame:
    month, week = np.nonzero(weekly)
    boxes = weekly[month, week]
    price = 0.92 * products.price(product, month, hospital=False)
    date = [month_start(m) + pd.Timedelta(days=_WEEKS[w] - 1) for m, w in zip(month, week, strict=True)]
    return pd.DataFrame({
        "distributor_id": distributor,
        "product_id": product,
        "date": date,
        "quantity": boxes,
        "amount": (boxes * price).round(2),
    })  # fmt: skip


def _stock(distributor: str, product: str, stock: np.ndarray) -> pd.DataFrame:
    ends = [month_start(m + 1) - pd.Timedelta(days=1) for m in range(MONTHS)]
    return pd.DataFrame({"distributor_id": distributor, "product_id": product, "date": ends, "quantity": stock})


def facts(distributors: pd.DataFrame, customers: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Quarterly service, payment and coverage measures; better with skill."""
    rng = setting.rng("facts of distributors")
    outlets = customers[customers["customer_type"].isin(["hospital", "pharmacy", "clinic"])].groupby("region").size()
    rows = []
    for row in each(distributors):
        for quarter in range(MONTHS // 3):
            period = str(month_start(3 * quarter).to_period("Q"))
            s, e = row.skill, rng.normal(0, 1, 7)
            values = {
                "outlets_in_territory": float(outlets[row.region]),
                "on_time_payment": np.clip(0.90 + 0.04 * s + 0.02 * e[0], 0.5, 1.0).round(3),
                "dso_days": np.round(np.clip(58 - 6 * s + 3 * e[1], 20, 120), 1),
                "otif": np.clip(0.92 + 0.03 * s + 0.015 * e[2], 0.5, 1.0).round(3),
                "data_timeliness": np.clip((0.70 if row.habit == "late" else 0.96) + 0.02 * e[3], 0.3, 1.0).round(3),
                "complaints": float(rng.poisson(np.exp(0.6 - 0.3 * s))),
                "gsp_events": float(rng.poisson(0.05)),
                "forecast_accuracy": np.clip(0.78 + 0.05 * s + 0.03 * e[4], 0.3, 0.98).round(3),
                "customer_satisfaction": np.clip(3.8 + 0.25 * s + 0.12 * e[5], 1, 5).round(2),
            }
            rows += [(row.customer_id, period, metric, float(value), row.region) for metric, value in values.items()]
    return pd.DataFrame(rows, columns=["distributor_id", "period", "metric", "value", "territory"])


def candidates(setting: Setting) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(distributor_candidates, truth): eight firms, one barred by a sanction, one by an expired certificate."""
    rng = setting.rng("candidates")
    skill = rng.normal(0, 1, 8)
    rows: list[tuple[str, str, float | None, str | None]] = []
    for i, s in enumerate(skill):
        one = f"HX{i + 1:02d}"
        e = rng.normal(0, 0.4, 8)
        scores = {
            "coverage_outlets": round(float(np.clip(420 + 110 * (s + e[0]), 60, 900))),
            "channels": round(float(np.clip(3 + s + e[1], 1, 6))),
            "customer_base": round(float(np.clip(60 + 14 * (s + e[2]), 10, 100)), 1),
            "finance": round(float(np.clip(65 + 10 * (s + e[3]), 10, 100)), 1),
            "team": round(float(np.clip(24 + 7 * (s + e[4]), 3, 80))),
            "digital": round(float(np.clip(55 + 12 * (s + e[5]), 5, 100)), 1),
            "compliance": round(float(np.clip(78 + 7 * (s + e[6]), 20, 100)), 1),
            "competitor_lines": round(float(np.clip(3 - 0.8 * s + e[7], 0, 8))),
            "sanctioned": 1 if i == 2 else 0,
        }
        rows += [(one, metric, float(value), None) for metric, value in scores.items()]
        rows.append((one, "gsp_valid_to", None, "2024-11-30" if i == 5 else f"202{int(rng.integers(6, 9))}-12-31"))
        rows.append((one, "licence_valid_to", None, f"202{int(rng.integers(6, 9))}-06-30"))
    truth = pd.DataFrame({"candidate_id": [f"HX{i + 1:02d}" for i in range(8)], "skill": skill.round(3)})
    truth["barred"] = [None, None, "sanctioned", None, None, "gsp_expired", None, None]
    return pd.DataFrame(rows, columns=["candidate_id", "metric", "value", "text"]), truth
