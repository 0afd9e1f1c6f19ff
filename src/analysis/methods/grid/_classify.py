"""Potential by cooperation, nine cells: `classify`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ._cells import CELLS, LEVELS, N_BOOT, POTENTIAL, cell_name, cell_table

__all__ = ["Grid", "classify"]

#: why an account is in no cell, in the order in which it is asked
OUTSIDE = ("grid_unknown", "grid_none", "grid_to_assess")


@dataclass(frozen=True, eq=False, kw_only=True)
class Grid(Result):
    """Potential by cooperation.

    Attributes
    ----------
    table : DataFrame
        Nine rows: potential_class (pot_high …), level (level_1 …), n, share_customers, share_potential,
        share_own (of own sales), share_effort (all of the accounts in the grid), value (effort ÷ potential: share
        of effort over share of potential, 1 when both are alike), lo, hi, method, flag.
    customers : DataFrame
        Index customer_id in the order of the input: potential_class, level, cell ("high_1" …, or why it is in
        none), p_cell (probability of that cell) and p_high_1 … p_low_3.
    outside : DataFrame
        reason, n, share_effort (of all effort): accounts in no cell.
    legend : dict
        Names of the codes where the company has its own; the cut points of both axes.
    """

    customers: pd.DataFrame
    outside: pd.DataFrame
    legend: dict[str, Any]
    formats: ClassVar[Mapping[str, str]] = {
        "share_customers": "percent", "share_potential": "percent", "share_own": "percent", "share_effort": "percent",
        "value": "ratio",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("share_customers", "share_potential", "share_own", "share_effort", "value", "lo", "hi"),
        within=(), margins=("potential_class", "level"),
    )  # fmt: skip


def classify(
    classes: Result | pd.DataFrame,
    levels: Result | pd.DataFrame,
    *,
    own: pd.Series | None = None,
    effort: pd.Series | None = None,
    legend: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Grid:
    """Nine cells of potential and cooperation, and where the effort goes.

    Parameters
    ----------
    classes : PotentialClasses or DataFrame
        Index customer_id: potential, potential_class (high, mid, low, none, unknown), optionally p_high, p_mid,
        p_low. These customers make up the grid.
    levels : Cooperation or DataFrame
        Index customer_id: level (1 high, 2, 3; 0 to be assessed), optionally p_1, p_2, p_3.
    own : Series, optional
        Own sales of each account; without an entry 0.
    effort : Series, optional
        Contacts or minutes of each account; without an entry 0.
    legend : dict, optional
        The company's own names for "high", "mid", "low", "1", "2", "3".
    seed : int, default 0
        Of 500 resamples of accounts behind the intervals (percentile, 95 %).

    Returns
    -------
    Grid
        P(cell) is P(potential class) × P(level), taken as independent. That is an approximation: the level counts own
        share of the category, and the category is the potential, so an error of the category moves both (own weight
        of the share 1/7 to 1/3). In a simulation with errors of the category of 10 / 20 / 40 % the mean error of
        P(own cell) was 0.003 / 0.01 / 0.03 and 95 % of accounts were within 0.02 / 0.06 / 0.11, on either side.

    Raises
    ------
    DataError
        No customer, one twice, a class or level of another name, effort or sales missing or not finite.
    SettingError
        A legend for something that is no class or level.
    """
    first, second, points = _frame(classes, "classes"), _frame(levels, "levels"), _points(classes, levels)
    checks.whole(seed, name="seed", low=0)
    frame = _joined(first, second)
    amounts = pd.DataFrame({
        "potential": frame["potential"].fillna(0.0), "own": _amount(own, frame.index, "own"),
        "effort": _amount(effort, frame.index, "effort"),
    })  # fmt: skip
    inside = (frame["cell"].isin([cell_name(*c) for c in CELLS])).to_numpy()
    table = cell_table(frame[inside], amounts[inside], seed)
    outside = _outside(frame[~inside], amounts)
    chances = _chances(frame, inside)
    customers = pd.concat([frame[["potential_class", "level", "cell"]], chances], axis=1)
    return Grid(
        table=table,
        settings={"n_boot": N_BOOT, "seed": seed, "n": len(frame), "inside": int(inside.sum())},
        notes=_measured(classes) + _notes(outside, effort, frame.index, points),
        finding=_finding(table),
        customers=customers.reindex(first.index).rename_axis("customer_id"),
        outside=outside,
        legend={"names": _named(legend), **points},
    )


def _frame(given: Result | pd.DataFrame, name: str) -> pd.DataFrame:
    frame = given.__dict__["customers"] if isinstance(given, Result) else given
    needed = ("potential", "potential_class") if name == "classes" else ("level",)
    checks.columns(frame, needed, name=name)
    checks.not_empty(frame, name=name)
    checks.unique_index(frame, name=name)
    column, allowed = (
        ("potential_class", {*POTENTIAL, "none", "unknown"}) if name == "classes" else ("level", {0, 1, 2, 3})
    )
    odd = set(frame[column].dropna()) - allowed
    if odd:
        raise DataError("grid_codes", name=name, got=sorted(map(str, odd))[:5], allowed=sorted(map(str, allowed)))
    return frame


def _points(classes: Result | pd.DataFrame, levels: Result | pd.DataFrame) -> dict[str, Any]:
    """Cut points of both axes as far as the inputs tell them."""
    high = classes.settings if isinstance(classes, Result) else {}
    thresholds = classes.__dict__.get("thresholds") if isinstance(classes, Result) else None
    low = levels.settings if isinstance(levels, Result) else {}
    return {"shares": high.get("cuts"), "thresholds": thresholds, "scores": low.get("level_cuts")}


def _joined(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Every customer of the first frame, sorted by id, with its cell or the reason why it has none."""
    frame = first.iloc[np.argsort(first.index.astype(str), kind="stable")].copy()
    frame["potential_class"] = (
        frame["potential_class"].astype(object).where(frame["potential_class"].notna(), "unknown")
    )
    also = second.reindex(frame.index)
    frame["level"] = also["level"].fillna(0).astype(int)
    for name in ("p_1", "p_2", "p_3"):
        frame[name] = also.get(name, np.nan)
    rows = zip(frame["potential_class"], frame["level"], strict=True)
    frame["cell"] = pd.Series([_cell(p, level) for p, level in rows], frame.index, dtype="str")
    return frame.astype({"potential_class": "str"})


def _cell(potential: str, level: int) -> str:
    if potential not in POTENTIAL:
        return f"grid_{potential}"
    return cell_name(potential, level) if level else "grid_to_assess"


def _amount(given: pd.Series | None, index: pd.Index, name: str) -> pd.Series:
    if given is None:
        return pd.Series(np.nan, index)
    checks.unique_index(given, name=name)
    numbers = pd.to_numeric(given).astype("float64")
    bad = int((~np.isfinite(numbers)).sum()) if name == "own" else int((~np.isfinite(numbers) | (numbers < 0)).sum())
    if bad:
        raise DataError("grid_amount", name=name, count=bad)
    return numbers.reindex(index).fillna(0.0)


def _outside(frame: pd.DataFrame, amounts: pd.DataFrame) -> pd.DataFrame:
    total = amounts["effort"].sum(min_count=1)
    rows = []
    for reason in OUTSIDE:
        here = frame.index[frame["cell"] == reason]
        spent = amounts.loc[here, "effort"].sum()
        rows.append((reason, len(here), float(spent / total) if total > 0 else np.nan))
    return pd.DataFrame(rows, columns=["reason", "n", "share_effort"]).astype({"reason": "str"})


def _chances(frame: pd.DataFrame, inside: np.ndarray) -> pd.DataFrame:
    """P(cell); where an input gives no probabilities, its class or level is taken as certain."""
    sides = {}
    for name, codes in (("potential_class", POTENTIAL), ("level", LEVELS)):
        sure = frame[name].to_numpy()[:, None] == np.array(codes, dtype=object)
        columns = [f"p_{c}" for c in codes]
        given = frame.reindex(columns=columns).to_numpy(dtype=float)
        sides[name] = np.where(np.isfinite(given).all(axis=1, keepdims=True), given, sure)
    both = (sides["potential_class"][:, :, None] * sides["level"][:, None, :]).reshape(len(frame), len(CELLS))
    both[~inside] = np.nan
    names = [cell_name(*c) for c in CELLS]
    out = pd.DataFrame(both, frame.index, [f"p_{name}" for name in names])
    place = pd.Index(names).get_indexer(pd.Index(frame["cell"]))
    own = np.where(inside, both[np.arange(len(frame)), np.maximum(place, 0)], np.nan)
    out.insert(0, "p_cell", own)
    return out


def _named(legend: Mapping[str, str] | None) -> dict[str, str]:
    known = [*POTENTIAL, *map(str, LEVELS)]
    given = {str(k): str(v) for k, v in (legend or {}).items()}
    if not set(given) <= set(known):
        raise SettingError("not_a_choice", name="legend", got=sorted(set(given) - set(known)), allowed=known)
    return given


def _measured(classes: Result | pd.DataFrame) -> tuple[Note, ...]:
    """What the potential is, as the classes tell it."""
    notes = classes.notes if isinstance(classes, Result) else ()
    return tuple(note for note in notes if note.code == "potential_measured")


def _notes(
    outside: pd.DataFrame, effort: pd.Series | None, index: pd.Index, points: Mapping[str, Any]
) -> tuple[Note, ...]:
    out = [Note("grid_legend", {})]
    if points["shares"] is not None:
        # whole percent: a legend is printed even where a share in the table that looks alike is hidden
        high, mid = (round(100 * share) for share in points["shares"])
        out.append(Note("grid_legend_potential", {"high": high, "mid": mid}))
    if points["scores"] is not None and np.isfinite(points["scores"]).all():
        lower, upper = (round(cut) for cut in points["scores"])
        out.append(Note("grid_legend_scores", {"upper": upper, "lower": lower}))
    for row in outside[outside["n"] > 0].to_dict("records"):
        code = "grid_outside" if np.isnan(row["share_effort"]) else "grid_outside_effort"
        values = {"reason": row["reason"], "n": int(row["n"])}
        out.append(Note(code, values if np.isnan(row["share_effort"]) else values | {"share": row["share_effort"]}))
    if effort is None:
        out.append(Note("grid_no_effort", {}))
    else:
        silent = int((~index.isin(effort.index)).sum())
        if silent:
            out.append(Note("grid_effort_absent", {"count": silent}))
    return tuple(out)


def _finding(table: pd.DataFrame) -> Note:
    """The largest gap between potential and effort that the interval confirms."""
    total = int(table["n"].sum())
    if total == 0:
        return Note("grid_empty", {})
    usable = table[(table["flag"] == "ok") & ((table["hi"] < 1) | (table["lo"] > 1))]
    if usable.empty:
        row = table[(table["potential_class"] == "pot_high") & (table["level"] == "level_3")].iloc[0]
        told = {"n": int(row["n"]), "total": total}
        return Note("grid_described" if (table["flag"] == "missing_input").all() else "grid_no_gap", told)
    row = usable.iloc[int((usable["share_effort"] - usable["share_potential"]).abs().to_numpy().argmax())]
    values = {name: float(row[name]) for name in ("share_potential", "share_effort")}
    codes = {"potential_class": str(row["potential_class"]), "level": str(row["level"])}
    return Note("grid_under" if row["value"] < 1 else "grid_over", {"n": int(row["n"]), **codes, **values})
