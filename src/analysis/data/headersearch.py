"""Which rows of a sheet are its header.

The mapped headers find it; without a mapping the row with most usual names does.
A header may take several rows where cells are merged: the group's name stands over
its columns, and a column is called by its own word, or by ``group/word`` where the
word alone stands twice.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..core.columns import TABLES
from ..core.errors import DataError
from . import headers
from .grid import Grid, Merge, head

__all__ = ["Header", "find", "refuse_twice", "rename"]

_LOOK = 60
_MOST_ROWS = 4
_VALUE = re.compile(
    r"[-+(]?[¥$£€]?\d[\d,. ]*[%)]?|\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?( .*)?|\d+\.?\d*E[+-]\d+", re.IGNORECASE
)

Cells = list[str | None]


@dataclass(frozen=True)
class Header:
    """A header: its first and last row (from 0), one name per column of the grid, None where it has none."""

    first: int
    last: int
    names: tuple[str | None, ...]
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def find(grid: Grid, *, wanted: Sequence[str], table: str | None = None, header_row: int | None = None) -> Header:
    """The header of a grid.

    Parameters
    ----------
    grid : Grid
    wanted : sequence of str
        Headers that must be there.
    table : str or None
        Canonical table whose usual names count; None: those of the table that fits best.
    header_row : int or None
        1-based first row of the header, told by the user.

    Raises
    ------
    DataError
        No row looks like a header; a wanted header is absent (with those found); a header twice.
    """
    rows = head(grid, max(_LOOK, (header_row or 0) + _MOST_ROWS))
    header = _told(rows, grid, header_row) if header_row else _search(rows, grid, wanted, table)
    source = f"{grid.source} [{grid.sheet}]" if grid.sheet else grid.source
    if header is None:
        raise DataError("no_header", source=source, looked=min(len(rows), _LOOK))
    return Header(header.first, header.last, _final(header, wanted, source), header.notes)


def score(grid: Grid, *, wanted: Sequence[str], table: str | None) -> tuple[int, int]:
    """How well a sheet fits: wanted headers found in its best row, usual names in it."""
    rows = head(grid, _LOOK)
    options = list(_options(rows, grid.merges))
    hits = max((_hits(names, wanted) for _, _, names in options), default=0)
    return hits, max((_usual(names, table) for _, _, names in options), default=0)


def rename(found: Sequence[str], wanted: Sequence[str], *, source: str) -> list[str]:
    """Found names, those written a little differently (width, case, spaces) under the wanted spelling.

    Raises
    ------
    DataError
        When a wanted header is absent.
    """
    names = list(found)
    by_word = {_word(name): position for position, name in reversed(list(enumerate(names)))}
    missing = []
    for name in wanted:
        if name in names:
            continue
        position = by_word.get(_word(name))
        if position is None:
            missing.append(name)
        else:
            names[position] = name
    if missing:
        near = difflib.get_close_matches(missing[0], names, n=3, cutoff=0.5)
        code = "mapped_header_missing_near" if near else "mapped_header_missing"
        raise DataError(code, source=source, missing=missing, found=names[:40], near=near)
    return names


def refuse_twice(names: Sequence[str | None], *, source: str) -> None:
    """Refuse a header that stands twice."""
    twice = [name for name, count in Counter(name for name in names if name is not None).items() if count > 1]
    if twice:
        places = [position + 1 for position, name in enumerate(names) if name == twice[0]]
        raise DataError("header_twice", source=source, names=twice[:5], places=places)


def _told(rows: list[Cells], grid: Grid, header_row: int) -> Header | None:
    first = header_row - 1
    if first >= len(rows) or not any(rows[first]):
        return None
    last = _last(first, grid.merges)
    return Header(first, last, _joined(rows, first, last, grid.merges))


def _search(rows: list[Cells], grid: Grid, wanted: Sequence[str], table: str | None) -> Header | None:
    options = list(_options(rows, grid.merges))
    ranked = []
    for first, last, names in options:
        hits = _hits(names, wanted)
        # fewest rows: a title merged over the whole width is no group of columns
        ranked.append((-hits, first - last, first, last, names))
    if wanted and ranked and -min(ranked)[0] == len(set(wanted)):
        best = min(ranked, key=_full_then_short)
        return Header(best[2], best[3], best[4])
    usual = [
        (-(_hits(names, wanted) + _usual(names, table)), last - first, first, names) for first, last, names in options
    ]
    if usual and -min(usual)[0] >= 2:
        _, extra, first, names = min(usual, key=_three)
        return Header(first, first + extra, names)
    return _first_row_like_a_header(rows, options)


def _full_then_short(entry: tuple[Any, ...]) -> tuple[int, int, int]:
    return entry[0], -entry[1], entry[2]


def _three(entry: tuple[Any, ...]) -> tuple[int, int, int]:
    return entry[0], entry[1], entry[2]


def _options(rows: list[Cells], merges: list[Merge]) -> Iterator[tuple[int, int, tuple[str | None, ...]]]:
    for first in range(min(len(rows), _LOOK)):
        if any(rows[first]):
            last = _last(first, merges)
            if last < len(rows):
                yield first, last, _joined(rows, first, last, merges)


def _first_row_like_a_header(rows: list[Cells], options: list[tuple[int, int, Any]]) -> Header | None:
    """The first row that is about as wide as the sheet, when no cell of it is a value and none stands twice."""
    filled = [sum(cell is not None for cell in row) for row in rows]
    for first, last, names in options:
        texts = [name for name in names if name is not None]
        if len(texts) * 2 <= max(filled):
            continue
        good = not any(_VALUE.fullmatch(text.strip()) for text in texts)
        return Header(first, last, names) if good else None
    return None


def _last(first: int, merges: list[Merge]) -> int:
    """Last row of the header that starts in row ``first``: as far as its merged cells reach."""
    last, row = first, first
    while row <= last and last - first < _MOST_ROWS:
        for top, left, bottom, right in merges:
            if top == row:
                # a group over several columns needs a row of words below it
                last = max(last, bottom + 1 if right > left else bottom)
        row += 1
    return min(last, first + _MOST_ROWS - 1)


def _joined(rows: list[Cells], first: int, last: int, merges: list[Merge]) -> tuple[str | None, ...]:
    """One name per column: its own word, with its group before it where the word stands twice."""
    block = [list(rows[row]) for row in range(first, last + 1)]
    for top, left, bottom, right in merges:
        if first <= top <= last:
            for row in range(top, min(bottom, last) + 1):
                for column in range(left, min(right, len(block[0]) - 1) + 1):
                    block[row - first][column] = rows[top][left]
    paths = []
    for cells in zip(*block, strict=True):
        words = [_clean(cell) for cell in cells if cell is not None]
        paths.append(list(dict.fromkeys(words)))
    count = Counter(path[-1] for path in paths if path)
    return tuple((path[-1] if count[path[-1]] == 1 else "/".join(path)) if path else None for path in paths)


def _final(header: Header, wanted: Sequence[str], source: str) -> tuple[str | None, ...]:
    refuse_twice(header.names, source=source)
    renamed = iter(rename([name for name in header.names if name is not None], wanted, source=source))
    return tuple(None if name is None else next(renamed) for name in header.names)


def _hits(names: Sequence[str | None], wanted: Sequence[str]) -> int:
    words = {_word(name) for name in names if name is not None}
    return sum(_word(name) in words for name in dict.fromkeys(wanted))


def _usual(names: Sequence[str | None], table: str | None) -> int:
    texts = [name for name in names if name is not None]
    return max(len(headers.guess(texts, name)) for name in ([table] if table else TABLES))


def _clean(cell: str) -> str:
    return re.sub(r"\s*\n\s*|\s{2,}", " ", cell.strip())


def _word(name: str) -> str:
    return re.sub(r"\s+", "", headers.wide(name))
