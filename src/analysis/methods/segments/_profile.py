"""What the customers of each segment have in common: `profile`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ._fit import LOW_N
from ._recipe import numeric
from ._segments import outside

__all__ = ["Profile", "profile"]

#: from here on a feature may name a segment, in spreads of all customers
_TELLING = 0.5


@dataclass(frozen=True, eq=False, kw_only=True)
class Profile(Result):
    """Segments described by their features; described only, nothing is tested.

    Attributes
    ----------
    table : DataFrame
        One row per segment and feature: segment, feature, n, share, median, median_all, index (100 · median ÷
        median of all; missing where that is not positive or values are negative), std_difference ((median −
        median of all) ÷ spread of all), role (clustered, not_clustered), flag. Customers who fit no
        segment are in no row, unless none fits any.
    names : DataFrame
        One row per segment: segment, name (as given, else empty), high, low: the features that set it apart
        most upwards and downwards (empty where none by half a spread).
    customers : DataFrame
        Index customer_id, segment.
    """

    names: pd.DataFrame
    customers: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        "share": "percent", "median": "number", "median_all": "number", "index": "score", "std_difference": "+number2",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",),
        hides=("share", "median", "index", "std_difference"),
        keys=("segment",),
        within=("feature",),
    )


def profile(
    assigned: pd.Series,
    features: pd.DataFrame,
    *,
    names: Mapping[int, str] | None = None,
    clustered: Iterable[str] | None = None,
) -> Profile:
    """Describe segments by the medians of their features; `describe` compares them by any attribute.

    Parameters
    ----------
    assigned : Series
        Segment of each customer, from `assign` or ``Segments.customers["segment"]``.
    features : DataFrame
        Raw features of the same customers, and any further numeric columns worth showing.
    names : dict, optional
        Names that the analyst gave: {segment: name}.
    clustered : iterable of str, optional
        Features that made the segments; all of them where not told.

    Returns
    -------
    Profile

    Raises
    ------
    DataError
        Customers without features, or features that are no numbers.
    """
    checks.not_empty(assigned, name="assigned")
    checks.unique_index(assigned, name="assigned")
    frame = numeric(features)
    absent = ~assigned.index.isin(frame.index)
    if absent.any():
        raise DataError("segments_without_features", count=int(absent.sum()), all=len(assigned))
    used = frame[frame.index.isin(assigned.index)]
    segment = assigned.reindex(used.index).astype("int64")
    made = set(frame.columns) if clustered is None else set(clustered)
    table = _table(used, segment, made)
    given = {int(number): str(name) for number, name in (names or {}).items()}
    named = _names(table, given)
    notes = [Note("segments_described_only", {})]
    if len(used) < len(frame):
        notes.append(Note("segments_not_assigned", {"count": len(frame) - len(used)}))
    return Profile(
        table=table,
        settings={"n": len(segment), "names": {str(number): name for number, name in given.items()}},
        notes=(*notes, *outside(int((segment == 0).sum()), len(segment))),
        finding=_finding(table),
        names=named,
        customers=assigned.astype("int64").rename("segment").to_frame().rename_axis("customer_id"),
    )


def _table(used: pd.DataFrame, segment: pd.Series, made: set[str]) -> pd.DataFrame:
    role = ["clustered" if name in made else "not_clustered" for name in used.columns]
    total, spread = used.median(), _spread(used)
    rows = []
    # who fits no segment is no group of its own: a handful would only hide a segment beside it
    for number in sorted(set(segment.tolist()) - {0}) or [0]:
        group = used[(segment == number).to_numpy()]
        median = group.median()
        # an index needs a base above zero and a feature that is never negative
        index = (100 * median / total).where((total > 0) & (used.min() >= 0))
        rows.append(pd.DataFrame({
            "segment": number, "feature": used.columns.astype("str"), "n": len(group), "share": len(group) / len(used),
            "median": median.to_numpy(), "median_all": total.to_numpy(), "index": index.to_numpy(),
            "std_difference": ((median - total) / spread).to_numpy(), "role": role,
            "flag": "low_n" if len(group) < LOW_N else "ok",
        }))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def _spread(used: pd.DataFrame) -> pd.Series:
    """Interquartile range as a standard deviation; the standard deviation where half the values are equal."""
    robust = (used.quantile(0.75) - used.quantile(0.25)) / 1.349
    plain = used.std()
    return robust.where(robust > 0, plain.where(plain > 0))


def _names(table: pd.DataFrame, given: Mapping[int, str]) -> pd.DataFrame:
    rows = []
    for number in sorted(set(table["segment"].tolist())):
        part = table[table["segment"] == number]
        by, features = part["std_difference"].fillna(0.0).to_numpy(), part["feature"].tolist()
        top, bottom = int(by.argmax()), int(by.argmin())
        rows.append({
            "segment": number,
            "name": given.get(number, ""),
            "high": features[top] if by[top] >= _TELLING else "",
            "low": features[bottom] if by[bottom] <= -_TELLING else "",
        })  # fmt: skip
    return pd.DataFrame(rows).astype({"name": "str", "high": "str", "low": "str"})


def _finding(table: pd.DataFrame) -> Note:
    real = table[(table["segment"] > 0) & table["index"].notna()]
    segments = int((table.groupby("segment")["n"].first().index > 0).sum())
    if real.empty or not np.isfinite(real["std_difference"]).any():
        return Note("segments_profile_plain", {"segments": segments})
    # a small segment differs most by chance: it speaks only where all are small
    big = real[(real["flag"] == "ok") & real["std_difference"].notna()]
    real = big if len(big) else real
    row = real.iloc[int(real["std_difference"].abs().to_numpy().argmax())]
    values = {"segment": int(row["segment"]), "feature": row["feature"], "n": int(row["n"])}
    return Note("segments_profile", {**values, "ratio": float(row["index"] / 100)})
