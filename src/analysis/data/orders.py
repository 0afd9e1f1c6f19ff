"""Rules of order lines: what kind of document, which unit, sent twice or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import DataError
from .rejects import ROW, SOURCE, Ledger

__all__ = ["check_tax", "document_types", "drop_repeats", "facts", "near_repeats", "refuse_unlike", "to_packs"]

_PACKS = ("盒", "瓶", "box", "boxes", "pack", "packs", "bottle")
_PIECES = (
    "片",
    "粒",
    "支",
    "袋",
    "丸",
    "贴",
    "tablet",
    "tablets",
    "pill",
    "pills",
    "capsule",
    "capsules",
    "piece",
    "vial",
)


def document_types(frame: pd.DataFrame, *, value: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """Fill ``doc_type`` where it is missing, and give returns their minus sign.

    Without a stated type a negative line is a return, a line with quantity but amount 0 is free goods,
    anything else a sale. Exports that mark returns by type often write them as positive numbers.

    Returns
    -------
    frame, counts
        Counts of ``derived`` types and of ``turned`` signs.
    """
    out = frame.copy()
    kind = out["doc_type"] if "doc_type" in out.columns else pd.Series(pd.NA, index=out.index, dtype="str")
    measures = [c for c in ("amount", "quantity") if c in out.columns]
    negative = np.zeros(len(out), dtype=bool)
    for name in measures:
        negative |= (out[name] < 0).to_numpy(dtype=bool)
    free = np.zeros(len(out), dtype=bool)
    if value == "amount" and "quantity" in out.columns:
        free = ((out["amount"] == 0) & (out["quantity"] > 0)).to_numpy(dtype=bool)
    guessed = pd.Series(np.select([negative, free], ["return", "free"], "sale"), index=out.index, dtype="str")
    derived = int(kind.isna().sum())
    out["doc_type"] = kind.fillna(guessed)
    back = out["doc_type"].isin(["return", "red_ink"]).to_numpy(dtype=bool) & ~negative
    turned = np.zeros(len(out), dtype=bool)
    for name in measures:
        turn = back & (out[name] > 0).to_numpy(dtype=bool)
        out[name] = out[name].mask(turn, -out[name])
        turned |= turn
    return out, {"derived": derived, "turned": int(turned.sum())}


def drop_repeats(frame: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Leave out lines that were delivered twice.

    With document and line number: the same two and the same content. With a document number only: the
    whole row is the same. Lines without document number stay, however alike: two equal orders are two.
    """
    if "document_no" not in frame.columns:
        return frame
    own = [c for c in frame.columns if c not in (SOURCE, ROW)]
    canonical = [c for c in own if not c.startswith("x_")]
    known = frame["document_no"].notna()
    line = frame["line_no"].notna() if "line_no" in frame.columns else known & False
    repeated = pd.Series(False, index=frame.index)
    for keyed, columns in ((known & line, canonical), (known & ~line, own)):
        part = frame[keyed]
        part = part[part.duplicated(columns, keep=False)]
        # which of equal rows stays must not depend on the order of rows in the file
        part = part.sort_values([*own, SOURCE, ROW], kind="stable")
        repeated.loc[part.index] = part.duplicated(columns).to_numpy()
    return ledger.remove(frame, repeated.to_numpy(), rule="repeated_line", column="document_no")


def near_repeats(frame: pd.DataFrame) -> int:
    """Lines kept although an equal one (customer, product, quantity or amount) is at most a day away."""
    columns = [c for c in ("customer_id", "product_id", "quantity", "amount") if c in frame.columns]
    ordered = frame.sort_values([*columns, "date"], kind="stable")
    same = np.ones(max(len(ordered) - 1, 0), dtype=bool)
    for name in columns:
        values = ordered[name].to_numpy()
        same &= values[1:] == values[:-1]
    days = np.diff(ordered["date"].to_numpy().astype("datetime64[D]").astype("int64"))
    return int((same & (days <= 1)).sum())


def to_packs(frame: pd.DataFrame, products: pd.DataFrame | None, ledger: Ledger) -> tuple[pd.DataFrame, int]:
    """Convert lines in another unit than most of their product's, by the pieces in a pack.

    A line whose pack is not known is rejected: adding pieces to packs would be worse.
    """
    if not {"unit", "quantity", "product_id"} <= set(frame.columns):
        return frame, 0
    counts = frame.groupby(["product_id", "unit"]).size().rename("n").reset_index()
    counts = counts.sort_values(["product_id", "n", "unit"], ascending=[True, False, True])
    usual = frame["product_id"].map(counts.drop_duplicates("product_id").set_index("product_id")["unit"])
    other = (frame["unit"].notna() & (frame["unit"] != usual)).to_numpy(dtype=bool)
    if not other.any():
        return frame, 0
    pack = pd.Series(np.nan, index=frame.index)
    if products is not None and "units_per_pack" in products.columns:
        pack = frame["product_id"].map(products.set_index("product_id")["units_per_pack"])
    now, main = (frame["unit"].str.lower(), usual.str.lower())
    factor = np.select(
        [now.isin(_PIECES) & main.isin(_PACKS), now.isin(_PACKS) & main.isin(_PIECES)], [1 / pack, pack], np.nan
    )
    convert = other & np.isfinite(factor) & (factor > 0)
    out = frame.copy()
    out["quantity"] = out["quantity"].mask(convert, out["quantity"] * factor)
    if "unit_price" in out.columns:
        out["unit_price"] = out["unit_price"].mask(convert, out["unit_price"] / factor)
    out["unit"] = out["unit"].mask(convert, usual)
    ledger.adjust(frame, out)
    return ledger.remove(out, other & ~convert, rule="unknown_pack", column="unit"), int(convert.sum())


def refuse_unlike(frame: pd.DataFrame, *, product: str = "product_id") -> None:
    """Refuse to add up quantities of several products in unlike units (value: quantity).

    Raises
    ------
    DataError
        Several units, or several products of which nobody said that they share one.
    """
    units = sorted(frame["unit"].dropna().unique()) if "unit" in frame.columns else []
    stated = bool(units) and bool(frame["unit"].notna().all())
    several = sorted(frame[product].dropna().unique()) if product in frame.columns else []
    if len(units) > 1:
        bad = frame[frame["unit"] != frame["unit"].mode().min()]
        name = str(bad[product].min()) if product in bad.columns else "—"
        raise DataError("units_unlike", product=name, units=units[:5], table="transactions", row=int(bad[ROW].min()))
    if len(several) > 1 and not stated:
        raise DataError("units_unstated", count=len(several), products=several[:3], table="transactions")


def check_tax(frame: pd.DataFrame) -> None:
    """Refuse amounts with and without tax in one column."""
    if "tax_included" in frame.columns:
        bases = frame["tax_included"].dropna().astype(bool)
        if bases.any() and not bases.all():
            raise DataError("tax_mixed", with_tax=int(bases.sum()), without=int((~bases).sum()), table="transactions")


def facts(frame: pd.DataFrame) -> dict[str, Any]:
    """Counts for the data-health page: returns, returns without an earlier sale, non-demand, prices that differ."""
    kind = frame["doc_type"]
    back = frame[kind.isin(["return", "red_ink"])]
    keys = [c for c in ("customer_id", "product_id") if c in frame.columns]
    first = frame[kind == "sale"].groupby(keys)["date"].min().rename("first").reset_index()
    linked = back.merge(first, on=keys, how="left")
    result = {
        "returns": len(back),
        "returns_without_sale": int((linked["first"].isna() | (linked["first"] > linked["date"])).sum()),
        "not_demand": int(kind.isin(["free", "transfer"]).sum()),
        "near_repeats": near_repeats(frame),
        "products": int(frame["product_id"].nunique()) if "product_id" in frame.columns else 0,
        "channels": sorted(frame["channel"].dropna().unique()) if "channel" in frame.columns else [],
    }
    if {"unit_price", "quantity", "amount"} <= set(frame.columns):
        product = frame["unit_price"] * frame["quantity"]
        off = (product - frame["amount"]).abs() > (0.01 * frame["amount"].abs()).clip(lower=0.01)
        result["price_differs"] = int((off & product.notna()).sum())
    return result
