"""The codebook of themes: words, patterns and usual slips by theme, with a user dictionary on top."""

from __future__ import annotations

import dataclasses
import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ...core import checks
from ...core.errors import SettingError

__all__ = ["KINDS", "LANGUAGES", "NAMES", "Matcher", "compiled", "lexicon", "normalised", "only"]

LANGUAGES = ("en", "zh")
KINDS = ("barrier", "topic")
#: lists of names a user dictionary may bring: none of them may be taken for a theme
NAMES = ("drug", "competitor", "department", "hospital", "person")
_PARTS = ("words", "regex", "typos")
_HAN_GAP = re.compile(r"(?<=[一-鿿])[ \t]+(?=[一-鿿])")

_LOST_APOSTROPHE = re.compile(r"\b(\w*n) t\b")


@dataclass(frozen=True)
class Matcher:
    """A codebook ready to read texts.

    Attributes
    ----------
    language : str
    layers : tuple
        One layer per kind of theme: pairs of theme and pattern. Longest match first holds inside a layer.
    kinds : dict
        Kind by theme, in the order of the codebook.
    names : compiled pattern or None
        Names of the user dictionary.
    window : int or None
        Reach of a negator; None: the language's own.
    """

    language: str
    layers: tuple[tuple[tuple[str, re.Pattern[str]], ...], ...]
    kinds: dict[str, str]
    names: re.Pattern[str] | None
    window: int | None = None


def compiled(
    codebook: Mapping[str, Any] | str | Path | None,
    dictionary: Mapping[str, Any] | str | Path | None,
    language: str,
    window: int | None = None,
) -> Matcher:
    """A codebook (own, from a file, or the one that ships) and a dictionary made into patterns.

    Raises
    ------
    SettingError
        ``not_a_choice``, ``bad_codebook``, ``bad_dictionary``.
    """
    checks.choice(language, LANGUAGES, name="language")
    if window is not None:
        checks.whole(window, name="window", low=0, high=30)
    own = _names(_loaded(dictionary, "dictionary"))
    book = dict(lexicon("codebook")[language] if codebook is None else _loaded(codebook, "codebook"))
    if language in book and codebook is not None:
        book = dict(book[language])
    for theme, words in own["themes"].items():
        entry = dict(book.get(theme, {"kind": "topic"}))
        entry["words"] = [*entry.get("words", []), *words]
        book[theme] = entry
    kinds = {str(theme): _kind(theme, entry) for theme, entry in book.items()}
    if not kinds:
        raise SettingError("bad_codebook", name="codebook", theme="-", got="{}")
    layers = tuple(
        tuple((theme, _pattern(theme, book[theme], own, language)) for theme in kinds if kinds[theme] == kind)
        for kind in KINDS
    )
    names = [word for group in NAMES for word in own[group]]
    joined = _alternatives([_word(n, language) for n in sorted(names, key=len, reverse=True)])
    return Matcher(language, layers, kinds, re.compile(joined) if names else None, window)


def only(matcher: Matcher, kinds: Collection[str]) -> Matcher:
    """The same codebook with themes of these kinds alone."""
    layers = tuple(layer for kind, layer in zip(KINDS, matcher.layers, strict=True) if kind in kinds)
    kept = {theme: kind for theme, kind in matcher.kinds.items() if kind in kinds}
    if not kept:
        raise SettingError("bad_codebook", name="kinds", theme="-", got=str(sorted(kinds)))
    return dataclasses.replace(matcher, layers=layers, kinds=kept)


def normalised(text: str) -> str:
    """Half width, lower case, one kind of apostrophe, no blanks between Han characters."""
    out = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    # exports that drop punctuation leave "didn t"
    return _LOST_APOSTROPHE.sub(r"\1't", _HAN_GAP.sub("", out)).strip()


@cache
def lexicon(name: str) -> dict[str, Any]:
    """A word list that ships with this package."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def _loaded(given: Mapping[str, Any] | str | Path | None, name: str) -> dict[str, Any]:
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return dict(given)
    try:
        return tomllib.loads(Path(given).read_text(encoding="utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError("bad_word_file", name=name, got=Path(given).name) from error


def _names(given: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(given) - {*NAMES, "themes"})
    if unknown:
        raise SettingError("bad_dictionary", name="dictionary", got=unknown, allowed=[*NAMES, "themes"])
    out: dict[str, Any] = {"themes": {}}
    for group in NAMES:
        out[group] = [normalised(word) for word in _listed(given.get(group, []), "dictionary", group) if word.strip()]
    themes = given.get("themes", {})
    if not isinstance(themes, Mapping):
        raise SettingError("bad_dictionary", name="dictionary", got=["themes"], allowed=[*NAMES, "themes"])
    for theme, words in themes.items():
        out["themes"][str(theme)] = _listed(words, "dictionary", str(theme))
    return out


def _listed(words: Any, name: str, theme: str) -> list[str]:
    if isinstance(words, str) or not all(isinstance(word, str) for word in words):
        raise SettingError("bad_codebook", name=name, theme=theme, got=str(words)[:40])
    return list(words)


def _kind(theme: str, entry: Any) -> str:
    if not isinstance(entry, Mapping) or set(entry) - {"kind", *_PARTS}:
        raise SettingError("bad_codebook", name="codebook", theme=theme, got=str(entry)[:40])
    kind = str(entry.get("kind", "topic"))
    checks.choice(kind, KINDS, name="kind")
    return kind


def _pattern(theme: str, entry: Mapping[str, Any], own: dict[str, Any], language: str) -> re.Pattern[str]:
    words = {normalised(w) for part in ("words", "typos") for w in _listed(entry.get(part, []), "codebook", theme)}
    parts = [_word(word, language) for word in sorted(words - {""}, key=lambda w: (-len(w), w))]
    for raw in _listed(entry.get("regex", []), "codebook", theme):
        filled = _filled(raw, own)
        if filled:
            parts.insert(0, filled)
    if not parts:
        raise SettingError("bad_codebook", name="codebook", theme=theme, got=str(dict(entry))[:40])
    try:
        # every place is tried for every word, so that a longer match is not hidden by a shorter one before it
        return re.compile(_alternatives(parts))
    except re.error as error:
        raise SettingError("bad_codebook", name="codebook", theme=theme, got=str(error)[:40]) from error


def _filled(raw: str, own: dict[str, Any]) -> str:
    """A pattern with the user's names put in; nothing where it needs names and there are none."""
    for group in NAMES:
        mark = "{" + group + "}"
        if mark in raw:
            if not own[group]:
                return ""
            raw = raw.replace(mark, "(?:" + "|".join(map(re.escape, sorted(own[group], key=len, reverse=True))) + ")")
    return raw


def _word(word: str, language: str) -> str:
    """A plain word as a pattern: words in letters only whole, a trailing * stands for any ending."""
    stem = word.rstrip("*")
    if not re.search("[a-z0-9]", stem):
        return re.escape(stem)
    left = "(?<![a-z0-9])" if stem[0].isascii() else ""
    if word.endswith("*"):
        return f"{left}{re.escape(stem)}[a-z]*"
    plural = "(?:s|es)?" if language == "en" and stem[-1].isalpha() else ""
    right = "(?![a-z0-9])" if stem[-1].isascii() else ""
    return f"{left}{re.escape(stem)}{plural}{right}"


def _alternatives(parts: list[str]) -> str:
    return "|".join(f"(?:{part})" for part in parts)
