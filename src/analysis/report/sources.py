"""Which tables a result rests on, in words: the source line of every caption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core import columns, words
from ..core.result import Result
from .page import Page

__all__ = ["asked", "listed", "source_words", "table_words"]

_MOST = 3
_ORDERS, _SURVEY = ("transactions",), ("survey_responses",)
#: tables of the methods that do not name theirs; by class, else by module under ``analysis.methods``
_USUAL = {
    "barriers": _SURVEY, "drivers": _SURVEY, "growth": _ORDERS, "ladder": _SURVEY, "lifetime": _ORDERS,
    "loyalty": _ORDERS, "satisfaction": _SURVEY, "segments": _ORDERS, "survey": _SURVEY, "tiers": _ORDERS,
    "types": _ORDERS, "migration": _ORDERS, "movers": (*_ORDERS, "products"),
    "opentext": _SURVEY, "Feedback": ("feedback_text",), "FeedbackChannels": ("feedback_text",),
    "FeedbackChange": ("feedback_text",), "CodeAgreement": (*_SURVEY, "coded_texts"), "Coders": ("coded_texts",),
    "roles": ("customers", "stance_ratings", "nominations", "interactions"),
    "universe": (*_ORDERS, "customers", "interactions"),
    "cooperation": (*_ORDERS, "interactions", *_SURVEY, "market"), "grid": (*_ORDERS, "market", "interactions"),
    "targeting": (*_ORDERS, "customers", "interactions", "market"),
    "awareness": _SURVEY, "kano": _SURVEY, "maxdiff": _SURVEY, "needs": _SURVEY, "preference": _SURVEY,
    "AnswerProfile": _SURVEY, "ClassChoice": _SURVEY, "Willingness": _SURVEY,
}  # fmt: skip


def listed(result: Result, page: Page) -> str:
    """The tables behind a result with their source types.

    They are the result's ``settings["tables"]``, else the usual ones of its method, else all
    tables of the page; at most three are named.
    """
    told: tuple[str, ...] = tuple(result.settings.get("tables") or ()) or _USUAL.get(
        type(result).__name__, _USUAL.get(_method(result), ())
    )
    used = sorted([item for item in page.sources if item["table"] in told] or page.sources, key=_place)
    if not used:
        return ""
    kinds = [source_words(str(item.get("source_type") or ""), page) for item in used]
    tables = [table_words(str(item["table"]), page) for item in used]
    key = "source_more" if len(used) > _MOST else "source"
    if len(set(kinds)) == 1:
        # one kind for all is said once
        names = page.words("list_and").join(tables[:_MOST])
        return page.words(f"{key}_alike", sources=names, count=len(used), kind=kinds[0])
    pairs = zip(tables[:_MOST], kinds[:_MOST], strict=True)
    names = page.words("list_and").join(page.words("source_item", table=table, kind=kind) for table, kind in pairs)
    return page.words(key, sources=names, count=len(used))


def _place(item: Mapping[str, Any]) -> tuple[int, str]:
    """What was bought and answered first, then the canonical order."""
    name = str(item["table"])
    first = ("transactions", "survey_responses")
    return ([*first, *columns.TABLES].index(name) if name in columns.TABLES else len(columns.TABLES) + 2, name)


def asked(result: Result) -> bool:
    """Whether a result rests on the answers of a survey alone."""
    return _method(result) in _USUAL and _USUAL[_method(result)] == _SURVEY and type(result).__name__ not in _USUAL


def table_words(name: str, page: Page) -> str:
    """Name of a canonical table in the page's language."""
    return page.words(f"table_{name}") if words.has(f"report.table_{name}", page.language) else name


def source_words(kind: str, page: Page) -> str:
    """Name of a source type in the page's language."""
    return page.words(f"source_{kind}") if words.has(f"report.source_{kind}", page.language) else kind


def _method(result: Result) -> str:
    parts = type(result).__module__.split(".")
    return parts[2] if parts[:2] == ["analysis", "methods"] and len(parts) > 2 else ""
