"""What may be told of a theme: at least three respondents, with interval, weights and clusters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import DataError
from ...stats import weights as weighting

__all__ = ["LOW_N", "LOW_TEXTS", "MIN_RESPONDENTS", "OTHER", "aligned", "nothing", "people", "share_row"]

#: fewest respondents behind a published theme
MIN_RESPONDENTS = 3
#: fewer respondents than this: small sample
LOW_N = 30
#: fewer texts coded by hand than this measure a coder badly
LOW_TEXTS = 100
#: all themes below the limit together
OTHER = "theme_other"
#: what columns hold, where it is no share
_KINDS = dict.fromkeys(
    ("theme", "theme_kind", "statement", "with_theme", "method", "flag", "channel", "terms", "quote"), "str"
)
_KINDS |= dict.fromkeys(("mentions", "texts", "posts", "n", "n_before"), "int64") | {"posted": "datetime64[us]"}


def people(codes: pd.DataFrame) -> pd.DataFrame:
    """One row per respondent, sorted by id: 1 where any text mentions a theme, -1 where texts only deny it."""
    if codes.index.is_unique:
        return codes.sort_index()
    up = (codes == 1).groupby(level=0).any()
    down = (codes == -1).groupby(level=0).any()
    return up.astype("int64") - (down & ~up).astype("int64")


def aligned(given: pd.Series | None, index: pd.Index, name: str) -> Any:
    """Values of a series by respondent, in the order of ``index``.

    Raises
    ------
    DataError
        ``text_ids`` when a respondent has no value.
    """
    if given is None:
        return None
    own = given.copy()
    own.index = own.index.astype(str)
    own = own[~own.index.duplicated()].reindex(index)
    if own.isna().any():
        raise DataError("text_ids", name=name, count=int(own.isna().sum()), n=len(index))
    return own.to_numpy()


def nothing(columns: list[str]) -> pd.DataFrame:
    """A table without rows whose columns have the kinds they have with rows."""
    return pd.DataFrame({name: pd.Series(dtype=_KINDS.get(name, "float64")) for name in columns})


def share_row(hit: np.ndarray, w: Any, cluster: Any, level: float) -> dict[str, Any]:
    """Columns value, lo, hi, n, method and flag of one share of respondents."""
    weights = None if w is None else np.asarray(w, dtype=float)
    value, lo, hi, _ = weighting.share(hit.astype(float), weights=weights, cluster=cluster, level=level)
    flag = "ok" if len(hit) >= LOW_N else "low_n"
    if not np.isfinite(value):
        value, lo, hi, flag = np.nan, np.nan, np.nan, "not_identified"
    return {"value": value, "lo": lo, "hi": hi, "n": len(hit), "method": "wilson", "flag": flag}
