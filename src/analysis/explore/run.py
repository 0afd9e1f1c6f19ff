"""One region of a finished run, in the hands of an analyst."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import report
from ..core.errors import DataError
from ..core.result import Result
from ..data import tables
from ..runs import open_job, places, plan, stamp
from ..runs.job import Job
from . import accounts, shelves

if TYPE_CHECKING:
    from ..methods.segments import SideBySide
    from .card import CustomerCard
    from .changes import RunChanges
    from .drilling import Drill
    from .selection import Selection
    from .what_if import WhatIf

__all__ = ["Run"]


@dataclass(frozen=True, eq=False)
class Run:
    """A finished run, seen from one of its regions.

    Made by `open_run`. Always for the internal audience: what is to leave the house goes through
    `rapport run --audience shared` or `select(...).export(..., audience="shared")`.

    Attributes
    ----------
    home : Path
        The private work folder.
    region : str
    language : {"zh", "en"}
    """

    home: Path
    region: str
    language: str

    # -- what there is --------------------------------------------------------

    @property
    def name(self) -> str:
        """Name of the run's work folder."""
        return self.home.name

    @cached_property
    def meta(self) -> dict[str, Any]:
        """What the build of the tables recorded."""
        return tables.meta(self.home / "tables")

    @cached_property
    def stamp(self) -> dict[str, Any]:
        """What the run says of itself: version, dataset file, settings, status of each region."""
        return stamp.read(self.home)

    @property
    def regions(self) -> list[str]:
        """Every region of the run."""
        return list(self.meta["regions"])

    @property
    def as_of(self) -> str:
        """Cut-off date; nothing later enters."""
        return str(self.stamp.get("changes", {}).get("as_of") or self.meta["as_of"])

    @property
    def brand(self) -> str | None:
        """The brand the run is limited to."""
        return self.stamp.get("changes", {}).get("brand", self.stamp.get("brand"))

    @cached_property
    def tables(self) -> shelves.Tables:
        """The canonical tables of this region, read when asked for."""
        return shelves.Tables(self.home / "tables", self.region)

    @property
    def results_dir(self) -> Path:
        """Folder of this region's saved results."""
        return self.home / places.region_folder(self.region) / "results"

    @cached_property
    def results(self) -> shelves.Results:
        """The saved results of this region: ``run.results["tiers"]``."""
        return shelves.Results(self.results_dir, self._why_missing)

    @cached_property
    def reference(self) -> shelves.Results:
        """What was learned on all regions and frozen."""
        return shelves.Results(self.home / "reference")

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """One row per account of the region: profile, tier, type, segment (index customer_id)."""
        return accounts.of(self)

    def at(self, region: str) -> Run:
        """The same run, seen from another region."""
        chosen = plan.choose_regions(self.regions, [region])[0]
        return dataclasses.replace(self, region=chosen)

    @cached_property
    def job(self) -> Job:
        """The job of notebook 02 on this region: its data, reference, page."""
        return open_job("02_segments_tiers", self.parameters())

    def parameters(self) -> dict[str, Any]:
        """The common notebook parameters of this region."""
        return {
            "region": self.region, "brand": self.brand, "as_of": self.as_of, "tables_dir": str(self.home / "tables"),
            "reference_dir": str(self.home / "reference"), "results_dir": str(self.results_dir),
            "profile": self.meta["profile"], "language": self.language, "audience": "internal", "seed": 0,
        }  # fmt: skip

    def show(self, result: Result, figure: Callable[..., Any] | None = None) -> None:
        """Show a result as the report would: small cells hidden, names by the rules."""
        report.open_page(self.job.page)
        report.show(result, figure, language=self.language, audience="internal")

    # -- what can be asked ----------------------------------------------------

    def drill(self, *, customer: str | None = None, department: str | None = None, everywhere: bool = False) -> Drill:
        """Accounts of the region; with ``customer`` its departments; with both, or where there are none, order lines.

        ``everywhere=True``: the regions of the run, from which the way leads down.
        """
        from . import drilling

        return drilling.drill(self, customer=customer, department=department, everywhere=everywhere)

    def customer(self, customer_id: str) -> CustomerCard:
        """Everything about one account, and where it comes from; of a physician only what the rules allow."""
        from . import card

        return card.of(self, customer_id)

    def select(self, query: str = "", *, columns: Sequence[str] | None = None, by: Iterable[str] = ()) -> Selection:
        """Accounts that meet a condition, or counts of them by group; ``.export(...)`` writes them."""
        from . import selection

        return selection.select(self, query, columns=columns, by=by)

    @cached_property
    def what_if(self) -> WhatIf:
        """Other cuts, segments, weights, horizon, budget: answers at once, nothing is written."""
        from .what_if import WhatIf

        return WhatIf(self)

    def segments_by_eye(self, k: Sequence[int] = range(2, 9)) -> SideBySide:
        """Several numbers of segments side by side, with a projection."""
        from . import segments_view

        return segments_view.side_by_side(self, k)

    def play(self, what: str) -> Any:
        """Sliders for one of `what_if`'s questions; needs the extra ``widgets``."""
        from . import widgets

        return widgets.play(self, what)

    # -- what can be changed --------------------------------------------------

    def redo(self, notebook: str, **changes: Any) -> Run:
        """One notebook again with other settings, and what depends on it, in a scratch folder."""
        from . import redoing

        return redoing.redo(self, notebook, changes)

    def diff(self, other: Run) -> RunChanges:
        """Which accounts are not what they were in ``other`` (before): tier, segment, cell, stage …, and why."""
        from . import changes

        return changes.between(other, self)

    def decide(self, entry: str, value: Any, *, who: str, why: str, when: str | None = None) -> Path:
        """Write a choice into ``decisions.yaml`` beside the dataset file, signed and dated."""
        from . import deciding

        return deciding.decide(self, entry, value, who=who, why=why, when=when)

    # -- errors ---------------------------------------------------------------

    def _why_missing(self, name: str) -> Exception | None:
        """Why this region has no such result: its notebook was left out, failed, or never ran."""
        prefix = name.split("_")[0]
        maker = next((nb for nb, word in places.RESULT_PREFIX.items() if word == prefix), None)
        maker = maker or accounts.MAKERS.get(name)
        if maker is None:
            return None
        told: dict[str, Any] = next((r for r in self.stamp.get("regions", []) if r["region"] == self.region), {})
        record: dict[str, Any] = next((n for n in told.get("notebooks", []) if n["name"] == maker), {})
        reason = record.get("error") or told.get("reason")
        if record.get("status") == "ok" and not told.get("reason"):
            return None
        if reason:
            return DataError("explore_blocked", name=name, nb=maker, region=self.region, reason=str(reason))
        return DataError("E6", nb=name, need=maker, region=self.region)

    def __repr__(self) -> str:
        from . import face

        return face.as_text(self)

    def _repr_html_(self) -> str:
        from . import face

        return face.as_html(self)
