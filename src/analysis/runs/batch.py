"""The whole job: dataset file -> tables -> reference pass -> regions -> pages, index, manifest."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.errors import DataError, SettingError
from ..core.policy import AUDIENCES, MIN_CELL
from ..core.words import LANGUAGES
from ..data import dataset as datasets
from ..data import store, tables
from . import parameters, places, plan, pool, publish, stamp

__all__ = ["Options", "Outcome", "learn", "run"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line says about a run; the defaults are those of `rapport run`."""

    data_dir: Path | None = None
    regions: Sequence[str] = ()
    language: str | None = None
    audience: str = "internal"
    out: Path = Path("reports")
    work: Path | None = None
    jobs: int = 0
    resume: bool = False
    only: Sequence[str] = ()
    notebooks_dir: Path | None = None
    as_of: str | None = None
    brand: str | None = None
    by: str | None = None
    tell: Callable[..., None] | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came out: the index page, the manifest, and the exit code of the command."""

    index: Path
    manifest: dict[str, Any]
    timings: dict[str, Any] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0: every region ok or not enough data; 1: some region failed."""
        return int(any(r["status"] == "failed" for r in self.manifest["regions"]))


def run(dataset: str | Path, options: Options | None = None) -> Outcome:
    """Turn one data set into regional reports.

    Parameters
    ----------
    dataset : path
        The ``dataset.yaml``.
    options : Options, optional

    Returns
    -------
    Outcome

    Raises
    ------
    SettingError, DataError, PolicyError
        For wrong input or settings; nothing is published then.
    """
    options = options or Options()
    _check(options)
    tell = options.tell or _silent
    clock = {"start": time.perf_counter()}
    described = _described(dataset, options)
    language = options.language or described.language
    os.environ["RAPPORT_LANGUAGE"] = language
    title = _title(described.name, options)
    home = options.work or places.work_root() / title
    tell("step", name="tables", number=1, of=3)
    meta = _tables(described, home, options)
    clock["tables"] = time.perf_counter()
    target = publish.target(options.out, title, meta["as_of"], options.audience)
    regions = plan.choose_regions(meta["regions"], options.regions)
    counts = tables.counts(home / "tables", brand=options.brand)
    plans = [plan.plan_region(home / "tables", r, counts.get(r, {}), options.only) for r in regions]
    shared = _shared_parameters(home, meta, language, options)
    tell("step", name="reference", number=2, of=3)
    learned = any({"02_segments_tiers", "03_value_loyalty"} & set(p.run) for p in plans)
    reference_hash = learn(home, meta, shared, options) if learned else ""
    clock["reference"] = time.perf_counter()
    tell("step", name="regions", number=3, of=3, count=len(plans))
    inputs = _inputs_hash(meta, reference_hash)
    hashes = {"inputs_hash": inputs, "reference_hash": reference_hash}
    specs = [_spec(home, p, shared, options) | hashes for p in plans]
    records = []
    staging = publish.Staging(target, home, meta, shared)
    for record in pool.run_all(
        specs, jobs=_jobs(options, specs), language=language, started=functools.partial(tell, "started")
    ):
        records.append(record)
        tell("region", **{k: record[k] for k in ("region", "status")}, done=len(records), of=len(specs))
    records.sort(key=lambda r: regions.index(r["region"]))
    clock["regions"] = time.perf_counter()
    index, manifest = staging.finish(records, {p.region: p for p in plans}, reference_hash)
    timings = publish.write_timings(target, records, clock)
    stamp.write(
        home, dataset=Path(dataset), language=language, settings=_told(options), regions=manifest["regions"]
    )  # fmt: skip
    return Outcome(index=index, manifest=manifest, timings=timings)


def _told(options: Options) -> dict[str, Any]:
    """What the command line chose, for the run's stamp."""
    data_dir = str(Path(options.data_dir).resolve()) if options.data_dir else None
    return {"brand": options.brand, "by": options.by, "as_of": options.as_of, "data_dir": data_dir}


def _described(dataset: str | Path, options: Options) -> datasets.Dataset:
    """The dataset file, with the column that makes the regions overruled where asked."""
    described = datasets.load(dataset, data_dir=options.data_dir)
    if options.by is None:
        return described
    return described.model_copy(update={"regions": described.regions.model_copy(update={"column": options.by})})


def _title(name: str, options: Options) -> str:
    """Folder of the run: reports of one brand, or by another column, lie beside those of everything."""
    return places.region_folder("-".join(part for part in (name, options.by, options.brand) if part))


def _check(options: Options) -> None:
    for name, value, allowed in (("audience", options.audience, AUDIENCES), ("language", options.language, LANGUAGES)):
        if value is not None and value not in allowed:
            raise SettingError("not_a_choice", name=name, got=value, allowed=list(allowed))
    if options.jobs < 0:
        raise SettingError("out_of_range", name="jobs", lo=1, hi=64, got=options.jobs)
    plan.check_only(options.only)
    for name in (places.REFERENCE, *places.NOTEBOOKS):
        parameters.declared(places.notebook_path(name, options.notebooks_dir))


def _tables(described: datasets.Dataset, home: Path, options: Options) -> dict[str, Any]:
    """Build the tables beside the old ones, then swap: a refused data set leaves the last good build alone."""
    fresh = places.atomic_folder(home / "tables")
    try:
        store.build(described, fresh, audience=options.audience, as_of=options.as_of)
        shutil.rmtree(home / "tables", ignore_errors=True)
        os.replace(fresh, home / "tables")
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return tables.meta(home / "tables")


def _shared_parameters(home: Path, meta: dict[str, Any], language: str, options: Options) -> dict[str, Any]:
    return {
        "brand": options.brand,
        "as_of": meta["as_of"],
        "tables_dir": str(home / "tables"),
        "reference_dir": str(home / "reference"),
        "profile": meta["profile"],
        "language": language,
        "audience": options.audience,
        "seed": 0,
        "min_cell": MIN_CELL[options.audience],
        "baseline_run": None,
    }


def learn(home: Path, meta: dict[str, Any], shared: dict[str, Any], options: Options) -> str:
    """Run the reference pass, unless the same tables, code and notebook have been through it.

    Parameters
    ----------
    home : Path
        Work folder with ``tables``; ``reference`` is replaced.
    meta : dict
        Of the tables.
    shared : dict
        The notebook parameters that all regions share.
    options : Options
        ``resume`` and ``notebooks_dir`` count.

    Returns
    -------
    str
        Hash of what was learned.

    Raises
    ------
    DataError
        ``reference_failed``.
    """
    source = places.notebook_path(places.REFERENCE, options.notebooks_dir)
    key = hashlib.sha256(
        "\n".join((meta["tables_hash"], meta["decisions_hash"], places.source_fingerprint(), places.file_hash(source)))
        .encode()
    ).hexdigest()  # fmt: skip
    stamp = places.read_json(home / "reference" / "reference.json")
    if options.resume and stamp.get("key") == key:
        return stamp["reference_hash"]
    fresh = places.atomic_folder(home / "reference")
    told = shared | {"region": None, "results_dir": str(fresh), "reference_dir": str(fresh)}
    parameters.parse(told)
    try:
        record = next(pool.run_all([_reference_spec(source, home, told)], jobs=1, language=shared["language"]))
        if record["status"] == "failed":
            raise DataError("reference_failed", message=record["notebooks"][0]["error"])
        value = places.folder_hash(fresh)
        stamp = {"key": key, "reference_hash": value, "tables_hash": meta["tables_hash"]}
        places.write_json(fresh / "reference.json", stamp)
        shutil.rmtree(home / "reference", ignore_errors=True)
        os.replace(fresh, home / "reference")
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return value


def _reference_spec(source: Path, home: Path, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "region": None, "run": [places.REFERENCE], "left_out": {}, "parameters": told, "resume": False,
        "notebooks_dir": str(source.parent), "pages": str(home / "reference-page"), "inputs_hash": "",
        "reference_hash": "",
        "executed": str(home / "reference-page"), "keys": str(home / "reference-page"),
    }  # fmt: skip


def _inputs_hash(meta: dict[str, Any], reference_hash: str) -> str:
    return hashlib.sha256(
        "\n".join((meta["tables_hash"], reference_hash, places.source_fingerprint())).encode()
    ).hexdigest()


def _spec(home: Path, region: plan.RegionPlan, shared: dict[str, Any], options: Options) -> dict[str, Any]:
    folder = home / places.region_folder(region.region)
    edition = f"{shared['audience']}-{shared['language']}"
    told = shared | {"region": region.region, "results_dir": str(folder / "results")}
    parameters.parse(told)
    if not options.resume and not options.only:
        # results of notebooks that no longer run must not reach the case study
        shutil.rmtree(folder / "results", ignore_errors=True)
    return plan.record(region) | {
        "parameters": told,
        "notebooks_dir": str(options.notebooks_dir) if options.notebooks_dir else None,
        "pages": str(folder / "pages" / edition),
        "executed": str(folder / "executed" / edition),
        "keys": str(folder / "keys" / edition),
        "resume": options.resume,
    }


def _jobs(options: Options, specs: Sequence[Any]) -> int:
    return max(1, min(options.jobs or (os.cpu_count() or 1), len(specs) or 1))


def _silent(event: str, **values: Any) -> None:
    """Nobody listens."""
