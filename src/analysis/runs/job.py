"""What a notebook works with: its tables, its results, its page."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from .. import report
from ..core.errors import DataError
from ..core.policy import MIN_CELL
from ..core.result import Result
from ..data import customers, decisions, tables
from ..methods import tiers
from . import catalogue, clock
from .pages import page_of
from .places import RESULT_PREFIX, region_folder

__all__ = ["Job", "open_job"]

_MAKERS = {prefix: notebook for notebook, prefix in RESULT_PREFIX.items()}
_R = TypeVar("_R", bound=Result)
_RESTRICTED = ("限制", "特殊")


@dataclass(frozen=True, kw_only=True)
class Job:
    """One notebook on one region.

    Attributes
    ----------
    notebook : str
    region, brand : str or None
        None: all.
    as_of : str
        ISO date; nothing later enters.
    tables_dir, reference_dir, results_dir : Path
    profile, language, audience : str
    seed, min_cell : int
    baseline_run : str or None
    """

    notebook: str
    region: str | None
    brand: str | None
    as_of: str
    tables_dir: Path
    reference_dir: Path
    results_dir: Path
    profile: str
    language: str
    audience: str
    seed: int
    min_cell: int
    baseline_run: str | None

    @cached_property
    def meta(self) -> dict[str, Any]:
        """What the build of the tables recorded."""
        return tables.meta(self.tables_dir)

    @cached_property
    def decisions(self) -> decisions.Decisions:
        """The analyst's own choices, as the build of the tables read them."""
        return decisions.load(self.tables_dir)

    def has(self, *names: str) -> bool:
        """Whether the data set holds all these tables."""
        return set(names) <= set(tables.names(self.tables_dir))

    def table(self, name: str) -> pd.DataFrame:
        """A canonical table, of this region only."""
        return tables.read(self.tables_dir, name, region=self.region)

    def orders(self) -> pd.DataFrame:
        """Demand lines of this region and brand; ``amount`` is the declared value column."""
        return tables.orders(self.tables_dir, region=self.region, brand=self.brand)

    def survey(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Answers and items of the survey; both empty where there is none."""
        if not self.has("survey_responses", "survey_items"):
            return pd.DataFrame(), pd.DataFrame()
        return self.table("survey_responses"), self.table("survey_items")

    def save(self, result: _R, name: str) -> _R:
        """Keep a result for the notebooks that follow; gives it back."""
        result.save(self.results_dir, name)
        return result

    def load(self, kind: type[_R], name: str) -> _R:
        """A result that an earlier notebook of this region saved.

        Raises
        ------
        DataError
            When it is missing, naming the notebook to run first.
        """
        return self._load(kind, self.results_dir, name, _MAKERS.get(name.split("_")[0], name))

    def saved(self, name: str) -> bool:
        """Whether an earlier notebook saved this result."""
        return (self.results_dir / f"{name}.json").is_file()

    def results(self) -> dict[str, Result]:
        """Everything the earlier notebooks of this region saved, by name.

        Raises
        ------
        DataError
            When nothing was saved, naming the notebook to run first.
        """
        found = catalogue.load_all(self.results_dir)
        if not found:
            raise DataError("E6", nb=self.notebook, need="01_data_health", region=self.region or "all")
        return found

    def show(self, name: str, figure: Callable[..., Any] | None = None) -> None:
        """Show a saved result again; nothing where this region has none."""
        found = catalogue.load_all(self.results_dir, only=name)
        if name in found:
            report.show(found[name], figure, language=self.language, audience=self.audience)

    def saved_reference(self, name: str) -> bool:
        """Whether the reference pass learned this."""
        return (self.reference_dir / f"{name}.json").is_file()

    def reference(self, kind: type[_R], name: str) -> _R:
        """What the reference pass learned on all regions and froze.

        Raises
        ------
        DataError
            When it is missing, or was learned from other tables than these (E5, E6).
        """
        stamp = self._stamp
        if stamp and stamp["tables_hash"] != self.meta["tables_hash"]:
            raise DataError("E5", want=self.meta["tables_hash"][:8], got=stamp["tables_hash"][:8], region=self.region)
        return self._load(kind, self.reference_dir, name, "00_reference")

    def baseline(self, kind: type[_R], name: str) -> _R | None:
        """What an earlier run learned on all regions, where ``baseline_run`` names one that did; else None."""
        if self.baseline_run is None:
            return None
        folder = Path(self.baseline_run) / "reference"
        return kind.load(folder, name) if (folder / f"{name}.json").is_file() else None

    @cached_property
    def _stamp(self) -> dict[str, Any]:
        path = self.reference_dir / "reference.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def _load(self, kind: type[_R], folder: Path, name: str, maker: str) -> _R:
        if not (folder / f"{name}.json").is_file():
            raise DataError("E6", nb=self.notebook, need=maker, region=self.region or "all")
        return kind.load(folder, name)

    def cuts(self, name: str, default: tuple[float, ...]) -> tuple[float, ...]:
        """The analyst's cut points of this name, or the default."""
        chosen: Any = self.decisions.cuts.value if self.decisions.cuts else {}
        return tuple(chosen.get(name, default))

    def decided(self, name: str, default: Any = None) -> Any:
        """What the analyst decided under this name, or the default."""
        chosen = getattr(self.decisions, name)
        return default if chosen is None else chosen.model_dump()["value"]

    def named(self, result: _R) -> _R:
        """A result whose tiers carry the names that the analyst gave them."""
        return result if self.decisions.labels is None else tiers.relabel(result, self.decisions.labels.value)

    @cached_property
    def restricted(self) -> bool:
        """Whether an own product is of the restricted or special grade of antimicrobials."""
        if not self.has("products"):
            return False
        known = tables.read(self.tables_dir, "products")
        own = known[known["is_own"].eq(True)] if "is_own" in known else known
        own = own[own["brand"] == self.brand] if self.brand and "brand" in own else own
        return "restricted_class" in own and bool(own["restricted_class"].isin(_RESTRICTED).any())

    def segment_count(self, recommended: int) -> int:
        """The analyst's number of segments, or the first admissible candidate (0: no clear structure)."""
        return self.decisions.k.value if self.decisions.k else recommended

    @property
    def segment_names(self) -> dict[int, str]:
        """Names that the analyst gave to segments."""
        return self.decisions.names.value if self.decisions.names else {}

    @cached_property
    def time(self) -> clock.Clock:
        """Unit of time, held-out split and calendar that fit these data."""
        return clock.of(self.meta, self.as_of)

    def kinds(self, profile: pd.DataFrame) -> pd.Series | None:
        """Customer type of each account, where there is more than one."""
        kind = profile["customer_type"].dropna()
        return kind if kind.nunique() > 1 else None

    def calendar(self) -> pd.DataFrame:
        """Value by customer and month, zero where nobody bought, missing where nothing was reported."""
        return customers.monthly(self.tables_dir, as_of=self.as_of, region=self.region, brand=self.brand)

    @property
    def unreported(self) -> list[pd.Timestamp]:
        """First days of the months between the first and the last delivery for which nothing was delivered."""
        known = tables.reported_months(self.tables_dir)
        if not known:
            return []
        return sorted(set(pd.date_range(min(known), max(known), freq="MS")) - set(known))

    @cached_property
    def page(self) -> report.Page:
        """The context of this notebook's page."""
        told = {
            name: getattr(self, name) for name in ("region", "language", "audience", "profile", "as_of", "min_cell")
        }
        told |= {"tables_dir": self.tables_dir, "reference_dir": self.reference_dir}
        return page_of(self.notebook, told, reference_hash=self._stamp.get("reference_hash", ""), names=True)


def open_job(notebook: str, parameters: Mapping[str, Any]) -> Job:
    """The job of a notebook, from the variables of its parameters cell; opens its page as well.

    Parameters
    ----------
    notebook : str
        Name of the notebook, such as ``"02_segments_tiers"``.
    parameters : mapping
        Usually ``globals()``; only the common parameters are read. Where ``tables_dir`` is None
        (a notebook opened by hand), the sample run is used, and built first if there is none.

    Returns
    -------
    Job
    """
    given: dict[str, Any] = {name: parameters.get(name) for name in Job.__dataclass_fields__ if name != "notebook"}
    if given["tables_dir"] is None:
        given |= _sample(notebook, given)
    given |= {name: Path(given[name]) for name in ("tables_dir", "reference_dir", "results_dir")}
    meta = tables.meta(given["tables_dir"])
    given["audience"] = given["audience"] or "internal"
    given["as_of"] = given["as_of"] or meta["as_of"]
    given["profile"] = given["profile"] or meta["profile"]
    given["language"] = given["language"] or meta["language"]
    given["seed"] = given["seed"] or 0
    given["min_cell"] = given["min_cell"] or MIN_CELL[given["audience"]]
    os.environ["RAPPORT_LANGUAGE"] = given["language"]
    job = Job(notebook=notebook, **given)
    report.open_page(job.page)
    return job


def _sample(notebook: str, given: Mapping[str, Any]) -> dict[str, Any]:
    from .sample_run import ensure_sample

    folder = ensure_sample()
    regions = tables.meta(folder / "tables")["regions"]
    region = None if notebook.startswith("00") else given["region"] or regions[0]
    results = folder / "reference" if region is None else folder / region_folder(region) / "results"
    return {
        "region": region,
        "tables_dir": folder / "tables",
        "reference_dir": folder / "reference",
        "results_dir": results,
    }
