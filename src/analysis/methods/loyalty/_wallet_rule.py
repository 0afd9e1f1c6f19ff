"""Share of wallet from ranks alone, where nobody measures the category (`wallet_rule`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals

__all__ = ["WalletRule", "wallet_rule"]

LEVEL = 0.95
LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class WalletRule(Result):
    """Share that the Wallet Allocation Rule expects; table: brand, value, lo, hi, n (who use it), method, flag."""

    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "lo": "percent", "hi": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure()


def wallet_rule(ratings: pd.DataFrame, *, own: str) -> WalletRule:
    """Expected share of each brand from how respondents rank the brands they use.

    Share = (1 − rank ÷ (N + 1)) × 2 ÷ N, with N brands used and tied ranks averaged; a respondent's shares
    add up to 1. A brand that a respondent does not use has share 0. Survey only: what people say they
    prefer, in no way a quantity.

    Parameters
    ----------
    ratings : DataFrame
        response_id, brand, score (the higher the better): one row per brand that the respondent uses.
    own : str
        Brand of the finding.

    Returns
    -------
    WalletRule
        Brands by share, with t intervals at 95 % over respondents.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``ratings_missing``, ``ratings_twice``, ``market_no_own``.

    References
    ----------
    Keiningham, T. L., Aksoy, L., Buoye, A. and Cooil, B. (2011), Customer loyalty isn't enough. Grow
    your share of wallet, Harvard Business Review 89 (10), 29–31.
    """
    checks.columns(ratings, ["response_id", "brand", "score"], name="ratings")
    checks.not_empty(ratings, name="ratings")
    if missing := int(ratings[["response_id", "brand", "score"]].isna().any(axis=1).sum()):
        raise DataError("ratings_missing", count=missing, of=len(ratings))
    if twice := int(ratings.duplicated(["response_id", "brand"]).sum()):
        raise DataError("ratings_twice", count=twice)
    brands = sorted(ratings["brand"].unique())
    if own not in brands:
        raise DataError("market_no_own", own=[own], found=brands[:10])
    people = ratings.groupby("response_id")["score"]
    used, rank = people.transform("count"), people.rank(ascending=False, method="average")
    share = (1 - rank / (used + 1)) * 2 / used
    wide = ratings.assign(share=share).pivot_table(index="response_id", columns="brand", values="share", fill_value=0.0)
    frame = pd.DataFrame(
        [_row(brand, wide[brand].to_numpy(), int((ratings["brand"] == brand).sum())) for brand in brands]
    )
    frame = frame.sort_values(["value", "brand"], ascending=[False, True], ignore_index=True)
    mine = frame[frame["brand"] == own].iloc[0]
    told: dict[str, Any] = {"brand": own, "n": len(wide), "value": float(mine["value"])}
    bounds = {"lo": float(mine["lo"]), "hi": float(mine["hi"])}
    return WalletRule(
        table=frame,
        settings={"own": own, "respondents": len(wide), "level": LEVEL},
        finding=Note("wallet_rule", {**told, **bounds}) if np.isfinite(mine["lo"]) else Note("wallet_rule_few", told),
    )


def _row(brand: str, share: np.ndarray, n: int) -> dict[str, Any]:
    lo, hi = intervals.mean(share, level=LEVEL)
    return {"brand": brand, "value": float(share.mean()), "lo": max(lo, 0.0), "hi": min(hi, 1.0), "n": n,
            "method": "t_interval", "flag": "low_n" if len(share) < LOW_N else "ok"}  # fmt: skip
