"""A first dataset file for an analyst's own files, and empty templates to fill.

Headers tell the table and the columns. What only the analyst can know (source type,
lawful basis, grain) is written as TODO, which `dataset.load` refuses.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core import words
from ..core.columns import TABLES
from ..core.errors import RapportError
from ..core.policy import GRAINS, SOURCE_TYPES
from . import headers, readers
from .spec import TableSpec
from .templates import write as templates

__all__ = ["draft", "guess_table", "templates"]

#: tables whose origin must be declared
DECLARED = (
    "transactions", "market", "sell_in", "sell_out", "stock", "survey_responses", "interactions", "stance_ratings",
    "nominations",
)  # fmt: skip
#: words in a file or sheet name that settle which of two like tables it is
_NAMES = {
    "sell_in": ("购进", "进货", "sell_in", "sellin"),
    "sell_out": ("纯销", "流向", "sell_out", "sellout", "flow"),
    "stock": ("库存", "stock", "inventory"),
    "customers": ("客户", "终端", "customer", "account"),
    "products": ("产品", "商品", "product"),
    "transactions": ("订单", "销售", "order", "sales", "transaction"),
    "interactions": ("拜访", "活动", "call", "visit", "interaction"),
    "survey_responses": ("问卷", "答卷", "survey", "response"),
}
_QUESTION = re.compile(r"^\s*(?:q\s*\d+|\d+\s*[、.．:：)])", re.IGNORECASE)
_WIDE = 5


@dataclass(frozen=True)
class _Find:
    """What one file or sheet turned out to be."""

    source: str
    sheet: str | None
    headers: tuple[str, ...]
    table: str | None
    columns: dict[str, str]
    wide: bool = False


def draft(
    files: Iterable[str | Path], *, folder: str | Path | None = None, name: str = "my-data", language: str = "zh"
) -> str:
    """Text of a commented dataset file for the given files.

    Parameters
    ----------
    files : iterable of path
        Any that `readers.read` reads; all visible sheets of a workbook are looked at.
    folder : path or None
        Where the dataset file will stand; sources inside it are written relative to it.
    name : str, default "my-data"
    language : {"zh", "en"}, default "zh"
        Of the comments and of the reports.

    Returns
    -------
    str
        YAML. Loading it fails on the first TODO, which says what is to be filled in.
    """
    finds: list[_Find] = []
    remarks: list[str] = []
    for file in sorted(map(Path, files)):
        try:
            finds += [_look(file, sheet, folder) for sheet in readers.sheets(file)]
        except RapportError as error:
            remarks.append(f"# {_listed([error.text(language)])}")
    tables = [table for table in TABLES if any(find.table == table for find in finds)]
    lines = [f"# {_say('draft_top', language)}", f"name: {_text(name)}", f"language: {language}", "currency: CNY"]
    lines += ["profile: cn", f"# as_of: 2025-06-30   # {_say('draft_as_of', language)}"]
    lines += [f"value: {_value(finds)}", "tables:"]
    for table in tables:
        lines += _block(table, [find for find in finds if find.table == table], language)
    if not tables:
        lines += ["  transactions:", "    source: TODO"]
    for find in finds:
        if find.table is None:
            remarks.append(f"# {_say('draft_unknown', language)} {_place(find)}: {_listed(find.headers)}")
    return "\n".join([*lines, *remarks]) + "\n"


def guess_table(found_headers: Sequence[str], *, hint: str = "") -> str | None:
    """The canonical table whose columns the headers name best; None when fewer than two fit or a needed one lacks.

    Parameters
    ----------
    found_headers : sequence of str
    hint : str
        File and sheet name; decides between tables that fit alike.
    """
    scores = []
    for position, (name, table) in enumerate(TABLES.items()):
        found = headers.guess(found_headers, name)
        needed = {column.name for column in table.columns if column.required}
        if len(found) >= 2 and needed <= set(found):
            hinted = any(word in hint.casefold() for word in _NAMES.get(name, ()))
            scores.append((len(found) + 1.5 * hinted, -position, name))
    return max(scores)[2] if scores else None


def _look(file: Path, sheet: str | None, folder: str | Path | None) -> _Find:
    raw = readers.read(file, TableSpec(source=file.name, sheet=sheet))
    found = tuple(map(str, raw.frame.columns))
    inside = folder is not None and file.resolve().is_relative_to(Path(folder).resolve())
    source = str(file.resolve().relative_to(Path(folder).resolve())) if inside and folder else str(file)
    table = guess_table(found, hint=f"{file.name} {sheet or ''}")
    questions = [name for name in found if _QUESTION.match(name)]
    if len(questions) >= _WIDE:
        rest = [name for name in found if name not in questions]
        return _Find(source, sheet, found, "survey_responses", headers.guess(rest, "survey_responses"), wide=True)
    return _Find(source, sheet, found, table, headers.guess(found, table) if table else {})


def _block(table: str, finds: list[_Find], language: str) -> list[str]:
    """The entry of one table; files with the same headers are one source, others stay as a remark."""
    count = Counter(find.headers for find in finds)
    first = max(finds, key=lambda find: count[find.headers])  # of equals the first
    alike = [find for find in finds if find.headers == first.headers and find.source != first.source]
    same = [first.source, *dict.fromkeys(find.source for find in alike)]
    source = _text(first.source) if len(same) == 1 else "[" + ", ".join(map(_text, same)) + "]"
    lines = [f"  {table}:", f"    source: {source}"]
    if first.sheet is not None:
        lines.append(f"    sheet: {_text(first.sheet)}")
    if table in DECLARED:
        lines.append(f"    grain: TODO   # {' | '.join(GRAINS)}")
        lines.append(f"    source_type: TODO   # {' | '.join(SOURCE_TYPES)}")
        lines.append(f"    lawful_basis: TODO   # {_say('draft_basis', language)}")
    if first.wide:
        lines += ["    shape: wide", f"    codebook: TODO   # {_say('draft_codebook', language)}"]
    lines += _mapping(table, first, language)
    others = [find for find in finds if find.source not in same or (find is not first and find.source == first.source)]
    return lines + [f"    # {_say('draft_also', language)} {_place(find)}" for find in others]


def _mapping(table: str, find: _Find, language: str) -> list[str]:
    lines = ["    columns:"] if find.columns else []
    lines += [f"      {column}: {_text(header)}" for column, header in find.columns.items()]
    missing = [c.name for c in TABLES[table].columns if c.required and c.name not in find.columns]
    if not find.wide:
        lines += [f"      {column}: TODO" for column in missing]
    if table == "transactions" and "amount" not in find.columns and {"quantity", "unit_price"} <= set(find.columns):
        lines.append("    derive: {amount: quantity * unit_price}")
    unused = [header for header in find.headers if header not in find.columns.values()]
    if unused and not find.wide:
        lines.append(f"    # {_say('draft_unused', language)} {_listed(unused)}")
    return lines


def _listed(names: Sequence[str]) -> str:
    # one line, whatever a header holds: the rest of it must stay a comment
    return ", ".join(" ".join(name.split()) for name in names[:30])


def _value(finds: list[_Find]) -> str:
    """Quantity where the order lines hold no money."""
    found = [set(find.columns) for find in finds if find.table == "transactions"]
    return "quantity" if found and not any({"amount", "unit_price"} & columns for columns in found) else "amount"


def _place(find: _Find) -> str:
    return _listed([f"{find.source} [{find.sheet}]" if find.sheet else find.source])


def _text(value: str) -> str:
    # a JSON string is a YAML string, whatever it holds
    return json.dumps(value, ensure_ascii=False)


def _say(key: str, language: str) -> str:
    return words.text(f"draft.{key}", language)
