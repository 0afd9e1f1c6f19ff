"""From regions down to order lines: `drill`. Each level adds up to the one above, to the cent."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from ..core.errors import DataError, PolicyError, SettingError
from ..core.policy import MIN_CELL
from ..core.result import Disclosure, Note, Result
from ..data import tables
from . import drill_rows, people, reasons
from .drill_rows import NOT_STATED, Rows

if TYPE_CHECKING:
    from .run import Run

__all__ = ["Drill", "DrillAccounts", "DrillDepartments", "DrillLines", "DrillRegions", "drill"]

_FORMATS = {
    "value_12m": "money", "value_prev_12m": "money", "change": "+money", "days_since_last": "count", "value": "number2",
    "quantity": "number", "name": "text", "line_no": "text",
}  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Drill(Result):
    """One level of the way down; values are of the twelve months up to the cut-off date, demand lines only.

    Attributes
    ----------
    level : {"regions", "accounts", "departments", "lines"}
    region : str
        Empty on the level of regions.
    """

    level: str
    region: str = ""
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = _FORMATS


@dataclass(frozen=True, eq=False, kw_only=True)
class DrillRegions(Drill):
    """The regions of a run: region, customers, buying, value_12m, value_prev_12m, change, order_lines."""

    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("customers", "buying"), hides=("value_12m", "value_prev_12m", "change", "order_lines"), within=()
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class DrillAccounts(Drill):
    """The accounts of a region, departments counted with their hospital.

    Its table: customer_id, name, customer_type, tier, type (where known), value_12m, value_prev_12m, change,
    days_since_last, departments (that ordered in the twelve months), order_lines.
    """

    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=(), customers=("customer_id",), row_level="customer")


@dataclass(frozen=True, eq=False, kw_only=True)
class DrillDepartments(DrillAccounts):
    """The departments of an account: customer_id, department, then the numbers of an account."""


@dataclass(frozen=True, eq=False, kw_only=True)
class DrillLines(DrillAccounts):
    """Order lines.

    Its table: customer_id, department, date, document_no, line_no, product_id, quantity, value, doc_type, channel.
    """


def drill(run: Run, *, customer: str | None = None, department: str | None = None, everywhere: bool = False) -> Drill:
    """One level of region, account, department, order lines.

    Parameters
    ----------
    run : Run
    customer : str, optional
        An account of the run's region: its departments, or its order lines where they name no department.
    department : str, optional
        A department of that account: its order lines. ``"not_stated"``: lines that name none.
    everywhere : bool, default False
        The regions of the run.

    Returns
    -------
    Drill
        ``DrillRegions``, ``DrillAccounts``, ``DrillDepartments`` or ``DrillLines``.

    Raises
    ------
    DataError
        ``explore_drill_no_orders``.
    PolicyError
        ``explore_physician_orders``: quantities are never listed for a physician.
    SettingError
        ``explore_drill_which``, ``explore_drill_department``, ``explore_no_customer``,
        ``explore_customer_elsewhere``, ``explore_no_department``.
    """
    if "transactions" not in tables.names(run.home / "tables"):
        raise DataError("explore_drill_no_orders")
    if everywhere and (customer is not None or department is not None):
        got = customer if customer is not None else department
        raise SettingError("explore_drill_which", name="everywhere", other="customer, department", got=str(got))
    if department is not None and customer is None:
        raise SettingError("explore_drill_department", got=department)
    if everywhere:
        return _regions(run, drill_rows.read(run))
    if customer is None:
        return _accounts(run, drill_rows.read(run, region=run.region))
    return _within(run, str(customer), department)


def _within(run: Run, customer: str, department: str | None) -> Drill:
    """Departments or order lines of one account."""
    who = people.locate(run, customer)
    if who.get("customer_type") == "physician":
        raise PolicyError("explore_physician_orders", got=customer)
    rows = drill_rows.read(run, region=run.region)
    owner = rows.owner.get(customer, customer)
    if owner != customer and department is None:
        # a department with an id of its own: one step further down at once
        department = rows.called.get(customer, customer)
    rows = rows.of(owner)
    known = drill_rows.departments(rows, department is not None)
    if department is None:
        if known == [NOT_STATED] or not known:
            return _lines(run, rows, owner, None)
        return _departments(run, rows, owner)
    if department not in known:
        close = difflib.get_close_matches(department, known, n=3, cutoff=0.3) or known[:5]
        raise SettingError("explore_no_department", got=department, customer=owner, close=close)
    return _lines(run, rows, owner, department)


def _settings(run: Run, rows: Rows, **more: str | None) -> dict[str, object]:
    return {"period_from": str((rows.year_ago + pd.Timedelta(days=1)).date()), "period_to": run.as_of,
            "brand": run.brand, **more}  # fmt: skip


def _regions(run: Run, rows: Rows) -> Drill:
    accounts = drill_rows.totals(rows, "owner").reindex(sorted(set(rows.accounts.index)))
    accounts["region"] = rows.accounts["region"].reindex(accounts.index)
    groups = accounts.groupby("region", sort=True)
    table = pd.DataFrame({
        "region": run.regions,
        "customers": groups.size().reindex(run.regions, fill_value=0).to_numpy(),
        "buying": groups["bought"].sum().reindex(run.regions, fill_value=0).astype("int64").to_numpy(),
    })  # fmt: skip
    for name in ("value_12m", "value_prev_12m"):
        sums = groups[name].agg(drill_rows.exact_sum).reindex(run.regions, fill_value=0.0)
        table[name] = sums.to_numpy() if name == "value_12m" or rows.reaches_back else np.nan
    table["change"] = drill_rows.exact(table["value_12m"] - table["value_prev_12m"])
    table["order_lines"] = groups["order_lines"].sum().reindex(run.regions, fill_value=0).astype("int64").to_numpy()
    finding = Note("drill_regions", {"regions": len(table), "value": drill_rows.exact_sum(table["value_12m"])})
    return DrillRegions(
        table=table.astype({"region": "str"}), settings=_settings(run, rows), notes=_notes(rows), finding=finding,
        level="regions",
    )  # fmt: skip


def _accounts(run: Run, rows: Rows) -> Drill:
    sums = drill_rows.totals(rows, "owner").reindex(rows.accounts.index)
    table = pd.DataFrame({"customer_id": rows.accounts.index.astype("str")})
    for name in ("name", "customer_type"):
        table[name] = rows.accounts[name].to_numpy() if name in rows.accounts else None
    for name in ("tier", "type"):
        found = reasons.saved(run.results_dir, f"customers_{name}s")
        if found is not None:
            table[name] = found.customers[name].reindex(rows.accounts.index).to_numpy()
    table = table.astype({name: "str" for name in ("name", "customer_type", "tier", "type") if name in table})
    table = pd.concat([table, _numbers(rows, sums).reset_index(drop=True)], axis=1)
    counts = drill_rows.department_counts(rows).reindex(rows.accounts.index, fill_value=0)
    table.insert(len(table.columns) - 1, "departments", counts.to_numpy())
    table = table.sort_values(["value_12m", "customer_id"], ascending=[False, True], ignore_index=True)
    values: dict[str, object] = {"region": run.region}
    code = "drill_accounts_few"
    if len(table) >= MIN_CELL["internal"]:
        code = "drill_accounts"
        values |= {"n": len(table), "value": drill_rows.exact_sum(table["value_12m"])}
    return DrillAccounts(
        table=table, settings=_settings(run, rows, region=run.region), notes=_notes(rows),
        finding=Note(code, values), level="accounts", region=run.region,
    )  # fmt: skip


def _departments(run: Run, rows: Rows, owner: str) -> Drill:
    sums = drill_rows.totals(rows, "department")
    table = pd.DataFrame({"customer_id": owner, "department": sums.index.astype("str")})
    table = pd.concat([table, _numbers(rows, sums).reset_index(drop=True)], axis=1)
    table = table.astype({"customer_id": "str"})
    table = table.sort_values(["value_12m", "department"], ascending=[False, True], ignore_index=True)
    stated = int((table["department"] != NOT_STATED).sum())
    finding = Note("drill_departments", {"n": stated, "value": drill_rows.exact_sum(table["value_12m"])})
    return DrillDepartments(
        table=table, settings=_settings(run, rows, region=run.region, customer=owner), notes=_notes(rows),
        finding=finding, level="departments", region=run.region,
    )  # fmt: skip


def _lines(run: Run, rows: Rows, owner: str, department: str | None) -> Drill:
    own = rows.lines[rows.lines["date"] > rows.year_ago]
    own = own if department is None else own[own["department"] == department]
    wanted = ["customer_id", "department", "date", "document_no", "line_no", "product_id", "quantity", "value",
              "doc_type", "channel"]  # fmt: skip
    if (own["department"] == NOT_STATED).all():
        wanted.remove("department")
    table = own[[c for c in wanted if c in own.columns]].assign(customer_id=own["owner"])
    keys = [c for c in ("date", "document_no", "line_no", "product_id") if c in table.columns]
    table = table.sort_values(keys, ascending=[False] + [True] * (len(keys) - 1), ignore_index=True, kind="stable")
    notes = _notes(rows)
    if department is None:
        notes = (Note("drill_no_departments", {}), *notes)
    values = {"n": len(table), "value": drill_rows.exact_sum(table["value"])}
    return DrillLines(
        table=table, settings=_settings(run, rows, region=run.region, customer=owner, department=department),
        notes=notes, finding=Note("drill_lines", values) if len(table) else Note("drill_lines_none", {}),
        level="lines", region=run.region,
    )  # fmt: skip


def _numbers(rows: Rows, sums: pd.DataFrame) -> pd.DataFrame:
    """The columns that every level above the order lines has."""
    before = sums["value_prev_12m"].fillna(0.0) if rows.reaches_back else np.nan
    out = pd.DataFrame({"value_12m": sums["value_12m"].fillna(0.0), "value_prev_12m": before}, index=sums.index)
    out["change"] = drill_rows.exact(out["value_12m"] - out["value_prev_12m"])
    out["days_since_last"] = sums["days_since_last"]
    out["order_lines"] = sums["order_lines"].fillna(0).astype("int64")
    return out


def _notes(rows: Rows) -> tuple[Note, ...]:
    notes = []
    if rows.rolled_up:
        notes.append(Note("drill_rolled_up", {"n": rows.rolled_up}))
    if rows.not_demand:
        notes.append(Note("drill_not_demand", {"n": rows.not_demand}))
    if rows.of_physicians:
        notes.append(Note("drill_physicians_out", {}))
    return tuple(notes)
