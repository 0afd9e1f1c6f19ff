"""What the segments of latent classes answer, item by item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ._fit import LOW_N
from ._segments import Segments

__all__ = ["AnswerProfile", "answer_profile"]


@dataclass(frozen=True, eq=False, kw_only=True)
class AnswerProfile(Result):
    """Answers of each segment.

    Attributes
    ----------
    table : DataFrame
        item, segment, n (respondents of the segment), answer (the most probable one), value (its probability),
        flag; where all answers are numbers also mean (expected answer in the segment) and mean_all (of all
        segments together).
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "mean": "number2", "mean_all": "number2"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("answer", "value", "mean"), keys=("segment",), within=("item",)
    )  # fmt: skip


def answer_profile(model: Segments) -> AnswerProfile:
    """Most probable and mean answer of each segment, from the probabilities of the model.

    The answers made the segments, so they are described and not tested.

    Parameters
    ----------
    model : Segments
        From ``fit(..., method="lca")``.

    Returns
    -------
    AnswerProfile

    Raises
    ------
    SettingError
        Segments of another kind.
    """
    checks.choice(model.family, ("lca",), name="model.family")
    assert model.probabilities is not None
    long = model.probabilities.assign(score=pd.to_numeric(model.probabilities["answer"], errors="coerce"))
    best = long.loc[long.groupby(["item", "segment"], sort=False)["value"].idxmax()]
    size = model.table.set_index("segment")["n"]
    table = best[["item", "segment", "answer", "value"]].reset_index(drop=True)
    table.insert(2, "n", table["segment"].map(size).astype("int64"))
    if long["score"].notna().all():
        mean = (long["score"] * long["value"]).groupby([long["item"], long["segment"]]).sum()
        table["mean"] = mean.reindex(pd.MultiIndex.from_frame(table[["item", "segment"]])).to_numpy()
        weight = table["segment"].map(dict(zip(model.centres.index, model.weights, strict=True)))
        table["mean_all"] = (table["mean"] * weight).groupby(table["item"]).transform("sum")
    table["flag"] = np.where(table["n"] < LOW_N, "low_n", "ok")
    return AnswerProfile(
        table=table,
        settings={"k": len(model.weights), "items": list(dict.fromkeys(table["item"]))},
        notes=(Note("segments_described_only", {}),),
        finding=_finding(table),
    )


def _finding(table: pd.DataFrame) -> Note:
    if "mean" not in table:
        counts = {"segments": table["segment"].nunique(), "items": table["item"].nunique()}
        return Note("segments_answers", counts)
    first = table.iloc[int((table["mean"] - table["mean_all"]).to_numpy().argmax())]
    return Note("segments_answer_highest", {
        "segment": int(first["segment"]), "item": first["item"], "mean": float(first["mean"]),
        "mean_all": float(first["mean_all"]), "n": int(first["n"]),
    })  # fmt: skip
