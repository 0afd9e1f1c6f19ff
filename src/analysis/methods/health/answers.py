"""What the build could not make of a survey: answers that no scale holds, and what is odd about the items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from ...core.result import Disclosure, Note, Result

__all__ = ["Unread", "notes", "unread"]

_NAMED = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class Unread(Result):
    """Answers that could not be read, by item and wording.

    Attributes
    ----------
    table : DataFrame
        ``item, answer, rule, n`` (answers so worded), most first. The sheets stay in the table.
    """

    layout: ClassVar[str] = "table"
    # what a respondent wrote may be one person's words
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=(), row_level="person")


def unread(meta: Mapping[str, Any]) -> Unread:
    """Answers without a place on their item's scale, with counts.

    Parameters
    ----------
    meta : mapping
        What the build recorded.
    """
    entry = meta.get("tables", {}).get("survey_responses", {})
    lines = entry.get("survey", {}).get("unread", [])
    table = pd.DataFrame(lines, columns=["item", "answer", "rule", "n"])
    table = table.groupby(["item", "answer", "rule"], as_index=False).agg({"n": "sum"})
    table = table.sort_values(["n", "item", "answer"], ascending=[False, True, True], ignore_index=True)
    table["rule"] = "rule_" + table["rule"].astype("str")
    table = table.astype({"item": "str", "answer": "str", "rule": "str", "n": "int64"})
    total = int(table["n"].sum())
    finding = (
        Note("answers_unread", {"n": total, "items": int(table["item"].nunique()), "first": str(table["item"].iloc[0])})
        if total
        else Note("answers_all_read", {"sheets": int(entry.get("sheets", 0))})
    )
    remedy = (Note("answers_unread_remedy", {}),) if total else ()
    return Unread(table=table, notes=remedy, finding=finding)


def notes(entry: Mapping[str, Any]) -> list[Note]:
    """Kinds of defects of a survey, for the list of all defects.

    Parameters
    ----------
    entry : mapping
        What the build recorded of the answers.
    """
    survey = entry.get("survey", {})
    found = [
        _note("d21", survey.get("unread", []), sum(line["n"] for line in survey.get("unread", []))),
        _note("d22", survey.get("unanswered", [])),
        _note("d23", survey.get("two_scales", []), sum(line["other"] for line in survey.get("two_scales", []))),
        _note("d24", survey.get("same_step", []) + survey.get("turned", [])),
        _note("d25", survey.get("asked_otherwise", [])),
    ]
    extra = [name for line in survey.get("not_in_codebook", []) for name in line["columns"]]
    if extra:
        found.append(Note("d26", {"n": len(extra), "columns": extra[:_NAMED]}))
    return [note for note in found if note is not None]


def _note(code: str, lines: list[Mapping[str, Any]], n: int | None = None) -> Note | None:
    items = list(dict.fromkeys(str(line["item"]) for line in lines))
    return Note(code, {"n": len(items) if n is None else n, "items": items[:_NAMED]}) if lines else None
