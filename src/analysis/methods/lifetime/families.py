"""The models that can be fitted, behind one interface.

A family is a set of functions on unique rows: log-likelihood with exact
gradient, probability active, moments and tail of future orders. A new family
is a module with these functions and an entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from ...core import checks
from ...core.errors import SettingError
from ...core.result import Note
from . import bg_bb, cnbd, cnbd_ahead, geometric, limits, pareto, pareto_ahead
from .rows import Rows

__all__ = ["FAMILIES", "Family", "checked_parameters", "get"]


@dataclass(frozen=True)
class Family:
    """One model of buying and dropping out.

    Attributes
    ----------
    name : str
    parameters : tuple of str
        All positive; their logarithms are what is fitted.
    times : tuple of str
        Those that are times, and so change with the unit; none for a family of opportunities.
    log_likelihood : callable
        ``(values, rows) -> (per row, gradient by log-parameters)``.
    p_alive : callable
        ``(values, rows) -> per row``.
    moments : callable
        ``(values, rows, periods) -> (mean, second moment)`` of the orders ahead.
    reaches : callable
        ``(values, rows, periods, count) -> probability`` that an active customer makes ``count``
        (1 or more) orders or more in the next ``periods``.
    starts : callable
        ``(rows) -> list`` of log-parameters where the search begins.
    limits : tuple of Limit
        Models at the edge of the family, for the verdict.
    describe : callable
        ``(values) -> Note``: the finding of an ordinary fit, whose words may use its values, n and family.
    fixed : mapping
        Whole numbers that are chosen and not estimated: k, the regularity. All functions find them in ``values``.
    """

    name: str
    parameters: tuple[str, ...]
    times: tuple[str, ...]
    log_likelihood: Callable[..., Any]
    p_alive: Callable[..., Any]
    moments: Callable[..., Any]
    reaches: Callable[..., Any]
    starts: Callable[..., Any]
    limits: tuple[limits.Limit, ...]
    describe: Callable[[Mapping[str, float]], Note]
    fixed: Mapping[str, int] = field(default_factory=dict)

    def held(self, k: int) -> Family:
        """The same family with its regularity fixed at ``k``; the search begins elsewhere then."""
        return replace(self, fixed={"k": k}, starts=partial(cnbd.starts, k=k))

    def at_least(self, values: Mapping[str, float], rows: Rows, periods: float, count: np.ndarray) -> np.ndarray:
        """Probability of ``count`` orders or more in the next ``periods``, per row; 1 for a count of 0."""
        reached = self.p_alive(values, rows) * self.reaches(values, rows, periods, count)
        return np.where(np.asarray(count) <= 0, 1.0, reached)


def _geometric(name: str, coins: int) -> Family:
    return Family(
        name=name,
        parameters=geometric.PARAMETERS,
        times=("alpha",),
        log_likelihood=partial(geometric.log_likelihood, coins=coins),
        p_alive=partial(geometric.p_alive, coins=coins),
        moments=partial(geometric.moments, coins=coins),
        reaches=partial(geometric.reaches, coins=coins),
        starts=geometric.starts,
        limits=limits.GAMMA_BETA,
        describe=geometric.describe,
    )


def _pareto() -> Family:
    return Family(
        name="pareto_nbd",
        parameters=pareto.PARAMETERS,
        times=("alpha", "beta"),
        log_likelihood=pareto.log_likelihood,
        p_alive=pareto.p_alive,
        moments=pareto_ahead.moments,
        reaches=pareto_ahead.reaches,
        starts=pareto.starts,
        limits=limits.GAMMA_GAMMA,
        describe=pareto.describe,
    )


def _regular(name: str, coins: int) -> Family:
    return Family(
        name=name,
        parameters=cnbd.PARAMETERS,
        times=("alpha",),
        log_likelihood=partial(cnbd.log_likelihood, coins=coins),
        p_alive=partial(cnbd.p_alive, coins=coins),
        moments=partial(cnbd_ahead.moments, coins=coins),
        reaches=partial(cnbd_ahead.reaches, coins=coins),
        starts=partial(cnbd.starts, k=1),
        limits=limits.GAMMA_BETA,
        describe=cnbd.describe,
        fixed={"k": 1},
    )


def _bg_bb() -> Family:
    return Family(
        name="bg_bb",
        parameters=bg_bb.PARAMETERS,
        times=(),
        log_likelihood=bg_bb.log_likelihood,
        p_alive=bg_bb.p_alive,
        moments=bg_bb.moments,
        reaches=bg_bb.reaches,
        starts=bg_bb.starts,
        limits=limits.BETA_BETA,
        describe=bg_bb.describe,
    )


FAMILIES: Mapping[str, Family] = {
    family.name: family
    for family in (
        _geometric("bg_nbd", coins=0),
        _geometric("mbg_nbd", coins=1),
        _pareto(),
        _regular("bg_cnbd_k", coins=0),
        _regular("mbg_cnbd_k", coins=1),
        _bg_bb(),
    )
}


def get(family: str) -> Family:
    """The family called ``family``; refuses a name that is not available, listing those that are."""
    checks.choice(family, FAMILIES, name="family")
    return FAMILIES[family]


def checked_parameters(family: Family, parameters: Mapping[str, float]) -> dict[str, float]:
    """The parameters in the family's order; refuses a missing, foreign or non-positive one."""
    needed = [*family.parameters, *family.fixed]
    if set(parameters) != set(needed):
        raise SettingError("family_parameters", family=family.name, needed=needed, got=sorted(parameters))
    for name in family.parameters:
        checks.number(parameters[name], name=name, low=1e-300)
    for name in family.fixed:
        given = parameters[name]
        checks.whole(int(given) if isinstance(given, float) and given.is_integer() else given, name=name, low=1)
    return {name: float(parameters[name]) for name in needed}
