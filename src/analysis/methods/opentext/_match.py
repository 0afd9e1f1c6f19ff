"""Mentions of themes in texts, the longest match first, with whether each is denied."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from ...core.errors import DataError
from ._codebook import LANGUAGES, Matcher, lexicon, normalised
from ._negation import cover, denied

__all__ = ["Hit", "answers", "find", "stance"]

_NO_IDEA = re.compile(
    r"(?:not that i |i )?can(?:'t| not|not)? think of(?: any(?:thing)?)?"
    r"(?: (?:at|to|right|that|which|else|now) ?.{0,30})?$"
    r"|(?:目前|暂时|现在)?(?:没有?|无)(?:什么|其他|别的|任何)*(?:意见|建议|要说的|补充)(?:了|的)?$"
)


@dataclass(frozen=True)
class Hit:
    """One mention: theme, place in the normalised text, the word found, whether it is denied."""

    theme: str
    start: int
    end: int
    word: str
    negated: bool


def answers(texts: pd.Series, *, name: str = "texts") -> tuple[pd.Series, int, int]:
    """Texts with content sorted by id and text, how many were empty, and how many said there is nothing to say.

    Raises
    ------
    DataError
        ``empty`` when nobody wrote anything.
    """
    written = texts.dropna().astype(str)
    clean = written.map(normalised)
    blank = clean == ""
    nothing = [word for language in LANGUAGES for word in lexicon("stopwords")[language]["nothing"]]
    bare = clean.str.strip(" .。!！,，~～")
    silent = (bare.isin(nothing) | bare.map(lambda text: _NO_IDEA.match(text) is not None)) & ~blank
    kept = written[~(blank | silent)]
    if kept.empty:
        raise DataError("empty", name=name)
    frame = pd.DataFrame({"id": kept.index.astype(str), "text": kept.to_numpy()}).sort_values(["id", "text"])
    out = pd.Series(frame["text"].to_numpy(), index=pd.Index(frame["id"], name="response_id"), name="text")
    return out, int(len(texts) - len(written) + blank.sum()), int(silent.sum())


def find(matcher: Matcher, text: str) -> list[Hit]:
    """All mentions in one text, in order of place.

    Inside a layer a longer match wins over a shorter one that it overlaps; two themes that share the same words are
    both mentioned. A name of the user dictionary wins over any shorter word inside it.
    """
    clean = normalised(text)
    names = [] if matcher.names is None else [m.span() for m in matcher.names.finditer(clean)]
    kept: list[tuple[str, int, int]] = []
    for layer in matcher.layers:
        spans = [
            (theme, *match.span()) for theme, pattern in layer for match in pattern.finditer(clean) if match.group()
        ]
        spans = [s for s in spans if not any(a <= s[1] and s[2] <= b for a, b in names)]
        kept += _longest(spans)
    # a mention may hold its own negator ("没货"): it belongs to the word and denies nothing beside it
    covered = cover(clean, matcher.language, [(a, b) for _, a, b in kept] + names)
    kept.sort(key=lambda s: (s[1], s[2], s[0]))
    return [
        Hit(theme, a, b, clean[a:b], denied(covered, a, b, matcher.language, matcher.window)) for theme, a, b in kept
    ]


def _longest(spans: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    taken: list[tuple[str, int, int]] = []
    for theme, start, end in sorted(spans, key=lambda s: (s[1] - s[2], s[1], s[0])):
        clash = [(a, b) for _, a, b in taken if a < end and start < b]
        if all((a, b) == (start, end) for a, b in clash):
            taken.append((theme, start, end))
    return taken


def stance(matcher: Matcher, texts: pd.Series) -> pd.DataFrame:
    """Index of ``texts``, one column per theme: 1 mentioned, -1 mentioned only to deny it, 0 not mentioned."""
    by_text = {text: _by_theme(find(matcher, text)) for text in texts.unique()}
    rows = [by_text[text] for text in texts]
    columns = {theme: [row.get(theme, 0) for row in rows] for theme in matcher.kinds}
    return pd.DataFrame(columns, index=texts.index, dtype="int64")


def _by_theme(hits: list[Hit]) -> dict[str, int]:
    out: dict[str, int] = {}
    for hit in hits:
        out[hit.theme] = max(out.get(hit.theme, -1), -1 if hit.negated else 1)
    return out
