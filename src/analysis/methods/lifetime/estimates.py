"""What a fit says of its parameters: table, notes, finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ...core.result import Note
from .optimise import Objective
from .profile import profile_bounds
from .regularity import K_MAX, Top
from .rows import Rows

__all__ = ["LEVEL", "LOW_N", "SMALL_N", "Estimates"]

#: level of the intervals of parameters
LEVEL = 0.95
#: below this many customers with a repeat purchase the estimates are for orientation only
LOW_N = 30
#: below this many customers the parameters of dropout are several times too large as often as not
SMALL_N = 1000


@dataclass(frozen=True, eq=False)
class Estimates:
    """A fitted family in the unit of the history.

    Attributes
    ----------
    top : Top
    scale : float
        The time that was 1 in the fit.
    customers, repeaters : float
    """

    top: Top
    scale: float
    customers: float
    repeaters: float

    @property
    def verdict(self) -> str:
        """Kind of optimum; without repeat purchases nothing is determined."""
        return self.top.optimum.verdict if self.repeaters > 0 else "flat_ridge"

    @property
    def values(self) -> dict[str, float]:
        """Each parameter in the unit of the history, and k."""
        family = self.top.family
        values = dict(zip(family.parameters, np.exp(self.top.optimum.theta).tolist(), strict=True))
        for name in family.times:
            values[name] *= self.scale
        return {**values, **family.fixed}

    @property
    def settings(self) -> dict[str, Any]:
        """What the settings of the fit state besides the usual."""
        return {}

    def table(self, rows: Rows, *, intervals: str, support: list[int]) -> pd.DataFrame:
        """One row per parameter; ``rows`` in scaled time, ``support`` the values of k in its interval."""
        best, names = self.top.optimum, self.top.family.parameters
        spread = np.where(best.undetermined, np.nan, np.sqrt(np.diag(best.covariance)))
        value = np.array([self.values[name] for name in names])
        bounds = stats.norm.ppf((1 + LEVEL) / 2) * np.stack([-spread, spread])
        if intervals == "profile":
            bounds = profile_bounds(Objective(self.top.family, rows), best, level=LEVEL)
        few = "low_n" if self.repeaters < LOW_N else "ok"
        table = pd.DataFrame(
            {
                "parameter": list(names),
                "value": value,
                "se": value * spread,
                "lo": value * np.exp(bounds[0]),
                "hi": value * np.exp(bounds[1]),
                "n": round(self.customers),
                "method": "maximum_likelihood" if intervals == "curvature" else "profile_likelihood",
                "flag": np.where(best.undetermined | np.isnan(bounds).any(axis=0), "not_identified", few),
            }
        )
        return pd.concat([table, self._regularity(support, few)], ignore_index=True) if support else table

    def notes(self) -> tuple[Note, ...]:
        """What a reader of the parameters has to know."""
        best, family = self.top.optimum, self.top.family
        notes = []
        if self.repeaters == 0:
            notes.append(Note("nobody_repeats"))
        elif best.note:
            notes.append(Note(f"fit_{best.note}"))
        if 0 < self.repeaters < LOW_N:
            notes.append(Note("few_repeaters", {"n": round(self.repeaters), "need": LOW_N}))
        if self.verdict == "interior" and self.customers < SMALL_N:
            pair = " ".join(family.parameters[2:4])
            notes.append(Note("fit_small_sample", {"n": round(self.customers), "need": SMALL_N, "pair": pair}))
        if np.isnan(self.top.height):
            notes.append(Note("fit_without_gaps", {"k": family.fixed["k"]}))
        elif family.fixed.get("k") == K_MAX:
            notes.append(Note("fit_k_limit", {"k": K_MAX}))
        if not best.converged:
            notes.append(Note("not_converged"))
        return tuple(notes)

    def finding(self) -> Note:
        """Purchase rate and dropout, or the edge where they lie."""
        family = self.top.family
        told = {"n": round(self.customers), "family": family.name}
        if self.verdict != "interior":
            return Note("lifetime_fit_edge", {**told, "verdict": self.verdict})
        found = family.describe(self.values)
        return Note(found.code, {**found.values, **told})

    def _regularity(self, support: list[int], few: str) -> pd.DataFrame:
        row = {"parameter": "k", "value": float(self.values["k"]), "se": np.nan}
        row |= {"lo": float(min(support)), "hi": float(max(support)), "n": round(self.customers)}
        method = "given" if len(support) == 1 and np.isnan(self.top.height) else "highest_likelihood"
        return pd.DataFrame([{**row, "method": method, "flag": few}])
