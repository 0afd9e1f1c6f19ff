"""What a notebook works with: its tables, its results, its page."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from .. import report
from ..core.errors import DataError
from ..core.policy import MIN_CELL
from ..core.result import Result
from ..data import decisions, tables
from .places import RESULT_PREFIX, region_folder

__all__ = ["Job", "open_job"]

_PACKAGES = ("rapport-kit", "pandas", "numpy", "scikit-learn", "scipy", "matplotlib", "seaborn", "papermill", "duckdb")
_MAKERS = {prefix: notebook for notebook, prefix in RESULT_PREFIX.items()}
_R = TypeVar("_R", bound=Result)


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

    @cached_property
    def _stamp(self) -> dict[str, Any]:
        path = self.reference_dir / "reference.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def _load(self, kind: type[_R], folder: Path, name: str, maker: str) -> _R:
        if not (folder / f"{name}.json").is_file():
            raise DataError("E6", nb=self.notebook, need=maker, region=self.region or "all")
        return kind.load(folder, name)

    @cached_property
    def page(self) -> report.Page:
        """The context of this notebook's page."""
        meta = self.meta
        return report.Page(
            notebook=self.notebook,
            region=self.region,
            language=self.language,
            audience=self.audience,
            profile=self.profile,
            currency=meta["currency"],
            as_of=self.as_of,
            period=(meta["first_date"], self.as_of),
            sources=meta["tables"],
            tables_hash=meta["tables_hash"],
            reference_hash=self._stamp.get("reference_hash", ""),
            min_cell=self.min_cell,
            packages={name: version(name) for name in _PACKAGES},
            names=tables.organisation_names(self.tables_dir),
            overrides=meta["overrides"],
            confirmed=self.decisions.confirmed,
            synthetic=any(t["source_type"] == "synthetic" for t in meta["tables"].values()),
        )


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
    given = {name: parameters.get(name) for name in Job.__dataclass_fields__ if name != "notebook"}
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
