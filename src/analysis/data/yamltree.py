"""A YAML file as plain text values, with the line on which each key stands.

Scalars stay text as written: ``NO`` is a region and not "false", ``00123`` an id
and not 83, ``2019-05-31`` a text that only a date field turns into a date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from ..core.errors import SettingError

__all__ = ["Tree", "parse"]

_NULLS = ("", "~", "null", "Null", "NULL")
_TODO = "TODO"


@dataclass(frozen=True)
class Tree:
    """What the file says, and where.

    Attributes
    ----------
    value : dict
        Mappings, lists, texts and None.
    lines : dict
        Dotted key -> line, counted from 1. Entries of lists have their position as key.
    """

    value: dict[str, Any]
    lines: dict[str, int]

    def line(self, key: str) -> int:
        """Line of ``key``, or of the nearest key above it that is written in the file."""
        parts = key.split(".")
        for end in range(len(parts), 0, -1):
            found = self.lines.get(".".join(parts[:end]))
            if found is not None:
                return found
        return 1


def parse(text: str, *, file: str) -> Tree:
    """Read one YAML document whose top is a mapping.

    Raises
    ------
    SettingError
        Broken YAML, a key written twice, an entry that still says TODO; each with its line.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1
        written = text.splitlines()[line - 1].strip()[:60] if 0 < line <= len(text.splitlines()) else ""
        raise SettingError("yaml_syntax", file=file, line=line, text=written) from None
    if not isinstance(node, yaml.MappingNode):
        raise SettingError("yaml_not_keys", file=file)
    lines: dict[str, int] = {}
    value = _Walk(file, lines).mapping(node, "", ())
    return Tree(value, lines)


class _Walk:
    """Carries the file name and the lines while the nodes are turned into values."""

    def __init__(self, file: str, lines: dict[str, int]) -> None:
        self.file, self.lines = file, lines

    def value(self, node: yaml.Node, path: str, above: tuple[int, ...]) -> Any:
        """The plain value of any node; a node inside itself is refused."""
        if id(node) in above:
            raise SettingError("yaml_syntax", file=self.file, line=node.start_mark.line + 1, text=path)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path, above)
        if isinstance(node, yaml.SequenceNode):
            return self.sequence(node, path, above)
        if node.style is None and node.value in _NULLS:
            return None
        if node.value.strip().rstrip(":") == _TODO:
            raise SettingError("yaml_todo", file=self.file, key=path, line=node.start_mark.line + 1)
        return node.value

    def mapping(self, node: yaml.MappingNode, path: str, above: tuple[int, ...]) -> dict[str, Any]:
        """Keys and values, each key's line noted; a key written twice is refused."""
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise SettingError("yaml_syntax", file=self.file, line=line, text=path)
            key = key_node.value
            full = f"{path}.{key}" if path else key
            if key in result:
                raise SettingError("yaml_twice", file=self.file, key=full, line=line, first=self.lines[full])
            self.lines[full] = line
            result[key] = self.value(value_node, full, (*above, id(node)))
        return result

    def sequence(self, node: yaml.SequenceNode, path: str, above: tuple[int, ...]) -> list[Any]:
        """The items, each with its line noted."""
        items = []
        for position, item in enumerate(node.value):
            full = f"{path}.{position}"
            self.lines[full] = item.start_mark.line + 1
            items.append(self.value(item, full, (*above, id(node))))
        return items
