"""Every source of a dataset file read, mapped and typed, table by table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import TABLES
from ..core.errors import DataError
from ..core.policy import PROFILES
from . import codebook, factors, mapping, masking, readers, regions, survey_long, unpivoting, validate
from . import survey_faults as faults
from . import survey_layout as layout
from .dataset import Dataset
from .readers import Raw
from .rejects import ROW, SOURCE, Ledger
from .spec import Connect, TableSpec

__all__ = ["Book", "read_all"]

#: tables whose rows state a fact: the same row twice says it twice
STATEMENTS = (
    "survey_items", "survey_responses", "market", "hospital_facts", "listings", "interventions", "targets",
    "distributor_facts", "distributor_candidates", "policy_events", "feedback_text", "coded_texts", "plans",
    "nominations", "customer_regions", "customer_alias",
)  # fmt: skip


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


def read_all(dataset: Dataset, *, as_of: dt.date | None) -> Book:
    """Read all tables of a data set.

    Parameters
    ----------
    dataset : Dataset
    as_of : datetime.date or None
        Where it is stated, days after it are no mistake: they are left out later, and listed.
    """
    book = Book()
    raws: dict[str, list[tuple[Raw, TableSpec]]] = {}
    for table in sorted(dataset.tables, key=lambda name: dataset.tables[name].from_ is not None):
        owner = dataset.tables[table].from_ or table
        if owner not in raws:
            raws[owner] = _raws(dataset, owner)
        _table(book, dataset, table, raws[owner], as_of)
    return book


def _raws(dataset: Dataset, table: str) -> list[tuple[Raw, TableSpec]]:
    """Every source with the entry that holds for it."""
    found: list[tuple[Raw, TableSpec]] = []
    for number, spec in enumerate(dataset.tables[table].pieces()):
        if isinstance(spec.source, Connect):
            found.append((readers.read_connection(spec.source, dataset.source_folder, spec), spec))
        for path in dataset.files_of(table, number):
            found.append((readers.read(path, spec, table=table), spec))
    return found


def _table(book: Book, dataset: Dataset, table: str, pairs: list[tuple[Raw, TableSpec]], as_of: dt.date | None) -> None:
    spec, raws = dataset.tables[table], [raw for raw, _ in pairs]
    entries = [(raw, spec if spec.from_ is not None else piece) for raw, piece in pairs]
    books = codebook.read_all(dataset, [piece for _, piece in entries]) if spec.shape == "wide" else {}
    sources = Sources(dataset, table, as_of, Ledger(table), books)
    taken = [sources.take(raw, piece, alone=len(raws) == 1) for raw, piece in entries]
    if books:
        taken = survey_long.apart(taken)
    ledger, facts = sources.ledger, sources.facts
    frame = _concat(_first_part_counts(taken, table, spec, ledger))
    facts["sources"] = [raw.source for raw in raws]
    facts["encodings"] = sorted({raw.encoding for raw in raws if raw.encoding})
    facts["notes"] = [{"code": code, "values": values} for raw in raws for code, values in raw.notes]
    if spec.where and not len(frame) and ledger.counts["dropped"].get("not_selected"):
        asked = "; ".join(f"{column}: {', '.join(words)}" for column, words in spec.where.items())
        raise DataError("where_nothing", table=table, where=asked, rows=ledger.read)
    frame, facts["units_converted"] = factors.apply(frame, dataset, table, ledger)
    if spec.from_ is not None:
        # rows of the other table are booked there; here only those who occur in them count
        ledger = Ledger(table)
        facts["converted"], facts["masked"] = {}, 0
        frame, facts["conflicting_region"] = regions.usual_per_key(frame, TABLES[table].key[0])
        frame[SOURCE], frame[ROW] = spec.from_, np.arange(1, len(frame) + 1)
        ledger.open(frame, raws[0].dropped.iloc[:0], spec.from_)
    elif TABLES[table].unique:
        frame = regions.one_per_key(frame, TABLES[table].key, ledger)
    elif table in STATEMENTS and not books:
        own = [c for c in frame.columns if c not in (SOURCE, ROW)]
        ordered = frame.sort_values([SOURCE, ROW], kind="stable")
        again = ordered.duplicated(own).loc[frame.index]
        frame = ledger.remove(frame, again.to_numpy(), rule="repeated_row", column=own[0])
    if books:
        book.frames["survey_items"] = codebook.items_table(list(books.values()), spec.outcome)
    book.frames[table], book.ledgers[table], book.facts[table] = frame, ledger, facts


@dataclass(eq=False)
class Sources:
    """The sources of one table on their way through mapping and parsing."""

    dataset: Dataset
    table: str
    as_of: dt.date | None
    ledger: Ledger
    codebooks: dict[str, codebook.Codebook]
    facts: dict[str, Any] = field(default_factory=lambda: {"converted": {}, "masked": 0, "personal": []})

    def take(self, raw: Raw, spec: TableSpec, *, alone: bool) -> pd.DataFrame:
        """One source as typed rows; what cannot be used goes to the ledger."""
        table = self.table
        book = self.codebooks.get(spec.codebook or "")
        items: tuple[str, ...] = ()
        profile = PROFILES[self.dataset.profile]
        if spec.unpivot is not None:
            raw, empty = unpivoting.lines(raw, table, spec, profile=profile)
            self.facts["cells_empty"] = self.facts.get("cells_empty", 0) + empty
            self.ledger.by_line = True
        if book is not None:
            raw, items = layout.arrange(raw, book, spec.columns.values())
        text, personal = mapping.canonical(raw, table, spec, profile=profile, items=items)
        if table == "survey_responses":
            text = survey_long.prepare(text, book, prefix="" if alone else f"{raw.source}-")
        for item in items:
            text[item], count = masking.mask(text[item])
            self.facts["masked"] += count
        typed = validate.typed(text, table, spec, as_of=self.as_of, wide=book is not None)
        self._count(typed, personal)
        self.ledger.open(typed.frame, raw.dropped, raw.source)
        for column, mask, rule, texts in typed.cleared:
            self.ledger.clear(typed.frame, mask, rule=rule, column=column, value=texts)
        frame = self._usable(typed, text, spec)
        if book is None:
            return frame
        frame = regions.one_per_key(frame.join(text[list(items)]), ("response_id", "wave"), self.ledger)
        report = self.facts.setdefault("survey", faults.empty())
        kept = [name[2:] for name in frame.columns if name.startswith("x_") and name[2:] in raw.frame.columns]
        faults.merge(report, book, kept, source=raw.source)
        return survey_long.melt(frame, book, self.ledger, report)

    def _usable(self, typed: validate.Typed, text: pd.DataFrame, spec: TableSpec) -> pd.DataFrame:
        left_out = mapping.not_selected(text, spec, table=self.table)
        rule = np.where(left_out, "not_selected", typed.rule)
        column = np.where(left_out, ", ".join(spec.where), typed.column)
        value = np.where(left_out, "", typed.value)
        leaving = np.array([code is not None for code in rule], dtype=bool)
        return self.ledger.remove(typed.frame, leaving, rule=rule, column=column, value=value)

    def _count(self, typed: validate.Typed, personal: list[str]) -> None:
        self.facts["personal"] = sorted({*self.facts["personal"], *personal})
        self.facts["masked"] += typed.masked
        for column, counts in typed.converted.items():
            book = self.facts["converted"].setdefault(column, {})
            for code, count in counts.items():
                book[code] = book.get(code, 0) + count


def _first_part_counts(taken: list[pd.DataFrame], table: str, spec: TableSpec, ledger: Ledger) -> list[pd.DataFrame]:
    """Of a key in several parts, only the rows of the first: the user put the parts in that order."""
    key = list(TABLES[table].key)
    if spec.parts is None or not TABLES[table].unique:
        return taken
    kept: list[pd.DataFrame] = []
    for frame in taken:
        known = pd.concat([part[key] for part in kept]) if kept else frame[key].iloc[:0]
        again = pd.MultiIndex.from_frame(frame[key]).isin(pd.MultiIndex.from_frame(known))
        kept.append(ledger.remove(frame, again, rule="in_earlier_part", column=key[0]))
    return kept


def _concat(parts: list[pd.DataFrame]) -> pd.DataFrame:
    frame = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    return frame.reset_index(drop=True)
