"""Rank barriers by prevalence, association with use, and whether they may be worked on.

Wording follows the evidence: associated, never caused. Barriers that go with
*more* use are met by users and listed apart; appropriate barriers (stewardship,
unsuitable patients) are never ranked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from .association import Association, associate
from .priority import FDR, codes, prevalence, prioritised, ranked
from .taxonomy import ADDRESSABLE

__all__ = ["Barriers", "rank"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Barriers(Result):
    """Barriers, the ones to work on first.

    Attributes
    ----------
    table : DataFrame
        barrier; n (who answered), mentions; value, lo, hi (prevalence); effect, effect_lo,
        effect_hi (average marginal effect of naming it on the chance of the outcome), p, q
        (false discovery rate), effect_shrunk; addressable, owner, level ("hospital" or
        "respondent"); priority (prevalence x shrunken effect x addressability), with
        priority_lo, priority_hi; rank, rank_lo, rank_hi (among those with a priority, that
        passed q); met_by_users (goes with more use); method, flag, effect_flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "n": "count", "mentions": "count", "value": "percent", "lo": "percent", "hi": "percent", "effect": "points",
        "effect_lo": "points", "effect_hi": "points", "p": "number2", "q": "number2", "effect_shrunk": "points",
        "priority": "number", "priority_lo": "number", "priority_hi": "number", "rank": "count", "rank_lo": "count",
        "rank_hi": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("mentions", "n"),
        hides=("value", "lo", "hi", "effect", "effect_lo", "effect_hi", "effect_shrunk", "p", "q", "priority",
               "priority_lo", "priority_hi"),
    )  # fmt: skip


def rank(
    answers: pd.DataFrame,
    outcome: pd.Series,
    codebook: pd.DataFrame | None,
    *,
    cluster: pd.Series | None = None,
    weights: pd.Series | None = None,
    controls: pd.DataFrame | None = None,
    hospital_level: Sequence[str] = (),
    value: pd.Series | None = None,
    step: float = 4,
    family: str = "auto",
    n_boot: int = 300,
    seed: int = 0,
) -> Barriers:
    """Prevalence of each barrier, its association with the outcome, and a priority.

    Parameters
    ----------
    answers : DataFrame
        Index respondent, one column per barrier code: 1 named, 0 not, missing unanswered.
    outcome : Series
        Same index: 0/1, or an ordered answer such as the ladder step (the sentence speaks of
        the ladder when the Series is called "step", as from ``ladder.stages``).
    codebook : DataFrame or None
        ``barrier_code`` and, where they differ from the built-in taxonomy,
        ``addressable`` (yes, partly, no, appropriate) and ``owner``.
    cluster : Series, optional
        Hospital of each respondent.
    weights : Series, optional
        Survey weights.
    controls : DataFrame, optional
        Hospital class, specialty, title, potential, …
    hospital_level : sequence of str
        Barriers that are facts of the hospital, such as not listed; ``cluster`` is needed
        then. In the model each respondent has what at least half of the hospital's
        respondents say, also those who left the question empty.
    value : Series, optional
        Reserved for the scenario value; not used yet, and the result says so.
    step : float, default 4
        For an ordered outcome: the effect is on the chance of this step or more.
    family : {"auto", "logit", "ordinal"}
        "auto" takes logit for an outcome of 0 and 1.
    n_boot : int, default 300
        Draws (of whole hospitals) behind the rank intervals.
    seed : int, default 0

    Returns
    -------
    Barriers

    Notes
    -----
    Prevalence: Wilson on the effective number under weights and clusters. Association: one
    logit or proportional-odds model with all barriers and controls, CR2 standard errors
    and Satterthwaite degrees of freedom. Priority = prevalence x max(0, −shrunken effect) x
    addressability, only where q ≤ .10: taking the absolute effect would promote noise.
    Rank intervals hold among the barriers that passed.

    References
    ----------
    Benjamini and Hochberg (1995); Pustejovsky and Tipton (2018); Cane et al. (2012).
    """
    checks.not_empty(answers, name="answers")
    checks.unique_index(answers, name="answers")
    checks.choice(family, ("auto", "logit", "ordinal"), name="family")
    _check_answers(answers, hospital_level, cluster)
    table = answers.rename(columns=str).astype(float).sort_index()
    frame = _frame(table.index, cluster, weights, controls)
    y = outcome.reindex(table.index).astype(float)
    binary = bool(y.dropna().isin([0, 1]).all())
    if family == "logit" and not binary:
        raise DataError("not_binary", name="outcome", got=sorted(set(y.dropna()))[:5])
    kind = "logit" if family == "logit" or (family == "auto" and binary) else "ordinal"
    limit = 1.0 if kind == "logit" else float(step)
    facts = _facts(table, frame, hospital_level)
    link = associate(facts, y, frame, family=kind, step=limit, n_boot=n_boot, seed=seed)
    out = prevalence(table, frame, weights is not None)
    out = out.merge(codes(list(table.columns), codebook), on="barrier").join(link.effects, on="barrier")
    out["level"] = np.where(out["barrier"].isin(list(hospital_level)), "hospital", "respondent")
    flags = {**{str(c): "ok" for c in link.effects.index}, **link.why_not}
    out["effect_flag"] = out["barrier"].map(flags).fillna("not_identified")
    out = ranked(prioritised(out), table, frame, link)
    settings = {
        "family": kind, "step": limit, "fdr": FDR, "n_boot": n_boot, "seed": seed, "method": link.method,
        "weighted": weights is not None, "clustered": cluster is not None, "hospital_level": sorted(hospital_level),
        "controls": [] if controls is None else [str(c) for c in controls.columns], "addressability": ADDRESSABLE,
    }  # fmt: skip
    notes = _notes(out, link, codebook, value is not None)
    return Barriers(
        table=out, settings=settings, notes=notes, finding=_finding(out, link, kind, limit, str(outcome.name))
    )


def _check_answers(answers: pd.DataFrame, hospital_level: Sequence[str], cluster: pd.Series | None) -> None:
    for name in answers.columns:
        known = pd.to_numeric(answers[name], errors="coerce").dropna()
        if not known.isin([0, 1]).all() or len(known) < int(answers[name].notna().sum()):
            raise DataError("not_binary", name=f"answers[{name}]", got=[str(v) for v in sorted(set(known))[:5]])
    unknown = sorted(set(map(str, hospital_level)) - set(map(str, answers.columns)))
    if unknown:
        raise SettingError("unknown_columns", name="hospital_level", got=unknown, found=list(answers.columns)[:30])
    if len(hospital_level) and cluster is None:
        raise SettingError("hospital_level_needs_cluster", got=sorted(hospital_level))


def _frame(
    index: pd.Index, cluster: pd.Series | None, weights: pd.Series | None, controls: pd.DataFrame | None
) -> pd.DataFrame:
    """Weight, cluster and controls of each respondent, in the order of the answers."""
    out = pd.DataFrame(index=index)
    out["weight"] = 1.0 if weights is None else weights.reindex(index).astype(float)
    bad = ~(np.isfinite(out["weight"]) & (out["weight"] > 0))
    if bad.any():
        raise DataError("bad_weights", name="weights", count=int(bad.sum()))
    out["cluster"] = None if cluster is None else cluster.reindex(index).astype(object)
    if controls is not None:
        out = out.join(controls.reindex(index).rename(columns=lambda c: f"c_{c}"))
    return out


def _facts(table: pd.DataFrame, frame: pd.DataFrame, hospital_level: Sequence[str]) -> pd.DataFrame:
    """The answers, with facts of the hospital as its respondents see them together."""
    out = table.copy()
    known = frame["cluster"].notna()
    for code in map(str, hospital_level):
        share = table[code].groupby(frame["cluster"]).transform("mean")
        out[code] = (share >= 0.5).astype(float).where(share.notna()).where(known, table[code])
    return out


def _notes(out: pd.DataFrame, link: Association, codebook: pd.DataFrame | None, value: bool) -> tuple[Note, ...]:
    notes = list(link.notes)
    users = sorted(out.loc[out["met_by_users"], "barrier"])
    if users:
        notes.append(Note("barriers_met_by_users", {"barriers": users}))
    kept = sorted(out.loc[out["addressable"] == "appropriate", "barrier"])
    if kept:
        notes.append(Note("barriers_appropriate", {"barriers": kept}))
    unknown = sorted(out.loc[out["addressable"] == "unknown", "barrier"])
    if unknown:
        notes.append(Note("barriers_unknown", {"barriers": unknown}))
    if codebook is not None:
        unasked = sorted(set(codebook["barrier_code"].dropna().astype(str)) - set(out["barrier"]))
        if unasked:
            notes.append(Note("barriers_not_asked", {"barriers": unasked}))
    facts = sorted(out.loc[out["level"] == "hospital", "barrier"])
    if facts:
        notes.append(Note("barriers_hospital_facts", {"barriers": facts}))
    if value:
        notes.append(Note("scenario_value_not_computed"))
    return tuple(notes)


def _finding(out: pd.DataFrame, link: Association, kind: str, step: float, name: str) -> Note:
    n = int(link.rows.get("n", out["n"].max()))
    if link.effects.empty:
        top = out.sort_values(["value", "barrier"], ascending=[False, True]).iloc[0]
        if pd.isna(top["value"]):
            return Note("barriers_unanswered")
        shares = {c: float(top[c]) for c in ("value", "lo", "hi")}
        return Note("barriers_prevalence", {"barrier": top["barrier"], "n": int(top["n"]), **shares})
    against = out[(out["q"] <= FDR) & (out["effect"] < 0)]
    if against.empty:
        return Note("barriers_none", {"n": n, "fdr": FDR})
    first = against[against["priority"].notna()]
    top = first.iloc[0] if len(first) else against.iloc[0]
    # magnitudes, in percentage points; where the interval crosses 0 its end keeps the sign
    sizes = {"size": -100 * top["effect"], "lo": -100 * top["effect_hi"], "hi": -100 * top["effect_lo"]}
    words = {"barrier": top["barrier"], "value": float(top["value"]), **{k: float(v) for k, v in sizes.items()}}
    if not len(first):
        return Note("barriers_not_addressable", words)
    if kind == "logit":
        return Note("barriers_outcome", words)
    ladder = step == 4 and name == "step"
    return Note("barriers_ladder", words) if ladder else Note("barriers_step", {**words, "step": f"{step:g}"})
