"""Other weights: accounts by a weighted score of percentile ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from . import _few

__all__ = ["CLASSES", "WeightsIf", "score"]

#: classes of the score, and the value tier that has as many accounts
CLASSES = {"score_high": "A", "score_mid": "B", "score_low": "C"}
#: column behind each weight, what stands where it is missing, and whether more of it is better.
#: Missing spread of the gaps: that of purely random buying; missing slope: none.
_COLUMNS: Mapping[str, tuple[str, float, bool]] = {
    "value": ("value_12m", 0.0, True),
    "trend": ("trend", 0.0, True),
    "breadth": ("n_products_12m", 0.0, True),
    "regularity": ("gap_cv", 1.0, False),
}
_DRAWS = 500
_SEED = 0
#: how close the drawn weights stay to the given ones: a weight of 0.5 has a standard deviation of 0.06
_CONCENTRATION = 60.0
_ROUNDING = 0.005
#: scores closer than this are the same
_DIGITS = 12
#: numbers held at once while drawing
_BLOCK = 4_000_000
LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class WeightsIf(Result):
    """Weighted score against value tiers.

    Attributes
    ----------
    table : DataFrame
        One row per value tier and class of the score that occur together: tier, score_class, n, value (share
        of the tier), lo, hi, kept (mean over these accounts), method, flag.
    customers : DataFrame
        Index customer_id: tier, score_class, score (0–1), kept (share of the drawn weights under which the
        account stays in its class: a sensitivity, not a probability), value_12m, and the four ranks (0–1).
    not_scored : int
        Accounts without positive net purchases in twelve months.
    """

    customers: pd.DataFrame
    not_scored: int
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "kept": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "kept"), within=("tier",), margins=("score_class",)
    )

    @property
    def disagreements(self) -> pd.DataFrame:
        """Accounts whose class of the score is not that of their value tier; largest first."""
        said = self.customers["score_class"].map(CLASSES)
        other = self.customers[said != self.customers["tier"]]
        order = np.lexsort((other.index.to_numpy(dtype=str), -other["value_12m"].to_numpy()))
        return other[["tier", "score_class", "score", "kept", "value_12m"]].iloc[order]


def score(
    accounts: pd.DataFrame, tier: pd.Series, weights: Mapping[str, float], *, notes: tuple[Note, ...] = ()
) -> WeightsIf:
    """Score buying accounts and put as many in each class as there are in the value tiers.

    Parameters
    ----------
    accounts : DataFrame
        Index customer_id; value_12m, trend, n_products_12m, gap_cv.
    tier : Series
        Value tier on customer_id; accounts in A, B and C are scored.
    weights : dict
        Of value, trend, breadth and regularity; 0 or more, brought to a sum of 1.
    notes : tuple of Note

    References
    ----------
    Weighted sum of ranks as multi-criteria ABC: Flores and Whybark (1986), International Journal of
    Operations & Production Management 6(3), 38–46. Dirichlet weights around the given ones: Butler, Jia and
    Dyer (1997), European Journal of Operational Research 103, 531–546.
    """
    frame, tier = _buying(accounts, tier)
    used, told = _weights(frame, weights)
    ranks = _ranks(frame, used)
    places = [int((tier == letter).sum()) for letter in CLASSES.values()]
    own = ranks.to_numpy() @ np.array(list(used.values()))
    position = _classes(own[None, :], places)[0]
    kept = _kept(ranks.to_numpy(), np.array(list(used.values())), position, places)
    customers = pd.DataFrame({
        "tier": tier, "score_class": np.array(list(CLASSES))[position], "score": own, "kept": kept,
        "value_12m": frame["value_12m"],
    }, index=frame.index).astype({"score_class": "str"})  # fmt: skip
    agree = customers["score_class"].map(CLASSES) == tier
    return WeightsIf(
        table=_table(customers),
        settings={"weights": used, "draws": _DRAWS, "concentration": _CONCENTRATION, "seed": _SEED, "n": len(frame)},
        notes=(*told, Note("what_if_score_rule", {"draws": _DRAWS}),
               _few.counted("what_if_not_scored", len(accounts) - len(frame)), *notes),
        finding=Note("what_if_weights", {
            "of": len(frame), "other": int((~agree).sum()), "firm": float((kept >= 0.9).mean()),
        }),
        customers=customers.join(ranks.add_prefix("rank_")),
        not_scored=len(accounts) - len(frame),
    )  # fmt: skip


def _buying(accounts: pd.DataFrame, tier: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    needed = [column for column, _, _ in _COLUMNS.values()]
    checks.columns(accounts, needed, name="accounts")
    known = tier.reindex(accounts.index)
    frame = accounts.loc[known.isin(list(CLASSES.values())), needed].sort_index()
    if frame.empty:
        raise DataError("what_if_no_buyers", count=len(accounts))
    return frame, known.reindex(frame.index).astype("str")


def _weights(frame: pd.DataFrame, weights: Mapping[str, float]) -> tuple[dict[str, float], list[Note]]:
    """Weights of the parts that are known here, summing to 1, and what was changed to get there."""
    for name, weight in weights.items():
        checks.number(weight, name=name, low=0)
    given = float(sum(weights.values()))
    unknown = [name for name in weights if frame[_COLUMNS[name][0]].isna().all()]
    used = {name: float(weight) for name, weight in weights.items() if name not in unknown}
    total = sum(used.values())
    if not total > 0:
        raise SettingError("what_if_no_weight", names=list(weights))
    notes = []
    if abs(given - 1) > _ROUNDING:
        notes.append(Note("what_if_normalised", {"total": given}))
    for name in unknown:
        notes.append(Note("what_if_part_unknown", {"part": f"part_{name}"}))
    for name in used:
        column, fill, _ = _COLUMNS[name]
        missing = int(frame[column].isna().sum())
        if missing:
            notes.append(_few.counted("what_if_filled", missing, part=f"part_{name}", fill=f"{fill:g}"))
    return {name: weight / total for name, weight in used.items()}, notes


def _ranks(frame: pd.DataFrame, used: Mapping[str, Any]) -> pd.DataFrame:
    out = {}
    for name in used:
        column, fill, more = _COLUMNS[name]
        out[name] = frame[column].fillna(fill).astype("float64").rank(pct=True, ascending=more)
    return pd.DataFrame(out, index=frame.index)


def _classes(scores: np.ndarray, places: list[int]) -> np.ndarray:
    """0, 1 or 2 for each account (columns) in each row of scores; equal scores go to the upper class."""
    rounded = np.round(scores, _DIGITS)
    n = rounded.shape[1]
    out = np.zeros(rounded.shape, dtype=np.int8)
    for inside in (places[0], places[0] + places[1]):
        if inside >= n:
            continue
        if inside == 0:
            out += 1
            continue
        least = np.partition(rounded, n - inside, axis=1)[:, n - inside]
        out += rounded < least[:, None]
    return out


def _kept(ranks: np.ndarray, weights: np.ndarray, position: np.ndarray, places: list[int]) -> np.ndarray:
    """Share of Dirichlet draws around the weights under which each account keeps its class."""
    rng = np.random.default_rng(_SEED)
    positive = weights > 0
    drawn = np.zeros((_DRAWS, len(weights)))
    drawn[:, positive] = rng.dirichlet(_CONCENTRATION * weights[positive], size=_DRAWS)
    same = np.zeros(len(ranks), dtype=np.int64)
    step = max(1, _BLOCK // len(ranks))
    for start in range(0, _DRAWS, step):
        same += (_classes(drawn[start : start + step] @ ranks.T, places) == position).sum(axis=0)
    return same / _DRAWS


def _table(customers: pd.DataFrame) -> pd.DataFrame:
    names = list(CLASSES)
    together = customers.groupby(["tier", "score_class"])["kept"].agg(["size", "mean"]).reset_index()
    together = together.rename(columns={"size": "n", "mean": "kept"})
    order = together["score_class"].map(names.index)
    together = together.iloc[np.lexsort((order, together["tier"].to_numpy(dtype=str)))].reset_index(drop=True)
    whole = together.groupby("tier")["n"].transform("sum").to_numpy()
    lo, hi = intervals.wilson(together["n"].to_numpy(), whole)
    told = {"value": together["n"] / whole, "lo": lo, "hi": hi, "kept": together["kept"], "method": "wilson"}
    return together[["tier", "score_class", "n"]].assign(**told, flag=np.where(whole < LOW_N, "low_n", "ok"))
