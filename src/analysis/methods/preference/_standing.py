"""Standing of each brand: who uses it, who prefers it, and how many of its users prefer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import bootstrap, design, respondents
from ._selected import Choices, choices, whose

__all__ = ["BrandStanding", "brands"]

_SHARES = ("value", "penetration", "loyalty", "sole")


@dataclass(frozen=True, eq=False, kw_only=True)
class BrandStanding(Result):
    """Brands by use and preference.

    Attributes
    ----------
    table : DataFrame
        One row per brand, most preferred first: brand, whose (own_product, competitor_product; missing where the own
        brand is not told), value, lo, hi (share of respondents
        who prefer it), rank, rank_lo, rank_hi (of that share), penetration, penetration_lo, penetration_hi (share who
        use it), loyalty, loyalty_lo, loyalty_hi (share of its users who prefer it), sole (share of its users
        who use no other), n (said which they prefer), n_users (use it and said which they prefer), method, flag.
        Without the question on use, penetration, loyalty and sole are missing.
    repertoire : DataFrame
        One row: value, lo, hi (mean number of brands used), n. No row without the question on use.
    """

    repertoire: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys((f"{a}{b}" for a in ("penetration", "loyalty") for b in ("", "_lo", "_hi")), "percent"),
        **dict.fromkeys(("value", "lo", "hi", "sole"), "percent"),
        **dict.fromkeys(("rank", "rank_lo", "rank_hi", "n", "n_users"), "count"),
        "whose": "term",
    }
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_users"),
        hides=("value", "lo", "hi", "rank", "rank_lo", "rank_hi", "penetration", "penetration_lo", "penetration_hi",
               "loyalty", "loyalty_lo", "loyalty_hi", "sole"),
    )  # fmt: skip


# two questions, the own brand, who answered, and the draws
def brands(
    used: pd.DataFrame | None,
    preferred: pd.Series,
    *,
    own: str | None = None,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    level: float = 0.95,
    n_boot: int = 400,
    seed: int = 0,
) -> BrandStanding:
    """Use, preference and loyalty of each brand, and where the own brand stands.

    Parameters
    ----------
    used : DataFrame or None
        1 where the respondent uses the brand, else 0; index response_id, one column per brand (`selected`).
    preferred : Series
        The brand used most, by name.
    own : str, optional
        Name of the own brand.
    weights, cluster : Series, optional
        Survey weight and hospital by response_id.
    level : float, default 0.95
    n_boot, seed : int
        Draws behind the rank intervals.

    Raises
    ------
    DataError
        ``empty``, ``bad_score``, ``bad_weights``, ``preference_no_own``.

    References
    ----------
    Ehrenberg, A. S. C. (1988), Repeat-Buying, 2nd edition, chapter 1 (penetration); Jacoby and Chestnut (1978), Brand
    Loyalty, chapter 3 (share of users who prefer the brand).
    """
    checks.not_empty(preferred, name="preferred")
    found = choices(used, preferred, weights, cluster)
    if own is not None and own not in found.names:
        raise DataError("preference_no_own", got=own, found=found.names[:30])
    table = pd.DataFrame([_row(place, found, level, own) for place in range(len(found.names))])
    ranks = _ranks(found, table["flag"].ne("suppressed").to_numpy(), n_boot=n_boot, seed=seed, level=level)
    table["rank"], table["rank_lo"], table["rank_hi"] = ranks
    table = table.sort_values(["rank", "brand"], ignore_index=True)[_COLUMNS]
    notes = (
        [Note("preference_outside", {"count": found.outside, "n": int((found.preferred >= 0).sum())})]
        if found.outside
        else []
    )
    notes += [Note("preference_no_use")] if used is None else []
    settings = {"own": own, "level": level, "weighted": weights is not None, "clustered": cluster is not None,
                "n_boot": n_boot, "seed": seed}  # fmt: skip
    return BrandStanding(
        table=table,
        settings=settings,
        notes=tuple(notes),
        finding=_finding(table),
        repertoire=_repertoire(found, level),
    )


_COLUMNS = [
    "brand", "whose", "value", "lo", "hi", "rank", "rank_lo", "rank_hi", "penetration", "penetration_lo",
    "penetration_hi", "loyalty", "loyalty_lo", "loyalty_hi", "sole", "n", "n_users", "method", "flag",
]  # fmt: skip


def _row(place: int, found: Choices, level: float, own: str | None) -> dict[str, Any]:
    said = found.preferred >= 0
    mine = (found.preferred == place).astype(float)
    uses = found.used[:, place]
    row: dict[str, Any] = {
        "brand": found.names[place],
        "whose": whose(found.names[place], own),
        "method": "wilson_design",
    }
    share = _share(np.where(said, mine, np.nan), found, level)
    users = said & (uses == 1)
    row |= {"value": share.value, "lo": share.lo, "hi": share.hi, "n": share.n, "n_users": int(users.sum())}
    row |= _named("penetration", _share(uses, found, level))
    loyal = _share(np.where(users, mine, np.nan), found, level)
    row |= _named("loyalty", loyal if loyal.n >= respondents.SUPPRESS else None)
    alone = (np.nansum(found.used, axis=1) == 1).astype(float)
    sole = _share(np.where(uses == 1, alone, np.nan), found, level)
    row["sole"] = sole.value if sole.n >= respondents.SUPPRESS else np.nan
    row["flag"] = respondents.flag(share.n)
    if row["flag"] == "suppressed":
        row |= {key: np.nan for key in row if key.startswith(_SHARES) or key in ("lo", "hi")}
    return row


def _share(values: np.ndarray, found: Choices, level: float) -> design.Estimate:
    return design.proportion(values, found.answers.weights, found.answers.cluster, level)


def _named(name: str, share: design.Estimate | None) -> dict[str, float]:
    if share is None or share.n == 0:
        return dict.fromkeys((name, f"{name}_lo", f"{name}_hi"), float("nan"))
    return {name: share.value, f"{name}_lo": share.lo, f"{name}_hi": share.hi}


def _ranks(found: Choices, shown: np.ndarray, *, n_boot: int, seed: int, level: float) -> np.ndarray:
    out = np.full((3, len(found.names)), np.nan)
    if not shown.any():
        return out
    hits = (found.preferred[:, None] == np.arange(len(found.names))[shown]) * found.answers.w[:, None]
    times = bootstrap.multiplicities(len(hits), n_boot=n_boot, seed=seed, cluster=found.answers.cluster)
    # all shares have one denominator
    lo, hi = bootstrap.rank_interval(times @ hits, level=level)
    place = stats.rankdata(-np.round(hits.sum(axis=0), 9), method="min")
    out[:, shown] = place, np.fmin(lo, place), np.fmax(hi, place)
    return out


def _repertoire(found: Choices, level: float) -> pd.DataFrame:
    known = np.isfinite(found.used).any(axis=1)
    count = np.where(known, np.nansum(found.used, axis=1), np.nan)
    mean = design.mean(count, found.answers.weights, found.answers.cluster, level)
    rows = [{"value": mean.value, "lo": mean.lo, "hi": mean.hi, "n": mean.n}] if mean.n >= respondents.SUPPRESS else []
    return pd.DataFrame(rows, columns=["value", "lo", "hi", "n"])


def _finding(table: pd.DataFrame) -> Note:
    mine = table[table["whose"] == "own_product"]
    row = mine.iloc[0] if len(mine) else table.iloc[0]
    if row["flag"] == "suppressed":
        return Note("preference_suppressed", {"n": int(row["n"]), "need": respondents.SUPPRESS})
    values = {"brand": row["brand"], "n": int(row["n"]), **{c: float(row[c]) for c in ("value", "lo", "hi")}}
    values |= {"rank_lo": int(row["rank_lo"]), "rank_hi": int(row["rank_hi"])}
    if row["rank_lo"] == row["rank_hi"]:
        return Note("preference_rank", values)
    return Note("preference_rank_range", values)
