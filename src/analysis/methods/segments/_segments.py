"""The segment model: what `fit` learns, what is saved, and what `place` uses."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import pandas as pd

from ...core.errors import DataError
from ...core.policy import MIN_CELL
from ...core.result import Disclosure, Note, Result
from . import _recipe

__all__ = ["VERSION", "Segments", "outside"]

#: form of the model file; a file of another form is refused, because it would place customers differently
VERSION = 2


def outside(count: int, of: int) -> tuple[Note, ...]:
    """How many customers fit no segment; that there are some, where they are too few for any page to count them."""
    if count == 0:
        return ()
    if count < MIN_CELL["shared"]:
        return (Note("segments_fit_few", {"fewer": MIN_CELL["shared"]}),)
    return (Note("segments_fit_none", {"n": count, "share": count / of}),)


@dataclass(frozen=True, eq=False, kw_only=True)
class Segments(Result):
    """Segments and the model that assigns further customers to them.

    Attributes
    ----------
    table : DataFrame
        segment, n, value (share of customers), lo, hi, method, flag, distance (median to the own centre).
    centres, spreads : DataFrame
        Mean and standard deviation of each segment, in prepared units; index segment. k-prototypes: of the
        numbers; k-medoids: values of the medoids, no spreads; latent classes: no columns.
    weights : tuple of float
        Share of customers, or mixing weight (mixture, latent classes), of each segment.
    recipe : dict
        How raw features are prepared; `assign` applies it.
    family : {"kmeans", "gmm", "kprototypes", "kmedoids_gower", "lca"}
    limit : float
        Distance beyond which a customer fits no segment: 99.5 % of the fitted customers lie nearer.
    customers : DataFrame
        Index customer_id in the order of the input; segment (0 without any value or beyond the limit),
        distance, and posterior where the model has probabilities (mixture, latent classes).
    modes : DataFrame or None
        Most frequent level (k-prototypes) or level of the medoid of each category; index segment.
    medoids : DataFrame or None
        customer_id of the customer in the middle of each segment; index segment.
    probabilities : DataFrame or None
        Latent classes: item, answer, segment, value (probability of the answer in the segment).
    scales : dict
        k-prototypes: gamma; k-medoids: range of each number.
    log_likelihood, bic, entropy : float or None
        Latent classes; entropy is 1 where every respondent belongs to one class for sure, 0 where to none.
    version : int
        Form of the model file.
    """

    centres: pd.DataFrame
    spreads: pd.DataFrame
    weights: tuple[float, ...]
    recipe: dict[str, Any] = field(default_factory=dict)
    family: str
    limit: float
    customers: pd.DataFrame
    modes: pd.DataFrame | None = None
    medoids: pd.DataFrame | None = None
    probabilities: pd.DataFrame | None = None
    scales: dict[str, float] = field(default_factory=dict)
    log_likelihood: float | None = None
    bic: float | None = None
    entropy: float | None = None
    version: int = VERSION
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "distance": "number2"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "distance"), within=())

    @classmethod
    def load(cls, folder: str | Path, name: str) -> Self:
        """Read back what `save` wrote, equal to it; a file of another version or with parts missing is refused."""
        record = json.loads((Path(folder) / f"{name}.json").read_text(encoding="utf-8"))
        stored = {**record.get("fields", {}), **record.get("frames", {})}
        # the first form had no number
        version = stored.get("version", 1)
        if version != VERSION:
            raise DataError("segments_model_version", got=str(version), known=VERSION)
        missing = sorted({item.name for item in dataclasses.fields(cls)} - set(stored))
        if missing:
            raise DataError("segments_model_keys", missing=missing)
        model = super().load(folder, name)
        _recipe.check(model.recipe)
        return model
