"""The dataset file: what an analyst's files are and how their columns are called.

`load` reads ``dataset.yaml`` into a `Dataset`; every mistake in it is one message
with the key and the line. No data file is opened here.

A survey of several waves is one table: a part for each wave, with its own codebook where questions differ
(the ``wave`` stands in the codebook, or in a column of the file)::

    survey_responses:
      shape: wide
      codebook: codebook.yaml
      parts:
        - {source: survey_2024Q4.csv, codebook: codebook_2024Q4.yaml}
        - {source: survey_2025Q2.csv}
      invited: {华东: 255, 华北: 251}   # how many were asked in the latest wave: gives the response rate
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from ..core.columns import TABLES
from ..core.errors import SettingError
from . import declared, encodings, faults, headers, sources, yamltree
from .spec import Connect, Override, Regions, Spec, TableSpec, Units

__all__ = ["Connect", "Dataset", "Override", "Regions", "TableSpec", "Units", "load", "stated_language"]

_NEEDED = ("transactions", "survey_responses")
_LANGUAGE = re.compile(rb"^(?:\xef\xbb\xbf)?language[ \t]*:[ \t]*[\"']?(zh|en)\b", re.MULTILINE)


class Dataset(Spec):
    """A dataset file that has been read and checked.

    Attributes
    ----------
    path, folder : pathlib.Path
        The file, and where relative sources are looked up.
    data_dir : pathlib.Path or None
        Looked up in place of ``folder`` when given.
    sha256 : str
        Of the file's bytes.
    lines : dict
        Dotted key -> line in the file.
    """

    path: Path
    folder: Path
    data_dir: Path | None = None
    sha256: str
    lines: dict[str, int] = Field(default_factory=dict, repr=False)

    @property
    def source_folder(self) -> Path:
        """Where relative sources are looked up."""
        return self.data_dir or self.folder

    def line(self, key: str) -> int:
        """Line of a dotted key such as ``tables.customers.columns.region``, or of the nearest above it."""
        return yamltree.Tree({}, self.lines).line(key)

    def reads(self, table: str) -> TableSpec:
        """The entry that holds the source of ``table``: its own, or that of the table it is taken ``from``."""
        spec = self.tables[table]
        return self.tables[spec.from_] if spec.from_ is not None else spec

    def files(self, table: str) -> list[Path]:
        """Source files of ``table`` in reading order; none when it comes over a connection.

        Raises
        ------
        DataError
            When an entry matches no file.
        """
        found = [path for piece in range(len(self.reads(table).pieces())) for path in self.files_of(table, piece)]
        return list(dict.fromkeys(found))

    def files_of(self, table: str, piece: int) -> list[Path]:
        """Source files of one of the ``pieces`` of a table's entry; see `files`."""
        spec = self.reads(table)
        source = spec.pieces()[piece].source
        if source is None or isinstance(source, Connect):
            return []
        owner = self.tables[table].from_ or table
        key = f"tables.{owner}." + (f"parts.{piece}.source" if spec.parts else "source")
        found: list[Path] = []
        for entry in [source] if isinstance(source, str) else source:
            found += sources.find(entry, self.source_folder, key=key, line=self.line(key))
        return list(dict.fromkeys(found))

    def beside(self, entry: str, key: str) -> Path:
        """One further file that the entry ``key`` names: a table of factors, or a codebook.

        A codebook is written by hand and so stands beside the dataset file, whatever ``data_dir`` says.
        """
        folder = self.folder if (self.folder / entry).is_file() else self.source_folder
        return sources.find(entry, folder, key=key, line=self.line(key))[0]


def load(path: str | Path, *, data_dir: str | Path | None = None) -> Dataset:
    """Read a dataset file.

    Parameters
    ----------
    path : path
        The YAML file; UTF-8, or GB18030 as some editors write it.
    data_dir : path or None
        Where relative sources are looked up; default the file's own folder.

    Returns
    -------
    Dataset

    Raises
    ------
    SettingError
        The first mistake in the file, with key and line.
    """
    path = Path(path)
    if not path.is_file():
        raise SettingError("dataset_missing", path=str(path))
    if data_dir is not None and not Path(data_dir).is_dir():
        raise SettingError("data_dir_missing", path=str(data_dir))
    content = path.read_bytes()
    tree = yamltree.parse(encodings.decode(content, file=path.name), file=path.name)
    _check_names(tree, path.name)
    try:
        spec = Spec.model_validate(tree.value)
    except ValidationError as error:
        raise faults.first(error, tree, path.name) from None
    _check_tables(spec, tree, path.name)
    return Dataset(
        **{name: getattr(spec, name) for name in Spec.model_fields},
        path=path,
        folder=path.parent,
        data_dir=Path(data_dir) if data_dir is not None else None,
        sha256=hashlib.sha256(content).hexdigest(),
        lines=tree.lines,
    )


def stated_language(path: str | Path) -> str | None:
    """The language a dataset file states, even one that cannot be loaded; None where there is no file.

    A message about a mistake in the file is written in the language of its reader.
    """
    path = Path(path)
    if not path.is_file():
        return None
    found = _LANGUAGE.search(path.read_bytes())
    return found[1].decode() if found else str(Spec.model_fields["language"].default)


def _check_names(tree: yamltree.Tree, file: str) -> None:
    """Names of tables and columns, before anything below them is judged."""
    tables = tree.value.get("tables")
    for table, entry in tables.items() if isinstance(tables, dict) else ():
        key = f"tables.{table}"
        if table not in TABLES:
            near = difflib.get_close_matches(table, TABLES, n=1, cutoff=0.5)
            code = "yaml_unknown_table_near" if near else "yaml_unknown_table"
            raise SettingError(code, file=file, key=key, line=tree.line(key), near=near, allowed=list(TABLES))
        for part, column, value in _mapped(entry):
            _check_column(f"{key}.{part}.{column}", table, column, value, tree, file)
        for place, turn in _unpivots(entry):
            for name in ("into", "value"):
                if isinstance(turn.get(name), str):
                    _check_column(f"{key}.{place}.{name}", table, turn[name], None, tree, file)


def _mapped(entry: Any) -> Iterator[tuple[str, str, Any]]:
    for place, written in _written(entry):
        for part in ("columns", "constants", "derive", "where"):
            names = written.get(part)
            for column, value in names.items() if isinstance(names, dict) else ():
                yield f"{place}{part}", column, value


def _written(entry: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """A table's entry and its parts, with the start of their keys."""
    if isinstance(entry, dict):
        yield "", entry
        parts = entry.get("parts")
        for position, part in enumerate(parts if isinstance(parts, list) else ()):
            if isinstance(part, dict):
                yield f"parts.{position}.", part


def _unpivots(entry: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, written in _written(entry):
        if isinstance(written.get("unpivot"), dict):
            yield f"{place}unpivot", written["unpivot"]


def _check_column(key: str, table: str, column: str, value: Any, tree: yamltree.Tree, file: str) -> None:
    canonical = [c.name for c in TABLES[table].columns]
    if column in canonical or (column.startswith("x_") and len(column) > 2):
        return
    place = {"file": file, "key": key, "line": tree.line(key)}
    if key.split(".")[-2] == "columns" and value in canonical:
        raise SettingError("yaml_reversed", **place, column=value, header=column)
    near = list(headers.guess([column], table)) or difflib.get_close_matches(column, canonical, n=1, cutoff=0.5)
    if near:
        raise SettingError("yaml_unknown_column_near", **place, near=near[0])
    raise SettingError("yaml_unknown_column", **place, allowed=canonical)


def _check_tables(spec: Spec, tree: yamltree.Tree, file: str) -> None:
    """What only shows with all entries in view."""
    column = spec.regions.column
    known = [c.name for c in TABLES["customers"].columns if c.kind == "text"]
    if column not in known and not column.startswith("x_"):
        key = "regions.column"
        raise SettingError("yaml_regions", file=file, key=key, line=tree.line(key), got=column, allowed=known)
    if not any(table in spec.tables for table in _NEEDED):
        raise SettingError("yaml_no_table", file=file, line=tree.line("tables"), needed=list(_NEEDED))
    for table, entry in spec.tables.items():
        key = f"tables.{table}"
        having = [name for name, other in spec.tables.items() if other.from_ is None]
        if entry.from_ is not None and entry.from_ not in having:
            line = tree.line(f"{key}.from")
            raise SettingError("yaml_from", file=file, key=f"{key}.from", line=line, got=entry.from_, having=having)
        for number, piece in enumerate(entry.pieces()):
            turn = piece.unpivot
            if turn and (turn.into == turn.value or {turn.into, turn.value} & {*piece.columns, *piece.constants}):
                place = f"{key}.parts.{number}.unpivot" if f"{key}.parts.{number}.unpivot" in tree.lines else key
                taken = sorted({turn.into, turn.value} & {*piece.columns, *piece.constants}) or [turn.into]
                raise SettingError("yaml_unpivot", file=file, key=place, line=tree.line(place), taken=taken)
        of_parts = [f"parts.{at}.codebook" for at in range(len(entry.pieces()))]
        for name in ("shape", "codebook", "outcome", "invited", *of_parts):
            if f"{key}.{name}" in tree.lines and table != "survey_responses":
                line = tree.line(f"{key}.{name}")
                raise SettingError("yaml_only_survey", file=file, key=f"{key}.{name}", line=line)
    for name, stated in (("potential", spec.potential), ("strategic", spec.strategic)):
        if stated is not None:
            if stated.column is not None:
                _check_column(f"{name}.column", stated.table, stated.column, None, tree, file)
            declared.check(name, stated, spec, tree, file)
