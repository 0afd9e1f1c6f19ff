"""Where the same persons stood in two waves, against what two answers of an unchanged person would move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals, square, waves
from ._change import in_both
from ._measure import LOW_N
from ._stages import STEPS, checked

__all__ = ["LadderMatrix", "matrix"]


@dataclass(frozen=True, eq=False, kw_only=True)
class LadderMatrix(Result):
    """Steps of the same persons in two waves.

    Attributes
    ----------
    table : DataFrame
        from_step, to_step (codes), n (persons), value, lo, hi (share of those who stood at from_step),
        of (how many these are), method, flag.
    moves : DataFrame
        move (up, down, stayed, moved, net, noise, excess), value, lo, hi (share of all persons; net is
        up less down; noise and excess only with a retest), n, flag.
    tests : DataFrame
        test (bowker: symmetry; stuart_maxwell: equal shares per step), statistic, df, p, n, flag.
    """

    moves: pd.DataFrame
    tests: pd.DataFrame

    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "lo": "percent", "hi": "percent", "n": "count", "of": "count", "statistic": "number",
        "df": "count", "p": "number2",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "of"), within=("from_step",), margins=("from_step", "to_step"), keys=("df",)
    )


def matrix(
    before: pd.Series, after: pd.Series, *, person: pd.Series, cluster: pd.Series | None = None,
    retest: pd.DataFrame | None = None, level: float = 0.95,
) -> LadderMatrix:  # fmt: skip
    """Ladder matrix of the persons who answered both waves, with its noise.

    A person who answers the same question twice does not always give the same answer. How much of
    the movement that explains can be told with a retest only; without one, equal movement up and
    down (Bowker, Stuart–Maxwell) is all that can be tested.

    Parameters
    ----------
    before, after : Series
        Steps 0–6 of the two waves, index response_id; no id in both.
    person : Series
        Customer behind each response_id of both waves; persons with several answers in one
        wave are left out and counted.
    cluster : Series, optional
        Hospital by response_id (of the later wave); widens the interval of the net movement.
    retest : DataFrame, optional
        Columns first, second: steps of persons asked twice within weeks.
    level : float, default 0.95

    Returns
    -------
    LadderMatrix

    Raises
    ------
    DataError
        ``empty``, ``bad_step``, ``waves_share_ids``, ``no_repeated_person``, ``missing_columns``.

    References
    ----------
    Bowker, A. H. (1948), Journal of the American Statistical Association 43, 572–574; Stuart, A.
    (1955), Biometrika 42, 412–416; Rocks, B. (2016), The American Statistician 70, 365–372, for
    the interval of up less down.
    """
    first, second = checked(before, name="before"), checked(after, name="after")
    same = first.index.intersection(second.index)
    if len(same):
        raise DataError("waves_share_ids", count=len(same))
    panel, ambiguous = _panel(first, second, person)
    counts = np.zeros((len(STEPS), len(STEPS)), dtype=int)
    np.add.at(counts, (panel["before"].to_numpy(dtype=int), panel["after"].to_numpy(dtype=int)), 1)
    moves = _moves(panel, cluster, level)
    notes: list[Note] = []
    if retest is None:
        notes.append(Note("ladder_noise_unknown"))
    else:
        moves = pd.concat([moves, _noise(panel, retest, level)], ignore_index=True)
    if ambiguous:
        notes.append(Note("ladder_answered_twice", {"count": ambiguous}))
    if len(panel) < LOW_N:
        notes.append(Note("ladder_low_n", {"n": len(panel), "need": LOW_N}))
    settings = {"level": level, "retest": retest is not None, "clustered": cluster is not None}
    return LadderMatrix(
        table=_cells(counts, level), moves=moves, tests=square.tested(counts), settings=settings, notes=tuple(notes),
        finding=_finding(moves),
    )  # fmt: skip


def _panel(first: pd.Series, second: pd.Series, person: pd.Series) -> tuple[pd.DataFrame, int]:
    """before, after by person; the later response_id beside them."""
    both = in_both(first, second, person)
    parts = []
    for part, keep in zip((first, second), both, strict=True):
        kept = part[keep]
        parts.append(
            pd.DataFrame({"step": kept.to_numpy(), "sheet": kept.index}, index=person.reindex(kept.index).to_numpy())
        )
    again = set(parts[0].index[parts[0].index.duplicated()]) | set(parts[1].index[parts[1].index.duplicated()])
    parts = [part[~part.index.isin(again)].sort_index() for part in parts]
    shared = parts[0].index.intersection(parts[1].index)
    if shared.empty:
        raise DataError("no_repeated_person", before=len(first), after=len(second))
    out = pd.DataFrame({"before": parts[0].loc[shared, "step"], "after": parts[1].loc[shared, "step"]})
    return out.assign(sheet=parts[1].loc[shared, "sheet"]).sort_index(), len(again)


def _cells(counts: np.ndarray, level: float) -> pd.DataFrame:
    rows = []
    for i in STEPS:
        of = int(counts[i].sum())
        for j in STEPS:
            lo, hi = intervals.wilson(counts[i, j], of, level=level)
            rows.append({
                "from_step": f"ladder_{i}", "to_step": f"ladder_{j}", "n": int(counts[i, j]),
                "value": counts[i, j] / of if of else np.nan, "lo": lo, "hi": hi, "of": of, "method": "wilson",
                "flag": "missing_input" if of == 0 else "low_n" if of < LOW_N else "ok",
            })  # fmt: skip
    return pd.DataFrame(rows)


def _moves(panel: pd.DataFrame, cluster: pd.Series | None, level: float) -> pd.DataFrame:
    by_sheet = panel.set_index("sheet")
    gap = by_sheet["after"] - by_sheet["before"]
    step = pd.Series(np.sign(gap.to_numpy()), index=gap.index)
    rows: list[dict[str, Any]] = []
    for name, hits in (("up", step > 0), ("down", step < 0), ("stayed", step == 0), ("moved", step != 0)):
        found = waves.estimate(hits.astype(float), cluster=cluster, level=level)
        rows.append({"move": name, "value": found.value, "lo": found.lo, "hi": found.hi})
    net = waves.estimate(step, "nps", cluster=cluster, level=level)
    rows.append({"move": "net", "value": net.value / 100, "lo": net.lo / 100, "hi": net.hi / 100})
    flag = "low_n" if len(panel) < LOW_N else "ok"
    return pd.DataFrame(rows).assign(n=len(panel), flag=flag)


def _noise(panel: pd.DataFrame, retest: pd.DataFrame, level: float) -> pd.DataFrame:
    """Share that moved between two answers of unchanged persons, and the share beyond it."""
    checks.columns(retest, ["first", "second"], name="retest")
    known = retest[["first", "second"]].dropna()
    checks.not_empty(known, name="retest")
    for column in known.columns:
        checked(known[column], name=f"retest[{column}]")
    moved, n = int((known["first"] != known["second"]).sum()), len(known)
    here, m = int((panel["before"] != panel["after"]).sum()), len(panel)
    lo, hi = intervals.wilson(moved, n, level=level)
    more = intervals.newcombe(here, m, moved, n, level=level)
    rows = [
        {"move": "noise", "value": moved / n, "lo": lo, "hi": hi, "n": n},
        {"move": "excess", "value": here / m - moved / n, "lo": more[0], "hi": more[1], "n": min(n, m)},
    ]
    return pd.DataFrame(rows).assign(flag="low_n" if min(n, m) < LOW_N else "ok")


def _finding(moves: pd.DataFrame) -> Note:
    rows = {str(row["move"]): row for _, row in moves.iterrows()}
    net = rows["net"]
    values = {
        "n": int(net["n"]), "up": float(rows["up"]["value"]), "down": float(rows["down"]["value"]),
        **{c: 100 * float(net[c]) for c in ("value", "lo", "hi")},
    }  # fmt: skip
    code = (
        "ladder_matrix_up"
        if values["lo"] > 0
        else "ladder_matrix_down"
        if values["hi"] < 0
        else "ladder_matrix_unclear"
    )
    return Note(code, values)
