"""Empty files to fill, one per canonical table, and the list of their columns."""

from __future__ import annotations

from pathlib import Path

from ..core import words
from ..core.columns import TABLES, Column
from .headers import ALIASES

__all__ = ["write"]


def write(folder: str | Path) -> list[Path]:
    """Write the templates.

    Parameters
    ----------
    folder : path
        Made when it is not there. Files of the same name are replaced.

    Returns
    -------
    list of pathlib.Path
        One CSV per table, UTF-8 with mark so that spreadsheet programs read Chinese, and the lists of
        columns ``COLUMNS.zh.md`` and ``COLUMNS.en.md``.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in TABLES.items():
        path = folder / f"{name}.csv"
        path.write_bytes(b"\xef\xbb\xbf" + (",".join(column.name for column in table.columns) + "\r\n").encode())
        written.append(path)
    for language in words.LANGUAGES:
        path = folder / f"COLUMNS.{language}.md"
        path.write_text(_columns(language), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _columns(language: str) -> str:
    titles = [
        words.text(f"draft.columns_{part}", language) for part in ("name", "kind", "required", "allowed", "aliases")
    ]
    lines = [f"# {words.text('draft.columns_title', language)}", "", words.text("draft.columns_intro", language)]
    for name, table in TABLES.items():
        lines += ["", f"## {name}", "", "| " + " | ".join(titles) + " |", "|" + " --- |" * len(titles)]
        lines += [_row(name, column, language) for column in table.columns]
    return "\n".join(lines) + "\n"


def _row(table: str, column: Column, language: str) -> str:
    aliases = ALIASES.get(f"{table}.{column.name}") or ALIASES.get(column.name, ())
    mark = "●" if column.required else ""
    kind = words.text(f"draft.kind_{column.kind}", language)
    comma = "、" if language == "zh" else ", "
    cells = (column.name, kind, mark, comma.join(column.allowed), comma.join(aliases[:6]))
    return "| " + " | ".join(cells) + " |"
