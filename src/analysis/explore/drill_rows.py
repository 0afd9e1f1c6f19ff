"""Order lines with their account and department, and their sums: what every level of a drill-down is made of."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..data import purchases, tables
from .history import exact_sum

if TYPE_CHECKING:
    from .run import Run

__all__ = ["NOT_STATED", "Rows", "department_counts", "departments", "exact", "exact_sum", "read", "totals"]

NOT_STATED = "not_stated"
#: customers of these kinds are accounts only where they ordered
_ONLY_WHERE_ORDERED = ("department", "distributor")
_NEARLY = pd.Timedelta(days=31)
_SCALE = 10_000


@dataclass(frozen=True, eq=False)
class Rows:
    """Demand lines of the run, or of one region.

    Attributes
    ----------
    lines : DataFrame
        Transactions with owner (the account they count for), department, value.
    accounts : DataFrame
        Index customer_id, sorted: the accounts in scope.
    owner, called : dict
        Department's customer_id -> its account, and its name.
    day, year_ago, before : Timestamp
        Cut-off date; last days before the twelve months and before the twelve months before those.
    reaches_back : bool
        Whether the data cover two years.
    not_demand, rolled_up : int
        Lines of free goods and transfers; departments with ids of their own that ordered.
    of_physicians : bool
        Whether lines of physicians were left out.
    """

    lines: pd.DataFrame
    accounts: pd.DataFrame
    owner: dict[str, str]
    called: dict[str, str]
    day: pd.Timestamp
    year_ago: pd.Timestamp
    before: pd.Timestamp
    reaches_back: bool
    not_demand: int
    rolled_up: int
    of_physicians: bool

    def of(self, account: str) -> Rows:
        """Only the lines of one account."""
        mine = self.lines[self.lines["owner"] == account]
        used = mine.loc[mine["customer_id"] != account, "customer_id"].nunique()
        return dataclasses.replace(
            self, lines=mine, accounts=self.accounts[self.accounts.index == account], not_demand=0, rolled_up=int(used),
            of_physicians=False,
        )  # fmt: skip


def read(run: Run, *, region: str | None = None) -> Rows:
    """The demand lines of a run, departments' own lines under their hospital."""
    folder, day = run.home / "tables", pd.Timestamp(run.as_of)
    people = tables.read(folder, "customers", region=region).drop_duplicates("customer_id").set_index("customer_id")
    kind = people["customer_type"] if "customer_type" in people else pd.Series(None, index=people.index, dtype="str")
    owner, called = _owners(people, kind)
    lines = tables.read(folder, "transactions", region=region, brand=run.brand)
    lines = lines[lines["date"] <= day]
    physician = lines["customer_id"].isin(kind.index[kind == "physician"])
    demand = ~lines["doc_type"].isin(purchases.NOT_DEMAND)
    used = lines[demand & ~physician]
    used = used.assign(
        value=used[run.meta["value"]].astype("float64"),
        owner=used["customer_id"].replace(owner),
        department=_department(used, called),
    )
    owners = set(used["owner"])
    scope = people[~kind.isin(["physician", *_ONLY_WHERE_ORDERED]) | people.index.isin(owners)]
    before = day - pd.DateOffset(months=24)
    return Rows(
        lines=used, accounts=scope.sort_index(), owner=owner, called=called, day=day,
        year_ago=day - pd.DateOffset(months=12), before=before,
        reaches_back=bool(pd.Timestamp(run.meta["first_date"]) <= before + _NEARLY),
        not_demand=int((~demand & ~physician).sum()),
        rolled_up=int(used.loc[used["customer_id"].isin(owner), "customer_id"].nunique()),
        of_physicians=bool(physician.any()),
    )  # fmt: skip


def _owners(people: pd.DataFrame, kind: pd.Series) -> tuple[dict[str, str], dict[str, str]]:
    """Each department's organisation in the same region, and its name."""
    owner: dict[str, str] = {}
    called: dict[str, str] = {}
    if "parent_id" not in people:
        return owner, called
    parent, kinds, region = people["parent_id"].to_dict(), kind.to_dict(), people["region"].to_dict()
    names = people.index.to_series()
    for column in ("specialty", "name"):
        names = people[column].fillna(names) if column in people else names
    for unit in kind.index[kind == "department"]:
        above = parent.get(unit)
        # a department may stand in a department; no chain in the trade is longer
        for _ in range(3):
            if kinds.get(above) == "department":
                above = parent.get(above)
        organisation = above in kinds and kinds[above] not in ("department", "physician")
        if organisation and str(region.get(above)) == str(region.get(unit)):
            owner[str(unit)] = str(above)
            called[str(unit)] = str(names[unit])
    return owner, called


def _department(lines: pd.DataFrame, called: dict[str, str]) -> pd.Series:
    own = lines["customer_id"].replace(called).where(lines["customer_id"].isin(called), NOT_STATED)
    stated = "department" in lines and bool(lines["department"].notna().any())
    return lines["department"].fillna(own) if stated else own


def exact(values: pd.Series) -> pd.Series:
    """Values without the last digits that a subtraction of floats leaves."""
    return np.rint(values * _SCALE) / _SCALE


def totals(rows: Rows, by: str) -> pd.DataFrame:
    """Sums by account or department over the two windows.

    Returns
    -------
    DataFrame
        Index ``by``, sorted: value_12m, value_prev_12m, order_lines, bought (on any day of the twelve months),
        days_since_last (last day with positive net value; missing without one).
    """
    lines = rows.lines
    units = np.rint(lines["value"].fillna(0.0) * _SCALE).astype("int64")
    recent = lines["date"] > rows.year_ago
    previous = (lines["date"] > rows.before) & ~recent
    # sums of whole ten-thousandths are exact in any order
    frame = pd.DataFrame(
        {by: lines[by], "now": units.where(recent, 0), "ago": units.where(previous, 0), "lines": recent}
    )
    sums = frame.groupby(by, sort=True).sum()
    daily = pd.DataFrame({by: lines[by], "date": lines["date"], "units": units}).groupby([by, "date"])["units"].sum()
    days = daily[daily > 0].reset_index()
    last = days.groupby(by)["date"].max().reindex(sums.index)
    bought = days[days["date"] > rows.year_ago].groupby(by).size().reindex(sums.index, fill_value=0) > 0
    return pd.DataFrame({
        "value_12m": sums["now"] / _SCALE, "value_prev_12m": sums["ago"] / _SCALE,
        "order_lines": sums["lines"].astype("int64"), "bought": bought,
        "days_since_last": (rows.day - last).dt.days.astype("float64"),
    })  # fmt: skip


def departments(rows: Rows, everything: bool) -> list[str]:
    """Departments named by the lines; the whole time with ``everything``, else the last two years."""
    lines = rows.lines if everything else rows.lines[rows.lines["date"] > rows.before]
    return sorted(set(lines["department"]))


def department_counts(rows: Rows) -> pd.Series:
    """Different departments named by each account's lines of the twelve months."""
    named = rows.lines[(rows.lines["date"] > rows.year_ago) & (rows.lines["department"] != NOT_STATED)]
    return named.groupby("owner")["department"].nunique()
