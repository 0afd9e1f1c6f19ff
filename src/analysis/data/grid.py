"""The cells of a sheet or text file before anything is known about its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Grid", "Merge", "columns_of", "head"]

#: (first row, first column, last row, last column), counted from 0
Merge = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Grid:
    """All cells, column by column.

    Attributes
    ----------
    columns : list of pyarrow.Array
        Texts, null where a cell is empty; row i of the grid is row i + 1 of the file.
    source : str
        File name.
    merges : list of tuple
        Merged ranges; only workbooks have them.
    """

    columns: list[pa.Array]
    source: str
    encoding: str | None = None
    sheet: str | None = None
    merges: list[Merge] = field(default_factory=list)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0


def columns_of(blocks: Iterable[Sequence[Sequence[str | None]]]) -> list[pa.Array]:
    """Rows, in blocks, as columns; short rows are filled up with null, empty texts become null."""
    chunks: list[list[pa.Array]] = []
    lengths: list[int] = []
    start = 0
    for block in blocks:
        width = max(map(len, block), default=0)
        even = [row if len(row) == width else [*row, *([None] * (width - len(row)))] for row in block]
        while len(chunks) < width:
            chunks.append([pa.nulls(start, pa.large_string())])
        for position, values in enumerate(zip(*even, strict=True)):
            chunks[position].append(_emptied(pa.array(values, pa.large_string())))
        for position in range(width, len(chunks)):
            chunks[position].append(pa.nulls(len(block), pa.large_string()))
        lengths.append(len(block))
        start += len(block)
    return [pa.concat_arrays(parts) for parts in chunks]


def head(grid: Grid, count: int) -> list[list[str | None]]:
    """The first rows as lists."""
    return [list(row) for row in zip(*(column.slice(0, count).to_pylist() for column in grid.columns), strict=True)]


def _emptied(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), None, column)
