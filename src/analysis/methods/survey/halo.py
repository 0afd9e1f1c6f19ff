"""Halo: does one common impression stand behind all ratings?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import factors
from ._items import split_items

__all__ = ["Halo", "halo"]

_LOW_N = 100
_MOST_SHOWN = 6


@dataclass(frozen=True, eq=False, kw_only=True)
class Halo(Result):
    """Principal components of all ratings against those of independent ratings.

    Attributes
    ----------
    table : DataFrame
        component (1 is the largest); value, lo, hi (share of the variance, bootstrap over
        respondents); chance (upper limit of that share among independent ratings); n, method, flag.
    common : int
        Components, from the first on, whose share is above chance.
    """

    common: int
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "component": "count", "value": "percent", "lo": "percent", "hi": "percent", "chance": "percent", "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(keys=("component",))


def halo(items: pd.DataFrame, *, level: float = 0.95, draws: int = 200, seed: int = 1) -> Halo:
    """Share of the first principal component over all ratings, against independent ratings.

    Independent ratings are the given ones with each column shuffled by itself, so that they
    keep their distributions and gaps. A large first component may be a halo, or an attitude
    that all ratings measure: the answers cannot tell which.

    Parameters
    ----------
    items : DataFrame (n, k)
        Every rating item of the questionnaire by response_id, reversed items already turned.
    level : float, default 0.95
        Of the interval and of the limit of chance.
    draws : int, default 200
    seed : int, default 1

    Raises
    ------
    DataError
        ``not_numeric``, ``too_few_items``, ``too_few_rows``.

    References
    ----------
    Horn, J. L. (1965), Psychometrika 30, 179–185 (parallel analysis); Buja, A. and Eyuboglu, N.
    (1992), Multivariate Behavioral Research 27, 509–540 (by shuffling).
    Podsakoff, P. M. et al. (2003), Journal of Applied Psychology 88, 879–903 (one common factor).
    """
    checks.number(level, name="level", low=0.01, high=0.9999)
    checks.whole(draws, name="draws", low=20)
    checks.whole(seed, name="seed", low=0)
    kept, notes = split_items(items)
    if kept.shape[1] < 3:
        raise DataError("halo_items", got=kept.shape[1])
    rated = kept.dropna(how="all").sort_index().sort_index(axis=1)
    if len(rated) < 3:
        raise DataError("too_few_rows", n=len(rated), need=3)
    values = rated.to_numpy(dtype=float)
    share = factors.component_shares(factors.correlations(values))
    chance, drawn = _drawn(values, draws, np.random.default_rng(seed))
    limit = np.quantile(chance, level, axis=0)
    above = share > limit
    common = int(np.argmin(above)) if not above.all() else len(above)
    # the bootstrap adds to the largest component what it adds on average: taken off again
    shift = np.mean(drawn, axis=0) - share
    lo, hi = (np.quantile(drawn, q, axis=0) - shift for q in ((1 - level) / 2, (1 + level) / 2))
    n = len(values)
    table = pd.DataFrame(
        {
            "component": np.arange(1, len(share) + 1), "value": share, "lo": np.minimum(lo, share).clip(0, 1),
            "hi": np.maximum(hi, share).clip(0, 1), "chance": limit, "n": n, "method": "components",
            "flag": "ok" if n >= _LOW_N else "low_n",
        }
    ).head(_MOST_SHOWN)  # fmt: skip
    first = table.iloc[0]
    told = {"value": float(first["value"]), "chance": float(first["chance"]), "k": values.shape[1], "n": n}
    strong = bool(first["lo"] > first["chance"])
    if strong:
        notes.append(Note("halo_may_inflate", {"count": common}))
    settings = {"level": level, "draws": draws, "seed": seed, "items": values.shape[1]}
    return Halo(
        table=table, settings=settings, notes=tuple(notes), common=common,
        finding=Note("halo_common" if strong else "halo_not_shown", told),
    )  # fmt: skip


def _drawn(values: np.ndarray, draws: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Component shares of independent ratings, and of respondents drawn again."""
    chance, drawn = [], []
    for _ in range(draws):
        chance.append(factors.component_shares(factors.correlations(_shuffled(values, rng))))
        again = values[rng.integers(0, len(values), len(values))]
        drawn.append(factors.component_shares(factors.correlations(again)))
    return np.array(chance), np.array(drawn)


def _shuffled(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each column in an order of its own; gaps stay where they are."""
    out = values.copy()
    for j in range(out.shape[1]):
        known = np.isfinite(out[:, j])
        out[known, j] = rng.permutation(out[known, j])
    return out
