"""`show`: the one place where a result becomes something that may leave the house.

Order matters: small cells are hidden first, then ids become names or
pseudonyms, and only then the figure is drawn from that controlled copy.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes

from ..core import disclosure, withholding
from ..core.result import Result
from . import blocks, counting, front, look, names
from .page import current, next_block

__all__ = ["MIME", "bundle", "prepare", "show"]

#: the only output that a page's template accepts
MIME = "application/vnd.rapport.block+html"


def show(result: Result, figure: Callable[..., Axes] | Axes | None = None, *, language: str, audience: str) -> None:
    """Put one result on the page.

    Small cells are hidden before anything is drawn or written; ids become
    organisation names (internal) or keyed pseudonyms (shared); rows of persons are
    counted, never listed.

    Parameters
    ----------
    result : Result
        Unchanged.
    figure : callable or Axes, optional
        ``plot_x(result, *, language, ax=None)``, called with the controlled copy. Axes drawn before
        are accepted only while nothing had to be hidden: otherwise the picture is withheld.
    language : {"zh", "en"}
    audience : {"internal", "shared"}

    Raises
    ------
    PolicyError
        When the open page is shared and ``audience`` is not.
    """
    from IPython import get_ipython
    from IPython.display import display

    data, metadata = bundle(result, figure, language=language, audience=audience)
    if get_ipython() is None:
        print(data["text/plain"])
    elif data[MIME]:
        display(data, metadata=metadata, raw=True)


def bundle(
    result: Result, figure: Callable[..., Axes] | Axes | None = None, *, language: str, audience: str
) -> tuple[dict[str, str], dict[str, Any]]:
    """What `show` displays: data by MIME type, and the metadata the page counts from."""
    content = prepare(result, figure, language=language, audience=audience)
    html = front.LAYOUTS.get(result.layout, blocks.build)(content)
    data = {MIME: html, "text/html": look.standalone(html), "text/plain": blocks.plain(content)}
    return data, {MIME: {"hidden": content.hidden, "layout": result.layout}}


def prepare(
    result: Result, figure: Callable[..., Axes] | Axes | None = None, *, language: str, audience: str
) -> blocks.Content:
    """The controlled, named copy of a result that `show` lays out."""
    page = current(language, audience)
    safe = disclosure.control(result, page.cell, page.audience)
    named = names.replace_ids(safe.result, page)
    mask = safe.mask[named.kept.to_numpy()]
    hidden = {str(c): mask[c].to_numpy() for c in mask.columns if mask[c].any()}
    final = named.result
    items = names.sentences_of(final)
    if safe.numbers and items:
        # None: a sentence that would repeat a hidden number
        said: Any = tuple(None if disclosure.reveals(note, safe.numbers) else note for note in items)
        final = dataclasses.replace(final, **{"items": said})
    return blocks.Content(
        result=final,
        mask=hidden,
        hidden=safe.hidden,
        refused=named.refused,
        total=None if withholding.withheld(result, page.audience) else counting.count_of(result),
        figure=figure,
        page=page,
        block=next_block(),
    )
