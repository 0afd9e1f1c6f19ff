"""What those who did not answer could change: worst to best case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import design

__all__ = ["Bounds", "ScoreBounds", "ShareBounds", "bounds"]

#: under this nothing is shown, under the next the interval only
_HIDDEN, _LOW_N = 8, 30
_ALL = "all"


def _formats(kind: str) -> dict[str, str]:
    estimates = ("value", "lo", "hi", "bound_lo", "bound_hi")
    return {"universe_n": "count", "n": "count", **dict.fromkeys(estimates, kind)}


@dataclass(frozen=True, eq=False, kw_only=True)
class Bounds(Result):
    """An estimate from the respondents, and where that of the universe must lie.

    Attributes
    ----------
    table : DataFrame
        group ("all" first); universe_n; value, lo, hi (from the respondents, as weighted);
        bound_lo, bound_hi (everyone silent at the lowest, at the highest answer); n
        (respondents), method, flag.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = _formats("number2")
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("universe_n", "n"), hides=("value", "lo", "hi", "bound_lo", "bound_hi"), within=()
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class ScoreBounds(Bounds):
    """Bounds of a net promoter score, in points."""

    formats: ClassVar[Mapping[str, str]] = _formats("score")


@dataclass(frozen=True, eq=False, kw_only=True)
class ShareBounds(Bounds):
    """Bounds of a share."""

    formats: ClassVar[Mapping[str, str]] = _formats("percent")


_CLASSES: dict[str, type[Bounds]] = {"mean": Bounds, "nps": ScoreBounds, "share": ShareBounds}


# what was asked (values, kind, low, high), of whom (universe, by) and how it is estimated (weights, cluster, level)
def bounds(
    values: pd.Series,
    universe: int | Mapping[Any, int] | pd.Series,
    *,
    kind: str = "mean",
    low: float | None = None,
    high: float | None = None,
    by: pd.Series | None = None,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    level: float = 0.95,
) -> Bounds:
    """Bounds of a mean, a share or a net promoter score over the whole universe.

    The answers that were given are taken as they are; those that were not could all have
    been the lowest or all the highest. Nothing is assumed of those who did not answer, so
    the bounds hold whatever made people answer.

    Parameters
    ----------
    values : Series
        Answers by response_id: a scale, 0/1, or 0–10 for ``kind="nps"``; missing answers count
        among those not given.
    universe : int, or mapping (Series) of group to int
        How many were invited, or could have been; by group where ``by`` is given.
    kind : {"mean", "nps", "share"}
    low, high : float, optional
        Lowest and highest answer possible; needed for ``kind="mean"``.
    by : Series, optional
        Group by response_id.
    weights, cluster : Series, optional
        By response_id; for the respondents' estimate only.
    level : float, default 0.95

    Raises
    ------
    DataError
        ``empty``, ``bounds_universe`` (fewer than answered), ``bounds_range`` (answers outside).
    SettingError
        ``not_a_choice``, ``out_of_range``.

    References
    ----------
    Manski, C. F. (1989), Journal of Human Resources 24, 343–360.
    """
    checks.choice(kind, tuple(_CLASSES), name="kind")
    given = values.sort_index().astype(float).dropna()
    checks.not_empty(given, name="values")
    scored, least, most = _scored(given, kind, low, high)
    groups = by.reindex(scored.index) if by is not None else pd.Series(dtype=object, index=scored.index)
    sizes = (
        {_ALL: int(universe)}
        if isinstance(universe, int | np.integer)
        else {str(k): int(v) for k, v in universe.items()}
    )
    parts: list[tuple[str, pd.Series, int]] = []
    if by is not None and _ALL not in sizes:
        inside = scored[groups.astype(str).isin(sizes)]
        parts.append((_ALL, inside, sum(sizes.values())))
        parts += [(name, scored[groups.astype(str) == name], size) for name, size in sorted(sizes.items())]
    else:
        parts.append((_ALL, scored, sizes.get(_ALL, sum(sizes.values()))))
    rows = [_row(name, part, size, (kind, least, most), (weights, cluster, level)) for name, part, size in parts]
    table = pd.DataFrame(rows)
    outside = len(scored) - len(parts[0][1])
    notes = [Note("bounds_meaning")] + ([Note("bounds_outside", {"count": outside})] if outside else [])
    settings = {"kind": kind, "low": least, "high": most, "level": level, "weighted": weights is not None}
    return _CLASSES[kind](table=table, settings=settings, notes=tuple(notes), finding=_finding(table.iloc[0], kind))


def _scored(given: pd.Series, kind: str, low: float | None, high: float | None) -> tuple[pd.Series, float, float]:
    """Answers as what is averaged, and the least and most it can be."""
    span = {"nps": (0.0, 10.0), "share": (0.0, 1.0)}.get(kind, (low, high))
    for name, edge in (("low", span[0]), ("high", span[1])):
        checks.number(edge, name=name)
    least, most = float(span[0]), float(span[1])  # type: ignore[arg-type]
    off = ~given.between(least, most)
    if off.any() or least >= most:
        raise DataError("bounds_range", count=int(off.sum()), lo=f"{least:g}", hi=f"{most:g}")
    if kind != "nps":
        return given, least, most
    points = pd.Series(np.where(given >= 9, 100.0, np.where(given <= 6, -100.0, 0.0)), index=given.index)
    return points, -100.0, 100.0


def _row(
    name: str, part: pd.Series, size: int, scale: tuple[str, float, float], how: tuple[Any, Any, float]
) -> dict[str, Any]:
    (kind, least, most), (weights, cluster, level), n = scale, how, len(part)
    if size < n:
        raise DataError("bounds_universe", group=name, got=size, n=n)
    estimate = design.proportion if kind == "share" else design.mean
    got = estimate(
        part, None if weights is None else weights.reindex(part.index),
        None if cluster is None else cluster.reindex(part.index), level,
    )  # fmt: skip
    told, silent = float(part.sum()), size - n
    shown = n >= _HIDDEN and np.isfinite(got.se)
    return {
        "group": name,
        "universe_n": size,
        # from 8 to 29 answers a score has an interval only
        "value": got.value if shown and not (kind == "nps" and n < _LOW_N) else np.nan,
        "lo": max(got.lo, least) if shown else np.nan,
        "hi": min(got.hi, most) if shown else np.nan,
        "bound_lo": (told + silent * least) / size if n >= _HIDDEN else np.nan,
        "bound_hi": (told + silent * most) / size if n >= _HIDDEN else np.nan,
        "n": n,
        "method": "manski",
        "flag": "suppressed" if n < _HIDDEN else "not_identified" if not shown else "low_n" if n < _LOW_N else "ok",
    }


def _finding(row: pd.Series, kind: str) -> Note:
    told = {"n": int(row["n"]), "of": int(row["universe_n"])}
    if pd.isna(row["bound_lo"]):
        return Note("bounds_hidden", told)
    return Note(f"bounds_{kind}", {**told, "lo": float(row["bound_lo"]), "hi": float(row["bound_hi"])})
