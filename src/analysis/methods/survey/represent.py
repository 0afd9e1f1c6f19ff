"""Respondents beside the universe, before and after weighting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ...stats import weights as weighting
from ._margins import UNKNOWN, Side, raked, weighted_to
from .raking import base_weights

__all__ = ["Represented", "represent"]

_LOW_N = 30
#: weighted shares this near to the universe's count as reached
_NEAR = 0.01


@dataclass(frozen=True, eq=False, kw_only=True)
class Represented(Result):
    """The respondents' composition against that of the universe.

    Attributes
    ----------
    table : DataFrame
        attribute, group (category); universe_n, universe (share); value, lo, hi (the
        respondents' share, unweighted, Wilson); weighted (their share after weighting);
        difference, difference_weighted (respondents − universe); n (respondents of the
        category), method, flag.
    weights : Series
        Index response_id; mean 1.
    calibration : DataFrame
        Index response_id; category in each margin the weights were raked to: pass it as
        ``margins`` to `stats.design`, whose standard errors then know what raking settled.
    spread : DataFrame
        Mean weight by tenth of the respondents, lowest weights first: tenth, weight.
    n_eff, design_effect : float
        Effective number of respondents (Kish), and respondents over it.
    trimmed : int
        Respondents whose weight was cut to the cap.
    used, left_out : tuple of str
        Margins raked to, and those that could not be used.
    not_represented : float
        Largest share of the universe, over the margins, in categories without respondents.
    """

    weights: pd.Series
    calibration: pd.DataFrame
    spread: pd.DataFrame
    n_eff: float
    design_effect: float
    trimmed: int
    used: tuple[str, ...]
    left_out: tuple[str, ...]
    not_represented: float
    formats: ClassVar[Mapping[str, str]] = {
        "universe_n": "count", "universe": "percent", "value": "percent", "lo": "percent", "hi": "percent",
        "weighted": "percent", "difference": "points1", "difference_weighted": "points1", "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("universe_n", "n"),
        hides=("universe", "value", "lo", "hi", "weighted", "difference", "difference_weighted"),
        within=("attribute",),
    )


# the two frames, and the four choices of a weighting
def represent(
    respondents: pd.DataFrame,
    universe: pd.DataFrame,
    *,
    margins: Sequence[str],
    weights: pd.Series | None = None,
    trim: float = 5.0,
    level: float = 0.95,
) -> Represented:
    """Weigh the respondents towards the universe and show how near they come.

    Parameters
    ----------
    respondents : DataFrame
        Index response_id; the columns of ``margins``.
    universe : DataFrame
        One row per customer who might have been asked; the columns of ``margins``.
    margins : list of str
        The most important first: where weights cannot meet all of them, the last go first.
    weights : Series, optional
        Base weights by response_id; default 1 each.
    trim : float, default 5
        Cap on a weight as a multiple of the mean weight.
    level : float, default 0.95

    Returns
    -------
    Represented
        A category without respondents is left out of its margin, a respondent of unknown
        category counts in it with the base weight; notes say both.

    Raises
    ------
    DataError
        ``empty``, ``bad_weights``, ``duplicate_customers``.
    SettingError
        ``no_margins``, ``out_of_range``.

    References
    ----------
    Deming, W. E. and Stephan, F. F. (1940), Annals of Mathematical Statistics 11, 427–444.
    Kish, L. (1992), Journal of Official Statistics 8, 183–200 (design effect of weights).
    """
    checks.not_empty(respondents, name="respondents")
    checks.not_empty(universe, name="universe")
    checks.unique_index(respondents, name="respondents")
    checks.number(trim, name="trim", low=1.0 + 1e-9)
    checks.number(level, name="level", low=0.01, high=0.9999)
    if not len(margins):
        raise SettingError("no_margins", name="margins")
    people = respondents.sort_index()
    base = pd.Series(base_weights(people, weights), index=people.index)
    base *= len(base) / base.sum()
    shown = [m for m in dict.fromkeys(margins) if m in people.columns and m in universe.columns]
    notes = [Note("margin_absent", {"attribute": m}) for m in dict.fromkeys(margins) if m not in shown]
    sides = {m: Side.of(people[m], universe[m]) for m in shown}
    notes += [note for m, side in sides.items() for note in side.notes(m)]
    usable = [m for m, side in sides.items() if side.usable]
    weight, used = raked(sides, usable, base)
    notes += [Note("margin_unused", {"attribute": m}) for m in shown if m not in used]
    capped = weighted_to(sides, used, base, trim) if used else weight
    trimmed = int((capped >= trim * (1 - 1e-6)).sum())
    rows = [row for m, side in sides.items() for row in _rows(m, side, capped, level)]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    n_eff = weighting.kish(capped)
    if trimmed:
        told = {"count": trimmed, "cap": trim, "gap": _gap(table, "difference_weighted")}
        notes.append(Note("weights_trimmed", told))
    if used:
        notes.append(Note("weights_observed_only"))
    return Represented(
        table=table, settings={"margins": list(margins), "trim": trim, "level": level, "base": weights is not None},
        notes=tuple(notes), finding=_finding(table, n_eff, len(people), bool(used)), weights=capped.rename("weight"),
        calibration=pd.DataFrame({m: sides[m].label for m in used}, index=people.index), spread=_spread(capped),
        n_eff=n_eff, design_effect=len(people) / n_eff, trimmed=trimmed, used=tuple(used),
        left_out=tuple(m for m in dict.fromkeys(margins) if m not in used),
        not_represented=max((side.silent_share for side in sides.values()), default=0.0),
    )  # fmt: skip


_COLUMNS = [
    "attribute", "group", "universe_n", "universe", "value", "lo", "hi", "weighted", "difference",
    "difference_weighted", "n", "method", "flag",
]  # fmt: skip


def _rows(name: str, side: Side, weight: pd.Series, level: float) -> list[tuple[object, ...]]:
    known = side.label != UNKNOWN
    n, mass = int(known.sum()), float(weight[known].sum())
    rows: list[tuple[object, ...]] = []
    for group, count in side.universe.items():
        mine = side.label == group
        hits, share = int(mine.sum()), float(count / side.universe.sum())
        value = hits / n if n else float("nan")
        lo, hi = intervals.wilson(hits, n, level=level)
        weighted = float(weight[mine].sum()) / mass if mass > 0 else float("nan")
        flag = "missing_input" if not n else "low_n" if n < _LOW_N else "ok"
        shares = (value, lo, hi, weighted, value - share, weighted - share)
        rows.append((name, str(group), int(count), share, *shares, hits, "wilson", flag))
    return rows


def _spread(weight: pd.Series) -> pd.DataFrame:
    parts = np.array_split(np.sort(weight.to_numpy()), min(10, len(weight)))
    return pd.DataFrame({"tenth": np.arange(1, len(parts) + 1), "weight": [float(part.mean()) for part in parts]})


def _gap(table: pd.DataFrame, column: str) -> float:
    gap = table[column].abs().max() if len(table) else float("nan")
    return float(gap)


def _finding(table: pd.DataFrame, n_eff: float, n: int, used: bool) -> Note:
    if not used:
        return Note("represented_not", {"n": n})
    told: dict[str, Any] = {"before": _gap(table, "difference"), "after": _gap(table, "difference_weighted")}
    near = told["after"] < _NEAR
    return Note("represented_near" if near else "represented_apart", {**told, "n_eff": n_eff, "n": n})
