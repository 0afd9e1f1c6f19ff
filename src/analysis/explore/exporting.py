"""A selection as a file: the same gate as a page, then a spreadsheet whose cells are no formulas.

Small cells are hidden first, with those that would give them away; then ids become organisation names beside the
company's own ids (internal) or keyed pseudonyms (shared); then cells are guarded and written, whole or not at all.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..core import checks, disclosure, numbers, policy, words
from ..core.errors import DataError, PolicyError, SettingError
from ..data import tables
from ..report import names, spreadsheet, values
from ..report.page import MARK, Page
from ..runs import pages, places
from . import naming, provenance
from .selection import Groups, Selection

__all__ = ["Gated", "export", "gate"]

#: the company's own id beside the organisation's name, in lists for internal use
OWN_ID = "account_id"
#: columns whose values have words
_TERMS = (*naming.CODES, "flag", "region")


@dataclass(frozen=True, eq=False)
class Gated:
    """A selection fit for its audience.

    Attributes
    ----------
    selection : Selection
    mask : DataFrame of bool
        Hidden cells, on the table's rows.
    hidden : int
        Rows with hidden cells.
    refused : int
        Rows of persons left out.
    """

    selection: Selection
    mask: pd.DataFrame
    hidden: int
    refused: int


def export(selection: Selection, path: str | Path, *, audience: str = "internal", overwrite: bool = False) -> Path:
    """Write a selection as CSV or XLSX.

    Parameters
    ----------
    selection : Selection
        Unchanged.
    path : path
        Ends in .csv or .xlsx. Beside a CSV stands ``<name>.readme.txt`` with source, cut-off day, rules and
        declared basis; a workbook has them on its second sheet. Ids with leading zeros stay whole in XLSX,
        while Excel reads those of a CSV as numbers when it is opened by a double click.
    audience : {"internal", "shared"}
    overwrite : bool, default False

    Returns
    -------
    Path

    Raises
    ------
    PolicyError
        A shared list of fewer accounts than the minimum, counts that would all be hidden or leave out a small
        number of accounts, an internal file inside a folder of shared reports.
    DataError
        ``select_nothing``: no account meets the condition.
    SettingError
        Another ending, a file that is there already or cannot be written.
    """
    checks.choice(audience, policy.AUDIENCES, name="audience")
    path = Path(path).expanduser()
    beside = path.with_name(f"{path.stem}.readme.txt")
    files = [path, beside] if path.suffix.lower() == ".csv" else [path]
    _check_place(path, files, audience, overwrite)
    page = _page(selection, audience)
    sheet = _sheet(gate(selection, page), page)
    if len(files) == 2:
        _write({beside: spreadsheet.about_text(sheet), path: spreadsheet.csv_bytes(sheet)})
    elif len(sheet.rows) > spreadsheet.MOST_ROWS:
        raise SettingError("export_long", got=len(sheet.rows), most=spreadsheet.MOST_ROWS)
    else:
        _write({path: spreadsheet.xlsx_bytes(sheet)})
    return path


def gate(selection: Selection, page: Page) -> Gated:
    """Hide, name and refuse, in the order of `report.show`.

    Raises
    ------
    PolicyError, DataError
        As for `export`.
    """
    if selection.table.empty:
        raise DataError("select_nothing")
    grouped = isinstance(selection, Groups)
    if grouped and 0 < selection.of - selection.selected < page.cell:
        raise PolicyError("export_left_out", k=page.cell, audience=page.audience)
    own = page.audience == "internal" and not grouped and page.names is not None
    given = _with_own_ids(selection) if own else selection
    safe = disclosure.control(given, page.cell, page.audience)
    if grouped and (safe.result.table["flag"] == "suppressed").all():
        raise PolicyError("export_all_hidden", k=page.cell, audience=page.audience)
    named = names.replace_ids(safe.result, page)
    if page.audience == "shared" and not grouped and len(named.result.table) < page.cell:
        raise PolicyError("export_small", k=page.cell)
    mask = safe.mask.reindex(columns=named.result.table.columns, fill_value=False)[named.kept.to_numpy()]
    result: Any = named.result
    return Gated(result, mask, safe.hidden, named.refused)


def _with_own_ids(selection: Selection) -> Selection:
    """The company's own id first; the organisation's name comes in place of the other."""
    table = selection.table.drop(columns="name", errors="ignore")
    table = table.assign(**{OWN_ID: table["customer_id"]})
    return dataclasses.replace(selection, table=table[[OWN_ID, *table.columns.drop(OWN_ID)]])


def _page(selection: Selection, audience: str) -> Page:
    """The page such a table would stand on; none is opened."""
    folder = Path(selection.home) / "tables"
    meta = tables.meta(folder)
    told = {
        "region": selection.region, "brand": selection.brand, "language": selection.language, "audience": audience,
        "profile": meta["profile"], "as_of": meta["as_of"], "min_cell": None, "tables_dir": folder,
    }  # fmt: skip
    return pages.page_of("02_segments_tiers", told, links=False, names=True)


def _sheet(gated: Gated, page: Page) -> spreadsheet.Sheet:
    """Headings, cells and what holds for them, in the run's language."""
    result = gated.selection
    table = result.table.drop(columns="flag") if set(result.table.get("flag", ())) == {"ok"} else result.table
    keys = result.settings.get("by", ())
    headings, kinds, columns = [], [], []
    for name in table.columns:
        kind = values.kind_of(name, table[name], result.formats)[0]
        hidden = gated.mask[name].to_numpy() if name in gated.mask else np.zeros(len(table), dtype=bool)
        said = page.words("hidden", k=page.cell) if name == "n" else page.words("hidden_short")
        headings.append(_heading(name, kind, page))
        kinds.append(kind)
        columns.append(
            [said if h else _cell(v, name, kind, page, keys) for v, h in zip(table[name], hidden, strict=True)]
        )
    titles = (words.text("explore.sheet", page.language), words.text("explore.sheet_about", page.language))
    return spreadsheet.Sheet(
        headings,
        kinds,
        list(zip(*columns, strict=True)),
        provenance.lines(result, page, hidden=gated.hidden, refused=gated.refused),
        titles,
        page.banner,
    )


def _heading(name: str, kind: str, page: Page) -> str:
    """Words of a column, with the unit that its bare numbers have."""
    text = naming.heading(name, page.language)
    if kind == "money":
        unit = numbers.CURRENCY_ZH.get(page.currency, page.currency) if page.language == "zh" else page.currency
        return text + page.words("in_unit", unit=unit)
    return text + page.words("in_unit", unit=page.words("unit_days")) if kind == "days" else text


def _cell(value: Any, name: str, kind: str, page: Page, keys: Sequence[str] = ()) -> Any:
    """A number stays a number, a date a date, a code becomes its word; missing stays empty but in ``keys``."""
    if pd.isna(value):
        return naming.term("unknown", page.language) if name in keys else None
    if kind == "date":
        return pd.Timestamp(value).date()
    if isinstance(value, bool | np.bool_):
        return page.words("yes" if value else "no")
    if isinstance(value, int | np.integer) or (kind == "count" and float(value).is_integer()):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        return round(number, 2 if kind in ("money", "days") else 6) if np.isfinite(number) else None
    return naming.term(value, page.language) if name in _TERMS else str(value)


def _check_place(path: Path, files: Sequence[Path], audience: str, overwrite: bool) -> None:
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise SettingError("export_suffix", got=path.name)
    there = [file.name for file in files if file.is_dir() or (file.exists() and not overwrite)]
    if there:
        raise SettingError("export_exists", name=there[0])
    if audience == "internal":
        for folder in path.absolute().parents:
            if places.read_json(folder / "manifest.json").get("audience") == "shared":
                raise PolicyError("export_into_shared", folder=folder.name, mark=MARK)


def _write(contents: dict[Path, bytes]) -> None:
    """Every file or none."""
    fresh = [path for path in contents if not path.exists()]
    try:
        for path, content in contents.items():
            places.write_whole(path, content)
    except OSError as error:
        for path in fresh:
            with contextlib.suppress(OSError):
                path.unlink()
        reason = error.strerror or type(error).__name__
        raise SettingError("file_access", file=path.name, reason=reason) from None
