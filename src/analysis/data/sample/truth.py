"""The truth files: what was put into the sample, so that tests can ask whether it was found again.

Notebooks never read them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import orders, outlets, products, survey, truth_actions, truth_people, truth_voice, volumes
from .ledger import DEMAND
from .setting import AS_OF, FUTURE, MONTHS, SCENARIOS, START, VBP_MONTH, counts, each
from .world import World

__all__ = ["build"]


def build(world: World) -> dict[str, Any]:
    """File name (without suffix) -> content, JSON-ready, numbers rounded."""
    return {
        "scenario": _scenario(world),
        "totals": _totals(world),
        "segments": _segments(world),
        "lifetime": _lifetime(world),
        "potential": _potential(world),
        "departments": _departments(world),
        "intervention": truth_actions.intervention(world),
        "response": truth_actions.response(world),
        "distributors": truth_actions.distributors(world),
        "switching": truth_actions.switching(),
        "barriers": truth_people.barriers(world),
        "survey": truth_people.survey(world),
        "roles": truth_people.roles(world),
        "voice": truth_voice.voice(world),
        "waves": truth_voice.waves(world),
        "feedback": truth_voice.posts(world),
        "coded_comments": truth_voice.coded_comments(world),
    }


def _scenario(world: World) -> dict[str, Any]:
    setting = world.setting
    return {
        "banner": "合成数据",
        "seed": setting.seed,
        "scale": setting.scale,
        "scenario": setting.scenario,
        "scenarios": list(SCENARIOS),
        "regions": list(setting.regions),
        "start": START.isoformat(),
        "as_of": AS_OF.isoformat(),
        "months": MONTHS,
        "months_after": FUTURE,
        "vbp_month": VBP_MONTH + 1,
        "customers": counts(world.tables["customers"]["customer_type"]),
    }


def _totals(world: World) -> dict[str, Any]:
    """Net demand that cleaning must come back to."""
    lines = world.tables["transactions"]
    demand = lines[lines["doc_type"].isin(DEMAND)]
    by_region = demand.groupby("region")[["amount", "quantity"]].sum()
    return {
        "amount": round(float(demand["amount"].sum()), 2),
        "quantity": float(demand["quantity"].sum()),
        "lines": counts(lines["kind"]),
        "regions": {
            str(region): {"amount": round(float(row["amount"]), 2), "quantity": float(row["quantity"])}
            for region, row in by_region.iterrows()
        },
    }


def _segments(world: World) -> dict[str, Any]:
    both = pd.concat([
        world.hospitals[["customer_id", "segment"]],
        world.outlets[["customer_id", "segment"]],
    ])  # fmt: skip
    ordered = set(world.tables["transactions"]["customer_id"])
    people = world.survey.universe
    return {
        "shares": outlets.shares(),
        "counts": counts(both["segment"]),
        "accounts": dict(zip(both["customer_id"], both["segment"], strict=True)),
        "never_ordered": sorted(set(both["customer_id"]) - ordered),
        "needs_segments": {name: list(weights) for name, weights in survey.NEEDS_SEGMENTS.items()},
        "internists": dict(zip(people["customer_id"], people["needs"], strict=True)),
    }


def _lifetime(world: World) -> dict[str, Any]:
    """Next 24 months of pharmacies and clinics: drawn, and expected given their true parameters."""
    shops, future = world.outlets, world.future
    drawn = future.groupby("customer_id").agg(value=("amount", "sum"), orders=("date", "nunique"))
    drawn = drawn.reindex(shops["customer_id"]).fillna(0)
    expected = orders.expected(shops)
    rows = {}
    for row, truth, later in zip(each(shops), each(expected), each(drawn), strict=True):
        rows[row.customer_id] = {
            "alive": bool(truth.alive),
            "orders": int(later.orders),
            "value": round(float(later.value), 2),
            "expected_orders": round(float(truth.orders), 3),
            "expected_value": round(float(truth.value), 2),
            "rate": round(float(row.rate), 4),
            "dropout": round(float(row.dropout), 5),
        }
    log_rate, log_spend = np.log(shops["rate"]), np.log(shops["spend"])
    return {
        "months": FUTURE,
        "unit": "month",
        "spend_shape": orders.SHAPE,
        "base_spend": orders.BASE_SPEND,
        "mean_rate": round(float(shops["rate"].mean()), 4),
        "rate_spend_correlation": round(float(np.corrcoef(log_rate, log_spend)[0, 1]), 3),
        "total_orders": int(drawn["orders"].sum()),
        "total_value": round(float(drawn["value"].sum()), 2),
        "customers": rows,
    }


def _potential(world: World) -> dict[str, Any]:
    """Hospitals: yearly boxes at the frontier and the inefficiency; accounts: how potential goes with share."""
    rows = {
        row.customer_id: {
            "frontier": round(float(np.exp(row.log_potential)), 1),
            "inefficiency": round(float(row.inefficiency), 4),
            "gap": round(float(np.exp(row.log_potential) * (1 - np.exp(-row.inefficiency))), 1),
            "listed": bool(row.listed),
        }
        for row in each(world.hospitals)
    }
    shops = world.outlets
    share = np.log(shops["own_share"])
    potential = np.log(shops["rate"] * shops["spend"]) - share
    clinics = world.hospitals
    return {
        "unit": "standard boxes a year, all brands",
        "model": "log V = c + 1.1 log beds + 0.4 teaching + departments + N(0, 0.35) - |N(0, 0.45)|",
        "hospitals": rows,
        "potential_share_correlation": {
            "outlets": round(float(np.corrcoef(potential, share)[0, 1]), 3),
            "hospitals": round(float(np.corrcoef(clinics["log_potential"], clinics["cooperation"])[0, 1]), 3),
        },
    }


def _departments(world: World) -> dict[str, Any]:
    rooms = world.volumes.departments
    known = rooms[rooms["monitored"]]
    return {
        "growth_a_year": volumes.GROWTH,
        "product": products.NEW,
        "counts": counts(known["growth"]),
        "monitored": {
            row.customer_id: {"hospital": row.parent_id, "department": row.specialty, "growth": row.growth}
            for row in each(known)
        },
    }
