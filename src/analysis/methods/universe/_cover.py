"""Coverage of the accounts in scope: `cover`.

Data health asks whether the delivered data are complete (customers with an order and their value, by region);
here the question is whom of the accounts in scope we reach, in which way, by any attribute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import groups, intervals, sums

__all__ = ["Universe", "cover"]

_MARKS = ("ordered", "contacted", "surveyed", "opted_out")
#: marks that may be missing, but for all accounts: nobody kept such a record
_RECORDED = ("contacted", "surveyed")
_NO_ACCOUNTS = ("physician", "department", "distributor")
LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class Universe(Result):
    """Reach of the accounts in scope, by group.

    Attributes
    ----------
    table : DataFrame
        One row per group, largest share ordered first and "unassigned" last: group, value (share with an order),
        lo, hi (Wilson 95 %), n (accounts in scope), buyers (with an order), contacted (share of those who accept
        contact), contacted_lo, contacted_hi, contacts (accounts contacted), opted_out (accounts); surveyed (share
        answered), answers (accounts that answered); potential_share (share of the potential that lies with
        accounts that order), method, flag. What nobody recorded (contacts, answers, potential) has no column.
    n : int
        Accounts in scope.
    """

    n: int

    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "n": "count", "buyers": "count", "contacted": "percent", "contacted_lo": "percent",
        "contacted_hi": "percent", "contacts": "count", "surveyed": "percent", "answers": "count",
        "opted_out": "count", "potential_share": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "buyers", "contacts", "answers", "opted_out"),
        hides=("value", "lo", "hi", "contacted", "contacted_lo", "contacted_hi", "surveyed", "potential_share"),
        within=(),
    )


def cover(accounts: pd.DataFrame, *, by: str = "region", potential: pd.Series | None = None) -> Universe:
    """How much of the universe in scope orders, is in contact and answered a survey.

    Parameters
    ----------
    accounts : DataFrame
        Index customer_id, every account in scope, customers or not; ``ordered, contacted, surveyed, opted_out``
        (yes or no) and the column ``by``. Without any record, ``contacted`` or ``surveyed`` is missing for all.
    by : str, default "region"
        region, province, customer_type, hospital_level or any other column.
    potential : Series, optional
        Potential by customer_id, one unit for all; accounts without one are left out of its share and counted.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``duplicate_customers``, ``universe_marks``, ``universe_persons``,
        ``universe_potential``.

    References
    ----------
    Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209–212.
    """
    frame = _checked(accounts, by)
    code, names, missing = groups.codes(frame.index, frame[by])
    size = len(names)
    n = np.bincount(code, minlength=size)
    buyers = _count(frame["ordered"], code, size)
    table = pd.DataFrame({"group": pd.Series(names, dtype="str"), "value": buyers / n})
    table["lo"], table["hi"] = intervals.wilson(buyers, n)
    table = table.assign(n=n, buyers=buyers)
    contacts_known, answers_known = (bool(frame[name].notna().all()) for name in ("contacted", "surveyed"))
    if contacts_known:
        table = table.join(_contact(frame, code, size))
    if answers_known:
        answers = _count(frame["surveyed"], code, size)
        table = table.assign(surveyed=answers / n, answers=answers)
    unknown = 0
    if potential is not None and potential.notna().any():
        table["potential_share"], unknown = _potential(frame, potential, code, size)
    table["method"] = pd.Series("wilson", table.index, dtype="str")
    table["flag"] = pd.Series(np.where(table["n"] < LOW_N, "low_n", "ok"), dtype="str")
    last = table["group"] == groups.UNASSIGNED
    table = table.assign(last=last).sort_values(["last", "value", "n", "group"], ascending=[True, False, False, True])
    table = table.drop(columns="last").reset_index(drop=True)
    against = int((frame["contacted"] & frame["opted_out"]).sum()) if contacts_known else 0
    counts = {"universe_opted_out": against, "universe_ungrouped": missing, "universe_no_potential": unknown}
    unasked = {"universe_no_contacts": not contacts_known, "universe_no_answers": not answers_known}
    return Universe(
        table=table,
        n=len(frame),
        settings={"by": by, "potential": potential is not None},
        notes=tuple(Note(name, {"count": number}) for name, number in counts.items() if number)
        + tuple(Note(name) for name, absent in unasked.items() if absent),
        finding=_finding(table),
    )


def _checked(accounts: pd.DataFrame, by: str) -> pd.DataFrame:
    checks.not_empty(accounts, name="accounts")
    checks.unique_index(accounts, name="accounts")
    checks.columns(accounts, [*_MARKS, by], name="accounts")
    frame = accounts.iloc[np.argsort(accounts.index.astype(str), kind="stable")]
    for name in _MARKS:
        known = frame[name].isin([True, False])
        if not known.all() and not (name in _RECORDED and frame[name].isna().all()):
            raise DataError("universe_marks", name=name, count=int((~known).sum()))
    if "customer_type" in frame.columns:
        others = int(frame["customer_type"].isin(_NO_ACCOUNTS).sum())
        if others:
            raise DataError("universe_persons", count=others)
    return frame


def _count(mark: pd.Series, code: np.ndarray, size: int) -> np.ndarray:
    """Accounts with the mark, by group."""
    counted: np.ndarray = np.bincount(code, mark.to_numpy(dtype=float), size).astype(int)
    return counted


def _contact(frame: pd.DataFrame, code: np.ndarray, size: int) -> pd.DataFrame:
    """Share in contact of the accounts that accept contact, and the accounts that do not."""
    open_to = ~frame["opted_out"].astype(bool)
    welcome = _count(open_to, code, size)
    contacts = _count(frame["contacted"].astype(bool) & open_to, code, size)
    lo, hi = intervals.wilson(contacts, welcome)
    share = np.divide(contacts, welcome, out=np.full(size, np.nan), where=welcome > 0)
    told = {"contacted": share, "contacted_lo": lo, "contacted_hi": hi, "contacts": contacts}
    return pd.DataFrame(told).assign(opted_out=_count(frame["opted_out"], code, size))


def _potential(frame: pd.DataFrame, potential: pd.Series, code: np.ndarray, size: int) -> tuple[np.ndarray, int]:
    """Share of each group's potential that lies with accounts that order; accounts without a potential."""
    checks.unique_index(potential, name="potential")
    values = potential.reindex(frame.index).astype(float)
    if (values < 0).any() or np.isinf(values).any():
        raise DataError("universe_potential", count=int(((values < 0) | np.isinf(values)).sum()))
    filled = values.fillna(0.0).to_numpy()
    whole = sums.by_group(filled, code, size)
    own = sums.by_group(filled * frame["ordered"].to_numpy(dtype=float), code, size)
    return np.divide(own, whole, out=np.full(size, np.nan), where=whole > 0), int(values.isna().sum())


def _finding(table: pd.DataFrame) -> Note:
    n, buyers = int(table["n"].sum()), int(table["buyers"].sum())
    lo, hi = intervals.wilson(buyers, n)
    values = {"n": n, "lo": lo, "hi": hi}
    if n < LOW_N:
        return Note("universe_low_n", values)
    if "contacts" not in table:
        return Note("universe_orders", values | {"share": buyers / n})
    contacts, welcome = int(table["contacts"].sum()), n - int(table["opted_out"].sum())
    return Note("universe", values | {"share": buyers / n, "contacted": contacts / welcome if welcome else 0.0})
