"""Text that a spreadsheet program would take for a formula is made plain text.

A cell that begins with ``= + - @``, their full-width forms, a tab or a line end may be run when the file is
opened. A leading apostrophe makes it text. Blank and invisible characters before such a sign do not help it
through. Numbers are not touched, nor texts that are nothing but one number (``-1,250.00``).

References
----------
OWASP Foundation, CSV Injection (owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

__all__ = ["guard", "guard_frame"]

_SIGNS = tuple("=+-@＝＋－＠")
_BREAKS = ("\t", "\r", "\n")
#: blank to the eye: spaces, no-break, zero-width and ideographic spaces, word joiner, byte order mark
_UNSEEN = " \t\r\n\x0b\x0c\u00a0\u200b\u200c\u200d\u2060\u3000\ufeff"
#: one number and nothing else: no formula
_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]*)?%?")
#: control characters that no sheet can hold
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def guard(text: str) -> str:
    """The text as a spreadsheet program shows it, never runs it."""
    plain = _CONTROLS.sub("", text)
    if _NUMBER.fullmatch(plain):
        return plain
    risky = plain.startswith(_BREAKS) or plain.lstrip(_UNSEEN).startswith(_SIGNS)
    return f"'{plain}" if risky else plain


def guard_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy with every text cell guarded; numbers, dates and missing values stay."""
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    return frame.assign(**{name: frame[name].map(_guarded, na_action="ignore") for name in texts})


def _guarded(value: Any) -> Any:
    return guard(value) if isinstance(value, str) else value
