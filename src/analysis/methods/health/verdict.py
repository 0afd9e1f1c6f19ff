"""Which analyses may run, and how good the data are altogether."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...core.waves import latest_rows
from .fields import completeness
from .reach import demand

__all__ = ["LEAST_DATES", "NEEDS", "Gate", "Quality", "gate", "quality"]

#: analysis -> (unit counted, least number to run, least number to run without a warning)
NEEDS: Mapping[str, tuple[str, int, int]] = {
    "tiers": ("buying_customers", 10, 30),
    "types": ("buying_customers", 1, 30),
    "growth": ("months", 24, 24),
    "retention": ("months", 12, 24),
    "segments": ("buying_customers", 60, 200),
    "lifetime": ("repeat_customers", 30, 300),
    "ladder": ("respondents", 30, 100),
    "nps": ("nps_answers", 8, 30),
    "barriers": ("respondents", 60, 200),
    "drivers": ("respondents", 60, 200),
}
#: order dates from which a rhythm of purchases can be told; fewer are yearly or quarterly totals
LEAST_DATES = 12
#: dimension -> weight in the score, and the share below which it is a warning and a block
WEIGHTS: Mapping[str, tuple[float, float, float]] = {
    "completeness": (0.2, 0.9, 0.3),
    "validity": (0.25, 0.95, 0.5),
    "uniqueness": (0.15, 0.97, 0.5),
    "consistency": (0.15, 0.97, 0.5),
    "timeliness": (0.1, 0.95, 0.5),
    "match_rate": (0.15, 0.95, 0.5),
}
PASS, WARN, BLOCK = "gate_pass", "gate_warn", "gate_blocked"
REP = "rep_administered"
_REPEATS = ("repeated_line", "repeated_row", "duplicate_key")


@dataclass(frozen=True, eq=False, kw_only=True)
class Gate(Result):
    """Which analyses may run.

    Attributes
    ----------
    table : DataFrame
        ``analysis, status`` (gate_pass, gate_warn, gate_blocked), ``counted`` (what is counted),
        ``need, n`` (there are), ``flag``.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"need": "count", "n": "count"}


@dataclass(frozen=True, eq=False, kw_only=True)
class Quality(Result):
    """Six marks and their weighted mean.

    Attributes
    ----------
    table : DataFrame
        ``dimension, value`` (0–1), ``lo, hi`` (missing), ``n`` (rows judged), ``weight, status, method, flag``.
    score : float
        0–100, over the dimensions that could be judged.
    status : str
        The worst of the dimensions.
    """

    score: float
    status: str
    formats: ClassVar[Mapping[str, str]] = {"value": "percent1", "weight": "percent", "n": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=())


def gate(meta: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> Gate:
    """Compare what there is with what each analysis needs.

    Parameters
    ----------
    meta : mapping
        What the build recorded; its ``as_of`` and ``value`` are used.
    frames : mapping of str to DataFrame
        Tables of one region: ``transactions``, ``survey_responses``, ``survey_items``; what is absent
        blocks what needs it.

    Returns
    -------
    Gate
        The rule that blocks is what is counted and how much is needed; finding and table name it.
    """
    if "as_of" not in meta:
        raise DataError("no_account", found=sorted(map(str, meta))[:10])
    end = pd.Timestamp(meta["as_of"])
    counts = _counts(frames, end, meta.get("value", "amount"))
    rows = []
    no_rhythm = counts.get("order_dates", LEAST_DATES) < LEAST_DATES
    for analysis, (unit, least, good) in NEEDS.items():
        n = counts.get(unit)
        status = BLOCK if n is None or n < least else WARN if n < good else PASS
        flag = "missing_input" if n is None else "low_n" if status != PASS else "ok"
        if analysis == "lifetime" and n and no_rhythm:
            status, flag = BLOCK, "not_identified"
        rows.append(
            {
                "analysis": f"analysis_{analysis}",
                "status": status,
                "counted": unit,
                "need": least,
                "n": n or 0,
                "flag": flag,
            }
        )
    table = pd.DataFrame(rows).astype({"need": "int64", "n": "int64"})
    blocked = table[table["status"] == BLOCK]
    short = blocked[blocked["n"] < blocked["need"]]
    if short.empty and len(blocked):
        finding = Note("gate_no_rhythm", {"dates": LEAST_DATES})
    elif blocked.empty:
        warned = int((table["status"] == WARN).sum())
        told = {"analyses": len(table)}
        finding = Note("gate_open", told | {"warned": warned}) if warned else Note("gate_all_pass", told)
    else:
        # what is short says more than what was never delivered
        first = short.sort_values("flag", key=lambda flag: flag == "missing_input", kind="stable").iloc[0]
        finding = Note(
            "gate_closed",
            {"blocked": len(blocked), "analyses": len(table), "analysis": first["analysis"],
             "unit": first["counted"], "need": int(first["need"]), "got": int(first["n"])},
        )  # fmt: skip
    settings = {name: list(need) for name, need in NEEDS.items()}
    return Gate(
        table=table,
        finding=finding,
        notes=(Note("gate_no_rhythm", {"dates": LEAST_DATES}),) if (table["flag"] == "not_identified").any() else (),
        settings={"needs": settings, "as_of": str(end.date())},
    )


def quality(meta: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> Quality:
    """Data-quality score: weighted mean of six marks between 0 and 1.

    *Completeness*: mean filled share of the fields. *Validity*: rows read that were not rejected as
    unreadable. *Uniqueness*: rows that were no repeats. *Consistency*: order lines whose price times
    quantity gives the amount, returns with a sale before them, institutions that exist. *Timeliness*:
    months delivered of those between first and last. *Match rate*: value of customers that are in the
    customer table.

    Parameters
    ----------
    meta : mapping
        What the build recorded.
    frames : mapping of str to DataFrame
        All tables, for the filled share of their fields.
    """
    checks.not_empty(frames, name="frames")
    if "tables" not in meta:
        raise DataError("no_account", found=sorted(map(str, meta))[:10])
    entries = meta["tables"]
    marks = {"completeness": _complete(frames)} | _marks(entries)
    rows = []
    for dimension, (weight, warn, block) in WEIGHTS.items():
        value, n = marks[dimension]
        status = PASS if np.isnan(value) or value >= warn else WARN if value >= block else BLOCK
        flag = "missing_input" if np.isnan(value) else "ok"
        rows.append({"dimension": dimension, "value": value, "n": n, "weight": weight, "status": status, "flag": flag})
    table = pd.DataFrame(rows).assign(lo=np.nan, hi=np.nan, method="count").astype({"n": "int64"})
    known = table.dropna(subset=["value"])
    score = float(100 * np.average(known["value"], weights=known["weight"])) if len(known) else float("nan")
    worst = max(table["status"], key=[PASS, WARN, BLOCK].index)
    low = table[table["status"] != PASS].sort_values("value")
    code = {PASS: "quality_pass", WARN: "quality_warn", BLOCK: "quality_blocked"}[worst]
    values: dict[str, Any] = {"score": score}
    if len(low):
        values |= {"dimension": low["dimension"].iloc[0], "value": float(low["value"].iloc[0])}
    order = ["dimension", "value", "lo", "hi", "n", "weight", "status", "method", "flag"]
    settings = {"weights": {name: list(limits) for name, limits in WEIGHTS.items()}}
    return Quality(table=table[order], score=score, status=worst, settings=settings, finding=Note(code, values))


def _counts(frames: Mapping[str, pd.DataFrame], end: pd.Timestamp, value: str) -> dict[str, int]:
    """What there is of each unit; a unit is absent when its table is."""
    found: dict[str, int] = {}
    if "transactions" in frames:
        lines = demand(frames["transactions"], value)
        checks.columns(lines, ["customer_id", "date"], name="transactions")
        bought = lines[(lines[value] > 0) & (lines["date"] <= end)]
        days = bought.drop_duplicates(["customer_id", "date"]).groupby("customer_id").size()
        found |= {"buying_customers": len(days), "repeat_customers": int((days > 1).sum())}
        found["order_dates"] = int(bought["date"].nunique())
        first = bought["date"].min()
        found["months"] = 0 if pd.isna(first) else (end.year - first.year) * 12 + end.month - first.month + 1
    if "survey_responses" in frames:
        # every survey analysis reads the latest wave
        answers = latest_rows(frames["survey_responses"])
        if "mode" in answers.columns:
            # sheets filled in with a representative are set apart by every survey analysis
            answers = answers[answers["mode"].astype("str") != REP]
        found["respondents"] = int(answers["response_id"].nunique())
        items = frames.get("survey_items")
        if items is not None and "type" in items.columns and (items["type"] == "nps").any():
            asked = answers["item_id"].isin(items.loc[items["type"] == "nps", "item_id"])
            found["nps_answers"] = int((asked & answers["value"].notna()).sum())
    return found


def _complete(frames: Mapping[str, pd.DataFrame]) -> tuple[float, int]:
    table = completeness(frames).table
    return float(table["value"].mean()), int(sum(len(frame) for frame in frames.values()))


def _marks(entries: Mapping[str, Any]) -> dict[str, tuple[float, int]]:
    read = sum(entry["read"] for entry in entries.values())
    gone = [(rule, n) for entry in entries.values() for rule, n in entry.get("rejected", {}).items()]
    bad = sum(n for rule, n in gone if rule not in _REPEATS)
    twice = sum(n for rule, n in gone if rule in _REPEATS)
    orders = entries.get("transactions", {})
    lines = orders.get("rows", 0)
    odd = orders.get("price_differs", 0) + orders.get("returns_without_sale", 0)
    months, holes = len(orders.get("months", [])), len(orders.get("months_missing", []))
    nothing = float("nan")
    return {
        "validity": (1 - bad / read if read else nothing, read),
        "uniqueness": (1 - twice / read if read else nothing, read),
        "consistency": (1 - odd / lines if lines else nothing, lines),
        "timeliness": (months / (months + holes) if months else nothing, lines),
        "match_rate": (1 - orders["value_unmatched"] if "value_unmatched" in orders else nothing, lines),
    }
