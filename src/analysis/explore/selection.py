"""Accounts that meet a condition, or counts of them by group; both can be written to a file under the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from ..core.errors import SettingError
from ..core.policy import MIN_CELL
from ..core.result import Disclosure, Note, Result
from . import conditions, naming

if TYPE_CHECKING:
    from .run import Run

__all__ = ["Groups", "Selection", "select"]

#: shown where no columns are named
_USUAL = (
    "name", "customer_type", "hospital_level", "tier", "type", "segment", "last_date", "days_since_last",
    "value_12m", "value_prev_12m",
)  # fmt: skip
#: columns that put accounts in groups; any two of them may stand in one table
_GROUPS = (
    "customer_type", "region", "province", "city", "hospital_level", "ownership", "stratum", "tier", "tier_national",
    "type", "segment", "cooperation_level", "potential_class", "cell", "stage",
)  # fmt: skip
_MOST_GROUPS = 2
#: columns that a result gives, and its short name
_FROM = {
    "tier": "customers_tiers", "share": "customers_tiers", "cumulative_share": "customers_tiers",
    "tier_national": "customers_tiers_national", "type": "customers_types", "since": "customers_types",
    "typical_gap": "customers_types", "segment": "customers_segments",
    "cooperation_score": "customers_cooperation", "cooperation_level": "customers_cooperation",
    "potential_class": "customers_grid", "cell": "customers_grid", "stage": "customers_stages",
}  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Selection(Result):
    """Accounts that meet a condition, largest value of the last twelve months first.

    Attributes
    ----------
    table : DataFrame
        ``customer_id`` and the columns asked for, one row per account. A physician has no name here.
    home, region, brand, language : str
        The run they come from; ``brand`` empty for all.
    selected, of : int
        Accounts selected, and accounts of the region.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "value_12m": "money", "value_prev_12m": "money", "net_value": "money", "share": "percent1",
        "cumulative_share": "percent", "channel_direct": "percent", "channel_distributor": "percent",
        "channel_e-com": "percent", "channel_tender": "percent", "days_since_last": "days", "median_gap": "days",
        "typical_gap": "days", "cooperation_score": "score",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=(), customers=("customer_id",), row_level="customer")

    home: str
    region: str
    brand: str = ""
    language: str
    selected: int
    of: int

    def export(self, path: str | Path, *, audience: str = "internal", overwrite: bool = False) -> Path:
        """Write the table as CSV or XLSX, by the same rules as a page; see `exporting.export`."""
        from . import exporting

        return exporting.export(self, path, audience=audience, overwrite=overwrite)


@dataclass(frozen=True, eq=False, kw_only=True)
class Groups(Selection):
    """How many of the selected accounts stand in each group, and their value.

    Attributes
    ----------
    table : DataFrame
        The group columns; ``n`` accounts, ``value_12m`` their sum, ``share`` of the selection's, ``flag``.
    """

    #: each edge of a cross table can be had as a table of its own, so each is a known total; then the whole,
    #: which the constant flag marks (last, as the covers of the edges most often cover it as well)
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",), hides=("value_12m", "share"), keys=("segment",), margins=(*reversed(_GROUPS), "flag")
    )


def select(run: Run, query: str = "", *, columns: Sequence[str] | None = None, by: Iterable[str] = ()) -> Selection:
    """Accounts of a run's region that meet a condition.

    Parameters
    ----------
    run : Run
    query : str
        See `conditions`; empty: all accounts.
    columns : sequence of str, optional
        Columns of ``run.accounts`` to show. None: who the account is, its tier, type and segment, its
        value, and whatever the condition uses.
    by : iterable of str
        Up to two columns that put accounts in groups: counts and sums in place of accounts.

    Returns
    -------
    Selection
        `Groups` with ``by``.

    Raises
    ------
    SettingError
        A condition that cannot be read, an unknown column, a column that makes no groups.
    DataError
        A column whose result is missing in this region, with the reason.

    Notes
    -----
    Two selections that differ by a few accounts say something of those few. No single table can rule that
    out: whoever hands several to others compares them first.
    """
    frame = _frame(run)
    by = (by,) if isinstance(by, str) else tuple(by)
    columns = (columns,) if isinstance(columns, str) else columns
    try:
        found = conditions.evaluate(query, frame) if query.strip() else None
        keys = [_group(naming.column(name, frame.columns), name) for name in by]
        listed = _listed(frame, columns, list(found.columns) if found else [])
    except SettingError as error:
        _why_missing(run, error)
        raise
    chosen = frame if found is None else frame[found.mask]
    made: dict[str, Any] = {
        "notes": found.notes if found else (),
        "home": str(run.home), "region": run.region, "brand": run.brand or "", "language": run.language,
        "selected": len(chosen), "of": len(frame),
    }  # fmt: skip
    told = {
        "query": query.strip(),
        "used": list(found.columns) if found else [],
        "tables": ["transactions", "customers"],
    }
    if by:
        if columns is not None:
            raise SettingError("select_both")
        if len(set(keys)) > _MOST_GROUPS:
            raise SettingError("select_groups", most=_MOST_GROUPS, got=keys)
        table = _grouped(chosen, list(dict.fromkeys(keys)))
        finding = _counted(len(chosen), len(table))
        return Groups(table=table, finding=finding, settings=told | {"by": keys}, **made)
    table = chosen.sort_values(["value_12m", "customer_id"], ascending=[False, True], kind="stable")[listed]
    finding = _said(chosen, frame)
    return Selection(table=table.reset_index(drop=True), finding=finding, settings=told | {"columns": listed}, **made)


def _why_missing(run: Run, error: SettingError) -> None:
    """A column that is unknown because its result is missing: the result's own error says why."""
    if error.code not in ("select_column", "select_name"):
        return
    try:
        name = naming.column(error.values["got"], _FROM)
    except SettingError:
        return
    if _FROM[name] not in run.results:
        _ = run.results[_FROM[name]]


def _frame(run: Run) -> pd.DataFrame:
    """The accounts, ids as a column, physicians without their names."""
    frame = run.accounts.reset_index()
    if "name" in frame.columns and "customer_type" in frame.columns:
        # blank before any condition is looked at, so that no condition can ask for a name
        frame["name"] = frame["name"].mask(frame["customer_type"] == "physician")
    return frame


def _listed(frame: pd.DataFrame, columns: Sequence[str] | None, used: list[str]) -> list[str]:
    wanted = _USUAL if columns is None else [naming.column(name, frame.columns) for name in columns]
    names = ["customer_id", *wanted, *(used if columns is None else ())]
    return [name for name in dict.fromkeys(names) if name in frame.columns]


def _group(name: str, written: str) -> str:
    if name not in _GROUPS:
        raise SettingError("select_no_group", got=written, allowed=_GROUPS)
    return name


def _grouped(chosen: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    groups = chosen.groupby(keys, dropna=False, sort=True, observed=True)["value_12m"]
    table = groups.agg(n="size", value_12m="sum").reset_index()
    total = table["value_12m"].sum()
    table["share"] = table["value_12m"] / total if total > 0 else float("nan")
    return table.assign(flag="ok").astype({"flag": "str"})


def _said(chosen: pd.DataFrame, frame: pd.DataFrame) -> Note:
    if chosen.empty:
        return Note("select_none", {"of": len(frame)})
    total = float(frame["value_12m"].sum())
    share = float(chosen["value_12m"].sum()) / total if total > 0 else None
    return Note("select_accounts", {"n": len(chosen), "of": len(frame), "share": share})


def _counted(n: int, groups: int) -> Note:
    """No total of all accounts here: what is left out of it could be a small cell."""
    least = MIN_CELL["internal"]
    if n == 0:
        return Note("select_none_grouped", {})
    if n < least:
        return Note("select_few", {"k": least})
    return Note("select_counts", {"n": n, "groups": groups})
