"""Response overview: how many answered, where, how completely, and how carefully."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ._sheets import LEAST_ITEMS, UNKNOWN, found_groups, lookup, sheets_of
from .shape import REP, latest_wave, select

__all__ = ["Response", "respond"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Response(Result):
    """Who answered, by region or another attribute.

    Attributes
    ----------
    table : DataFrame
        group ("all" first); invited (NaN when unknown); respondents (without those asked
        by a representative), rep_administered; item_missing (share of asked questions left
        empty); straight_lining, speeding (answer sheets flagged, none deleted); value, lo,
        hi (response rate, Wilson), n (invited), method, flag; duplicates (sheets with the
        same answers to all closed questions as another), repeated (sheets of a person who
        handed in several); with a universe also hospitals, hospitals_reached, coverage (share).
    items : DataFrame
        item_id, asked, answered, missing (share), dont_know, refused, not_applicable.
    modes : DataFrame
        mode, respondents, straight_lining, speeding, duplicates, repeated; hospitals_reached
        with a universe.
    respondents : DataFrame
        Index response_id: group, mode, answered, straight_lining, speeding, duplicate, repeated.
    """

    items: pd.DataFrame
    modes: pd.DataFrame
    respondents: pd.DataFrame
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "invited": "count", "respondents": "count", "rep_administered": "count", "item_missing": "percent1",
        "straight_lining": "count", "speeding": "count", "value": "percent", "lo": "percent", "hi": "percent",
        "n": "count", "duplicates": "count", "repeated": "count", "hospitals": "count", "hospitals_reached": "count",
        "coverage": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        # flagged sheets count answer patterns, not a group of persons
        # n is those invited, where their number is known: unknown in every group, it would cost the total row
        counts=("respondents", "n"),
        hides=("invited", "value", "lo", "hi", "item_missing"),
        within=(),
        alone=(
            ("rep_administered",),
            ("hospitals_reached", "coverage"),
            ("hospitals", "hospitals_reached", "coverage"),
        ),
    )


# the two tables of a survey, and what its customers, invitations and universe are
def respond(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    customers: pd.DataFrame | None = None,
    invited: Collection[Any] | int | None = None,
    by: str = "region",
    wave: str | None = None,
    universe: pd.DataFrame | None = None,
) -> Response:
    """Count who answered one wave, and flag careless and double answer sheets.

    Parameters
    ----------
    answers : DataFrame
        Table ``survey_responses``: one row per respondent and item.
    items : DataFrame
        Table ``survey_items``.
    customers : DataFrame, optional
        Table ``customers``: gives each respondent's group through customer_id (or that of
        the hospital it belongs to).
    invited : collection of customer_id, or int, optional
        Who was asked, or how many; without it there is no response rate.
    by : str, default "region"
        Column of ``customers`` to count by.
    wave : str, optional
        Default: the latest.
    universe : DataFrame, optional
        Who might have been asked: index customer_id, column ``hospital``; gives the
        coverage of hospitals.

    Returns
    -------
    Response
        A sheet is straight-lining when at least five scale questions all got the same
        answer, speeding when it took under a third of the median time, a duplicate when
        at least ten closed questions were answered and another sheet agrees in all. A
        person is known by pseudonym, or by a customer of type physician.
    """
    checks.columns(items, ["item_id"], name="items")
    name = latest_wave(answers) if wave is None else str(wave)
    rows = select(answers, wave=wave, rep_administered=None)
    sheets = sheets_of(rows, items, customers)
    sheets.insert(0, "group", found_groups(sheets, customers, by))
    asked = _invited_groups(invited, customers, by)
    everyone = int(invited) if isinstance(invited, int | np.integer) else None if asked is None else len(asked)
    table = pd.DataFrame([_row("all", sheets, everyone)])
    if customers is not None and by in customers.columns:
        names = sorted(set(sheets["group"]) | (set() if asked is None else set(asked)))
        parts = [_row(g, sheets[sheets["group"] == g], _count(asked, g)) for g in names]
        table = pd.concat([table, pd.DataFrame(parts)], ignore_index=True)
    settings = {"wave": name, "by": by, "invited_known": invited is not None, "least_items": LEAST_ITEMS}
    table, outside = _covered(table, sheets, universe, customers, by)
    total = table.iloc[0]
    return Response(
        table=table, settings=settings, notes=_notes(total, sheets, name, outside), finding=_finding(total),
        items=_item_table(rows, items), modes=_modes(sheets, universe),
        respondents=sheets.drop(columns=["asked", "customer_id"]),
    )  # fmt: skip


def _invited_groups(invited: Any, customers: pd.DataFrame | None, by: str) -> pd.Series | None:
    """Group of each invited customer; None when only their number or nothing is known."""
    if invited is None or isinstance(invited, int | np.integer):
        return None
    ids = pd.Series(sorted({str(i) for i in invited}), dtype=object)
    if customers is None or by not in customers.columns:
        return pd.Series("all", index=ids.index)
    return lookup(ids, customers.assign(customer_id=customers["customer_id"].astype(str)), by)


def _count(asked: pd.Series | None, group: str) -> int | None:
    return None if asked is None else int((asked == group).sum())


def _row(group: str, sheets: pd.DataFrame, invited: int | None) -> dict[str, Any]:
    own = sheets[sheets["mode"] != REP]
    answered, asked = int(own["answered"].sum()), int(own["asked"].sum())
    # more answers than invitations: the list is wrong, so no rate
    base = invited if invited and invited >= len(own) else 0
    lo, hi = intervals.wilson(len(own), base) if base else (np.nan, np.nan)
    return {
        "group": group,
        "invited": float(invited) if invited is not None else np.nan,
        "respondents": len(own),
        "rep_administered": len(sheets) - len(own),
        "item_missing": 1 - answered / asked if asked else np.nan,
        "straight_lining": int(own["straight_lining"].sum()),
        "speeding": int(own["speeding"].sum()),
        "value": len(own) / base if base else np.nan,
        "lo": lo,
        "hi": hi,
        "n": base or len(own),
        "method": "wilson",
        "flag": "ok" if base else "missing_input",
        "duplicates": int(own["duplicate"].sum()),
        "repeated": int(own["repeated"].sum()),
    }


def _covered(
    table: pd.DataFrame, sheets: pd.DataFrame, universe: pd.DataFrame | None, customers: pd.DataFrame | None, by: str
) -> tuple[pd.DataFrame, int]:
    """Hospitals of the universe and those reached, by group; respondents who are not of the universe."""
    if universe is None:
        return table, 0
    checks.columns(universe, ["hospital"], name="universe")
    own = sheets[sheets["mode"] != REP]
    home = own["customer_id"].map(universe["hospital"][~universe.index.duplicated()])
    reached = set(home.dropna())
    places = pd.Series(sorted(set(universe["hospital"].dropna())), dtype=object)
    grouped = customers is not None and by in customers.columns
    label = lookup(places, customers, by) if grouped and customers is not None else pd.Series("all", places.index)
    out = table.copy()
    inside = [places if group == "all" else places[label == group] for group in out["group"]]
    out["hospitals"] = [len(part) for part in inside]
    out["hospitals_reached"] = [sum(place in reached for place in part) for part in inside]
    out["coverage"] = out["hospitals_reached"] / out["hospitals"].where(out["hospitals"] > 0)
    return out, int(home.isna().sum())


def _modes(sheets: pd.DataFrame, universe: pd.DataFrame | None) -> pd.DataFrame:
    """Respondents and suspicious sheets by the way people were asked."""
    told = {
        "straight_lining": "straight_lining",
        "speeding": "speeding",
        "duplicates": "duplicate",
        "repeated": "repeated",
    }
    by_mode = sheets.groupby("mode")
    out = pd.DataFrame({"respondents": by_mode.size(), **{name: by_mode[flag].sum() for name, flag in told.items()}})
    if universe is not None:
        home = sheets["customer_id"].map(universe["hospital"][~universe.index.duplicated()])
        out["hospitals_reached"] = home.groupby(sheets["mode"]).nunique()
    return out.reset_index().sort_values(["respondents", "mode"], ascending=[False, True], ignore_index=True)


def _item_table(rows: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """How completely each question was answered."""
    reason = rows["missing_reason"] if "missing_reason" in rows.columns else pd.Series(None, index=rows.index)
    count = rows.loc[rows["value"].notna(), "response_id"].nunique()
    by_item = rows["item_id"]
    out = pd.DataFrame(index=pd.Index(sorted(set(by_item)), name="item_id"))
    out["asked"] = count - reason.isin(["not_asked", "not_applicable"]).groupby(by_item).sum()
    out["answered"] = rows["value"].notna().groupby(by_item).sum()
    out["missing"] = 1 - out["answered"] / out["asked"].where(out["asked"] > 0)
    for word in ("dont_know", "refused", "not_applicable"):
        out[word] = (reason == word).groupby(by_item).sum()
    return out.reset_index()


def _notes(total: pd.Series, sheets: pd.DataFrame, wave: str | None, outside: int) -> tuple[Note, ...]:
    notes = []
    if wave is not None:
        notes.append(Note("survey_wave", {"wave": wave}))
    if total["rep_administered"]:
        notes.append(Note("rep_administered_apart", {"count": int(total["rep_administered"])}))
    flagged = int((sheets["straight_lining"] | sheets["speeding"]).sum())
    if flagged:
        notes.append(Note("answers_flagged", {"count": flagged}))
    for code, flag in (("answers_duplicate", "duplicate"), ("answers_repeated", "repeated")):
        if sheets[flag].any():
            notes.append(Note(code, {"count": int(sheets[flag].sum())}))
    if outside:
        notes.append(Note("respondents_outside_universe", {"count": outside}))
    lost = int((sheets["group"] == UNKNOWN).sum())
    if lost:
        notes.append(Note("respondents_without_group", {"count": lost}))
    if pd.isna(total["value"]):
        notes.append(Note("invited_unknown"))
    return tuple(notes)


def _finding(total: pd.Series) -> Note:
    if pd.isna(total["value"]):
        return Note("response_count", {"n": int(total["respondents"])})
    values = {k: float(total[k]) for k in ("value", "lo", "hi")}
    return Note("response_rate", {"respondents": int(total["respondents"]), "n": int(total["n"]), **values})
