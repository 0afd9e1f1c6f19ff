"""One row per account: who it is and what the saved results say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..data import customers

if TYPE_CHECKING:
    from .run import Run

__all__ = ["MAKERS", "of"]

#: results asked for by their short names, and the notebook that makes them
MAKERS = {
    "tiers": "02_segments_tiers", "types": "02_segments_tiers", "segments": "02_segments_tiers",
    "deciles": "02_segments_tiers", "cooperation": "02_segments_tiers", "grid": "02_segments_tiers",
    "stages": "02_segments_tiers", "levels": "02_segments_tiers", "total": "03_value_loyalty",
    "orders": "03_value_loyalty",
    "at_risk": "03_value_loyalty", "barriers": "04_voice_barriers", "answers": "07_case_study",
}  # fmt: skip
_WHO = ("name", "customer_type", "province", "city", "hospital_level", "ownership")
_SAYS = {
    "customers_tiers": {"tier": "tier", "share": "share", "cumulative_share": "cumulative_share"},
    "customers_tiers_national": {"tier": "tier_national"},
    "customers_types": {"type": "type", "since": "since", "typical_gap": "typical_gap"},
    "customers_segments": {"segment": "segment"},
    "customers_cooperation": {"score": "cooperation_score", "level": "cooperation_level"},
    "customers_grid": {"potential_class": "potential_class", "cell": "cell"},
    "customers_stages": {"stage": "stage"},
}
#: what makes a code of the data model of a level (1) or a class (high)
_PREFIX = {"cooperation_level": "level_", "potential_class": "pot_"}


def of(run: Run) -> pd.DataFrame:
    """The accounts of a run's region.

    Parameters
    ----------
    run : Run

    Returns
    -------
    DataFrame
        Index customer_id, sorted. First who the account is, then tier, type, segment, cooperation_score and
        cooperation_level, potential_class, cell of the grid and stage as far as the results are there, then the
        numbers of `analysis.data.customers.profile`.
    """
    profile = customers.profile(run.home / "tables", as_of=run.as_of, region=run.region, brand=run.brand)
    who = run.tables["customers"].drop_duplicates("customer_id").set_index("customer_id")
    out = who[[c for c in _WHO if c in who.columns and c not in profile.columns]].reindex(profile.index)
    for name, wanted in _SAYS.items():
        if name in run.results:
            said = run.results[name].customers  # type: ignore[attr-defined]
            for column, called in wanted.items():
                out[called] = said[column].reindex(profile.index)
    if "segment" in out:
        out["segment"] = out["segment"].astype("Int64")
    for column, prefix in _PREFIX.items():
        if column in out:
            known = out[column].dropna()
            out[column] = (prefix + known.map(str)).reindex(out.index).astype("str")
    return out.join(profile).sort_index()
