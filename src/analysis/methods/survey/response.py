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
from .shape import REP, latest_wave, select

__all__ = ["Response", "respond"]

_LEAST_ITEMS = 5
_SPEED = 1 / 3
_UNKNOWN = "unassigned"


@dataclass(frozen=True, eq=False, kw_only=True)
class Response(Result):
    """Who answered, by region or another attribute.

    Attributes
    ----------
    table : DataFrame
        group ("all" first); invited (NaN when unknown); respondents (without those asked
        by a representative), rep_administered; item_missing (share of asked questions left
        empty); straight_lining, speeding (answer sheets flagged, none deleted); value, lo,
        hi (response rate, Wilson), n (invited), method, flag.
    items : DataFrame
        item_id, asked, answered, missing (share), dont_know, refused.
    modes : DataFrame
        mode, respondents.
    respondents : DataFrame
        Index response_id: group, mode, answered, straight_lining, speeding.
    """

    items: pd.DataFrame
    modes: pd.DataFrame
    respondents: pd.DataFrame
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "invited": "count", "respondents": "count", "rep_administered": "count", "item_missing": "percent1",
        "straight_lining": "count", "speeding": "count", "value": "percent", "lo": "percent", "hi": "percent",
        "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        # flagged sheets count answer patterns, not a group of persons
        counts=("invited", "respondents", "n"),
        hides=("value", "lo", "hi", "item_missing"),
        within=(),
    )


def respond(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    customers: pd.DataFrame | None = None,
    invited: Collection[Any] | int | None = None,
    by: str = "region",
    wave: str | None = None,
) -> Response:
    """Count who answered one wave, and flag careless answer sheets.

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

    Returns
    -------
    Response
        A sheet is straight-lining when at least five scale questions all got the same
        answer, speeding when it took under a third of the median time.
    """
    checks.columns(items, ["item_id"], name="items")
    name = latest_wave(answers) if wave is None else str(wave)
    rows = select(answers, wave=wave, rep_administered=None)
    sheets = _sheets(rows, items)
    sheets.insert(0, "group", _groups(sheets, customers, by))
    asked = _invited_groups(invited, customers, by)
    everyone = int(invited) if isinstance(invited, int | np.integer) else None if asked is None else len(asked)
    table = pd.DataFrame([_row("all", sheets, everyone)])
    if customers is not None and by in customers.columns:
        names = sorted(set(sheets["group"]) | (set() if asked is None else set(asked)))
        parts = [_row(g, sheets[sheets["group"] == g], _count(asked, g)) for g in names]
        table = pd.concat([table, pd.DataFrame(parts)], ignore_index=True)
    settings = {"wave": name, "by": by, "invited_known": invited is not None, "least_items": _LEAST_ITEMS}
    modes = sheets["mode"].value_counts().rename_axis("mode").reset_index(name="respondents")
    modes = modes.sort_values(["respondents", "mode"], ascending=[False, True], ignore_index=True)
    return Response(
        table=table, settings=settings, notes=_notes(table.iloc[0], sheets, name), finding=_finding(table.iloc[0]),
        items=_item_table(rows, items), modes=modes, respondents=sheets.drop(columns=["asked", "customer_id"]),
    )  # fmt: skip


def _sheets(rows: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """One row per answer sheet with at least one answer."""
    kinds = items.drop_duplicates("item_id").set_index("item_id")
    kind = rows["item_id"].map(kinds["type"]) if "type" in kinds.columns else pd.Series(None, index=rows.index)
    open_text = set(kinds.index[kinds["type"] == "open"]) if "type" in kinds.columns else set()
    reason = rows["missing_reason"] if "missing_reason" in rows.columns else pd.Series(None, index=rows.index)
    closed = ~rows["item_id"].isin(open_text)
    given = rows["value"].notna() & closed
    sheet = rows["response_id"]
    out = pd.DataFrame({"answered": given.groupby(sheet).sum()})
    every = rows.loc[closed, "item_id"].nunique()
    out["asked"] = every - ((reason == "not_asked") & closed).groupby(sheet).sum()
    out = out[out["answered"] > 0].sort_index()
    first = rows.sort_values(["response_id", "item_id"]).groupby("response_id").first()
    for column in ("customer_id", "mode"):
        out[column] = first[column].reindex(out.index) if column in first.columns else None
    out["mode"] = out["mode"].astype(object).where(out["mode"].notna(), "unknown").astype(str)
    scale = rows[kind.isin(["likert5", "likert7"]).to_numpy() & rows["value"].notna().to_numpy()]
    same = scale.groupby("response_id")["value"].agg(["nunique", "size"]).reindex(out.index)
    out["straight_lining"] = (same["nunique"] == 1) & (same["size"] >= _LEAST_ITEMS)
    seconds = first["seconds"].reindex(out.index).astype(float) if "seconds" in first.columns else None
    out["speeding"] = False if seconds is None else (seconds < _SPEED * seconds.median()).fillna(False)
    return out


def _groups(sheets: pd.DataFrame, customers: pd.DataFrame | None, by: str) -> pd.Series:
    if customers is None or by not in customers.columns:
        return pd.Series("all", index=sheets.index)
    return _lookup(sheets["customer_id"], customers, by)


def _lookup(ids: pd.Series, customers: pd.DataFrame, by: str) -> pd.Series:
    """The attribute of each customer, else that of the parent, up to three steps up."""
    book = customers.drop_duplicates("customer_id").set_index("customer_id")
    found, at = pd.Series(np.nan, index=ids.index, dtype=object), ids.astype(object)
    for _ in range(4):
        found = found.where(found.notna(), at.map(book[by].astype(object)))
        if "parent_id" not in book.columns:
            break
        at = at.map(book["parent_id"].astype(object))
    return found.where(found.notna(), _UNKNOWN).astype(str)


def _invited_groups(invited: Any, customers: pd.DataFrame | None, by: str) -> pd.Series | None:
    """Group of each invited customer; None when only their number or nothing is known."""
    if invited is None or isinstance(invited, int | np.integer):
        return None
    ids = pd.Series(sorted({str(i) for i in invited}), dtype=object)
    if customers is None or by not in customers.columns:
        return pd.Series("all", index=ids.index)
    return _lookup(ids, customers.assign(customer_id=customers["customer_id"].astype(str)), by)


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
    }


def _item_table(rows: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """How completely each question was answered."""
    reason = rows["missing_reason"] if "missing_reason" in rows.columns else pd.Series(None, index=rows.index)
    count = rows.loc[rows["value"].notna(), "response_id"].nunique()
    by_item = rows["item_id"]
    out = pd.DataFrame(index=pd.Index(sorted(set(by_item)), name="item_id"))
    out["asked"] = count - (reason == "not_asked").groupby(by_item).sum()
    out["answered"] = rows["value"].notna().groupby(by_item).sum()
    out["missing"] = 1 - out["answered"] / out["asked"].where(out["asked"] > 0)
    for word in ("dont_know", "refused"):
        out[word] = (reason == word).groupby(by_item).sum()
    return out.reset_index()


def _notes(total: pd.Series, sheets: pd.DataFrame, wave: str | None) -> tuple[Note, ...]:
    notes = []
    if wave is not None:
        notes.append(Note("survey_wave", {"wave": wave}))
    if total["rep_administered"]:
        notes.append(Note("rep_administered_apart", {"count": int(total["rep_administered"])}))
    flagged = int((sheets["straight_lining"] | sheets["speeding"]).sum())
    if flagged:
        notes.append(Note("answers_flagged", {"count": flagged}))
    lost = int((sheets["group"] == _UNKNOWN).sum())
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
