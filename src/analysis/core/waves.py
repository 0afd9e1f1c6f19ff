"""Which wave of a survey is the latest: the one that is read where none is named."""

from __future__ import annotations

import pandas as pd

__all__ = ["latest_rows", "latest_wave"]


def latest_wave(answers: pd.DataFrame) -> str | None:
    """Name of the latest wave: by date where there is one, else the last name; None without waves."""
    if "wave" not in answers.columns or not answers["wave"].notna().any():
        return None
    known = answers[answers["wave"].notna()]
    if "date" in known.columns and known["date"].notna().any():
        last = known.groupby("wave")["date"].max().dropna()
        return str(max(last.index[last == last.max()]))
    return str(known["wave"].astype(str).max())


def latest_rows(answers: pd.DataFrame) -> pd.DataFrame:
    """Answers of the latest wave; all of them where no wave is named."""
    name = latest_wave(answers)
    return answers if name is None else answers[answers["wave"].astype(str) == name]
