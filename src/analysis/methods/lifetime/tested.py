"""What a held-out test says of a forecast, and how forecasts are widened by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ...core.result import Note

__all__ = [
    "HeldOut", "Tested", "active_notes", "held_out_error", "held_out_finding", "held_out_notes", "tested_on", "widened",
]  # fmt: skip


class HeldOut(Protocol):
    """What a held-out test says of a model: `lifetime.compare` gives one."""

    @property
    def predicted(self) -> float:
        """What the model expected of the period it had not seen."""

    @property
    def actual(self) -> float:
        """What came."""

    @property
    def covered(self) -> bool:
        """Whether the interval held the actual."""


@dataclass(frozen=True)
class Tested:
    """One forecast held against what came.

    Attributes
    ----------
    predicted, actual : float
    covered : bool
        Whether the interval held the actual; for a plain rule the interval comes from its own scatter.
    money : bool
        Sales rather than orders.
    group : str or None
        The region or other group it is about; None for all customers.
    """

    predicted: float
    actual: float
    covered: bool
    money: bool = False
    group: str | None = None


def tested_on(widen: Any, *, family: str, money: bool, group: str | None = None) -> HeldOut | None:
    """The test of this family: of money where there is one and money is asked for, else of orders.

    ``widen`` is a `Comparison`, or anything with predicted, actual and covered. None where the group was not tested.
    """
    if widen is None:
        return None
    if hasattr(widen, "held_out"):
        found = widen.held_out(family, money=money, group=group)
        return found if found is not None or not money else widen.held_out(family, money=False, group=group)
    if group is not None:
        return None
    predicted = getattr(widen, "predicted_value", None) if money else None
    if predicted is None or not np.isfinite(predicted) or not widen.actual_value > 0:
        return widen  # type: ignore[no-any-return]
    return Tested(predicted, widen.actual_value, widen.covered_value, money=True)


def held_out_error(widen: HeldOut) -> float | None:
    """Size of the held-out error relative to the actual; None when nobody ordered."""
    return abs(widen.predicted - widen.actual) / widen.actual if widen.actual else None


def held_out_notes(widen: HeldOut | None, *, money: bool = False, groups: Sequence[HeldOut] = ()) -> tuple[Note, ...]:
    """How the model did on the period it had not seen; for money without a test of its own, that it has none.

    ``groups`` are the tests of single groups, where rows are widened by their own.
    """
    if widen is None:
        return ()
    code = "held_out_inside" if widen.covered else "held_out_missed"
    of_money = isinstance(widen, Tested) and widen.money
    told: dict[str, Any] = {
        "predicted": widen.predicted,
        "actual": widen.actual,
        "error": held_out_error(widen),
    }
    code = f"{code}_value" if of_money else code
    if isinstance(widen, Tested) and widen.group is not None:
        code, told = f"{code}_group", {**told, "group": widen.group}
    notes = [Note(code, told)]
    if groups:
        missed = sum(not test.covered for test in groups)
        notes.append(Note("held_out_by_group", {"n": len(groups), "missed": missed}))
    if money and not of_money:
        notes.append(Note("held_out_orders_only"))
    return tuple(notes)


def held_out_finding(code: str, told: Mapping[str, Any], widen: HeldOut | None) -> Note:
    """The finding with the error of the test that was made: none, of orders, or of money."""
    if widen is None or held_out_error(widen) is None:
        return Note(code, told)
    kind = "tested" if isinstance(widen, Tested) and widen.money else "held_out"
    return Note(f"{code}_{kind}", {**told, "error": held_out_error(widen)})


def active_notes(tested: Any, *, family: str) -> tuple[Note, ...]:
    """What the test says of the model that a probability active comes from, above all where a plain rule won it."""
    found = tested_on(tested, family=family, money=False)
    if found is None:
        return ()
    told = {"family": family, "error": held_out_error(found)}
    used = getattr(tested, "used", family)
    # no model among the columns of the scoreboard is better than its best one: what is used otherwise is a rule
    return (Note("active_rule_won", {**told, "rule": used}) if used != family else Note("active_tested", told),)


def widened(
    lo: np.ndarray, hi: np.ndarray, tests: Sequence[HeldOut | None], *, exposed: np.ndarray, least: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds moved outwards by the relative error of each row's test, where the actual lay outside its interval.

    ``exposed`` is what the error is a share of (a fixed cost is none of it), ``least`` what no outcome falls below.
    """
    miss = (
        np.array(
            [
                0.0
                if test is None or test.covered or not test.predicted
                else abs(test.actual - test.predicted) / test.predicted
                for test in tests
            ]
        )
        * exposed
    )
    return np.minimum(lo, np.maximum(lo - miss, least)), hi + miss
