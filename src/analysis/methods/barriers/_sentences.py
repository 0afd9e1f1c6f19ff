"""What the ranking says: its notes and its finding."""

from __future__ import annotations

import pandas as pd

from ...core.result import Note
from ._association import Association
from ._priority import FDR

__all__ = ["finding", "notes"]


def notes(out: pd.DataFrame, link: Association, codebook: pd.DataFrame | None) -> tuple[Note, ...]:
    """Limits of the ranking, and the barriers that stand apart."""
    found = list(link.notes)
    users = sorted(out.loc[out["met_by_users"], "barrier"])
    if users:
        found.append(Note("barriers_met_by_users", {"barriers": users}))
    kept = sorted(out.loc[out["addressable"] == "appropriate", "barrier"])
    if kept:
        found.append(Note("barriers_appropriate", {"barriers": kept}))
    unknown = sorted(out.loc[out["addressable"] == "unknown", "barrier"])
    if unknown:
        found.append(Note("barriers_unknown", {"barriers": unknown}))
    if codebook is not None:
        unasked = sorted(set(codebook["barrier_code"].dropna().astype(str)) - set(out["barrier"]))
        if unasked:
            found.append(Note("barriers_not_asked", {"barriers": unasked}))
    facts = sorted(out.loc[out["level"] == "hospital", "barrier"])
    if facts:
        found.append(Note("barriers_hospital_facts", {"barriers": facts}))
    return tuple(found)


def finding(out: pd.DataFrame, link: Association, kind: str, step: float, name: str) -> Note:
    """The sentence on the first barrier, as far as the data carry it."""
    n = int(link.rows.get("n", out["n"].max()))
    if link.effects.empty:
        top = out.sort_values(["value", "barrier"], ascending=[False, True]).iloc[0]
        if pd.isna(top["value"]):
            return Note("barriers_unanswered")
        shares = {c: float(top[c]) for c in ("value", "lo", "hi")}
        return Note("barriers_prevalence", {"barrier": top["barrier"], "n": int(top["n"]), **shares})
    against = out[(out["q"] <= FDR) & (out["effect"] < 0)]
    if against.empty:
        return Note("barriers_none", {"n": n, "fdr": FDR})
    first = against[against["priority"].notna()]
    top = first.iloc[0] if len(first) else against.iloc[0]
    # magnitudes, in percentage points; where the interval crosses 0 its end keeps the sign
    sizes = {"size": -100 * top["effect"], "lo": -100 * top["effect_hi"], "hi": -100 * top["effect_lo"]}
    words = {"barrier": top["barrier"], "value": float(top["value"]), **{k: float(v) for k, v in sizes.items()}}
    if not len(first):
        return Note("barriers_not_addressable", words)
    if kind == "logit":
        return Note("barriers_outcome", words)
    ladder = step == 4 and name == "step"
    return Note("barriers_ladder", words) if ladder else Note("barriers_step", {**words, "step": f"{step:g}"})
