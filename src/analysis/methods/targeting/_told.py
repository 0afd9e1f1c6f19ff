"""What a selection says: rows with reasons, counts by reason, notes, the finding."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...core.result import Note
from ._rules import LAST_HOLD, Rule, met, usable

__all__ = ["BEYOND", "finding_of", "notes_of", "plain", "rows_of", "table_of"]

#: why of an account that has a reason but no place
BEYOND = "beyond_capacity"


def rows_of(
    frame: pd.DataFrame, worth: np.ndarray, score: np.ndarray, held: np.ndarray, inside: np.ndarray, used: list[Rule]
) -> pd.DataFrame:
    """Score, main reason, all reasons (most points first, then in the order of the rules) and why not."""
    names = np.array([str(rule["reason"]) for rule in used], dtype=object)
    ranked = np.argsort(-worth, axis=1, kind="stable")
    told = ["; ".join(names[j] for j in order if row[j] > 0) for row, order in zip(worth, ranked, strict=True)]
    why = np.where(score > 0, BEYOND, "no_reason").astype(object)
    for rule in reversed(usable(LAST_HOLD, frame.columns)[0]):
        why[met(rule, frame) & (score <= 0)] = rule["reason"]
    why = np.where(held != "", held, why)
    main = np.where(score > 0, names[ranked[:, 0]], "")
    rows = {"score": score, "reason": main, "reasons": told, "why": np.where(inside, "", why)}
    return pd.DataFrame(rows, index=frame.index).astype({"reason": "str", "reasons": "str", "why": "str"})


def table_of(rows: pd.DataFrame, drawn: np.ndarray) -> pd.DataFrame:
    """Counts by main reason and by why; ranges where drawn points move accounts in or out."""
    n, out = len(rows), []
    chosen = (rows["why"] == "").to_numpy()
    moving = rows["why"].isin(["", BEYOND]).to_numpy()
    for outcome, column, within in (("selected", "reason", chosen), ("not_selected", "why", ~chosen)):
        for code, size in sorted(rows.loc[within, column].value_counts().items(), key=_most):
            share, kept = size / n, float("nan")
            lo = hi = share
            if outcome == "selected":
                kind = (rows[column] == code).to_numpy()
                kept = float(rows.loc[kind & chosen, "kept"].mean())
                lo, hi = np.quantile(drawn[:, kind].sum(axis=1) / n, [0.025, 0.975])
            elif code == BEYOND:
                lo, hi = np.quantile((~drawn)[:, moving].sum(axis=1) / n, [0.025, 0.975])
            out.append((outcome, code, share, min(lo, share), max(hi, share), int(size), kept))
    table = pd.DataFrame(out, columns=["outcome", "reason", "value", "lo", "hi", "n", "kept"])
    table = table.assign(method="points_drawn", flag="ok")
    return table.astype({"outcome": "str", "reason": "str", "method": "str", "flag": "str"})


def _most(item: tuple[object, int]) -> tuple[int, str]:
    return -item[1], str(item[0])


def notes_of(
    rows: pd.DataFrame, score: np.ndarray, inside: np.ndarray, unused: list[str], restricted: bool
) -> tuple[Note, ...]:
    notes = [Note("targets_points")]
    beyond = (rows["why"] == BEYOND).to_numpy()
    if inside.any() and beyond.any():
        edge = float(np.round(score[inside].min(), 9))
        tied = int((np.round(score[inside | beyond], 9) == edge).sum())
        if np.round(score[beyond].max(), 9) == edge:
            notes.append(Note("targets_tied", {"tied": tied}))
    if unused:
        notes.append(Note("targets_unused", {"count": len(unused)}))
    if restricted:
        notes.append(Note("targets_restricted"))
    return tuple(notes)


def finding_of(rows: pd.DataFrame, inside: np.ndarray, kept: float) -> Note:
    n = int(inside.sum())
    if not n:
        return Note("targets_none", {"of": len(rows)})
    beyond = int((rows["why"] == BEYOND).sum())
    if beyond:
        return Note("targets_cut", {"n": n, "of": len(rows), "kept": kept, "beyond": beyond})
    return Note("targets", {"n": n, "of": len(rows)})


def plain(rule: Rule) -> dict[str, object]:
    """A rule as JSON holds it."""
    when = {name: dict(c) if isinstance(c, Mapping) else list(c) for name, c in rule["when"].items()}
    return {**rule, "when": when}
