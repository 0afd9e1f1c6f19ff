"""Files with one column per product turned into one line per product (the ``unpivot`` entry)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ..core.policy import Profile
from . import gate, headersearch, readers
from .readers import Raw
from .spec import TableSpec

__all__ = ["lines"]

#: a cell that holds nothing is no line: a wide table has one for everybody
_NOTHING = r"\s*[-–—]?\s*(?:0+(?:[.,]0*)?|[.,]0+)?\s*"


def lines(raw: Raw, table: str, spec: TableSpec, *, profile: Profile) -> tuple[Raw, int]:
    """One row per filled cell.

    Parameters
    ----------
    raw : Raw
    table : str
    spec : TableSpec
        With ``unpivot``. Of the other columns those mapped under ``columns``, or named in ``units``, stay.
    profile : Profile

    Returns
    -------
    raw, empty
        Columns ``into`` and ``value`` in place of the headers turned; how many cells were empty or zero. Each line
        keeps the row number of its file.

    Raises
    ------
    DataError
        A header is not there.
    PolicyError
        See `gate.check_columns`: of every header of the file.
    """
    turn = spec.unpivot
    if turn is None:
        return raw, 0
    wanted = readers.wanted(spec)
    names = headersearch.rename([str(name) for name in raw.frame.columns], wanted, source=raw.source)
    gate.check_columns(table, spec, names, profile=profile)
    body = raw.frame.set_axis(names, axis=1)
    kept = [name for name in dict.fromkeys(wanted) if name not in turn.columns.values()]
    cells = body[list(turn.columns.values())].to_numpy(dtype=object)
    flat = pd.Series(cells.ravel(), dtype="str")
    filled = ~(flat.isna() | flat.str.fullmatch(_NOTHING)).to_numpy(dtype=bool)
    row, column = np.divmod(np.flatnonzero(filled), len(turn.columns))
    frame = body[kept].iloc[row].reset_index(drop=True)
    frame[turn.into] = pd.Series(np.array(list(turn.columns), dtype=object)[column], dtype="str")
    frame[turn.value] = flat[filled].reset_index(drop=True)
    rows = pd.Series(raw.rows.to_numpy()[row], index=frame.index)
    return replace(raw, frame=frame, rows=rows), int((~filled).sum())
