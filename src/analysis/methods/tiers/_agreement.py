"""How far two criteria give the same class: `agreement`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats.ranked import LOW_N, percentiles
from ._combine import Combined
from ._letters import LETTERS, NAMES

__all__ = ["Agreement", "agreement", "weighted_kappa"]

#: zero and negative are mostly too few to be shown, and would hide other cells with them
CLASSES = LETTERS[:3]


@dataclass(frozen=True, eq=False, kw_only=True)
class Agreement(Result):
    """Classes by one criterion against classes by another.

    Attributes
    ----------
    table : DataFrame
        One row per pair of classes that occur (A, B, C): tier_first, tier_second, n, value (share of the customers
        of tier_first), lo, hi (Wilson), method, flag.
    kappa, kappa_lo, kappa_hi : float
        Linearly weighted kappa with its bootstrap interval; missing where one class holds everybody.
    same : float
        Share of the customers in the same class by both.
    """

    kappa: float
    kappa_lo: float
    kappa_hi: float
    same: float
    formats: ClassVar[Mapping[str, str]] = {"value": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(within=("tier_first",), margins=("tier_second",))


def agreement(result: Combined, *, pair: Sequence[str] | None = None, n_boot: int = 500, seed: int = 0) -> Agreement:
    """Cross table of two criteria and their weighted kappa.

    Parameters
    ----------
    result : Combined
    pair : (str, str), optional
        Two of its criteria; the first two by default. Customers who are A, B or C on both are compared.
    n_boot, seed : int
        Resamples behind the interval of kappa (percentile, 95 %).

    Returns
    -------
    Agreement

    Raises
    ------
    SettingError, DataError

    References
    ----------
    Cohen, J. (1968), Weighted kappa, Psychological Bulletin 70, 213–220; linear weights: Cicchetti, D. V. and
    Allison, T. (1971), American Journal of EEG Technology 11, 101–109.
    """
    names = list(result.criteria[:2] if pair is None else pair)
    if len(names) != 2 or names[0] == names[1] or not set(names) <= set(result.criteria):
        raise SettingError("tiers_pair", got=names, criteria=list(result.criteria))
    checks.whole(n_boot, name="n_boot", low=1)
    checks.whole(seed, name="seed", low=0)
    known = result.customers[[f"tier_{name}" for name in names]].dropna()
    both = known[known.isin(CLASSES).all(axis=1)]
    if both.empty:
        raise DataError("tiers_none_on_both", first=names[0], second=names[1])
    count = _counts(both)
    kappa = weighted_kappa(count)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(both), count.ravel() / len(both), size=n_boot).reshape(n_boot, *count.shape)
    low, high = percentiles(np.array([weighted_kappa(one) for one in drawn]), kappa)
    same = float(np.trace(count) / len(both))
    return Agreement(
        table=_table(count),
        settings={"first": names[0], "second": names[1], "n_boot": n_boot, "seed": seed, "n": len(both)},
        notes=_notes(len(result.customers) - len(known), len(known) - len(both)),
        finding=_finding(names, same, kappa, float(low), float(high)),
        kappa=kappa, kappa_lo=float(low), kappa_hi=float(high), same=same,
    )  # fmt: skip


def weighted_kappa(count: np.ndarray) -> float:
    """Linearly weighted kappa of a square table: 1 − Σ|i−j|·observed / Σ|i−j|·expected; NaN without spread."""
    total = count.sum()
    distance = np.abs(np.subtract.outer(np.arange(len(count)), np.arange(len(count))))
    expected = np.outer(count.sum(axis=1), count.sum(axis=0)) / total
    apart = float((distance * expected).sum())
    return 1 - float((distance * count).sum()) / apart if apart > 0 else float("nan")


def _counts(both: pd.DataFrame) -> np.ndarray:
    place = {letter: i for i, letter in enumerate(CLASSES)}
    first, second = (both.iloc[:, i].map(place).to_numpy(dtype=int) for i in (0, 1))
    size = len(CLASSES)
    return np.bincount(first * size + second, minlength=size * size).reshape(size, size)


def _table(count: np.ndarray) -> pd.DataFrame:
    # as in _shares: not at the top, so that importing tiers stays light
    from ...stats import intervals

    rows, columns = np.flatnonzero(count.sum(axis=1)), np.flatnonzero(count.sum(axis=0))
    part = count[np.ix_(rows, columns)]
    size = np.repeat(part.sum(axis=1), len(columns))
    lo, hi = intervals.wilson(part.ravel(), size)
    return pd.DataFrame({
        "tier_first": pd.Series([CLASSES[i] for i in rows for _ in columns], dtype="str"),
        "tier_second": pd.Series([CLASSES[j] for _ in rows for j in columns], dtype="str"),
        "n": part.ravel(), "value": part.ravel() / size, "lo": lo, "hi": hi, "method": "wilson",
        "flag": np.where(size < LOW_N, "low_n", "ok"),
    })  # fmt: skip


def _notes(unknown: int, apart: int) -> tuple[Note, ...]:
    told = {"tiers_one_criterion": unknown, "tiers_not_abc": apart}
    return tuple(Note(code, {"n": n}) for code, n in told.items() if n)


def _finding(names: list[str], same: float, kappa: float, low: float, high: float) -> Note:
    told = {"first": NAMES.get(names[0], names[0]), "second": NAMES.get(names[1], names[1]), "same": same}
    if not np.isfinite([kappa, low, high]).all():
        return Note("tiers_agreement_flat", told)
    return Note("tiers_agreement", {**told, "kappa": kappa, "lo": low, "hi": high})
