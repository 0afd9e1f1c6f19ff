"""From barriers to what may be done: owner, allowed response, what must never be done, and whom it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core.result import Disclosure, Note, Result
from ._priority import FDR
from ._result import Barriers
from ._taxonomy import taxonomy

__all__ = ["Actions", "actions"]

#: the lists in which barriers stand, in their order
LISTS = ("barrier_now", "barrier_unproven", "barrier_met", "barrier_not_ours", "barrier_keep")
#: appropriate barriers with a reason in words
_REASONS = ("B13", "B16")
_COLUMNS = [
    "barrier_list", "rank", "barrier", "addressable", "owner", "response", "never", "com_b", "tdf", "tdf_also", "reach",
    "value", "lo", "hi", "n", "hospitals", "q", "method", "flag",
]  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Actions(Result):
    """One row per barrier.

    Attributes
    ----------
    table : DataFrame
        barrier_list: barrier_now (ranked), barrier_unproven (ours, but no association is
        shown), barrier_met (goes with more use: service, not persuasion), barrier_not_ours,
        barrier_keep (appropriate: protects patients); rank (within
        barrier_now); barrier, addressable, owner, response (what may be offered), never (what
        must not be done), com_b, tdf, tdf_also; reach (respondents who name it), value, lo, hi
        (their share), n (who answered), hospitals (in which somebody names it; missing where
        hospitals are unknown); q, method, flag.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "barrier_list": "term", "rank": "count", "barrier": "term", "addressable": "term", "owner": "term",
        "response": "term", "never": "term", "com_b": "term", "tdf": "term", "tdf_also": "term", "reach": "count",
        "value": "percent", "lo": "percent", "hi": "percent", "n": "count", "hospitals": "count", "q": "number2",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("reach", "n"),
        hides=("value", "lo", "hi", "hospitals", "q"),
        keys=("rank",),
        alone=(("hospitals",),),
    )


def actions(ranked: Barriers, *, answers: pd.DataFrame | None = None, cluster: pd.Series | None = None) -> Actions:
    """Map each barrier to its owner, its allowed response and its reach.

    Parameters
    ----------
    ranked : Barriers
        From `rank`.
    answers, cluster : DataFrame, Series, optional
        As given to `rank`: with both, in how many hospitals a barrier is named.

    Returns
    -------
    Actions

    References
    ----------
    Cane, J., O'Connor, D. and Michie, S. (2012), Implementation Science 7:37 (domains).
    Michie, S., van Stralen, M. and West, R. (2011), Implementation Science 6:42 (COM-B).
    """
    known = taxonomy().set_index("barrier")
    out = ranked.table.copy()
    for column in ("com_b", "tdf", "tdf_also", "response", "never"):
        out[column] = out["barrier"].map(known[column])
    out["barrier_list"] = _lists(out)
    out["reach"] = out["mentions"]
    out["hospitals"] = out["barrier"].map(_hospitals(answers, cluster)).astype(float)
    place = out["barrier_list"].map({name: i for i, name in enumerate(LISTS)})
    out = out.assign(_place=place).sort_values(
        ["_place", "rank", "value", "barrier"], ascending=[True, True, False, True], ignore_index=True
    )
    notes = [Note("barriers_association")]
    apart = sorted(out.loc[out["barrier_list"] == "barrier_met", "barrier"])
    if apart:
        notes.append(Note("barriers_met_by_users", {"barriers": apart}))
    kept = sorted(out.loc[out["barrier_list"] == "barrier_keep", "barrier"])
    notes += [Note(f"barrier_keep_{code}") for code in kept if code in _REASONS]
    if out["response"].isna().any():
        notes.append(Note("actions_without_response", {"barriers": sorted(out.loc[out["response"].isna(), "barrier"])}))
    return Actions(
        table=out[_COLUMNS],
        settings={"fdr": FDR, "level": 0.95, "lists": list(LISTS)},
        notes=tuple(notes),
        finding=_finding(out),
    )


def _lists(out: pd.DataFrame) -> np.ndarray:
    return np.select(
        [
            out["addressable"] == "appropriate",
            out["met_by_users"].astype(bool),  # whoever's it is: those further on meet it
            out["addressable"] == "no",
            out["rank"].notna(),
        ],
        ["barrier_keep", "barrier_met", "barrier_not_ours", "barrier_now"],
        "barrier_unproven",
    )


def _hospitals(answers: pd.DataFrame | None, cluster: pd.Series | None) -> dict[str, int]:
    """Hospitals in which at least one respondent names the barrier."""
    if answers is None or cluster is None:
        return {}
    home = cluster.reindex(answers.index)
    return {str(c): int(home[(answers[c] == 1) & home.notna()].nunique()) for c in answers.columns}


def _finding(out: pd.DataFrame) -> Note:
    now = out[out["barrier_list"] == "barrier_now"]
    if now.empty:
        return Note("actions_none", {"fdr": FDR})
    top = now.iloc[0]
    values = {
        "barrier": str(top["barrier"]), "owner": str(top["owner"]), "reach": int(top["reach"]),
        "value": float(top["value"]),
    }  # fmt: skip
    # the only one is first of nothing
    sure = len(now) > 1 and top["rank_lo"] == top["rank_hi"] == 1
    code = "actions_first" if sure else "actions_among"
    if values["owner"] == "owner_unknown":
        return Note(f"{code}_unowned", {name: told for name, told in values.items() if name != "owner"})
    return Note(code, values)
