"""Text files with separators: which separator, and the cells."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ..core.errors import DataError
from . import encodings, headers
from .grid import Grid, columns_of

__all__ = ["read", "separator"]

SEPARATORS = (",", "\t", ";", "|")
_SAMPLE = 60
_BLOCK = 50_000
_MAX_COLUMNS = 5_000


def read(path: Path, encoding: str, *, wanted: list[str]) -> Grid:
    """All cells of a text file.

    Parameters
    ----------
    path : pathlib.Path
    encoding : str
    wanted : list of str
        Headers that must be found; they help to tell the separator.

    Raises
    ------
    DataError
        A quotation mark that never closes or stands inside a quoted cell; an empty file.
    """
    mark = separator(path, encoding, wanted=wanted)
    with encodings.open_text(path, encoding) as stream:
        columns = columns_of(_blocks(csv.reader(stream, delimiter=mark, strict=True), path.name))
    if not columns:
        raise DataError("empty_file", file=path.name)
    notes = [("replacement_characters", {"file": path.name})] if _has_replacements(columns) else []
    return Grid(columns, path.name, encoding=encoding, notes=notes)


def separator(path: Path, encoding: str, *, wanted: list[str]) -> str:
    """The separator under which the first rows are most alike.

    First counts how many wanted headers stand in one row, then how many rows have the usual
    number of cells, then that number. A file of one column has none, and the comma is returned.
    """
    with encodings.open_text(path, encoding) as stream:
        lines = list(itertools.islice(stream, _SAMPLE))
    if path.name.lower().removesuffix(".gz").endswith(".tsv"):
        return "\t"
    needed = {headers.normalise(name) for name in wanted}
    scores = [(_alike(lines, mark, needed), -position, mark) for position, mark in enumerate(SEPARATORS)]
    return max(scores)[2]


def _alike(lines: list[str], mark: str, needed: set[str]) -> tuple[int, int, int]:
    rows = []
    reader = csv.reader(lines, delimiter=mark)
    try:
        rows = [row for row in reader if any(row)]
    except csv.Error:
        return (0, 0, 0)
    counts = Counter(len(row) for row in rows if len(row) > 1)
    if not counts:
        return (0, 0, 0)
    hits = max(len(needed & {headers.normalise(cell) for cell in row}) for row in rows)
    width, alike = max(counts.items(), key=lambda item: (item[1], item[0]))
    return (hits, alike, width)


def _blocks(reader: Iterator[list[str]], file: str) -> Iterator[list[list[str]]]:
    done = 0
    while True:
        try:
            block = list(itertools.islice(reader, _BLOCK))
        except csv.Error:
            raise DataError("broken_quotes", file=file, line=getattr(reader, "line_num", done + 1)) from None
        if not block:
            return
        widest = max(map(len, block))
        if widest > _MAX_COLUMNS:
            row = done + 1 + next(i for i, cells in enumerate(block) if len(cells) == widest)
            raise DataError("too_many_columns", file=file, row=row, count=widest, most=_MAX_COLUMNS)
        done += len(block)
        yield block


def _has_replacements(columns: list[pa.Array]) -> bool:
    return any(bool(pc.any(pc.match_substring(column, "\ufffd")).as_py()) for column in columns)
