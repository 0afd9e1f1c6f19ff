"""Cells of a table as text: one rounding and, where it can be, one unit in each column."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core import numbers, words
from .page import Page

__all__ = ["Style", "cell", "kind_of", "style_of", "written"]

_MONEY = {"zh": ((1e8, "亿"), (1e4, "万"), (1.0, "")), "en": ((1e6, "m"), (1e3, "k"), (1.0, ""))}
_DURATIONS = ("days", "weeks", "months", "years")
_PLAIN = ("number", *_DURATIONS)


@dataclass(frozen=True)
class Style:
    """How one column is written.

    Attributes
    ----------
    kind : str
        One of ``core.numbers.KINDS``.
    signed : bool
        Plus before positive numbers.
    divisor : float
        Money is divided by it.
    decimals : int or None
        Fixed in the column; None: each number by its kind.
    unit : str
        Stands in the heading.
    """

    kind: str
    signed: bool = False
    divisor: float = 1.0
    decimals: int | None = None
    unit: str = ""


def kind_of(name: str, column: pd.Series, formats: Mapping[str, str]) -> tuple[str, bool]:
    """Kind of number and whether it is signed: from the result's formats, else from the dtype."""
    told = formats.get(name) or (formats.get("value") if name in ("lo", "hi") else None)
    if told:
        return told.lstrip("+"), told.startswith("+")
    if pd.api.types.is_bool_dtype(column):
        return "flag", False
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date", False
    if pd.api.types.is_integer_dtype(column) or name == "n":
        return "count", False
    return ("number", False) if pd.api.types.is_numeric_dtype(column) else ("term", False)


def style_of(columns: list[pd.Series], kind: str, signed: bool, page: Page) -> Style:
    """One style for columns that are read together (a value and its two bounds)."""
    if kind in ("points", "points1"):
        return Style(kind, signed, unit=page.words("unit_points"))
    if kind != "money" and kind not in _PLAIN:
        return Style(kind, signed)
    values = np.abs(np.concatenate([pd.to_numeric(c, errors="coerce").to_numpy(dtype=float) for c in columns]))
    values = values[np.isfinite(values) & (values > 0)]
    middle = float(np.median(values)) if len(values) else 1.0
    divisor, unit = 1.0, _duration(kind, page)
    if kind == "money":
        divisor, scale = next(step for step in _MONEY[page.language] if middle >= step[0] or step[0] == 1.0)
        name = numbers.CURRENCY_ZH.get(page.currency, page.currency)
        unit = scale + name if page.language == "zh" else f"{page.currency} {scale}".strip()
    integers = divisor == 1.0 and bool(np.all(values == np.round(values)))
    whole = (divisor == 1.0 and kind == "money") or middle / divisor >= 100 or integers
    decimals = 0 if whole else min(max(0, 2 - math.floor(math.log10(middle / divisor))), 3)
    return Style(kind, signed, divisor, decimals, unit)


def _duration(kind: str, page: Page) -> str:
    return page.words(f"unit_{kind}") if kind in _DURATIONS else ""


def written(value: Any, style: Style, page: Page) -> str:
    """One value in its column's style; missing is "—"."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NaT or value is pd.NA:
        return numbers.MISSING
    if style.kind == "flag":
        return page.words("yes" if value else "no")
    if style.kind == "date":
        return str(pd.Timestamp(value).date())
    if style.kind == "term":
        return words.term(value, page.language)
    if style.unit and style.kind in ("points", "points1"):
        return numbers.render(value, style.kind.replace("points", "percent"), page.language, signed=style.signed)[:-1]
    if style.decimals is None or not math.isfinite(float(value)):
        return numbers.render(value, style.kind, page.language, currency=page.currency, signed=style.signed)
    size = f"{abs(float(value)) / style.divisor:,.{style.decimals}f}"
    nonzero = any(c in "123456789" for c in size)
    sign = numbers.MINUS if value < 0 and nonzero else "+" if style.signed and value > 0 and nonzero else ""
    return sign + size


def cell(value: Any, kind: str, page: Page) -> str:
    """One value with its unit, for rows whose kind differs from row to row."""
    plain = kind.lstrip("+")
    if plain not in numbers.KINDS:
        return written(value, Style(plain), page)
    if plain == "term":
        return words.term(value, page.language)
    return numbers.render(value, plain, page.language, currency=page.currency, signed=kind.startswith("+"))
