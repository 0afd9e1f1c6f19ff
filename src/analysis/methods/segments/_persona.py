"""One card per segment: who they are, how many, what sets them apart: `persona_cards`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ._fit import LOW_N
from ._naming import SegmentNames, suggest_names
from ._profile import Profile
from ._rules import Rules

__all__ = ["PersonaCards", "persona_cards"]

_FEATURES = 3
#: below half a spread on every feature two segments call for the same action
_ALIKE = 0.5


@dataclass(frozen=True, eq=False, kw_only=True)
class PersonaCards(Result):
    """Cards of the segments.

    Attributes
    ----------
    table : DataFrame
        One row per segment: segment, name_zh, name_en, n, value (share of customers), lo, hi, share_value (share of all
        value; missing where no values were given), merge_with (segment it could be merged with, else missing), method,
        flag.
    apart : DataFrame
        Up to three rows per segment, strongest first: segment, n, position, feature, index, std_difference, role.
    conditions : DataFrame
        Of the rule: segment, position, feature, side, threshold, kind, coverage, precision; empty without rules.
    mix : DataFrame
        Most frequent level of each attribute: segment, n, attribute, level, count, share (of the segment), base (of
        all customers).
    """

    apart: pd.DataFrame
    conditions: pd.DataFrame
    mix: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        "name_zh": "text", "name_en": "text", "value": "percent", "share_value": "percent", "merge_with": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "count"), hides=("value", "lo", "hi", "share_value", "index", "std_difference", "share"),
        keys=("segment", "merge_with", "position", "threshold"), within=(),
    )  # fmt: skip


def persona_cards(
    profile: Profile,
    *,
    values: pd.Series | None = None,
    names: SegmentNames | None = None,
    rules: Rules | None = None,
    attributes: pd.DataFrame | None = None,
) -> PersonaCards:
    """Put together what a colleague needs to know about each segment.

    Parameters
    ----------
    profile : Profile
    values : Series, optional
        Value of each customer; returns beyond purchases count as 0 in the shares.
    names : SegmentNames, optional
        `suggest_names` of the profile without it.
    rules : Rules, optional
    attributes : DataFrame, optional
        Words by customer, such as kind of customer, hospital level, tier: the most frequent one is shown.

    Returns
    -------
    PersonaCards
        With a note for each two segments that differ by less than half a spread on every feature: such two would get
        the same action and are better merged.

    Raises
    ------
    DataError
        Customers of the profile without value.
    """
    segment = profile.customers["segment"]
    named = (names or suggest_names(profile)).table.set_index("segment")
    numbers = [int(number) for number in named.index]
    n = segment.value_counts().reindex(numbers, fill_value=0).to_numpy()
    lo, hi = intervals.wilson(n, np.full(len(n), len(segment)))
    alike = _alike(profile.table, numbers)
    table = pd.DataFrame({
        "segment": numbers, "name_zh": named["name_zh"].to_numpy(), "name_en": named["name_en"].to_numpy(), "n": n,
        "value": n / len(segment), "lo": lo, "hi": hi, "share_value": _value_shares(segment, values, numbers),
        "merge_with": [next((float(b if number == a else a) for a, b in alike if number in (a, b)), np.nan)
                       for number in numbers],
        "method": "wilson", "flag": np.where(n < LOW_N, "low_n", "ok"),
    })  # fmt: skip
    merge = tuple(Note("segments_merge", {"one": a, "other": b}) for a, b in alike)
    made = Note("segments_described_only", {}) if (profile.table["role"] == "clustered").any() else None
    return PersonaCards(
        table=table,
        settings={"n": len(segment), "alike": _ALIKE, "attributes": [] if attributes is None else list(attributes)},
        notes=(*merge, *([made] if made else [])),
        finding=_finding(table),
        apart=_apart(profile.table, numbers),
        conditions=_conditions(rules),
        mix=_mix(segment, attributes, numbers),
    )


def _value_shares(segment: pd.Series, values: pd.Series | None, numbers: list[int]) -> np.ndarray:
    if values is None:
        return np.full(len(numbers), np.nan)
    known = values.reindex(segment.index)
    if known.isna().any():
        raise DataError("segments_order_by", count=int(known.isna().sum()))
    positive = known.clip(lower=0)
    sums = positive.groupby(segment).sum().reindex(numbers, fill_value=0.0).to_numpy()
    return sums / positive.sum() if positive.sum() > 0 else np.full(len(numbers), np.nan)


def _alike(table: pd.DataFrame, numbers: list[int]) -> list[tuple[int, int]]:
    wide = table.set_index(["segment", "feature"])["std_difference"].unstack().fillna(0.0)  # noqa: PD010
    pairs = combinations(numbers, 2)
    rows = {number: wide.loc[number].to_numpy(dtype=float) for number in numbers}
    return [(a, b) for a, b in pairs if np.abs(rows[a] - rows[b]).max() < _ALIKE]


def _apart(table: pd.DataFrame, numbers: list[int]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number in numbers:
        part = table[(table["segment"] == number) & table["std_difference"].notna()]
        part = part.assign(size=part["std_difference"].abs()).sort_values(["size", "feature"], ascending=[False, True])
        for i, row in enumerate(part.head(_FEATURES).to_dict("records")):
            kept = {name: row[name] for name in ("segment", "n")}
            told = {name: row[name] for name in ("feature", "index", "std_difference", "role")}
            rows.append({**kept, "position": i + 1, **told})
    columns = ["segment", "n", "position", "feature", "index", "std_difference", "role"]
    return pd.DataFrame(rows, columns=columns)


def _conditions(rules: Rules | None) -> pd.DataFrame:
    columns = ["segment", "position", "feature", "side", "threshold", "kind", "coverage", "precision"]
    if rules is None:
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns, "str"))
    told = rules.table.rename(columns={"value": "coverage"})[["segment", "coverage", "precision"]]
    return rules.conditions.merge(told, on="segment", how="left")[columns]


def _mix(segment: pd.Series, attributes: pd.DataFrame | None, numbers: list[int]) -> pd.DataFrame:
    columns = ["segment", "n", "attribute", "level", "count", "share", "base"]
    rows = []
    for name in [] if attributes is None else attributes.columns:
        column = attributes[name].reindex(segment.index).astype(object)  # type: ignore[index]
        everyone = (column.value_counts() / len(column)).to_dict()
        for number in numbers:
            counts = column[segment == number].value_counts().sort_index()
            # of all customers of the segment: a level that few have says little about it
            size = int((segment == number).sum())
            if counts.empty:
                continue
            level = counts.idxmax()
            rows.append({
                "segment": number, "n": size, "attribute": str(name), "level": str(level),
                "count": int(counts.max()), "share": float(counts.max() / size), "base": float(everyone[level]),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=columns) if rows else pd.DataFrame(columns=columns).astype(
        dict.fromkeys(columns, "str"))  # fmt: skip


def _finding(table: pd.DataFrame) -> Note:
    known = table[table["share_value"].notna()]
    if known.empty:
        return Note("segments_cards", {"segments": len(table)})
    row = known.iloc[int(known["share_value"].to_numpy().argmax())]
    return Note("segments_cards_value", {
        "segment": int(row["segment"]), "value": float(row["value"]), "share_value": float(row["share_value"]),
        "n": int(row["n"]),
    })  # fmt: skip
