"""Groups of customers as whole numbers, in an order that rows do not change."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core import checks

__all__ = ["UNASSIGNED", "codes"]

#: name of the group of customers that have none
UNASSIGNED = "unassigned"


def codes(customers: pd.Index, by: pd.Series | None) -> tuple[np.ndarray, list[str], int]:
    """Group number of each customer, the groups' names in order, how many customers have none.

    Parameters
    ----------
    customers : Index
        Customer ids.
    by : Series or None
        Group by customer id; an ordered category keeps its order, else names are sorted. None: no groups.

    Returns
    -------
    code : int array
    names : list of str
        Groups that occur; "unassigned" last.
    missing : int
    """
    if by is None:
        return np.zeros(len(customers), dtype=np.int64), [], 0
    checks.unique_index(by, name="by")
    label = by.reindex(customers)
    missing = int(label.isna().sum())
    text = label.astype(object).where(label.notna().to_numpy(), UNASSIGNED).map(str)
    ranked = [str(c) for c in by.cat.categories] if isinstance(by.dtype, pd.CategoricalDtype) else sorted(set(text))
    found = set(text)
    names = [name for name in ranked if name in found and name != UNASSIGNED] + [UNASSIGNED] * (UNASSIGNED in found)
    place = {name: i for i, name in enumerate(names)}
    return text.map(place).to_numpy(dtype=np.int64), names, missing
