"""The same segment keeps its number: a new model matched to the one before."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ._fit import Segments, assign

__all__ = ["Alignment", "align", "renumber"]

#: overlap above which a segment counts as the same, and up to which as another one (reading of Jaccard
#: similarities in R's clusterboot: 0.75 recovered, 0.5 dissolved)
_SAME, _ANOTHER = 0.75, 0.5


@dataclass(frozen=True, eq=False, kw_only=True)
class Alignment(Result):
    """Which segment of the previous model each segment of the new one is.

    Attributes
    ----------
    table : DataFrame
        One row per segment of either model: segment (number from now on; missing where a previous segment is gone),
        found_as (number in the new model before), previous_segment (missing where new), state (same_segment,
        shifted_segment, new_segment, gone_segment), n and n_previous (customers both models place), shared (in both),
        value (overlap: shared ÷ in either), lo, hi, method, flag, distance (of the centres, without shared customers
        only).
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "segment": "count", "found_as": "count", "previous_segment": "count", "n": "count", "n_previous": "count",
        "shared": "count", "value": "percent", "distance": "number2",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_previous", "shared"), keys=("segment", "found_as", "previous_segment")
    )


def align(model: Segments, previous: Segments, features: pd.DataFrame | None = None) -> Alignment:
    """Match the segments of a new model to those of the previous one.

    Parameters
    ----------
    model, previous : Segments
    features : DataFrame, optional
        Raw features of customers whom both models then place. Without them the customers that both models
        were learned from count; without such customers, the distance of the centres over the features that
        both models use, each in its own prepared units.

    Returns
    -------
    Alignment
        The pairing with the largest total overlap (smallest total distance). A pair that shares half of its
        customers or fewer is not the same segment: one row is gone, the other new, with a number that the
        previous model does not use. Give it to `renumber`.

    Raises
    ------
    DataError
        ``segments_not_comparable``: no shared customers and no shared features.

    References
    ----------
    Kuhn (1955), Naval Research Logistics Quarterly 2, 83–97 (the assignment); Hennig (2007), Computational
    Statistics & Data Analysis 52, 258–271 (reading of the overlap).
    """
    new, old = _numbers(model), _numbers(previous)
    now, before = _placed(model, previous, features)
    table = _by_customers(now, before, new, old) if len(now) else _by_centres(model, previous, new, old)
    fresh = max(old) + 1 + np.cumsum(table["state"] == "new_segment") - 1
    table.insert(
        0, "segment", table["previous_segment"].where(table["state"].isin(["same_segment", "shifted_segment"]))
    )
    table["segment"] = table["segment"].mask(table["state"] == "new_segment", fresh).astype(float)
    table = table.sort_values(["segment", "previous_segment"], na_position="last", ignore_index=True)
    kept = int(table["state"].isin(["same_segment", "shifted_segment"]).sum())
    values = {"kept": kept, "segments": len(new), "new": len(new) - kept, "gone": len(old) - kept}
    notes = () if len(now) else (Note("segments_aligned_by_centres", {}),)
    return Alignment(
        table=table,
        settings={"n": len(now), "same": _SAME, "another": _ANOTHER, "by": "customers" if len(now) else "centres"},
        notes=notes,
        finding=Note("segments_aligned", values),
    )


def renumber(model: Segments, alignment: Alignment) -> Segments:
    """The new model with the numbers of an `align` result; customers, centres and all else as they were.

    Parameters
    ----------
    model : Segments
    alignment : Alignment
        Of this model.

    Returns
    -------
    Segments
        Numbers need not run from 1 without gaps: the number of a segment that is gone is not used again.

    Raises
    ------
    DataError
        ``segments_other_alignment``: made for a model with other segments.
    """
    found = alignment.table.dropna(subset=["found_as"])
    mapping = {int(old): int(new) for old, new in zip(found["found_as"], found["segment"], strict=True)}
    if sorted(mapping) != _numbers(model):
        raise DataError("segments_other_alignment", got=sorted(mapping), want=_numbers(model))
    order = sorted(mapping, key=mapping.__getitem__)
    at = [_numbers(model).index(number) for number in order]
    changes: dict[str, Any] = {}
    for item in dataclasses.fields(model):
        value = getattr(model, item.name)
        if isinstance(value, pd.DataFrame):
            changes[item.name] = _renumbered(value, mapping, at)
        elif item.name == "weights":
            changes[item.name] = tuple(value[i] for i in at)
    kept = int(alignment.table["state"].isin(["same_segment", "shifted_segment"]).sum())
    notes = (*model.notes, Note("segments_renumbered", {"kept": kept, "segments": len(mapping)}))
    # the sentence of a fit speaks of segment 1 as the first
    changes["finding"] = model.finding if mapping.get(1) == 1 else alignment.finding
    return dataclasses.replace(model, notes=notes, **changes)


def _numbers(model: Segments) -> list[int]:
    return [int(number) for number in model.table["segment"]]


def _renumbered(frame: pd.DataFrame, mapping: Mapping[int, int], at: list[int]) -> pd.DataFrame:
    """A frame whose rows are segments, block by block, in the new order; customers as they stand, renumbered."""
    named = frame.index.name == "segment"
    if not named and "segment" not in frame:
        return frame
    numbers = frame.index.to_series() if named else frame["segment"]
    renamed = numbers.map({**mapping, 0: 0}).astype("int64").to_numpy()
    if named:
        return frame.set_axis(pd.Index(renamed, name="segment")).iloc[at]
    out = frame.assign(segment=renamed)
    if frame.index.name == "customer_id":
        return out
    blocks = np.arange(len(out)).reshape(-1, len(at))[:, at]
    return out.iloc[blocks.ravel()].reset_index(drop=True)


def _placed(model: Segments, previous: Segments, features: pd.DataFrame | None) -> tuple[pd.Series, pd.Series]:
    """Segments of the customers whom both models place, from the features or from what they were learned from."""
    if features is not None:
        checks.not_empty(features, name="features")
        # a model knows its own columns only
        now, before = (assign(m, features[_columns(m, features)]) for m in (model, previous))
    else:
        now, before = (m.customers["segment"] for m in (model, previous))
    both = now.index.intersection(before.index).sort_values()
    now, before = now.reindex(both), before.reindex(both)
    placed = (now > 0) & (before > 0)
    return now[placed], before[placed]


def _columns(model: Segments, features: pd.DataFrame) -> list[str]:
    known = {item["name"] for item in model.recipe["features"]}
    return [column for column in features.columns if column in known]


def _by_customers(now: pd.Series, before: pd.Series, new: list[int], old: list[int]) -> pd.DataFrame:
    counts = pd.crosstab(now.to_numpy(), before.to_numpy()).reindex(index=new, columns=old, fill_value=0).to_numpy()
    size, size_before = counts.sum(axis=1), counts.sum(axis=0)
    union = size[:, None] + size_before - counts
    overlap = np.divide(counts, union, out=np.zeros(counts.shape), where=union > 0)
    pairs = [(i, j) for i, j in zip(*linear_sum_assignment(-counts), strict=True) if overlap[i, j] > _ANOTHER]
    rows = []
    for i, j in _with_single(pairs, len(new), len(old)):
        shared = counts[i, j] if i is not None and j is not None else np.nan
        both = union[i, j] if i is not None and j is not None else np.nan
        lo, hi = intervals.wilson(shared, both) if both > 0 else (np.nan, np.nan)
        rows.append({
            "found_as": np.nan if i is None else new[i], "previous_segment": np.nan if j is None else old[j],
            "state": _state(i, j, shared / both), "n": np.nan if i is None else size[i],
            "n_previous": np.nan if j is None else size_before[j], "shared": shared, "value": shared / both,
            "lo": lo, "hi": hi, "method": "wilson", "flag": "ok", "distance": np.nan,
        })  # fmt: skip
    return _typed(rows)


def _by_centres(model: Segments, previous: Segments, new: list[int], old: list[int]) -> pd.DataFrame:
    common = [c for c in model.centres.columns if c in previous.centres.columns]
    if not common:
        raise DataError(
            "segments_not_comparable",
            new=list(model.centres.columns)[:10],
            previous=list(previous.centres.columns)[:10],
        )
    gap = model.centres[common].to_numpy()[:, None, :] - previous.centres[common].to_numpy()
    distance = np.sqrt((gap**2).sum(axis=2))
    rows = []
    for i, j in _with_single(
        [tuple(p) for p in zip(*linear_sum_assignment(distance), strict=True)], len(new), len(old)
    ):
        paired = i is not None and j is not None
        nearest = paired and distance[i].argmin() == j and distance[:, j].argmin() == i
        rows.append({
            "found_as": np.nan if i is None else new[i], "previous_segment": np.nan if j is None else old[j],
            "state": _state(i, j, 1.0 if nearest else _SAME), "n": np.nan, "n_previous": np.nan, "shared": np.nan,
            "value": np.nan, "lo": np.nan, "hi": np.nan, "method": "centres", "flag": "ok",
            "distance": float(distance[i, j]) if paired else np.nan,
        })  # fmt: skip
    return _typed(rows)


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    numeric = [c for c in table.columns if c not in ("state", "method", "flag")]
    return table.astype(dict.fromkeys(numeric, "float64"))


def _with_single(pairs: list[tuple[int, int]], rows: int, columns: int) -> list[tuple[int | None, int | None]]:
    """The pairs, then what has no partner on either side."""
    used_rows, used_columns = {i for i, _ in pairs}, {j for _, j in pairs}
    alone = [(i, None) for i in range(rows) if i not in used_rows]
    return [*pairs, *alone, *[(None, j) for j in range(columns) if j not in used_columns]]


def _state(i: int | None, j: int | None, overlap: float) -> str:
    if i is None or j is None:
        return "gone_segment" if i is None else "new_segment"
    return "same_segment" if overlap > _SAME else "shifted_segment"
