"""Rank barriers by prevalence, association with use, and whether they may be worked on.

Wording follows the evidence: associated, never caused. Barriers that go with
*more* use are met by users and listed apart; appropriate barriers (stewardship,
unsuitable patients) are never ranked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Note
from ._answers import as_facts, check_answers, facts_named, frame_of
from ._association import Association, associate
from ._priority import FDR, codes, prevalence, prioritised, ranked
from ._relation import account_controls
from ._result import Barriers
from ._scenario import scenario
from ._sentences import finding, notes
from ._taxonomy import ADDRESSABLE

__all__ = ["rank"]


# the contract fixes the names; all settings are keywords
def rank(
    answers: pd.DataFrame,
    outcome: pd.Series,
    codebook: pd.DataFrame | None,
    *,
    cluster: pd.Series | None = None,
    weights: pd.Series | None = None,
    margins: pd.DataFrame | None = None,
    controls: pd.DataFrame | None = None,
    hospital_level: Sequence[str] | str = (),
    value: pd.Series | pd.DataFrame | None = None,
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
    margins : DataFrame, optional
        Categories the weights were raked to, of all respondents: what they explain leaves the
        intervals of the shares that name a barrier.
    controls : DataFrame, optional
        Hospital class, specialty, title, potential, … Numbers are standardised; words become
        indicators of all but the most frequent level, levels under ten respondents pooled.
    hospital_level : sequence of str or "auto"
        Barriers that are facts of the hospital, such as not listed; ``cluster`` is needed
        then. In the model each respondent has what at least half of the hospital's
        respondents say, also those who left the question empty. "auto" takes those of B09 to
        B14 on which the respondents of a hospital agree (`facts_named`).
    value : Series or DataFrame, optional
        Value of each account (index: hospital, as in ``cluster``), or its value, lo and hi:
        the field ``scenario`` then holds the table of `barriers.scenario`, accounts compared
        with their like by those controls that all respondents of an account share.
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
    facts = _facts(answers, hospital_level, cluster)
    check_answers(answers, facts, cluster)
    table = answers.rename(columns=str).astype(float).sort_index()
    frame = frame_of(table.index, cluster, weights, controls)
    inside = frame["weight"] > 0
    table, frame = table[inside], frame[inside]
    y = outcome.reindex(table.index).astype(float)
    kind, limit = _family(y, family, step)
    link = associate(as_facts(table, frame, facts), y, frame, family=kind, step=limit, n_boot=n_boot, seed=seed)
    out = _table(table, frame, link, facts=facts, codebook=codebook, weighted=weights is not None, margins=margins)
    settings = {
        "family": kind, "step": limit, "fdr": FDR, "level": 0.95, "n_boot": n_boot, "seed": seed, "method": link.method,
        "weighted": weights is not None, "clustered": cluster is not None, "raked": margins is not None,
        "hospital_level": sorted(facts),
        "controls": [] if controls is None else [str(c) for c in controls.columns], "addressability": ADDRESSABLE,
    }  # fmt: skip
    told = notes(out, link, codebook)
    if not inside.all():
        told = (*told, Note("zero_weights_left_out", {"count": int((~inside).sum())}))
    model = link.model.merge(out[["barrier", "mentions"]], on="barrier", how="left")
    result = Barriers(
        table=out, settings=settings, notes=told, model=model,
        finding=finding(out, link, kind, limit, str(outcome.name)),
    )  # fmt: skip
    if value is None:
        return result
    found = scenario(
        result, answers, outcome, values=value, cluster=cluster, weights=weights, seed=seed,
        controls=account_controls(controls, cluster),
    )  # fmt: skip
    return replace(result, scenario=found.table, notes=(*told, *found.notes))


def _table(
    table: pd.DataFrame, frame: pd.DataFrame, link: Association, *, facts: list[str], codebook: pd.DataFrame | None,
    weighted: bool, margins: pd.DataFrame | None,
) -> pd.DataFrame:  # fmt: skip
    """Prevalence, association and priority, one row per barrier."""
    out = prevalence(table, frame, weighted, margins)
    out = out.merge(codes(list(table.columns), codebook), on="barrier").join(link.effects, on="barrier")
    out["level"] = np.where(out["barrier"].isin(facts), "hospital", "respondent")
    flags = {**{str(c): "ok" for c in link.effects.index}, **link.why_not}
    out["effect_flag"] = out["barrier"].map(flags).fillna("not_identified")
    return ranked(prioritised(out), table, frame, link)


def _facts(answers: pd.DataFrame, told: Sequence[str] | str, cluster: pd.Series | None) -> list[str]:
    if isinstance(told, str):
        checks.choice(told, ("auto",), name="hospital_level")
        return facts_named(answers, cluster)
    return [str(code) for code in told]


def _family(y: pd.Series, family: str, step: float) -> tuple[str, float]:
    """Kind of model, and the level of the outcome that is to be reached."""
    binary = bool(y.dropna().isin([0, 1]).all())
    if family == "logit" and not binary:
        raise DataError("not_binary", name="outcome", got=sorted(set(y.dropna()))[:5])
    kind = "logit" if family == "logit" or (family == "auto" and binary) else "ordinal"
    return kind, 1.0 if kind == "logit" else float(step)
