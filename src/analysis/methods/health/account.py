"""The account of the build: rows that were rejected, totals that agree, defects found and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.columns import TABLES
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from . import answers

__all__ = ["Defects", "Reconciliation", "Rejected", "defects", "reconciliation", "rejected"]

_NO_CUSTOMERS = Disclosure(counts=(), hides=())


@dataclass(frozen=True, eq=False, kw_only=True)
class Rejected(Result):
    """Rows that did not reach a table.

    Attributes
    ----------
    table : DataFrame
        ``table, rule, action`` (rejected, dropped, cleared), ``value`` (share of the table's rows read),
        ``lo, hi`` (missing), ``n`` (rows; cells for cleared), ``method, flag``; largest n first.
    """

    formats: ClassVar[Mapping[str, str]] = {"value": "percent1", "n": "count"}
    disclosure: ClassVar[Disclosure] = _NO_CUSTOMERS


@dataclass(frozen=True, eq=False, kw_only=True)
class Reconciliation(Result):
    """Totals before and after.

    Attributes
    ----------
    table : DataFrame
        ``table, measure`` (rows, amount, quantity), ``read, adjusted`` (units and signs converted),
        ``in_table, rejected, dropped, difference``.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("read", "adjusted", "in_table", "rejected", "dropped", "difference"), "number2"
    )
    disclosure: ClassVar[Disclosure] = _NO_CUSTOMERS


@dataclass(frozen=True, eq=False, kw_only=True)
class Defects(Result):
    """What was wrong with the delivery; the sentences are the notes.

    Attributes
    ----------
    table : DataFrame
        ``check`` (d1 … d26), ``n`` (found), ``left`` (of them not resolved), ``action`` (done, kept, open).
    """

    layout: ClassVar[str] = "table"
    disclosure: ClassVar[Disclosure] = _NO_CUSTOMERS


def rejected(meta: Mapping[str, Any]) -> Rejected:
    """Rows by table and rule.

    Parameters
    ----------
    meta : mapping
        What the build recorded.
    """
    rows = []
    for name, entry in _tables(meta).items():
        for action in ("rejected", "dropped", "cleared"):
            for rule, count in entry.get(action, {}).items():
                share = count / entry["read"] if entry["read"] and action != "cleared" else np.nan
                rows.append({"table": name, "rule": f"rule_{rule}", "action": action, "value": share, "n": count})
    columns = ["table", "rule", "action", "value", "n"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["n", "table", "rule"], ascending=[False, True, True])
    table = table.reset_index(drop=True).assign(lo=np.nan, hi=np.nan, method="count", flag="ok")
    table = table.astype({"value": float, "n": "int64"})
    read = sum(entry["read"] for entry in _tables(meta).values())
    bad = table[table["action"] == "rejected"]
    if bad.empty:
        finding = Note("rows_none_rejected", {"read": read})
    else:
        total = int(bad["n"].sum())
        finding = Note(
            "rows_rejected",
            {"share": total / read, "rows": total, "rule": bad.iloc[0]["rule"], "first": int(bad.iloc[0]["n"])},
        )
    order = ["table", "rule", "action", "value", "lo", "hi", "n", "method", "flag"]
    return Rejected(table=table[order], settings={"read": read}, finding=finding)


def reconciliation(meta: Mapping[str, Any]) -> Reconciliation:
    """Do rows, quantities and amounts agree before and after?

    Read + adjusted = in table + rejected + dropped, to the cent.
    """
    rows = []
    for name, entry in _tables(meta).items():
        if not entry["read"]:
            continue
        gone = {action: sum(entry.get(action, {}).values()) for action in ("rejected", "dropped")}
        counts = {"read": entry["read"], "adjusted": 0, "in_table": entry["kept"]} | gone
        rows.append({"table": name, "measure": "rows"} | counts)
        for measure in [m for m in ("amount", "quantity") if m in entry.get("totals", {})]:
            rows.append({"table": name, "measure": measure} | _renamed(entry["totals"][measure]))
    parts = ["read", "adjusted", "in_table", "rejected", "dropped"]
    table = pd.DataFrame(rows, columns=["table", "measure", *parts]).astype(dict.fromkeys(parts, float))
    table["difference"] = (
        table["read"] + table["adjusted"] - table[["in_table", "rejected", "dropped"]].sum(axis=1)
    ).round(2)
    table["difference"] += 0.0  # minus zero reads as a loss
    open_rows = int((table["difference"] != 0).sum())
    finding = Note("totals_differ", {"rows": open_rows}) if open_rows else Note("totals_agree", {"totals": len(table)})
    return Reconciliation(table=table, finding=finding)


def defects(meta: Mapping[str, Any]) -> Defects:
    """Each kind of defect with what was done about it; kinds that did not occur are left out."""
    entries = _tables(meta)
    notes = [note for table, entry in entries.items() for note in _of_table(table, entry)]
    notes += _of_orders(entries.get("transactions", {})) + answers.notes(entries.get("survey_responses", {}))
    customers = entries.get("customers", {})
    if customers.get("parents_unknown"):
        notes.append(Note("d13", {"n": customers["parents_unknown"]}))
    holes = sum(len(entry.get("months_missing", [])) + entry.get("reports_missing", 0) for entry in entries.values())
    if holes:
        notes.append(Note("d15", {"n": holes}))
    late = [entry for entry in entries.values() if entry.get("dropped", {}).get("after_as_of")]
    if late:
        notes.append(Note("d16", {"date": str(meta["as_of"])}))
    notes.sort(key=lambda note: (int(note.code[1:]), str(dict(note.values))))
    rows = [{"check": note.code, "n": _count(note, "n"), "left": _count(note, "m")} for note in notes]
    table = pd.DataFrame(rows, columns=["check", "n", "left"]).groupby("check", sort=False).sum().reset_index()
    table["action"] = table["check"].map(_ACTION).astype("str")
    finding = Note("defects_found", {"kinds": len(table)}) if len(table) else Note("defects_none", {})
    return Defects(table=table.astype({"n": "int64", "left": "int64"}), notes=tuple(notes), finding=finding)


#: what the build does about each kind
_ACTION = {
    "d1": "converted", "d2": "rejected", "d3": "converted", "d4": "dropped", "d6": "open", "d7": "rejected",
    "d8": "netted", "d9": "set_apart", "d12": "converted", "d13": "open", "d15": "set_apart",
    "d16": "dropped", "d18": "masked", "d20": "rejected", "d21": "open", "d22": "open", "d23": "open", "d24": "open",
    "d25": "open", "d26": "open",
}  # fmt: skip
_DATE_RULES = ("not_a_date", "ambiguous_date", "impossible_date", "two_digit_year", "no_year", "not_in_format",
               "future_date", "too_old_date")  # fmt: skip
_FURNITURE = ("subtotal_row", "title_row", "blank_row", "repeated_header", "footnote_row")


def _of_table(table: str, entry: Mapping[str, Any]) -> list[Note]:
    gone = {**entry.get("rejected", {}), **entry.get("dropped", {})}
    gone = {
        rule: gone.get(rule, 0) + entry.get("cleared", {}).get(rule, 0) for rule in {*gone, *entry.get("cleared", {})}
    }
    notes = []
    for code in [e for e in entry.get("encodings", []) if e not in ("utf-8", "utf-8-sig")]:
        notes.append(Note("d1", {"file": ", ".join(entry.get("sources", [])[:3]), "enc": code}))
    bad_dates = sum(gone.get(rule, 0) for rule in _DATE_RULES)
    changed = sum(count for column in entry.get("converted", {}).values() for count in column.values())
    unread = gone.get("not_a_number", 0) + gone.get("unit_differs", 0)
    furniture = sum(gone.get(rule, 0) for rule in _FURNITURE)
    packs = entry.get("units_converted", 0), gone.get("unknown_pack", 0)
    masked = entry.get("masked", 0) + len(entry.get("personal", []))
    repeated = gone.get("repeated_line", 0) + gone.get("repeated_row", 0)
    found = {
        "d2": {"n": bad_dates} if bad_dates else None,
        "d3": {"n": changed, "m": unread} if changed or unread else None,
        "d4": {"n": furniture} if furniture else None,
        "d7": {"n": repeated, "m": entry.get("near_repeats", 0)} if repeated or entry.get("near_repeats") else None,
        "d12": {"n": packs[0], "m": packs[1]} if any(packs) else None,
        "d18": {"n": masked} if masked else None,
        "d20": {"n": gone["censored_small_count"]} if gone.get("censored_small_count") else None,
    }
    return notes + [Note(code, values) for code, values in found.items() if values]


def _of_orders(entry: Mapping[str, Any]) -> list[Note]:
    strangers = entry.get("ids_only_here", 0)
    found = {
        "d6": {"share": entry["value_unmatched"], "n": strangers, "m": strangers}
        if entry.get("value_unmatched")
        else None,
        "d8": {"n": entry.get("returns", 0), "m": entry.get("returns_without_sale", 0)}
        if entry.get("returns")
        else None,
        "d9": {"n": entry["not_demand"]} if entry.get("not_demand") else None,
    }
    return [Note(code, values) for code, values in found.items() if values]


def _renamed(totals: Mapping[str, float]) -> dict[str, float]:
    return {"in_table" if part == "kept" else part: value for part, value in totals.items()}


def _count(note: Note, name: str) -> int:
    return int(note.values.get(name, 0))


def _tables(meta: Mapping[str, Any]) -> Mapping[str, Any]:
    if "tables" not in meta:
        raise DataError("no_account", found=sorted(map(str, meta))[:10])
    # the order of the data model, whatever the record's own
    return {name: meta["tables"][name] for name in TABLES if name in meta["tables"]}
