"""Another number of segments, by the frozen recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...methods import segments
from ...stats import intervals
from . import _few

__all__ = ["SegmentsIf", "again"]

LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class SegmentsIf(Result):
    """Present segments against those of another number.

    Attributes
    ----------
    table : DataFrame
        One row per pair that occurs among accounts that have a segment both times: segment_before, segment, n,
        value (share of them in the present segment), lo, hi, method, flag.
    customers : DataFrame
        Index customer_id: segment_before, segment (0: fits none), moved (not in the new segment that its present one
        matches best).
    matched : dict
        New segment of each present one, both as text; a present segment without a counterpart is not in it.
    agreement : float
        Adjusted Rand index over accounts that have a segment both times; 1 is the same partition, 0 chance.

    References
    ----------
    Hubert and Arabie (1985), Journal of Classification 2, 193–218 (adjusted Rand index).
    """

    customers: pd.DataFrame
    matched: dict[str, int]
    agreement: float
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "segment_before": "count", "segment": "count", "value": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(keys=("segment_before", "segment"), within=("segment_before",))

    @property
    def movers(self) -> pd.DataFrame:
        """Accounts that leave the counterpart of their present segment."""
        return self.customers.loc[self.customers["moved"], ["segment_before", "segment"]]


def again(
    recipe: segments.Prepared,
    model: segments.Segments,
    *,
    k: int,
    order_by: pd.Series,
    index: pd.Index | None = None,
    notes: tuple[Note, ...] = (),
) -> SegmentsIf:
    """Learn ``k`` segments on the prepared accounts of all regions and compare.

    Parameters
    ----------
    recipe : segments.Prepared
        Frozen, with every account of all regions.
    model : segments.Segments
        The present segments, fitted on the same accounts.
    k : int
    order_by : Series
        Segment 1 has the highest mean of it.
    index : Index, optional
        Accounts compared; all otherwise.
    notes : tuple of Note
    """
    checks.whole(k, name="k", low=2, high=50)
    seed = int(model.settings.get("seed", 0))
    other = segments.fit(recipe, k=int(k), method=model.family, order_by=order_by, seed=seed)
    both = pd.DataFrame({"segment_before": _inside(model), "segment": _inside(other)})
    both = both if index is None else both.reindex(index)
    both = both.fillna(0).astype("int64").sort_index().rename_axis("customer_id")
    known = both[(both > 0).all(axis=1)]
    matched = _matched(known)
    both["moved"] = both["segment"] != both["segment_before"].map(matched).fillna(0).astype("int64")
    agreement = float(adjusted_rand_score(known["segment_before"], known["segment"])) if len(known) else float("nan")
    out = len(both) - len(known)
    left_out = (_few.counted("what_if_fits_none", out),) if out else ()
    moved, present = int(both.loc[known.index, "moved"].sum()), len(model.centres)
    return SegmentsIf(
        table=_table(known),
        settings={"k": int(k), "k_before": present, "method": model.family, "seed": seed, "n": len(known)},
        notes=(*other.notes, Note("what_if_segments_matched"), *left_out, *notes),
        finding=Note("what_if_segments", {
            "k": str(k), "before": str(present), "agreement": agreement, "moved": moved, "of": len(known),
        }),
        customers=both,
        matched={str(old): int(new) for old, new in matched.items()},
        agreement=agreement,
    )  # fmt: skip


def _inside(model: segments.Segments) -> pd.Series:
    """Segment of each account as `segments.assign` gives it: 0 beyond the model's limit."""
    near = model.customers["distance"] <= model.limit * (1 + 1e-9)
    return model.customers["segment"].where(near, 0)


def _matched(known: pd.DataFrame) -> dict[int, int]:
    """Pairs of present and new segments that keep the most accounts together."""
    counts = pd.crosstab(known["segment_before"], known["segment"])
    rows, columns = linear_sum_assignment(-counts.to_numpy())
    return {int(counts.index[r]): int(counts.columns[c]) for r, c in zip(rows, columns, strict=True)}


def _table(both: pd.DataFrame) -> pd.DataFrame:
    counted = both.groupby(["segment_before", "segment"]).size().rename("n").reset_index()
    whole = counted.groupby("segment_before")["n"].transform("sum").to_numpy()
    lo, hi = intervals.wilson(counted["n"].to_numpy(), whole)
    return counted.assign(
        value=counted["n"] / whole, lo=lo, hi=hi, method="wilson", flag=np.where(whole < LOW_N, "low_n", "ok")
    )
