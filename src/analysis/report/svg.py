"""A matplotlib figure as inline SVG: real text, described, no clock, colours as CSS variables.

The SVG of matplotlib carries ids that repeat from figure to figure, a style for
``*`` that would leak into the page, and comments holding the text of labels;
all of that is taken out here.
"""

from __future__ import annotations

import io
import re
from functools import cache

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text

from ..figures import style
from . import phrases

__all__ = ["inline", "variables"]

_ID = re.compile(r' id="([^"]+)"')
_REFERENCE = re.compile(r'(?:url\(#|xlink:href="#)([^")]+)')
_STYLE = re.compile(r' style="([^"]*)"')
_FONT_FAMILY = re.compile(r"\s*font-family: [^;\"]*;?")
_FONT = re.compile(r"font: (?:(?:normal|italic|oblique) )?(?:(\d{3}|bold) )?([\d.]+px) [^;\"]*")
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_GEOMETRY = re.compile(r'( (?:d|x|y|points|transform)=")([^"]*)(")')


def inline(figure: Figure, language: str, *, block: str, title: str, text: str) -> tuple[str, float]:
    """The figure as ``<svg role="img">`` with its width in points; the figure is closed.

    Parameters
    ----------
    figure : matplotlib Figure
    language : {"zh", "en"}
    block : str
        Prefix of every id, so that ids are unique on the page.
    title, text : str
        What the picture says and how it is built, for readers who cannot see it.
    """
    raw = _draw(figure, language)
    width, height = (float(v) for v in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', raw)[0])
    body = raw[raw.index(">", raw.index("<svg")) + 1 : raw.rindex("</svg>")]
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", body, flags=re.DOTALL)
    body = _own_ids(body, block)
    body = _GEOMETRY.sub(_shorter, body)
    body = _STYLE.sub(_restyled, body)
    body = re.sub(r"<defs>\s*</defs>|\s*<g>\s*</g>", "", body)
    body = re.sub(r">\s+<", "><", body.replace("xlink:href", "href")).strip()
    head = (
        f'<svg role="img" aria-labelledby="{block}-t {block}-d" viewBox="0 0 {width:g} {height:g}" '
        f'style="max-width:{1.5 * width:.0f}px;min-width:{width:.0f}px">'
        f'<title id="{block}-t">{phrases.text(title)}</title><desc id="{block}-d">{phrases.text(text)}</desc>'
    )
    return f"{head}{body}</svg>", width


@cache
def variables() -> dict[str, str]:
    """Light hex (lower case) to CSS variable, for every token of the figures."""
    pairs = {light.lower(): f"var(--{name})" for name, (light, _) in style.palette().items()}
    return {"#000000": "var(--ink)", **pairs}


def _draw(figure: Figure, language: str) -> str:
    families = style.families(language)
    for label in figure.findobj(Text):
        # a theme set while the figure was drawn may have put a family without Han here
        label.set_fontfamily(families)
    out = io.StringIO()
    with style.context(language):
        # the date and the drawing library's name are the only things that change between runs
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return out.getvalue()


def _own_ids(body: str, block: str) -> str:
    used = set(_REFERENCE.findall(body))
    body = _ID.sub(lambda m: f' id="{block}-{m[1]}"' if m[1] in used else "", body)
    return _REFERENCE.sub(lambda m: m[0].replace(f"#{m[1]}", f"#{block}-{m[1]}"), body)


def _shorter(match: re.Match[str]) -> str:
    """Coordinates to a hundredth of a point; a scale in a transform keeps four digits."""
    digits = 4 if "scale" in match[2] or "matrix" in match[2] else 2
    text = _LONG.sub(lambda m: f"{float(m[0]):.{digits}f}".rstrip("0").rstrip("."), match[2])
    return match[1] + " ".join(text.split()) + match[3]


def _restyled(match: re.Match[str]) -> str:
    """Family left to the page, sizes and weights kept, colours as variables."""
    look = _FONT.sub(_font, _FONT_FAMILY.sub("", match[1]))
    look = _HEX.sub(lambda m: variables().get(m[0].lower(), m[0]), look)
    look = re.sub(r"\s*([:;])\s*", r"\1", look).strip("; ")
    return f' style="{look}"' if look else ""


def _font(match: re.Match[str]) -> str:
    weight = f";font-weight:{match[1]}" if match[1] else ""
    return f"font-size:{match[2]}{weight}"
