"""One block of a page: a figure with its finding, or a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..core import withholding
from ..core.errors import DataError
from ..core.result import Result
from . import keys, phrases, sources, svg, tables
from .page import Page

__all__ = ["NUMBER", "Content", "build", "plain"]

#: where the page puts "图3" or "Figure 3"; blocks know nothing of each other
NUMBER = '<span class="rp-no" data-kind="{kind}">{words}</span>'
_OPEN_ROWS = 8
_OPEN_COLUMNS = 8
_PRINT_ROWS = 30
#: a wider table does not fit on A4; the numbers beside the figure stand for it
_PRINT_COLUMNS = 12
_WIDE = 380.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Content:
    """A result that is fit to be printed, and how.

    Attributes
    ----------
    result : Result
        Controlled and named.
    mask : mapping
        Column name to array of bool: hidden cells.
    hidden : int
        Rows with hidden cells.
    refused : int
        Rows that may not be listed.
    total : float or None
        Customers or respondents behind the result, see `counting.count_of`.
    figure : callable, Axes or None
    page : Page
    block : str
        Id.
    """

    result: Result
    mask: Mapping[str, np.ndarray]
    hidden: int
    refused: int
    total: float | None
    figure: Callable[..., Axes] | Axes | None
    page: Page
    block: str

    @property
    def name(self) -> str:
        """Key of the words about the figure: the plotting function, else the result's class."""
        told = getattr(self.figure, "__name__", "")
        return told if told and not isinstance(self.figure, Axes) else type(self.result).__name__


def build(content: Content) -> str:
    """The block's HTML: finding, decision, figure with key rows, caption, notes, folded table."""
    result, page = content.result, content.page
    decision = phrases.lookup("decision", (content.name, type(result).__name__), page)
    title = _title(content) or _as_title(decision)
    subtitle = decision if title != _as_title(decision) else ""
    columns = tables.columns_of(result, content.mask, page) if len(result.table) else []
    picture, drawn, wide = _picture(content, title)
    parts = [f'<h3 class="rp-finding" id="{content.block}-h">{phrases.text(title)}</h3>'] if title else []
    if subtitle:
        parts.append(f'<p class="rp-decision">{phrases.text(subtitle)}</p>')
    if picture:
        side = (_how(content) if drawn else "") + (_beside(columns, content) if columns else "")
        row = "rp-row rp-stacked" if wide else "rp-row"
        parts.append(f'<div class="{row}">{picture}<div class="rp-side">{side}</div></div>')
    if picture or columns:
        parts.append(_caption(content, picture=bool(picture)))
    parts.append(_notes(content))
    parts.append(_folded(columns, content, title, picture=bool(picture)))
    label = f' aria-labelledby="{content.block}-h"' if title else ""
    return f'<section class="rp-block" id="{content.block}"{label}>{"".join(parts)}</section>'


def _title(content: Content) -> str:
    """The finding; where it would repeat a hidden number, what the block is about and that cells are hidden."""
    result, page = content.result, content.page
    if result.finding is not None:
        return phrases.say(result.finding, "findings", page)
    return phrases.lookup("untold", (type(result).__name__,), page) if content.hidden else ""


def _as_title(sentence: str) -> str:
    """A decision in the place of a finding: capital first, no full stop."""
    return sentence[:1].upper() + sentence[1:].rstrip("。.")


def _picture(content: Content, title: str) -> tuple[str, bool, bool]:
    """The plot in an area that scrolls on a phone, or a sentence saying why there is none.

    Returns
    -------
    tuple
        HTML; whether a plot was drawn; whether it stands above the numbers instead of beside them.
    """
    if content.figure is None:
        return "", False, False
    page = content.page
    if withholding.withheld(content.result, page.audience):
        if isinstance(content.figure, Axes):
            plt.close(_figure(content.figure))
        return "", False, False
    if content.result.disclosure.row_level == "person" or _nothing_known(content.result):
        return "", False, False
    if isinstance(content.figure, Axes):
        axes = content.figure
        if content.hidden or content.refused:
            # it was drawn before the small cells were hidden
            plt.close(_figure(axes))
            return f'<p class="rp-note">{phrases.text(page.words("figure_withheld"))}</p>', False, True
    elif content.hidden > len(content.result.table) / 2:
        # a picture of mostly hidden cells says nothing; the table below shows what is left
        return f'<p class="rp-note">{phrases.text(page.words("figure_mostly_hidden"))}</p>', False, True
    else:
        axes = content.figure(content.result, language=page.language)
    about = phrases.lookup("alt", (content.name,), page)
    said = title or about or page.words("figure")
    text = page.words("alt", alt=about, finding=said) if about else page.words("alt_plain", finding=said)
    picture, width = svg.inline(_figure(axes), page.language, block=content.block, title=said, text=text)
    label = phrases.text(page.words("figure_area"))
    area = f'<div class="rp-plot" tabindex="0" role="group" aria-label="{label}">{picture}</div>'
    return area, True, width > _WIDE


def _nothing_known(result: Result) -> bool:
    """Whether there is no row, or no row with an estimate: axes without a mark would look like zero."""
    table = result.table
    if not len(table):
        return True
    known = {"value", "flag"} <= set(table.columns)
    return known and bool(len(table)) and bool(table["value"].isna().all() and (table["flag"] == "missing_input").all())


def _figure(axes: Axes) -> Figure:
    figure = axes.get_figure(root=True)
    if figure is None:
        raise DataError("figure_closed")
    return figure


def _beside(columns: list[tables.Column], content: Content) -> str:
    """Main numbers beside the figure; on paper only where the whole table is not printed below."""
    rows = keys.key_rows(columns, content.result, content.page)
    return f'<div class="rp-once">{rows}</div>' if rows and _prints(columns, content) else rows


def _prints(columns: list[tables.Column], content: Content) -> bool:
    """Whether a folded table is printed: short ones that say more than the numbers beside the figure."""
    rows = len(content.result.table)
    repeated = rows <= keys.KEYS and len(keys.key_columns(columns, content.result)) == len(columns)
    return rows <= _PRINT_ROWS and len(columns) <= _PRINT_COLUMNS and not repeated


def _how(content: Content) -> str:
    how = phrases.lookup("how", (content.name,), content.page)
    if not how:
        return ""
    lead = phrases.text(content.page.words("how"))
    return f'<p class="rp-how"><b>{lead}</b>{phrases.text(how)}</p>'


def _caption(content: Content, *, picture: bool) -> str:
    """图3：n = 512，2024-07至2025-06，来源：…，已隐去4格."""
    page, kind = content.page, "figure" if picture else "table"
    parts = [_count(content), _period(page), sources.listed(content.result, page)]
    if content.hidden:
        parts.append(page.words("hidden_cells", count=content.hidden))
    number = NUMBER.format(kind=kind, words=phrases.text(page.words(kind)))
    body = phrases.text(page.words("list_comma").join(p for p in parts if p))
    return f'<p class="rp-caption">{number}{phrases.text(page.words("caption_colon"))}{body}</p>' if body else ""


def _count(content: Content) -> str:
    if content.total is not None:
        return _n(content.total, content.total, content)
    table = content.result.table
    values = pd.to_numeric(table["n"], errors="coerce").dropna() if "n" in table else pd.Series(dtype=float)
    return _n(values.min(), values.max(), content) if len(values) else ""


def _n(low: Any, high: Any, content: Content) -> str:
    page = content.page
    group = content.result.disclosure.row_level == "group"
    if group and 0 < low < page.cell and "n" in content.result.disclosure.counts:
        return page.words("n_below", k=page.cell)
    return page.words("n", n=high) if low == high else page.words("n_range", lo=low, hi=high)


def _period(page: Page) -> str:
    if page.period is None:
        return ""
    start, end = page.period
    return page.words("period", start=start, end=end)


def _notes(content: Content) -> str:
    page = content.page
    lines = [phrases.say(note, "notes", page) for note in content.result.notes]
    if content.refused:
        lines.append(page.words("rows_refused", count=content.refused))
    if content.hidden:
        lines.append(page.words("hidden_also", k=page.cell))
    items = "".join(f"<li>{phrases.text(line)}</li>" for line in lines)
    return f'<ul class="rp-notes">{items}</ul>' if items else ""


def _folded(columns: list[tables.Column], content: Content, title: str, *, picture: bool) -> str:
    """The data: open when it is short or the block's only content, folded otherwise; no script needed."""
    if not columns:
        return ""
    page, rows = content.page, len(content.result.table)
    table = tables.data_table(columns, page, title=page.words("table_of", title=title or page.words("table")))
    if not picture and rows <= _PRINT_ROWS:
        return f'<div class="rp-data">{table}</div>'
    prints = " rp-prints" if _prints(columns, content) else ""
    summary = phrases.text(page.words("data_table", rows=rows))
    beside = keys.key_rows(columns, content.result, page) if picture else ""
    short = _OPEN_ROWS >= rows > keys.KEYS and len(columns) <= _OPEN_COLUMNS
    # a table that stands beside its figure is not printed twice, a wide one not laid out before it is asked for
    start = " open" if short and picture and not beside else ""
    return f'<details class="rp-fold{prints}"{start}><summary>{summary}</summary>{table}</details>'


def plain(content: Content) -> str:
    """What a terminal shows in place of the block."""
    result, page = content.result, content.page
    decision = phrases.lookup("decision", (content.name, type(result).__name__), page)
    return _title(content) or decision or type(result).__name__
