"""Accounts in order of their reasons, cut at the capacity: `select`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, PolicyError
from ...core.result import Disclosure, Result
from ._rules import HOLDS, RULES, Rule, check, met, usable
from ._told import finding_of, notes_of, plain, rows_of, table_of

__all__ = ["Targets", "select"]

#: draws of the points, and how closely they keep to those given (Dirichlet concentration)
_DRAWS, _CONCENTRATION = 400, 60.0
_BLOCK = 4_000_000


@dataclass(frozen=True, eq=False, kw_only=True)
class Targets(Result):
    """Accounts selected, and those not.

    Attributes
    ----------
    table : DataFrame
        One row per outcome (selected, not_selected) and reason (main reason, or why not): value (share of all
        accounts), lo, hi (range over drawn points, no confidence interval), n (accounts), kept (of the selected:
        mean share of draws in which they stay selected), method, flag.
    selected : DataFrame
        Index customer_id: rank, score, reason, reasons (all, main first), kept.
    not_selected : DataFrame
        Index customer_id: why, score, reasons.
    kept : float
        Share of the selected that stay selected when the points are drawn.
    n : int
    """

    selected: pd.DataFrame
    not_selected: pd.DataFrame
    kept: float
    n: int

    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "n": "count", "kept": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "kept"), within=())


def select(
    accounts: pd.DataFrame,
    *,
    capacity: int | None = None,
    rules: Sequence[Rule] = RULES,
    exclude: Collection[str] = (),
    restricted: bool = False,
    seed: int = 0,
) -> Targets:
    """Which accounts first, why, and why not the others; each account is in exactly one list.

    An account's score is the sum of the points of the rules it meets; the order is by score, then by id. Accounts
    that opted out, were excluded by hand or are not listed never enter. Points are a convention, so they are drawn
    around the given ones, and `kept` says how much of the selection rests on them.

    Parameters
    ----------
    accounts : DataFrame
        Index customer_id; any of ``potential_class, cooperation_level, tier, p_cell, declining, rising, at_risk,
        contacts, maker_covered, listed, opted_out``, and columns of own rules. No rows of persons.
    capacity : int, optional
        Accounts that can be worked on; None: all with a reason.
    rules : sequence of mapping, default `targeting.RULES`
        See there; a rule whose columns are missing is left out and named.
    exclude : collection of str, default ()
        Accounts left out by hand.
    restricted : bool, default False
        The product is of the restricted or special grade of antimicrobials: reasons of growth are not given.
    seed : int, default 0

    Raises
    ------
    DataError
        ``empty``, ``duplicate_customers``, ``targets_no_columns``.
    SettingError
        ``targets_rule``, ``targets_no_rules``, ``targets_exclude``, ``not_whole``, ``out_of_range``.
    PolicyError
        ``targets_persons``.

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 7 (uncertainty of weights).
    """
    _check(accounts, capacity, rules, exclude, seed)
    frame = accounts.iloc[np.argsort(accounts.index.astype(str), kind="stable")]
    chosen = [rule for rule in rules if not (restricted and rule.get("growth"))]
    used, unused = usable(chosen, frame.columns)
    if not used:
        raise DataError("targets_no_columns", found=[str(c) for c in frame.columns][:30])
    hits = np.column_stack([_hit(rule, frame) for rule in used])
    points = np.array([float(rule["points"]) for rule in used])
    held = _held(frame, exclude)
    score = hits @ points
    inside, order = _cut(np.where(held == "", score, 0.0)[None, :], capacity)
    drawn = _drawn(hits, points, held, capacity, seed)
    rows = rows_of(frame, hits * points, score, held, inside[0], used)
    rows["kept"] = drawn.mean(axis=0)
    table, kept = table_of(rows, drawn), float(rows.loc[inside[0], "kept"].mean()) if inside.any() else float("nan")
    selected = rows.loc[inside[0]].iloc[np.argsort(order[0][inside[0]], kind="stable")]
    selected.insert(0, "rank", np.arange(1, len(selected) + 1))
    return Targets(
        table=table,
        selected=selected.drop(columns="why"),
        not_selected=rows.loc[~inside[0], ["why", "score", "reasons"]],
        kept=kept,
        n=len(frame),
        settings={
            "capacity": capacity, "restricted": restricted, "seed": seed, "draws": _DRAWS,
            "concentration": _CONCENTRATION, "rules": [plain(rule) for rule in used],
        },
        notes=notes_of(rows, score, inside[0], unused, restricted and len(chosen) < len(rules)),
        finding=finding_of(rows, inside[0], kept),
    )  # fmt: skip


def _check(
    accounts: pd.DataFrame, capacity: int | None, rules: Sequence[Rule], exclude: Collection[str], seed: int
) -> None:
    checks.not_empty(accounts, name="accounts")
    checks.unique_index(accounts, name="accounts")
    checks.whole(seed, name="seed", low=0)
    if capacity is not None:
        checks.whole(capacity, name="capacity", low=1)
    check(rules, points=True)
    if "customer_type" in accounts.columns:
        persons = int((accounts["customer_type"] == "physician").sum())
        if persons:
            raise PolicyError("targets_persons", count=persons)
    unknown = sorted({str(e) for e in exclude} - set(accounts.index.astype(str)))
    if isinstance(exclude, str) or unknown:
        raise DataError("targets_exclude", count=len(unknown))


def _hit(rule: Rule, frame: pd.DataFrame) -> np.ndarray:
    """1 where the rule is met, its share where it has one, else 0."""
    hit = met(rule, frame).astype(float)
    share = rule.get("share")
    if share not in frame.columns:
        return hit
    part = pd.to_numeric(frame[share], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return hit * np.clip(np.where(np.isnan(part), 1.0, part), 0.0, 1.0)


def _held(frame: pd.DataFrame, exclude: Collection[str]) -> np.ndarray:
    """Why an account does not enter at all; empty where it may."""
    held = np.full(len(frame), "", dtype=object)
    held[frame.index.astype(str).isin([str(e) for e in exclude])] = "by_hand"
    for rule in reversed(usable(HOLDS, frame.columns)[0]):
        held[met(rule, frame)] = rule["reason"]
    return held


def _cut(scores: np.ndarray, capacity: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Who is inside, and everybody's place, for each row of scores; ties go by the order of columns (ids)."""
    places = np.argsort(np.argsort(-np.round(scores, 9), axis=1, kind="stable"), axis=1)
    inside = scores > 0
    return (inside if capacity is None else inside & (places < capacity)), places


def _drawn(hits: np.ndarray, points: np.ndarray, held: np.ndarray, capacity: int | None, seed: int) -> np.ndarray:
    """Which accounts are selected in each draw of the points."""
    rng = np.random.default_rng(seed)
    draws = rng.dirichlet(_CONCENTRATION * points / points.sum(), size=_DRAWS) * points.sum()
    out = np.empty((_DRAWS, len(hits)), dtype=bool)
    open_to, step = held == "", max(1, _BLOCK // len(hits))
    for start in range(0, _DRAWS, step):
        scores = np.where(open_to, draws[start : start + step] @ hits.T, 0.0)
        out[start : start + step] = _cut(scores, capacity)[0]
    return out
