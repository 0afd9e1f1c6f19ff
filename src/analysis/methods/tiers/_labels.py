"""Other names for tiers: `relabel` with a set of `LABELS` or with the user's own words."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Note, Result

__all__ = ["LABELS", "relabel"]

#: sets of codes; the words are the product's terms
LABELS: dict[str, dict[str, str]] = {
    "abc": {"A": "A", "B": "B", "C": "C"},
    "key": {"A": "key_accounts", "B": "important_accounts", "C": "ordinary_accounts"},
}
#: column of the tier in a table or a frame of customers
_COLUMNS = ("tier", "level")
#: findings that name value A, and the same with a name of its own
_FINDINGS = {
    "tiers_abc": "tiers_abc_named", "tiers_abc_low_n": "tiers_abc_named_low_n",
    "tiers_abc_fixed": "tiers_abc_fixed_named", "tiers_abc_fixed_low_n": "tiers_abc_fixed_named_low_n",
}  # fmt: skip
#: a bare letter would be read as a potential class
_BARE = re.compile(r"^\s*[ABCabc]\s*(类|级|类客户|级客户)?\s*$")

R = TypeVar("R", bound=Result)


def relabel(result: R, labels: str | Mapping[str, str]) -> R:
    """The same result with a column ``label`` beside its tiers: figures and tables print it.

    Parameters
    ----------
    result : Tiers, Combined, Levels or another result with a column tier or level
        Unchanged.
    labels : str or dict
        Name of a set in `LABELS` ("key": key, important and ordinary accounts), or tier to words of one's own; tiers
        left out keep their name.

    Returns
    -------
    Result
        Of the same class; the rule of each label stays visible in the tier's own column.

    Raises
    ------
    SettingError
        An unknown set or tier, an empty name, one name for two tiers, a bare letter.
    DataError
        A result without tiers.
    """
    column = next((name for name in _COLUMNS if name in result.table), None)
    if column is None:
        raise DataError("labels_no_tier", got=type(result).__name__)
    tiers = list(dict.fromkeys(result.table[column]))
    named = _named(labels, tiers)
    changes: dict[str, Any] = {"table": _with(result.table, column, named, first=True)}
    for field in dataclasses.fields(result):
        frame = getattr(result, field.name)
        if field.name != "table" and isinstance(frame, pd.DataFrame) and column in frame:
            changes[field.name] = _with(frame, column, named)
    changes["settings"] = {**result.settings, "labels": labels if isinstance(labels, str) else dict(labels)}
    changes["finding"] = _finding(result.finding, named)
    return dataclasses.replace(result, **changes)


def _finding(finding: Note | None, named: Mapping[str, str]) -> Note | None:
    """The finding that names value A under its new name; one named before loses the old name."""
    if finding is None:
        return None
    plain = {other: code for code, other in _FINDINGS.items()}.get(finding.code, finding.code)
    if plain not in _FINDINGS:
        return finding
    values = {name: value for name, value in finding.values.items() if name != "label"}
    if named["A"] == "A":
        return Note(plain, values)
    return Note(_FINDINGS[plain], {**values, "label": named["A"]})


def _named(labels: str | Mapping[str, str], tiers: list[str]) -> dict[str, str]:
    if isinstance(labels, str):
        checks.choice(labels, LABELS, name="labels")
        labels = {tier: name for tier, name in LABELS[labels].items() if tier in tiers}
    unknown = [str(tier) for tier in labels if tier not in tiers]
    if unknown or not labels:
        raise SettingError("labels_unknown", got=unknown, tiers=tiers)
    named = {tier: labels.get(tier, tier) for tier in tiers}
    said = list(named.values())
    if any(not isinstance(name, str) or not name.strip() for name in said) or len(set(said)) < len(said):
        raise SettingError("labels_names", got=[str(name) for name in said])
    bare = [name for tier, name in named.items() if name != tier and _BARE.match(name)]
    if bare:
        raise SettingError("labels_bare", got=bare)
    return named


def _with(frame: pd.DataFrame, column: str, named: Mapping[str, str], *, first: bool = False) -> pd.DataFrame:
    out = frame.drop(columns="label", errors="ignore")
    place = 0 if first else list(out.columns).index(column) + 1
    out.insert(place, "label", out[column].map(named).astype("str"))
    return out
