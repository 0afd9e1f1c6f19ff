"""Every source of a dataset file read, mapped and typed, table by table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import TABLES
from ..core.errors import DataError
from ..core.policy import PROFILES
from . import factors, mapping, readers, regions, survey_long, validate
from .dataset import Dataset
from .readers import Raw
from .rejects import ROW, SOURCE, Ledger
from .spec import Connect

__all__ = ["Book", "read_all"]


@dataclass(eq=False)
class Book:
    """What has been read so far.

    Attributes
    ----------
    frames : dict of str to DataFrame
        Typed tables with provenance.
    ledgers : dict of str to Ledger
    facts : dict of str to dict
        For ``meta.json``: sources, encodings, conversions, counts.
    """

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_all(dataset: Dataset, *, as_of: dt.date | None, aliases: Mapping[str, str]) -> Book:
    """Read all tables of a data set.

    Parameters
    ----------
    dataset : Dataset
    as_of : datetime.date or None
    aliases : mapping
        Confirmed names -> customer_id, from the decisions file.
    """
    book = Book()
    raws: dict[str, list[Raw]] = {}
    for table in sorted(dataset.tables, key=lambda name: dataset.tables[name].from_ is not None):
        owner = dataset.tables[table].from_ or table
        if owner not in raws:
            raws[owner] = _raws(dataset, owner)
        _table(book, dataset, table, raws[owner], as_of)
    if aliases:
        _rename(book, aliases)
    return book


def _raws(dataset: Dataset, table: str) -> list[Raw]:
    spec = dataset.tables[table]
    if isinstance(spec.source, Connect):
        return [readers.read_connection(spec.source, dataset.source_folder, spec)]
    return [readers.read(path, spec, table=table) for path in dataset.files(table)]


def _table(book: Book, dataset: Dataset, table: str, raws: list[Raw], as_of: dt.date | None) -> None:
    spec = dataset.tables[table]
    ledger = Ledger(table)
    codebook = None
    if spec.shape == "wide" and table == "survey_responses":
        codebook = _codebook(dataset)
        book.frames["survey_items"] = survey_long.items_table(codebook, spec.outcome)
    facts: dict[str, Any] = {
        "sources": [raw.source for raw in raws],
        "encodings": sorted({raw.encoding for raw in raws if raw.encoding}),
        "notes": [{"code": code, "values": values} for raw in raws for code, values in raw.notes],
        "converted": {}, "masked": 0, "personal": [],
    }  # fmt: skip
    items = tuple(item.item for item in codebook.items) if codebook else ()
    parts = [_source(raw, dataset, table, items, as_of, ledger, facts, codebook) for raw in raws]
    frame = _concat(parts)
    if spec.where and not len(frame) and ledger.counts["dropped"].get("not_selected"):
        raise DataError("where_nothing", table=table, where={k: list(v) for k, v in spec.where.items()}, rows=ledger.read)
    frame, facts["units_converted"] = factors.apply(frame, dataset, table, ledger)
    if spec.from_ is not None:
        # rows of the other table are booked there; here only the customers in them count
        ledger = Ledger(table)
        frame, facts["conflicting_region"] = regions.usual_per_customer(frame, TABLES[table].key[0])
        frame[SOURCE], frame[ROW] = spec.from_, np.arange(1, len(frame) + 1)
        ledger.open(frame, raws[0].dropped.iloc[:0], spec.from_)
    elif TABLES[table].unique:
        frame = regions.one_per_key(frame, TABLES[table].key, ledger)
    book.frames[table], book.ledgers[table], book.facts[table] = frame, ledger, facts


def _source(
    raw: Raw,
    dataset: Dataset,
    table: str,
    items: tuple[str, ...],
    as_of: dt.date | None,
    ledger: Ledger,
    facts: dict[str, Any],
    codebook: survey_long.Codebook | None,
) -> pd.DataFrame:
    """One source through mapping and parsing; what cannot be used goes to the ledger."""
    spec = dataset.tables[table]
    text, found = mapping.canonical(raw, table, spec, profile=PROFILES[dataset.profile], items=items)
    facts["personal"] = sorted({*facts["personal"], *found["personal"]})
    if table == "survey_responses":
        text = survey_long.prepare(text, codebook)
    typed = validate.typed(text, table, spec, as_of=as_of, ignore=items)
    facts["masked"] += typed.masked
    for column, counts in typed.converted.items():
        book = facts["converted"].setdefault(column, {})
        for code, count in counts.items():
            book[code] = book.get(code, 0) + count
    frame = typed.frame
    ledger.open(frame, raw.dropped, raw.source)
    if codebook is not None:
        frame = survey_long.melt(frame, text, codebook, ledger)
        return frame
    for column, mask, rule, texts in typed.cleared:
        ledger.clear(frame, mask, rule=rule, column=column, value=texts)
    leaving = mapping.not_selected(text, spec, table=table)
    unusable = typed.rule != None  # noqa: E711 - elementwise on objects
    rule = np.where(leaving, "not_selected", typed.rule)
    column = np.where(leaving, ",".join(spec.where), typed.column)
    value = np.where(leaving, "", typed.value)
    return ledger.remove(frame, leaving | unusable, rule=rule, column=column, value=value)


def _concat(parts: list[pd.DataFrame]) -> pd.DataFrame:
    frame = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    frame = frame.reset_index(drop=True)
    # files of one table may differ in their optional columns
    for name in frame.columns:
        if frame[name].dtype == object and name not in (SOURCE, ROW):
            flags = frame[name].dropna().map(type).eq(bool).all()
            frame[name] = frame[name].astype("boolean" if flags and frame[name].notna().any() else "str")
    return frame


def _codebook(dataset: Dataset) -> survey_long.Codebook:
    spec = dataset.tables["survey_responses"]
    if spec.codebook is None:
        key = "tables.survey_responses"
        raise DataError("codebook_missing", file=dataset.path.name, key=f"{key}.codebook", line=dataset.line(key))
    # a codebook is written by the analyst: it stands beside the dataset file, not among the data
    beside = dataset.folder / spec.codebook
    path = beside if beside.is_file() else dataset.beside(spec.codebook, "tables.survey_responses.codebook")
    return survey_long.read_codebook(path)


def _rename(book: Book, aliases: Mapping[str, str]) -> None:
    """Confirmed names become customer ids wherever customers are named."""
    for table, frame in book.frames.items():
        for column in ("customer_id", "to_customer_id"):
            if column in frame.columns and table != "customers":
                hit = frame[column].isin(list(aliases))
                if hit.any():
                    frame[column] = frame[column].mask(hit, frame[column].map(dict(aliases)))
                    book.facts[table]["aliases_used"] = int(hit.sum())
