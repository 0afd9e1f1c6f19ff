"""Influence: formal authority for the decision at hand, nominations by colleagues, title."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["ANY", "AUTHORITY", "STRENGTH", "TITLES", "influence"]

#: decision at hand when none is named: the largest say in any of them
ANY = "any"
#: formal say by decision and post: 1 decides, 0.5 takes part. The pharmacy and therapeutics committee (药事会)
#: decides on listing, on the department's proposal; a department's treatment pathway is its head's
AUTHORITY: dict[str, dict[str, float]] = {
    "listing": {"药事会委员": 1.0, "药剂科主任": 1.0, "院长": 1.0, "科主任": 0.5},
    "guideline": {"科主任": 1.0, "院长": 0.5, "药事会委员": 0.5},
    "purchase": {"采购": 1.0, "药剂科主任": 1.0, "院长": 1.0},
}
#: academic standing by title
TITLES: dict[str, float] = {"主任医师": 1.0, "副主任医师": 0.65, "主治医师": 0.3, "住院医师": 0.1, "其他": 0.1}
#: how far each source alone can carry influence; kit convention, printed with the settings
STRENGTH: dict[str, float] = {"authority": 0.60, "nominations": 0.70, "title": 0.45}
#: so many nominators are worth half of what any number of them is worth
_HALF = 2.0


def influence(people: pd.DataFrame, nominations: pd.DataFrame | None, decision: str | None) -> pd.DataFrame:
    """Formal say, nominators and influence of each physician.

    Influence is 1 − Π(1 − strengthₖ · sourceₖ): any source alone may carry it, and sources add up without
    passing 1. Nominations count as n / (n + 2); where nobody of the account was asked they add nothing.

    Parameters
    ----------
    people : DataFrame
        Index customer_id; ``account, title, admin_role``.
    nominations : DataFrame or None
        ``customer_id`` (who answered), ``nominated_id``.
    decision : str or None
        Key of `AUTHORITY`; None: the largest say in any decision.

    Returns
    -------
    DataFrame
        ``authority, nominators, influence``; ``nominators`` is missing where nobody of the account named anybody.

    References
    ----------
    Pearl, J. (1988), Probabilistic Reasoning in Intelligent Systems, 4.3.2 (noisy or).
    """
    authority = _authority(people["admin_role"], decision)
    nominators = _nominators(people["account"], nominations)
    known = nominators.fillna(0.0).to_numpy()
    title = people["title"].map(TITLES).fillna(0.0).to_numpy(dtype=float)
    rest = (1 - STRENGTH["authority"] * authority) * (1 - STRENGTH["title"] * title)
    rest *= 1 - STRENGTH["nominations"] * known / (known + _HALF)
    return pd.DataFrame(
        {"authority": authority, "nominators": nominators.to_numpy(), "influence": np.round(1 - rest, 12)},
        index=people.index,
    )


def _authority(posts: pd.Series, decision: str | None) -> np.ndarray:
    tables = list(AUTHORITY.values()) if decision is None else [AUTHORITY[decision]]
    say = [posts.map(table).fillna(0.0).to_numpy(dtype=float) for table in tables]
    return np.max(say, axis=0)


def _nominators(account: pd.Series, nominations: pd.DataFrame | None) -> pd.Series:
    """Distinct colleagues who named each physician; nobody counts for naming himself."""
    if nominations is None or nominations.empty:
        return pd.Series(np.nan, index=account.index)
    pairs = nominations[["customer_id", "nominated_id"]].dropna().astype(str).drop_duplicates()
    pairs = pairs[pairs["customer_id"] != pairs["nominated_id"]]
    named = pairs.groupby("nominated_id").size().reindex(account.index).astype(float)
    asked = set(account.reindex(pairs["customer_id"]).dropna())
    return named.where(named.notna() | ~account.isin(asked), 0.0)
