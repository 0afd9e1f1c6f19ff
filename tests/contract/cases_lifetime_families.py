"""Contract cases of the families in continuous time beside BG/NBD, and of intervals from the likelihood."""

from __future__ import annotations

import pandas as pd

from analysis.methods import lifetime

from .case import Case
from .cases_lifetime import END, history, orders


def rhythm(shuffled: bool = False) -> pd.DataFrame:
    """The histories with what tells regular from random customers."""
    table = lifetime.summarise(orders(), end=END, gaps=True)
    return table.sample(frac=1, random_state=3) if shuffled else table


CASES = [
    Case(
        "lifetime.fit[pareto_nbd]",
        lambda: lifetime.fit(history(), family="pareto_nbd"),
        lambda: lifetime.fit(history(shuffled=True), family="pareto_nbd"),
        lambda: ([history()], lambda h: lifetime.fit(h, family="pareto_nbd")),
    ),
    Case(
        "lifetime.fit[mbg_cnbd_k]",
        lambda: lifetime.fit(rhythm(), family="mbg_cnbd_k"),
        lambda: lifetime.fit(rhythm(shuffled=True), family="mbg_cnbd_k"),
        lambda: ([rhythm()], lambda h: lifetime.fit(h, family="mbg_cnbd_k")),
    ),
    Case(
        "lifetime.fit[bg_cnbd_k]",
        lambda: lifetime.fit(rhythm(), family="bg_cnbd_k", k=2),
        lambda: lifetime.fit(rhythm(shuffled=True), family="bg_cnbd_k", k=2),
    ),
    Case(
        "lifetime.fit[profile]",
        lambda: lifetime.fit(history(), family="mbg_nbd", intervals="profile"),
        lambda: lifetime.fit(history(shuffled=True), family="mbg_nbd", intervals="profile"),
    ),
]
