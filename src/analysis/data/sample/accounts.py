"""The customer master: hospitals, departments, physicians, pharmacies, clinics and distributors in one table."""

from __future__ import annotations

import pandas as pd

from .setting import START, Setting

__all__ = ["COLUMNS", "customers", "moves"]

COLUMNS = (
    "customer_id", "parent_id", "customer_type", "name", "region", "province", "city", "hospital_level", "ownership",
    "specialty", "title", "admin_role", "consent_basis", "opt_out", "valid_from",
)  # fmt: skip
_MOVED_ON = pd.Timestamp("2024-01-01")
_MOVED = 18


def customers(
    hospitals: pd.DataFrame,
    departments: pd.DataFrame,
    physicians: pd.DataFrame,
    outlets: pd.DataFrame,
    distributors: pd.DataFrame,
) -> pd.DataFrame:
    """One row per customer; physicians have no name, only specialty, title and role."""
    place = hospitals.set_index("customer_id")[["region", "province", "city"]]
    rooms = departments.join(place, on="parent_id").assign(customer_type="department", name=departments["specialty"])
    people = physicians.drop(columns=["region", "hospital_level"]).join(place, on="hospital_id")
    people = people.assign(
        customer_type="physician",
        consent_basis="本人同意",
        opt_out=physicians["opted_out"].map({True: "是", False: "否"}),
    )
    parts = [
        hospitals.assign(customer_type="hospital"),
        rooms,
        people,
        outlets,
        distributors.assign(customer_type="distributor"),
    ]
    frame = pd.concat([part.reindex(columns=COLUMNS) for part in parts], ignore_index=True)
    return frame.assign(valid_from=pd.Timestamp(START).strftime("%Y-%m-%d"))


def moves(outlets: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Pharmacies and clinics that moved to the first region on 1 January 2024; the rest never moved."""
    if len(setting.regions) < 2:
        return pd.DataFrame(columns=["customer_id", "region", "valid_from", "valid_to"])
    rng = setting.rng("moves")
    here = outlets.loc[outlets["region"] == setting.regions[0], "customer_id"].to_numpy()
    ids = sorted(rng.choice(here, min(setting.count(_MOVED), len(here)), replace=False))
    before = pd.DataFrame({"customer_id": ids, "region": setting.regions[1], "valid_from": pd.Timestamp(START)})
    after = pd.DataFrame({"customer_id": ids, "region": setting.regions[0], "valid_from": _MOVED_ON})
    before["valid_to"] = _MOVED_ON - pd.Timedelta(days=1)
    return pd.concat([before, after], ignore_index=True).sort_values(["customer_id", "valid_from"], ignore_index=True)
