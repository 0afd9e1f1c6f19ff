"""Sentences on the page: words from the word files, bound where a line may not break, escaped."""

from __future__ import annotations

import html
import re
from typing import Any

from ..core import words
from ..core.result import Note
from .page import Page

__all__ = ["bind", "code", "interval", "lookup", "say", "text"]

_JOIN = "\u2060"
_NBSP = "\u00a0"
#: 价值A, 潜力高 and the two ends of a range stay on one line; so does "n = 29"
_TIER = re.compile(r"(价值|潜力)([A-C高中低])")
_RANGE = re.compile(r"(?<=[\d%])–(?=[\d−+])")
_TO = re.compile(r"(?<=[\d%])至(?=[\d−+])")
_COUNT = re.compile(r"\b([nk]) ([=<≥]) (?=\d)")


def bind(words_: str) -> str:
    """Join what one line must hold: tier letters, ranges, ``n = 29``."""
    joined = _TIER.sub(rf"\1{_JOIN}\2", words_)
    joined = _RANGE.sub(f"{_JOIN}–{_JOIN}", joined)
    joined = _TO.sub(f"{_JOIN}至{_JOIN}", joined)
    return _COUNT.sub(rf"\1{_NBSP}\2{_NBSP}", joined)


def text(words_: Any) -> str:
    """Any text as HTML: bound, then escaped (quotes too)."""
    return html.escape(bind(str(words_)), quote=True)


def say(note: Note, section: str, page: Page) -> str:
    """The sentence of a note under ``[section]``, not escaped."""
    return words.text(f"{section}.{note.code}", page.language, currency=page.currency, **note.values)


def lookup(section: str, names: tuple[str, ...], page: Page) -> str:
    """The first of several keys of a section that has words, or an empty text."""
    for name in names:
        if name and words.has(f"{section}.{name}", page.language):
            return words.text(f"{section}.{name}", page.language, currency=page.currency)
    return ""


def interval(low: str, high: str, page: Page, *, signed: bool) -> str:
    """Two ends as one text: an en dash between plain numbers, a word where a sign stands."""
    if page.language == "zh":
        return f"{low}至{high}" if signed else f"{low}–{high}"
    return f"{low} to {high}"


def code(source: str) -> str:
    """Program text as HTML: escaped, nothing joined."""
    return f"<code>{html.escape(source, quote=True)}</code>"
