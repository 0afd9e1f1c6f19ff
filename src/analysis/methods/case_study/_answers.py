"""The five sentences of page one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import disclosure
from ...core.errors import DataError
from ...core.policy import MIN_CELL
from ...core.result import Note, Result
from . import _rows

__all__ = ["Answers", "answers"]

SENTENCES = 5
#: shares of effort and potential closer than this are no matter for page one, however certain
LEAST_APART = 0.03

Found = tuple[str, str, pd.Series, dict[str, Any]] | None


@dataclass(frozen=True, eq=False, kw_only=True)
class Answers(Result):
    """The page-one sentences: sentence, kind (of evidence), value, lo, hi, n, method, flag; items: their words."""

    items: tuple[Note, ...]
    layout: ClassVar[str] = "answers"


def answers(results: Mapping[str, Result], *, min_cell: int = MIN_CELL["shared"]) -> Answers:
    """Five sentences, the most useful a region's results allow, each with number, interval and n.

    Parameters
    ----------
    results : mapping of str to Result
        Saved results by name: ``value_growth``, ``value_total``, ``value_retention``, ``value_repeat``,
        ``customers_grid``, ``customers_tiers``, ``customers_types``, ``voice_barriers``, ``voice_ladder``,
        ``voice_nps``, ``voice_overview``, ``voice_drivers``, ``voice_unmet``, ``voice_codes``. Any may be absent.

    min_cell : int, default 11
        Smallest count that the page shows: a cell that its table hides, also to keep another from being worked out,
        is not told here either.

    Returns
    -------
    Answers

    Raises
    ------
    DataError
        ``nothing_to_say``: none of them is there.
    """
    rows: list[dict[str, Any]] = []
    items: list[Note] = []
    for name, say in _SENTENCES:
        found = say(_shown(results[name], name, min_cell)) if name in results else None
        if found is None or len(rows) == SENTENCES:
            continue
        code, kind, row, values = found
        estimate = {c: row.get(c, np.nan) for c in _rows.ESTIMATE}
        rows.append({"sentence": code, "kind": kind, **estimate})
        items.append(Note(code, values))
    if not rows:
        raise DataError("nothing_to_say", found=sorted(results))
    return Answers(table=pd.DataFrame(rows), items=tuple(items), settings={"from": sorted(results)})


def _shown(result: Result, name: str, min_cell: int) -> Result:
    """The result as its own table shows it, where a sentence picks one cell of a cross table."""
    return disclosure.control(result, min_cell).result if name == "customers_grid" else result


def _growth(result: Result) -> Found:
    row = _rows.every(result.table)
    if not _rows.usable(row):
        return None
    told = _rows.told(row, months=int(result.settings["months"]))
    told["size"] = abs(told["value"])
    code = "growth_up" if told["lo"] > 0 else "growth_down" if told["hi"] < 0 else "growth_flat"
    return code, "evidence_description", row, told


def _worth(result: Result) -> Found:
    row = _rows.every(result.table)
    if not _rows.usable(row):
        return None
    settings, values = result.settings, dict(result.finding.values) if result.finding else {}
    told = _rows.told(
        row, periods=float(settings["periods"]), unit=f"unit_{settings['unit']}", level=float(settings["level"])
    )
    error = values.get("error")
    if error is None or not np.isfinite(error):
        return "worth", "evidence_forecast", row, told
    code = "worth_tested" if result.finding and result.finding.code.endswith("_tested") else "worth_held_out"
    return code, "evidence_forecast", row, told | {"error": float(error)}


def _kept(result: Result) -> Found:
    table = result.table
    row = _rows.every(table[table["metric"] == "customers_kept"])
    return ("kept", "evidence_description", row, _rows.told(row)) if _rows.usable(row) else None


def _repeated(result: Result) -> Found:
    row = _rows.every(result.table)
    return ("repeated", "evidence_description", row, _rows.told(row)) if _rows.usable(row) else None


def _top_tier(result: Result) -> Found:
    rows = result.table[result.table["tier"] == "A"]
    if not len(rows) or not _rows.usable(rows.iloc[0]):
        return None
    row = rows.iloc[0]
    return "top_tier", "evidence_description", row, _rows.told(row, share=float(row["share_customers"]))


def _mismatch(result: Result) -> Found:
    """The cell of the grid whose effort is furthest from its potential, where the interval shows it."""
    table = result.table
    apart = (table["share_effort"] - table["share_potential"]).abs() >= LEAST_APART
    shown = table[(table["flag"] == "ok") & apart & ((table["hi"] < 1) | (table["lo"] > 1))]
    if shown.empty:
        return None
    row = shown.iloc[int((shown["share_effort"] - shown["share_potential"]).abs().to_numpy().argmax())]
    told = _rows.told(
        row, potential=str(row["potential_class"]), level=str(row["level"]),
        share_potential=float(row["share_potential"]), share_effort=float(row["share_effort"]),
    )  # fmt: skip
    return "effort_short" if row["value"] < 1 else "effort_ample", "evidence_description", row, told


def _barrier(result: Result) -> Found:
    table = result.table[result.table["flag"].isin(["ok", "low_n"])]
    ranked = table[table["priority"].notna()]
    if len(ranked):
        row = ranked.iloc[0]
        sizes = {"size": abs(row["effect"]), "size_lo": -row["effect_hi"], "size_hi": -row["effect_lo"]}
        told = _rows.told(row, barrier=str(row["barrier"]), **{k: float(v) for k, v in sizes.items()})
        # the ladder is spoken of only where the barriers were held against it
        ladder = result.finding is not None and result.finding.code == "barriers_ladder"
        return "barrier_ranked" if ladder else "barrier_ranked_outcome", "evidence_association", row, told
    if not len(table):
        return None
    row = table.sort_values(["value", "barrier"], ascending=[False, True]).iloc[0]
    return (
        ("barrier_named", "evidence_survey", row, _rows.told(row, barrier=str(row["barrier"])))
        if _rows.usable(row)
        else None
    )


def _climbed(result: Result) -> Found:
    rows = result.table[result.table["step"] == 4]
    if not len(rows) or not _rows.usable(rows.iloc[0]):
        return None
    return "ladder_reached", "evidence_survey", rows.iloc[0], _rows.told(rows.iloc[0])


def _promoters(result: Result) -> Found:
    row = _rows.every(result.table)
    if _rows.usable(row):
        return "nps_value", "evidence_survey", row, _rows.told(row)
    if _rows.usable(row, "lo", "hi") and row is not None:
        return (
            "nps_between",
            "evidence_survey",
            row,
            {"lo": float(row["lo"]), "hi": float(row["hi"]), "n": int(row["n"])},
        )
    return None


def _satisfied(result: Result) -> Found:
    """Share of satisfied answers to the overall question of this wave."""
    rows = result.table[(result.table["measure"] == "satisfaction_top") & (result.table["told"] == "current")]
    row = _rows.first(rows)
    return ("satisfied", "evidence_survey", row, _rows.told(row)) if _rows.usable(row) else None


def _driver(result: Result) -> Found:
    """The driver in front, where it explains more than its stand-in."""
    rows = result.table[result.table["beats_probe"].eq(True) & result.table["flag"].isin(["ok", "low_n"])]
    if rows.empty:
        return None
    row = rows.iloc[0].rename({"share": "value"})
    if not _rows.usable(row):
        return None
    code = "driver_first" if row["rank_lo"] == row["rank_hi"] == 1 else "driver_among"
    return code, "evidence_association", row, _rows.told(row, driver=str(row["driver"]))


def _unmet(result: Result) -> Found:
    row = _rows.first(result.table)
    return ("need_unmet", "evidence_survey", row, _rows.told(row, need=str(row["need"]))) if _rows.usable(row) else None


def _theme(result: Result) -> Found:
    """The theme that most respondents speak of."""
    row = _rows.first(result.table[result.table["statement"] == "affirmed"])
    if not _rows.usable(row) or row is None or row["theme"] == "theme_other":
        return None
    return "theme_most", "evidence_survey", row, _rows.told(row, theme=str(row["theme"]))


def _active(result: Result) -> Found:
    rows = result.table[result.table["type"] == "active"]
    return (
        ("active_customers", "evidence_description", rows.iloc[0], _rows.told(rows.iloc[0]))
        if len(rows) and _rows.usable(rows.iloc[0])
        else None
    )


#: state, value, barrier, what stays, mismatch; then what may take the place of one that is missing
_SENTENCES: tuple[tuple[str, Callable[[Any], Found]], ...] = (
    ("value_growth", _growth), ("value_total", _worth), ("voice_barriers", _barrier), ("value_retention", _kept),
    ("customers_grid", _mismatch), ("customers_tiers", _top_tier), ("voice_ladder", _climbed),
    ("voice_nps", _promoters), ("value_repeat", _repeated),
    ("customers_types", _active), ("voice_overview", _satisfied), ("voice_drivers", _driver), ("voice_unmet", _unmet),
    ("voice_codes", _theme),
)  # fmt: skip
