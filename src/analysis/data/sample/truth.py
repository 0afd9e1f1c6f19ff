"""The truth files: what was put into the sample, so that tests can ask whether it was found again.

Notebooks never read them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import distributors as firms
from . import market, orders, outlets, physicians, products, programme, survey, volumes
from .ledger import DEMAND
from .questionnaire import BARRIERS, SATISFACTION
from .setting import AS_OF, FUTURE, MONTHS, SCENARIOS, START, VBP_MONTH
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
        "intervention": _intervention(world),
        "response": _response(world),
        "barriers": _barriers(world),
        "survey": _survey(world),
        "roles": _roles(world),
        "distributors": _distributors(world),
        "switching": _switching(),
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
        "customers": _counts(world.tables["customers"]["customer_type"]),
    }


def _counts(column: pd.Series) -> dict[str, int]:
    return {str(name): int(count) for name, count in column.value_counts().sort_index().items()}


def _totals(world: World) -> dict[str, Any]:
    """Net demand that cleaning must come back to."""
    lines = world.tables["transactions"]
    demand = lines[lines["doc_type"].isin(DEMAND)]
    by_region = demand.groupby("region")[["amount", "quantity"]].sum()
    return {
        "amount": round(float(demand["amount"].sum()), 2),
        "quantity": float(demand["quantity"].sum()),
        "lines": _counts(lines["kind"]),
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
        "counts": _counts(both["segment"]),
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
    for row, truth, later in zip(shops.itertuples(), expected.itertuples(), drawn.itertuples(), strict=True):
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
        for row in world.hospitals.itertuples()
    }
    shops = world.outlets
    share = np.log(shops["own_share"])
    potential = np.log(shops["rate"] * shops["spend"]) - share
    return {
        "unit": "standard boxes a year, all brands",
        "model": "log V = c + 1.1 log beds + 0.4 teaching + departments + N(0, 0.35) - |N(0, 0.45)|",
        "hospitals": rows,
        "potential_share_correlation": {
            "outlets": round(float(np.corrcoef(potential, share)[0, 1]), 3),
            "hospitals": round(float(world.hospitals[["log_potential", "cooperation"]].corr().iloc[0, 1]), 3),
        },
    }


def _departments(world: World) -> dict[str, Any]:
    rooms = world.volumes.departments
    known = rooms[rooms["monitored"]]
    return {
        "growth_a_year": volumes.GROWTH,
        "product": products.NEW,
        "counts": _counts(known["growth"]),
        "monitored": {
            row.customer_id: {"hospital": row.parent_id, "department": row.specialty, "growth": row.growth}
            for row in known.itertuples()
        },
    }


def _intervention(world: World) -> dict[str, Any]:
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


def _response(world: World) -> dict[str, Any]:
    slopes = world.volumes.slope
    return {
        "form": "log volume rises by a * (1 - exp(-b * visits of the month))",
        "a": volumes.RESPONSE,
        "b_mean": 0.35,
        "b_sd": 0.08,
        "b": {one: round(float(b), 4) for one, b in zip(world.hospitals["customer_id"], slopes, strict=True)},
        "endogenous": "visits follow last month's sales with elasticity 0.6",
    }


def _barriers(world: World) -> dict[str, Any]:
    universe = world.survey.universe
    return {
        "outcome": "Q3 >= 4",
        "log_odds": {code: effect for code, (_, _, effect) in BARRIERS.items()},
        "hospital_level": ["B09"],
        "latent_correlation": survey.RHO,
        "hospital_sd": survey.HOSPITAL_SD,
        "prevalence": {code: round(float(universe[code].mean()), 4) for code in BARRIERS},
        "b01_leads_in": sorted(world.hospitals.loc[world.hospitals["b01"], "customer_id"]),
    }


def _survey(world: World) -> dict[str, Any]:
    universe, people, answers = world.survey.universe, world.survey.respondents, world.survey.answers
    return {
        "response": "attitude itself" if world.setting.scenario == "mnar" else "level and title only",
        "nps_target": {r: survey.NPS[i % len(survey.NPS)] for i, r in enumerate(world.setting.regions)},
        "nps_universe": {str(r): _nps(scores) for r, scores in universe.groupby("region")["nps"]},
        "nps_respondents_unweighted": {str(r): _nps(scores) for r, scores in people.groupby("region")["nps"]},
        "universe": {
            str(region): {f"{level}|{title}": int(n) for (level, title), n in cells.items()}
            for region, cells in (
                (region, own.groupby(["hospital_level", "title"]).size()) for region, own in universe.groupby("region")
            )
        },
        "ladder_universe": {str(k): round(float(v), 4) for k, v in universe["ladder"].value_counts(normalize=True).sort_index().items()},
        "respondents": _counts(people["region"]),
        "modes": _counts(people["mode"]),
        "straight_liners": sorted(people.loc[people["straight"], "response_id"], key=int),
        "missing_share": round(float(answers.drop(columns=["Q3", "Q6", "Q14"]).isna().mean().mean()), 4),
        "unaided_awareness": survey.UNAIDED,
        "overall_satisfaction_weights": {item: weight for item, (_, _, weight) in SATISFACTION.items()},
        "comment_themes": {r: t for r, t in zip(people["response_id"], people["themes"], strict=True) if t},
    }


def _nps(scores: pd.Series) -> float:
    return round(float((scores >= 9).mean() - (scores <= 6).mean()), 4)


def _roles(world: World) -> dict[str, Any]:
    people = world.physicians
    return {
        "opponent_share": physicians.OPPONENTS,
        "decision_makers": int(people["decision_maker"].sum()),
        "physicians": {
            row.customer_id: [row.stance, float(row.influence), int(row.decision_maker)] for row in people.itertuples()
        },
        "columns": ["stance", "influence", "decision_maker"],
    }


def _distributors(world: World) -> dict[str, Any]:
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
            for row in frame.itertuples()
        },
        "candidates": {
            row.candidate_id: {"skill": float(row.skill), "barred": row.barred if isinstance(row.barred, str) else None}
            for row in world.candidates.itertuples()
        },
    }


def _switching() -> dict[str, Any]:
    brands = [products.BRANDS[product] for product in market.COMPETITORS]
    return {
        "brands": brands,
        "monthly": market.SWITCHING.tolist(),
        "rows_to_columns": "share of a brand's use that goes to each brand the next month",
        "vbp_loss_of_last_brand": market.VBP_LOSS,
        "vbp_rise_of_own_mature_drug": volumes.VBP_RISE,
    }
