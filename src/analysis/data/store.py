"""The build: an analyst's files in, canonical tables out, and an account of every row.

``build`` writes ``<table>.parquet`` for each table of the dataset file, ``rejected.csv`` with every row
and cell that did not make it, ``meta.json`` with counts, totals and declarations, and a copy of
``decisions.yaml``. Each file appears whole or not at all; a refusal leaves the folder as it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ..core import formulas
from ..core.columns import TABLES
from ..core.errors import SettingError
from . import assembly, decisions, declared, gate, intake, rejects, writing
from .dataset import Dataset

__all__ = ["Store", "build"]

META, REJECTED = "meta.json", "rejected.csv"


@dataclass(frozen=True, eq=False)
class Store:
    """A folder of built tables.

    Attributes
    ----------
    folder : pathlib.Path
    meta : dict
        The content of ``meta.json``.
    """

    folder: Path
    meta: dict[str, Any] = field(repr=False)


def build(
    dataset: Dataset, folder: str | Path, *, audience: str = "internal", as_of: str | dt.date | None = None
) -> Store:
    """Read, check and write all tables of a data set.

    Parameters
    ----------
    dataset : Dataset
        From `dataset.load`.
    folder : path
        Made when missing; files of the same names in it are replaced.
    audience : {"internal", "shared"}
        A shared run accepts no override.
    as_of : date, optional
        Overrules the dataset file. Later rows are left out and listed.

    Returns
    -------
    Store

    Raises
    ------
    PolicyError
        What the rule profile refuses; see `gate`.
    DataError, SettingError
        Files, columns or settings that cannot be used.
    """
    reminders = gate.check(dataset, audience=audience)
    chosen = decisions.load(dataset.folder)
    day = _day(as_of) or dataset.as_of
    book = intake.read_all(dataset, as_of=day)
    aliases = chosen.aliases.value if chosen.aliases else {}
    built = assembly.complete(book, dataset, as_of=day, aliases=aliases)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".build-", dir=folder))
    try:
        meta = _write(built, dataset, fresh, reminders, chosen)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Store(folder, meta)


def _write(
    built: assembly.Built, dataset: Dataset, folder: Path, reminders: list[dict[str, Any]], chosen: decisions.Decisions
) -> dict[str, Any]:
    entries = {}
    for table, frame in built.frames.items():
        entry = built.ledgers[table].close(frame) if table in built.ledgers else {"read": 0, "kept": len(frame)}
        body = frame.drop(columns=[rejects.SOURCE, rejects.ROW], errors="ignore")
        digest, rows = writing.write_table(body, table, folder)
        entries[table] = (
            entry | _declared(dataset, table) | built.facts.get(table, {}) | {"rows": rows, "sha256": digest}
        )
    # opened in spreadsheet programs, and its values stand as they were delivered
    writing.write_csv(formulas.guard_frame(rejects.combine(list(built.ledgers.values()))), folder / REJECTED)
    source = dataset.folder / decisions.FILE
    if source.is_file():
        shutil.copyfile(source, folder / decisions.FILE)
    _check_invited(dataset, built)
    meta = _meta(dataset, built, entries, reminders, chosen)
    writing.write_json(meta, folder / META)
    return meta


def _check_invited(dataset: Dataset, built: assembly.Built) -> None:
    """Numbers of those asked must name regions that the data hold."""
    invited = dataset.tables["survey_responses"].invited if "survey_responses" in dataset.tables else None
    if isinstance(invited, dict):
        for region in invited:
            if region not in built.regions:
                raise SettingError("region_unknown", got=region, count=len(built.regions), found=built.regions[:10])


def _meta(
    dataset: Dataset,
    built: assembly.Built,
    entries: dict[str, Any],
    reminders: list[dict[str, Any]],
    chosen: decisions.Decisions,
) -> dict[str, Any]:
    settled = {
        "dataset": dataset.name,
        "language": dataset.language,
        "currency": dataset.currency,
        "profile": dataset.profile,
        "as_of": built.as_of.isoformat(),
        "value": dataset.value,
        "regions": built.regions,
    }
    parts = [f"{name}={value}" for name, value in settled.items()]
    stated = {"potential": declared.entry(dataset.potential), "strategic": declared.entry(dataset.strategic)}
    parts += [f"{name}={json.dumps(value, sort_keys=True)}" for name, value in stated.items() if value]
    parts += [f"{table}:{entry['sha256']}" for table, entry in sorted(entries.items())]
    return (
        settled
        | stated
        | {
            "first_date": built.first_date.isoformat() if built.first_date else None,
            "overrides": [o.model_dump() for o in dataset.override],
            "reminders": reminders + built.reminders,
            "tables": entries,
            "tables_hash": hashlib.sha256("\n".join(parts).encode()).hexdigest(),
            "decisions_hash": chosen.sha256,
            "dataset_sha256": dataset.sha256,
            "title": dataset.title,
            "attribution": dataset.attribution,
            "purpose": dataset.purpose,
            "retention": dataset.retention,
        }
    )


def _declared(dataset: Dataset, table: str) -> dict[str, Any]:
    """What the user states about a table's origin; a table taken from another shares its statement."""
    spec = dataset.tables.get(table)
    if spec is None:
        return {"source_type": None, "lawful_basis": None, "grain": None}
    owner = dataset.reads(table)
    return {name: getattr(spec, name) or getattr(owner, name) for name in ("source_type", "lawful_basis", "grain")}


def _swap(fresh: Path, folder: Path) -> None:
    """Put the finished files in place; tables of an earlier build that are gone now are removed."""
    new = {path.name for path in fresh.iterdir()}
    for path in folder.iterdir():
        known = path.name in (META, REJECTED, decisions.FILE) or (path.suffix == ".parquet" and path.stem in TABLES)
        if path.is_file() and known and path.name not in new:
            path.unlink()
    # the account comes last: a folder with it is complete
    for name in sorted(new, key=lambda n: n == META):
        os.replace(fresh / name, folder / name)


def _day(value: str | dt.date | None) -> dt.date | None:
    if value is None:
        return None
    try:
        # a text is a day of the calendar and nothing else: pandas would read "5" as some fifth of a month
        return dt.date.fromisoformat(value) if isinstance(value, str) else pd.Timestamp(value).date()
    except (ValueError, TypeError):
        raise SettingError("as_of", got=str(value)[:40]) from None
