"""The three errors a caller can act on.

An error is a code plus the values that fill its sentence; the sentence itself
stands in ``core/text`` under ``[errors]``, in both languages, and says the
rule, what came, where, and the remedy.
"""

from __future__ import annotations

from typing import Any

from . import words

__all__ = ["DataError", "PolicyError", "RapportError", "SettingError"]


class RapportError(Exception):
    """Base of the errors this package raises on purpose.

    Parameters
    ----------
    code : str
        Key under ``[errors]`` in the word files.
    **values
        What fills the sentence: counts, column names, first examples. Never
        whole rows, never customer names.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def text(self, language: str) -> str:
        """The sentence in ``language`` ("zh" or "en")."""
        return words.text(f"errors.{self.code}", language, **self.values)

    def __str__(self) -> str:
        return self.text(words.default_language())

    def __reduce__(self) -> tuple[Any, ...]:
        # keyword arguments would be lost when the error crosses a process border
        return _rebuild, (type(self), self.code, self.values)


class DataError(RapportError):
    """These data cannot answer this question."""


class SettingError(RapportError):
    """A setting is wrong."""


class PolicyError(RapportError):
    """The rule profile refuses this."""


def _rebuild(kind: type[RapportError], code: str, values: dict[str, Any]) -> RapportError:
    return kind(code, **values)
