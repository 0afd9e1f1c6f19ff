"""What a held-out test found: a scoreboard, and the error of each rule in total and by group."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core.result import Result
from .rules import RULES
from .tested import Tested

__all__ = ["Comparison", "verdict"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison(Result):
    """Scoreboard of models and plain rules on the held-out period.

    Attributes
    ----------
    table : DataFrame
        rule, value (orders predicted), lo, hi, actual, bias (value / actual − 1), mae (orders per
        customer), spearman, lift (orders of the tenth with the highest forecasts over those of an average
        tenth), coverage (share of customers inside their interval), total_inside ("inside_interval",
        "outside_interval", "no_interval"), rank_sum, rank, n, method, flag; best rule first.
    best : str
        Rule with the smallest sum of ranks over |bias|, mae and spearman; ties go to the smaller |bias|.
    family : str
        The best of the models, and what the following seven are about.
    predicted, actual, error : float
        Orders in the held-out period; error = predicted / actual − 1.
    covered : bool
        Whether the actual total lay inside the interval.
    predicted_value, actual_value, covered_value : float, float, bool or None
        The same for sales; None without amounts or where spend could not be learned.
    customers : DataFrame
        Index customer_id: frequency, recency, age, actual, and the orders predicted by each rule.
    tests : DataFrame
        rule, kind ("orders", "sales"), group (empty: all customers), value, lo, hi, actual, inside, n;
        the interval of a plain rule comes from the scatter of its own errors.
    """

    best: str
    family: str
    predicted: float
    actual: float
    error: float
    covered: bool
    customers: pd.DataFrame
    predicted_value: float | None = None
    actual_value: float | None = None
    covered_value: bool | None = None
    tests: pd.DataFrame = field(default_factory=pd.DataFrame)

    formats: ClassVar[Mapping[str, str]] = {
        "value": "number", "lo": "number", "hi": "number", "actual": "number", "bias": "percent1", "mae": "ratio",
        "spearman": "ratio", "lift": "ratio", "coverage": "percent", "rank_sum": "number", "rank": "count",
    }  # fmt: skip

    @property
    def used(self) -> str:
        """What totals and values are to be based on: the best rule, be it a model or a plain one."""
        return self.best

    def held_out(self, rule: str, *, money: bool = False, group: str | None = None) -> Tested | None:
        """How one rule did, in total or for a group; None where that was not tested."""
        if self.tests.empty:
            return None
        known = rule if rule in set(self.tests["rule"]) else self.family
        kind = "sales" if money else "orders"
        table = self.tests
        hit = table[(table["rule"] == known) & (table["kind"] == kind) & (table["group"] == (group or ""))]
        if hit.empty:
            return None
        row = hit.iloc[0]
        scope = group or self.settings.get("group")
        return Tested(float(row["value"]), float(row["actual"]), bool(row["inside"]), money, scope)

    def of_group(self, group: str) -> Comparison:
        """The same test seen from one region: its own errors where it was tested, else those of all customers."""
        if self.tests.empty or group not in set(self.tests["group"]):
            return self
        own = self.tests[self.tests["group"] == group].assign(group="").reset_index(drop=True)
        return dataclasses.replace(self, tests=own, settings={**self.settings, "group": group})

    def dispersion_of(self, rule: str) -> float:
        """Variance of the actual orders around a rule's forecast over their expected number, at least 1."""
        predicted = self.customers[rule].to_numpy(dtype=float)
        expected = float(np.sort(predicted).sum())
        square = float(np.sort((self.customers["actual"].to_numpy(dtype=float) - predicted) ** 2).sum())
        return max(1.0, square / expected) if expected else 1.0


def verdict(table: pd.DataFrame, family: str) -> tuple[str, str | None]:
    """Code of the finding, and who of the other kind, model or plain rule, has the same sum of ranks as the best."""
    best = table.iloc[0]
    plain = best["rule"] in RULES
    others = table[(table["rule"].isin(RULES) != plain) & (table["rank_sum"] == best["rank_sum"])]
    missed = table.set_index("rule")["total_inside"][family] == "outside_interval"
    if not others.empty:
        return f"lifetime_{'naive' if plain else 'model'}_ties{'_missed' if missed else ''}", str(
            others["rule"].iloc[0]
        )
    if plain:
        return "lifetime_naive_wins", None
    return "lifetime_model_first_missed" if missed else "lifetime_model_wins", None
