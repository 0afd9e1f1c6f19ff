"""The result of fitting regions: what is shown, and the model of each region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from .fitting import LifetimeFit

__all__ = ["LEVEL", "RegionFits"]

#: of the intervals
LEVEL = 0.9


@dataclass(frozen=True, eq=False, kw_only=True)
class RegionFits(Result):
    """A model for each region, beside the national one and what each region alone would give.

    Attributes
    ----------
    table : DataFrame
        One row per region, repeat orders of a new customer in the first year: region; value (drawn
        together), lo, hi; unpooled (the region alone), unpooled_lo, unpooled_hi (missing where the region
        alone gives no answer); pooled (national); own_weight (part of the variance between regions that the
        region's own data take away: 0 national, 1 its own); n, repeaters, method, flag.
    national : DataFrame
        The national model: parameter, value, se, lo, hi.
    parameters : DataFrame
        region, parameter, kind ("pooled", "unpooled", "shrunk"), value, se, lo, hi, flag.
    spread : DataFrame
        parameter, sd: standard deviation of its logarithm between regions.
    covariances : DataFrame
        Of the log-parameters of each region's model: region, parameter, then one column per parameter.
    family : str
    """

    national: pd.DataFrame
    parameters: pd.DataFrame
    spread: pd.DataFrame
    covariances: pd.DataFrame
    family: str

    formats: ClassVar[Mapping[str, str]] = {
        "value": "number", "lo": "number", "hi": "number", "unpooled": "number", "unpooled_lo": "number",
        "unpooled_hi": "number", "pooled": "number", "own_weight": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "repeaters"),
        hides=("value", "lo", "hi", "unpooled", "unpooled_lo", "unpooled_hi", "own_weight"),
        within=(),
    )

    def of(self, region: str) -> LifetimeFit:
        """The model of one region, for `forecast`, `total` and the like.

        It rests on the customers of all regions: its ``customers`` and ``repeaters`` are theirs, its
        table's n the region's own.

        Raises
        ------
        SettingError
            ``not_a_choice`` when there is no such region.
        """
        checks.choice(region, list(self.table["region"]), name="region")
        own = self.parameters[(self.parameters["region"] == region) & (self.parameters["kind"] == "shrunk")]
        shown = self.table[self.table["region"] == region].iloc[0]
        table = own[["parameter", "value", "se", "lo", "hi"]].reset_index(drop=True)
        table["n"], table["method"] = int(shown["n"]), "empirical_bayes"
        table["flag"] = own["flag"].to_numpy()
        covariance = self.covariances[self.covariances["region"] == region].set_index("parameter")
        names = list(covariance.index)
        k = own.loc[own["parameter"] == "k", "value"]
        return LifetimeFit(
            table=table,
            settings={
                "family": self.family,
                "region": region,
                "level": LEVEL,
                "mean_age": self.settings["mean_age"],
            },
            notes=(Note("region_few", {"n": int(shown["n"])}),) if shown["flag"] == "low_n" else (),
            finding=None,
            family=self.family,
            log_likelihood=float("nan"),
            aic=float("nan"),
            verdict="interior",
            customers=float(self.table["n"].sum()),
            repeaters=float(self.table["repeaters"].sum()),
            covariance=covariance[names],
            k=int(k.iloc[0]) if len(k) else 1,
        )
