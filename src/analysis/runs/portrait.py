"""What the portrait of the customers needs of a job: periods, the analyst's own choices, one row per account.

The methods take tables and know nothing of runs; the joins between them stand here, so that a notebook only calls.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..core.result import Result
from ..data.cooperation import own_share
from ..data.potential import strategic
from ..methods import cooperation, profit, tiers, types
from .job import Job

__all__ = [
    "attributes", "clusterable", "contacts", "criteria", "known", "pillars", "scheme", "shares_around", "target_rows",
    "two_levels",
]  # fmt: skip

#: different customers below which nothing is said of segments
_LEAST_UNLIKE = 60


def pillars(scored: cooperation.Cooperation) -> int:
    """Number of pillars that give points to any account: with one there is nothing to compare."""
    points = scored.customers.filter(like="points_")
    return int((points.fillna(0.0) != 0).any().sum())


def scheme(job: Job, frozen: pd.DataFrame | None = None) -> cooperation.Scheme:
    """Component sets, weights and cut points of the cooperation score as the analyst decided them.

    Parameters
    ----------
    job : Job
    frozen : DataFrame, optional
        ``Cooperation.cuts`` of the reference pass; without it those decided, else the default.
    """
    chosen = job.decisions
    compared = None
    if chosen.pairwise is not None:
        names = list(chosen.pairwise.value.items)
        compared = pd.DataFrame(chosen.pairwise.value.matrix, index=names, columns=names)
    decided = chosen.cuts.value.get("cooperation") if chosen.cuts else None
    if frozen is not None and frozen[["lower", "upper"]].isna().all(axis=None):
        # nobody could be assessed anywhere: there is nothing to hold a region against
        frozen = None
    return cooperation.Scheme(
        sets=chosen.components.value if chosen.components else None,
        weights=chosen.weights.value if chosen.weights else None,
        pairwise=compared,
        cuts=decided if frozen is None else frozen,
    )


def known(column: pd.Series) -> pd.Series | None:
    """The column, or None where nothing in it is known: the data set holds no such table."""
    return column if column.notna().any() else None


def two_levels(before: cooperation.Cooperation, now: cooperation.Cooperation) -> pd.DataFrame:
    """Cooperation level of each account a year ago and now, oldest first."""
    return pd.DataFrame({"before": before.customers["level"], "now": now.customers["level"]})


def shares_around(job: Job, day: pd.Timestamp) -> dict[str, Any]:
    """Own share of the category around a day, for `cooperation.validity`.

    Returns
    -------
    dict
        ``share_before`` (the two quarters up to the day), ``share_after`` (the two after it) and ``controls`` (the two
        quarters before those: the score holds twelve months of share); empty where no market is known.
    """
    if not job.has("market"):
        return {}
    edges = [day + pd.DateOffset(months=months) for months in (-12, -6, 0, 6)]
    edges = [edge + pd.offsets.MonthEnd(0) if day.is_month_end else edge for edge in edges]
    earlier, before, after = (
        own_share(job.tables_dir, start=start + pd.Timedelta(days=1), end=end, brand=job.brand)
        for start, end in itertools.pairwise(edges)
    )
    return {"share_before": before, "share_after": after, "controls": pd.DataFrame({"earlier": earlier})}


def clusterable(features: pd.DataFrame | None) -> bool:
    """Whether there are customers enough, and unlike enough, to look for segments."""
    return features is not None and len(features.drop_duplicates()) >= _LEAST_UNLIKE


def criteria(job: Job, profile: pd.DataFrame, abc: tiers.Tiers) -> dict[str, Any]:
    """Class of each account by volume, by profit and by strategic points, as far as the data hold them.

    Strategic points are those that the data set declares: A from two thirds of the most points given, B from one
    third, else C.
    """
    found: dict[str, Any] = {"volume": abc}
    if job.has("products"):
        members = job.table("customers").set_index("customer_id")
        statement = profit.statement(
            job.orders(),
            as_of=job.as_of,
            products=job.table("products"),
            costs=job.table("costs") if job.has("costs") else None,
            contacts=job.table("interactions") if job.has("interactions") else None,
            parents=members["parent_id"] if "parent_id" in members.columns else None,
        )
        if (statement.customers["flag"] == "ok").any():
            found["profit"] = profit.abc(statement).customers["tier_profit"]
    points = strategic(job.tables_dir)
    if points is not None:
        share = (points / points.max()).reindex(profile.index).dropna()
        letters = pd.cut(share, [-1, 1 / 3, 2 / 3, 2], right=False, labels=["C", "B", "A"]).astype("str")
        found |= {"strategic": letters} if len(letters) else {}
    return found


def attributes(profile: pd.DataFrame, abc: tiers.Tiers, kinds: types.Types) -> pd.DataFrame:
    """What accounts may be told apart by besides their purchases: kind, official grade, value tier, customer type."""
    out = profile[["customer_type", "hospital_level"]].assign(tier=abc.customers["tier"], type=kinds.customers["type"])
    return out.loc[:, out.notna().any()]


def contacts(job: Job) -> pd.DataFrame:
    """Contacts with physicians up to the as-of date; an empty table where there are none."""
    if not job.has("interactions"):
        return pd.DataFrame({"customer_id": pd.Series(dtype="str"), "date": pd.Series(dtype="datetime64[us]")})
    return job.table("interactions")


def target_rows(
    profile: pd.DataFrame, parts: Mapping[str, Result | pd.DataFrame | None], *, declining: float = -0.2
) -> pd.DataFrame:
    """One row per account with what target selection may ask about.

    Parameters
    ----------
    profile : DataFrame
        From `customers.profile`.
    parts : mapping
        Any of ``tiers`` (tier), ``grid`` (potential_class, level, p_cell), ``rising`` (accounts that rise),
        ``effort`` (contacts), ``reach`` (opted_out), ``makers`` (covered), ``components`` (listing); None: not known.
    declining : float, default -0.2
        Change of net value against the year before from which an account counts as declining.

    Returns
    -------
    DataFrame
        Columns as `targeting.select` names them; what is not known is not there.
    """
    out = pd.DataFrame(index=profile.index)
    frames = {name: _frame(name, part) for name, part in parts.items() if part is not None}
    if profile["value_prev_12m"].notna().any():
        before = profile["value_prev_12m"].clip(lower=0)
        out["declining"] = (profile["value_12m"] < (1 + declining) * before) & (before > 0)
    wanted = {
        "tiers": {"tier": "tier"}, "grid": {"potential_class": "potential_class", "level": "cooperation_level",
        "p_cell": "p_cell"}, "effort": {"contacts": "contacts"}, "reach": {"opted_out": "opted_out"},
        "makers": {"covered": "maker_covered"},
    }  # fmt: skip
    for name, columns in wanted.items():
        for source, target in columns.items():
            if name in frames and source in frames[name].columns:
                out[target] = frames[name][source].reindex(out.index)
    if "rising" in frames:
        out["rising"] = frames["rising"]["outcome"].reindex(out.index) == "rising"
    if "components" in frames and frames["components"]["listing"].notna().any():
        # only hospitals have listings; where nothing is known nothing is held back
        out["listed"] = frames["components"]["listing"].reindex(out.index) != 0
    return out


def _frame(name: str, part: Result | pd.DataFrame) -> pd.DataFrame:
    """The rows by account of a result, or the table as it is."""
    if isinstance(part, pd.DataFrame):
        return part
    rows: pd.DataFrame = getattr(part, "tested" if name == "rising" else "customers")
    return rows
