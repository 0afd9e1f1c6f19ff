"""The words and numbers of a customer card in its language, and one part of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..core import numbers, words
from ..core.preview import currency
from ..core.result import Note

__all__ = ["Section", "Voice"]


@dataclass(frozen=True)
class Section:
    """One part of the card: sentences, then a table or a figure.

    Attributes
    ----------
    title : str
    said : list of str
    heads : list of str
    rows : list of list of str
    numeric : frozenset of int
        Positions of the columns that hold numbers.
    figure : str
        SVG.
    folded : bool
    """

    title: str
    said: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numeric: frozenset[int] = frozenset()
    figure: str = ""
    folded: bool = False


class Voice:
    """Words and numbers in the card's language and currency."""

    def __init__(self, language: str) -> None:
        self.language, self.currency = language, currency()

    def say(self, key: str, **values: Any) -> str:
        """Words under ``[explore]``."""
        return words.text(f"explore.{key}", self.language, currency=self.currency, **values)

    def note(self, note: Note) -> str:
        """A note in words."""
        return self.say(note.code, **note.values)

    def number(self, value: Any, kind: str, *, signed: bool = False) -> str:
        """A number in print."""
        return numbers.render(value, kind, self.language, currency=self.currency, signed=signed)

    def term(self, code: Any) -> str:
        """The word for a code."""
        return numbers.MISSING if code is None or pd.isna(code) else words.term(code, self.language)
