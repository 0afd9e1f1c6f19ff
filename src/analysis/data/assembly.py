"""Tables that know of each other: names, order rules, the cut-off day, customers and regions, the gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..core.errors import DataError
from ..core.policy import PROFILES
from . import declared, describe, gate, names, orders, regions
from .dataset import Dataset
from .intake import Book
from .rejects import ROW, SOURCE, Ledger

__all__ = ["Built", "complete"]

_BUYERS = {"transactions": "customer_id", "sell_out": "to_customer_id", "market": "customer_id"}
_MAIN = ("transactions", "survey_responses")


@dataclass(eq=False)
class Built:
    """Everything that is to be written.

    Attributes
    ----------
    frames, ledgers, facts : dicts by table
    as_of, first_date : datetime.date
    regions : list of str
        Sorted, "unassigned" last.
    reminders : list of dict
        ``rule, table, code`` and counts, for the report.
    """

    frames: dict[str, pd.DataFrame]
    ledgers: dict[str, Ledger]
    facts: dict[str, dict[str, Any]]
    as_of: dt.date
    first_date: dt.date | None = None
    regions: list[str] = field(default_factory=list)
    reminders: list[dict[str, Any]] = field(default_factory=list)


def complete(book: Book, dataset: Dataset, *, as_of: dt.date | None, aliases: Mapping[str, str]) -> Built:
    """Apply the rules that need more than one table.

    Parameters
    ----------
    book : Book
    dataset : Dataset
    as_of : datetime.date or None
        Default: the last day of the order lines (of the answers, where there are none); the last day of
        its month when all lines stand on the first of a month.
    aliases : mapping
        Names confirmed in the decisions file -> customer_id.

    Raises
    ------
    DataError, PolicyError
    """
    for table in _MAIN:
        if table in book.frames and not len(book.frames[table]):
            ledger = book.ledgers[table]
            gone = ledger.counts["rejected"] | ledger.counts["dropped"]
            if not gone:
                raise DataError("table_without_rows", table=table)
            rule = min(gone, key=lambda name: (-gone[name], name))
            raise DataError("empty_table", table=table, read=ledger.read, rule=f"rule_{rule}")
    built = Built(book.frames, book.ledgers, book.facts, dt.date.min)
    _drop_empty(built)
    names.resolve(built.frames, built.facts, aliases)
    if "transactions" in built.frames:
        _orders(built, dataset)
    built.as_of = as_of or _last_day(built.frames)
    _cut(built)
    _customers(built, dataset)
    declared.to_numbers(built.frames, built.ledgers, dataset)
    _guard(built, dataset)
    built.first_date = describe.add(built.frames, built.facts, dataset, built.as_of)
    return built


def _drop_empty(built: Built) -> None:
    for table in [t for t, frame in built.frames.items() if not len(frame) and t not in _MAIN]:
        built.reminders.append({"rule": "", "table": table, "code": "empty_table"})
        # nothing to write, but its rejected rows stay on the list
        del built.frames[table]


def _orders(built: Built, dataset: Dataset) -> None:
    frame, ledger = built.frames["transactions"], built.ledgers["transactions"]
    facts = built.facts["transactions"]
    value = dataset.value
    if value not in frame.columns:
        found = [c for c in frame.columns if not c.startswith("_")]
        raise DataError("value_missing", value=value, found=found, table="transactions")
    before = frame
    frame, facts["doc_types"] = orders.document_types(frame, value=value)
    ledger.adjust(before, frame)
    empty = frame[value].isna() & ~frame["doc_type"].isin(["free", "transfer"])
    frame = ledger.remove(frame, empty.to_numpy(), rule="missing_value", column=value)
    frame = orders.drop_repeats(frame, ledger)
    orders.check_tax(frame)
    if dataset.tables["transactions"].units is None:
        if value == "quantity":
            orders.refuse_unlike(frame)
        else:
            frame, facts["units_converted"] = orders.to_packs(frame, built.frames.get("products"), ledger)
    if not len(frame) or not (frame[value].fillna(0) != 0).any():
        raise DataError("all_zero", column=value, rows=len(frame), table="transactions")
    built.frames["transactions"] = frame


def _last_day(frames: dict[str, pd.DataFrame]) -> dt.date:
    for table in _MAIN:
        if table in frames and "date" in frames[table].columns:
            days = frames[table]["date"].dropna()
            if len(days):
                last = days.max()
                monthly = bool((days.dt.day == 1).all())
                return (last + pd.offsets.MonthEnd(0)).date() if monthly else last.date()
    raise DataError("no_date", tables=[t for t in _MAIN if t in frames])


def _cut(built: Built) -> None:
    """Leave out what lies after the as-of date."""
    limit = pd.Timestamp(built.as_of)
    for table, column in describe.DAYS.items():
        if table in built.frames and column in built.frames[table].columns:
            frame = built.frames[table]
            late = (frame[column] > limit).to_numpy(dtype=bool)
            days = frame[column].dt.strftime("%Y-%m-%d").to_numpy(dtype=object)
            built.frames[table] = built.ledgers[table].remove(
                frame, late, rule="after_as_of", column=column, value=days
            )
    if "hospital_facts" in built.frames:
        frame = built.frames["hospital_facts"]
        late = (frame["year"] > limit.year).to_numpy(dtype=bool)
        built.frames["hospital_facts"] = built.ledgers["hospital_facts"].remove(
            frame, late, rule="after_as_of", column="year"
        )
    for table in _MAIN:
        if table in built.frames and not len(built.frames[table]):
            raise DataError("nothing_before", table=table, as_of=built.as_of.isoformat())
    _drop_empty(built)


def _customers(built: Built, dataset: Dataset) -> None:
    table = built.frames.get("customers")
    ids = built.frames["transactions"]["customer_id"] if "transactions" in built.frames else None
    column, keep = dataset.regions.column, dataset.regions.unassigned == "keep"
    if column != "region" and (table is None or column not in table.columns):
        found = [c for c in (table.columns if table is not None else []) if not c.startswith("_")]
        raise DataError("region_column", column=column, found=found)
    answered = built.frames.get("survey_responses", pd.DataFrame()).get("customer_id")
    kind = "physician" if _about_persons(dataset) else None
    customers, facts = regions.complete(table, ids, column=column, answered=answered, answered_type=kind)
    built.facts["customers"] = built.facts.get("customers", {}) | facts
    if customers is None:
        built.regions = [regions.ALL]
        return
    for name in (SOURCE, ROW):
        if name not in customers.columns:
            customers[name] = None
    built.frames["customers"] = customers if keep else _drop_unassigned(built, customers)
    built.regions = regions.listed(built.frames["customers"], built.frames.get("survey_responses"))


def _drop_unassigned(built: Built, customers: pd.DataFrame) -> pd.DataFrame:
    """Leave out customers without region and everything that hangs on them."""
    out = (customers["region"] == regions.UNASSIGNED).to_numpy(dtype=bool)
    from_source = customers[SOURCE].notna().to_numpy(dtype=bool)
    if "customers" in built.ledgers:
        built.ledgers["customers"].remove(customers, out & from_source, rule="unassigned_region", column="region")
    gone = set(customers.loc[out, "customer_id"])
    for table, frame in built.frames.items():
        if table != "customers" and "customer_id" in frame.columns and table in built.ledgers:
            hit = frame["customer_id"].isin(gone)
            if table == "survey_responses":
                hit |= frame["customer_id"].isna()
            built.frames[table] = built.ledgers[table].remove(
                frame, hit.to_numpy(dtype=bool), rule="unassigned_region", column="customer_id"
            )
    return customers[~out].reset_index(drop=True)


def _guard(built: Built, dataset: Dataset) -> None:
    """The part of the gate that needs typed rows."""
    profile = PROFILES[dataset.profile]
    frames = built.frames
    customers = frames.get("customers")
    for table, column in _BUYERS.items():
        if table in frames and customers is not None:
            gate.check_buyers(customers, frames[table], table=table, column=column, profile=profile)
    if "costs" in frames:
        gate.check_costs(customers, frames["costs"])
    if "survey_items" in frames and _about_persons(dataset):
        gate.check_items(frames["survey_items"], table="survey_items", profile=profile)
    if "targets" in frames and profile.name == "cn":
        quota = gate.representative_sales(frames["targets"])
        if quota.any() and not gate.lifted(dataset, "G3"):
            ledger = built.ledgers["targets"]
            frames["targets"] = ledger.remove(frames["targets"], quota, rule="representative_quota", column="metric")
        if quota.any():
            built.reminders.append({"rule": "G3", "table": "targets", "code": "quota", "rows": int(quota.sum())})
    if "interventions" in frames:
        samples = int((frames["interventions"]["type"] == "sample").sum())
        if samples and not gate.lifted(dataset, "G4"):
            built.reminders.append({"rule": "G4", "table": "interventions", "code": "samples", "rows": samples})


def _about_persons(dataset: Dataset) -> bool:
    spec = dataset.tables.get("survey_responses")
    return spec is None or spec.grain in (None, "person")
