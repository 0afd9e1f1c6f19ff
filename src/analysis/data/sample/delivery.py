"""The world as files: orders in three formats, two survey exports, and the rest as CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from . import aliases, dirt, formats, oddities, sheets, writers
from .dirt import Defect, Log
from .setting import each
from .world import World

__all__ = ["orders_file", "write"]

_NUMBERS = ("quantity", "unit_price", "amount", "line_no")
_WIDTHS = (16, 6, 12, 9, 12, 9, 12, 6, 9, 9, 12, 8, 9, 20, 16)
_GROUPS = (("单据", 4), ("客户", 1), ("产品", 3), ("销售", 3), ("渠道", 4))
_FIRST_ROW = 4
_AGAIN = 9999


def orders_file(region: str, number: int) -> str:
    """Name of a region's order file: the third region sends a workbook."""
    return f"orders_{region}.{'xlsx' if number == 2 else 'csv'}"


def write(world: World, out: Path) -> Log:
    """Write all files of the data set into ``out``; gives the log with the rows of the files in it."""
    log = Log()
    names = aliases.choose(world)
    for number in range(len(world.setting.regions)):
        _orders(world, out, number, names, log)
    tables = dict(world.tables) | {"customer_alias": aliases.table(names)}
    for table, columns in formats.HEADINGS.items():
        frame = formats.localise(oddities.spoil(tables[table], table, log, world), table)
        file = formats.FILES[table]
        writers.write_csv(frame.rename(columns=columns), out / file)
        _locate(log, file, {key: at + 2 for at, key in enumerate(frame.index)}, columns)
    sheets.write(world, out, log)
    return log


def _orders(world: World, out: Path, number: int, names: pd.DataFrame, log: Log) -> None:
    region = world.setting.regions[number]
    lines = world.tables["transactions"]
    lines = lines[lines["region"] == region]
    spec = world.tables["products"].set_index("product_id")["spec"]
    text = formats.localise(lines.assign(spec=lines["product_id"].map(spec)), "transactions")
    file = orders_file(region, number)
    source = dirt.File(file, lines, dirt.factor(number), names[names["region"] == region])
    spoiled = dirt.spoil(text, source, log, world.setting.rng(f"dirt{number}"))
    body = spoiled.drop(columns="_key").rename(columns=formats.ORDERS)
    if file.endswith("xlsx"):
        rows = _workbook(spoiled, region, out / file, log, file)
    else:
        encoding, end = [("utf-8-sig", "\n"), ("gb18030", "\r\n")][number % 2]
        writers.write_csv(body, out / file, encoding=encoding, end=end)
        log.add("d1_encoding", file, None, "", "utf-8", encoding)
        rows = {key: at + 2 for at, key in enumerate(spoiled["_key"])}
    _locate(log, file, rows, formats.ORDERS)


def _workbook(spoiled: pd.DataFrame, region: str, path: Path, log: Log, file: str) -> dict[Any, int]:
    """Title, a header of two rows with merged groups, yearly subtotals, a total and a footnote."""
    columns = list(formats.ORDERS)
    width = len(columns)
    groups: list[Any] = [None] * width
    merges, at = [f"A1:{_letter(width)}1"], 0
    for word, size in _GROUPS:
        groups[at] = word
        merges += [f"{_letter(at + 1)}2:{_letter(at + size)}2"] if size > 1 else []
        at += size
    title = f"{region}大区销售流向明细（2022年7月至2025年6月）"
    rows: list[list[Any]] = [[title] + [None] * (width - 1), groups, list(formats.ORDERS.values())]
    where: dict[Any, int] = {}
    # what was sent again stands at the end, under a subtotal of its own
    sent_again = np.array([isinstance(key, str) for key in spoiled["_key"]])
    year = np.where(sent_again, _AGAIN, [_year(number) for number in spoiled["document_no"]])
    total = np.zeros(2)
    for value in sorted(set(year.tolist())):
        block = spoiled[year == value]
        for row in each(block):
            where[row[-1]] = len(rows) + 1
            rows.append([_cell(name, cell) for name, cell in zip(columns, row[1:-1], strict=True)])
        sums = np.array([_sum(block["quantity"]), _sum(block["amount"])])
        total += sums
        rows.append(_total_row(f"{value}年小计" if value != _AGAIN else "补传小计", sums, columns))
        rows.append([None] * width)
    rows.append(_total_row("合计", total, columns))
    rows.append(["注：数据来源于商业流向，金额不含税。"] + [None] * (width - 1))
    writers.write_workbook(rows, path, sheet="流向", merges=merges, widths=_WIDTHS)
    for at, row in enumerate(rows, start=1):
        title_or_group = at < _FIRST_ROW - 1
        if title_or_group or row[0] is None or str(row[0]).endswith("计") or str(row[0]).startswith("注"):
            kind = "d4_title_or_group_row" if title_or_group else "d4_subtotal_blank_or_note"
            log.add(kind, file, f"row {at}", "document_no", "", str(row[0] or ""))
            where[f"row {at}"] = at
    return where


def _letter(position: int) -> str:
    return chr(ord("A") + position - 1)


def _year(document: str) -> int:
    return 2000 + int(document[2:4])


def _sum(column: pd.Series) -> float:
    """What the sender's system summed up: the numbers as they were before someone retyped them."""
    plain = column.str.normalize("NFKC").str.replace("[盒¥,]", "", regex=True)
    return round(float(plain.astype(float).sum()), 2)


def _total_row(word: str, sums: np.ndarray, columns: list[str]) -> list[Any]:
    row: list[Any] = [None] * len(columns)
    row[0] = word
    row[columns.index("quantity")], row[columns.index("amount")] = round(float(sums[0]), 2), round(float(sums[1]), 2)
    return row


def _cell(column: str, text: str) -> Any:
    """A spreadsheet's own types where the text is plain: numbers and days; everything else stays text."""
    if text == "":
        return None
    if column in _NUMBERS and text.replace(".", "", 1).removeprefix("-").isascii() and _is_number(text):
        return float(text) if "." in text else int(text)
    if column == "date":
        if len(text) == 5 and text.isdigit():
            return int(text)
        if len(text) == 10 and text[4] == text[7] == "-" and not text.endswith("02-30"):
            return dt.date.fromisoformat(text)
    return text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()


def _locate(log: Log, file: str, rows: Mapping[Any, int], columns: Mapping[str, str]) -> None:
    """Replace keys by rows of the file, and canonical columns by headings."""
    for at, one in enumerate(log.defects):
        if one.file == file and one.key in rows:
            place = rows[one.key]
            log.defects[at] = Defect(
                one.type, file, place, columns.get(one.column, one.column), one.original, one.written
            )
