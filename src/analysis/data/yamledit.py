"""One entry of a YAML file written anew; everything else stays as written, comments and order included."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ..core.errors import SettingError

__all__ = ["flow", "holds", "put"]

#: goes before each line of an entry that was replaced, so that the file keeps its history
BEFORE = "# before: "
#: characters that end a line in YAML or may not stand in it as they are
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_QUOTES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def holds(text: str) -> bool:
    """Whether there is anything but blank lines and comments."""
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.lstrip("\ufeff").split("\n"))


def put(text: str, key: str, entry: str, *, file: str) -> str:
    """Replace one top-level entry, or add it at the end.

    Parameters
    ----------
    text : str
        The file; may be empty or hold nothing but comments.
    key : str
    entry : str
        One line, ``key: ...``, without its line end.
    file : str
        Name for messages.

    Returns
    -------
    str
        The old entry stands above the new one as comment lines.

    Raises
    ------
    SettingError
        ``yaml_braces`` when the whole file is one ``{...}``: its entries cannot be told apart line by line.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    root = yaml.compose(text, Loader=yaml.SafeLoader) if holds(text) else None
    whole = text if not text or text.endswith("\n") else text + end
    if root is None:
        return whole + entry + end
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise SettingError("yaml_braces", file=file, line=root.start_mark.line + 1)
    indent = " " * root.value[0][0].start_mark.column
    starts = {name.value: name.start_mark.index - name.start_mark.column for name, _ in root.value}
    if key not in starts:
        return whole + indent + entry + end
    start = starts[key]
    stop = min((place for place in starts.values() if place > start), default=len(text))
    old, tail = _split_tail(text[start:stop].split("\n"))
    kept = "".join(f"{indent}{BEFORE}{line.strip(chr(13))[len(indent) :]}{end}" for line in old if line.strip())
    return text[:start] + kept + indent + entry + end + "\n".join(tail) + text[stop:]


def _split_tail(lines: list[str]) -> tuple[list[str], list[str]]:
    """The entry's own lines, and the blank lines and comments behind it, which lead to the next entry."""
    last = len(lines)
    while last > 1 and (not lines[last - 1].strip() or lines[last - 1].startswith("#")):
        last -= 1
    return lines[:last], lines[last:]


def flow(value: Any) -> str:
    """A value on one line; texts are always in quotes, so that ``NO`` or ``null`` stays a text."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, str):
        plain = "".join(_QUOTES.get(c, f"\\x{ord(c):02x}" if ord(c) < 32 else c) for c in value)
        return '"' + _ESCAPED.sub(_escape, plain) + '"'
    return repr(value)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
