"""The table of regions on the index page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core import words
from ..core.numbers import MISSING
from . import bars, phrases, values
from .front import ends_of
from .page import Page

__all__ = ["table_html"]


def table_html(rows: Sequence[Mapping[str, Any]], page: Page, references: Mapping[str, float]) -> str:
    """One row per region; each metric on one axis, with its reference line, down the column."""
    rows = _with_signs(rows)
    metrics = list(dict.fromkeys(name for row in rows for name in row.get("metrics") or {}))
    axes = {name: _axis(name, rows, references) for name in metrics}
    heads = [page.words("col_region"), page.words("col_status"), words.column("n", page.language)]
    head = "".join(f'<th scope="col">{phrases.text(text)}</th>' for text in heads)
    head += "".join(f'<th scope="col">{_metric_head(name, rows, page, references)}</th>' for name in metrics)
    body = "".join(_row(row, metrics, axes, page, references) for row in rows)
    return f'<table class="rp-regions"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _with_signs(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose changes and scores carry a sign all down a column where one interval reaches below zero."""
    told = [(name, entry) for row in rows for name, entry in (row.get("metrics") or {}).items() if entry]
    below = {name for name, (_value, lo, _hi, _unit) in told if lo is not None and lo < 0}
    out = []
    for row in rows:
        metrics = {
            name: (*entry[:3], f"+{str(entry[3]).lstrip('+')}") if entry and name in below else entry
            for name, entry in (row.get("metrics") or {}).items()
        }
        out.append({**row, "metrics": metrics})
    return out


def _axis(name: str, rows: Sequence[Mapping[str, Any]], references: Mapping[str, float]) -> tuple[float, float]:
    numbers = [number for row in rows for number in ((row.get("metrics") or {}).get(name) or ())[:3]]
    return bars.span([*numbers, references.get(name)])


def _metric_head(name: str, rows: Sequence[Mapping[str, Any]], page: Page, references: Mapping[str, float]) -> str:
    label = phrases.text(words.column(name, page.language))
    if name not in references:
        return label
    unit = next(row["metrics"][name][3] for row in rows if (row.get("metrics") or {}).get(name))
    said = page.words("reference_line", value=values.cell(references[name], unit, page))
    return f'{label}<span class="rp-small">{phrases.text(said)}</span>'


def _row(
    row: Mapping[str, Any], metrics: list[str], axes: Mapping[str, tuple[float, float]], page: Page,
    references: Mapping[str, float],
) -> str:  # fmt: skip
    name, status = phrases.text(row["region"]), str(row["status"])
    link = row.get("link")
    region = f'<a href="{phrases.text(link)}">{name}</a>' if link else name
    shape, said = page.words(f"shape_{status}"), phrases.text(page.words(f"status_{status}"))
    reason = f'<span class="rp-small">{phrases.text(row["reason"])}</span>' if row.get("reason") else ""
    state = f'<span class="rp-status rp-{status}"><span aria-hidden="true">{shape}</span> {said}</span>{reason}'
    count = row.get("n")
    shown = MISSING if count is None else values.cell(count, "count", page)
    cells = [
        f'<th scope="row">{region}</th>',
        _td(page.words("col_status"), state),
        _td(words.column("n", page.language), phrases.text(shown), number=True),
    ]
    for metric in metrics:
        told = (row.get("metrics") or {}).get(metric)
        bar = _metric(told, axes[metric], references.get(metric), status == "low_n", page)
        cells.append(_td(words.column(metric, page.language), bar))
    return f"<tr>{''.join(cells)}</tr>"


def _td(label: str, html: str, *, number: bool = False) -> str:
    kind = ' class="rp-num"' if number else ""
    return f'<td{kind} data-label="{phrases.text(label)}">{html}</td>'


def _metric(
    told: tuple[Any, Any, Any, str] | None, axis: tuple[float, float], reference: float | None, weak: bool, page: Page
) -> str:
    if told is None:
        return MISSING
    value, lo, hi, unit = told
    ends = ends_of(lo, hi, unit, page)
    bar = bars.interval_bar(value, lo, hi, reference=reference, axis=axis, weak=weak)
    shown = f"<b>{phrases.text(values.cell(value, unit, page))}</b>" if not weak else ""
    said = f'<span class="rp-small">{phrases.text(ends)}</span>' if ends else ""
    return f'<span class="rp-metric">{shown} {said}</span>{bar}'
