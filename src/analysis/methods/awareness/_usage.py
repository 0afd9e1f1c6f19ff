"""Line of use: where respondents place the product in treatment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import respondents
from ._known import row, test

__all__ = ["LINES", "LineOfUse", "usage"]

#: answers to the question on the line of use, as codebooks code them, and what they are called
LINES: Mapping[int, str] = {3: "line_first", 2: "line_second", 1: "line_third", 0: "line_never"}
#: ladder step from which a product has been used
TRIED = 3


@dataclass(frozen=True, eq=False, kw_only=True)
class LineOfUse(Result):
    """Line of use by group.

    Attributes
    ----------
    table : DataFrame
        One row per group ("all" first) and line: group, line, value, lo, hi (share), n (answers of the group), method,
        flag. The shares of a group add up to one.
    tests : DataFrame
        One row, when groups are given: statistic, df, p, n (Rao-Scott test that the line does not depend on
        the group).
    """

    tests: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("value", "lo", "hi"), "percent"), "n": "count", "line": "term", "group": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(within=("line",), keys=("line",))


# the question, the ladder it is held against, who answered, and groups
def usage(
    line_of_use: pd.Series,
    ladder: pd.Series | None = None,
    *,
    by: pd.Series | None = None,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    level: float = 0.95,
) -> LineOfUse:
    """Share of respondents who use the product first, second, third line or never.

    Parameters
    ----------
    line_of_use : Series
        3 first, 2 second, 1 third line or later, 0 never; index response_id.
    ladder : Series, optional
        Step 0 to 6 of the adoption ladder. Who skipped the line of use and stands below "tried" counts as
        never; answers that contradict the ladder are counted in a note and kept.
    by, weights, cluster : Series, optional
        Group, survey weight, hospital by response_id.
    level : float, default 0.95

    Raises
    ------
    DataError
        ``empty``, ``bad_score``, ``bad_weights``.
    """
    checks.unique_index(line_of_use, name="line_of_use")
    line = respondents.scored(line_of_use.to_frame("line"), low=0, high=3)["line"]
    notes: list[Note] = []
    if ladder is not None:
        line, notes = _with_ladder(line, ladder)
    lost = int(line.isna().sum())
    if lost == len(line):
        raise DataError("empty", name="line_of_use")
    if lost:
        notes.append(Note("line_unknown", {"count": lost, "of": len(line)}))
    answers = respondents.prepared(line, weights=weights, cluster=cluster, name="line_of_use")
    values = answers.frame["line"].to_numpy()
    parts, tests = [("all", np.ones(len(values), dtype=bool))], []
    if by is not None:
        label, names, missing = respondents.groups(by, answers.frame.index)
        parts += [(name, label == name) for name in names]
        tests = [test(label, values, answers)]
        notes += [Note("respondents_no_group", {"count": missing})] if missing else []
    rows: list[dict[str, Any]] = [
        {"group": name, "line": word, **row((values == code).astype(float), answers, level, inside)}
        for name, inside in parts
        for code, word in LINES.items()
    ]
    table = pd.DataFrame(rows)
    settings = {"level": level, "weighted": weights is not None, "clustered": cluster is not None,
                "grouped": by is not None, "ladder": ladder is not None}  # fmt: skip
    compared = pd.DataFrame(tests, columns=["statistic", "df", "p", "n"])
    return LineOfUse(table=table, settings=settings, notes=tuple(notes), finding=_finding(table), tests=compared)


def _with_ladder(line: pd.Series, ladder: pd.Series) -> tuple[pd.Series, list[Note]]:
    step = ladder.reindex(line.index).astype("float64")
    notes = []
    filled = line.isna() & (step < TRIED)
    if filled.any():
        notes.append(Note("line_from_ladder", {"count": int(filled.sum())}))
    used, conflict = line > 0, line.notna() & step.notna()
    conflict &= used != (step >= TRIED)
    if conflict.any():
        notes.append(Note("line_against_ladder", {"count": int(conflict.sum()), "of": int(line.notna().sum())}))
    return line.mask(filled, 0.0), notes


def _finding(table: pd.DataFrame) -> Note:
    every = table[table["group"] == "all"]
    first, never = every[every["line"] == "line_first"].iloc[0], every[every["line"] == "line_never"].iloc[0]
    if first["flag"] == "suppressed":
        return Note("awareness_suppressed", {"n": int(first["n"]), "need": respondents.SUPPRESS})
    values = {"n": int(first["n"]), "never": float(never["value"])}
    return Note("line_of_use", {**values, **{c: float(first[c]) for c in ("value", "lo", "hi")}})
