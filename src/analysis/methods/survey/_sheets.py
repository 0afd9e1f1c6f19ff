"""Answer sheets: one row each, with the marks of carelessness and of double answers."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["LEAST_ITEMS", "UNKNOWN", "found_groups", "lookup", "sheets_of"]

LEAST_ITEMS = 5
#: two sheets of fewer closed answers may well agree by chance
_TWIN_ITEMS = 10
_SPEED = 1 / 3
UNKNOWN = "unassigned"
#: a customer of this type is one person; others are places where several work
_PERSON = "physician"
#: reasons for which a question counts as not put
_NOT_PUT = ("not_asked", "not_applicable")


def sheets_of(rows: pd.DataFrame, items: pd.DataFrame, customers: pd.DataFrame | None) -> pd.DataFrame:
    """One row per answer sheet with at least one answer, and what is suspicious about it."""
    kinds = items.drop_duplicates("item_id").set_index("item_id")
    kind = rows["item_id"].map(kinds["type"]) if "type" in kinds.columns else pd.Series(None, index=rows.index)
    open_text = set(kinds.index[kinds["type"] == "open"]) if "type" in kinds.columns else set()
    reason = rows["missing_reason"] if "missing_reason" in rows.columns else pd.Series(None, index=rows.index)
    closed = ~rows["item_id"].isin(open_text)
    given = rows["value"].notna() & closed
    sheet = rows["response_id"]
    out = pd.DataFrame({"answered": given.groupby(sheet).sum()})
    every = rows.loc[closed, "item_id"].nunique()
    out["asked"] = every - (reason.isin(_NOT_PUT) & closed).groupby(sheet).sum()
    out = out[out["answered"] > 0].sort_index()
    first = rows.sort_values(["response_id", "item_id"]).groupby("response_id").first()
    for column in ("customer_id", "pseudonym", "mode"):
        out[column] = first[column].reindex(out.index) if column in first.columns else None
    out["mode"] = out["mode"].astype(object).where(out["mode"].notna(), "unknown").astype(str)
    scale = rows[kind.isin(["likert5", "likert7"]).to_numpy() & rows["value"].notna().to_numpy()]
    same = scale.groupby("response_id")["value"].agg(["nunique", "size"]).reindex(out.index)
    out["straight_lining"] = (same["nunique"] == 1) & (same["size"] >= LEAST_ITEMS)
    seconds = first["seconds"].reindex(out.index).astype(float) if "seconds" in first.columns else None
    out["speeding"] = False if seconds is None else (seconds < _SPEED * seconds.median()).fillna(False)
    out["duplicate"] = _twins(rows[given]).reindex(out.index, fill_value=False)
    out["repeated"] = _again(out, customers)
    return out.drop(columns="pseudonym")


def _twins(given: pd.DataFrame) -> pd.Series:
    """Sheets on which every closed question got the same answer as on another sheet."""
    once = given.drop_duplicates(["response_id", "item_id"]).sort_values(["response_id", "item_id"])
    told = once["item_id"].astype(str) + "=" + once["value"].astype(float).map(repr).astype("str")
    whole = told.groupby(once["response_id"]).agg("|".join)
    size = once.groupby("response_id").size()
    return whole.duplicated(keep=False) & (size >= _TWIN_ITEMS)


def _again(sheets: pd.DataFrame, customers: pd.DataFrame | None) -> pd.Series:
    """Sheets of a person who handed in another one; a place may well hand in several."""
    person = sheets["pseudonym"].astype(object)
    if customers is not None and "customer_type" in customers.columns:
        kind = customers.drop_duplicates("customer_id").set_index("customer_id")["customer_type"]
        own = sheets["customer_id"].where((sheets["customer_id"].map(kind) == _PERSON).to_numpy())
        person = own.astype(object).where(own.notna(), person)
    return person.notna() & person.duplicated(keep=False)


def found_groups(sheets: pd.DataFrame, customers: pd.DataFrame | None, by: str) -> pd.Series:
    """Group of each sheet's customer; all in one where the customers do not tell."""
    if customers is None or by not in customers.columns:
        return pd.Series("all", index=sheets.index)
    return lookup(sheets["customer_id"], customers, by)


def lookup(ids: pd.Series, customers: pd.DataFrame, by: str) -> pd.Series:
    """The attribute of each customer, else that of the parent, up to three steps up."""
    book = customers.drop_duplicates("customer_id").set_index("customer_id")
    found, at = pd.Series(np.nan, index=ids.index, dtype=object), ids.astype(object)
    for _ in range(4):
        found = found.where(found.notna(), at.map(book[by].astype(object)))
        if "parent_id" not in book.columns:
            break
        at = at.map(book["parent_id"].astype(object))
    return found.where(found.notna(), UNKNOWN).astype(str)
