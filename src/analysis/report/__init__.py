"""Floor 4: what leaves the house. Only `report.show` puts content on a page.

`show` and `open_page` are what notebooks call; `render` turns an executed
notebook into one self-contained HTML file. Names are looked up on first use, so
that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .display import show
    from .page import Page, open_page

__all__ = ["Page", "open_page", "show"]

_HOMES = {"Page": "page", "open_page": "page", "show": "display"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
