"""The page's own font: a WOFF subset of just the characters it uses.

Readers of a mailed file may have no Chinese font, or another one in which the
labels of a figure are wider than the space they were given.
"""

from __future__ import annotations

import base64
import io
import re
from functools import lru_cache
from html import unescape
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from ..figures import style

__all__ = ["FAMILY", "characters", "face_css", "subset_font"]

#: name inside the page; figures and text ask for it
FAMILY = "Rapport Sans"
_SILENT = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r'"data:[^"]*"')
_TAG = re.compile(r"<[^>]*>")
_SPOKEN = re.compile(r'(?:data-label|placeholder|data-filter)="([^"]*)"')


def characters(html: str) -> str:
    """The characters a page prints, each once, in order of code point.

    Text between tags and the attributes that become text on a phone or in a field.
    """
    body = _IMAGE.sub('""', _SILENT.sub("", html))
    printed = unescape(_TAG.sub("", body)) + unescape("".join(_SPOKEN.findall(body)))
    return "".join(sorted({c for c in printed if c.isprintable() or c in "\u2060\u00a0"}))


def face_css(text: str) -> str:
    """``@font-face`` rules, regular and bold, holding the characters of ``text``."""
    rules = []
    for weight in style.FONTS:
        data = base64.b64encode(subset_font(text, weight)).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};'
            f'src:url("data:font/woff;base64,{data}") format("woff")}}'
        )
    return "\n".join(rules)


@lru_cache(maxsize=64)
def subset_font(text: str, weight: int) -> bytes:
    """WOFF of the bundled face with the glyphs of ``text`` only; the same bytes for the same text.

    Parameters
    ----------
    text : str
        Characters; those the face lacks are left to the reader's own fonts.
    weight : {400, 700}
    """
    font = TTFont(io.BytesIO(_bytes(style.FONTS[weight])), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    # the bundled face has no hints, so asking to keep them saves a pass over every outline
    options = subset.Options(
        hinting=True, layout_features=[], glyph_names=False, notdef_outline=True, bidi_closure=False
    )
    options.drop_tables += ["DSIG"]
    options.name_IDs = [0, 1, 2, 13, 14]
    work = subset.Subsetter(options)
    work.populate(text=text)
    work.subset(font)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()


@lru_cache(maxsize=2)
def _bytes(path: Path) -> bytes:
    return path.read_bytes()
