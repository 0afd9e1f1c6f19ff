"""Page one of a case study: five sentences, four cards, what is to be decided.

Nothing is computed here. The saved results of the other notebooks come in by
name; what a region does not have is left out, and the next most useful
sentence takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeGuard

import numpy as np
import pandas as pd

from ..core import checks
from ..core.errors import DataError
from ..core.result import Disclosure, Note, Result

__all__ = ["Answers", "Cards", "Decisions", "answers", "cards", "decisions"]

SENTENCES, CARDS = 5, 4
#: days until a decision is due, after the cut-off
DUE = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class Answers(Result):
    """The page-one sentences: sentence, kind (of evidence), value, lo, hi, n, method, flag; items: their words."""

    items: tuple[Note, ...]
    layout: ClassVar[str] = "answers"


@dataclass(frozen=True, eq=False, kw_only=True)
class Cards(Result):
    """Key figures; table: card, value, lo, hi, n, unit, reference, method, flag."""

    layout: ClassVar[str] = "cards"


@dataclass(frozen=True, eq=False, kw_only=True)
class Decisions(Result):
    """What is to be decided; table: decision, owner, due, n; items: their words."""

    items: tuple[Note, ...]
    layout: ClassVar[str] = "decisions"
    disclosure: ClassVar[Disclosure] = Disclosure(hides=())


Found = tuple[str, str, pd.Series, dict[str, Any]] | None


def answers(results: Mapping[str, Result]) -> Answers:
    """Five sentences, the most useful a region's results allow, each with number, interval and n.

    Parameters
    ----------
    results : mapping of str to Result
        Saved results by name: ``value_growth``, ``value_total``, ``value_retention``, ``value_repeat``,
        ``customers_tiers``, ``customers_types``, ``voice_barriers``, ``voice_ladder``, ``voice_nps``,
        ``voice_drivers``. Any may be absent.

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
        found = say(results[name]) if name in results else None
        if found is None or len(rows) == SENTENCES:
            continue
        code, kind, row, values = found
        estimate = {c: row.get(c, np.nan) for c in ("value", "lo", "hi", "n", "method", "flag")}
        rows.append({"sentence": code, "kind": kind, **estimate})
        items.append(Note(code, values))
    if not rows:
        raise DataError("nothing_to_say", found=sorted(results))
    return Answers(table=pd.DataFrame(rows), items=tuple(items), settings={"from": sorted(results)})


def cards(results: Mapping[str, Result]) -> Cards:
    """Up to four key figures with interval, n and, where there is one, a reference.

    Parameters
    ----------
    results : mapping of str to Result
        As for `answers`.
    """
    rows: list[dict[str, Any]] = []
    for name, card, pick, unit, reference in _CARDS:
        row = pick(results[name].table) if name in results else None
        if row is None or len(rows) == CARDS:
            continue
        estimate = {c: row.get(c, np.nan) for c in ("value", "lo", "hi", "n", "method", "flag")}
        rows.append({"card": card, **estimate, "unit": unit, "reference": reference})
    if not rows:
        raise DataError("nothing_to_say", found=sorted(results))
    return Cards(table=pd.DataFrame(rows), settings={"from": sorted(results)})


def decisions(results: Mapping[str, Result], *, as_of: Any) -> Decisions:
    """Up to three decisions that the results ask for, with owner and date.

    Parameters
    ----------
    results : mapping of str to Result
        ``value_at_risk``, ``voice_barriers``, ``health_rejected``, ``customers_segment_choice``; any may be absent.
    as_of : date
        The cut-off; decisions are due thirty days later.
    """
    checks.not_empty(results, name="results")
    due = pd.Timestamp(as_of).normalize() + pd.Timedelta(days=DUE)
    rows: list[dict[str, Any]] = []
    items: list[Note] = []
    for name, ask in _DECISIONS:
        found = ask(results[name]) if name in results else None
        if found is not None and len(rows) < 3:
            code, owner, n, values = found
            rows.append({"decision": code, "owner": owner, "due": due, "n": n})
            items.append(Note(code, values))
    table = pd.DataFrame(rows, columns=["decision", "owner", "due", "n"])
    return Decisions(table=table, items=tuple(items), settings={"from": sorted(results)})


# -- one sentence each ----------------------------------------------------------


def _usable(row: pd.Series | None, *columns: str) -> TypeGuard[pd.Series]:
    wanted = columns or ("value", "lo", "hi")
    return row is not None and row.get("flag") in ("ok", "low_n") and all(pd.notna(row.get(c)) for c in wanted)


def _all(table: pd.DataFrame) -> pd.Series | None:
    rows = table[table["group"] == "all"]
    return rows.iloc[0] if len(rows) else None


def _told(row: pd.Series, **more: Any) -> dict[str, Any]:
    return {c: float(row[c]) for c in ("value", "lo", "hi")} | {"n": int(row["n"])} | more


def _growth(result: Result) -> Found:
    row = _all(result.table)
    if not _usable(row):
        return None
    told = _told(row, months=int(result.settings["months"]))
    told["size"] = abs(told["value"])
    code = "growth_up" if told["lo"] > 0 else "growth_down" if told["hi"] < 0 else "growth_flat"
    return code, "evidence_description", row, told


def _worth(result: Result) -> Found:
    row = _all(result.table)
    if not _usable(row):
        return None
    settings, values = result.settings, dict(result.finding.values) if result.finding else {}
    told = _told(
        row, periods=float(settings["periods"]), unit=f"unit_{settings['unit']}", level=float(settings["level"])
    )
    error = values.get("error")
    if error is None or not np.isfinite(error):
        return "worth", "evidence_forecast", row, told
    code = "worth_tested" if result.finding and result.finding.code.endswith("_tested") else "worth_held_out"
    return code, "evidence_forecast", row, told | {"error": float(error)}


def _kept(result: Result) -> Found:
    table = result.table
    row = _all(table[table["metric"] == "customers_kept"])
    return ("kept", "evidence_description", row, _told(row)) if _usable(row) else None


def _repeated(result: Result) -> Found:
    row = _all(result.table)
    return ("repeated", "evidence_description", row, _told(row)) if _usable(row) else None


def _top_tier(result: Result) -> Found:
    rows = result.table[result.table["tier"] == "A"]
    if not len(rows) or not _usable(rows.iloc[0]):
        return None
    row = rows.iloc[0]
    return "top_tier", "evidence_description", row, _told(row, share=float(row["share_customers"]))


def _barrier(result: Result) -> Found:
    table = result.table[result.table["flag"].isin(["ok", "low_n"])]
    ranked = table[table["priority"].notna()]
    if len(ranked):
        row = ranked.iloc[0]
        sizes = {"size": abs(row["effect"]), "size_lo": -row["effect_hi"], "size_hi": -row["effect_lo"]}
        told = _told(row, barrier=str(row["barrier"]), **{k: float(v) for k, v in sizes.items()})
        # the ladder is spoken of only where the barriers were held against it
        ladder = result.finding is not None and result.finding.code == "barriers_ladder"
        return "barrier_ranked" if ladder else "barrier_ranked_outcome", "evidence_association", row, told
    if not len(table):
        return None
    row = table.sort_values(["value", "barrier"], ascending=[False, True]).iloc[0]
    return ("barrier_named", "evidence_survey", row, _told(row, barrier=str(row["barrier"]))) if _usable(row) else None


def _climbed(result: Result) -> Found:
    rows = result.table[result.table["step"] == 4]
    if not len(rows) or not _usable(rows.iloc[0]):
        return None
    return "ladder_reached", "evidence_survey", rows.iloc[0], _told(rows.iloc[0])


def _promoters(result: Result) -> Found:
    row = _all(result.table)
    if _usable(row):
        return "nps_value", "evidence_survey", row, _told(row)
    if _usable(row, "lo", "hi") and row is not None:
        return (
            "nps_between",
            "evidence_survey",
            row,
            {"lo": float(row["lo"]), "hi": float(row["hi"]), "n": int(row["n"])},
        )
    return None


def _active(result: Result) -> Found:
    rows = result.table[result.table["type"] == "active"]
    return (
        ("active_customers", "evidence_description", rows.iloc[0], _told(rows.iloc[0]))
        if len(rows) and _usable(rows.iloc[0])
        else None
    )


#: state, value, barrier, what stays, mismatch; then what may take the place of one that is missing
_SENTENCES: tuple[tuple[str, Callable[[Any], Found]], ...] = (
    ("value_growth", _growth), ("value_total", _worth), ("voice_barriers", _barrier), ("value_retention", _kept),
    ("customers_tiers", _top_tier), ("voice_ladder", _climbed), ("voice_nps", _promoters), ("value_repeat", _repeated),
    ("customers_types", _active),
)  # fmt: skip


# -- cards ------------------------------------------------------------------------


def _kept_row(table: pd.DataFrame) -> pd.Series | None:
    return _all(table[table["metric"] == "customers_kept"])


def _first_barrier(table: pd.DataFrame) -> pd.Series | None:
    return table.iloc[0] if len(table) else None


def _step_four(table: pd.DataFrame) -> pd.Series | None:
    rows = table[table["step"] == 4]
    return rows.iloc[0] if len(rows) else None


_CARDS: tuple[tuple[str, str, Callable[[pd.DataFrame], pd.Series | None], str, float], ...] = (
    ("value_growth", "card_growth", _all, "+percent1", 0.0),
    ("value_total", "card_worth", _all, "money", np.nan),
    ("value_retention", "card_kept", _kept_row, "percent", np.nan),
    ("voice_nps", "card_nps", _all, "+score", 0.0),
    ("voice_ladder", "card_ladder", _step_four, "percent", np.nan),
    ("voice_barriers", "card_barrier", _first_barrier, "percent", np.nan),
    ("value_repeat", "card_repeat", _all, "percent", np.nan),
)


# -- decisions ----------------------------------------------------------------------

Asked = tuple[str, str, int, dict[str, Any]] | None


def _call_silent(result: Any) -> Asked:
    if not result.found:
        return None
    return "call_silent", "owner_sales", int(result.found), {"n": int(result.found), "of": int(result.of)}


def _answer_barrier(result: Result) -> Asked:
    ranked = result.table[result.table["priority"].notna()]
    if not len(ranked):
        return None
    row = ranked.iloc[0]
    told = {"barrier": str(row["barrier"]), "response": f"response_{row['barrier']}", "value": float(row["value"]),
            "lo": float(row["lo"]), "hi": float(row["hi"])}  # fmt: skip
    if row["rank_lo"] == row["rank_hi"] == 1:
        return "answer_barrier", str(row["owner"]), int(row["n"]), told
    told |= {"rank_lo": int(row["rank_lo"]), "rank_hi": int(row["rank_hi"])}
    return "answer_barrier_among", str(row["owner"]), int(row["n"]), told


def _confirm_segments(result: Any) -> Asked:
    if not result.recommended:
        return None
    return "confirm_segments", "owner_analyst", int(result.settings.get("n", 0)), {"k": int(result.recommended)}


_DECISIONS: tuple[tuple[str, Callable[[Any], Asked]], ...] = (
    ("value_at_risk", _call_silent), ("voice_barriers", _answer_barrier),
    ("customers_segment_choice", _confirm_segments),
)  # fmt: skip
