"""What respondents say holds them back, beside what goes with less use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...core.result import Disclosure, Note, Result
from ._priority import FDR
from ._result import Barriers
from ._severity import Severity

__all__ = ["StatedDerived", "stated_derived"]


@dataclass(frozen=True, eq=False, kw_only=True)
class StatedDerived(Result):
    """Stated and derived importance of each barrier.

    Attributes
    ----------
    table : DataFrame
        barrier; value, lo, hi, n (share that names it), severity (mean among them; missing
        where it was not asked), effect, effect_lo, effect_hi, q (association); stated_rank
        (by share), derived_rank (by effect, the most negative first), importance_reading (stated_and_derived: named by
        more than the median and associated with less use; derived_only; stated_only; neither_importance);
        method, flag.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "barrier": "term", "value": "percent", "lo": "percent", "hi": "percent", "n": "count", "severity": "number2",
        "effect": "points", "effect_lo": "points", "effect_hi": "points", "q": "number2", "stated_rank": "count",
        "derived_rank": "count", "importance_reading": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",), hides=("value", "lo", "hi", "severity", "effect", "effect_lo", "effect_hi", "q"),
        keys=("stated_rank", "derived_rank"),
    )  # fmt: skip


def stated_derived(ranked: Barriers, *, severity: Severity | None = None) -> StatedDerived:
    """Put how often (and how severely) a barrier is named beside how far it goes with less use.

    The two answer different questions: asked directly, people name what comes to mind; the
    association looks at who uses less. The figure is the matrix of `rank`.

    Parameters
    ----------
    ranked : Barriers
        From `rank`.
    severity : Severity, optional
        From `severity`, where it was asked.

    Returns
    -------
    StatedDerived
    """
    out = ranked.table.copy()
    told = None if severity is None else severity.table.set_index("barrier")["value"]
    out["severity"] = np.nan if told is None else out["barrier"].map(told)
    out["stated_rank"] = out["value"].rank(ascending=False, method="min")
    out["derived_rank"] = out["effect"].rank(ascending=True, method="min")
    often, less = out["value"] > out["value"].median(), (out["q"] <= FDR) & (out["effect"] < 0)
    out["importance_reading"] = np.select(
        [often & less, less, often], ["stated_and_derived", "derived_only", "stated_only"], "neither_importance"
    )
    columns = [
        "barrier", "value", "lo", "hi", "n", "severity", "effect", "effect_lo", "effect_hi", "q", "stated_rank",
        "derived_rank", "importance_reading", "method", "flag",
    ]  # fmt: skip
    counts = {
        name: int((out["importance_reading"] == name).sum())
        for name in ("stated_and_derived", "derived_only", "stated_only")
    }
    finding = Note("stated_derived", counts) if out["effect"].notna().any() else Note("stated_only_known")
    notes = (Note("barriers_association"),) + ((Note("severity_not_asked"),) if told is None else ())
    return StatedDerived(table=out[columns], settings={"fdr": FDR, "level": 0.95}, notes=notes, finding=finding)
