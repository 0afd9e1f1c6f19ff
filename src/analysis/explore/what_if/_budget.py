"""Effort for a limited number of accounts: what it covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...methods import lifetime
from ...methods.lifetime.prediction import parameter_points
from ...methods.lifetime.rows import compress
from ...stats import groups
from . import _few
from ._horizon import Frozen

__all__ = ["BudgetIf", "cover"]

_MONTHS = 12
_USUAL = 100
_OUTSIDE = 5
_LEVEL = 0.9
LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class BudgetIf(Result):
    """What effort for so many accounts covers.

    Attributes
    ----------
    table : DataFrame
        One row per value tier and one for all: group, n (accounts that may be contacted), chosen, expected
        (sales of twelve months), at_stake, value (share of the value at stake covered by the chosen), lo, hi,
        method, flag.
    accounts : DataFrame
        The chosen in order, index customer_id: rank, tier, expected, p_alive, at_stake, covered (share of the
        value at stake with those before).
    outside : DataFrame
        The same of the first five that are not chosen.
    next_value : float
        Value at stake of the first account outside: what one more contact would add to the coverage,
        currency; missing when all are chosen.
    opted_out : int
        Accounts with orders that are never chosen.
    """

    accounts: pd.DataFrame
    outside: pd.DataFrame
    next_value: float
    opted_out: int
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"expected": "money", "at_stake": "money", "value": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "chosen"), hides=("expected", "at_stake", "value", "lo", "hi"), within=()
    )


def cover(frozen: Frozen, contacts: int | None, *, opted_out: pd.Series, notes: tuple[Note, ...] = ()) -> BudgetIf:
    """Choose accounts by value at stake, the largest first.

    Value at stake = expected sales of the next twelve months x (1 − probability active): large where much is
    expected and it is open whether the account still buys; small for accounts that surely buy and for those
    long gone, of which little is expected. Equal values are put in the order of customer_id.

    Parameters
    ----------
    frozen : Frozen
    contacts : int or None
        None: 100, or all where there are fewer.
    opted_out : Series of bool
        On customer_id; these are never chosen.
    notes : tuple of Note
    """
    barred = opted_out.reindex(frozen.history.index).fillna(False).astype(bool)
    history = frozen.history[~barred].sort_index()
    if history.empty:
        raise DataError("what_if_nobody", count=int(barred.sum()))
    chosen_n = min(_USUAL, len(history)) if contacts is None else contacts
    checks.whole(chosen_n, name="contacts", low=1, high=len(history))
    expected, alive, stakes = _stakes(frozen, history)
    ranked = np.lexsort((history.index.to_numpy(dtype=str), -stakes[0]))
    chosen = np.zeros(len(history), dtype=bool)
    chosen[ranked[:chosen_n]] = True
    tier = frozen.tier.reindex(history.index)
    listed = _listed(history.index, tier, expected, alive, stakes[0]).iloc[ranked]
    listed.insert(0, "rank", np.arange(1, len(listed) + 1))
    total = stakes[0].sum()
    listed["covered"] = listed["at_stake"].cumsum() / total if total > 0 else np.nan
    table = _table(tier, expected, stakes, chosen)
    every, outside = table.iloc[-1], listed.iloc[chosen_n : chosen_n + _OUTSIDE]
    next_value = float(outside["at_stake"].iloc[0]) if len(outside) else float("nan")
    return BudgetIf(
        table=table,
        settings={"contacts": int(chosen_n), "months": _MONTHS, "level": _LEVEL, "family": frozen.fit.family},
        notes=(Note("what_if_coverage"), Note("what_if_stake_rule", {"months": str(_MONTHS)}),
               _marginal(listed, chosen_n, next_value), _barred(int(barred.sum())),
               _tested(frozen), *notes),
        finding=Note("what_if_budget", {
            "contacts": int(chosen_n), "of": len(history), "value": float(every["value"]),
            "lo": float(every["lo"]), "hi": float(every["hi"]), "level": _LEVEL,
        }),
        accounts=listed.iloc[:chosen_n],
        outside=outside,
        next_value=next_value,
        opted_out=int(barred.sum()),
    )  # fmt: skip


def _stakes(frozen: Frozen, history: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Expected sales, probability active, and value at stake: first by the fit, then by each parameter point."""
    fit, rows, periods = frozen.fit, compress(history), frozen.clock.periods(_MONTHS)
    points = [fit.parameters, *parameter_points(fit)]
    orders = np.array([fit.model.moments(point, rows, periods)[0] for point in points])[:, rows.inverse]
    alive = np.array([fit.model.p_alive(point, rows) for point in points])[:, rows.inverse]
    mean = lifetime.spend_expectation(frozen.spend, history).to_numpy(dtype=float)
    return orders[0] * mean, alive[0], orders * mean * (1 - alive)


def _listed(
    index: pd.Index, tier: pd.Series, expected: np.ndarray, alive: np.ndarray, stake: np.ndarray
) -> pd.DataFrame:
    columns = {"tier": tier, "expected": expected, "p_alive": alive, "at_stake": stake}
    return pd.DataFrame(columns, index=index).rename_axis("customer_id")


def _table(tier: pd.Series, expected: np.ndarray, stakes: np.ndarray, chosen: np.ndarray) -> pd.DataFrame:
    code, names, _ = groups.codes(tier.index, tier)
    members = [code == i for i in range(len(names))]
    rows = []
    for name, inside in [*zip(names, members, strict=True), ("all", np.ones(len(code), dtype=bool))]:
        whole = stakes[:, inside].sum(axis=1)
        shares = np.divide(stakes[:, inside & chosen].sum(axis=1), whole, out=np.full(len(whole), np.nan),
                           where=whole > 0)  # fmt: skip
        # the points stand for the uncertainty of the parameters: two on each axis
        half = stats.norm.ppf((1 + _LEVEL) / 2) * np.sqrt(np.mean((shares[1:] - shares[0]) ** 2))
        rows.append({
            "group": name, "n": int(inside.sum()), "chosen": int((inside & chosen).sum()),
            "expected": float(expected[inside].sum()), "at_stake": float(whole[0]), "value": float(shares[0]),
            "lo": float(np.maximum(shares[0] - half, 0)), "hi": float(np.minimum(shares[0] + half, 1)),
            "method": "parameter_interval", "flag": "ok" if inside.sum() >= LOW_N else "low_n",
        })  # fmt: skip
    return pd.DataFrame(rows).astype({"group": "str"})


def _marginal(listed: pd.DataFrame, chosen: int, next_value: float) -> Note:
    last = float(listed["at_stake"].iloc[chosen - 1])
    if chosen == len(listed):
        return Note("what_if_all_chosen", {"last": last})
    return Note("what_if_marginal", {"last": last, "next": next_value})


def _barred(count: int) -> Note:
    return _few.counted("what_if_opted_out", count) if count else Note("what_if_none_opted_out")


def _tested(frozen: Frozen) -> Note:
    tested = frozen.held_out
    error = abs(tested.predicted - tested.actual) / tested.actual if tested.actual else None
    return Note("what_if_tested", {"predicted": tested.predicted, "actual": tested.actual, "error": error})
