"""Formula errors in xlsx sheets (#VALUE!, #DIV/0!), which the reading library gives as empty cells.

A wrong cell taken for an empty one would be lost without a word, so the sheet's own
XML is asked where its errors stand.
"""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

__all__ = ["find"]

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_CELL = re.compile(rb'<c\s(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d+)"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.DOTALL)


def find(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Error texts of a sheet by (row, column) from 0; none for workbooks that are no xlsx."""
    try:
        with zipfile.ZipFile(path) as book:
            part = _part(book, sheet)
            content = book.read(part) if part else b""
    except (zipfile.BadZipFile, KeyError, OSError):
        return {}
    if b't="e"' not in content:
        return {}
    return {
        (int(row) - 1, _column(letters)): html.unescape(text.decode()) for letters, row, text in _CELL.findall(content)
    }


def _part(book: zipfile.ZipFile, sheet: str) -> str | None:
    """Path of the sheet's XML inside the workbook."""
    listed = _SHEET.findall(book.read("xl/workbook.xml"))
    relation = next((_attribute(tag, "r:id") for tag in listed if _attribute(tag, "name") == sheet), None)
    tags = _RELATION.findall(book.read("xl/_rels/workbook.xml.rels"))
    target = next((_attribute(tag, "Target") for tag in tags if _attribute(tag, "Id") == relation), None)
    if relation is None or target is None:
        return None
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _attribute(tag: bytes, name: str) -> str | None:
    found = re.search(rb"\s" + name.encode() + rb'="([^"]*)"', tag)
    return html.unescape(found.group(1).decode("utf-8", "replace")) if found else None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
