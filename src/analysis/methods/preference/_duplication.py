"""Duplication of use: how many users of a brand also use each other one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import bootstrap, design, respondents
from ._selected import Choices, choices

__all__ = ["Duplication", "duplication"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Duplication(Result):
    """Shared users of pairs of brands.

    Attributes
    ----------
    table : DataFrame
        One row per ordered pair: brand, other, value, lo, hi (share of users of ``brand`` who also use ``other``),
        expected (D times the share of respondents who use ``other``, at most one), n (users of ``brand``),
        method, flag.
    coefficient : DataFrame
        One row: value, lo, hi (duplication coefficient D: 1 when use of one brand says nothing about another), n.
    """

    coefficient: pd.DataFrame
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("value", "lo", "hi", "expected"), "percent"), "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "expected"))


def duplication(
    used: pd.DataFrame, *, weights: pd.Series | None = None, cluster: pd.Series | None = None, level: float = 0.95,
    n_boot: int = 400, seed: int = 0,
) -> Duplication:  # fmt: skip
    """Share of each brand's users who also use each other brand, and the duplication coefficient.

    Parameters
    ----------
    used : DataFrame
        1 where the respondent uses the brand, else 0; index response_id, one column per brand.
    weights, cluster : Series, optional
    level : float, default 0.95
    n_boot, seed : int
        Draws behind the interval of the coefficient.

    Returns
    -------
    Duplication
        D is the sum of all duplications over the sum of the penetrations they would be in proportion to.

    Raises
    ------
    DataError
        ``preference_one_brand``, ``empty``, ``bad_score``, ``bad_weights``.

    References
    ----------
    Goodhardt, G. J. and Ehrenberg, A. S. C. (1969), Duplication of viewing between and within channels, Journal of
    Marketing Research 6, 169–178; Ehrenberg, A. S. C. (1988), Repeat-Buying, 2nd edition, chapter 10.
    """
    found = choices(used, None, weights, cluster)
    if len(found.names) < 2:
        raise DataError("preference_one_brand", found=found.names)
    one = np.ones((1, len(found.used)))
    d = float(_coefficient(one, found)[0])
    rows = [_row(i, j, found, d, level) for i in range(len(found.names)) for j in range(len(found.names)) if i != j]
    table = pd.DataFrame(rows)
    times = bootstrap.multiplicities(len(found.used), n_boot=n_boot, seed=seed, cluster=found.answers.cluster)
    draws = _coefficient(times.astype(float), found)
    draws = draws[np.isfinite(draws)]
    tail = (1 - level) / 2
    lo, hi = np.quantile(draws, [tail, 1 - tail]) if len(draws) else (np.nan, np.nan)
    d_frame = pd.DataFrame([{"value": d, "lo": min(lo, d), "hi": max(hi, d), "n": len(found.used)}])
    settings = {"level": level, "weighted": weights is not None, "clustered": cluster is not None, "n_boot": n_boot,
                "seed": seed}  # fmt: skip
    return Duplication(table=table, settings=settings, notes=(), finding=_finding(d_frame, d), coefficient=d_frame)


def _coefficient(times: np.ndarray, found: Choices) -> np.ndarray:
    """D in each draw: shared users over what penetrations alone would give, summed over ordered pairs of brands."""
    used = np.nan_to_num(found.used)
    mass = times * found.answers.w
    b = (mass @ used) / mass.sum(axis=1, keepdims=True)
    shared = np.einsum("dn,ni,nj->dij", mass, used, used) / mass.sum(axis=1)[:, None, None]
    k = used.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        given = np.where(b[:, :, None] > 0, shared / b[:, :, None], np.nan)
    wanted = np.where(np.isfinite(given), np.broadcast_to(b[:, None, :], given.shape), np.nan)
    off = ~np.eye(k, dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nansum(given[:, off], axis=1) / np.nansum(wanted[:, off], axis=1)


def _row(i: int, j: int, found: Choices, d: float, level: float) -> dict[str, Any]:
    answers, mine = found.answers, found.used[:, i] == 1
    share = design.proportion(found.used[:, j], answers.weights, answers.cluster, level, domain=mine)
    base = design.mean(found.used[:, j], answers.weights, answers.cluster, level).value
    flag = respondents.flag(share.n)
    numbers = {"value": share.value, "lo": share.lo, "hi": share.hi, "expected": min(1.0, d * base)}
    if flag == "suppressed":
        numbers = dict.fromkeys(numbers, np.nan)
    return {"brand": found.names[i], "other": found.names[j], **numbers, "n": share.n, "method": "wilson_design",
            "flag": flag}  # fmt: skip


def _finding(coefficient: pd.DataFrame, d: float) -> Note:
    row = coefficient.iloc[0]
    if row["n"] < respondents.SUPPRESS or not np.isfinite(d):
        return Note("preference_suppressed", {"n": int(row["n"]), "need": respondents.SUPPRESS})
    values = {"n": int(row["n"]), **{c: float(row[c]) for c in ("value", "lo", "hi")}}
    code = "open" if row["lo"] <= 1 <= row["hi"] else "more" if row["value"] > 1 else "less"
    return Note(f"duplication_{code}", values)
