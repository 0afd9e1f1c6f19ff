"""Double jeopardy: small brands have fewer users, and those are less loyal. Who stands apart from that?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, bootstrap, respondents
from . import _expected
from ._selected import Choices, choices, whose

__all__ = ["DoubleJeopardy", "double_jeopardy"]

#: fewest brands from which an expectation can be drawn
LEAST_BRANDS = 4
_APART = ("above_expected", "below_expected")


@dataclass(frozen=True, eq=False, kw_only=True)
class DoubleJeopardy(Result):
    """Loyalty against what the size of the brand alone lets expect.

    Attributes
    ----------
    table : DataFrame
        One row per brand, largest first: brand, whose (own_product, competitor_product), penetration (share who
        use it), loyalty (share of its users who prefer it), expected (from penetration, by the other brands),
        value, lo, hi (loyalty minus expected), p, q (false discovery rate over the brands), verdict
        (above_expected, below_expected, as_expected, depends_on_model), n (users who said which they prefer),
        method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("penetration", "loyalty", "expected"), "percent"),
        **dict.fromkeys(("value", "lo", "hi"), "points"), **dict.fromkeys(("p", "q"), "number2"), "n": "count",
        "verdict": "term", "whose": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "penetration", "loyalty", "expected", "p", "q", "verdict")
    )


# two questions, the own brand, the expectation, who answered, and the draws
def double_jeopardy(
    used: pd.DataFrame,
    preferred: pd.Series,
    *,
    own: str | None = None,
    model: str = "both",
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    level: float = 0.95,
    n_boot: int = 400,
    seed: int = 0,
) -> DoubleJeopardy:
    """Hold each brand's loyalty against that of a brand of its size.

    Parameters
    ----------
    used : DataFrame
        1 where the respondent uses the brand, else 0; index response_id, one column per brand.
    preferred : Series
        The brand used most, by name; answers outside the brands used are left out and counted.
    own : str, optional
        Name of the own brand.
    model : {"both", "size", "ehrenberg", "repertoire"}
        Expectation. ``size``: log odds of loyalty on log odds of penetration through the other brands. ``ehrenberg``:
        w(1 − b) constant, which expects too much of brands that most people use. ``both``: numbers from ``size``, and a
        verdict only where ``ehrenberg`` gives the same. ``repertoire``: choice among the brands a respondent uses
        in proportion to a power of their size; it takes sole use as given.
    weights, cluster : Series, optional
        Survey weight and hospital by response_id.
    level : float, default 0.95
    n_boot, seed : int
        Draws (whole hospitals where given), each with the expectation fitted anew.

    Returns
    -------
    DoubleJeopardy
        Above or below is said only where the interval leaves out zero and q is at most 0.05. Brands share their
        users, so one off the pattern bends the expectation of the others; such brands are set aside when the others are
        held against each other, and named in a note.

    Raises
    ------
    DataError
        ``preference_few_brands`` below four brands with users enough, ``empty``, ``bad_score``, ``bad_weights``.

    References
    ----------
    Ehrenberg, A. S. C., Goodhardt, G. J. and Barwise, T. P. (1990), Double jeopardy revisited, Journal of Marketing
    54(3), 82–91; McPhee, W. N. (1963), Formal Theories of Mass Behavior, chapter 3.
    """
    checks.choice(model, _expected.MODELS, name="model")
    found = choices(used, preferred, weights, cluster)
    known, kept, place = _usable(found)
    if kept.sum() < LEAST_BRANDS:
        raise DataError("preference_few_brands", got=int(kept.sum()), need=LEAST_BRANDS, users=respondents.SUPPRESS)
    seen = _expected.patterns(found.used[known][:, kept], place)
    answers = found.answers
    group = None if answers.cluster is None else answers.cluster[known]
    times = bootstrap.multiplicities(int(known.sum()), n_boot=n_boot, seed=seed, cluster=group) * answers.w[known]
    fit = getattr(_expected, "size" if model == "both" else model)
    counts = _counts(answers.w[known][None, :], seen), _counts(times, seen)
    units = int(known.sum()) if group is None else len(set(map(str, group)))
    names = [name for name, keep in zip(found.names, kept, strict=True) if keep]
    n = seen.used[seen.member][place >= 0].sum(axis=0).astype(int)
    aside, table, shape = _set_aside(fit, counts, seen, (n, units, level))
    if model == "both":
        table["verdict"] = _agreed(table, _set_aside(_expected.ehrenberg, counts, seen, (n, units, level))[1])
    table["brand"], table["whose"] = names, [whose(name, own) for name in names]
    table["method"] = model
    table = table.sort_values(["penetration", "brand"], ascending=[False, True], ignore_index=True)[_COLUMNS]
    left = len(found.names) - int(kept.sum())
    notes = (
        [Note("preference_outside", {"count": found.outside, "n": int((found.preferred >= 0).sum())})]
        if found.outside
        else []
    )
    notes += [Note("jeopardy_small_brands", {"count": left, "need": respondents.SUPPRESS})] if left else []
    notes += [Note("jeopardy_set_aside", {"brands": [names[place] for place in aside]})] if aside else []
    settings = {"own": own, "model": model, "set_aside": [names[place] for place in aside],
                "level": level, "weighted": weights is not None, "clustered": cluster is not None, "n_boot": n_boot,
                "seed": seed, "shape": _median(shape)}  # fmt: skip
    return DoubleJeopardy(table=table, settings=settings, notes=tuple(notes), finding=_finding(table))


_COLUMNS = [
    "brand", "whose", "penetration", "loyalty", "expected", "value", "lo", "hi", "p", "q", "verdict", "n", "method",
    "flag",
]  # fmt: skip


def _usable(found: Choices) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who answered on use, brands with users enough, place of the preferred brand among those (−1: none)."""
    known = np.isfinite(found.used).any(axis=1)
    said = (found.preferred >= 0) & known
    picked = np.where(said, np.nan_to_num(found.used)[np.arange(len(said)), found.preferred], 0.0)
    inside = said & (picked == 1)
    kept = np.nansum(found.used[inside], axis=0) >= respondents.SUPPRESS
    renumbered = np.where(kept, np.cumsum(kept) - 1, -1)
    place = np.where(inside, renumbered[found.preferred], -1)
    return known, kept, place[known]


def _set_aside(
    fit: Any, counts: tuple[np.ndarray, np.ndarray], seen: _expected.Patterns, told: tuple[np.ndarray, int, float]
) -> tuple[tuple[int, ...], pd.DataFrame, np.ndarray]:
    """Take brands far off the pattern out of what the others are held against, one by one.

    One brand off the pattern bends the expectation of all others. Where several look apart, the one is set aside
    without which the others agree best; at least three others stay to learn from.
    """
    aside: tuple[int, ...] = ()
    table, shape = _held(fit, counts, seen, told, aside)
    while len(aside) < len(table) - LEAST_BRANDS:
        apart = [i for i in table.index[table["verdict"].isin(_APART)] if i not in aside]
        if len(apart) < 2:
            break
        tries = [(*_held(fit, counts, seen, told, (*aside, i)), i) for i in apart]
        scores = [_misfit(tried, (*aside, i)) for tried, _, i in tries]
        best = int(np.argmin(scores))
        if not scores[best] < _misfit(table, (*aside, tries[best][2])):
            break
        table, shape, last = tries[best]
        aside = (*aside, last)
    return aside, table, shape


def _agreed(table: pd.DataFrame, other: pd.DataFrame) -> list[str | None]:
    """The verdict where two expectations give the same one."""
    pairs = zip(table["verdict"], other["verdict"], strict=True)
    return [mine if mine == theirs or pd.isna(mine) else "depends_on_model" for mine, theirs in pairs]


def _misfit(table: pd.DataFrame, aside: tuple[int, ...]) -> float:
    rest = table.drop(index=list(aside))
    return float((rest["value"] / (rest["hi"] - rest["value"])).pow(2).sum())


def _held(
    fit: Any, counts: tuple[np.ndarray, np.ndarray], seen: _expected.Patterns, told: tuple[np.ndarray, int, float],
    aside: tuple[int, ...],
) -> tuple[pd.DataFrame, np.ndarray]:  # fmt: skip
    """Every brand against its expectation, from the sample and from the draws."""
    n, units, level = told
    b, loyalty, expected, shape = (part[0] for part in fit(counts[0], seen, aside))
    drawn = fit(counts[1], seen, aside)
    table = pd.DataFrame(
        {"penetration": b, "loyalty": loyalty, "expected": expected, "value": loyalty - expected, "n": n}
    )
    return _tested(table, drawn[1] - drawn[2], units, level), shape


def _counts(times: np.ndarray, seen: _expected.Patterns) -> np.ndarray:
    """Weight of each pattern in each draw."""
    order = np.argsort(seen.member, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(seen.member[order]) > 0])
    return np.add.reduceat(times[:, order], starts, axis=1).astype(float)


def _tested(table: pd.DataFrame, drawn: np.ndarray, units: int, level: float) -> pd.DataFrame:
    out = table.copy()
    good = np.isfinite(drawn).sum(axis=0) >= 0.9 * len(drawn)
    se = np.where(good, np.nanstd(np.where(np.isfinite(drawn), drawn, 0.0), axis=0, ddof=1), np.nan)
    usable = good & np.isfinite(out["value"].to_numpy()) & (se > 1e-9)
    half = np.where(usable, stats.t.ppf((1 + level) / 2, max(units - 1, 1)) * se, np.nan)
    out["lo"], out["hi"] = out["value"] - half, out["value"] + half
    with np.errstate(divide="ignore", invalid="ignore"):
        out["p"] = np.where(usable, 2 * stats.t.sf(np.abs(out["value"]) / se, max(units - 1, 1)), np.nan)
    out["q"] = adjust.benjamini_hochberg(out["p"].to_numpy())
    out["verdict"] = [_verdict(row) for _, row in out.iterrows()]
    out["flag"] = [respondents.flag(int(n)) if ok else "not_identified" for n, ok in zip(out["n"], usable, strict=True)]
    return out


def _verdict(row: pd.Series) -> str | None:
    if pd.isna(row["q"]):
        return None
    if row["q"] > 0.05 or row["lo"] <= 0 <= row["hi"]:
        return "as_expected"
    return "above_expected" if row["value"] > 0 else "below_expected"


def _median(shape: np.ndarray) -> float | None:
    known = shape[np.isfinite(shape)]
    return float(np.median(known)) if len(known) else None


def _finding(table: pd.DataFrame) -> Note:
    tested = table[table["q"].notna()]
    if tested.empty:
        return Note("jeopardy_untested", {"brands": len(table)})
    mine = tested[tested["whose"] == "own_product"]
    if len(mine):
        row = mine.iloc[0]
        values = {"brand": row["brand"], "n": int(row["n"]), **{c: float(row[c]) for c in ("value", "lo", "hi")}}
        return Note(f"jeopardy_{row['verdict']}", values)
    apart = tested[tested["verdict"].isin(_APART)]
    return Note("jeopardy_brands", {"count": len(apart), "brands": len(tested), "n": int(tested["n"].max())})
