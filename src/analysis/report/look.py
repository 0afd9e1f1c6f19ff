"""How pages look: colour tokens for light and dark, and the style sheets beside the template."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from ..figures import style

__all__ = ["TEMPLATES", "page_css", "script", "script_hash", "standalone"]

TEMPLATES = Path(__file__).parent / "template"
_FOLDER = TEMPLATES / "rapport"
#: tokens of the page that figures do not use: light, dark
_PAGE = {
    "surface": ("#F3F5F8", "#1E252E"), "link": ("#125A9E", "#8FBCF2"), "banner": ("#B3261E", "#9B211A"),
    "warn": ("#FFF3D6", "#3B2F10"), "warn-ink": ("#5C4300", "#F6DFA4"), "fail": ("#B3261F", "#FF9C92"),
    "ok": ("#1B6B55", "#7FDDBF"),
}  # fmt: skip

#: against JupyterLab's own style of tables and lists, which wins over single classes
_LAB = (
    ".rp-lab table th,.rp-lab table td{text-align:left!important;vertical-align:baseline!important}"
    ".rp-lab table .rp-num{text-align:right!important}"
    ".rp-lab .rp-block ul,.rp-lab .rp-block ol{padding:0!important;margin:0!important}"
    ".rp-lab .rp-keys td.rp-num{white-space:nowrap}"
)


@cache
def page_css() -> str:
    """Style sheet of a page: tokens, blocks, the frame around them, print."""
    return _tokens(":root", dark=False) + _dark(":root") + _read("block.css") + _read("page.css")


@cache
def script() -> str:
    """The page's only script: sorting and filtering tables."""
    return _read("sort.js")


@cache
def script_hash() -> str:
    """What the content security policy admits: this script and no other."""
    digest = hashlib.sha256(script().encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


@cache
def _block_css() -> str:
    lab_dark = '[data-jp-theme-light="false"] .rp-lab'
    return _tokens(".rp-lab", dark=False) + _tokens(lab_dark, dark=True) + _read("block.css") + _LAB


def standalone(html: str) -> str:
    """A block with its own style sheet, for JupyterLab."""
    return f'<div class="rp-lab"><style>{_block_css()}</style>{html}</div>'


def _tokens(selector: str, *, dark: bool) -> str:
    pairs = {**style.palette(), **_PAGE}
    body = ";".join(f"--{name}:{pair[1] if dark else pair[0]}" for name, pair in pairs.items())
    return f"{selector}{{{body}}}\n"


def _dark(selector: str) -> str:
    # screen only: a reader who prints at night gets white paper
    return f"@media screen and (prefers-color-scheme:dark){{{_tokens(selector, dark=True)}}}\n"


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
