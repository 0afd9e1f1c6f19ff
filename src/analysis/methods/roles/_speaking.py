"""What opponents say holds them back, and how to speak with each role: `concerns`, `playbook`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ._measure import LOW_N, ROLES, Roles
from ._support import STANCES

__all__ = ["PLAYBOOK", "Concerns", "Playbook", "concerns", "playbook"]

#: role and stance to content, channel and owner; information and service only, no benefit and no volume
PLAYBOOK: dict[tuple[str, str], tuple[str, str, str]] = {
    ("decision_maker", "supporter"): ("say_evidence_news", "way_meeting", "owner_medical"),
    ("decision_maker", "neutral"): ("say_evidence_fit", "way_visit", "owner_medical"),
    ("decision_maker", "opponent"): ("say_listen_first", "way_medical", "owner_medical"),
    ("decision_maker", "not_rated"): ("say_get_to_know", "way_visit", "owner_promotion"),
    ("other_physician", "supporter"): ("say_case_practice", "way_meeting", "owner_promotion"),
    ("other_physician", "neutral"): ("say_appropriate_use", "way_online", "owner_promotion"),
    ("other_physician", "opponent"): ("say_answer_concern", "way_medical", "owner_medical"),
    ("other_physician", "not_rated"): ("say_get_to_know", "way_online", "owner_promotion"),
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Concerns(Result):
    """Barriers that opponents name.

    Attributes
    ----------
    table : DataFrame
        One row per barrier, most named first: barrier, value (share of answering opponents who name it), lo, hi
        (Wilson 95 %), n (opponents who answered it), mentions, others (share among the other rated physicians),
        method, flag.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "others": "percent", "n": "count", "mentions": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n", "mentions"), hides=("value", "lo", "hi", "others"))
    internal_only: ClassVar[bool] = True


@dataclass(frozen=True, eq=False, kw_only=True)
class Playbook(Result):
    """What to say to whom, through whom.

    Attributes
    ----------
    table : DataFrame
        One row per role and stance: role, stance, n (physicians), content, way (channel), owner, flag.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"n": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(within=("role",))
    internal_only: ClassVar[bool] = True


def concerns(found: Roles, stated: pd.DataFrame) -> Concerns:
    """Which barriers opponents state, beside the other rated physicians.

    Parameters
    ----------
    found : Roles
    stated : DataFrame
        Index customer_id of physicians who answered, one column per barrier code: 1 named, 0 not, missing where
        it was not answered. Ordinal answers only, reported in aggregates.

    Raises
    ------
    DataError
        ``duplicate_customers``, ``roles_no_opponents``.

    References
    ----------
    Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209–212.
    """
    checks.unique_index(stated, name="stated")
    stance = found.customers["stance"].reindex(stated.index.astype(str)).to_numpy()
    own, rest = stated[stance == "opponent"], stated[np.isin(stance, STANCES) & (stance != "opponent")]
    if own.empty:
        raise DataError("roles_no_opponents", answers=len(stated))
    n, mentions = own.notna().sum(), own.sum()
    lo, hi = intervals.wilson(mentions.to_numpy(dtype=float), n.to_numpy(dtype=float))
    table = pd.DataFrame({"barrier": pd.Series(stated.columns, dtype="str"), "value": own.mean().to_numpy(dtype=float)})
    table = table.assign(lo=lo, hi=hi, n=n.to_numpy(dtype="int64"), mentions=mentions.to_numpy(dtype="int64"))
    table["others"] = rest.mean().to_numpy(dtype=float) if len(rest) else np.nan
    flag = np.where(table["n"] == 0, "missing_input", np.where(table["n"] < LOW_N, "low_n", "ok"))
    table = table.assign(method="wilson", flag=flag).astype({"method": "str", "flag": "str"})
    table = table.sort_values(["value", "barrier"], ascending=[False, True], ignore_index=True)
    first = table.iloc[0].to_dict()
    told = {name: first[name] for name in ("barrier", "n", "value", "lo", "hi")}
    return Concerns(
        table=table,
        settings={"opponents": len(own), "others": len(rest)},
        notes=(Note("roles_concerns_rule"),),
        finding=Note("concerns_low_n" if first["flag"] == "low_n" else "concerns", told),
    )


def playbook(found: Roles, *, plan: Mapping[tuple[str, str], tuple[str, str, str]] = PLAYBOOK) -> Playbook:
    """Content, channel and owner for each role and stance that occurs.

    Parameters
    ----------
    found : Roles
    plan : mapping, default `roles.PLAYBOOK`
        (role, stance) to (content, channel, owner), each a code with words or plain text.

    Raises
    ------
    SettingError
        ``roles_plan`` when a role and stance that occurs has no entry.
    """
    counts = found.customers.groupby(["role", "stance"]).size()
    keys = [(r, s) for r in ROLES for s in (*STANCES, "not_rated") if counts.get((r, s), 0)]
    for key in keys:
        if key not in plan:
            raise SettingError("roles_plan", got=" / ".join(key))
    rows = [(*key, int(counts[key]), *plan[key]) for key in keys]
    table = pd.DataFrame(rows, columns=["role", "stance", "n", "content", "way", "owner"]).assign(flag="ok")
    kinds = {name: "str" for name in table.columns if name != "n"}
    return Playbook(table=table.astype(kinds), finding=Note("playbook", {"rows": len(table)}))
