"""Raw components of cooperation by account, from 0 to 1, each with its standard error; willingness; own share.

Higher is more cooperation. Size plays no part: volumes enter as shares only. A component is missing where the
data cannot tell; every table may be absent.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..core import checks
from ..core.policy import MIN_CELL
from . import accounts, answers, bought, effort, potential
from .choices import COMPONENTS

__all__ = ["COMPONENTS", "JOINT_CAP", "Components", "components", "own_share", "willingness"]

#: joint activities in twelve months beyond which more do not count
JOINT_CAP = 3
#: offers from which the share accepted is told
LEAST_OFFERS = 3
#: normal quantile of a 90 % interval
Z = 1.6448536269514722


@dataclass(frozen=True, eq=False)
class Components:
    """Components of cooperation.

    Attributes
    ----------
    values : DataFrame
        Index ``customer_id``, columns `COMPONENTS`, 0 to 1; missing where not known.
    noise : DataFrame
        Standard errors, same shape; 0 where the value is a plain count, missing where the value is.
    """

    values: pd.DataFrame
    noise: pd.DataFrame


def components(
    tables_dir: str | Path,
    *,
    as_of: str | dt.date,
    region: str | None = None,
    brand: str | None = None,
    min_cell: int = MIN_CELL["internal"],
) -> Components:
    """Components of cooperation of each account on a day; nothing later enters.

    Parameters
    ----------
    tables_dir : path
    as_of : date
    region : str, optional
        Selects accounts only: what shares are shrunk towards is learned from all regions.
    brand : str, optional
        Own share, rhythm, breadth and listing of this brand alone.
    min_cell : int, default 5
        Fewer respondents at an account give no attitude and no needs.

    Returns
    -------
    Components
        ``behav``: own share of the account's category in twelve months, shrunk within its stratum (quasi
        beta-binomial; posterior mean and standard deviation). ``stable``: 1 − min(1, spread of the gaps
        between purchases ÷ their mean), from two gaps on, 0 for an account that has bought nothing for twelve
        months; se = cv √((1 + 2 cv²) / 2g) with g gaps. ``breadth``: own products bought in twelve months ÷ own
        products on sale, missing where there is one. ``joint``: joint activities of twelve months, at most
        `JOINT_CAP`, ÷ `JOINT_CAP`. ``needs``, ``attitude``: see `answers`. ``access``: offered contacts accepted in
        twelve months, from three offers on. ``listing`` (hospitals): 1 with an own product listed on the day,
        else 0. ``competitor``: 1 − the strongest competitor's share of the category.

    References
    ----------
    Beta-binomial: Skellam, J. G. (1948), JRSS B 10, 257–261. Standard error of a coefficient of variation
    under normality: Miller, G. E. (1991), Communications in Statistics – Theory and Methods 20, 3351–3363.
    """
    checks.whole(min_cell, name="min_cell", low=1)
    day = pd.Timestamp(as_of).normalize()
    every = accounts.accounts(tables_dir, as_of=as_of)
    values = pd.DataFrame(np.nan, index=every.index, columns=list(COMPONENTS))
    noise = values.copy()
    cells = potential.category(tables_dir, end=day)
    own = cells if brand is None else potential.category(tables_dir, end=day, brand=brand)
    _put(values, noise, "behav", bought.shrunk_share(own, every["stratum"]))
    _put(values, noise, "competitor", bought.room_left(cells, tables_dir, day=day))
    _put(values, noise, "stable", bought.regularity(tables_dir, day=day, brand=brand))
    _put(values, noise, "breadth", bought.breadth(tables_dir, day=day, ids=every.index, brand=brand))
    hospitals = every.index[(every["customer_type"] == "hospital").to_numpy(dtype=bool)]
    _put(values, noise, "listing", bought.listed(tables_dir, day=day, ids=hospitals, brand=brand))
    done = effort.effort(tables_dir, as_of=as_of)
    joint = (done["joint"].clip(upper=JOINT_CAP) / JOINT_CAP).dropna()
    _put(values, noise, "joint", pd.DataFrame({"value": joint, "se": 0.0}))
    _put(values, noise, "access", _accepted(done))
    said = answers.scores(tables_dir, accounts.owners(tables_dir, every.index), day)
    if said is not None:
        _put(values, noise, "attitude", answers.means(said, least=min_cell))
        _put(values, noise, "needs", answers.needs_met(said, least=min_cell))
    if region is not None:
        inside = accounts.accounts(tables_dir, as_of=as_of, region=region).index
        values, noise = values.loc[inside], noise.loc[inside]
    return Components(values, noise)


def willingness(
    tables_dir: str | Path,
    *,
    as_of: str | dt.date,
    region: str | None = None,
    min_cell: int = MIN_CELL["internal"],
) -> pd.DataFrame:
    """How willing an account is to work with us: stated intent and contacts accepted.

    Parameters
    ----------
    tables_dir, as_of, region, min_cell
        As for `components`.

    Returns
    -------
    DataFrame
        Index ``customer_id``: ``willingness``, mean of ``intent`` (items of the construct "intent", over at least
        ``min_cell`` respondents) and ``accepted`` (share of offered contacts accepted in twelve months, from
        three offers on), or the one that is known; ``lo, hi``, a 90 % interval from the two standard errors; ``n``,
        respondents plus offers behind it. The likelihood to recommend is not intent and does not enter.
    """
    checks.whole(min_cell, name="min_cell", low=1)
    ids = accounts.accounts(tables_dir, as_of=as_of, region=region).index
    parts = {"accepted": _accepted(effort.effort(tables_dir, as_of=as_of, region=region))}
    said = answers.scores(tables_dir, accounts.owners(tables_dir, ids), pd.Timestamp(as_of).normalize())
    if said is not None:
        parts["intent"] = answers.means(said, groups=["intent"], least=min_cell)
    value, se, n = (
        pd.DataFrame({name: part[column].reindex(ids) for name, part in parts.items()}, index=ids)
        for column in ("value", "se", "n")
    )
    known = value.notna().sum(axis=1)
    out = pd.DataFrame({"willingness": value.mean(axis=1)}, index=ids)
    half = Z * np.sqrt((se**2).sum(axis=1)) / known.where(known > 0)
    out["lo"], out["hi"] = (out["willingness"] - half).clip(lower=0), (out["willingness"] + half).clip(upper=1)
    out["n"] = n.sum(axis=1).astype("int64")
    out["intent"] = value.get("intent", np.nan)
    out["accepted"] = value["accepted"]
    return out


def own_share(
    tables_dir: str | Path, *, start: str | dt.date, end: str | dt.date, brand: str | None = None
) -> pd.Series:
    """Own ÷ category of each account over a window, as measured.

    Parameters
    ----------
    tables_dir : path
    start, end : date
        Whole months inside the window count.
    brand : str, optional
        This brand alone.

    Returns
    -------
    Series
        Index ``customer_id``, accounts with a category in the window; missing for all where nobody says
        which brands are ours. Empty without a market table.
    """
    cells = potential.category(tables_dir, end=end, start=start, brand=brand)
    sums = cells.groupby("customer_id")[["own", "category"]].sum(min_count=1).astype("float64")
    return (sums["own"] / sums["category"]).rename("own_share")


def _accepted(done: pd.DataFrame) -> pd.DataFrame:
    """Share of offers accepted; its error from (accepted + 1) / (offered + 2): three of three is not certain."""
    told = done[done["offered"] >= LEAST_OFFERS]
    n, smooth = told["offered"], (told["accepted"] + 1) / (told["offered"] + 2)
    return pd.DataFrame({"value": told["accepted"] / n, "se": np.sqrt(smooth * (1 - smooth) / n), "n": n})


def _put(values: pd.DataFrame, noise: pd.DataFrame, name: str, found: pd.DataFrame | None) -> None:
    if found is not None:
        values[name], noise[name] = (found[part].reindex(values.index).astype("float64") for part in ("value", "se"))
