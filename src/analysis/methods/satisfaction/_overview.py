"""Satisfaction, effort, recommendation and referral in one block, with the change since the last wave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import waves
from . import _answers as answers
from ._waves import disjoint

__all__ = ["TOP", "Overview", "overview"]

#: highest answer by item type, and how many answers from the top count as satisfied
TOP = {"likert5": (5, 2), "likert7": (7, 2), "likert10": (10, 2)}
#: measures by construct, in the order of the block: what of the answer is told, how it is estimated, its unit
_MEASURES = (
    ("overall_satisfaction", "top_box", "share", "percent"),
    ("overall_satisfaction", "mean", "mean", "number2"),
    ("effort", "top_box", "share", "percent"),
    ("nps", "nps", "nps", "score"),
    ("referral", "yes", "share", "percent"),
)
#: fewest steps of a declared scale of which the two highest answers are told
_STEPS = 4
_CHANGE_UNIT = {"percent": "+points", "number2": "+number2", "score": "+score"}


@dataclass(frozen=True, eq=False, kw_only=True)
class Overview(Result):
    """One block on how respondents judge the product and the company.

    Attributes
    ----------
    table : DataFrame
        measure (satisfaction_top, satisfaction_mean, effort_top, nps, referral_share), item, told
        (current, before, change), top, scale (the answers that count and the scale's length; missing
        where the measure has none), value, lo, hi, n, unit, verdict (of a change), method, flag.
        A change's n counts the answers of the smaller wave.
    """

    formats: ClassVar[Mapping[str, str]] = {"n": "count", "top": "count", "scale": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",), hides=("value", "lo", "hi", "verdict"), keys=("top", "scale")
    )


# two waves with one codebook each, then what describes the respondents of both
def overview(
    wide: pd.DataFrame, items: pd.DataFrame, *, before: pd.DataFrame | None = None, person: pd.Series | None = None,
    weights: pd.Series | None = None, cluster: pd.Series | None = None, margins: pd.DataFrame | None = None,
    level: float = 0.95,
) -> Overview:  # fmt: skip
    """Overall satisfaction, customer effort, net promoter score and referral, as far as they were asked.

    Satisfied are the two highest answers of a 5-, 7- or 10-point scale (4–5, 6–7, 9–10); easy to work
    with likewise; an item of another type needs its scale declared (``x_low``, ``x_high``). A question of
    construct "nps" on another scale than 0–10 is left out and said.

    Parameters
    ----------
    wide : DataFrame
        Answers of the wave, index response_id, one column per item.
    items : DataFrame
        Table ``survey_items``; constructs overall_satisfaction, effort, nps, referral.
    before : DataFrame, optional
        The earlier wave, same shape; other response ids.
    person : Series, optional
        Customer behind each response_id of both waves.
    weights, cluster : Series, optional
        Of both waves.
    margins : DataFrame, optional
        Categories the weights of this wave were raked to: what they explain leaves its intervals,
        not those of a change.
    level : float, default 0.95

    Returns
    -------
    Overview

    Raises
    ------
    DataError
        ``missing_columns``, ``overview_nothing_asked``, ``bad_score``, ``bad_weights``,
        ``waves_share_ids``.
    """
    checks.columns(items, ["item_id", "type", "construct"], name="items")
    if before is not None:
        disjoint(before, wide)
    book = items.drop_duplicates("item_id").set_index("item_id").sort_index()
    described: dict[str, Any] = {"weights": weights, "cluster": cluster, "person": person, "level": level}
    rows: list[dict[str, Any]] = []
    notes: list[Note] = []
    for construct, told, kind, unit in _MEASURES:
        for item in book.index[book["construct"] == construct].intersection(wide.columns):
            scale = _scale(construct, book.loc[item], wide[item])
            if scale is None:
                notes.append(_left_out(construct, str(item), book.loc[item]))
                continue
            rows += _rows(
                wide, before, (str(item), construct, told, kind, unit), scale, described | {"margins": margins}
            )
    if not rows:
        raise DataError("overview_nothing_asked", found=sorted(set(book["construct"].dropna()))[:20])
    if before is not None and person is None:
        notes.append(Note("waves_not_linked"))
    table = pd.DataFrame(rows)
    settings = {
        "level": level, "weighted": weights is not None, "clustered": cluster is not None, "raked": margins is not None
    }  # fmt: skip
    notes += _counted(table)
    unique = tuple({repr(note): note for note in notes}.values())
    return Overview(table=table, settings=settings, notes=unique, finding=_finding(table))


def _scale(construct: str, item: pd.Series, column: pd.Series) -> tuple[int, int, int] | None:
    """Lowest and highest answer and how many count; None where neither scale nor type of the item tells."""
    kind, asked = str(item["type"]), _asked(item)
    if construct == "nps":
        return (0, 10, 0) if kind == "nps" and asked in (None, (0, 10)) else None
    if construct == "referral":
        return (0, 1, 0) if column.dropna().isin([0, 1]).all() else None
    if kind not in TOP and asked is not None and asked[1] - asked[0] >= _STEPS:
        return (*asked, 2)
    return (1, *TOP[kind]) if kind in TOP else None


def _asked(item: pd.Series) -> tuple[int, int] | None:
    """The scale the codebook declares for an item, if it does."""
    low, high = item.get("x_low"), item.get("x_high")
    return None if low is None or high is None or pd.isna(low) or pd.isna(high) else (int(low), int(high))


def _counted(table: pd.DataFrame) -> list[Note]:
    """Which answers the shares of the highest answers count."""
    shares = table.dropna(subset=["top"]).drop_duplicates(["measure", "scale"])
    return [
        Note("overview_counted", {"measure": str(m), "low": int(high - top + 1), "high": int(high)})
        for m, top, high in zip(shares["measure"], shares["top"], shares["scale"], strict=True)
    ]


def _left_out(construct: str, name: str, item: pd.Series) -> Note:
    asked = _asked(item)
    if construct == "nps" and asked is not None:
        return Note("recommendation_no_nps", {"lo": asked[0], "hi": asked[1]})
    return Note("overview_scale_unknown", {"item": name, "type": str(item["type"])})


def _rows(
    wide: pd.DataFrame, before: pd.DataFrame | None, what: tuple[str, ...], scale: tuple[int, int, int],
    described: dict[str, Any],
) -> list[dict[str, Any]]:  # fmt: skip
    item, construct, told, kind, unit = what
    low, high, top = scale
    name = {"top_box": "top", "mean": "mean", "yes": "share"}.get(told, "")
    start = {"overall_satisfaction": "satisfaction"}.get(construct, construct)
    key = {
        "measure": f"{start}_{name}" if name else start, "item": item,
    }  # fmt: skip
    rest = {
        "top": float(top) if told == "top_box" else np.nan,
        "scale": float(high) if construct in ("overall_satisfaction", "effort") else np.nan,
    }
    found, alone = {}, {**described, "margins": None}
    for wave, frame in (("current", wide), ("before", before)):
        if frame is not None and item in frame.columns and frame[item].notna().any():
            scores = answers.known(frame[item], described["weights"], low=low, high=high, name=item)
            found[wave] = waves.estimate(_told(scores, told, high - top), kind, **alone)
    method = {"share": "wilson", "mean": "t_interval", "nps": "adjusted_wald"}[kind]
    method += "_weighted" if described["weights"] is not None else ""
    rows = []
    for wave, estimate in found.items():
        if wave == "current" and described["margins"] is not None:
            scores = answers.known(wide[item], described["weights"], low=low, high=high, name=item)
            estimate = waves.estimate(_told(scores, told, high - top), kind, **described)
        part = dict(answers.row(estimate, value_from=answers.INTERVAL_ONLY if kind == "nps" else answers.SUPPRESS))
        part.pop("n_eff")
        flag = part.pop("flag")
        rows.append(
            {**key, "told": wave, **rest, **part, "unit": unit, "verdict": None, "method": method, "flag": flag}
        )
    if len(found) == 2:
        rows.append(
            {**key, "told": "change", **rest, **_change(found["before"], found["current"], kind)}
            | {
                "unit": _CHANGE_UNIT[unit],
                "method": "paired_overlap" if described["person"] is not None else "square_and_add",
            }
        )
    return rows


def _told(scores: pd.Series, told: str, above: int) -> pd.Series:
    if told == "top_box":
        return (scores > above).astype(float)
    return answers.net(scores) if told == "nps" else scores


def _change(before: waves.Estimate, after: waves.Estimate, kind: str) -> dict[str, Any]:
    least = min(before.n, after.n)
    flag = answers.flag(least)
    value, lo, hi, _ = waves.change(before, after) if flag != "suppressed" else (np.nan,) * 4
    show = flag == "ok" or (flag == "low_n" and kind != "nps")
    return {
        "value": value if show else np.nan,
        "lo": lo,
        "hi": hi,
        "n": least,
        "verdict": answers.verdict(lo, hi) if flag != "suppressed" else None,
        "flag": flag,
    }


def _finding(table: pd.DataFrame) -> Note | None:
    """The first measure told, with its change where there is one."""
    row = table.iloc[0]
    if row["flag"] == "suppressed":
        return Note("overview_suppressed", {"n": int(row["n"]), "need": answers.SUPPRESS})
    if pd.isna(row["value"]):
        return Note("nps_interval_only", {"lo": float(row["lo"]), "hi": float(row["hi"]), "n": int(row["n"])})
    measure = str(row["measure"])
    same = table[(table["measure"] == measure) & (table["item"] == row["item"]) & (table["told"] == "change")]
    values = {"measure": measure, "n": int(row["n"]), **{c: float(row[c]) for c in ("value", "lo", "hi")}}
    kind = {"percent": "share", "score": "score"}.get(str(row["unit"]), "mean")
    if same.empty or pd.isna(same.iloc[0]["lo"]):
        return Note(f"overview_{kind}", values)
    return Note(f"overview_{kind}_since", {**values, "verdict": str(same.iloc[0]["verdict"])})
