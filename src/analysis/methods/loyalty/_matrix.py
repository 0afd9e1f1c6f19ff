"""Attitude against repeat patronage: true, latent, inertial and no loyalty (`matrix`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals, periods
from ...stats import mandated as vbp

__all__ = ["LOYALTY", "LoyaltyMatrix", "account_attitude", "matrix"]

LEVEL = 0.95
LOW_N = 30
#: high attitude and high repeat; high attitude only; high repeat only; neither
LOYALTY = ("true_loyalty", "latent_loyalty", "inertial_loyalty", "no_loyalty")
#: lowest and highest answer by item type
SCALES = {"likert5": (1.0, 5.0), "likert7": (1.0, 7.0), "nps": (0.0, 10.0)}


@dataclass(frozen=True, eq=False, kw_only=True)
class LoyaltyMatrix(Result):
    """The four kinds of loyalty.

    Attributes
    ----------
    table : DataFrame
        loyalty (true, latent, inertial, none), value (share of customers), lo, hi, n, share_value (of the net value
        of the same customers), method, flag.
    customers : DataFrame
        Index customer_id in the order of ``attitude``: attitude, repeat, loyalty.
    cuts : dict
        The cut points used; give them as ``cuts=`` to use the same elsewhere.
    """

    customers: pd.DataFrame
    cuts: dict[str, float]
    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent",
        "lo": "percent",
        "hi": "percent",
        "share_value": "percent",
    }
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "share_value"), within=())


def matrix(
    orders: pd.DataFrame,
    attitude: pd.Series,
    *,
    as_of: Any,
    months: int = 12,
    repeat: pd.Series | None = None,
    cuts: Mapping[str, float] | None = None,
    mandated: pd.DataFrame | None = None,
) -> LoyaltyMatrix:  # one optional measure more than six
    """Relative attitude against repeat patronage, customer by customer.

    Repeat patronage is the share of the last ``months`` with a positive net value, unless a better measure
    is given. Customers without an attitude, or without any order, have no place and are counted in a note.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount.
    attitude : Series
        0 to 1 by customer_id; of organisations, never of a single physician. See `account_attitude`.
    as_of : date
    months : int, default 12
    repeat : Series, optional
        Repeat patronage by customer_id, 0 to 1, such as the share of wallet.
    cuts : dict, optional
        "attitude" and "repeat": from here on counts as high. Default: the medians of these customers, or the
        least value above 0 where the median is 0.
    mandated : DataFrame, optional
        product_id and date of mandated volume, which is no loyalty; see `stats.mandated`.

    Returns
    -------
    LoyaltyMatrix
        Wilson intervals at 95 %.

    Raises
    ------
    DataError
        ``attitude_range``, ``attitude_nobody`` (no customer has both).
    SettingError
        ``matrix_cuts``.

    References
    ----------
    Dick, A. S. and Basu, K. (1994), Journal of the Academy of Marketing Science 22, 99–113, figure 2.
    """
    checks.whole(months, name="months", low=1)
    checks.unique_index(attitude, name="attitude")
    score = attitude.dropna().astype(float)
    if ((score < 0) | (score > 1)).any():
        raise DataError("attitude_range", count=int(((score < 0) | (score > 1)).sum()), of=len(score))
    orders, left_out = vbp.free(orders, mandated)
    table = periods.customer_months(orders, as_of)
    recent = (table.month < months) & (table.value > 0)
    active = np.bincount(table.code[recent], minlength=len(table.customers)) / months
    held = np.bincount(table.code[table.month < months], table.value[table.month < months], len(table.customers))
    if repeat is not None:
        checks.unique_index(repeat, name="repeat")
        active = repeat.reindex(table.customers).to_numpy(dtype=float)
    frame = pd.DataFrame({"repeat": active, "net": held}, index=table.customers)
    both = frame.join(score.rename("attitude"), how="inner").dropna().sort_index()
    if both.empty:
        raise DataError("attitude_nobody", attitudes=len(score), customers=len(frame))
    points = _cuts(cuts, both)
    high, often = both["attitude"] >= points["attitude"], both["repeat"] >= points["repeat"]
    kind = np.select([high & often, high & ~often, ~high & often], LOYALTY[:3], LOYALTY[3])
    rows = _table(kind, both["net"].to_numpy())
    customers = both.assign(loyalty=pd.Series(kind, both.index, dtype="str"))[["attitude", "repeat", "loyalty"]]
    notes = (
        [*left_out, Note("matrix_without", {"n": len(frame) - len(both)})] if len(frame) > len(both) else [*left_out]
    )
    if cuts is None:
        notes.append(Note("matrix_medians", points))
    return LoyaltyMatrix(
        table=rows,
        settings={
            "as_of": table.as_of.date(),
            "months": months,
            "repeat_given": repeat is not None,
            "cuts_given": cuts is not None,
            "level": LEVEL,
        },
        notes=tuple(notes),
        finding=_finding(rows),
        customers=customers.reindex([i for i in attitude.index if i in customers.index]).rename_axis("customer_id"),
        cuts=points,
    )


def account_attitude(
    responses: pd.DataFrame,
    items: pd.DataFrame,
    customers: pd.DataFrame,
    accounts: pd.Index,
    *,
    construct: str = "attitude",
    least: int = 5,
) -> pd.Series:
    """Mean attitude of each organisation's respondents, 0 to 1; ordinal items only, reversed where marked.

    Parameters
    ----------
    responses : DataFrame
        response_id, customer_id (respondent), item_id, value; ``mode`` where known: answers written down by a
        representative are left out.
    items : DataFrame
        item_id, type, construct, reverse.
    customers : DataFrame
        customer_id, parent_id: respondents are led up to the first organisation in ``accounts``.
    accounts : Index
        Organisations wanted, such as the customers of the order lines.
    construct : str, default "attitude"
    least : int, default 5
        Organisations with fewer respondents are left out: no answer may be traced to a person.

    Returns
    -------
    Series
        On customer_id of the organisations, sorted; empty where nobody qualifies.
    """
    checks.whole(least, name="least", low=2)
    used = items[(items["construct"] == construct) & items["type"].isin(SCALES)].drop_duplicates("item_id")
    answers = responses[responses["item_id"].isin(used["item_id"]) & responses["value"].notna()]
    if "mode" in answers.columns:
        answers = answers[answers["mode"] != "rep_administered"]
    if answers.empty:
        # a survey that does not ask for the attitude
        return pd.Series(dtype=float, name="attitude", index=pd.Index([], name="customer_id", dtype="str"))
    scale = used.set_index("item_id")
    kind = answers["item_id"].map(scale["type"])
    low, high = (kind.map({name: pair[i] for name, pair in SCALES.items()}) for i in (0, 1))
    score = (answers["value"] - low) / (high - low)
    if "reverse" in scale.columns:
        score = score.mask(answers["item_id"].map(scale["reverse"].astype(bool)).astype(bool), 1 - score)
    score = score.clip(0, 1)
    person = score.groupby(answers["customer_id"]).mean()
    home = _home(person.index, customers, accounts)
    grouped = person[home.notna().to_numpy()].groupby(home.dropna().to_numpy())
    return grouped.mean()[grouped.count() >= least].sort_index().rename("attitude").rename_axis("customer_id")


def _home(people: pd.Index, customers: pd.DataFrame, accounts: pd.Index) -> pd.Series:
    """First organisation above each respondent that is in ``accounts``."""
    parent = customers.set_index("customer_id")["parent_id"]
    place = pd.Series(people, index=people, dtype="object").map(parent)
    home = place.where(place.isin(accounts))
    # hospital, department, physician: four steps up are more than there are
    for _ in range(4):
        place = place.map(parent)
        home = home.fillna(place.where(place.isin(accounts)))
    return home


def _cuts(cuts: Mapping[str, float] | None, both: pd.DataFrame) -> dict[str, float]:
    if cuts is None:
        return {name: _median(both[name]) for name in ("attitude", "repeat")}
    if set(cuts) != {"attitude", "repeat"} or not all(0 < v <= 1 for v in cuts.values()):
        raise SettingError("matrix_cuts", got=dict(cuts))
    return {name: float(cuts[name]) for name in ("attitude", "repeat")}


def _median(values: pd.Series) -> float:
    """The median; the least value above 0 where half of them are 0, for nothing is never high."""
    above = values[values > 0]
    middle = float(values.median())
    return middle if middle > 0 else float(above.min()) if len(above) else 1.0


def _table(kind: np.ndarray, net: np.ndarray) -> pd.DataFrame:
    total, n = float(np.maximum(net, 0).sum()), len(kind)
    rows = []
    for name in LOYALTY:
        inside = kind == name
        hits = int(inside.sum())
        lo, hi = intervals.wilson(hits, n, level=LEVEL)
        share = float(np.maximum(net[inside], 0).sum()) / total if total > 0 else np.nan
        rows.append({"loyalty": name, "value": hits / n, "lo": lo, "hi": hi, "n": hits, "share_value": share,
                     "method": "wilson", "flag": "low_n" if n < LOW_N else "ok"})  # fmt: skip
    return pd.DataFrame(rows)


def _finding(rows: pd.DataFrame) -> Note:
    inert = rows[rows["loyalty"] == "inertial_loyalty"].iloc[0]
    told: dict[str, Any] = {name: float(inert[name]) for name in ("value", "lo", "hi")}
    return Note("loyalty_matrix", {**told, "of": int(rows["n"].sum())})
