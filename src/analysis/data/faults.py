"""What is wrong in a dataset file, as one message with the key and the line."""

from __future__ import annotations

import difflib
from typing import Any

from pydantic import ValidationError

from ..core.errors import SettingError
from .spec import Connect, Override, Part, Potential, Regions, Spec, Strategic, TableSpec, Units, Unpivot
from .yamltree import Tree

__all__ = ["first"]

#: marks of alternatives in the models; no keys of the file
_TAGS = ("text", "list", "keys")
#: pydantic's name of a mistake -> ours; mistakes found by our own validators carry our names already
_SHAPES = {
    "date_type": "yaml_not_a_date",
    "string_type": "yaml_not_text",
    "int_parsing": "yaml_not_whole",
    "int_type": "yaml_not_whole",
    "greater_than_equal": "yaml_not_whole",
    "float_parsing": "yaml_not_positive",
    "float_type": "yaml_not_positive",
    "finite_number": "yaml_not_positive",
    "greater_than": "yaml_not_positive",
    "list_type": "yaml_not_list",
    "dict_type": "yaml_not_keys_under",
    "model_type": "yaml_not_keys_under",
    "missing": "yaml_missing",
    "union_tag_not_found": "yaml_source",
    "union_tag_invalid": "yaml_source",
    "string_too_short": "yaml_missing",
    "too_short": "yaml_missing",
}


def first(error: ValidationError, tree: Tree, file: str) -> SettingError:
    """The mistake that stands highest in the file, as one of ours."""
    found = []
    for item in error.errors(include_url=False):
        # the models' own marks (union tags, class names) are no keys of the file
        key = _written(item["loc"], tree, missing=item["type"] in ("missing", "extra_forbidden"))
        # a misspelt key before the key that is then missing
        found.append((tree.line(key), item["type"] != "extra_forbidden", key, item))
    line, _, key, item = min(found, key=lambda entry: entry[:3])
    got = "" if item["type"] in ("missing", "string_too_short", "too_short") else _short(item.get("input"))
    context: dict[str, Any] = dict(item.get("ctx") or {})
    if "under" in context:
        key = f"{key}.{context['under']}"
        line = tree.line(key)
    if item["type"] == "extra_forbidden":
        return _unknown_key(key, item["loc"], line, file)
    if item["type"] == "literal_error":
        allowed = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        return SettingError("yaml_not_a_choice", file=file, key=key, line=line, got=got, allowed=allowed)
    expression = {"expression": context["expression"]} if "expression" in context else {}
    return SettingError(_SHAPES.get(item["type"], item["type"]), file=file, key=key, line=line, got=got, **expression)


def _written(loc: tuple[Any, ...], tree: Tree, *, missing: bool) -> str:
    key = ""
    for position, part in enumerate(loc):
        if part in _TAGS and loc[position - 1] in ("source", "factor"):
            continue
        longer = f"{key}.{part}" if key else str(part)
        if longer in tree.lines or (missing and position == len(loc) - 1):
            key = longer
    return key


def _unknown_key(key: str, loc: tuple[Any, ...], line: int, file: str) -> SettingError:
    # the parts as pydantic tells them: a key of the file may itself hold a dot
    *parts, name = [str(part) for part in loc]
    parts = [part for at, part in enumerate(parts) if part not in _TAGS or parts[at - 1] not in ("source", "factor")]
    model: Any = Spec
    if parts[:1] == ["tables"]:
        models = {"units": Units, "source": Connect, "unpivot": Unpivot}
        model = models.get(parts[-1], TableSpec) if len(parts) > 2 else TableSpec
        model = Part if parts[-2:-1] == ["parts"] else model
    elif parts:
        model = {"regions": Regions, "override": Override, "potential": Potential, "strategic": Strategic}[parts[0]]
    allowed = [field.alias or field_name for field_name, field in model.model_fields.items()]
    near = difflib.get_close_matches(name, allowed, n=1, cutoff=0.5)
    if near:
        return SettingError("yaml_unknown_key_near", file=file, key=key, line=line, near=near[0])
    return SettingError("yaml_unknown_key", file=file, key=key, line=line, allowed=allowed)


def _short(value: Any) -> str:
    text = "{…}" if isinstance(value, dict) else "[…]" if isinstance(value, list) else str(value or "")
    return text if len(text) <= 40 else text[:39] + "…"
