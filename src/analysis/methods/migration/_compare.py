"""Tier migration between two periods: `compare`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats as distributions

from ...core import checks
from ...core.result import Disclosure, Result
from ...stats import intervals
from ...stats.ranked import LOW_N
from . import _rule
from ._excess import Chance, measure
from ._inputs import ENTRY, EXIT, months_of, pair_of, states
from ._tests import mobility, tested
from ._words import finding_of, notes_of, periods_of

__all__ = ["Migration", "compare"]

_DIRECTIONS = ("moved_up", "moved_down", "stayed", "entered", "exited")


@dataclass(frozen=True, eq=False, kw_only=True)
class Migration(Result):
    """Movement between tiers.

    Attributes
    ----------
    table : DataFrame
        One row per state before and state after: tier_before, tier_after, direction (moved_up, moved_down, stayed,
        entered, exited), n, value (share of the row's customers, drawn towards all customers), lo, hi, by_chance
        (share that chance alone gives), net_before, net_after, method, flag.
    summary : DataFrame
        movement (moved, moved_up, moved_down, stayed, null_movement, excess_movement, mobility), value, lo, hi,
        n (customers in both periods), method, flag.
    flows : DataFrame
        direction, n, net_before, net_after, net_change (currency).
    tests : DataFrame
        test (bowker, stuart_maxwell), statistic, df, p, n, flag.
    customers : DataFrame
        Index customer_id, everybody of either period: tier_before, tier_after, net_before, net_after,
        direction.
    noise : dict
        Noise of a customer-month behind ``null``: scale, white, shared, decay; r_period, correlation_periods.
    """

    summary: pd.DataFrame
    flows: pd.DataFrame
    tests: pd.DataFrame
    customers: pd.DataFrame
    noise: dict[str, Any]
    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "by_chance": "percent", "net_before": "money", "net_after": "money", "net_change": "money",
    }  # fmt: skip
    # movement in worlds without change is simulated: no cell stands in it
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "net_before", "net_after", "net_change"), keys=("null",),
        within=("tier_before",), margins=("tier_after",),
    )  # fmt: skip


# before, after, values, orders and rule are the contract; draws and seed make it reproducible
def compare(
    before: pd.Series,
    after: pd.Series,
    *,
    values: pd.DataFrame | Sequence[pd.Series] | None = None,
    orders: pd.DataFrame | None = None,
    rule: Mapping[str, Any] | None = None,
    n_draws: int = 200,
    seed: int = 0,
) -> Migration:
    """Who moved between tiers, what moved with them, and how much of it is more than chance.

    Purchases vary from period to period without any change of the customer, and tiers with them. Both periods are
    drawn again from each customer's own rate (its posterior given both periods), with the month-to-month variance
    and autocorrelation found within the periods, and put in tiers by the same rule; movement in these worlds is
    the ``null``, and excess = (observed − null) ÷ (1 − null). A tier is never projected beyond the two periods.

    Parameters
    ----------
    before, after : Series
        By customer_id: tiers (A, B, C, zero, negative), or net values, which are then put in tiers by ``rule``.
        Give customers without purchases as zero. A customer missing in one of them is not_yet or left.
    values : DataFrame or (Series, Series), optional
        Net value before and after (columns before, after) of the same customers, where ``before`` holds tiers.
    orders : DataFrame, optional
        customer_id, month, value of the months within both periods. Without it the noise is not identified and
        ranges are given over a dispersion r of 2 to 8, as far as the change between the totals leaves room for it.
    rule : dict, optional
        cuts (default (0.7, 0.9)) or thresholds {"A": .., "B": ..}; periods [[first month, last month], ..] of
        both periods (default: halves of the months in ``orders``); margin (share by which a cut must be passed,
        default 0); frozen (default True: the cut points of the period before hold in both); zero ("zero", or "C");
        states (other labels than tiers, best first, such as life-cycle stages: no chance is measured for them).
    n_draws : int, default 200
        Worlds without change, each with the noise of one resample of customers.
    seed : int, default 0

    Returns
    -------
    Migration

    Raises
    ------
    DataError
        A period without customers, one twice, tiers unknown, months twice.
    SettingError

    Notes
    -----
    Share from tier i to j: (N_ij + K π_j) ÷ (N_i + K), K states after and π_j their shares of all customers, with
    its Dirichlet interval. Mobility (K − trace) ÷ (K − 1) over the tiers present before. Where months are
    strongly autocorrelated and few, the interval of the excess covers too rarely (see the tests). A change within
    a period counts as noise, one between the periods does not.

    References
    ----------
    Shorrocks, A. F. (1978), The measurement of mobility, Econometrica 46, 1013–1024.
    """
    checks.whole(n_draws, name="n_draws", low=20)
    checks.whole(seed, name="seed", low=0)
    read = _rule.read(rule)
    months = months_of(orders, read)
    customers, notes = states(before, after, pair_of(values, months), read)
    customers["direction"] = _direction(customers, read.states)
    stayed = customers[(customers["tier_before"] != ENTRY) & (customers["tier_after"] != EXIT)]
    priced = stayed.dropna(subset=["net_before", "net_after"])
    chance = (
        None
        if priced.empty or read.states != _rule.TIERS
        else measure(priced, months, read, n_draws=n_draws, seed=seed)
    )
    counts = _counts(stayed, read.states)
    summary = _summary(stayed, counts, chance, seed)
    return Migration(
        table=_table(customers, chance, read.states),
        settings={**read.settings(), "n_draws": n_draws, "seed": seed, "n": len(customers), "n_both": len(stayed)},
        notes=notes + periods_of(read) + notes_of(customers, priced, stayed, chance),
        finding=finding_of(summary, len(stayed)),
        summary=summary,
        flows=_flows(customers),
        tests=tested(counts),
        customers=customers,
        noise={} if chance is None else chance.noise,
    )


def _direction(customers: pd.DataFrame, states: Sequence[str]) -> pd.Series:
    place = {state: i for i, state in enumerate(states)}
    first, second = customers["tier_before"].map(place), customers["tier_after"].map(place)
    rules = [customers["tier_before"] == ENTRY, customers["tier_after"] == EXIT, second < first, second > first]
    names = ["entered", "exited", "moved_up", "moved_down"]
    return pd.Series(np.select([r.to_numpy() for r in rules], names, "stayed"), index=customers.index, dtype="str")


def _counts(stayed: pd.DataFrame, states: Sequence[str]) -> np.ndarray:
    """Square counts of the customers in both periods."""
    place, k = {state: i for i, state in enumerate(states)}, len(states)
    code = k * stayed["tier_before"].map(place) + stayed["tier_after"].map(place)
    return np.bincount(code.to_numpy(dtype=int), minlength=k * k).reshape(k, k)


def _table(customers: pd.DataFrame, chance: Chance | None, states: Sequence[str]) -> pd.DataFrame:
    first = [s for s in (*states, ENTRY) if (customers["tier_before"] == s).any()]
    second = [s for s in (*states, EXIT) if (customers["tier_after"] == s).any()]
    rows = pd.DataFrame([(a, b) for a in first for b in second], columns=["tier_before", "tier_after"]).astype("str")
    rows = rows[(rows["tier_before"] != ENTRY) | (rows["tier_after"] != EXIT)].reset_index(drop=True)
    rows["direction"] = _direction(rows, states)
    groups = customers.groupby(["tier_before", "tier_after"])
    keys = pd.MultiIndex.from_frame(rows[["tier_before", "tier_after"]])
    rows["n"] = groups.size().reindex(keys, fill_value=0).to_numpy()
    size = rows.groupby("tier_before")["n"].transform("sum").to_numpy()
    share = customers["tier_after"].value_counts().reindex(rows["tier_after"]).to_numpy() / len(customers)
    # entrants have no tier to leave from, nor can they leave
    entry = (rows["tier_before"] == ENTRY).to_numpy()
    share = np.where(entry, share / max(share[entry].sum(), 1e-300), share)
    prior = len(second) * share
    rows["value"] = (rows["n"] + prior) / (size + len(second))
    rows["lo"], rows["hi"] = _beta(rows["n"] + prior, size + len(second) - rows["n"] - prior, rows["value"])
    rows["by_chance"] = _by_chance(rows, chance)
    for name in ("net_before", "net_after"):
        rows[name] = groups[name].sum(min_count=1).reindex(keys).to_numpy()
    rows["method"], rows["flag"] = "dirichlet", np.where(size < LOW_N, "low_n", "ok")
    return rows.astype({"method": "str", "flag": "str"})


def _beta(a: Any, b: Any, value: Any) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(invalid="ignore"):
        low, high = (
            distributions.beta.ppf(q, np.asarray(a, float), np.maximum(np.asarray(b, float), 0)) for q in (0.025, 0.975)
        )
    known = np.asarray(b, float) > 1e-12
    return np.where(known, np.minimum(low, value), value), np.where(known, np.maximum(high, value), value)


def _by_chance(rows: pd.DataFrame, chance: Chance | None) -> np.ndarray:
    """Row share of each cell over all worlds; missing for entry and exit, and without worlds."""
    if chance is None or chance.worlds is None:
        return np.full(len(rows), np.nan)
    mean = chance.worlds.mean(axis=0)
    base = mean.sum(axis=1, keepdims=True)
    share = np.divide(mean, base, out=np.full_like(mean, np.nan), where=base > 0)
    place = {tier: i for i, tier in enumerate(_rule.TIERS)}
    first, second = (rows[name].map(place).to_numpy(dtype=float) for name in ("tier_before", "tier_after"))
    inside = np.isfinite(first) & np.isfinite(second)
    out = np.full(len(rows), np.nan)
    out[inside] = share[first[inside].astype(int), second[inside].astype(int)]
    return out


def _flows(customers: pd.DataFrame) -> pd.DataFrame:
    groups = customers.groupby("direction")
    frame = pd.DataFrame({"direction": pd.Series(_DIRECTIONS, dtype="str")})
    frame["n"] = groups.size().reindex(list(_DIRECTIONS), fill_value=0).to_numpy()
    for name in ("net_before", "net_after"):
        frame[name] = groups[name].sum(min_count=1).reindex(list(_DIRECTIONS)).to_numpy()
    frame["net_change"] = frame["net_after"].fillna(0) - frame["net_before"].fillna(0)
    return frame.assign(net_change=frame["net_change"].where(frame[["net_before", "net_after"]].notna().any(axis=1)))


def _summary(stayed: pd.DataFrame, counts: np.ndarray, chance: Chance | None, seed: int) -> pd.DataFrame:
    n = len(stayed)
    hits = {name: int((stayed["direction"] == name).sum()) for name in ("moved_up", "moved_down", "stayed")}
    rows: list[tuple[Any, ...]] = []
    for name, hit in {"moved": n - hits["stayed"], **hits}.items():
        rows.append((name, hit / n if n else np.nan, *intervals.wilson(hit, n), "wilson"))
    nothing = (np.nan,) * 3
    null, excess = (nothing, nothing) if chance is None else (chance.null, chance.excess)
    # bounds without a value are no interval: they hold whatever noise is possible
    how = "simulation_range" if np.isnan(null[0]) and np.isfinite(null[1]) else "simulation"
    rows += [("null_movement", *null, how), ("excess_movement", *excess, how)]
    rows.append(("mobility", *mobility(counts, seed), "dirichlet"))
    frame = pd.DataFrame(rows, columns=["movement", "value", "lo", "hi", "method"])
    frame.insert(4, "n", n)
    lost = "missing_input" if chance is None else "not_identified"
    frame["flag"] = np.where(frame["value"].isna(), lost if n else "missing_input", "low_n" if n < LOW_N else "ok")
    return frame.astype({"movement": "str", "method": "str", "flag": "str"})
