"""The truth about what was done: the programme, visits, distributors, and the market's switching."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import distributors as firms
from . import market, products, programme, volumes
from .setting import MONTHS, each
from .world import World

__all__ = ["distributors", "intervention", "response", "switching"]


def intervention(world: World) -> dict[str, Any]:
    """Effects on log volume of the new drug; the mature one is the product without effect."""
    plan, hospitals = world.volumes.programme, world.hospitals
    treated = plan.wave >= 0
    months = np.arange(MONTHS)
    after = treated[:, None] & (months >= plan.wave[:, None])
    event = months - plan.wave[:, None]
    rooms = world.volumes.departments
    of = rooms["hospital"].to_numpy()
    inside = programme.department_effect(plan, rooms, of)
    late = after[of]
    targeted = rooms["targeted"].to_numpy()[:, None]
    return {
        "intervention_id": "XS2024",
        "outcome": "log quantity of P01, monthly",
        "waves": [wave + 1 for wave in programme.WAVES],
        "att_hospital": round(float(plan.effect[after].mean()), 4),
        "att_department_targeted": round(float(inside[late & targeted].mean()), 4),
        "att_department_spill_over": round(float(inside[late & ~targeted].mean()), 4),
        "att_mature_product": 0.0,
        "by_event_month": {
            str(k): round(float(plan.effect[after & (event == k)].mean()), 4)
            for k in range(MONTHS - min(programme.WAVES))
            if (after & (event == k)).any()
        },
        "full_effect": {"b01_leads": 0.20, "not_listed": 0.0, "other": round(_other(world), 4)},
        "never_treated": int((~treated).sum()),
        "assignment": {r: str(plan.rule[hospitals["region"] == r][0]) for r in world.setting.regions},
        "hospitals": {
            one: {"wave": int(wave) + 1 if wave >= 0 else None, "full_effect": round(float(full), 4)}
            for one, wave, full in zip(hospitals["customer_id"], plan.wave, plan.full, strict=True)
        },
    }


def _other(world: World) -> float:
    plan, hospitals = world.volumes.programme, world.hospitals
    rest = (plan.wave >= 0) & hospitals["listed"].to_numpy() & ~hospitals["b01"].to_numpy()
    return float(plan.full[rest].mean()) if rest.any() else 0.0


def response(world: World) -> dict[str, Any]:
    """How volumes answer to visits, and what visits follow."""
    slopes = world.volumes.slope
    return {
        "form": "log volume rises by a * (1 - exp(-b * visits of the month))",
        "a": volumes.RESPONSE,
        "b_mean": 0.35,
        "b_sd": 0.08,
        "b": {one: round(float(b), 4) for one, b in zip(world.hospitals["customer_id"], slopes, strict=True)},
        "endogenous": "visits follow last month's sales with elasticity 0.6",
    }


def distributors(world: World) -> dict[str, Any]:
    """Skill, stock policy and habit of each distributor; which candidates are barred."""
    frame = world.distributors
    return {
        "push": {"second_month": firms.PUSH[0], "last_week": firms.PUSH[1], "following_month": firms.PUSH[2]},
        "diverted_share": firms.DIVERTED,
        "distributors": {
            row.customer_id: {
                "region": row.region,
                "skill": float(row.skill),
                "stock_days": int(row.stock_days),
                "habit": row.habit,
            }
            for row in each(frame)
        },
        "candidates": {
            row.candidate_id: {"skill": float(row.skill), "barred": row.barred if isinstance(row.barred, str) else None}
            for row in each(world.candidates)
        },
    }


def switching() -> dict[str, Any]:
    """The monthly switching matrix of the competitors, and the VBP shock."""
    brands = [products.BRANDS[product] for product in market.COMPETITORS]
    return {
        "brands": brands,
        "monthly": market.SWITCHING.tolist(),
        "rows_to_columns": "share of a brand's use that goes to each brand the next month",
        "vbp_loss_of_last_brand": market.VBP_LOSS,
        "vbp_rise_of_own_mature_drug": volumes.VBP_RISE,
    }
