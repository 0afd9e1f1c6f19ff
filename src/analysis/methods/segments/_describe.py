"""Segments by any attribute: what kinds of customers are in them, and what was not used to make them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, intervals
from . import _compared
from ._fit import LOW_N
from ._segments import outside

__all__ = ["Description", "describe"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Description(Result):
    """Segments by attributes.

    Attributes
    ----------
    table : DataFrame
        One row per attribute, level and segment: attribute, level (``median`` for a number), segment, n (customers of
        the segment whose attribute is known), count (those of this level), value (share of the level, or median), lo,
        hi, index (100 · value ÷ that of all segments together; missing where that is not positive or values are
        negative), role, method, flag, unit.
    totals : DataFrame
        One row per attribute and level: attribute, level, n, count, base (share or median of all segments together).
    tests : DataFrame
        One row per attribute: attribute, role, measure (rank_eta_squared, cramers_v), effect, lo, hi, n, p, q (false
        discovery rate over the attributes tested), flag. Attributes that made the segments have no p, and an
        effect only from held-out customers.
    n : int
        Customers in segments.
    """

    totals: pd.DataFrame
    tests: pd.DataFrame
    n: int
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "index": "score", "effect": "number2", "p": "number2", "q": "number2",
    }  # fmt: skip
    # how many attributes there are, and the effect size of a whole attribute, give no cell back
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("count", "n"), hides=("value", "lo", "hi", "index"), keys=("segment", "attributes", "effect"),
        within=("attribute", "segment"), margins=("level",),
    )  # fmt: skip


def describe(
    assigned: pd.Series,
    attributes: pd.DataFrame,
    *,
    clustered: Collection[str] = (),
    held_out: Collection[Any] | None = None,
    level: float = 0.95,
) -> Description:
    """Compare segments by attributes: numbers by their median, words by the share of each.

    Parameters
    ----------
    assigned : Series
        Segment of each customer.
    attributes : DataFrame
        Same customers; columns of numbers, words or yes and no.
    clustered : collection of str, default ()
        Attributes that made the segments. They differ between the segments by construction, so they are described
        and not tested; intervals and effect sizes come from held-out customers, if any.
    held_out : collection of customer ids, optional
        Customers who were placed by the model but not used to learn it.
    level : float, default 0.95

    Returns
    -------
    Description

    Raises
    ------
    DataError
        Customers without attributes, held-out customers without a segment.

    References
    ----------
    Hennig et al. (2016), Handbook of Cluster Analysis, ch. 26 (no test on what made the clusters); Benjamini and
    Hochberg (1995), Journal of the Royal Statistical Society B 57, 289–300.
    """
    checks.not_empty(assigned, name="assigned")
    checks.unique_index(assigned, name="assigned")
    checks.unique_index(attributes, name="attributes")
    checks.number(level, name="level", low=0.5, high=0.999)
    checks.columns(attributes, clustered, name="attributes")
    absent = ~assigned.index.isin(attributes.index)
    if absent.any():
        raise DataError("segments_without_features", count=int(absent.sum()), all=len(assigned))
    order = np.argsort(assigned.index.astype(str), kind="stable")
    everyone = assigned.iloc[order].astype("int64")
    segment = everyone[everyone > 0]
    checks.not_empty(segment, name="assigned")
    used = attributes.reindex(segment.index)
    told = _held_out(segment, held_out)
    rows: list[dict[str, Any]] = []
    tests = []
    for name in used.columns:
        role = "clustered" if name in clustered else "not_clustered"
        column, tested = (
            _compared.column_of(used[name]),
            told if role == "clustered" else np.ones(len(segment), dtype=bool),
        )
        rows += _rows(str(name), column, segment.to_numpy(), role, tested, level)
        tests.append(_compared.compare(str(name), column[tested], segment.to_numpy()[tested], role))
    compared = pd.DataFrame(tests)
    table, totals = _split(pd.DataFrame(rows))
    compared["q"] = adjust.benjamini_hochberg(compared["p"])
    return Description(
        table=table,
        settings={"n": len(segment), "clustered": sorted(map(str, clustered)), "held_out": int(told.sum()),
                  "confidence": level},
        notes=_notes(compared, len(everyone) - len(segment), len(everyone)),
        finding=_finding(compared, table),
        totals=totals,
        tests=compared,
        n=len(segment),
    )  # fmt: skip


def _split(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is said of each segment, and of all of them together."""
    sums = rows.groupby(["attribute", "level"], sort=False, as_index=False)[["n", "count"]].sum()
    base = rows.drop_duplicates(["attribute", "level"])["base"].to_numpy()
    return rows.drop(columns="base"), sums.assign(base=base)


def _held_out(segment: pd.Series, held_out: Collection[Any] | None) -> np.ndarray:
    if held_out is None:
        return np.zeros(len(segment), dtype=bool)
    ids = pd.Index(list(held_out))
    absent = ~ids.isin(segment.index)
    if absent.any():
        raise DataError("held_out_unknown", count=int(absent.sum()), all=len(ids))
    return segment.index.isin(ids)


def _rows(
    name: str, column: pd.Series, segment: np.ndarray, role: str, tested: np.ndarray, level: float
) -> list[dict[str, Any]]:
    known = column.notna().to_numpy()
    numeric = pd.api.types.is_numeric_dtype(column)
    levels = ["median"] if numeric else _compared.levels_of(column[known])
    rows = []
    for word in levels:
        for number in np.unique(segment):
            here = known & (segment == number)
            row = {"attribute": name, "level": word, "segment": int(number), "n": int(here.sum())}
            values = column.to_numpy()
            figures = _median if numeric else _share
            rows.append({**row, **figures(values, here, known, here & tested, word, level), "role": role})
    return rows


def _median(
    values: np.ndarray, here: np.ndarray, known: np.ndarray, tested: np.ndarray, _word: str, level: float
) -> dict[str, Any]:
    numbers = values.astype(float)
    value = float(np.median(numbers[here])) if here.any() else np.nan
    base = float(np.median(numbers[known])) if known.any() else np.nan
    lo, hi = intervals.median(numbers[tested], level=level) if tested.any() else (np.nan, np.nan)
    plain = base > 0 and numbers[known].min() >= 0
    return _figures(int(here.sum()), value, (lo, hi), base, plain, "order_statistics", "number", here)


def _share(
    values: np.ndarray, here: np.ndarray, known: np.ndarray, tested: np.ndarray, word: str, level: float
) -> dict[str, Any]:
    hit = values == word
    count = int((hit & here).sum())
    value = count / here.sum() if here.any() else np.nan
    base = float((hit & known).sum() / known.sum())
    lo, hi = intervals.wilson((hit & tested).sum(), tested.sum(), level=level) if tested.any() else (np.nan, np.nan)
    return _figures(count, value, (lo, hi), base, base > 0, "wilson", "percent", here)


def _figures(
    count: int,
    value: float,
    bounds: tuple[float, float],
    base: float,
    plain: bool,
    method: str,
    unit: str,
    here: np.ndarray,
) -> dict[str, Any]:  # one row's worth of numbers, hence more than six
    lo, hi = bounds
    if np.isfinite(lo):
        # held-out customers may lie apart from all of the segment
        lo, hi = min(lo, value), max(hi, value)
    return {
        "count": count, "value": value, "lo": lo, "hi": hi, "base": base,
        "index": 100 * value / base if plain else np.nan, "method": method if np.isfinite(lo) else "recorded",
        "flag": "missing_input" if not here.any() else "low_n" if here.sum() < LOW_N else "ok", "unit": unit,
    }  # fmt: skip


def _notes(tests: pd.DataFrame, unfit: int, n: int) -> tuple[Note, ...]:
    notes = []
    made = tests.loc[tests["role"] == "clustered", "attribute"].tolist()
    if made:
        notes.append(Note("segments_clustered_untested", {"count": len(made), "feature": made[0]}))
    thin = tests[(tests["measure"] == "cramers_v") & (tests["flag"] == "low_n")]
    if len(thin):
        notes.append(Note("segments_thin_levels", {"count": len(thin), "attribute": thin["attribute"].iloc[0]}))
    return (*notes, *outside(unfit, n))


def _finding(tests: pd.DataFrame, table: pd.DataFrame) -> Note:
    segments = int((table["segment"].drop_duplicates() > 0).sum())
    tested = tests[tests["p"].notna()]
    if tested.empty:
        return Note("segments_described", {"segments": segments, "attributes": len(tests)})
    clear = tested[tested["q"] <= 0.05]
    if clear.empty:
        return Note("segments_alike", {"attributes": len(tested), "n": int(tested["n"].max())})
    # a thin cross table speaks only where there is no other
    sure = clear[clear["flag"] == "ok"]
    clear = sure if len(sure) else clear
    best = clear.iloc[int(clear["effect"].to_numpy().argmax())]
    return Note(
        f"segments_differ_{best['measure']}",
        {"attribute": best["attribute"], "effect": float(best["effect"]), "lo": float(best["lo"]),
         "hi": float(best["hi"]), "n": int(best["n"])},
    )  # fmt: skip
