"""Results that never leave the house: emptied as a whole when the audience is not internal."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from .result import Note, Result

__all__ = ["emptied", "withheld"]


def withheld(result: Result, audience: str) -> bool:
    """Whether nothing of a result may be told to this audience."""
    return result.internal_only and audience != "internal"


def emptied(result: Result) -> Result:
    """The same kind of result with nothing in it but the note that says so."""
    blank: dict[str, Any] = {}
    for item in dataclasses.fields(result):
        value = getattr(result, item.name)
        if isinstance(value, pd.DataFrame | pd.Series):
            blank[item.name] = value.iloc[:0]
        else:
            # texts, numbers, lists and nested values alike: an empty one of the same kind, else nothing
            plain = isinstance(value, str | int | float | tuple | list | dict)
            blank[item.name] = type(value)() if plain else None
    blank["notes"] = (Note("internal_only"),)
    return dataclasses.replace(result, **blank)
