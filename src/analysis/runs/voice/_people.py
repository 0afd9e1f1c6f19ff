"""Who answered, who might have: what the customer table knows of respondents."""

from __future__ import annotations

import pandas as pd

__all__ = ["hospitals", "known_of", "universe_of"]

#: a specialty belongs to the surveyed population from this share of the respondents on
_LEAST_SHARE = 0.02
#: share of the respondents with an id who must be physicians of the customer table
_KNOWN = 0.5


def hospitals(people: pd.DataFrame, ids: pd.Series) -> pd.Series:
    """Hospital of each physician: the parent, or the parent of the department that is the parent."""
    parent = people.set_index("customer_id")["parent_id"]
    home = ids.map(parent)
    return home.map(parent).fillna(home)


def known_of(people: pd.DataFrame | None, person: pd.Series | None, index: pd.Index) -> pd.DataFrame:
    """Title, specialty and the hospital's official grade of each person, as far as the customer table holds them."""
    out = pd.DataFrame(index=index)
    if people is None or person is None:
        return out
    by_id = people.set_index("customer_id")
    for name in ("title", "specialty"):
        if name in by_id.columns:
            out[name] = person.map(by_id[name])
    if {"parent_id", "hospital_level"} <= set(by_id.columns):
        out["hospital_level"] = hospitals(people, person).map(by_id["hospital_level"])
    return out


def universe_of(people: pd.DataFrame | None, person: pd.Series | None) -> pd.DataFrame | None:
    """Physicians of the specialties that answered, or None where most respondents are not in the customer table.

    Returns
    -------
    DataFrame or None
        Index customer_id; title, specialty, hospital_level and hospital, as far as known.
    """
    if people is None or person is None or "customer_type" not in people.columns:
        return None
    everyone = people[people["customer_type"] == "physician"]
    asked = everyone[everyone["customer_id"].isin(person)]
    if asked.empty or len(asked) < _KNOWN * person.dropna().nunique():
        return None
    if "specialty" in everyone.columns:
        share = asked["specialty"].value_counts(normalize=True)
        everyone = everyone[everyone["specialty"].isin(share.index[share >= _LEAST_SHARE])]
    ids = pd.Series(everyone["customer_id"].to_numpy(), index=everyone["customer_id"])
    out = known_of(people, ids, ids.index)
    if "parent_id" in people.columns:
        out["hospital"] = hospitals(people, ids)
    return out
