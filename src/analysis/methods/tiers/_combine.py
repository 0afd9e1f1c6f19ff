"""Several criteria to one tier: `combine`, and who is classed differently: `disagreements`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats.ranked import net_of
from ._letters import ASSESS, LETTERS, NAMES, column_of, positions
from ._shares import share_of_value, with_wilson

__all__ = ["Combined", "TierDisagreements", "combine", "disagreements"]

RULES = ("any_two", "weighted")
#: class points of the weighted rule, and the scores from which a customer is A and B
POINTS = {"A": 3.0, "B": 2.0, "C": 1.0, "zero": 0.0, "negative": 0.0}
BOUNDS = (2.5, 1.5)
#: part of the weights that must be known
COVERAGE = 0.6
_DIGITS = 9


@dataclass(frozen=True, eq=False, kw_only=True)
class Combined(Result):
    """One tier from several criteria.

    Attributes
    ----------
    table : DataFrame
        One row per combined tier (A, B, C, zero, negative; to_assess where there are such): tier, n, value (share of
        customers), lo, hi (Wilson), method, flag; with values also share_value, share_value_lo, share_value_hi
        (share of the positive net value, bootstrap over customers).
    customers : DataFrame
        Index customer_id, sorted: ``tier_<criterion>`` for each criterion (missing where not known), tier, score and
        coverage (weighted rule), disagreement (bool: the known criteria give more than one class), deviates (the
        criterion whose class is not the combined one, "several", or missing), value (when given).
    criteria : tuple of str
    """

    customers: pd.DataFrame
    criteria: tuple[str, ...]
    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "share_value": "percent", "share_value_lo": "percent", "share_value_hi": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "share_value", "share_value_lo", "share_value_hi"), within=()
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class TierDisagreements(Result):
    """Customers whose criteria disagree: customer_id, tier by each criterion, tier, deviates, net_value, flag."""

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"net_value": "money"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=(), customers=("customer_id",), row_level="customer")


def combine(
    classes: Mapping[str, Result | pd.DataFrame | pd.Series],
    *,
    values: pd.Series | None = None,
    rule: str = "any_two",
    weights: Mapping[str, float] | None = None,
    n_boot: int = 200,
    seed: int = 0,
) -> Combined:
    """One tier from classes by volume, profit, strategic score …

    Rule ``any_two``: A if A on any two criteria, B if at least B on any two, else C; at least two must be known.
    Rule ``weighted``: mean of the class points (A 3, B 2, C 1, zero and negative 0) over the known criteria, A from
    2.5, B from 1.5; at least 60 % of the weights must be known. Under both a customer who is zero or negative on
    every known criterion, be it one, stays so by name, negative before zero only when all are; what else is not
    known enough is "to_assess".

    Parameters
    ----------
    classes : dict
        Criterion name to `Tiers`, a frame with ``tier``, or a Series of A, B, C, zero, negative (also no_profit and
        loss_making) on customer_id. The customers are all who stand in any of them. Strategic points become classes
        by fixed cuts: ``abc(points.dropna(), thresholds={"A": 4, "B": 2})``.
    values : Series, optional
        Net value of the customers, currency; gives the shares of value and sorts the disagreements.
    rule : {"any_two", "weighted"}
    weights : dict, optional
        Of the criteria, above 0; only for the weighted rule, equal by default.
    n_boot, seed : int
        Resamples behind the interval of the value shares.

    Returns
    -------
    Combined

    Raises
    ------
    DataError, SettingError

    References
    ----------
    Flores, B. E. and Whybark, D. C. (1986), Multiple criteria ABC analysis, International Journal of Operations &
    Production Management 6(3), 38–46.
    """
    checks.choice(rule, RULES, name="rule")
    place = _places(classes)
    names = tuple(map(str, place))
    used = _weights(weights, names, rule)
    customers = _letters(place)
    tier, score, coverage = _any_two(place) if rule == "any_two" else _weighted(place, used)
    customers["tier"] = pd.Series(np.array([*LETTERS, ASSESS])[tier], place.index, dtype="str")
    if rule == "weighted":
        customers["score"], customers["coverage"] = score, coverage
    customers["disagreement"] = place.nunique(axis=1) > 1
    customers["deviates"] = _deviates(place, tier, customers["disagreement"].to_numpy())
    table = with_wilson(pd.DataFrame({"tier": pd.Series([*LETTERS, ASSESS], dtype="str")}), tier)
    if values is not None:
        customers["value"] = _values(values, place.index)
        shares = share_of_value(customers["value"].to_numpy(), tier, len(table), n_boot=n_boot, seed=seed)
        table["share_value"], table["share_value_lo"], table["share_value_hi"] = shares
    return Combined(
        table=table if (tier == len(LETTERS)).any() else table.iloc[:-1],
        settings={"criteria": list(names), "rule": rule, "weights": used, "n_boot": n_boot, "seed": seed,
                  "n": len(place)},
        notes=_notes(place, tier, rule),
        finding=_finding(customers),
        customers=customers,
        criteria=names,
    )  # fmt: skip


def disagreements(result: Combined, *, most: int = 30) -> TierDisagreements:
    """Customers whose criteria give more than one class, largest value first (by id without values).

    Parameters
    ----------
    result : Combined
    most : int, default 30
        At most so many rows; a note says how many there are.

    Returns
    -------
    TierDisagreements
    """
    checks.whole(most, name="most", low=1)
    other = result.customers[result.customers["disagreement"]]
    if "value" in other:
        other = other.sort_values("value", ascending=False, kind="stable")
    shown = other.head(most).rename(columns={"value": "net_value"}).reset_index()
    columns = ["customer_id", *(f"tier_{name}" for name in result.criteria), "tier", "deviates", "net_value"]
    counts = {"n": len(other), "of": len(result.customers)}
    return TierDisagreements(
        table=shown[[name for name in columns if name in shown]].assign(flag="ok"),
        settings={**result.settings, "most": most},
        notes=(Note("rows_shown", {"n": len(shown), "of": len(other)}),) if len(other) > len(shown) else (),
        finding=Note("tiers_disagreements" if len(other) else "tiers_combined_same", counts),
    )


def _places(classes: Mapping[str, Any]) -> pd.DataFrame:
    """Position in `LETTERS`: one row per customer of any criterion, sorted; one column per criterion."""
    if not isinstance(classes, Mapping) or len(classes) < 2:
        raise SettingError("tiers_two_criteria", got=list(classes) if isinstance(classes, Mapping) else [])
    found = {str(name): positions(column_of(given, name=str(name)), name=str(name)) for name, given in classes.items()}
    everyone = pd.Index(sorted({str(i) for column in found.values() for i in column.index}), dtype="str")
    frame = pd.DataFrame({
        name: column.set_axis(column.index.astype(str)).reindex(everyone) for name, column in found.items()
    })  # fmt: skip
    return frame.rename_axis("customer_id")


def _weights(weights: Mapping[str, float] | None, names: tuple[str, ...], rule: str) -> dict[str, float]:
    if weights is not None and rule != "weighted":
        raise SettingError("tiers_weights_unused", rule=rule)
    given = dict.fromkeys(names, 1.0) if weights is None else dict(weights)
    good = all(isinstance(w, int | float | np.number) and np.isfinite(w) and w > 0 for w in given.values())
    if set(given) != set(names) or not good:
        raise SettingError("tiers_weights", names=list(names), got=given)
    total = float(sum(given.values()))
    return {name: float(given[name]) / total for name in names}


def _letters(place: pd.DataFrame) -> pd.DataFrame:
    words = dict(enumerate(LETTERS))
    return pd.DataFrame({f"tier_{name}": place[name].map(words).astype("str") for name in place})


def _any_two(place: pd.DataFrame) -> tuple[np.ndarray, None, None]:
    """The second best known class, never below C as long as one criterion is A, B or C."""
    ranked = np.sort(place.to_numpy(), axis=1)  # missing last
    second = np.minimum(ranked[:, 1], 2)
    return _by_name(place, np.where(np.isnan(ranked[:, 1]), len(LETTERS), second)), None, None


def _weighted(place: pd.DataFrame, weights: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    share = np.array([weights[str(name)] for name in place])
    points = np.array([POINTS[letter] for letter in LETTERS])
    known = place.notna().to_numpy()
    coverage = np.round(known @ share, _DIGITS)
    worth = np.where(known, points[np.where(known, place.to_numpy(), 0).astype(int)], 0.0)
    score = np.divide(worth @ share, coverage, out=np.full(len(place), np.nan), where=coverage > 0).round(_DIGITS)
    tier = np.select([coverage < COVERAGE, score >= BOUNDS[0], score >= BOUNDS[1]], [len(LETTERS), 0, 1], 2)
    return _by_name(place, tier), score, coverage


def _by_name(place: pd.DataFrame, tier: np.ndarray) -> np.ndarray:
    """Zero and negative on every known criterion stay so: zero, unless all are negative."""
    best = place.min(axis=1).to_numpy()
    return np.where(best >= 3, best, tier).astype(int)


def _deviates(place: pd.DataFrame, tier: np.ndarray, differ: np.ndarray) -> pd.Series:
    other = place.notna().to_numpy() & (place.to_numpy() != tier[:, None]) & differ[:, None]
    names = np.array([NAMES.get(str(name), str(name)) for name in place])
    one = names[other.argmax(axis=1)]
    said = np.where(other.sum(axis=1) > 1, "several", one)
    return pd.Series(said, place.index, dtype="str").where(other.any(axis=1))


def _values(values: pd.Series, customers: pd.Index) -> pd.Series:
    net = net_of(values, "values")
    net.index = net.index.astype(str)
    found = net.reindex(customers)
    if found.isna().any():
        raise DataError("tiers_missing", name="values", count=int(found.isna().sum()))
    return found


def _notes(place: pd.DataFrame, tier: np.ndarray, rule: str) -> tuple[Note, ...]:
    notes = [Note(f"tiers_rule_{rule}", {})]
    few = int((tier == len(LETTERS)).sum())
    if few:
        notes.append(Note("tiers_to_assess", {"n": few}))
    part = int(place.isna().any(axis=1).sum()) - few
    if part > 0:
        notes.append(Note("tiers_part_known", {"n": part}))
    return tuple(notes)


def _finding(customers: pd.DataFrame) -> Note:
    n = int(customers["disagreement"].sum())
    return Note("tiers_combined" if n else "tiers_combined_same", {"n": n, "of": len(customers)})
