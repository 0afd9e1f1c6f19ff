"""Files that come out byte for byte the same: no clock, no user, no order of chance in them."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import yaml

__all__ = ["write_csv", "write_json", "write_workbook", "write_yaml"]

_BANNER = "# 合成数据：由rapport sample生成，人物、机构、产品均为虚构。\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def write_csv(frame: pd.DataFrame, path: Path, *, encoding: str = "utf-8-sig", end: str = "\n") -> None:
    """Text columns as CSV; gzip without a time stamp when the name ends in .gz."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator=end)
    writer.writerow(frame.columns)
    writer.writerows(frame.itertuples(index=False, name=None))
    content = stream.getvalue().encode(encoding)
    if path.suffix == ".gz":
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0, compresslevel=9) as file:
            file.write(content)
        content = packed.getvalue()
    path.write_bytes(content)


def write_json(content: Any, path: Path) -> None:
    """Small, with one entry of the outermost mapping per line."""
    if isinstance(content, dict):
        lines = [
            f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False, separators=(',', ':'))}" for k, v in content.items()
        ]
        text = "{\n" + ",\n".join(lines) + "\n}\n"
    else:
        text = json.dumps(content, ensure_ascii=False) + "\n"
    path.write_bytes(text.encode("utf-8"))


def write_yaml(content: dict[str, Any], path: Path, *, remark: str = "") -> None:
    """In the order given, under the banner and a remark."""
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
    path.write_bytes((_BANNER + remark + text).encode("utf-8"))


def write_workbook(
    rows: Sequence[Sequence[Any]], path: Path, *, sheet: str, merges: Sequence[str], widths: Sequence[float]
) -> None:
    """One sheet with merged cells.

    Parameters
    ----------
    rows : sequence of rows
        Cells as text, number, date or None.
    path : pathlib.Path
    sheet : str
    merges : sequence of str
        Ranges such as ``"A1:O1"``.
    widths : sequence of float
        Column widths.
    """
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for one in merges:
        page.merge_cells(one)
    for position, width in enumerate(widths, start=1):
        page.column_dimensions[openpyxl.utils.get_column_letter(position)].width = width
    book.properties.creator = "rapport"
    book.properties.created = dt.datetime(2025, 6, 30)
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(_repack(stream.getvalue()))


def _repack(content: bytes) -> bytes:
    """The same archive with fixed times; openpyxl stamps entries and properties with the clock."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=_content_first):
            data = _STAMP.sub(rb"\g<1>2025-06-30T00:00:00Z\g<3>", old.read(name))
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            new.writestr(entry, data, compresslevel=9)
    return packed.getvalue()


def _content_first(name: str) -> tuple[bool, str]:
    # readers that look at the first bytes expect the list of content types there
    return name != "[Content_Types].xml", name
