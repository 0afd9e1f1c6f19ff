"""The legal gate: what the rule profile refuses, before rows are read and when they are known.

Three doors in the order a build passes them: `check` sees the dataset file alone,
`check_columns` the headers of a source, `check_items`, `check_buyers` and `check_costs` the
typed rows. A refusal is a `PolicyError` and nothing has been written by then. What is only
flagged or converted comes back as plain data.

The kit gives technical aids, not legal advice. Sources of the rules: `core.policy`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..core import checks
from ..core.errors import PolicyError
from ..core.policy import AUDIENCES, OVERRIDABLE, PERSON_GRAIN_SOURCES, PROFILES, Profile
from . import patterns
from .dataset import Dataset, TableSpec

__all__ = ["check", "check_buyers", "check_columns", "check_costs", "check_items", "lifted", "representative_sales"]

#: tables that hold drug quantities
QUANTITIES = ("transactions", "market", "sell_in", "sell_out", "stock")
#: tables whose rows are about persons unless another grain is declared
PERSONS = ("survey_responses", "interactions", "stance_ratings", "nominations")


def check(dataset: Dataset, *, audience: str = "internal") -> list[dict[str, Any]]:
    """Refuse what the dataset file alone shows to be inadmissible.

    Parameters
    ----------
    dataset : Dataset
    audience : {"internal", "shared"}

    Returns
    -------
    list of dict
        Reminders for the report: ``rule, table, code``.

    Raises
    ------
    PolicyError
        Rules G1, G2, G5, G7 and the limits of overrides.
    """
    checks.choice(audience, AUDIENCES, name="audience")
    profile = PROFILES[dataset.profile]
    _overrides(dataset, audience)
    reminders = []
    for table, spec in sorted(dataset.tables.items()):
        for piece in spec.pieces():
            _basis(table, piece, profile)
            check_columns(table, piece, list(piece.columns.values()), profile=profile)
        if any(_about_persons(table, piece, piece.columns.values()) for piece in spec.pieces()):
            reminders.append({"rule": "G5", "table": table, "code": "impact_assessment"})
    return reminders


def check_columns(table: str, spec: TableSpec, headers: Sequence[str], *, profile: Profile) -> list[str]:
    """Refuse inadmissible headers of a source; name those to drop unread.

    Parameters
    ----------
    table : str
    spec : TableSpec
    headers : sequence of str
        Every header of the file, mapped or not.
    profile : Profile

    Returns
    -------
    list of str
        Headers that hold phone numbers, addresses or licence numbers of persons (rule G5).

    Raises
    ------
    PolicyError
        Patient ids (G7), physicians beside drug quantities (G1), benefits beside persons (G2).
    """
    named = [str(h).strip() for h in headers]
    patient = _first(named, patterns.PATIENT)
    if patient:
        raise PolicyError("patient_data", column=patient, table=table)
    physician = _first(named, patterns.PHYSICIAN)
    if physician and table in QUANTITIES and not profile.physician_quantities:
        raise PolicyError("physician_column", column=physician, table=table)
    benefit = _first(named, patterns.BENEFIT)
    if benefit and _about_persons(table, spec, named):
        other = next((h for h in named if h != benefit and patterns.VALUE.search(h)), "customer_id")
        raise PolicyError("benefit_link", column=benefit, other=other, table=table)
    if table.startswith("distributor"):
        return []  # licences and telephones of legal entities are no personal data
    return [h for h in named if patterns.CONTACT.search(h)]


def check_items(items: pd.DataFrame, *, table: str, profile: Profile) -> None:
    """Refuse survey items in which physicians count boxes, patients or prescriptions (decision 4).

    Parameters
    ----------
    items : DataFrame
        ``item_id``, and ``text`` and ``type`` where given.
    """
    if profile.physician_quantities:
        return
    columns = [items[c].fillna("").astype(str) for c in ("item_id", "text") if c in items.columns]
    words = pd.Series([" ".join(parts) for parts in zip(*columns, strict=True)], index=items.index, dtype="str")
    kind = items["type"].fillna("") if "type" in items.columns else pd.Series("", index=items.index)
    asks = (
        words.str.contains(patterns.HOW_MANY)
        & words.str.contains(patterns.DRUG_USE)
        & kind.isin(["numeric", "open", "rank", ""])
    )
    if asks.any():
        raise PolicyError("quantity_item", item=str(items.loc[asks, "item_id"].min()), table=table)


def check_buyers(customers: pd.DataFrame, frame: pd.DataFrame, *, table: str, column: str, profile: Profile) -> None:
    """Refuse rows of quantities whose customer is a physician, whatever grain was declared (G1)."""
    if profile.physician_quantities or not {"customer_type"} <= set(customers.columns) or column not in frame.columns:
        return
    persons = customers.loc[customers["customer_type"] == "physician", "customer_id"]
    count = int(frame[column].isin(set(persons)).sum())
    if count:
        raise PolicyError("physician_rows", rows=count, table=table, column=column)


def check_costs(customers: pd.DataFrame | None, costs: pd.DataFrame) -> None:
    """Refuse benefits booked on single persons (G2); programme totals and legal entities are fine."""
    benefit = costs["type"].fillna("").astype(str).str.contains(patterns.BENEFIT)
    if customers is None or "customer_type" not in customers.columns or "unit_id" not in costs.columns:
        return
    persons = set(customers.loc[customers["customer_type"] == "physician", "customer_id"])
    hit = benefit & costs["unit_id"].isin(persons)
    if hit.any():
        raise PolicyError("benefit_link", column=str(costs.loc[hit, "type"].min()), other="unit_id", table="costs")


def representative_sales(targets: pd.DataFrame) -> np.ndarray:
    """Which targets put a sales quota on medical representatives (G3).

    Returns
    -------
    ndarray of bool
        These rows are to be converted into coverage or education targets; they are not used.
    """
    if "role" not in targets.columns:
        return np.zeros(len(targets), dtype=bool)
    role = targets["role"].fillna("").astype(str).str.contains(patterns.REPRESENTATIVE)
    metric = targets["metric"].fillna("").astype(str).str.contains(patterns.SALES)
    return (role & metric).to_numpy(dtype=bool)


def lifted(dataset: Dataset, rule: str) -> bool:
    """Whether a written override lifts the rule."""
    return any(o.rule == rule for o in dataset.override)


def _overrides(dataset: Dataset, audience: str) -> None:
    for override in dataset.override:
        if override.rule not in OVERRIDABLE:
            raise PolicyError("override_rule", rule=override.rule, allowed=list(OVERRIDABLE))
        if audience == "shared":
            raise PolicyError("override_shared", rule=override.rule)


def _basis(table: str, spec: TableSpec, profile: Profile) -> None:
    """G1 and G5: grain, source and basis as declared."""
    quantity = table in QUANTITIES
    persons = _about_persons(table, spec, spec.columns.values())
    grain = "department" if spec.grain == "facility" and "department" in spec.columns else spec.grain
    if quantity and grain == "person" and not profile.physician_quantities:
        raise PolicyError("physician_grain", table=table, column="grain")
    if quantity and grain in ("department", "person") and (profile.department_needs_basis or grain == "person"):
        if not (spec.lawful_basis or "").strip():
            raise PolicyError("department_basis", table=table)
        if spec.source_type not in PERSON_GRAIN_SOURCES:
            allowed = list(PERSON_GRAIN_SOURCES)
            raise PolicyError("department_source", table=table, got=spec.source_type or "—", allowed=allowed)
    if spec.from_ is None and (quantity or persons or table in PERSONS):
        missing = [n for n in ("source_type", "lawful_basis", "grain") if not (getattr(spec, n) or "").strip()]
        if missing:
            raise PolicyError("undeclared", table=table, missing=missing)
    interest = patterns.LEGITIMATE_INTEREST.search(spec.lawful_basis or "") is not None
    if interest and persons and not profile.legitimate_interest:
        raise PolicyError("legitimate_interest", table=table, profile=profile.name)


def _about_persons(table: str, spec: TableSpec, headers: Iterable[str]) -> bool:
    if spec.grain is not None and spec.grain != "person":
        return False
    mapped = {"title", "admin_role"} & set(spec.columns)
    typed = spec.constants.get("customer_type") == "physician"
    named = _first([str(h) for h in headers], patterns.PHYSICIAN) is not None
    named = named and table in ("customers", "costs")
    return spec.grain == "person" or table in PERSONS or bool(mapped) or typed or named


def _first(headers: Iterable[str], pattern: re.Pattern[str]) -> str | None:
    return next((h for h in headers if pattern.search(h)), None)
