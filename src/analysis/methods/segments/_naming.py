"""Names for segments from what sets them apart, in both languages: `suggest_names`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...core import words
from ...core.result import Disclosure, Note, Result
from ._profile import Profile

__all__ = ["SegmentNames", "suggest_names"]

#: from here on a feature may name a segment, in spreads of all customers
_TELLING = 0.5
#: words of a name at first; more only where two segments would share one
_WORDS = 2
#: order of the words in a name
_ORDER = (
    "value_12m", "order_value", "orders_12m", "active_months_12m", "gap_cv", "days_since_last", "trend", "growth",
    "n_products_12m",
)  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class SegmentNames(Result):
    """A name for each segment.

    Attributes
    ----------
    table : DataFrame
        segment, name_zh, name_en, source (name_given: by the analyst, the same in both languages;
        name_suggested), because and because_2 (the first two features behind the words; empty for given names).
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"name_zh": "text", "name_en": "text"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=())


def suggest_names(profile: Profile, *, given: Mapping[int, str] | None = None) -> SegmentNames:
    """Suggest a name for each segment; the analyst's own names win.

    Parameters
    ----------
    profile : Profile
    given : dict, optional
        Names that the analyst gave: {segment: name}; without it those of the profile.

    Returns
    -------
    SegmentNames
        From the two features at least half a spread away from all customers that differ most; a third and further
        one where two segments would have the same name. No two names are equal.
    """
    own = {int(s): str(n) for s, n in zip(profile.names["segment"], profile.names["name"], strict=True) if n}
    own |= {int(number): str(name) for number, name in (given or {}).items()}
    segments = [int(s) for s in sorted(set(profile.table["segment"])) if s > 0]
    taken = set(own.values())
    rows = []
    for number in segments:
        reasons = _reasons(profile.table[profile.table["segment"] == number])
        if number in own:
            rows.append({"segment": number, "name_zh": own[number], "name_en": own[number], "source": "name_given",
                         "because": "", "because_2": ""})  # fmt: skip
            continue
        used, names = _free(reasons, number, taken)
        taken |= set(names.values())
        rows.append({
            "segment": number, "name_zh": names["zh"], "name_en": names["en"], "source": "name_suggested",
            "because": used[0][0] if used else "", "because_2": used[1][0] if len(used) > 1 else "",
        })  # fmt: skip
    table = pd.DataFrame(rows).astype(dict.fromkeys(("name_zh", "name_en", "source", "because", "because_2"), "str"))
    suggested = int((table["source"] == "name_suggested").sum())
    return SegmentNames(
        table=table,
        settings={"given": {str(number): name for number, name in own.items()}},
        notes=(Note("names_suggested", {"count": suggested}),) if suggested else (),
        finding=Note("segments_named", {"segments": len(table), "suggested": suggested}),
    )


def _reasons(part: pd.DataFrame) -> list[tuple[str, str]]:
    """Features that set the segment apart with their end, strongest first, each word once."""
    told = part[part["std_difference"].abs() >= _TELLING].copy()
    told["size"] = told["std_difference"].abs()
    # much of one channel says that there is little of another
    channel = told["feature"].str.startswith("channel_")
    if (channel & (told["std_difference"] > 0)).any():
        told = told[~channel | (told["std_difference"] > 0)]
    out: list[tuple[str, str]] = []
    said = set()
    for row in told.sort_values(["size", "feature"], ascending=[False, True]).to_dict("records"):
        reason = (str(row["feature"]), "high" if row["std_difference"] > 0 else "low")
        word = _word(reason, "zh")
        if word not in said:
            said.add(word)
            out.append(reason)
    return out


def _free(reasons: list[tuple[str, str]], number: int, taken: set[str]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The shortest name that nobody has; with the segment's number where all its words are taken."""
    for count in range(min(_WORDS, len(reasons)), len(reasons) + 1):
        names = {language: _name(reasons[:count], language) for language in words.LANGUAGES}
        if not taken & set(names.values()):
            return reasons[:count], names
    numbered = {
        language: words.text("figures.segments_name_numbered", language, name=_name(reasons, language), segment=number)
        for language in words.LANGUAGES
    }
    return reasons, numbered


def _name(reasons: list[tuple[str, str]], language: str) -> str:
    if not reasons:
        return words.text("figures.segments_name_average", language)
    ordered = sorted(reasons, key=lambda reason: _ORDER.index(reason[0]) if reason[0] in _ORDER else len(_ORDER))
    between = "" if language == "zh" else ", "
    said = between.join(_word(reason, language) for reason in ordered)
    return words.text("figures.segments_name", language, words=said)


def _word(reason: tuple[str, str], language: str) -> str:
    feature, end = reason
    key = f"terms.segname_{feature}_{end}"
    if words.has(key, language):
        return words.text(key, language)
    return words.text(f"figures.segments_name_{end}", language, feature=feature)
