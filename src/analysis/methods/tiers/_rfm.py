"""Recency, frequency and monetary scores, and named groups of them: `rfm`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ._rules import APART, AXES, DEFAULT, cells_of, checked
from ._shares import share_of_value, with_wilson

__all__ = ["RFM", "rfm"]

_COLUMNS = {"r": "days_since_last", "f": "n_dates_12m", "m": "value_12m"}
_BOOT = 200


@dataclass(frozen=True, eq=False, kw_only=True)
class RFM(Result):
    """Groups by days since the last order, order dates and value.

    Attributes
    ----------
    table : DataFrame
        One row per rule in the order given, then zero and negative: group, n, value (share of customers), lo, hi
        (Wilson), method, flag, share_value, share_value_lo, share_value_hi (share of the positive net value).
    customers : DataFrame
        Index customer_id in the order of the input: days_since_last, n_dates_12m, value_12m, r, f, m (1 to 5, 5 best;
        missing without net purchases), group.
    cuts : dict
        Four rising numbers for each of r, f, m; give it as ``cuts=`` to score elsewhere alike. r: most days for
        scores 5, 4, 3, 2. f and m: least for scores 2, 3, 4, 5.
    rules : list of dict
        With every axis filled in.
    """

    customers: pd.DataFrame
    cuts: dict[str, list[float]]
    rules: list[dict[str, Any]]
    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "share_value": "percent", "share_value_lo": "percent", "share_value_hi": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "share_value", "share_value_lo", "share_value_hi"), within=()
    )


def rfm(
    summary: pd.DataFrame,
    *,
    rules: Sequence[Mapping[str, Any]] | None = None,
    cuts: Mapping[str, Sequence[float]] | None = None,
    as_of: Any = None,
    seed: int = 0,
) -> RFM:
    """Score 1 to 5 on recency, frequency and money, and put every score cell in one named group.

    Scores are fifths of the customers with net purchases: 5 − ⌊5·S⌋ with S the share of customers who are better
    (fewer days, more dates, more value). Equal customers share the score of the first of them, so a score may stay
    empty. Customers without net purchases are "zero", with net returns "negative".

    Parameters
    ----------
    summary : DataFrame
        Index customer_id; days_since_last (or last_date with ``as_of``), n_dates_12m, value_12m.
    rules : list of dict, optional
        ``{"name": .., "r": [lo, hi], "f": [lo, hi], "m": [lo, hi]}``; together they must cover each of the 125 cells
        once. Default: eight groups in plain words.
    cuts : dict, optional
        ``RFM.cuts`` of the reference pass.
    as_of : date, optional
        Counts the days from ``last_date``; without it ``days_since_last`` is used.
    seed : int, default 0

    Returns
    -------
    RFM

    Raises
    ------
    DataError, SettingError

    References
    ----------
    Hughes, A. M. (1994), Strategic Database Marketing: fifths by recency, frequency and monetary value.
    """
    read = checked(DEFAULT if rules is None else rules)
    frame = _frame(summary, as_of)
    buys = (frame["value_12m"] > 0).to_numpy()
    if cuts is None and not buys.any():
        raise DataError("rfm_nobody", count=len(frame))
    used = _learnt(frame[buys]) if cuts is None else _given(cuts)
    scores = {axis: _score(frame[_COLUMNS[axis]].to_numpy(), used[axis], axis) for axis in AXES}
    cell = cells_of(read)[tuple(np.where(buys, scores[axis], 1) - 1 for axis in AXES)]
    group = np.where(buys, cell, len(read) + (frame["value_12m"].to_numpy() < 0))
    names = [*(rule["name"] for rule in read), *APART]
    customers = frame.assign(
        **{axis: pd.Series(scores[axis], frame.index, dtype="Int64").where(buys) for axis in AXES},
        group=pd.Series(np.array(names, dtype=object)[group], frame.index, dtype="str"),
    )
    table = with_wilson(pd.DataFrame({"group": pd.Series(names, dtype="str")}), group)
    shares = share_of_value(frame["value_12m"].to_numpy(), group, len(names), n_boot=_BOOT, seed=seed)
    table["share_value"], table["share_value_lo"], table["share_value_hi"] = shares
    return RFM(
        table=table,
        settings={"cuts_given": cuts is not None, "rules_given": rules is not None, "n_boot": _BOOT, "seed": seed,
                  "as_of": None if as_of is None else str(pd.Timestamp(as_of).date()), "n": len(frame)},
        notes=_notes(used, customers),
        finding=_finding(table),
        customers=customers.reindex(summary.index).rename_axis("customer_id"),
        cuts=used,
        rules=read,
    )  # fmt: skip


def _frame(summary: pd.DataFrame, as_of: Any) -> pd.DataFrame:
    """The three columns as float, sorted by customer id."""
    checks.not_empty(summary, name="summary")
    checks.unique_index(summary, name="summary")
    days = "days_since_last" if as_of is None else "last_date"
    checks.columns(summary, [days, "n_dates_12m", "value_12m"], name="summary")
    frame = summary.iloc[np.argsort(summary.index.astype(str), kind="stable")]
    since = frame[days] if as_of is None else (pd.Timestamp(as_of) - pd.to_datetime(frame[days])).dt.days
    out = pd.DataFrame({
        "days_since_last": since.astype("float64"), "n_dates_12m": frame["n_dates_12m"].astype("float64"),
        "value_12m": frame["value_12m"].astype("float64"),
    })  # fmt: skip
    for name in ("n_dates_12m", "value_12m"):
        bad = int((~np.isfinite(out[name])).sum())
        if bad:
            raise DataError("tiers_missing", name=name, count=bad)
    late = int((out["days_since_last"] < 0).sum())
    if late:
        raise DataError("rfm_after", count=late)
    unknown = int((out["days_since_last"].isna() & (out["value_12m"] > 0)).sum())
    if unknown:
        raise DataError("rfm_no_date", count=unknown)
    return out


def _learnt(buyers: pd.DataFrame) -> dict[str, list[float]]:
    """Least value (most days) of scores 2 to 5 under 5 − ⌊5·S⌋."""
    out = {}
    for axis in AXES:
        good = buyers[_COLUMNS[axis]].to_numpy() * (-1 if axis == "r" else 1)
        value, count = np.unique(good, return_counts=True)
        better = len(good) - np.cumsum(count)
        score = 5 - np.floor(5 * better / len(good) + 1e-9)
        edge = [float(value[score >= s][0]) for s in (2, 3, 4, 5)]
        out[axis] = sorted(-e if e else 0.0 for e in edge) if axis == "r" else edge
    return out


def _given(cuts: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    if not isinstance(cuts, Mapping) or set(cuts) != set(AXES):
        raise SettingError("rfm_cuts_axes", got=list(cuts))
    out = {}
    for axis in AXES:
        edge = np.asarray(cuts[axis], dtype="float64")
        # equal cut points are legal: ties leave a score empty
        if edge.shape != (4,) or not np.isfinite(edge).all() or (np.diff(edge) < 0).any():
            raise SettingError("rfm_cuts", axis=axis, got=list(cuts[axis]))
        out[axis] = edge.tolist()
    return out


def _score(values: np.ndarray, edge: list[float], axis: str) -> np.ndarray:
    if axis == "r":
        return 5 - np.searchsorted(edge, values, side="left")
    return 1 + np.searchsorted(edge, values, side="right")


def _notes(cuts: Mapping[str, list[float]], customers: pd.DataFrame) -> tuple[Note, ...]:
    notes = [Note("rfm_rule", {})]
    empty = [f"{axis}{s}" for axis in AXES for s in range(1, 6) if not (customers[axis] == s).any()]
    if empty:
        notes.append(Note("rfm_empty_scores", {"scores": empty}))
    apart = customers[customers["group"] == "negative"]
    if len(apart):
        notes.append(Note("tiers_negative", {"n": len(apart), "total": float(apart["value_12m"].sum())}))
    return tuple(notes)


def _finding(table: pd.DataFrame) -> Note:
    """The group that the first rule names."""
    first = table.iloc[0]
    told = {"group": first["group"], "n": int(first["n"]), "of": int(table["n"].sum())}
    if first["n"] == 0 or not np.isfinite(first["share_value"]):
        return Note("rfm_first_empty", told)
    bounds = {name: float(first[f"share_value{name}"]) for name in ("", "_lo", "_hi")}
    code = "rfm_first_low_n" if first["flag"] == "low_n" else "rfm_first"
    return Note(code, {**told, "share": bounds[""], "lo": bounds["_lo"], "hi": bounds["_hi"]})
