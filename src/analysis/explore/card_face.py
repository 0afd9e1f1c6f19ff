"""A customer card as text and as HTML: the same parts, words and numbers in both."""

from __future__ import annotations

import html as markup
import unicodedata
from typing import TYPE_CHECKING

from .card_sections import capital, figures, sections, subtitle, title
from .card_voice import Section, Voice

if TYPE_CHECKING:
    from .card import CustomerCard

__all__ = ["html", "text"]

_STYLE = (
    "<style>.rp-customer{margin:8px 0;max-width:980px}.rp-customer h4{margin:20px 0 4px;font-size:15px;font-weight:700;"
    "color:var(--ink)}.rp-customer .rp-cards{margin:12px 0}"
    ".rp-customer .rp-card-value{font-size:18px!important;white-space:nowrap}"
    ".rp-customer p.rp-say{margin:2px 0;font-size:14px;line-height:1.6;max-width:860px}"
    ".rp-customer .rp-cards ul:first-child{grid-template-columns:repeat(auto-fit,minmax(176px,1fr));gap:8px}"
    ".rp-customer .rp-cards ul:first-child li{padding:10px 12px;margin:0}"
    ".rp-customer .rp-table td,.rp-customer .rp-table th{white-space:nowrap}"
    ".rp-customer .rp-table td.rp-long{white-space:normal;min-width:9em}</style>"
)


def text(card: CustomerCard) -> str:
    """The card for a terminal."""
    voice = Voice(card.run.language)
    lines = [title(card, voice), subtitle(card, voice)]
    lines += [f"- {capital(name)}{voice.say('colon')}{value}" for name, value in figures(card, voice)]
    lines += [voice.note(note) for note in card.notes]
    for part in sections(card):
        lines += ["", part.title, *part.said, *_aligned(part)]
    return "\n".join(lines)


def html(card: CustomerCard) -> str:
    """The card for a notebook, in the look of the report's blocks; everything is escaped."""
    voice, esc = Voice(card.run.language), markup.escape
    body = [f'<h3 class="rp-finding">{esc(title(card, voice))}</h3>']
    body.append(f'<p class="rp-decision">{esc(subtitle(card, voice))}</p>')
    tiles = "".join(
        f'<li><p class="rp-card-name">{esc(capital(name))}</p><p class="rp-card-value">{esc(capital(value))}</p></li>'
        for name, value in figures(card, voice)
    )
    body += [f'<div class="rp-cards"><ul>{tiles}</ul></div>'] if tiles else []
    body += [f'<p class="rp-note">{esc(voice.note(note))}</p>' for note in card.notes]
    body += [_section(part) for part in sections(card)]
    # its colours come with matplotlib, which a kernel has loaded by now and a terminal never needs
    from ..report import look

    return look.standalone(f'{_STYLE}<section class="rp-block rp-customer">{"".join(body)}</section>')


def _section(part: Section) -> str:
    esc = markup.escape
    body = "".join(f'<p class="rp-say">{esc(line)}</p>' for line in part.said)
    if part.figure:
        body = part.figure + body
    elif part.rows:
        heads = "".join(f'<th scope="col"{_num(part, i)}>{esc(h)}</th>' for i, h in enumerate(part.heads))
        lines = "".join(
            "<tr>"
            + f'<th scope="row">{esc(row[0])}</th>'
            + "".join(f"<td{_num(part, i)}>{esc(cell)}</td>" for i, cell in enumerate(row) if i)
            + "</tr>"
            for row in part.rows
        )
        body += (f'<div class="rp-scroll"><table class="rp-table"><thead><tr>{heads}</tr></thead>'
                 f"<tbody>{lines}</tbody></table></div>")  # fmt: skip
    if part.folded:
        return f'<details class="rp-fold"><summary>{esc(part.title)}</summary>{body}</details>'
    return f"<h4>{esc(part.title)}</h4>{body}"


def _num(part: Section, position: int) -> str:
    return ' class="rp-num"' if position in part.numeric else ""


def _aligned(part: Section) -> list[str]:
    """Columns side by side; a Han character is two places wide."""
    if not part.rows:
        return []
    table = [part.heads, *part.rows]
    widths = [max(_width(row[i]) for row in table) for i in range(len(part.heads))]
    return [
        "  " + "  ".join(_padded(row[i], width, i in part.numeric) for i, width in enumerate(widths)).rstrip()
        for row in table
    ]


def _width(words_: str) -> int:
    shown = (c for c in words_ if unicodedata.category(c) != "Cf")
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown)


def _padded(cell: str, width: int, right: bool) -> str:
    gap = " " * (width - _width(cell))
    return gap + cell if right else cell + gap
