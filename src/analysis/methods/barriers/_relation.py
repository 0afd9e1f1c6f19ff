"""How the value of accounts goes with the share of their respondents who have adopted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...stats import bootstrap, regression
from ._design import controls_as_columns, independent

__all__ = ["LEAST_ACCOUNTS", "LEAST_PEOPLE", "Relation", "account_controls", "relate"]

#: fewest respondents of an account, and fewest such accounts, to learn from
LEAST_PEOPLE, LEAST_ACCOUNTS = 3, 20


@dataclass(frozen=True, eq=False)
class Relation:
    """Slope of log value on the share of adopters, its interval and its draws; or why there is none."""

    slope: float
    lo: float
    hi: float
    accounts: int
    slopes: np.ndarray
    seed: int
    reason: str | None

    @classmethod
    def none(cls, reason: str, accounts: int = 0) -> Relation:
        """No relation, with the reason."""
        return cls(np.nan, np.nan, np.nan, accounts, np.empty(0), 0, reason)

    def told(self) -> dict[str, float | int | str | None]:
        """The relation as it is saved."""
        return {
            "log_ratio": float(self.slope), "lo": float(self.lo), "hi": float(self.hi), "accounts": self.accounts,
            "reason": self.reason,
        }  # fmt: skip


def relate(accounts: pd.DataFrame, controls: pd.DataFrame | None, *, n_boot: int, seed: int) -> Relation:
    """Regress log value on the share at the step, within like accounts.

    Parameters
    ----------
    accounts : DataFrame
        Index account: people, share, value (above 0).
    controls : DataFrame or None
        Index account.
    """
    used = accounts[accounts["people"] >= LEAST_PEOPLE]
    if len(used) < LEAST_ACCOUNTS:
        return Relation.none("few_accounts", len(used))
    if used["share"].nunique() < 3:
        return Relation.none("share_constant", len(used))
    X = used[["share"]]
    if controls is not None:
        own = controls.reindex(used.index).rename(columns=lambda c: f"c_{c}")
        X = independent(pd.concat([X, controls_as_columns(own)], axis=1))
    y = np.log(used["value"].to_numpy(dtype=float))
    if np.ptp(y) == 0 or X.shape[1] + 5 > len(used):
        return Relation.none("few_accounts", len(used))
    model = regression.fit(y, X, family="linear")
    row = regression.marginal_effects(model, ["share"]).iloc[0]
    slope, lo, hi = (float(row[c]) for c in ("effect", "lo", "hi"))
    if lo <= 0:
        reason = "relation_negative" if hi < 0 else "relation_unclear"
        return Relation(slope, lo, hi, len(used), np.empty(0), seed, reason)
    times = bootstrap.multiplicities(len(used), n_boot=n_boot, seed=seed)
    full = np.column_stack([np.ones(len(used)), X.to_numpy(dtype=float)])
    # a level that a draw leaves out must not make it singular
    square = np.einsum("bi,ij,ik->bjk", times, full, full) + 1e-9 * np.eye(full.shape[1])
    slopes = np.linalg.solve(square, np.einsum("bi,ij,i->bj", times, full, y)[:, :, None])[:, 1, 0]
    return Relation(slope, lo, hi, len(used), slopes, seed, None)


def account_controls(controls: pd.DataFrame | None, cluster: pd.Series | None) -> pd.DataFrame | None:
    """Of respondents' controls those that all respondents of an account share (its class), by account; or None."""
    if controls is None or cluster is None:
        return None
    home = cluster.reindex(controls.index)
    grouped = controls.groupby(home, sort=True)
    shared = [name for name in controls.columns if (grouped[name].nunique() <= 1).all()]
    return grouped[shared].first() if shared else None
