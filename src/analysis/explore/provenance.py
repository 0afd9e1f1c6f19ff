"""What stands beside a file: source, cut-off day, audience, rules, declared basis, hidden cells."""

from __future__ import annotations

from collections.abc import Sequence

from ..core import words
from ..core.result import Result
from ..report import sources
from ..report.page import Page

__all__ = ["lines"]

#: a condition on one of these would name accounts, so shared files do not repeat it
_TELLING = {"customer_id", "name", "province", "city"}


def lines(result: Result, page: Page, *, hidden: int, refused: int) -> list[tuple[str, str]]:
    """What holds for a table that is written to a file.

    Parameters
    ----------
    result : Result
        Already controlled and named; ``settings`` hold ``query``, the columns it ``used``, and ``tables``.
    page : Page
    hidden, refused : int
        Rows with hidden cells, and rows of persons left out.

    Returns
    -------
    list of (label, text)
        The label is empty where the text stands alone.
    """
    settings, say = result.settings, page.words
    top = [("", page.banner)] if page.banner else [("", say("pseudonymised"))]
    top += [("", say(b) if words.has(f"report.{b}", page.language) else b) for b in page.banners]
    top += [("", text) for text in (sources.listed(result, page),) if text]
    told = page.audience == "internal" or _TELLING.isdisjoint(settings["used"])
    query = settings["query"] or words.text("explore.all_accounts", page.language)
    rows = [
        ("region", page.region),
        ("as_of", str(page.as_of)),
        ("audience", say(f"audience_{page.audience}")),
        ("profile", say("rules", profile=page.profile, k=page.cell)),
        ("condition", query if told else words.text("explore.not_repeated", page.language)),
        ("rows", str(len(result.table))),
        ("hidden", str(hidden)),
        *(("declared_basis", text) for text in _declared(page, settings["tables"])),
        ("tables_hash", page.tables_hash[:12]),
    ]
    notes = [words.text(f"notes.{n.code}", page.language, currency=page.currency, **n.values) for n in result.notes]
    notes += [say("override", **item) for item in page.overrides]
    notes += [say("rows_refused", count=refused)] if refused else []
    notes += [say("hidden_also", k=page.cell)] if hidden else []
    notes += [words.text(f"explore.{key}", page.language) for key in ("how_shares", "how_ids", "how_apostrophe")]
    labelled = [(words.text(f"explore.about_{key}", page.language), text) for key, text in rows if text]
    return [*top, *labelled, *(("", note) for note in notes)]


def _declared(page: Page, used: Sequence[str]) -> list[str]:
    """What the user declared of each table behind the numbers; files are named inside the house only."""
    items = [item for item in page.sources if item["table"] in used] or list(page.sources)
    lines = []
    for item in items:
        parts = (sources.table_words(item["table"], page), item.get("lawful_basis"), item.get("source"))
        lines.append(page.words("dot").join(str(part) for part in parts if part))
    return lines
