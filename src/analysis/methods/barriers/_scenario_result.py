"""The scenario as a result: its table, its sentences, and the reasons why there may be none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core.result import Disclosure, Note, Result
from ._priority import FDR
from ._relation import Relation

__all__ = ["COLUMNS", "Scenario", "finding", "notes", "without"]

COLUMNS = [
    "barrier", "group", "value", "lo", "hi", "n", "respondents", "worth", "share_added", "method", "flag",
]  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Scenario(Result):
    """Amounts that go with a barrier, account level; not additive.

    Attributes
    ----------
    table : DataFrame
        barrier, group ("all", or a segment of accounts); value, lo, hi (the amount), n
        (accounts whose respondents name it), respondents, worth (present value of those
        accounts), share_added (mean rise of their share at the step); method, flag
        (not_identified: the values of accounts do not go with adoption in these data).
        One row per barrier that passed q, goes with less use and may be worked on.
    relation : dict
        log_ratio, lo, hi (rise of the log of an account's value from no adopter to all
        adopters), accounts, reason (None, or why there is no amount).
    """

    relation: dict[str, float | int | str | None]
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "value": "money", "lo": "money", "hi": "money", "n": "count", "respondents": "count", "worth": "money",
        "share_added": "points", "barrier": "term", "group": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "respondents"), hides=("value", "lo", "hi", "worth", "share_added"), within=("barrier",)
    )


def without(passed: pd.DataFrame, link: Relation) -> Scenario:
    """No amount: the barriers that would have had one, and the reason."""
    rows = [(b, "all", *[np.nan] * 3, 0, 0, np.nan, np.nan, "none", "not_identified") for b in passed["barrier"]]
    reason = link.reason or "no_barrier"
    note = Note("scenario_value_not_computed", {"reason": f"scenario_{reason}"})
    link = link if link.reason else Relation.none("no_barrier")
    return Scenario(
        table=pd.DataFrame(rows, columns=COLUMNS).astype({"n": int, "respondents": int}), relation=link.told(),
        settings={"fdr": FDR, "reason": reason}, notes=(note,), finding=Note("scenario_none", dict(note.values)),
    )  # fmt: skip


def notes(
    table: pd.DataFrame, accounts: pd.DataFrame, worth: pd.DataFrame, link: Relation, bounds: bool
) -> tuple[Note, ...]:
    """The sentence on each amount, and what the amounts rest on."""
    shown = table[(table["group"] == "all") & (table["flag"] == "ok")]
    found = [
        Note("scenario_sentence", {"barrier": str(row["barrier"]), **{c: float(row[c]) for c in ("value", "lo", "hi")}})
        for row in shown.to_dict("records")
    ]
    # ten points more adopters
    ratio, lo, hi = (float(np.exp(slope / 10)) for slope in (link.slope, link.lo, link.hi))
    found.append(Note("scenario_relation", {"count": link.accounts, "ratio": ratio, "lo": lo, "hi": hi}))
    found.append(Note("scenario_accounts", {"n": len(accounts), "count": int((worth["value"] > 0).sum())}))
    if not bounds:
        found.append(Note("scenario_point_values"))
    return tuple(found)


def finding(table: pd.DataFrame) -> Note:
    """The first barrier's amount, or why there is none."""
    shown = table[(table["group"] == "all") & (table["flag"] == "ok")]
    if shown.empty:
        return Note("scenario_none", {"reason": "scenario_few_named"})
    top = shown.iloc[0]
    values = {c: float(top[c]) for c in ("value", "lo", "hi")}
    return Note("scenario_amount", {"barrier": str(top["barrier"]), "n": int(top["n"]), **values})
