"""What page one asks the reader to decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from ...core import checks
from ...core.policy import MIN_CELL
from ...core.result import Disclosure, Note, Result

__all__ = ["Decisions", "decisions"]

#: days until a decision is due, after the cut-off
DUE = 30
MOST = 3


@dataclass(frozen=True, eq=False, kw_only=True)
class Decisions(Result):
    """What is to be decided; table: decision, owner, due, n; items: their words."""

    items: tuple[Note, ...]
    layout: ClassVar[str] = "decisions"
    disclosure: ClassVar[Disclosure] = Disclosure(hides=())


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
        if found is not None and len(rows) < MOST:
            code, owner, n, values = found
            rows.append({"decision": code, "owner": owner, "due": due, "n": n})
            items.append(Note(code, values))
    table = pd.DataFrame(rows, columns=["decision", "owner", "due", "n"])
    return Decisions(table=table, items=tuple(items), settings={"from": sorted(results)})


Asked = tuple[str, str, int, dict[str, Any]] | None


def _call_silent(result: Any) -> Asked:
    # fewer than the smallest cell would only print as a hidden row
    if result.found < MIN_CELL["internal"]:
        return None
    return "call_silent", "owner_sales", int(result.found), {"n": int(result.found), "of": int(result.of)}


def _answer_barrier(result: Result) -> Asked:
    ranked = result.table[result.table["priority"].notna()]
    if not len(ranked):
        return None
    row = ranked.iloc[0]
    # a code of the survey's own has neither owner nor response
    response = "response_open" if row["owner"] == "owner_unknown" else f"response_{row['barrier']}"
    told = {"barrier": str(row["barrier"]), "response": response, "value": float(row["value"]),
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
