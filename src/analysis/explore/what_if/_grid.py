"""Other pillar weights or cut points of the grid: who changes level, potential class and cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import SettingError
from ...core.result import Disclosure, Note, Result
from ...data import cooperation as components
from ...data import customers
from ...methods import cooperation, grid
from ...runs import portrait
from ...stats import intervals

if TYPE_CHECKING:
    from ..run import Run

__all__ = ["Frozen", "GridIf", "frozen", "pillars", "potential"]

LOW_N = 30
_ROUNDING = 0.005
_INSIDE = ("pot_high", "pot_mid", "pot_low")
_ORDER = ("level_1", "level_2", "level_3", "level_0", "pot_high", "pot_mid", "pot_low", "pot_none", "pot_unknown")


@dataclass(frozen=True, eq=False, kw_only=True)
class GridIf(Result):
    """One axis of the grid as it is and as it would be.

    Attributes
    ----------
    table : DataFrame
        One row per pair that occurs: before, after (level_1 … level_0, or pot_high … pot_unknown), n, value (share
        of the accounts in ``before``), lo, hi, method, flag.
    customers : DataFrame
        Index customer_id: before, after, cell_before, cell (missing where the region has no grid); with other
        weights also score_before and score (0–100).
    """

    customers: pd.DataFrame
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi"), keys=("before", "after"), within=("before",), margins=("after",)
    )

    @property
    def movers(self) -> pd.DataFrame:
        """Accounts that change their level, class or cell, by id."""
        cells = self.customers["cell"].fillna("") != self.customers["cell_before"].fillna("")
        return self.customers[(self.customers["before"] != self.customers["after"]) | cells].sort_index()


@dataclass(frozen=True, eq=False, kw_only=True)
class Frozen:
    """What the cooperation score of a run rests on.

    Attributes
    ----------
    components : DataFrame
        Of the accounts of all regions.
    accounts : DataFrame
        customer_type and stratum of the same.
    normalisers : cooperation.Normalisers
    scheme : cooperation.Scheme
        As decided for the run.
    before : DataFrame
        ``customers`` of the region's own score.
    cells : DataFrame or None
        ``customers`` of the region's grid.
    """

    components: pd.DataFrame
    accounts: pd.DataFrame
    normalisers: cooperation.Normalisers
    scheme: cooperation.Scheme
    before: pd.DataFrame
    cells: pd.DataFrame | None


def frozen(run: Run, normalisers: cooperation.Normalisers) -> Frozen:
    """What the score of a run rests on; the tables of all regions are read once a session."""
    before: Any = run.results["customers_cooperation"]
    cells: Any = run.results.get("customers_grid")
    values, accounts = _everyone(run.home / "tables", run.as_of, run.brand, str(run.meta["tables_hash"]))
    return Frozen(
        components=values,
        accounts=accounts,
        normalisers=normalisers,
        scheme=portrait.scheme(run.job),
        before=before.customers,
        cells=None if cells is None else cells.customers,
    )


@lru_cache(maxsize=4)
def _everyone(tables: Path, as_of: str, brand: str | None, _hash: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cooperation components and profile of the accounts of all regions; some seconds, the same from any region."""
    told: dict[str, Any] = {"as_of": as_of, "brand": brand}
    return components.components(tables, **told).values, customers.profile(tables, **told)


def pillars(
    known: Frozen, weights: Mapping[str, float], cuts: Sequence[float] | None, *, notes: tuple[Note, ...] = ()
) -> GridIf:
    """The cooperation level with other weights of its pillars, cut anew on all regions as a run would do.

    Parameters
    ----------
    known : Frozen
    weights : mapping
        Of behaviour, needs, feedback, environment; 0 or more, brought to a sum of 1.
    cuts : (float, float), optional
        Score from which level 2 and level 1 begin; otherwise those decided, else terciles of all regions.
    notes : tuple of Note
    """
    for name, weight in weights.items():
        checks.number(weight, name=name, low=0)
    total = float(sum(weights.values()))
    if not total > 0:
        raise SettingError("what_if_no_weight", names=list(weights))
    used = {name: float(weight) / total for name, weight in weights.items()}
    scheme = replace(known.scheme, weights=used, pairwise=None, cuts=known.scheme.cuts if cuts is None else cuts)
    scored = cooperation.score(known.components, accounts=known.accounts, normalisers=known.normalisers, scheme=scheme)
    after = scored.customers.reindex(known.before.index)
    frame = pd.DataFrame({
        "before": "level_" + known.before["level"].astype(int).map(str),
        "after": "level_" + after["level"].astype(int).map(str),
        "score_before": known.before["score"], "score": after["score"],
    })  # fmt: skip
    scaled = (Note("what_if_normalised", {"total": total}),) if abs(total - 1) > _ROUNDING else ()
    cut = Note("what_if_pillars_cuts" if scheme.cuts is None else "what_if_pillars_given")
    classes = None if known.cells is None else "pot_" + known.cells["potential_class"].map(str)
    return _answer(
        frame.join(_cells(frame["after"], classes, known.cells)),
        {"weights": used, "cuts": None if scheme.cuts is None else list(scheme.cuts)},
        ("what_if_pillars", (*scaled, cut, *notes)),
    )


def potential(
    before: grid.PotentialClasses, cells: pd.DataFrame, cuts: Sequence[float], *, notes: tuple[Note, ...] = ()
) -> GridIf:
    """The potential class with other cut points, cut on all regions.

    Parameters
    ----------
    before : grid.PotentialClasses
        Of all regions.
    cells : DataFrame
        ``customers`` of the region's grid.
    cuts : (float, float)
        Cumulative shares of potential.
    notes : tuple of Note
    """
    if not isinstance(cuts, Sequence | np.ndarray) or isinstance(cuts, str):
        raise SettingError("grid_two_cuts", got=cuts)
    after = grid.potential_classes(before.customers["potential"], cuts=cuts).customers["potential_class"]
    # an account that the reference pass does not know has no potential there either
    after = after.reindex(cells.index).fillna("unknown")
    frame = pd.DataFrame({
        "before": "pot_" + cells["potential_class"].map(str), "after": "pot_" + after.map(str),
    })  # fmt: skip
    level = "level_" + cells["level"].astype(int).map(str)
    settings = {"cuts": [float(cut) for cut in cuts], "cuts_before": before.settings.get("cuts")}
    return _answer(frame.join(_cells(level, frame["after"], cells)), settings, ("what_if_potential", notes))


def _cells(level: pd.Series, classes: pd.Series | None, cells: pd.DataFrame | None) -> pd.DataFrame:
    """Cell of each account as it is and as it would be, by the rule of the grid."""
    if classes is None or cells is None:
        missing = pd.Series(np.nan, level.index, dtype="str")
        return pd.DataFrame({"cell_before": missing, "cell": missing})
    classes = classes.reindex(level.index).fillna("pot_unknown")
    inside = classes.str.removeprefix("pot_") + "_" + level.str.removeprefix("level_")
    outside = "grid_" + classes.str.removeprefix("pot_")
    after = inside.where(level != "level_0", "grid_to_assess").where(classes.isin(_INSIDE), outside)
    return pd.DataFrame({"cell_before": cells["cell"].reindex(level.index), "cell": after})


def _answer(customers: pd.DataFrame, settings: Mapping[str, object], told: tuple[str, tuple[Note, ...]]) -> GridIf:
    code, notes = told
    customers = customers.sort_index().rename_axis("customer_id")
    counted = customers.groupby(["before", "after"]).size().rename("n").reset_index()
    places = {name: place for place, name in enumerate(_ORDER)}
    order = np.lexsort((counted["after"].map(places), counted["before"].map(places)))
    counted = counted.iloc[order].reset_index(drop=True)
    whole = counted.groupby("before")["n"].transform("sum").to_numpy()
    lo, hi = intervals.wilson(counted["n"].to_numpy(), whole)
    table = counted.assign(
        value=counted["n"] / whole, lo=lo, hi=hi, method="wilson", flag=np.where(whole < LOW_N, "low_n", "ok")
    )
    moved = int((customers["before"] != customers["after"]).sum())
    cells = int((customers["cell"].fillna("") != customers["cell_before"].fillna("")).sum())
    values = {"of": len(customers), "moved": moved}
    has_grid = bool(customers["cell_before"].notna().any())
    finding = Note(code, values | {"cells": cells}) if has_grid else Note(f"{code}_levels", values)
    if not moved:
        finding = Note(f"{code}_same", {"of": len(customers)})
    return GridIf(table=table, settings=dict(settings), notes=notes, finding=finding, customers=customers)
