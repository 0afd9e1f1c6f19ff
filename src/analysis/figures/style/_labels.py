"""Labels of rows and columns on several lines."""

from __future__ import annotations

import re
import textwrap

__all__ = ["wrapped"]

#: where a Chinese label may break first: before an opening bracket, after a pause
_BREAKS = re.compile(r"(?<=[，、；：])|(?=（)")


def wrapped(label: str, width: int) -> str:
    """A label in lines of at most ``width`` characters, broken at brackets and pauses first.

    Chinese has no spaces: without this a line would begin with a comma or break inside a bracket.
    """
    lines: list[str] = []
    for part in (piece for piece in _BREAKS.split(label) if piece):
        if lines and len(lines[-1]) + len(part) <= width:
            lines[-1] += part
        elif len(part.rstrip("，、；：")) <= width:
            # the pause hangs at the end of its line, never at the start of the next
            lines.append(part)
        else:
            lines += textwrap.wrap(part, width)
    return "\n".join(line.strip() for line in lines) or label
