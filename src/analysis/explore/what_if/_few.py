"""Numbers of accounts in notes keep the smallest cell that may be shown."""

from __future__ import annotations

from typing import Any

from ...core.policy import MIN_CELL
from ...core.result import Note

__all__ = ["counted"]


def counted(code: str, count: int, **values: Any) -> Note:
    """The note with its count, or its form ``<code>_few`` without one where the count is below the minimum."""
    least = MIN_CELL["internal"]
    if 0 < count < least:
        return Note(f"{code}_few", {"least": least, **values})
    return Note(code, {"count": count, **values})
