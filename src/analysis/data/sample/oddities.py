"""What is wrong with the smaller tables: parents that do not exist, "<5", months that are missing, and more."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .contacts import LAST_CONTACT
from .dirt import Log
from .feedback import PHONES
from .formats import FILES
from .setting import MONTHS, VBP_MONTH, month_start
from .world import World

__all__ = ["spoil"]

_CENSORED, _ORPHANS = 8, 3


def spoil(frame: pd.DataFrame, table: str, log: Log, world: World) -> pd.DataFrame:
    """The table as delivered; every change is in the log under the frame's index."""
    frame = frame.reset_index(drop=True)
    step = {
        "customers": _orphans,
        "hospital_facts": _censored,
        "sell_in": _pushed,
        "sell_out": _unreported,
        "interactions": _ends_early,
        "policy_events": _shock,
        "customer_regions": _moved,
        "feedback_text": _numbers,
    }.get(table)
    return step(frame, log, world) if step is not None else frame


def _numbers(frame: pd.DataFrame, log: Log, world: World) -> pd.DataFrame:
    """Telephone numbers in posts (d18); they were planted when the posts were written."""
    for row in frame.index[frame["text"].str.contains("|".join(PHONES))].tolist():
        log.add("d18_phone", FILES["feedback_text"], row, "text", "", frame.loc[row, "text"])
    return frame


def _orphans(frame: pd.DataFrame, log: Log, world: World) -> pd.DataFrame:
    """Departments whose hospital is not in the list (d13)."""
    rng = world.setting.rng("orphans")
    rooms = frame.index[frame["customer_type"] == "department"]
    for turn, row in enumerate(np.sort(rng.choice(rooms, min(_ORPHANS, len(rooms)), replace=False)).tolist()):
        written = f"YY9{turn + 1:03d}"
        log.add("d13_unknown_parent", FILES["customers"], row, "parent_id", frame.loc[row, "parent_id"], written)
        frame.loc[row, "parent_id"] = written
    return frame


def _censored(frame: pd.DataFrame, log: Log, world: World) -> pd.DataFrame:
    """Small numbers of physicians written as "<5" (d20)."""
    small = frame.index[frame["physicians"] < 5][:_CENSORED]
    text = frame["physicians"].map(lambda value: "" if pd.isna(value) else str(int(value))).astype(object)
    for row in small.tolist():
        log.add("d20_small_count", FILES["hospital_facts"], row, "physicians", text[row], "<5")
        text[row] = "<5"
    return frame.assign(physicians=text)


def _pushed(frame: pd.DataFrame, log: Log, world: World) -> pd.DataFrame:
    """Last weeks of quarters of the stuffers (d10): true purchases, but no demand."""
    stuffers = world.distributors.loc[world.distributors["habit"] == "stuffer", "customer_id"]
    last_week = frame["date"].dt.day >= 21
    hit = frame["distributor_id"].isin(stuffers) & last_week & (frame["date"].dt.month % 3 == 0)
    for row in frame.index[hit].tolist():
        log.add("d10_stuffing", FILES["sell_in"], row, "quantity", "", f"{frame.loc[row, 'quantity']:.0f}")
    return frame


def _unreported(frame: pd.DataFrame, log: Log, world: World) -> pd.DataFrame:
    """One month that one distributor never reported, and the last month of the two that report late (d15, d16)."""
    firms = world.distributors
    plain = firms.loc[firms["habit"] == "none", "customer_id"]
    gone = pd.Series(False, index=frame.index)
    missing = [("d15_missing_month", plain.iloc[0], month_start(13))] if len(plain) else []
    missing += [
        ("d16_late_report", one, month_start(MONTHS - 1)) for one in firms.loc[firms["habit"] == "late", "customer_id"]
    ]
    for kind, firm, month in missing:
        rows = (frame["distributor_id"] == firm) & (frame["date"] == month)
        log.add(kind, FILES["sell_out"], None, firm, f"{int(rows.sum())} rows of {month:%Y-%m}", "")
        gone |= rows
    return frame[~gone].reset_index(drop=True)


def _ends_early(frame: pd.DataFrame, log: Log, world: World) -> pd.DataFrame:
    log.add("d16_early_cut", FILES["interactions"], None, "date", "2025-06-30", f"{LAST_CONTACT:%Y-%m-%d}")
    return frame


def _shock(frame: pd.DataFrame, log: Log, world: World) -> pd.DataFrame:
    """The VBP event (d11): no mistake, but a break that trends must know."""
    for row in frame.index[(frame["type"] == "VBP_win") & (frame["date"] == month_start(VBP_MONTH))].tolist():
        log.add("d11_vbp", FILES["policy_events"], row, "type", "", "中选")
    return frame


def _moved(frame: pd.DataFrame, log: Log, world: World) -> pd.DataFrame:
    """Customers that changed region (d17)."""
    for row in frame.index[frame["valid_to"].isna()].tolist():
        log.add("d17_moved_region", FILES["customer_regions"], row, "region", "", frame.loc[row, "region"])
    return frame
