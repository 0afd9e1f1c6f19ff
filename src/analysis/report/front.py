"""Page one: answers in sentences, cards, decisions needed, warnings.

These results have no figure; their ``layout`` says how they are laid out. The
frames expected in ``result.table``:

- answers: one row per sentence, in order: ``sentence`` (code under ``[sentences]``), ``kind``
  (code of the kind of evidence, a term), ``n``, ``flag``. ``result.items`` holds one `Note` per
  row with the values of its sentence.
- cards: at most six rows: ``card`` (code, a term), ``value, lo, hi, n``, ``unit`` (a kind of
  number), ``reference`` (same unit, NaN for none), ``flag``. A ``low_n`` card prints its interval only.
- decisions: ``decision`` (code under ``[sentences]``), ``owner`` (code, a term), ``due`` (date),
  ``n``; ``result.items`` one `Note` per row. ``sentences.<code>`` says what is to be decided,
  ``sentences.<code>_do`` what to do, ``sentences.<code>_why`` why; the latter two may be absent.
- warnings: ``result.items``, else ``result.notes``: one line each, words under ``[sentences]`` or ``[notes]``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ..core import words
from ..core.result import Note
from . import bars, phrases, values
from .blocks import Content
from .page import Page

__all__ = ["LAYOUTS"]

_MOST_CARDS = 6


def answers(content: Content) -> str:
    """Numbered sentences, each closed by kind of evidence and n."""
    page, rows = content.page, content.result.table.reset_index(drop=True)
    lines = []
    for i, note in enumerate(_items(content)):
        row = rows.iloc[i] if i < len(rows) else pd.Series(dtype=object)
        kind = words.term(row.get("kind", ""), page.language)
        if note is None or row.get("flag") == "suppressed":
            lines.append(f"<li>{phrases.text(page.words('hidden', k=page.cell))}</li>")
            continue
        count = row.get("n")
        shown = page.words("n", n=count) if count is not None and not pd.isna(count) else ""
        small = page.words("dot").join(part for part in (kind, shown) if part)
        low = page.words("dot") + words.term("low_n", page.language) if row.get("flag") == "low_n" else ""
        lines.append(
            f"<li><p>{phrases.text(phrases.say(note, 'sentences', page))}</p>"
            f'<p class="rp-evidence">{phrases.text(small + low)}</p></li>'
        )
    label = phrases.text(page.words("answers"))
    return _section(content, "rp-answers", f"<ol>{''.join(lines)}</ol>{_extra(content)}", label)


def cards(content: Content) -> str:
    """Name, value, interval bar with reference tick; interval, reference and n a line each."""
    page = content.page
    body = "".join(_card(row, page) for _, row in content.result.table.head(_MOST_CARDS).iterrows())
    return _section(content, "rp-cards", f"<ul>{body}</ul>{_extra(content)}", phrases.text(page.words("cards")))


def _card(row: pd.Series, page: Page) -> str:
    name = phrases.text(words.term(row["card"], page.language))
    unit = str(row.get("unit") or "number")
    flag = row.get("flag", "ok")
    if flag in ("suppressed", "missing_input", "not_identified"):
        said = page.words("hidden", k=page.cell) if flag == "suppressed" else words.term(flag, page.language)
        return f'<li><p class="rp-card-name">{name}</p><p class="rp-card-none">{phrases.text(said)}</p></li>'
    value, lo, hi, reference = (_float(row.get(c)) for c in ("value", "lo", "hi", "reference"))
    weak = flag == "low_n"
    ends = ends_of(lo, hi, unit, page)
    headline = ends if weak and ends else values.cell(value, unit, page)
    bar = bars.interval_bar(value, lo, hi, reference=reference, axis=bars.span((value, lo, hi, reference)), weak=weak)
    lines = [page.words("card_interval", interval=ends)] if ends and not weak else []
    if reference is not None:
        lines.append(page.words("card_reference", reference=values.cell(reference, unit, page)))
    if row.get("n") is not None and not pd.isna(row["n"]):
        lines.append(page.words("n", n=row["n"]))
    if weak:
        lines.append(words.term("low_n", page.language))
    small = "".join(f"<p>{phrases.text(line)}</p>" for line in lines)
    return (
        f'<li><p class="rp-card-name">{name}</p><p class="rp-card-value">{phrases.text(headline)}</p>{bar}{small}</li>'
    )


def ends_of(lo: float | None, hi: float | None, unit: str, page: Page) -> str:
    """An interval with its unit, empty when an end is missing."""
    if lo is None or hi is None:
        return ""
    signed = unit.startswith("+") or lo < 0
    kind = f"+{unit.lstrip('+')}" if signed else unit
    return phrases.interval(values.cell(lo, kind, page), values.cell(hi, kind, page), page, signed=signed)


def decisions(content: Content) -> str:
    """What, do, why, who, by when: one row each."""
    page, rows = content.page, content.result.table.reset_index(drop=True)
    heads = [page.words(f"decision_{name}") for name in ("what", "do", "why", "who", "due")]
    lines = []
    for i, note in enumerate(_items(content)):
        row = rows.iloc[i] if i < len(rows) else pd.Series(dtype=object)
        cells = _decision(note, row, page)
        labelled = zip(heads, cells, strict=True)
        tds = [f'<td data-label="{phrases.text(head)}">{phrases.text(cell)}</td>' for head, cell in labelled]
        first = tds[0].replace("<td", '<th scope="row"').replace("</td>", "</th>")
        lines.append(f"<tr>{first}{''.join(tds[1:])}</tr>")
    head = "".join(f'<th scope="col">{phrases.text(h)}</th>' for h in heads)
    table = f'<table class="rp-decide"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
    return _section(content, "rp-decisions", _title("decisions", page) + table + _extra(content))


def _decision(note: Note | None, row: pd.Series, page: Page) -> list[str]:
    hidden = page.words("hidden", k=page.cell)
    due = row.get("due")
    who, when = words.term(row.get("owner", ""), page.language), values.written(due, values.Style("date"), page)
    if note is None or row.get("flag") == "suppressed":
        return [hidden, hidden, hidden, who, when]
    said = [phrases.say(note, "sentences", page)]
    for part in ("do", "why"):
        told = Note(f"{note.code}_{part}", note.values)
        known = words.has(f"sentences.{told.code}", page.language)
        said.append(phrases.say(told, "sentences", page) if known else "—")
    return [*said, who or "—", when]


def warnings(content: Content) -> str:
    """Limits the reader must know before anything else."""
    page = content.page
    lines = []
    for note in _items(content) or content.result.notes:
        if note is None:
            continue
        section = "sentences" if words.has(f"sentences.{note.code}", page.language) else "notes"
        lines.append(f"<li>{phrases.text(phrases.say(note, section, page))}</li>")
    if not lines:
        return ""
    return _section(content, "rp-warnings", f"{_title('warnings', page)}<ul>{''.join(lines)}</ul>")


def _section(content: Content, name: str, body: str, label: str = "") -> str:
    aria = f' aria-label="{label}"' if label else ""
    return f'<section class="rp-block rp-front {name}" id="{content.block}"{aria}>{body}</section>'


def _title(key: str, page: Page) -> str:
    return f'<h3 class="rp-finding">{phrases.text(page.words(key))}</h3>'


def _extra(content: Content) -> str:
    """Notes of a page-one block, and how many cells it hides."""
    page = content.page
    lines = [phrases.say(note, "notes", page) for note in content.result.notes]
    if content.hidden:
        lines.append(page.words("hidden_cells", count=content.hidden))
    items = "".join(f"<li>{phrases.text(line)}</li>" for line in lines)
    return f'<ul class="rp-notes">{items}</ul>' if items else ""


def _items(content: Content) -> tuple[Note | None, ...]:
    """The result's sentences; None where one would repeat a hidden number."""
    return tuple(getattr(content.result, "items", ()) or ())


def _float(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


LAYOUTS: dict[str, Callable[[Content], str]] = {
    "answers": answers, "cards": cards, "decisions": decisions, "warnings": warnings,
}  # fmt: skip
