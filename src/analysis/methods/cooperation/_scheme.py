"""What the cooperation score is made of: component sets, pillar weights, cut points, what is varied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import SettingError
from ...stats import ahp

__all__ = ["CHOICES", "PILLARS", "SETS", "VARIED", "Scheme", "cuts_of", "pillar_weights", "sets_of", "weight_table"]

PILLARS = ("behaviour", "needs", "feedback", "environment")
#: what may differ from draw to draw
VARIED = ("noise", "weights", "normaliser", "aggregation")
#: every way to normalise and to aggregate; the published score is the arithmetic one
CHOICES = tuple((n, a) for n in ("minmax", "rank") for a in ("arithmetic", "geometric"))

_OUTLET: dict[str, tuple[str, ...]] = {
    "behaviour": ("behav", "stable", "breadth"), "feedback": ("access",), "environment": ("listing", "competitor"),
}  # fmt: skip
#: outlets answer no questionnaire and few of them are called on: what they do counts by its three components, so that
#: an outlet nobody called on can still be assessed
_BY_COMPONENTS = {"behaviour": 3.0}
#: components of each pillar by kind of customer; size and potential are left out on purpose
SETS: dict[str, dict[str, tuple[str, ...]]] = {
    "hospital": {
        "behaviour": ("behav", "stable", "breadth", "joint"),
        "needs": ("needs",),
        "feedback": ("attitude", "access"),
        "environment": ("listing", "competitor"),
    },
    "pharmacy": _OUTLET,
    "clinic": _OUTLET,
    "pharmacy_chain": _OUTLET,
}
#: quantities, tiers and ranks belong to accounts, never to persons
_PERSONS = ("physician", "person")


@dataclass(frozen=True, eq=False)
class Scheme:
    """What the score is made of; everything has a default.

    Attributes
    ----------
    sets : dict, optional
        Kind of customer -> pillar -> components; default `SETS`.
    weights : dict, optional
        Weight of each pillar, 0 or more; default equal for behaviour, needs and feedback, 0 for the
        environment (shown, not counted). Components count equally within their pillar. A kind that lacks a
        pillar shares its weight among the others; with the default sets of pharmacies and clinics, which answer no
        questionnaire, behaviour counts three times, once for each component.
    pairwise : DataFrame, optional
        Pairwise comparisons of pillars (same names on both edges) instead of ``weights``; see ``stats.ahp``.
    cuts : (float, float) or DataFrame, optional
        Score from which level 2 and level 1 begin, or ``Cooperation.cuts`` of the reference pass; default the
        terciles of the customers scored.
    normaliser : {"minmax", "rank"}
        Of the published score.
    vary : tuple of str
        What the draws vary, among `VARIED`.
    """

    sets: Mapping[str, Mapping[str, Sequence[str]]] | None = None
    weights: Mapping[str, float] | None = None
    pairwise: pd.DataFrame | None = None
    cuts: Sequence[float] | pd.DataFrame | None = None
    normaliser: str = "minmax"
    vary: tuple[str, ...] = VARIED


def sets_of(scheme: Scheme) -> dict[str, dict[str, tuple[str, ...]]]:
    """Checked component sets, kinds in the order of their names, pillars in the order of `PILLARS`."""
    checks.choice(scheme.normaliser, ("minmax", "rank"), name="normaliser")
    for name in scheme.vary:
        checks.choice(name, VARIED, name="vary")
    given = SETS if scheme.sets is None else scheme.sets
    out = {}
    for kind in sorted(given):
        if kind in _PERSONS:
            raise SettingError("cooperation_person_set", got=kind)
        for pillar in given[kind]:
            checks.choice(pillar, PILLARS, name="sets")
        out[kind] = {p: tuple(given[kind][p]) for p in PILLARS if given[kind].get(p)}
        named = [c for components in out[kind].values() for c in components]
        if len(named) != len(set(named)) or not named:
            raise SettingError("cooperation_set", kind=kind, got=named)
    return out


def pillar_weights(scheme: Scheme) -> dict[str, float]:
    """Weight of each pillar, adding up to 1."""
    if scheme.weights is not None and scheme.pairwise is not None:
        raise SettingError("cooperation_two_weights")
    if scheme.pairwise is not None:
        return _compared(scheme.pairwise)
    given = dict.fromkeys(PILLARS[:3], 1.0) if scheme.weights is None else dict(scheme.weights)
    for pillar, weight in given.items():
        checks.choice(pillar, PILLARS, name="weights")
        checks.number(weight, name="weights", low=0)
    total = sum(given.values())
    if total <= 0:
        raise SettingError("cooperation_no_weight", got=given)
    return {p: float(given.get(p, 0.0)) / total for p in PILLARS}


def _compared(pairwise: pd.DataFrame) -> dict[str, float]:
    names = [str(c) for c in pairwise.columns]
    if names != [str(i) for i in pairwise.index] or len(set(names)) != len(names):
        raise SettingError("cooperation_pairwise", rows=list(map(str, pairwise.index)), columns=names)
    for name in names:
        checks.choice(name, PILLARS, name="pairwise")
    found = dict(zip(names, ahp.weights(pairwise.to_numpy(dtype=float), names=names).weights, strict=True))
    return {p: float(found.get(p, 0.0)) for p in PILLARS}


def weight_table(sets: Mapping[str, Mapping[str, Sequence[str]]], pillars: Mapping[str, float]) -> pd.DataFrame:
    """One row per kind and component: kind, pillar, component, pillar_weight, weight (sums to 1 in a kind)."""
    rows = []
    for kind, members in sets.items():
        factors = _BY_COMPONENTS if members == SETS.get(kind) and SETS[kind] is _OUTLET else {}
        own = {p: pillars[p] * factors.get(p, 1.0) for p in members}
        total = sum(own.values())
        if total <= 0:
            raise SettingError("cooperation_no_weight", got={p: pillars[p] for p in members})
        for pillar, components in members.items():
            share = own[pillar] / total
            rows += [(kind, pillar, c, share, share / len(components)) for c in components]
    names = ["kind", "pillar", "component", "pillar_weight", "weight"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[:3], "str"))


def cuts_of(scheme: Scheme, scores: Mapping[tuple[str, str], np.ndarray]) -> pd.DataFrame:
    """Cut points of every way to normalise and aggregate, so that a draw differs by order, not by scale.

    Two given numbers hold for the published score; the other ways are cut where as many customers lie below.
    """
    if isinstance(scheme.cuts, pd.DataFrame):
        return _frozen(scheme.cuts)
    published = scores[scheme.normaliser, "arithmetic"]
    shares = [1 / 3, 2 / 3]
    if scheme.cuts is not None:
        if len(scheme.cuts) != 2:
            raise SettingError("cooperation_cuts", got=list(scheme.cuts))
        checks.increasing(scheme.cuts, name="cuts", low=0, high=100)
        shares = [float((published < cut).mean()) if len(published) else np.nan for cut in scheme.cuts]
    rows = []
    for choice in CHOICES:
        points = np.quantile(scores[choice], shares) if len(published) else np.full(2, np.nan)
        if scheme.cuts is not None and choice == (scheme.normaliser, "arithmetic"):
            points = np.asarray(scheme.cuts, dtype=float)
        rows.append((*choice, *map(float, points)))
    return pd.DataFrame(rows, columns=["normaliser", "aggregation", "lower", "upper"]).astype(
        {"normaliser": "str", "aggregation": "str"}
    )


def _frozen(cuts: pd.DataFrame) -> pd.DataFrame:
    checks.columns(cuts, ["normaliser", "aggregation", "lower", "upper"], name="cuts")
    ways = list(zip(cuts["normaliser"], cuts["aggregation"], strict=True))
    points = cuts[["lower", "upper"]].to_numpy(dtype=float)
    if sorted(ways) != sorted(CHOICES) or not np.isfinite(points).all() or (points[:, 0] > points[:, 1]).any():
        raise SettingError("cooperation_cuts", got=points.round(1).tolist())
    return cuts.set_index(["normaliser", "aggregation"]).loc[list(CHOICES)].reset_index()
