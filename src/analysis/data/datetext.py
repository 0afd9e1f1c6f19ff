"""Days and months as exports write them, refused where they can be read two ways.

Year first (``2024-03-05``, ``2024年3月5日``, ``2024.3.5``, ``20240305``), day and month
before a four-digit year, English month names, spreadsheet serial numbers. Two-digit
years are refused unless the format is told.
"""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..core.errors import SettingError
from .parsed import Distinct, Parsed, booleans, distinct, null_marks

__all__ = ["EARLIEST", "dates", "format_works"]

EARLIEST = dt.date(1990, 1, 1)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_CLOCK = (
    r"(?:[t,\s]\s*(?:上午|下午|凌晨|晚上)?\s*\d{1,2}(?::\d{1,2}){0,2}(?:[.,]\d+)?\s*(?:am|pm)?"
    r"(?:\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2}))?)?"
)
_WEEKDAY = r"(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?"
_DAY_FIRST = rf"^(?P<one>\d{{1,2}})[-/. ](?P<two>\d{{1,2}})[-/. ](?P<year>\d{{4}}){_CLOCK}$"
#: pattern -> what may be converted; group names say what stands where
_SHAPES = (
    (
        rf"^(?P<year>\d{{4}})\s*[-/.年]\s*(?P<month>\d{{1,2}})\s*[-/.月]\s*(?P<day>\d{{1,2}})\s*[日号]?{_WEEKDAY}{_CLOCK}$",
        "",
    ),
    (rf"^(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?:\.0+|{_CLOCK})$", ""),
    (rf"^(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-/. ]*{_NAME}[-/., ]*(?P<year>\d{{4}}){_CLOCK}$", ""),
    (rf"^{_NAME}[-/. ]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[, ]+(?P<year>\d{{4}}){_CLOCK}$", ""),
    (r"^(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*月?(?:份)?$", "first_of_month"),
    (r"^(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?:\.0+)?$", "first_of_month"),
    (rf"^{_NAME}[-/., ]*(?P<year>\d{{4}})$", "first_of_month"),
)
_TWO_DIGITS = (
    rf"^\d{{1,2}}[-/. ]*{_NAME}[-/., ]*\d{{2}}{_CLOCK}$|^\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}{_CLOCK}$|"
    rf"^\d{{2}}年\d{{1,2}}月(?:\d{{1,2}}[日号]?)?$|^{_NAME}[-/. ]*\d{{2}}$"
)
_NO_YEAR = rf"^\d{{1,2}}月\d{{1,2}}[日号]?{_CLOCK}$"
_SERIAL = r"^[2-7]\d{4}(?:\.\d+)?$|^80000(?:\.0+)?$"
_SERIAL_START = np.datetime64("1899-12-30", "D")


def dates(
    texts: pd.Series,
    *,
    format: str | None = None,
    as_of: dt.date | None = None,
    as_month: bool = False,
    future_ok: bool = False,
    earliest: dt.date = EARLIEST,
) -> Parsed:
    """Days of a text column.

    Parameters
    ----------
    texts : pandas.Series
        Text as written; missing allowed. Times of day are dropped.
    format : str or None
        strptime format, where the texts cannot be told apart otherwise. Texts with the year first
        and four digits are understood beside it.
    as_of : datetime.date or None
        Nothing later is accepted; default today.
    as_month : bool, default False
        Give the first day of the month.
    future_ok : bool, default False
        Accept days after ``as_of`` (due dates, ends of validity).
    earliest : datetime.date, default 1990-01-01

    Returns
    -------
    Parsed
        datetime64[us] at midnight. Rules: ``not_a_date``, ``ambiguous_date`` (day or month first, and no
        other value of the column tells), ``impossible_date``, ``two_digit_year``, ``no_year``,
        ``not_in_format``, ``future_date``, ``too_old_date``.
    """
    if format is not None and not format_works(format):
        raise SettingError("date_format", got=format)
    column = distinct(texts)
    words = pc.utf8_lower(column.words)
    null = null_marks(words)
    day = np.full(len(column), np.datetime64("NaT", "D"))
    rule = np.full(len(column), None, dtype=object)
    marks = {"full_width": column.changed.copy(), "null_mark": null & ~booleans(pc.equal(words, ""))}
    todo = ~null
    if format is not None:
        told = _told(column, format)
        day[:] = np.where(null, day, told)
        todo &= np.isnat(told)
    todo = _by_shape(words, todo, day, rule, marks)
    todo = _by_serial(words, todo, day, marks)
    if format is None:
        todo = _by_day_first(words, todo, day, rule)
    _name_the_rest(words, todo, rule, told=format is not None)
    if as_month:
        day = day.astype("datetime64[M]").astype("datetime64[D]")
    _refuse_outside(day, rule, earliest, None if future_ok else as_of or dt.date.today())
    return column.spread(day.astype("datetime64[us]"), rule, marks, pd.NaT)


def format_works(pattern: str) -> bool:
    """Whether the strptime format names year and month and reads back what it writes."""
    day = dt.datetime(2024, 3, 25)
    try:
        back = dt.datetime.strptime(day.strftime(pattern), pattern)
    except (ValueError, re.error):
        return False
    return (back.year, back.month) == (day.year, day.month) and back.day in (1, day.day)


def _told(column: Distinct, pattern: str) -> np.ndarray:
    words = pd.Series(column.words.to_pylist(), dtype="str")
    return pd.to_datetime(words, format=pattern, errors="coerce").to_numpy().astype("datetime64[D]")


def _by_shape(
    words: pa.Array, todo: np.ndarray, day: np.ndarray, rule: np.ndarray, marks: dict[str, np.ndarray]
) -> np.ndarray:
    """Year-first texts and texts with a month's name; returns what is left to do."""
    for pattern, mark in _SHAPES:
        at = np.flatnonzero(todo)
        if not len(at):
            break
        parts = pc.extract_regex(words.take(pa.array(at)), pattern)
        hit = booleans(pc.is_valid(parts))
        if not hit.any():
            continue
        parts = parts.filter(pa.array(hit))
        names = {field.name for field in parts.type}
        month = _whole(parts, "month") if "month" in names else _named_month(parts)
        days = _whole(parts, "day") if "day" in names else np.ones(len(parts), dtype=int)
        _place(at[hit], _whole(parts, "year"), month, days, day, rule)
        if mark:
            marks.setdefault(mark, np.zeros(len(day), dtype=bool))[at[hit]] = True
        todo = todo.copy()
        todo[at[hit]] = False
    return todo


def _by_serial(words: pa.Array, todo: np.ndarray, day: np.ndarray, marks: dict[str, np.ndarray]) -> np.ndarray:
    hit = todo & booleans(pc.match_substring_regex(words, _SERIAL))
    if hit.any():
        number = pc.cast(words.filter(pa.array(hit)), pa.float64()).to_numpy()
        day[hit] = _SERIAL_START + np.floor(number).astype("timedelta64[D]")
        marks["excel_serial"] = hit
    return todo & ~hit


def _by_day_first(words: pa.Array, todo: np.ndarray, day: np.ndarray, rule: np.ndarray) -> np.ndarray:
    """Day and month before the year: the order is taken from values that can be read only one way."""
    at = np.flatnonzero(todo)
    parts = pc.extract_regex(words.take(pa.array(at)), _DAY_FIRST)
    hit = booleans(pc.is_valid(parts))
    if not hit.any():
        return todo
    parts, at = parts.filter(pa.array(hit)), at[hit]
    one, two, year = (_whole(parts, name) for name in ("one", "two", "year"))
    day_first, month_first = (one > 12) & (two <= 12), (two > 12) & (one <= 12)
    open_order = (one <= 12) & (two <= 12) & (one != two)
    if month_first.any() and not day_first.any():
        one, two = two, one
    elif month_first.any():
        one, two = np.where(month_first, two, one), np.where(month_first, one, two)
    _place(at, year, two, one, day, rule)
    if day_first.any() == month_first.any():  # no proof, or proofs of both orders
        day[at[open_order]] = np.datetime64("NaT", "D")
        rule[at[open_order]] = "ambiguous_date"
    rest = todo.copy()
    rest[at] = False
    return rest


def _name_the_rest(words: pa.Array, todo: np.ndarray, rule: np.ndarray, *, told: bool) -> None:
    rule[todo] = "not_in_format" if told else "not_a_date"
    if not told:
        rule[todo & booleans(pc.match_substring_regex(words, _TWO_DIGITS))] = "two_digit_year"
        rule[todo & booleans(pc.match_substring_regex(words, _NO_YEAR))] = "no_year"


def _place(
    at: np.ndarray, year: np.ndarray, month: np.ndarray, days: np.ndarray, day: np.ndarray, rule: np.ndarray
) -> None:
    """Write the days that exist at the places ``at``, a rule at the others."""
    good = (month >= 1) & (month <= 12) & (days >= 1) & (year >= 1)
    first = (np.where(good, year, 1970) - 1970) * 12 + np.where(good, month, 1) - 1
    start = first.astype("datetime64[M]")
    length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(int)
    good &= days <= length
    day[at] = np.where(good, start.astype("datetime64[D]") + (days - 1).astype("timedelta64[D]"), np.datetime64("NaT"))
    rule[at[~good]] = "impossible_date"


def _refuse_outside(day: np.ndarray, rule: np.ndarray, earliest: dt.date, latest: dt.date | None) -> None:
    rule[day < np.datetime64(earliest, "D")] = "too_old_date"
    if latest is not None:
        rule[day > np.datetime64(latest, "D")] = "future_date"


def _whole(parts: pa.StructArray, name: str) -> np.ndarray:
    return pc.cast(pc.struct_field(parts, name), pa.int64()).to_numpy(zero_copy_only=False)


def _named_month(parts: pa.StructArray) -> np.ndarray:
    short = pc.utf8_slice_codeunits(pc.struct_field(parts, "name"), 0, 3).to_pylist()
    return np.array([_MONTHS.index(word) + 1 for word in short], dtype=int)
