"""From an executed notebook to the body of a page: sections, blocks, folded code.

The template admits one kind of output: what `report.show` displayed. Anything
else (a printed line, a table pandas drew, a warning, an error) could carry a
name or a small cell past the report floor, so it stops the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import DataError
from . import markdown, phrases
from .display import MIME
from .page import Page

__all__ = ["Body", "read"]

_FINDING = re.compile(r'<h3 (class="rp-finding"[^>]*)>(.*?)</h3>', re.DOTALL)
#: a second-level heading and nothing else
_ALONE = re.compile(r"\s*## [^\n]*\s*")
_NUMBER = re.compile(r'<span class="rp-no" data-kind="(figure|table)">[^<]*</span>')
#: blocks that make what stands above them page one
_FRONT = ("answers", "cards")
_HIDDEN_TAGS = {"parameters", "injected-parameters"}


@dataclass(eq=False)
class Body:
    """What the template prints, and what the footer counts.

    Attributes
    ----------
    front, main : list of str
        HTML of page one and of the sections after it.
    headings : list of Heading
        For the contents list.
    title : str
        First-level heading of the notebook (escaped HTML).
    hidden : int
        Hidden cells on the page.
    """

    front: list[str] = field(default_factory=list)
    main: list[str] = field(default_factory=list)
    headings: list[markdown.Heading] = field(default_factory=list)
    title: str = ""
    hidden: int = 0
    on_front: bool = False
    past_front: bool = False
    in_section: bool = False
    code: list[str] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)


def read(cells: list[Mapping[str, Any]], page: Page) -> Body:
    """Walk the cells in order.

    Raises
    ------
    DataError
        When a cell shows anything that did not come from `report.show`; the cell is named.
    """
    body = Body()
    for place, cell in enumerate(cells, start=1):
        if cell["cell_type"] == "markdown":
            if _printed(cell, page) and not _bare(cells[place - 1 :], page):
                _prose(body, str(cell["source"]), page)
        elif cell["cell_type"] == "code":
            _code(body, cell, place, page, hide=bool(_tags(cell) & _HIDDEN_TAGS))
    _flush(body, page)
    return body


def _tags(cell: Mapping[str, Any]) -> set[str]:
    return set(cell.get("metadata", {}).get("tags", ()))


def _printed(cell: Mapping[str, Any], page: Page) -> bool:
    """Whether a markdown cell is in the page's language, or in none."""
    return not ({"zh", "en"} & _tags(cell)) or page.language in _tags(cell)


def _bare(cells: list[Mapping[str, Any]], page: Page) -> bool:
    """Whether the first cell is a section's heading alone with nothing shown before the next section."""
    if not _ALONE.fullmatch(str(cells[0]["source"])):
        return False
    for cell in cells[1:]:
        if cell["cell_type"] == "code" and cell.get("outputs"):
            return False
        if cell["cell_type"] == "markdown" and _printed(cell, page) and str(cell["source"]).strip():
            return str(cell["source"]).lstrip().startswith("## ")
    return True


def _prose(body: Body, source: str, page: Page) -> None:
    html, headings, title = markdown.render(source, page.language, first=len(body.headings) + 1)
    body.title = body.title or title
    if headings and body.on_front:
        _flush(body, page)
        body.on_front, body.past_front = False, True
    if headings:
        body.in_section = True
        body.headings += headings
    if html.strip():
        body.main.append(f'<div class="rp-prose">{html}</div>')


def _code(body: Body, cell: Mapping[str, Any], place: int, page: Page, *, hide: bool) -> None:
    source = str(cell["source"]).strip()
    if source and not hide:
        body.code.append(source)
    blocks = []
    for output in cell.get("outputs", ()):
        blocks.append(_accepted(output, place, source))
        facts = output.get("metadata", {}).get(MIME, {})
        body.hidden += int(facts.get("hidden", 0))
        if facts.get("layout") in _FRONT and not body.past_front:
            _to_front(body)
    if not blocks:
        return
    html = "".join(_numbered(_levelled(block, body), body, page) for block in blocks)
    if body.on_front:
        body.front.append(html)
    else:
        body.main.append(html)
        _flush(body, page)


def _to_front(body: Body) -> None:
    """What came before the first page-one block belongs to page one as well."""
    if not body.on_front:
        body.front, body.main, body.on_front = body.main, [], True
        # the contents list stands after page one
        body.headings = []


def _accepted(output: Mapping[str, Any], place: int, source: str) -> str:
    if output.get("output_type") == "display_data" and MIME in output.get("data", {}):
        html = output["data"][MIME]
        return html if isinstance(html, str) else "".join(html)
    kind = output.get("name") or output.get("ename") or ", ".join(sorted(output.get("data", {})))
    first = source.splitlines()[0][:60] if source else ""
    raise DataError("foreign_output", cell=place, first=first, kind=f"{output.get('output_type')}: {kind}")


def _levelled(html: str, body: Body) -> str:
    """A finding under no section is a second-level heading: no level is left out."""
    return html if body.in_section else _FINDING.sub(r"<h2 \1>\2</h2>", html)


def _numbered(html: str, body: Body, page: Page) -> str:
    parts = _NUMBER.split(html)
    out = [parts[0]]
    for kind, rest in zip(parts[1::2], parts[2::2], strict=True):
        body.numbers[kind] += 1
        said = phrases.text(page.words(f"{kind}_number", number=body.numbers[kind]))
        out += [f'<span class="rp-no">{said}</span>', rest]
    return "".join(out)


def _flush(body: Body, page: Page) -> None:
    """Fold away the code since the last fold; no script needed."""
    if not body.code:
        return
    code = phrases.code("\n\n".join(body.code))
    fold = f'<details class="rp-code"><summary>{phrases.text(page.words("code"))}</summary><pre>{code}</pre></details>'
    (body.front if body.on_front else body.main).append(fold)
    body.code = []
