"""Which notebooks run on which region, decided before a kernel starts."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import SettingError
from ..data import tables
from .places import NOTEBOOKS

__all__ = ["MINIMUM", "RegionPlan", "choose_regions", "plan_region"]

#: fewest customers (of the kind named) below which a notebook's answers would be noise
MINIMUM: Mapping[str, tuple[str, int]] = {
    "02_segments_tiers": ("buying_customers", 10),
    "03_value_loyalty": ("buying_customers", 10),
    "04_voice_barriers": ("respondents", 30),
}
_TABLE = {"buying_customers": "transactions", "respondents": "survey_responses"}


@dataclass(frozen=True)
class RegionPlan:
    """What will run on one region.

    Attributes
    ----------
    region : str
    counts : dict
        Buying customers and respondents.
    run : tuple of str
        Notebooks that run, in order; empty: the region gets one page that says why.
    left_out : dict
        Notebook -> (status, unit, need, got); status ``not_enough_data`` or ``skipped`` (no such table).
    """

    region: str
    counts: dict[str, int]
    run: tuple[str, ...]
    left_out: dict[str, tuple[str, str, int, int]] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """``ok`` or ``not_enough_data`` before anything has run."""
        return "ok" if self.run else "not_enough_data"


def choose_regions(known: Sequence[str], asked: Iterable[str]) -> list[str]:
    """The regions asked for, or all of them.

    Raises
    ------
    SettingError
        For a region that the data do not have, with the closest names.
    """
    wanted = list(dict.fromkeys(asked))
    for name in wanted:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or list(known[:10])
            raise SettingError("unknown_region", got=name, close=close, count=len(known))
    return wanted or list(known)


def plan_region(tables_dir: Path, region: str, counts: Mapping[str, int], only: Sequence[str] = ()) -> RegionPlan:
    """Compare a region's counts with each notebook's minimum."""
    present = set(tables.names(tables_dir))
    left_out: dict[str, tuple[str, str, int, int]] = {}
    for name, (unit, need) in MINIMUM.items():
        got = int(counts.get(unit, 0))
        if _TABLE[unit] not in present:
            left_out[name] = ("skipped", unit, need, got)
        elif got < need:
            left_out[name] = ("not_enough_data", unit, need, got)
    possible = [n for n in MINIMUM if n not in left_out]
    run = tuple(n for n in NOTEBOOKS if n not in left_out and (not only or n in only)) if possible else ()
    return RegionPlan(region, {k: int(v) for k, v in counts.items()}, run, left_out)


def check_only(only: Sequence[str]) -> None:
    """Refuse a notebook name that is not one of the run's."""
    for name in only:
        if name not in NOTEBOOKS:
            close = difflib.get_close_matches(name, NOTEBOOKS, n=3, cutoff=0.3) or list(NOTEBOOKS)
            raise SettingError("unknown_notebook", name=name, found=close, folder="notebooks")


def record(plan: RegionPlan) -> dict[str, Any]:
    """The plan as plain data, for a worker process."""
    return {"region": plan.region, "counts": plan.counts, "run": list(plan.run),
            "left_out": {k: list(v) for k, v in plan.left_out.items()}}  # fmt: skip
