"""Real customers who stand for a segment: `medoids`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ._fit import Segments

__all__ = ["Medoids", "medoids"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Medoids(Result):
    """The customers nearest to the centre of each segment.

    Attributes
    ----------
    table : DataFrame
        One row per segment and customer: segment, rank (1: nearest), customer_id, distance (to the centre, in prepared
        units), nearer (share of the segment's customers who lie further out).
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"distance": "number2", "nearer": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=(), hides=("distance", "nearer"), customers=("customer_id",), row_level="customer"
    )


def medoids(model: Segments, *, count: int = 3, among: Collection[Any] | None = None) -> Medoids:
    """Name a few real customers who are typical of each segment.

    Parameters
    ----------
    model : Segments
    count : int, default 3
        Customers per segment; fewer where a segment has fewer.
    among : collection of customer ids, optional
        Only these, such as those of a region; all customers of the fit without it.

    Returns
    -------
    Medoids
        Customers at equal distance in the order of their ids.

    Raises
    ------
    DataError
        None of ``among`` was part of the fit.
    """
    checks.whole(count, name="count", low=1, high=20)
    frame = model.customers[model.customers["segment"] > 0]
    if among is not None:
        frame = frame[frame.index.isin(list(among))]
    if frame.empty:
        raise DataError("empty", name="among")
    # sums of squares differ in the last digits from machine to machine
    frame = frame.assign(rounded=frame["distance"].round(9), key=frame.index.astype(str))
    frame = frame.sort_values(["segment", "rounded", "key"])
    place = frame.groupby("segment").cumcount()
    size = frame.groupby("segment")["distance"].transform("size")
    table = pd.DataFrame({
        "segment": frame["segment"].to_numpy(), "rank": place.to_numpy() + 1, "customer_id": frame["key"].to_numpy(),
        "distance": frame["distance"].to_numpy(), "nearer": 1 - (place.to_numpy() + 1) / size.to_numpy(),
    })  # fmt: skip
    table = table[table["rank"] <= count].astype({"customer_id": "str"}).reset_index(drop=True)
    absent = sorted(set(model.table["segment"].astype(int)) - set(table["segment"]))
    notes = (Note("medoids_none", {"count": len(absent), "segment": absent[0]}),) if absent else ()
    widest = table.loc[table["rank"] == 1, "distance"].to_numpy()
    return Medoids(
        table=table,
        settings={"count": count, "n": len(frame)},
        notes=notes,
        finding=Note("segments_medoids", {"count": count, "segments": len(widest), "distance": float(np.max(widest))}),
    )
