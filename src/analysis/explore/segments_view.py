"""Several numbers of segments side by side, as the frozen reference would make them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ..core.errors import DataError
from ..core.result import Note
from ..data import customers, tables
from ..methods import segments

if TYPE_CHECKING:
    from .run import Run

__all__ = ["side_by_side"]

#: buying accounts from which the reference pass learns segments
_LEAST = 60
_CRITERIA = ["k", "excess", "jaccard_mean", "reason"]


def side_by_side(run: Run, k: Sequence[int] = range(2, 9)) -> segments.SideBySide:
    """The accounts of all regions in several numbers of segments.

    Segments are learned once, from all regions together, so all regions are shown, whichever the run looks
    at. For the number in use the segments are those of the frozen model.

    Parameters
    ----------
    run : Run
    k : sequence of int, default 2 to 8
        Each from 2 to 12.

    Returns
    -------
    SideBySide
        With the criteria of the reference pass (excess, jaccard_mean, reason) where it has them for this k;
        ``settings["k_used"]`` is the number of segments of the frozen model.

    Raises
    ------
    DataError
        ``explore_no_segments``: too few buying accounts, so the reference holds no segments.
    SettingError
    """
    if "segments_recipe" not in run.reference:
        raise DataError("explore_no_segments", need=_LEAST, got=len(_features(run)))
    prepared, features = run.reference["segments_recipe"], _features(run)
    choice = run.reference["segments_choice"]
    if not isinstance(prepared, segments.Prepared) or not isinstance(choice, segments.KChoice):
        raise DataError("explore_result_class", name="segments_recipe")
    found = segments.side_by_side(prepared, features, k=k, order_by=features["value_12m"], seed=choice.settings["seed"])
    criteria = choice.table[[c for c in _CRITERIA if c in choice.table]]
    used = run.reference["segments_model"].settings["k"] if "segments_model" in run.reference else None
    national = Note("segments_national", {"regions": len(run.regions), "region": run.region})
    return dataclasses.replace(
        found,
        table=found.table.merge(criteria, on="k", how="left"),
        settings=found.settings if used is None else {**found.settings, "k_used": used},
        notes=(national, *found.notes),
    )


def _features(run: Run) -> pd.DataFrame:
    """The features of all regions that the reference pass learned from; empty without order lines."""
    folder = run.home / "tables"
    if "transactions" not in tables.names(folder):
        return pd.DataFrame()
    return customers.segment_features(customers.profile(folder, as_of=run.as_of, brand=run.brand))
