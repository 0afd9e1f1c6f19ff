"""Disclosure control: small cells are hidden so that they cannot be worked out.

First every row that counts 1 to k-1 customers is hidden (rule G6). Then, where
rows add up to a known total, further rows are hidden until the hidden ones
cannot be worked out from the shown ones: at least two, together at least k.
Columns that follow a count (a share of it, a running total of it) go with it.

References
----------
Hundepool et al. (2012), Statistical Disclosure Control, ch. 4 (primary and
secondary suppression of magnitude and frequency tables).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import protection, withholding
from .result import Disclosure, Note, Result

__all__ = ["Controlled", "control", "reveals"]

#: a share rounded to two digits still follows its count
_ROUNDING = 0.01


@dataclass(frozen=True, eq=False)
class Controlled:
    """A result whose small cells are gone.

    Attributes
    ----------
    result : Result
        Copy; hidden numbers are NaN and their rows are flagged ``suppressed``.
    mask : DataFrame of bool
        Which cells of ``result.table`` are hidden.
    hidden : int
        Number of rows with hidden cells.
    numbers : frozenset of float
        The hidden numbers, so that no sentence repeats one. Never written anywhere.
    """

    result: Result
    mask: pd.DataFrame
    hidden: int
    numbers: frozenset[float]


def control(result: Result, minimum: int, audience: str = "internal") -> Controlled:
    """Hide the small cells of every frame of a result.

    Parameters
    ----------
    result : Result
        Unchanged. Its ``disclosure`` says which columns count customers.
    minimum : int
        Smallest count shown (5 internal, 11 shared).
    audience : {"internal", "shared"}, default "internal"
        A result that is ``internal_only`` comes back empty, with a note in place of its numbers, when shared.
    """
    rule = result.disclosure
    if withholding.withheld(result, audience):
        bare = withholding.emptied(result)
        return Controlled(bare, pd.DataFrame(False, index=bare.table.index, columns=bare.table.columns), 0, frozenset())
    changes: dict[str, Any] = {}
    numbers: set[float] = set()
    mask, rows = _mask(result.table, rule, minimum, customers=rule.row_level != "group")
    for item in dataclasses.fields(result):
        frame = getattr(result, item.name)
        if not isinstance(frame, pd.DataFrame):
            continue
        if item.name == "table":
            cells, hidden = mask, rows
        else:
            # a further frame need not add up: it is protected as a set only where the rule's columns stand in it
            sets = rule.within if rule.within and set(rule.within) <= set(frame.columns) else None
            own = dataclasses.replace(rule, within=sets)
            cells, hidden = _mask(frame, own, minimum, customers=_by_customer(frame, rule))
        if cells.to_numpy().any():
            changes[item.name] = _hide(frame, cells, hidden)
            numbers |= _numbers(frame, cells)
    safe = dataclasses.replace(result, **changes) if changes else result
    if numbers and result.finding is not None and reveals(_without(result.finding, rule.keys), numbers):
        safe = dataclasses.replace(safe, finding=None)
    if numbers:
        safe = dataclasses.replace(safe, notes=tuple(n for n in safe.notes if not reveals(n, numbers, rule.counts)))
    return Controlled(safe, mask, int(rows.sum()), frozenset(numbers))


def _without(note: Note, keys: tuple[str, ...]) -> Note:
    """The sentence without what names a row: segment 1 is no count of one."""
    return Note(note.code, {name: value for name, value in note.values.items() if name not in keys})


def reveals(note: Note, numbers: Iterable[float], keys: Iterable[str] | None = None) -> bool:
    """Whether a sentence would repeat a hidden number.

    ``keys`` limits whole numbers to these placeholders: a note may count rows or
    months that happen to equal a hidden count. None: any number counts.
    """
    hidden, named = set(numbers), None if keys is None else set(keys)
    for name, value in note.values.items():
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            continue
        number = float(value)
        checked = named is None or name in named or not number.is_integer()
        # a printed share is rounded; a count is not
        slack = 0.0 if number.is_integer() else 0.005
        if checked and number != 0 and any(abs(number - other) <= slack * abs(other) for other in hidden):
            return True
    return False


def _by_customer(frame: pd.DataFrame, rule: Disclosure) -> bool:
    """Whether a further frame of a result has one row per customer: its counts count orders, not customers."""
    names = {*rule.customers, "customer_id"}
    return frame.index.name in names or not names.isdisjoint(frame.columns)


def _mask(frame: pd.DataFrame, rule: Disclosure, minimum: int, customers: bool) -> tuple[pd.DataFrame, np.ndarray]:
    """Cells and rows to hide: none in a table whose rows are single customers."""
    mask = pd.DataFrame(False, index=frame.index, columns=frame.columns)
    rows = np.zeros(len(frame), dtype=bool)
    counts = [c for c in rule.counts if c in frame.columns and _is_number(frame[c])]
    if customers:
        return mask, rows
    values = frame[counts].to_numpy(dtype=float)
    by_method = (frame["flag"] == "suppressed").to_numpy(dtype=bool) if "flag" in frame else rows
    rows = by_method | ((values > 0) & (values < minimum)).any(axis=1)
    sets = protection.sets_of(frame, rule.within)
    protection.protect_all(rows, frame, rule, values, minimum)
    for group in rule.alone:
        beside = [name for name in group if name in frame.columns]
        if group[0] in beside:
            mask.loc[protection.small(frame[group[0]], sets if rule.within is not None else [], minimum), beside] = True
    if not rows.any():
        return mask, rows
    hides = [c for c in (*counts, *rule.hides) if c in frame.columns]
    others = [c for c in frame.columns if c not in hides and c not in rule.keys and _is_number(frame[c])]
    for name in others:
        for members in sets:
            if _running(frame[name], values, members) and rows[members].any():
                mask[name] |= np.isin(np.arange(len(frame)), members)
        if any(_follows(frame[name], values, members) for members in sets):
            hides.append(name)
    mask.loc[rows, list(dict.fromkeys(hides))] = True
    return mask, rows


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _follows(column: pd.Series, counts: np.ndarray, members: np.ndarray) -> bool:
    """Whether a column is a constant times one of the counts, as a share of customers is."""
    values = column.to_numpy(dtype=float)[members]
    return any(_proportional(values, count) for count in counts[members].T)


def _running(column: pd.Series, counts: np.ndarray, members: np.ndarray) -> bool:
    """Whether a column is a running total (from either end) of one of the counts, or its share."""
    values = column.to_numpy(dtype=float)[members]
    sums = [total for count in counts[members].T for total in (np.nancumsum(count), np.nancumsum(count[::-1])[::-1])]
    return len(members) > 2 and any(_proportional(values, total) for total in sums)


def _proportional(values: np.ndarray, base: np.ndarray) -> bool:
    """Whether values are a constant times the base, but for rounding."""
    use = np.isfinite(values) & np.isfinite(base)
    if (base[use] > 0).sum() < 2 or not values[use].any():
        return False
    fitted = base[use] * values[use].sum() / base[use].sum()
    return bool(np.abs(values[use] - fitted).max() <= _ROUNDING * np.abs(values[use]).max())


def _hide(frame: pd.DataFrame, mask: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    out = frame.copy()
    for name in frame.columns[mask.any()]:
        column = out[name]
        if pd.api.types.is_bool_dtype(column):
            column = column.astype(object)
        elif pd.api.types.is_numeric_dtype(column):
            column = column.astype(float)
        out[name] = column.mask(mask[name])
    flags = out["flag"].astype(object) if "flag" in out else pd.Series("ok", index=out.index, dtype=object)
    out["flag"] = flags.mask(rows, "suppressed").astype("str")
    return out


def _numbers(frame: pd.DataFrame, mask: pd.DataFrame) -> set[float]:
    found: set[float] = set()
    for name in frame.columns[mask.any()]:
        # one number for every row, those shown included, is no secret: all themes rest on the same respondents
        open_ = frame[name].nunique(dropna=False) == 1 and not mask[name].all()
        if _is_number(frame[name]) and not open_:
            values = frame.loc[mask[name], name].to_numpy(dtype=float)
            found |= {float(v) for v in values if np.isfinite(v) and v != 0}
    return found
