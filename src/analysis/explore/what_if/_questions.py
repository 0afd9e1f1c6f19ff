"""The questions as methods of one object that knows the run."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...core import words
from ...core.errors import DataError
from ...core.result import Note, Result
from ...methods import lifetime
from . import _budget, _grid, _horizon, _segments, _tiers, _weights

if TYPE_CHECKING:
    from ..run import Run

__all__ = ["QUESTIONS", "WhatIf"]

QUESTIONS = ("tiers", "segments", "horizon", "weights", "pillars", "potential", "budget")


class WhatIf:
    """Other settings on one region of a run; nothing is written.

    Parameters
    ----------
    run : Run
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    def tiers(self, cuts: Sequence[float] = (0.7, 0.9), *, everywhere: bool = False) -> _tiers.TiersIf:
        """Value A/B/C with other cuts, and which accounts would change their tier.

        Parameters
        ----------
        cuts : (float, float), default (0.7, 0.9)
            Cumulative shares of net purchases.
        everywhere : bool, default False
            The accounts of all regions, ranked together.

        Raises
        ------
        DataError
            ``explore_blocked`` or ``E6``: the run has no tiers for this region.
        SettingError
            ``tiers_two_cuts``, ``cuts``.
        """
        before: Any = self._run.reference["tiers"] if everywhere else self._run.results["customers_tiers"]
        return _tiers.again(before, cuts, notes=self._notes(everywhere=everywhere))

    def segments(self, k: int = 4, *, everywhere: bool = False) -> _segments.SegmentsIf:
        """Another number of segments, learned on all regions by the frozen recipe, beside the present ones.

        Parameters
        ----------
        k : int, default 4
            2 to 50.
        everywhere : bool, default False
            Compare the accounts of all regions.

        Raises
        ------
        DataError
            ``what_if_no_model`` (no segments were learned), ``segments_too_few_distinct``.
        SettingError
            ``not_whole``, ``out_of_range``.
        """
        run = self._run
        recipe, model = self._learned("segments_recipe"), self._learned("segments_model")
        here: Any = None if everywhere else run.results["customers_segments"]
        values: Any = run.reference["tiers"]
        return _segments.again(
            recipe,
            model,
            k=k,
            order_by=values.customers["value"],
            index=None if here is None else here.customers.index,
            notes=(*self._k_notes(k), *self._notes(everywhere=everywhere)),
        )

    def horizon(
        self, months: float = 12, *, annual_discount_rate: float = 0.1, margin: float = 1.0
    ) -> _horizon.HorizonIf:
        """Lifetime value by tier over another horizon, by the frozen model.

        Parameters
        ----------
        months : float, default 12
            1 to 120.
        annual_discount_rate : float, default 0.1
        margin : float, default 1.0
            Share of sales that remains, 0–1.

        Raises
        ------
        DataError
            ``what_if_no_model``: nothing was learned on so few repeat orders.
        SettingError
            ``out_of_range``.
        """
        ahead = _horizon.Ahead(months=months, annual_discount_rate=annual_discount_rate, margin=margin)
        return _horizon.again(self._lifetime, ahead, notes=self._notes())

    def weights(
        self, value: float = 0.5, trend: float = 0.2, breadth: float = 0.15, regularity: float = 0.15
    ) -> _weights.WeightsIf:
        """Accounts by a weighted score of four percentile ranks, compared with their value tiers.

        Parameters
        ----------
        value : float
            Weight of the net value of twelve months.
        trend : float
            Weight of its slope over two years.
        breadth : float
            Weight of the number of products bought.
        regularity : float
            Weight of even gaps between orders.

        Raises
        ------
        DataError
            ``what_if_no_buyers``.
        SettingError
            ``out_of_range`` (a weight below 0), ``what_if_no_weight`` (all of them 0).
        """
        told = {"value": value, "trend": trend, "breadth": breadth, "regularity": regularity}
        tiers: Any = self._run.results["customers_tiers"]
        return _weights.score(self._run.accounts, tiers.customers["tier"], told, notes=self._notes())

    # four weights and the cut points: each moves levels
    def pillars(
        self, behaviour: float = 1 / 3, needs: float = 1 / 3, feedback: float = 1 / 3, environment: float = 0.0,
        *, cuts: Sequence[float] | None = None,
    ) -> _grid.GridIf:  # fmt: skip
        """Cooperation levels with other weights of the pillars, and which accounts would change level or cell.

        Parameters
        ----------
        behaviour, needs, feedback, environment : float
            0 or more; equal for the first three, as in a run where nothing was decided.
        cuts : (float, float), optional
            Score from which level 2 and level 1 begin, 0–100; otherwise those decided for the run, else terciles
            of the accounts of all regions.

        Raises
        ------
        DataError
            ``explore_blocked`` or ``E6``: no score in this region; ``what_if_no_model``.
        SettingError
        """
        told = {"behaviour": behaviour, "needs": needs, "feedback": feedback, "environment": environment}
        return _grid.pillars(self._cooperation, told, cuts, notes=self._notes())

    def potential(self, cuts: Sequence[float] = (0.5, 0.8)) -> _grid.GridIf:
        """Potential classes with other cuts, and which accounts would change class or cell.

        Parameters
        ----------
        cuts : (float, float), default (0.5, 0.8)
            Cumulative shares of the potential of all regions.

        Raises
        ------
        DataError
            ``explore_blocked`` or ``E6``: no grid in this region; ``what_if_no_model``.
        SettingError
        """
        cells: Any = self._run.results["customers_grid"]
        return _grid.potential(self._learned("potential_classes"), cells.customers, cuts, notes=self._notes())

    def budget(self, contacts: int | None = None) -> _budget.BudgetIf:
        """Effort for so many accounts: which come first by value at stake, and how much of it they cover.

        Coverage, not effect: what a contact changes is not in these data.

        Parameters
        ----------
        contacts : int, optional
            1 up to the number of accounts that may be contacted; 100 otherwise, or all where there are fewer.

        Raises
        ------
        DataError
            ``what_if_no_model``, ``what_if_nobody``.
        SettingError
            ``not_whole``, ``out_of_range``.
        """
        who = self._run.tables["customers"].drop_duplicates("customer_id").set_index("customer_id")
        out = who["opt_out"].fillna(False).astype(bool) if "opt_out" in who else pd.Series(False, index=who.index)
        return _budget.cover(self._lifetime, contacts, opted_out=out, notes=self._notes())

    # -- what they share ------------------------------------------------------

    @cached_property
    def _lifetime(self) -> _horizon.Frozen:
        """The frozen lifetime model with this region's order history."""
        run = self._run
        fit, spend = self._learned("lifetime_fit"), self._learned("lifetime_spend")
        held_out = self._learned("lifetime_held_out").of_group(run.region)
        orders, clock = run.job.orders(), run.job.time
        before: Any = run.results["value_total"]
        tiers: Any = run.results["customers_tiers"]
        return _horizon.Frozen(
            fit=fit,
            used=lifetime.choose(held_out, fit, orders, end=run.as_of, unit=clock.unit),
            spend=spend,
            held_out=held_out,
            history=lifetime.history_for(fit.family, orders, end=run.as_of, unit=clock.unit),
            tier=tiers.customers["tier"],
            before=before,
            clock=clock,
        )

    @cached_property
    def _cooperation(self) -> _grid.Frozen:
        """What the cooperation score rests on, for the accounts of all regions."""
        return _grid.frozen(self._run, self._learned("cooperation_normalisers"))

    def _learned(self, name: str) -> Any:
        if name not in self._run.reference:
            raise DataError("what_if_no_model", name=name, found=list(self._run.reference))
        return self._run.reference[name]

    def _k_notes(self, k: Any) -> tuple[Note, ...]:
        """Why the criteria of the reference pass speak against this number of segments."""
        if "segments_choice" not in self._run.reference:
            return ()
        table = self._run.reference["segments_choice"].table
        row = table[(table["k"] == k) & ~table["admissible"]]
        return () if row.empty else (Note("what_if_k_refused", {"k": int(k), "reason": str(row["reason"].iloc[0])}),)

    def _notes(self, *, everywhere: bool = False) -> tuple[Note, ...]:
        where = (Note("what_if_everywhere", {"count": len(self._run.regions)}),) if everywhere else ()
        return (*where, Note("what_if_only"))

    def ask(self, what: str, **settings: Any) -> Result:
        """One of `QUESTIONS` by its name."""
        answer: Result = getattr(self, what)(**settings)
        return answer

    def __repr__(self) -> str:
        language = self._run.language
        said = {name: words.text(f"explore.what_if_{name}", language) for name in QUESTIONS}
        return "\n".join(f"what_if.{name}(...)  {text}" for name, text in said.items())
