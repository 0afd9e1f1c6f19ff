"""How far people who coded the same texts agree with each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats.coders import krippendorff
from ._publish import LOW_TEXTS

__all__ = ["Coders", "coders", "hand_codes"]

_BOOT = 500


@dataclass(frozen=True, eq=False, kw_only=True)
class Coders(Result):
    """People against each other, theme by theme.

    Attributes
    ----------
    table : DataFrame
        theme ("all": every text and theme pooled), value (Krippendorff's alpha, nominal), lo, hi (bootstrap over
        texts), agreed (share of pairs of codes that agree), n (texts with two coders or more), coders, method, flag.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"agreed": "percent", "n": "count", "coders": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n",), hides=("value", "lo", "hi", "agreed"))


def hand_codes(coded_texts: pd.DataFrame, *, themes: list[str] | None = None) -> dict[str, pd.DataFrame]:
    """The table ``coded_texts`` as one frame per coder: index response_id, one column per theme, 1 or 0.

    Parameters
    ----------
    coded_texts : DataFrame
        response_id, coder, theme: one row per text, coder and theme. A text in which a coder found no theme has one
        row with an empty theme.
    themes : list of str, optional
        Themes the coders were asked for; default: those anybody used.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``.
    """
    checks.columns(coded_texts, ["response_id", "coder", "theme"], name="coded_texts")
    checks.not_empty(coded_texts, name="coded_texts")
    own = coded_texts[["response_id", "coder", "theme"]].copy()
    own["theme"] = own["theme"].where(own["theme"].notna(), "").astype(str).str.strip()
    asked = sorted(set(own["theme"]) - {""}) if themes is None else list(themes)
    out = {}
    for coder, rows in own.groupby("coder", sort=True):
        ids = pd.Index(sorted(rows["response_id"].astype(str).unique()), name="response_id")
        frame = pd.DataFrame(0, index=ids, columns=asked, dtype="int64")
        for theme in asked:
            frame[theme] = ids.isin(rows.loc[rows["theme"] == theme, "response_id"].astype(str)).astype("int64")
        out[str(coder)] = frame
    return out


def coders(coded_texts: pd.DataFrame, *, themes: list[str] | None = None, seed: int = 0) -> Coders:
    """Krippendorff's alpha between people who coded the same texts, theme by theme.

    Parameters
    ----------
    coded_texts : DataFrame
        response_id, coder, theme (`hand_codes`); coders need not have coded the same texts.
    themes : list of str, optional
    seed : int, default 0

    Returns
    -------
    Coders

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``text_one_coder``.
    """
    frames = hand_codes(coded_texts, themes=themes)
    ids = sorted(set().union(*(frame.index for frame in frames.values())))
    cube = np.array([frame.reindex(ids).to_numpy(dtype=float) for frame in frames.values()])
    twice = np.isfinite(cube[:, :, 0]).sum(axis=0) >= 2 if cube.shape[2] else np.zeros(len(ids), dtype=bool)
    if not twice.any():
        raise DataError("text_one_coder", coders=len(frames), texts=len(ids))
    cube = cube[:, twice]
    names = list(next(iter(frames.values())).columns)
    parts = [("all", cube.reshape(len(frames), -1)), *((theme, cube[:, :, i]) for i, theme in enumerate(names))]
    rows = []
    for theme, ratings in parts:
        value, lo, hi = krippendorff(ratings, n_boot=_BOOT, seed=seed)
        flag = "not_identified" if not np.isfinite(value) else "ok" if twice.sum() >= LOW_TEXTS else "low_n"
        rows.append({
            "theme": theme, "value": value, "lo": lo, "hi": hi, "agreed": _agreed(ratings), "n": int(twice.sum()),
            "coders": len(frames), "method": "krippendorff", "flag": flag,
        })  # fmt: skip
    table = pd.DataFrame(rows)
    notes = [Note("text_few_coded", {"n": int(twice.sum()), "least": LOW_TEXTS})] if twice.sum() < LOW_TEXTS else []
    top = table.iloc[0]
    finding = None
    if np.isfinite(top["value"]):
        finding = Note("text_coders", {k: float(top[k]) for k in ("value", "lo", "hi")} | {"n": int(top["n"])})
    return Coders(table=table, settings={"seed": seed, "themes": names}, notes=tuple(notes), finding=finding)


def _agreed(ratings: np.ndarray) -> float:
    """Share of pairs of codes of the same text that are equal."""
    same = pairs = 0.0
    for i in range(len(ratings)):
        for j in range(i):
            both = np.isfinite(ratings[i]) & np.isfinite(ratings[j])
            same, pairs = same + float((ratings[i] == ratings[j])[both].sum()), pairs + float(both.sum())
    return same / pairs if pairs else float("nan")
