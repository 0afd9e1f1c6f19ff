"""Markdown cells of a notebook as HTML: raw HTML escaped, no images, headings with numbers.

A cell tagged ``zh`` or ``en`` is printed in that language only. In a heading,
``客户画像 | Customer portrait`` holds both languages; a leading ``R4`` is its number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mistune

from . import phrases

__all__ = ["Heading", "render"]

_NUMBER = re.compile(r"^(R\d+)[\s:：.、]+(.+)$")
#: a page beside this one: no scheme, no host
_RELATIVE = re.compile(r"(?!//)[\w./%-]+(#[\w-]*)?")
_SAFE = ("http://", "https://", "mailto:", "#")


@dataclass(frozen=True)
class Heading:
    """A second-level heading: what the contents list shows and links to."""

    anchor: str
    number: str
    title: str


def render(source: str, language: str, *, first: int = 1) -> tuple[str, list[Heading], str]:
    """HTML, the second-level headings, and the text of a first-level heading if there is one.

    Parameters
    ----------
    source : str
    language : {"zh", "en"}
    first : int
        Number of the first anchor, so that anchors are unique on a page.
    """
    renderer = _Renderer(language, first)
    body = mistune.create_markdown(renderer=renderer, plugins=["table"])(source)
    return str(body), renderer.headings, renderer.title


class _Renderer(mistune.HTMLRenderer):
    """HTML with everything from the notebook escaped."""

    def __init__(self, language: str, first: int) -> None:
        super().__init__(escape=True)
        self.language, self.first = language, first
        self.headings: list[Heading] = []
        self.title = ""

    def text(self, text: str) -> str:
        """Plain text, escaped and bound."""
        return phrases.text(text)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """The title (level 1), a numbered section (2), or a heading below it."""
        said = _said(text, self.language)
        if level == 1:
            self.title = said
            return ""
        if level > 2:
            return f"<h3>{said}</h3>\n"
        match = _NUMBER.match(said)
        number, title = (match[1], match[2]) if match else ("", said)
        entry = Heading(f"s{self.first + len(self.headings)}", number, title)
        self.headings.append(entry)
        lead = f'<span class="rp-r">{number}</span> ' if number else ""
        return f'<h2 id="{entry.anchor}">{lead}{title}</h2>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Its wording only."""
        # a picture from elsewhere would be a network request
        return phrases.text(text)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link to a page beside this one or to a plain address; of any other only the wording."""
        plain = url.lower().startswith(_SAFE) or _RELATIVE.fullmatch(url) is not None
        return f'<a href="{phrases.text(url)}" rel="noreferrer">{text}</a>' if plain else text


def _said(text: str, language: str) -> str:
    """The part of a two-language heading in ``language`` (already escaped)."""
    number, rest = "", text
    match = _NUMBER.match(text)
    if match:
        number, rest = f"{match[1]} ", match[2]
    parts: Sequence[str] = re.split(r"\s+\|\s+", rest)
    part = (parts[0 if language == "zh" else 1] if len(parts) == 2 else rest).strip()
    # the number may stand in both languages or before the first alone
    return part if _NUMBER.match(part) else number + part
