"""Which accounts have a decision maker in contact: `coverage`, `uncovered`, `reached`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import groups, intervals
from ._measure import LOW_N, Roles
from ._support import STANCES

__all__ = ["DecisionCoverage", "Reached", "Uncovered", "coverage", "reached", "uncovered"]


@dataclass(frozen=True, eq=False, kw_only=True)
class DecisionCoverage(Result):
    """Accounts with a key decision maker in contact.

    Attributes
    ----------
    table : DataFrame
        One row per group of accounts: group, value (share with a decision maker contacted), lo, hi (Wilson 95 %),
        n (accounts), known (accounts with a known decision maker), covered (accounts with one contacted), makers
        (decision makers known), contacted (decision makers contacted), method, flag.
    customers : DataFrame
        Index customer_id of accounts: group, makers, contacted, last_contact, why (no_maker_known, not_contacted;
        empty where covered).
    """

    customers: pd.DataFrame

    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "n": "count", "known": "count", "covered": "count", "makers": "count", "contacted": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n", "known", "covered", "makers", "contacted"), within=())
    internal_only: ClassVar[bool] = True


@dataclass(frozen=True, eq=False, kw_only=True)
class Uncovered(Result):
    """Accounts without a key decision maker in contact.

    Attributes
    ----------
    table : DataFrame
        customer_id, group, makers (decision makers known), last_contact (with any of them, whenever), why;
        accounts with most decision makers first, then by id.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"makers": "count", "last_contact": "date"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=(), customers=("customer_id",), row_level="customer")
    internal_only: ClassVar[bool] = True


@dataclass(frozen=True, eq=False, kw_only=True)
class Reached(Result):
    """Key decision makers in contact, by stance.

    Attributes
    ----------
    table : DataFrame
        One row per post and stance: admin_role, stance, value (share contacted), lo, hi (Wilson 95 %), n (decision
        makers), contacted, method, flag.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "n": "count", "contacted": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "contacted"), within=(), margins=("admin_role", "stance")
    )
    internal_only: ClassVar[bool] = True


def coverage(
    found: Roles, contacts: pd.DataFrame, accounts: pd.DataFrame, *, by: str = "region", days: int = 180
) -> DecisionCoverage:
    """Share of accounts in which at least one key decision maker was contacted lately.

    Parameters
    ----------
    found : Roles
    contacts : DataFrame
        ``customer_id`` of physicians, ``date``; ``accepted`` where known: a contact that was refused is none.
    accounts : DataFrame
        Index customer_id of the accounts in scope, with the column ``by``.
    by : str, default "region"
        Column of the groups: region, tier, hospital_level, customer_type.
    days : int, default 180
        A contact counts so long, up to the as-of date of ``found``.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``duplicate_customers``.
    SettingError
        ``not_whole``, ``out_of_range``.

    References
    ----------
    Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209–212.
    """
    checks.not_empty(accounts, name="accounts")
    checks.unique_index(accounts, name="accounts")
    checks.columns(accounts, [by], name="accounts")
    makers = _makers(found, contacts, days)
    order = accounts.sort_index()
    code, names, _ = groups.codes(order.index, order[by])
    each = makers.groupby("account").agg(makers=("recent", "size"), contacted=("recent", "sum"), last=("last", "max"))
    each = each.reindex(order.index.astype(str)).set_axis(order.index, axis=0)
    rows = pd.DataFrame({"group": pd.Series(np.array(names, dtype=object)[code], order.index, dtype="str")})
    rows["makers"] = each["makers"].fillna(0).astype("int64")
    rows["contacted"] = each["contacted"].fillna(0).astype("int64")
    rows["last_contact"] = each["last"].astype("datetime64[us]")
    kinds = [rows["makers"] == 0, rows["contacted"] == 0]
    rows["why"] = pd.Series(np.select(kinds, ["no_maker_known", "not_contacted"], ""), rows.index, dtype="str")
    table = _by_group(rows, names)
    elsewhere = int((~makers["account"].isin(order.index.astype(str))).sum())
    return DecisionCoverage(
        table=table,
        customers=rows,
        settings={"as_of": str(found.as_of.date()), "by": by, "days": days},
        notes=(Note("roles_elsewhere", {"count": elsewhere}),) if elsewhere else (),
        finding=_finding(table, days),
    )


def _makers(found: Roles, contacts: pd.DataFrame, days: int) -> pd.DataFrame:
    """Decision makers with their account, last contact and whether it is recent."""
    checks.columns(contacts, ["customer_id", "date"], name="contacts")
    checks.whole(days, name="days", low=1, high=3660)
    rows = contacts.dropna(subset=["customer_id", "date"])
    if "accepted" in rows.columns:
        rows = rows[rows["accepted"].fillna(True).astype(bool)]
    rows = rows[pd.to_datetime(rows["date"]) <= found.as_of]
    last = pd.to_datetime(rows["date"]).groupby(rows["customer_id"].astype(str)).max()
    people = found.customers[found.customers["role"] == "decision_maker"]
    out = people[["account", "admin_role", "stance"]].assign(last=last.reindex(people.index))
    return out.assign(recent=out["last"] > found.as_of - pd.Timedelta(days=days))


def _by_group(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    rows = rows.assign(known=rows["makers"] > 0, covered=rows["contacted"] > 0, n=1)
    sums = rows.groupby("group")[["n", "known", "covered", "makers", "contacted"]].sum().reindex(names)
    lo, hi = intervals.wilson(sums["covered"], sums["n"])
    share = (sums["covered"] / sums["n"]).to_numpy()
    table = pd.DataFrame({"group": pd.Series(names, dtype="str"), "value": share, "lo": lo, "hi": hi})
    for name in sums.columns:
        table[name] = sums[name].to_numpy(dtype="int64")
    flag = pd.Series(np.where(table["n"] < LOW_N, "low_n", "ok"), dtype="str")
    return table.assign(method=pd.Series("wilson", table.index, dtype="str"), flag=flag)


def _finding(table: pd.DataFrame, days: int) -> Note:
    n, covered, known = (int(table[name].sum()) for name in ("n", "covered", "known"))
    lo, hi = intervals.wilson(covered, n)
    if not known:
        return Note("decision_coverage_none", {"n": n})
    values = {"n": n, "lo": lo, "hi": hi, "days": days}
    if n < LOW_N:
        return Note("decision_coverage_low_n", values)
    return Note("decision_coverage", values | {"share": covered / n})


def uncovered(covered: DecisionCoverage) -> Uncovered:
    """Accounts of `coverage` without a decision maker in contact, and why.

    Parameters
    ----------
    covered : DecisionCoverage
    """
    rows = covered.customers[covered.customers["why"] != ""]
    rows = rows.assign(customer_id=rows.index.astype("str")).reset_index(drop=True)
    rows = rows.sort_values(["makers", "customer_id"], ascending=[False, True], ignore_index=True)
    unknown, silent = (int((rows["why"] == name).sum()) for name in ("no_maker_known", "not_contacted"))
    code = "uncovered" if unknown else "uncovered_silent" if len(rows) else "uncovered_none"
    return Uncovered(
        table=rows[["customer_id", "group", "makers", "last_contact", "why"]],
        settings=covered.settings,
        finding=Note(code, {"n": len(rows), "unknown": unknown, "silent": silent, "of": len(covered.customers)}),
    )


def reached(found: Roles, contacts: pd.DataFrame, *, days: int = 180) -> Reached:
    """Share of key decision makers contacted lately, by post and stance.

    Parameters
    ----------
    found : Roles
    contacts : DataFrame
        As for `coverage`.
    days : int, default 180

    Raises
    ------
    DataError
        ``missing_columns``, ``roles_no_makers``.
    """
    makers = _makers(found, contacts, days)
    if makers.empty:
        raise DataError("roles_no_makers", count=len(found.customers))
    post = makers["admin_role"].fillna("无")
    count = makers.assign(admin_role=post, n=1).groupby(["admin_role", "stance"])[["n", "recent"]].sum().reset_index()
    place = count["stance"].map([*STANCES, "not_rated"].index)
    count = count.iloc[np.lexsort((place, count["admin_role"].to_numpy(dtype=str)))].reset_index(drop=True)
    lo, hi = intervals.wilson(count["recent"], count["n"])
    table = count[["admin_role", "stance"]].astype("str").assign(
        value=count["recent"] / count["n"], lo=lo, hi=hi, n=count["n"].astype("int64"),
        contacted=count["recent"].astype("int64"), method=pd.Series("wilson", count.index, dtype="str"),
        flag=pd.Series(np.where(count["n"] < LOW_N, "low_n", "ok"), dtype="str"),
    )  # fmt: skip
    n, contacted = len(makers), int(makers["recent"].sum())
    lo, hi = intervals.wilson(contacted, n)
    values = {"n": n, "share": contacted / n, "lo": lo, "hi": hi, "days": days}
    return Reached(table=table, settings={"days": days}, finding=Note("makers_reached", values))
