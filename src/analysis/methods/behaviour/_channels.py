"""Channel mix, and how it shifted between two windows (`channels`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import sums, windows

__all__ = ["ChannelMix", "channels"]

LEVEL = 0.95
N_BOOT = 1000
LOW_N = 30
LEAST = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class ChannelMix(Result):
    """Channel mix.

    Attributes
    ----------
    table : DataFrame
        channel, share_before, share_after (of purchases), value (shift), lo, hi, n (customers who used the channel
        in either window), method, flag; largest share last year first.
    statistic, p_value : float
        Wald test of no shift in any channel, covariance from the same resamples; missing with fewer than
        two channels or five customers.
    n : int
        Customers with a purchase in either window.
    """

    statistic: float
    p_value: float
    n: int
    formats: ClassVar[Mapping[str, str]] = {
        "share_before": "percent1", "share_after": "percent1", "value": "points1", "lo": "points1", "hi": "points1",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "share_before", "share_after"), within=())


def channels(
    orders: pd.DataFrame,
    *,
    as_of: Any,
    months: int = 12,
    unreported: Iterable[Any] | None = None,
    seed: int = 0,
) -> ChannelMix:
    """Share of purchases by channel in the last months and in the months before, and the shift.

    Lines above zero only: a return often comes through another channel than its sale. Lines without a
    channel are left out and counted.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount, channel.
    as_of : date
    months : int, default 12
    unreported : iterable of months, optional
        As in growth.
    seed : int, default 0

    Returns
    -------
    ChannelMix
        Shifts with percentile intervals at 95 %, customers drawn with replacement.

    Raises
    ------
    DataError
        ``missing_columns`` (channel), ``no_channel`` (never filled in), ``no_orders_in_window``.
    """
    checks.whole(months, name="months", low=1)
    checks.columns(orders, ["customer_id", "date", "amount", "channel"], name="orders")
    window = windows.split(orders, as_of=as_of, months=months, unreported=unreported)
    bought = (orders["amount"] > 0).to_numpy() & (window.side != windows.NEITHER)
    if window.months_used and not bought.any():
        raise DataError("no_orders_in_window", as_of=str(window.as_of.date()), months=2 * months)
    named = bought & orders["channel"].notna().to_numpy()
    if window.months_used and not named.any():
        raise DataError("no_channel", count=int(bought.sum()))
    label, found = pd.factorize(orders["channel"].where(named), sort=True)
    before = _by_customer(orders, window, label, named, windows.EARLIER, len(found))
    after = _by_customer(orders, window, label, named, windows.LATER, len(found))
    settings = {"as_of": window.as_of.date(), "months": months, "months_used": window.months_used, "level": LEVEL,
                "n_boot": N_BOOT, "seed": seed}  # fmt: skip
    notes = _notes(window, months, int(bought.sum() - named.sum()), int(bought.sum()))
    if not window.months_used or min(before.sum(), after.sum()) <= 0:
        none = float("nan")
        told = Note("channels_unknown", {"months": months})
        return ChannelMix(
            table=_unknown(), settings=settings, notes=notes, statistic=none, p_value=none, finding=told, n=0
        )
    n = int(((before > 0) | (after > 0)).any(axis=1).sum())
    table, statistic, p = _table(before, after, list(map(str, found)), seed)
    return ChannelMix(
        table=table, settings=settings, notes=notes, statistic=statistic, p_value=p, finding=_finding(table, p), n=n
    )


def _by_customer(
    orders: pd.DataFrame, window: windows.Windows, label: np.ndarray, named: np.ndarray, side: int, size: int
) -> np.ndarray:
    """Purchases of one window, customers × channels."""
    use = named & (window.side == side)
    cell = window.code[use] * size + label[use]
    total = sums.by_group(orders["amount"].to_numpy(dtype=float)[use], cell, len(window.customers) * size)
    return total.reshape(len(window.customers), size)


def _table(before: np.ndarray, after: np.ndarray, names: list[str], seed: int) -> tuple[pd.DataFrame, float, float]:
    used = (before > 0) | (after > 0)
    here = used.any(axis=1)
    old, new = (side.sum(axis=0) / side.sum() for side in (before, after))
    shift, size = new - old, len(names)
    lo = hi = np.full(size, np.nan)
    statistic = p = float("nan")
    if here.sum() >= LEAST:
        drawn = sums.resampled(np.hstack([before, after])[here], n_boot=N_BOOT, seed=seed)
        first, second = drawn[:, :size], drawn[:, size:]
        usable = (first.sum(axis=1) > 0) & (second.sum(axis=1) > 0)
        first, second = first[usable], second[usable]
        moved = second / second.sum(axis=1, keepdims=True) - first / first.sum(axis=1, keepdims=True)
        lo, hi = np.quantile(moved, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        lo, hi = np.minimum(lo, shift), np.maximum(hi, shift)
        statistic, p = _wald(shift, moved)
    frame = pd.DataFrame({
        "channel": pd.Series(names, dtype="str"), "share_before": old, "share_after": new, "value": shift, "lo": lo,
        "hi": hi, "n": used.sum(axis=0), "method": "bootstrap", "flag": "low_n" if here.sum() < LOW_N else "ok",
    })  # fmt: skip
    order = np.lexsort((frame["channel"].to_numpy(dtype=object).astype(str), -old))
    return frame.iloc[order].reset_index(drop=True), statistic, p


def _wald(shift: np.ndarray, moved: np.ndarray) -> tuple[float, float]:
    """d'Σ⁻¹d on all channels but one, whose shift follows from the others."""
    if len(shift) < 2:
        return float("nan"), float("nan")
    spread = np.atleast_2d(np.cov(moved[:, :-1], rowvar=False))
    rank = int(np.linalg.matrix_rank(spread))
    if rank == 0:
        return 0.0, 1.0
    value = float(shift[:-1] @ np.linalg.pinv(spread) @ shift[:-1])
    return value, float(stats.chi2.sf(value, rank))


def _unknown() -> pd.DataFrame:
    none = dict.fromkeys(("share_before", "share_after", "value", "lo", "hi"), np.nan)
    return pd.DataFrame([{"channel": "all", **none, "n": 0, "method": "bootstrap", "flag": "missing_input"}])


def _notes(window: windows.Windows, months: int, unnamed: int, of: int) -> tuple[Note, ...]:
    notes = []
    if not window.months_used:
        notes.append(Note("history_too_short", {"months": 2 * months}))
    elif window.left_out:
        notes.append(Note("months_left_out", {"months": window.left_out, "used": window.months_used}))
    if unnamed:
        notes.append(Note("lines_without_channel", {"n": unnamed, "of": of}))
    return tuple(notes)


def _finding(table: pd.DataFrame, p: float) -> Note:
    """The channel that moved most, when the mix as a whole moved; else that no shift is shown."""
    row = table.iloc[int(np.argmax(table["value"].abs()))]
    told = {"channel": str(row["channel"]), "value": float(row["value"]), "after": float(row["share_after"])}
    if len(table) == 1:
        return Note("channels_one", {"channel": told["channel"], "n": int(row["n"])})
    if not np.isfinite(p):
        return Note("channels_few", {"n": int(table["n"].max())})
    if p >= 0.05 or not (row["lo"] > 0 or row["hi"] < 0):
        return Note("channels_unclear", told | {"lo": float(row["lo"]), "hi": float(row["hi"])})
    return Note("channels", told | {"lo": float(row["lo"]), "hi": float(row["hi"])})
