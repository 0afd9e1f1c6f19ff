"""Numbers as people and systems write them: ``１，２００盒``, ``(1,200.00)``, ``3.5万元``, ``12%``, ``<5``.

A text is a number in full or it is rejected; nothing unknown becomes a missing
value, and a range such as ``<5`` never becomes 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..core.checks import choice
from .parsed import Distinct, Parsed, booleans, distinct, null_marks

__all__ = ["numbers"]

KINDS = ("number", "count", "money")
_SCALES = {"千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "%": -2}
_THINGS = (
    "元", "圆", "块", "盒", "支", "瓶", "片", "粒", "袋", "件", "箱", "包", "板", "贴", "丸", "枚", "套", "个", "只",
    "台", "张", "份", "人次", "人", "次", "例", "家", "名", "户", "床", "天", "分钟", "分", "秒", "单",
)  # fmt: skip
_MONEY_WORDS = ("元", "圆", "块")
_BODY = r"\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d{1,3}(?: \d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+"
_PATTERN = (
    r"^(?P<open>\(\s*)?(?P<sign>[+-]\s*)?(?P<currency>(?:¥|\$|£|€|rmb|cny|gbp|usd|eur|人民币)\s*)?(?P<inner>-)?"
    rf"(?P<body>{_BODY})(?P<power>e[+-]?\d{{1,3}})?\s*(?P<scale>百万|千万|千|万|亿|%)?\s*"
    rf"(?P<thing>(?:{'|'.join(_THINGS)})(?:/[^\d\s()]{{1,3}})?)?(?P<minus>-)?(?P<close>\s*\))?$"
)
_BELOW = (
    rf"^(?:(?:<=?|≤|≦|小于|少于|不足|不到|低于)\s*\d+(?:\.\d+)?|\d+(?:\.\d+)?(?:以下|以内))\s*(?:{'|'.join(_THINGS)})?$"
)
_PLAIN = r"^-?\d+(?:\.\d+)?$"
#: above these, float64 no longer tells neighbouring cents or whole numbers apart
_LARGEST = {"money": 4.5e13, "count": 9e15, "number": 1e300}


def numbers(texts: pd.Series, *, kind: str = "number") -> Parsed:
    """Numbers of a text column.

    Parameters
    ----------
    texts : pandas.Series
        Text as written; missing allowed.
    kind : {"number", "count", "money"}, default "number"
        ``count``: whole and not negative. ``money``: rounded to the cent, half away from zero.

    Returns
    -------
    Parsed
        float64. Rules: ``not_a_number``, ``censored_small_count`` (``<5``), ``number_too_large``,
        ``not_whole``, ``unit_differs`` (another unit word than most of the column, such as 支 among 盒).
    """
    choice(kind, KINDS, name="kind")
    column = distinct(texts)
    lower = pc.utf8_lower(column.words)
    plain = booleans(pc.match_substring_regex(lower, _PLAIN))
    value = np.full(len(column), np.nan)
    value[plain] = pc.cast(lower.filter(pa.array(plain)), pa.float64()).to_numpy()
    rule = np.full(len(column), None, dtype=object)
    marks = {"full_width": column.changed.copy(), "null_mark": null_marks(lower) & ~booleans(pc.equal(lower, ""))}
    hard = np.flatnonzero(~plain & ~null_marks(lower))
    if len(hard):
        _read_hard(column, lower.take(pa.array(hard)), hard, value, rule, marks)
    _judge(value, rule, kind)
    if kind == "money":
        value = _cents(value)
    return column.spread(value, rule, marks, np.nan)


def _read_hard(
    column: Distinct, words: pa.Array, at: np.ndarray, value: np.ndarray, rule: np.ndarray, marks: dict[str, np.ndarray]
) -> None:
    """Read the words that are not plain digits; fills ``value``, ``rule`` and ``marks`` at ``at``."""
    words = pc.replace_substring_regex(words, "[\u2212\u2013\u2014\u2010\u2011\ufe63]", "-")
    parts = pc.extract_regex(words, _PATTERN)
    opened, closed = _filled(parts, "open"), _filled(parts, "close")
    good = booleans(pc.is_valid(parts)) & (opened == closed)
    value[at] = np.where(good, _size(parts), np.nan)
    value[at] *= np.where(opened | _says(parts, "sign", "-") | _filled(parts, "inner") | _filled(parts, "minus"), -1, 1)
    rule[at[~good]] = "not_a_number"
    rule[at[booleans(pc.match_substring_regex(words, _BELOW))]] = "censored_small_count"
    dashes = booleans(pc.match_substring_regex(words, r"^-+$"))
    rule[at[dashes]] = None
    found = {
        "null_mark": dashes,
        "thousands": _says(parts, "body", ","),
        "brackets": opened,
        "minus_behind": _filled(parts, "minus"),
        "currency_mark": _filled(parts, "currency"),
        "scientific": _filled(parts, "power"),
        "percent": _says(parts, "scale", "%"),
        "scale_word": _filled(parts, "scale") & ~_says(parts, "scale", "%"),
        "unit_word": _filled(parts, "thing"),
    }
    for code, mask in found.items():
        marks.setdefault(code, np.zeros(len(value), dtype=bool))[at[mask & (good | dashes)]] = True
    _refuse_other_units(column, _things(parts), at, rule)


def _size(parts: pa.StructArray) -> np.ndarray:
    """Digits and powers of ten read in one go, so that 0.29亿 is exactly 29,000,000."""
    body = pc.replace_substring_regex(_part(parts, "body"), "[, ]", "")
    body = pc.if_else(pc.equal(body, ""), "0", body)
    power = pc.replace_substring_regex(_part(parts, "power"), "^e[+]?", "")
    power = pc.cast(pc.if_else(pc.equal(power, ""), "0", power), pa.int64()).to_numpy()
    scale = _part(parts, "scale")
    for word, tens in _SCALES.items():
        power = power + tens * booleans(pc.equal(scale, word))
    written = pc.binary_join_element_wise(body, pa.array(power).cast(body.type), pa.scalar("e", body.type))
    return pc.cast(written, pa.float64()).to_numpy()


def _refuse_other_units(column: Distinct, things: np.ndarray, at: np.ndarray, rule: np.ndarray) -> None:
    """One column, one unit: rows with another counting word than the most frequent are not added to it."""
    rows = np.bincount(column.codes[column.codes >= 0], minlength=len(rule))
    counts: dict[str, int] = {}
    for thing, count in zip(things, rows[at], strict=True):
        if thing:
            counts[thing] = counts.get(thing, 0) + int(count)
    if len(counts) > 1:
        usual = min(counts, key=lambda thing: (-counts[thing], thing))
        other = (things != "") & (things != usual)
        rule[at[other]] = "unit_differs"


def _things(parts: pa.StructArray) -> np.ndarray:
    things = pc.replace_substring_regex(_part(parts, "thing"), "/.*$", "")
    money = pc.is_in(things, pa.array(_MONEY_WORDS, things.type))
    return pc.if_else(money, "", things).to_numpy(zero_copy_only=False)


def _judge(value: np.ndarray, rule: np.ndarray, kind: str) -> None:
    free = np.array([code is None for code in rule], dtype=bool)
    large = free & (np.abs(value) > _LARGEST[kind])
    rule[large] = "number_too_large"
    if kind == "count":
        rule[free & ~large & ((value < 0) | (value != np.floor(value))) & ~np.isnan(value)] = "not_whole"


def _cents(value: np.ndarray) -> np.ndarray:
    """To two decimals, half away from zero, as DECIMAL(18,2) does; the nudge undoes binary 1.005."""
    cents = np.abs(value) * 100
    return np.sign(value) * np.floor(cents * (1 + 4 * np.finfo(float).eps) + 0.5) / 100


def _part(parts: pa.StructArray, name: str) -> pa.Array:
    return pc.fill_null(pc.struct_field(parts, name), "")


def _filled(parts: pa.StructArray, name: str) -> np.ndarray:
    return booleans(pc.not_equal(_part(parts, name), ""))


def _says(parts: pa.StructArray, name: str, piece: str) -> np.ndarray:
    return booleans(pc.match_substring(_part(parts, name), piece))
