"""How numbers, money and dates are written, in Chinese and in English.

One rounding per kind, so that a title, a label and a table never disagree.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

__all__ = ["KINDS", "MISSING", "render"]

MISSING = "—"
MINUS = "\u2212"
KINDS = (
    "count", "number", "number2", "percent", "percent1", "points", "points1", "score", "money", "date", "month",
    "days", "weeks", "months", "years", "ratio", "text", "term",
)  # fmt: skip
CURRENCY_ZH = {"CNY": "元", "GBP": "英镑", "USD": "美元", "EUR": "欧元", "JPY": "日元", "HKD": "港元"}
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def render(value: Any, kind: str, language: str, *, currency: str = "CNY", signed: bool = False) -> str:
    """One value as text.

    Parameters
    ----------
    value : number, date, str or None
        Shares are 0–1; money is in whole currency units. None and NaN give "—".
    kind : str
        One of `KINDS`.
    language : {"zh", "en"}
    currency : str, default "CNY"
        ISO code; used by kind "money" only.
    signed : bool, default False
        Write a plus before positive numbers (changes only).

    Returns
    -------
    str
        With U+2212 as minus sign.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return MISSING
    if kind in ("text", "term") or (isinstance(value, str) and kind not in ("date", "month")):
        return str(value)
    if kind in ("date", "month"):
        return _date(value, kind, language)
    number = float(value)
    if math.isinf(number):
        return "∞" if number > 0 else MINUS + "∞"
    body = _money(abs(number), language, currency) if kind == "money" else _plain(abs(number), kind, language)
    # what rounds to zero has no sign
    nonzero = any(c in "123456789" for c in body)
    sign = "" if not nonzero else MINUS if number < 0 else "+" if signed else ""
    if kind == "money" and language == "en":
        # a declared value that is a quantity comes with its unit instead of a currency
        return f"{currency} {sign}{body}" if currency in CURRENCY_ZH else f"{sign}{body} {currency}"
    return sign + body


def _plain(size: float, kind: str, language: str) -> str:
    if kind == "percent":
        return f"{100 * size:.0f}%"
    if kind == "percent1":
        return f"{100 * size:.1f}%"
    if kind in ("points", "points1"):
        text = f"{100 * size:.0f}" if kind == "points" else f"{100 * size:.1f}"
        return text + ("个百分点" if language == "zh" else " points")
    if kind in ("score", "count"):
        return f"{size:,.0f}"
    if kind == "ratio":
        return f"{size:.2f}"
    if kind == "number2":
        return f"{size:,.2f}"
    if kind in ("days", "weeks", "months", "years"):
        unit = {"days": "天", "weeks": "周", "months": "个月", "years": "年"}[kind] if language == "zh" else f" {kind}"
        return three_figures(size) + unit
    return three_figures(size)


def three_figures(size: float) -> str:
    """Three significant figures, but never fewer digits than the whole number has."""
    if size == 0:
        return "0"
    if size >= 99.95:
        return f"{size:,.0f}"
    # rounding may carry into the next power of ten, so the decimals are counted after it
    rounded = float(f"{size:.3g}")
    decimals = max(0, 2 - math.floor(math.log10(rounded)))
    return f"{rounded:.{min(decimals, 6)}f}"


def _money(size: float, language: str, currency: str) -> str:
    steps = ((1e8, "亿"), (1e4, "万"), (1, "")) if language == "zh" else ((1e6, " m"), (1e3, " k"), (1, ""))
    scale, name = next(step for step in steps if size >= step[0] * 0.9995 or step[0] == 1)
    text = three_figures(size / scale) if scale > 1 else f"{size:,.0f}"
    return f"{text}{name}{CURRENCY_ZH.get(currency, currency)}" if language == "zh" else text + name


def _date(value: Any, kind: str, language: str) -> str:
    day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日" if kind == "date" else f"{day.year}-{day.month:02d}"
    month = MONTHS_EN[day.month - 1]
    return f"{day.day} {month} {day.year}" if kind == "date" else f"{month} {day.year}"
