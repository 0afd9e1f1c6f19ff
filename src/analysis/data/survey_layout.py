"""Which column of a wide survey export answers which question of the codebook.

Exports write a question's column in many ways: ``Q3``, ``3、您对…的满意度:疗效``, ``Q7(A.不了解产品)``, ``Q7_1``,
``What keeps you [Not listed]``. A heading is looked up as written, then without marks and spaces, then by the
question's wording, then by its number where only one column has it.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from ..core.errors import DataError
from . import headers
from .codebook import Codebook, Item, Option
from .readers import Raw

__all__ = ["NUMBER", "arrange", "bare"]

#: the number before a question: 3、 / Q3. / 第3题 / 3) / Q3_1 as a whole
NUMBER = re.compile(r"^\s*(?:第\s*)?q?\s*(?P<number>\d+)\s*(?:题|[、.．:：)）_-]|(?=[(（\[【|\s])|$)\s*", re.IGNORECASE)
_LETTER = re.compile(r"^\s*(?:[a-z]|\d{1,2})\s*[.．、:：)）]\s*", re.IGNORECASE)
_MARKS = re.compile(r"[\s*…._,，。?？!！:：;；、|/\\\"'“”‘’()（）\[\]【】<>《》-]+")
_MARKED = ("[", "(", "【", "（", ":", "：", "-", "_", "|", ".", "、", "—", "/")


def arrange(raw: Raw, book: Codebook, mapped: Collection[str] = ()) -> tuple[Raw, tuple[str, ...]]:
    """The source with each question's column called by its item.

    Parameters
    ----------
    raw : Raw
    book : Codebook
    mapped : collection of str
        Headings that the dataset file names; a question takes one only under its very name.

    Returns
    -------
    raw : Raw
        A question of several options keeps one column under its own name, or has one under the name of each
        option; options without a column have none.
    names : tuple of str
        The columns that are questions.

    Raises
    ------
    DataError
        ``question_missing``: a question without any column, with the nearest headings;
        ``question_twice``: two questions that claim one column.
    """
    own = {*book.names, *(item.heading for item in book.items)}
    found = [str(name) if name not in mapped or name in own else "" for name in raw.frame.columns]
    claims: dict[str, int] = {}
    missing: list[str] = []
    for item in book.items:
        place = _place(found, item.heading, item.text, exact=bool(item.options))
        options = _options(found, item) if item.options and place is None else {}
        if place is not None:
            claims[item.item] = place
        elif options:
            claims |= options
        else:
            missing.append(item.heading)
    if missing:
        free = [name for at, name in enumerate(found) if name and at not in claims.values()]
        raise _lacking(raw.source, missing, free)
    columns = list(claims.values())
    twice = [name for name, at in claims.items() if columns.count(at) > 1]
    if twice:
        raise DataError("question_twice", source=raw.source, items=twice[:5], header=found[claims[twice[0]]][:60])
    renamed = [str(name) for name in raw.frame.columns]
    for name, at in claims.items():
        renamed[at] = name
    return dataclasses.replace(raw, frame=raw.frame.set_axis(renamed, axis=1)), tuple(claims)


@lru_cache(8192)
def bare(text: str) -> str:
    """A wording without number, spaces and marks."""
    return _MARKS.sub("", NUMBER.sub("", headers.wide(text)))


def _lacking(source: str, missing: list[str], free: list[str]) -> DataError:
    near = difflib.get_close_matches(missing[0], free, n=3, cutoff=0.3)
    wanted = bare(missing[0])
    near += [name for name in free if wanted and wanted in bare(name) and name not in near][:3]
    code = "question_missing_near" if near else "question_missing"
    return DataError(code, source=source, missing=missing[:10], near=[name[:40] for name in near[:3]], found=free[:10])


def _place(found: list[str], heading: str, text: str, *, exact: bool) -> int | None:
    """Position of the one column that a heading means; ``exact``: not by a number that options share."""
    told = re.fullmatch(r"#\s*(\d+)", heading.strip())
    if told:
        at = int(told[1]) - 1
        return at if 0 <= at < len(found) else None
    for hits in _hits(found, heading, text):
        if len(hits) == 1 and not (exact and _looks_like_option(found[hits[0]], heading)):
            return hits[0]
    return None


def _hits(found: list[str], heading: str, text: str) -> Iterator[list[int]]:
    """Positions under one test after the other, the strictest first."""
    yield [at for at, name in enumerate(found) if name == heading]
    yield [at for at, name in enumerate(found) if _tight(name) == _tight(heading)]
    numbered = bare(heading), _number(heading)
    yield [at for at, name in enumerate(found) if numbered[0] and (bare(name), _number(name)) == numbered]
    yield [at for at, name in enumerate(found) if bare(text) and bare(name) == bare(text)]
    number = _only_number(heading)
    yield [at for at, name in enumerate(found) if number is not None and _number(name) == number and _worded(name)]


def _options(found: list[str], item: Item) -> dict[str, int]:
    """Columns of a question that has one for each option."""
    own = list(_rests(found, item))
    claims: dict[str, int] = {}
    for number, (name, option) in enumerate(item.parts(), start=1):
        place = _place(found, option.header, "", exact=False) if option.header else None
        place = _place(found, name, "", exact=False) if place is None and name in found else place
        if place is None:
            place = _of_option(own, option, number)
        if place is not None:
            claims[name] = place
    return claims


def _of_option(own: list[tuple[int, str]], option: Option, number: int) -> int | None:
    """By the option's wording, else by its number; each must be the only one."""
    wanted = _bare_option(option.text)
    hits = [at for at, rest in own if _bare_option(rest) == wanted]
    if not hits:
        hits = [at for at, rest in own if re.fullmatch(rf"\D{{0,3}}0*{number}\D?", _MARKS.sub("", rest))]
    return hits[0] if len(hits) == 1 else None


def _bare_option(text: str) -> str:
    """An option's wording without its letter, spaces and marks."""
    return _MARKS.sub("", _LETTER.sub("", headers.wide(text).strip("()[]（）【】 :：-_|")))


def _rests(found: list[str], item: Item) -> Iterator[tuple[int, str]]:
    """What stands behind the question in the headings that begin with it."""
    starts = [start for start in (item.heading, item.item, item.text) if start.strip()]
    number = _only_number(item.heading)
    for at, name in enumerate(found):
        plain = headers.wide(name)
        rest = next((plain[len(s) :] for s in map(headers.wide, starts) if plain.startswith(s) and plain != s), None)
        if rest is not None and not rest[:1].isalnum():
            yield at, rest
        elif number is not None and _number(name) == number:
            inner = re.search(r"[(（\[【:：]([^()（）\[\]【】:：]+)[)）\]】]?\s*$", NUMBER.sub("", name))
            yield at, inner[1] if inner else NUMBER.sub("", name)


@lru_cache(8192)
def _tight(name: str) -> str:
    return re.sub(r"\s+", "", headers.wide(name))


@lru_cache(8192)
def _number(name: str) -> str | None:
    found = NUMBER.match(headers.wide(name))
    return str(int(found["number"])) if found else None


def _worded(name: str) -> bool:
    """Whether a question follows the number, or nothing at all: Q9_1 is another item than Q9."""
    rest = NUMBER.sub("", headers.wide(name)).strip()
    return not rest.isdigit()


def _only_number(heading: str) -> str | None:
    """The number where a heading is nothing else: ``Q3``, ``3``, ``3、``."""
    plain = headers.wide(heading)
    found = NUMBER.match(plain)
    return str(int(found["number"])) if found and not plain[found.end() :].strip() else None


def _looks_like_option(name: str, heading: str) -> bool:
    rest = headers.wide(name)[len(heading) :].strip()
    return bool(rest) and _number(heading) is not None and rest[:1] in _MARKED and rest[-1:] in (")", "）", "]", "】")
