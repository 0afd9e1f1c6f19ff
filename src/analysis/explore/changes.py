"""Two runs of one region compared: which accounts moved, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from ..core.errors import SettingError
from ..core.result import Disclosure, Note, Result

if TYPE_CHECKING:
    from .run import Run

__all__ = ["RunChanges", "between"]

_WHAT = ("tier", "tier_national", "type", "segment", "cooperation_level", "potential_class", "cell", "stage")
#: to the cent
_SAME = 0.005


@dataclass(frozen=True, eq=False, kw_only=True)
class RunChanges(Result):
    """Accounts that are not what they were.

    Attributes
    ----------
    table : DataFrame
        One row per account and what changed: customer_id, what (tier, tier_national, type, segment,
        cooperation_level, potential_class, cell, stage, value_12m, account), before, after, value_before,
        value_after, why.
    summary : DataFrame
        what, why, n: accounts.
    accounts : int
        Accounts in either run.
    """

    summary: pd.DataFrame
    accounts: int

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value_before": "money", "value_after": "money", "customer_id": "text"}
    disclosure: ClassVar[Disclosure] = Disclosure(customers=("customer_id",), row_level="customer")


def between(before: Run, after: Run) -> RunChanges:
    """Compare the accounts of two runs of the same region.

    Parameters
    ----------
    before, after : Run

    Returns
    -------
    RunChanges
        Segment numbers of another model are matched to the old ones by the accounts they share
        before anybody is said to have moved.

    Raises
    ------
    SettingError
        ``explore_other_region``.
    """
    if before.region != after.region:
        raise SettingError("explore_other_region", got=after.region, want=before.region)
    old, new = before.accounts, after.accounts
    both = old.index.intersection(new.index)
    same_value = (new.loc[both, "value_12m"] - old.loc[both, "value_12m"]).abs() < _SAME
    parts = [_gone(old.index.difference(new.index), "left"), _gone(new.index.difference(old.index), "joined")]
    notes = []
    for what in _WHAT:
        if what in old and what in new:
            was, now = old.loc[both, what], new.loc[both, what]
            if what == "segment" and _model(before) != _model(after):
                notes.append(Note("explore_segments_matched", {"before": _count(was), "after": _count(now)}))
                now = _matched(was, now)
            why = _axes(old, new, both) if what == "cell" else _reasons(what, before, after, same_value)
            parts.append(_moved(what, was, now, why))
    parts.append(_valued(old.loc[both, "value_12m"], new.loc[both, "value_12m"], same_value, _source(before, after)))
    table = pd.concat(parts, ignore_index=True)
    for name, frame in (("value_before", old), ("value_after", new)):
        table[name] = table["customer_id"].map(frame["value_12m"]).astype(float)
    columns = ["customer_id", "what", "before", "after", "value_before", "value_after", "why"]
    texts = dict.fromkeys(["customer_id", "what", "before", "after", "why"], "str")
    table = table[columns].astype(texts).sort_values(["what", "customer_id"], ignore_index=True)
    summary = table.groupby(["what", "why"], as_index=False).size().rename(columns={"size": "n"})
    total, moved = len(old.index.union(new.index)), int(table["customer_id"].nunique())
    return RunChanges(
        table=table,
        settings={"before": before.name, "after": after.name, **_changed(after)},
        notes=tuple(notes),
        finding=Note("explore_changes" if moved else "explore_no_change", {"n": moved, "of": total}),
        summary=summary,
        accounts=total,
    )


def _gone(ids: pd.Index, why: str) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": list(ids), "what": "account", "before": "", "after": "", "why": why})


def _moved(what: str, was: pd.Series, now: pd.Series, why: pd.Series) -> pd.DataFrame:
    texts = [column.astype("object").where(column.notna(), "—").astype(str) for column in (was, now)]
    moved = (texts[0] != texts[1]).to_numpy()
    return pd.DataFrame(
        {
            "customer_id": was.index[moved],
            "what": what,
            "before": texts[0][moved].to_numpy(),
            "after": texts[1][moved].to_numpy(),
            "why": why[moved].to_numpy(),
        }
    )


def _valued(was: pd.Series, now: pd.Series, same: pd.Series, why: str) -> pd.DataFrame:
    moved = ~same.to_numpy()
    return pd.DataFrame({"customer_id": was.index[moved], "what": "value_12m", "before": "", "after": "", "why": why})


def _reasons(what: str, before: Run, after: Run, same_value: pd.Series) -> pd.Series:
    """Why each account may have moved: its own numbers, the cut points, or the model."""
    own = _source(before, after)
    if what == "segment":
        rule = "model_changed" if _model(before) != _model(after) else own
        return pd.Series(rule, index=same_value.index)
    if what == "cooperation_level":
        return pd.Series(own if own != "same_data" else _cooperation(before, after), index=same_value.index)
    if what in ("type", "potential_class", "stage"):
        other = _other_cuts("potential_classes", before, after) if what == "potential_class" else "rule_changed"
        return pd.Series(own if own != "same_data" else other, index=same_value.index)
    shelf = "customers_tiers" if what == "tier" else "customers_tiers_national"
    cut = before.results[shelf].thresholds != after.results[shelf].thresholds  # type: ignore[attr-defined]
    moved = np.where(same_value, "cuts_moved" if cut else "rule_changed", "value_and_cuts" if cut else own)
    return pd.Series(moved, index=same_value.index)


def _cooperation(before: Run, after: Run) -> str:
    """What made cooperation levels differ on the same data: other weights or components, else other cut points."""
    one, other = (run.results["customers_cooperation"] for run in (before, after))
    if not one.weights.equals(other.weights):  # type: ignore[attr-defined]
        return "weights_changed"
    return "rule_changed" if one.cuts.equals(other.cuts) else "cuts_moved"  # type: ignore[attr-defined]


def _other_cuts(name: str, before: Run, after: Run) -> str:
    """Whether the frozen cut points of this name differ."""
    one, other = (getattr(run.reference.get(name), "thresholds", None) for run in (before, after))
    return "rule_changed" if one == other else "cuts_moved"


def _axes(old: pd.DataFrame, new: pd.DataFrame, both: pd.Index) -> pd.Series:
    """Which of its two axes moved an account to another cell."""
    level, potential = (
        (old.loc[both, axis].fillna("") != new.loc[both, axis].fillna("")).to_numpy()
        for axis in ("cooperation_level", "potential_class")
    )
    return pd.Series(np.select([level & potential, level], ["both_moved", "level_moved"], "potential_moved"), both)


def _source(before: Run, after: Run) -> str:
    """What made the accounts' own numbers differ."""
    if before.meta["tables_hash"] != after.meta["tables_hash"]:
        return "data_changed"
    changes = after.stamp.get("changes", {})
    if before.stamp.get("changes", {}).get("brand") != changes.get("brand") or before.brand != after.brand:
        return "brand_changed"
    return "date_moved" if before.as_of != after.as_of else "same_data"


def _model(run: Run) -> Any:
    """What tells one segment model from another."""
    model = run.reference.get("segments_model")
    return None if model is None else model.table.to_csv()


def _count(segments: pd.Series) -> int:
    """Number of segments; 0 stands for accounts that fit none."""
    return int(segments[segments != 0].nunique())


def _matched(was: pd.Series, now: pd.Series) -> pd.Series:
    """New segment numbers in the old ones' terms: the pairing that keeps most accounts in place."""
    numbered = (was != 0) & (now != 0)
    shared = pd.crosstab(now[numbered], was[numbered])
    rows, columns = linear_sum_assignment(-shared.to_numpy())
    names = {shared.index[r]: str(shared.columns[c]) for r, c in zip(rows, columns, strict=True)}
    return now.map({s: names.get(s, f"+{s}") for s in now.dropna().unique()} | {0: "0"}, na_action="ignore")


def _changed(after: Run) -> dict[str, Any]:
    return {f"changed_{name}": value for name, value in after.stamp.get("changes", {}).items()}
