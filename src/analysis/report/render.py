"""From an executed notebook to one self-contained HTML file, and the pages around it.

nbconvert renders our own template; Jinja does not escape there, so every text in
the templates passes ``| e`` and only names ending in ``html`` hold markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from ..core import words
from . import cells, fonts, look, phrases, sources
from .page import Page
from .regions import table_html

if TYPE_CHECKING:
    from nbconvert import TemplateExporter

__all__ = ["index_page", "message_page", "page"]

_FONTS = "/*fonts*/"
#: more sources than this are folded
_LISTED = 8


def page(notebook: nbformat.NotebookNode | str | Path, meta: Page) -> str:
    """One executed notebook as one HTML file.

    Parameters
    ----------
    notebook : NotebookNode or path
        Executed; outputs from `report.show` only.
    meta : Page

    Returns
    -------
    str
        The same bytes for the same notebook: no clock, no random ids, no path.

    Raises
    ------
    DataError
        When a cell shows anything that did not come from `report.show`; the cell is named.
    """
    node = nbformat.read(notebook, as_version=4) if isinstance(notebook, str | Path) else notebook
    body = cells.read(node.cells, meta)
    view = _frame(meta, hidden=body.hidden, fallback=body.title)
    view |= {
        "front_html": "".join(body.front),
        "main_html": "".join(body.main),
        "contents": [] if len(body.headings) < 3 else body.headings,
    }
    # the cells are read already; the template only needs the view
    html, _ = _exporter().from_notebook_node(nbformat.v4.new_notebook(), resources={"view": view})
    return _with_fonts(html)


def message_page(meta: Page, *, status: str, reason: str, remedy: str = "") -> str:
    """The page of a region or notebook that has no report: status, why, what next.

    Parameters
    ----------
    meta : Page
    status : {"ok", "low_n", "failed", "not_enough_data", "skipped"}
    reason, remedy : str
        Whole sentences, such as 数据不足：有购买记录的客户17家，分群至少需要60家。
    """
    view = _frame(meta, hidden=0, fallback="")
    view |= {"status": status, "status_html": status_html(status, meta), "reason": reason, "remedy": remedy}
    return _with_fonts(_template("message.html.j2", view))


def index_page(rows: Sequence[Mapping[str, Any]], meta: Page, *, references: Mapping[str, float] | None = None) -> str:
    """The page that compares the regions: the same axis down each column.

    Parameters
    ----------
    rows : sequence of mappings
        One for each region, in the order shown: ``region`` (str), ``status`` (ok, low_n, failed,
        not_enough_data or skipped), ``reason`` (one sentence or empty), ``n`` (int or None), ``metrics``
        (name to ``(value, lo, hi, unit)``; a missing name or None is shown as —; names have words under
        ``[columns]``, units are kinds of numbers), ``link`` (address relative to the page, or empty).
    meta : Page
        ``region`` empty.
    references : mapping, optional
        Metric to the value of its reference line, such as ``{"growth": 0.0}``.
    """
    view = _frame(meta, hidden=0, fallback="")
    counts = {name: sum(row["status"] in kinds for row in rows) for name, kinds in _COUNTED.items()}
    view |= {
        "counts": meta.words("index_counts", total=len(rows), **counts),
        "table_html": table_html(rows, meta, references or {}),
    }
    return _with_fonts(_template("regions.html.j2", view))


_COUNTED = {"ok": ("ok", "low_n"), "failed": ("failed",), "few": ("not_enough_data",), "skipped": ("skipped",)}


def status_html(status: str, meta: Page) -> str:
    """A status as word, shape and colour."""
    shape, said = meta.words(f"shape_{status}"), meta.words(f"status_{status}")
    return f'<span class="rp-status rp-{status}"><span aria-hidden="true">{shape}</span> {phrases.text(said)}</span>'


@cache
def _exporter() -> TemplateExporter:
    """Our template and nothing else of nbconvert; its HTML exporter would parse and rewrite the finished page."""
    from nbconvert import TemplateExporter

    return TemplateExporter(
        file_extension=".html",
        template_name="rapport",
        extra_template_basedirs=[str(look.TEMPLATES)],
        default_preprocessors=[],
    )


def _template(name: str, view: Mapping[str, Any]) -> str:
    return _exporter().environment.get_template(name).render(resources={"view": view})


def _with_fonts(html: str) -> str:
    return html.replace(_FONTS, fonts.face_css(fonts.characters(html)), 1)


def _frame(meta: Page, *, hidden: int, fallback: str) -> dict[str, Any]:
    """What every page prints around its body."""
    title = _title(meta, fallback)
    return {
        "language": "zh-CN" if meta.language == "zh" else "en",
        "title": meta.words("browser_title", banner=meta.banner, title=title) if meta.banner else title,
        "h1": title,
        "banner": meta.banner,
        "meta": [_said(line) for line in _meta_lines(meta)],
        "links": [(_label(label, meta), address) for label, address in meta.links],
        "warnings": [_said(line) for line in _warnings(meta)],
        "footer": [(_said(name), _said(value)) for name, value in _provenance(meta, hidden)],
        "sources_fold": meta.words("sources_fold", count=len(meta.sources)) if len(meta.sources) > _LISTED else "",
        "sources": [[_said(cell) for cell in row] for row in _sources(meta)],
        "words": {name: meta.words(name) for name in _FURNITURE},
        "css": look.page_css() + _margins(meta),
        "fonts": _FONTS,
        "script": look.script(),
        "script_hash": look.script_hash(),
    }


_FURNITURE = (
    "contents", "provenance", "col_table", "col_source", "col_type", "declared_basis", "skip", "regions", "links",
)  # fmt: skip


def _said(line: str) -> str:
    return phrases.bind(str(line))


def _title(meta: Page, fallback: str) -> str:
    known = words.has(f"report.{meta.title}", meta.language)
    title = meta.words(meta.title) if known else meta.title or fallback or meta.notebook
    return meta.words("h1", region=meta.region, title=title) if meta.region else title


def _meta_lines(meta: Page) -> list[str]:
    lines = [meta.words("as_of", date=meta.as_of)] if meta.as_of else []
    if meta.period:
        lines.append(meta.words("data_period", start=meta.period[0], end=meta.period[1]))
    lines.append(meta.words("rules", profile=meta.profile, k=meta.cell))
    if meta.audience == "shared":
        lines.append(meta.words("pseudonymised"))
    return lines


def _warnings(meta: Page) -> list[str]:
    lines = [] if meta.confirmed else [meta.words("unconfirmed")]
    lines += [_label(key, meta) for key in meta.banners]
    return lines + [
        meta.words("override", rule=item["rule"], reason=item["reason"], by=item["by"]) for item in meta.overrides
    ]


def _label(key: str, meta: Page) -> str:
    return meta.words(key) if words.has(f"report.{key}", meta.language) else key


def _provenance(meta: Page, hidden: int) -> list[tuple[str, str]]:
    packages = meta.words("list_comma").join(f"{name} {version}" for name, version in sorted(meta.packages.items()))
    pairs = [
        ("audience", meta.words(f"audience_{meta.audience}")),
        ("tables_hash", meta.tables_hash),
        ("reference_hash", meta.reference_hash),
        ("profile", meta.profile),
        ("packages", packages),
    ]
    return [(meta.words(name), value) for name, value in pairs if value] + [(meta.words("hidden_count"), str(hidden))]


def _sources(meta: Page) -> list[list[str]]:
    return [
        [
            sources.table_words(str(item["table"]), meta),
            str(item.get("source", "")).replace("、", meta.words("list_and")),
            sources.source_words(str(item.get("source_type", "")), meta),
            str(item.get("lawful_basis") or "—"),
        ]
        for item in meta.sources
    ]


def _margins(meta: Page) -> str:
    """Page boxes of the printed page: banner, region and date, page number."""
    left = " ".join(part for part in (meta.region, str(meta.as_of or "")) if part)
    return (
        f"@page{{@top-center{{content:{_css_text(meta.banner)};color:#B3261E;font-weight:700}}"
        f"@bottom-left{{content:{_css_text(left)}}}"
        '@bottom-right{content:counter(page) "/" counter(pages)}}'
    )


def _css_text(text: str) -> str:
    """A CSS string in which no character can end the string or the style element."""
    body = "".join(c if c.isalnum() and not c.isascii() else f"\\{ord(c):06x}" for c in text)
    return f'"{body}"'
