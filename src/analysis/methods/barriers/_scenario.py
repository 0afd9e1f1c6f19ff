"""What an account's value would be if those with a barrier stood where those without it stand: association only."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ._answers import as_facts, frame_of
from ._priority import FDR
from ._relation import LEAST_ACCOUNTS, LEAST_PEOPLE, Relation, relate
from ._result import Barriers
from ._scenario_result import COLUMNS, Scenario, finding, notes, without
from ._worth import account_draws, worth_of

__all__ = ["scenario"]

#: fewest accounts behind a printed amount
LEAST_NAMED = 5


# ranked, answers and outcome say what was asked; the rest is by keyword
def scenario(
    ranked: Barriers,
    answers: pd.DataFrame,
    outcome: pd.Series,
    *,
    values: pd.Series | pd.DataFrame,
    cluster: pd.Series | None,
    weights: pd.Series | None = None,
    controls: pd.DataFrame | None = None,
    by: pd.Series | None = None,
    values_level: float = 0.9,
    n_boot: int = 1000,
    seed: int = 0,
) -> Scenario:
    """Amount at the accounts of those who name a barrier, were they as far on as like customers without it.

    Parameters
    ----------
    ranked : Barriers
        From `rank` on the same answers and outcome.
    answers, outcome
        As given to `rank`.
    values : Series or DataFrame
        Index account (hospital): its lifetime value, or value, lo and hi of it. Never
        quantities of physicians.
    cluster : Series
        Account of each respondent.
    weights : Series, optional
        Survey weights.
    controls : DataFrame, optional
        Index account: class, size, region, …: accounts are compared with their like.
    by : Series, optional
        Index account: segment; each then has a row besides all.
    values_level : float, default 0.9
        Level of the intervals in ``values``.
    n_boot, seed : int

    Returns
    -------
    Scenario

    Raises
    ------
    DataError
        ``scenario_physicians`` where the values are those of respondents.

    Notes
    -----
    In account h, with value V_h, the share s_h of its respondents stands at the step of
    ``ranked`` or beyond, and the share m_h names barrier b. Were those who name it as far on as
    like respondents who do not, the share would rise by

        Δ_h = min(m_h × |e_b|, 1 − s_h),

    e_b the shrunken average marginal effect. How value goes with adoption is learned across
    accounts of at least three respondents: log V_h = class and other controls + γ s_h + error,
    γ with an HC2 interval. The amount is

        A_b = Σ_h V_h × (exp(γ Δ_h) − 1)

    over the accounts in the survey with a value above 0. Its interval is the percentile
    interval of draws in which accounts are resampled for γ, e_b moves by its clustered error
    and V_h inside its own interval. Few respondents make s_h inexact, which pulls γ towards 0:
    the amount is rather too small. An account
    without value today has no amount. It is not shown where q exceeds .10, where a barrier is not
    ours to work on, or where the interval of γ holds 0. Amounts of several barriers overlap and
    must not be added.

    References
    ----------
    Wooldridge, J. M. (2010), Econometric Analysis of Cross Section and Panel Data, section 15.6
    (average partial effects). Efron, B. and Tibshirani, R. (1993), An Introduction to the
    Bootstrap, chapter 13.
    """
    checks.not_empty(answers, name="answers")
    checks.number(values_level, name="values_level", low=0.5, high=0.999)
    passed = _passed(ranked)
    if cluster is None:
        return without(passed, Relation.none("no_hospital"))
    worth, bounds = worth_of(values)
    if worth.index.isin(answers.index).any():
        raise DataError("scenario_physicians", name="values", count=int(worth.index.isin(answers.index).sum()))
    people = _people(ranked, answers, outcome, cluster, weights)
    accounts, named = _accounts(people, [str(b) for b in passed["barrier"]], worth, bounds)
    link = relate(accounts, controls, n_boot=n_boot, seed=seed)
    if link.reason is not None or passed.empty:
        return without(passed, link)
    draws = account_draws(accounts, values_level, n_boot, seed)
    parts = []
    for row in passed.itertuples():
        parts += _rows(row, accounts, named, link, draws, by)
    table = pd.DataFrame(parts, columns=COLUMNS)
    settings = {
        "fdr": FDR, "n_boot": n_boot, "seed": seed, "values_level": values_level, "step": ranked.settings["step"],
        "value_intervals": bounds, "controls": [] if controls is None else [str(c) for c in controls.columns],
        "least_people": LEAST_PEOPLE, "least_accounts": LEAST_ACCOUNTS,
    }  # fmt: skip
    return Scenario(
        table=table, relation=link.told(), settings=settings, notes=notes(table, accounts, worth, link, bounds),
        finding=finding(table),
    )  # fmt: skip


def _passed(ranked: Barriers) -> pd.DataFrame:
    """Barriers that passed q, go with less use and are ours to work on, in their order."""
    table = ranked.table.merge(ranked.model[["barrier", "effect_se", "effect_df"]], on="barrier", how="left")
    ours = table["addressable"].isin(["yes", "partly", "unknown"])
    against = (table["q"] <= FDR) & (table["effect"] < 0) & (table["effect_shrunk"] < 0)
    return table[against & ours].reset_index(drop=True)


def _people(
    ranked: Barriers, answers: pd.DataFrame, outcome: pd.Series, cluster: pd.Series, weights: pd.Series | None
) -> pd.DataFrame:
    """Respondents of a known account: weight, account, whether at the step, and the barriers as in the model."""
    table = answers.rename(columns=str).astype(float).sort_index()
    frame = frame_of(table.index, cluster, weights, None)
    facts = as_facts(table, frame, ranked.settings["hospital_level"])
    y = outcome.reindex(table.index).astype(float)
    out = facts.assign(_weight=frame["weight"], _account=frame["cluster"], _reached=(y >= ranked.settings["step"]))
    return out[y.notna() & frame["cluster"].notna() & (frame["weight"] > 0)]


def _accounts(
    people: pd.DataFrame, barriers: list[str], worth: pd.DataFrame, bounds: bool
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Per account: value and its bounds, respondents, share at the step; per barrier: share and number naming it."""
    group = people.groupby("_account", sort=True)
    weight = group["_weight"].sum()
    share = (people["_reached"] * people["_weight"]).groupby(people["_account"]).sum() / weight
    accounts = pd.DataFrame({"people": group.size(), "share": share}).join(worth, how="left")
    accounts = accounts[accounts["value"] > 0]
    named = {}
    for code in barriers:
        known = people[people[code].notna()]
        total = known["_weight"].groupby(known["_account"]).sum()
        hits = (known["_weight"] * known[code]).groupby(known["_account"]).sum() / total
        count = known[code].groupby(known["_account"]).sum()
        frame = pd.DataFrame({"share": hits, "people": count}).reindex(accounts.index).fillna(0.0)
        named[code] = frame
    return accounts, named


def _rows(
    row: object, accounts: pd.DataFrame, named: dict[str, pd.DataFrame], link: Relation, draws: np.ndarray,
    by: pd.Series | None,
) -> list[tuple[object, ...]]:  # fmt: skip
    """One barrier: all accounts, then each segment of them."""
    told = row._asdict()  # type: ignore[attr-defined]
    code, effect, shrunk = str(told["barrier"]), float(told["effect"]), float(told["effect_shrunk"])
    rng = np.random.default_rng([link.seed, *code.encode()])
    drawn = effect + float(told["effect_se"]) * rng.standard_t(float(told["effect_df"]), len(draws))
    effects = drawn * (shrunk / effect)
    m, s = named[code]["share"].to_numpy(), accounts["share"].to_numpy()
    added = np.clip(-m * shrunk, -s, 1 - s)
    amount = accounts["value"].to_numpy() * np.expm1(link.slope * added)
    moved = np.clip(-effects[:, None] * m, -s, 1 - s)
    spread = draws * np.expm1(link.slopes[:, None] * moved)
    inside = {"all": np.ones(len(accounts), dtype=bool)}
    if by is not None:
        segment = by.reindex(accounts.index)
        inside |= {str(name): (segment == name).to_numpy() for name in sorted(segment.dropna().unique(), key=str)}
    out: list[tuple[object, ...]] = []
    for group, mine in inside.items():
        holds = mine & (m > 0)
        n, people = int(holds.sum()), int(named[code]["people"].to_numpy()[holds].sum())
        if n == 0 and group != "all":
            continue
        if n < LEAST_NAMED:
            out.append((code, group, *[np.nan] * 3, n, people, np.nan, np.nan, "scenario", "suppressed"))
            continue
        lo, hi = np.quantile(spread[:, holds].sum(axis=1), [0.025, 0.975])
        value = float(amount[holds].sum())
        worth = float(accounts["value"].to_numpy()[holds].sum())
        out.append((code, group, value, min(lo, value), max(hi, value), n, people, worth, float(added[holds].mean()),
                    "scenario", "ok"))  # fmt: skip
    return out
