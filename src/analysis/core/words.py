"""Every sentence and label of the product, looked up by key in zh or en.

The word files are ``core/text/zh.toml`` and ``core/text/en.toml``; a test keeps
their keys equal. A placeholder carries the kind of number after a colon:
``{share:percent}``, ``{change:+percent1}`` (signed), ``{barrier:term}`` (looked
up under ``[terms]``).
"""

from __future__ import annotations

import os
import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from . import numbers

__all__ = ["LANGUAGES", "column", "default_language", "flat", "has", "term", "text"]

LANGUAGES = ("zh", "en")
_FOLDER = Path(__file__).parent / "text"


def default_language() -> str:
    """Language of messages where none is told: ``RAPPORT_LANGUAGE`` or English."""
    language = os.environ.get("RAPPORT_LANGUAGE", "en")
    return language if language in LANGUAGES else "en"


def text(key: str, language: str, /, *, currency: str = "CNY", **values: Any) -> str:
    """The words under ``key``, filled with ``values``.

    Parameters
    ----------
    key : str
        Dotted key, such as ``"errors.unknown_region"``.
    language : {"zh", "en"}
    currency : str, default "CNY"
        For placeholders of kind money.
    **values
        One for each placeholder.

    Raises
    ------
    KeyError
        When the key or a value is missing: a mistake in this package, found by its tests.
    """
    pattern = flat(language)[key]
    return _Filler(language, currency).vformat(pattern, (), values)


def has(key: str, language: str) -> bool:
    """Whether there are words under ``key``."""
    return key in flat(language)


def term(code: Any, language: str) -> str:
    """The word for a code (tier, type, barrier, flag …); the code itself when it has none.

    Several codes joined by ``"; "`` become their words, where all of them have one.
    """
    known = flat(language)
    parts = str(code).split("; ")
    if len(parts) > 1 and all(f"terms.{part}" in known for part in parts):
        return ("；" if language == "zh" else "; ").join(known[f"terms.{part}"] for part in parts)
    return known.get(f"terms.{code}", str(code))


def column(name: str, language: str) -> str:
    """Heading of a table column; the name itself when it has none."""
    return flat(language).get(f"columns.{name}", name.replace("_", " "))


@cache
def flat(language: str) -> Mapping[str, str]:
    """All words of one language as ``{"section.key": words}``."""
    path = _FOLDER / f"{language}.toml"
    return dict(_flatten("", tomllib.loads(path.read_text(encoding="utf-8"))))


def _flatten(prefix: str, tree: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{prefix}{name}"
        pairs += _flatten(f"{key}.", value) if isinstance(value, Mapping) else [(key, str(value))]
    return pairs


class _Filler(string.Formatter):
    """`str.format` with the product's kinds of numbers after the colon."""

    def __init__(self, language: str, currency: str) -> None:
        self.language, self.currency = language, currency

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value by the kind of number after its colon."""
        kind = format_spec.lstrip("+")
        if kind == "term":
            return term(value, self.language)
        if kind in numbers.KINDS:
            signed = format_spec.startswith("+")
            return numbers.render(value, kind, self.language, currency=self.currency, signed=signed)
        if isinstance(value, list | tuple | set):
            return ("、" if self.language == "zh" else ", ").join(map(str, value))
        if isinstance(value, Mapping):
            # words that the data set brings along, by language
            return str(value.get(self.language) or next(iter(value.values()), ""))
        return super().format_field(value, format_spec)
