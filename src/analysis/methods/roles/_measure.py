"""Influence and support of physicians: `measure`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ._influence import ANY, AUTHORITY, STRENGTH, influence
from ._people import People, people_of
from ._support import BORDERS, STANCES, Ratings, by_observer, kappa, observer_sd, support

__all__ = ["LOW_N", "ROLES", "Roles", "measure"]

ROLES = ("decision_maker", "other_physician")
#: influence from which a physician without formal authority is a key decision maker
_INFLUENTIAL = 0.7
LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class Roles(Result):
    """Roles and stance of physicians.

    Attributes
    ----------
    table : DataFrame
        One row per role and stance: role (decision_maker, other_physician), stance (supporter, neutral, opponent,
        not_rated), value (share of the role's rated physicians), lo, hi (Wilson 95 %), n (physicians), method, flag.
    customers : DataFrame
        Index customer_id of physicians, for internal work only, never names: account, title, admin_role,
        specialty, region, role, authority, nominators, influence, support, lo, hi, raters, ratings, weight,
        last_rating, single_rater, stance, p_stance, sure, confidence.
    agreement : DataFrame
        One row: value (quadratic weighted kappa), lo, hi, n (physicians rated by two), method, flag.
    as_of : Timestamp
    observer_sd : float
        Spread between observers on the scale of support.
    observer_freedom : int
        Its degrees of freedom, prior included.
    """

    customers: pd.DataFrame
    agreement: pd.DataFrame
    as_of: pd.Timestamp
    observer_sd: float
    observer_freedom: int

    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "n": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(within=("role",))
    internal_only: ClassVar[bool] = True


def measure(
    customers: pd.DataFrame,
    stance: pd.DataFrame,
    *,
    as_of: Any,
    nominations: pd.DataFrame | None = None,
    decision: str | None = None,
    half_life: float = 6.0,
    reference: Roles | None = None,
) -> Roles:  # the frozen reference comes beside the data, hence a seventh
    """Who decides, and how each physician stands to the product.

    A key decision maker has formal authority for the decision at hand (authority 1 in ``roles.AUTHORITY``), or
    influence of .7 and more. Supporters have support of .3 and more, opponents of −.3 and less. Both attributes
    are given: a key decision maker may be an opponent. No quantity of any kind enters.

    Parameters
    ----------
    customers : DataFrame
        The customer table: ``customer_id, customer_type, admin_role``; ``parent_id`` leads from physicians over
        departments to their account; ``title, specialty, region, opt_out, valid_from, valid_to`` where known.
    stance : DataFrame
        ``customer_id, observer_id, date, stance`` (−2 to 2); ``decision`` where known.
    as_of : date
        Later ratings and physicians not yet or no longer valid do not enter.
    nominations : DataFrame, optional
        ``customer_id`` (who answered), ``nominated_id``: whom colleagues name as influential.
    decision : {"listing", "guideline", "purchase"}, optional
        The decision at hand; None: any of them.
    half_life : float, default 6
        Months after which a rating counts half.
    reference : Roles, optional
        Result of all regions: its spread between observers is used, so that a region's intervals are the national
        ones. None: the spread is learned from these ratings.

    Returns
    -------
    Roles

    Raises
    ------
    DataError
        ``missing_columns``, ``duplicate_customers``, ``roles_no_physicians``, ``roles_scale``, ``roles_no_date``.
    SettingError
        ``not_a_choice``, ``out_of_range``.

    References
    ----------
    Mitchell, R. K., Agle, B. R. and Wood, D. J. (1997), Academy of Management Review 22, 853–886 (power beside
    stance). Cohen, J. (1968), Psychological Bulletin 70, 213–220 (weighted kappa).
    """
    if decision is not None:
        checks.choice(decision, tuple(AUTHORITY), name="decision")
    checks.number(half_life, name="half_life", low=0.1, high=120.0)
    if nominations is not None:
        checks.columns(nominations, ["customer_id", "nominated_id"], name="nominations")
    day = pd.Timestamp(as_of)
    people = people_of(customers, day)
    ratings = by_observer(stance, people.frame.index, as_of=day, decision=decision, half_life=half_life)
    found = people.frame.join(influence(people.frame, nominations, decision))
    spread = observer_sd(ratings.rows) if reference is None else (reference.observer_sd, reference.observer_freedom)
    found = found.join(support(ratings.rows, found.index, spread))
    deciding = (found["authority"] >= 1) | (found["influence"] >= _INFLUENTIAL)
    found.insert(5, "role", np.where(deciding, *ROLES))
    agreed = _agreement(ratings.rows)
    table = _table(found)
    return Roles(
        table=table,
        customers=found,
        agreement=agreed,
        as_of=day,
        observer_sd=spread[0],
        observer_freedom=spread[1],
        settings={
            "as_of": str(day.date()), "decision": decision or ANY, "half_life": half_life, "influential": _INFLUENTIAL,
            "stance_border": BORDERS, "strength": STRENGTH, "frozen": reference is not None,
        },
        notes=_notes(found, people, ratings, agreed),
        finding=_finding(table),
    )  # fmt: skip


def _table(found: pd.DataFrame) -> pd.DataFrame:
    names = [*STANCES, "not_rated"]
    pairs = pd.MultiIndex.from_product([ROLES, names], names=["role", "stance"])
    n = found.groupby(["role", "stance"]).size().reindex(pairs, fill_value=0).to_numpy(dtype="int64")
    kinds = pairs.to_frame(index=False).astype("str")
    known = (kinds["stance"] != "not_rated").to_numpy()
    rated = pd.Series(np.where(known, n, 0)).groupby(kinds["role"]).transform("sum").to_numpy()
    asked = known & (rated > 0)
    lo, hi = intervals.wilson(np.where(asked, n, 0), np.where(asked, rated, 0))
    share = np.divide(n, rated, out=np.full(len(n), np.nan), where=asked)
    flag = np.where(~asked, "missing_input", np.where(rated < LOW_N, "low_n", "ok"))
    told = {"value": share, "lo": lo, "hi": hi, "n": n, "method": np.where(asked, "wilson", ""), "flag": flag}
    table = kinds.assign(**told).astype({"method": "str", "flag": "str"})
    # a row that says that nobody is left to rate says nothing
    return table[known | (n > 0)].reset_index(drop=True)


def _agreement(rows: pd.DataFrame) -> pd.DataFrame:
    value, lo, hi, n = kappa(rows)
    flag = "not_identified" if np.isnan(value) else "low_n" if n < LOW_N else "ok"
    return pd.DataFrame(
        {"value": [value], "lo": [lo], "hi": [hi], "n": [n], "method": ["weighted_kappa"], "flag": [flag]}
    )


def _finding(table: pd.DataFrame) -> Note:
    makers = table[table["role"] == "decision_maker"].set_index("stance")
    n, rated = int(makers["n"].sum()), int(makers.loc[makers.index != "not_rated", "n"].sum())
    if not n:
        return Note("roles_no_makers", {"n": int(table["n"].sum())})
    if not rated:
        return Note("roles_none_rated", {"n": n})
    row = makers.loc[["supporter"]].iloc[0]
    values = {"n": n, "rated": rated, "lo": float(row["lo"]), "hi": float(row["hi"])}
    if rated < LOW_N:
        return Note("roles_low_n", values)
    return Note("roles", values | {"share": float(row["value"])})


def _notes(found: pd.DataFrame, people: People, ratings: Ratings, agreed: pd.DataFrame) -> tuple[Note, ...]:
    rated = found[found["raters"] > 0]
    counts = {
        "roles_opted_out": people.opted_out,
        "roles_later": ratings.later,
        "roles_unknown": ratings.unknown,
    }
    notes = [Note(code, {"count": n}) for code, n in counts.items() if n]
    if len(rated):
        single, unsure = int(rated["single_rater"].sum()), int((~rated["sure"]).sum())
        notes.append(Note("roles_rated", {"rated": len(rated), "single": single, "unsure": unsure}))
    if found["nominators"].isna().all():
        notes.append(Note("roles_no_nominations"))
    row = agreed.iloc[0]
    if row["flag"] == "not_identified":
        notes.append(Note("roles_kappa_none"))
    else:
        told = {name: float(row[name]) for name in ("value", "lo", "hi")}
        notes.append(Note("roles_kappa", {**told, "pairs": int(row["n"])}))
    return (*notes, Note("roles_personal"))
