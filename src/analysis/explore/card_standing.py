"""Where an account stands: cooperation, grid cell, stage, value level; of its physicians only how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core import words
from . import reasons
from .card_voice import Section, Voice

if TYPE_CHECKING:
    from .card import CustomerCard
    from .run import Run

__all__ = ["figures", "of", "sections"]

_PILLARS = ("behaviour", "needs", "feedback", "environment")
_LEVELS = {"value_high": "high", "value_mid": "mid", "value_low": "low"}


def of(run: Run, customer_id: str) -> dict[str, Any]:
    """What the saved results say of one account.

    Returns
    -------
    dict
        As far as the region has it: ``cooperation`` (level 1 high to 3, 0 to be assessed; score, lo, hi, p: share of
        the draws in that level, coverage, pillars: DataFrame of pillar, score, points), ``grid`` (potential_class,
        cell, p_cell), ``stage`` (stage, since, reason), ``level`` (level, score, lo, hi, p), ``people`` (physicians,
        makers, contacted, last_contact: counts only, no person and no stance).
    """
    told: dict[str, Any] = {}
    mine = _row(run, "cooperation", customer_id)
    if mine:
        told["cooperation"] = _cooperation(mine)
    mine = _row(run, "grid", customer_id)
    if mine:
        told["grid"] = {name: mine[name] for name in ("potential_class", "cell", "p_cell")}
    mine = _row(run, "stages", customer_id)
    if mine:
        told["stage"] = {"stage": mine["stage"], "since": mine["stage_since"], "reason": mine["reason"]}
    mine = _row(run, "levels", customer_id)
    if mine:
        p = mine.get(f"p_{_LEVELS.get(str(mine['level']))}", np.nan)
        told["level"] = {name: mine[name] for name in ("level", "score", "lo", "hi")} | {"p": p}
    people = _people(run, customer_id)
    return told | ({"people": people} if people else {})


def _row(run: Run, name: str, customer_id: str) -> dict[str, Any]:
    found = reasons.saved(run.results_dir, f"customers_{name}")
    return found.row(customer_id) if found else {}


def _cooperation(mine: dict[str, Any]) -> dict[str, Any]:
    level = int(mine["level"])
    pillars = pd.DataFrame(
        {
            "pillar": list(_PILLARS),
            "score": [mine[f"pillar_{p}"] for p in _PILLARS],
            "points": [mine[f"points_{p}"] for p in _PILLARS],
        }
    )
    own = mine[f"p_{level}"] if level else np.nan
    told = {name: mine[name] for name in ("score", "lo", "hi", "coverage")}
    return {"level": level, **told, "p": own, "pillars": pillars[pillars["score"].notna()].reset_index(drop=True)}


def _people(run: Run, customer_id: str) -> dict[str, Any]:
    """How many physicians and key decision makers; who they are and what they think stays where it is."""
    roles = reasons.saved(run.results_dir, "customers_roles")
    known = _row(run, "decision_makers", customer_id)
    if roles is None or not known:
        return {}
    here = int((roles.customers["account"] == customer_id).sum())
    return {"physicians": here, **{name: known[name] for name in ("makers", "contacted", "last_contact")}}


def figures(card: CustomerCard, voice: Voice) -> list[tuple[str, str]]:
    """Cooperation, potential and stage among the numbers at the top."""
    told, out = card.standing, []
    if "cooperation" in told:
        out.append((voice.say("card_cooperation"), voice.term(f"level_{told['cooperation']['level']}")))
    if "grid" in told:
        out.append((voice.say("card_potential"), voice.term(f"pot_{told['grid']['potential_class']}")))
    if "stage" in told:
        out.append((voice.say("card_stage"), voice.term(told["stage"]["stage"])))
    return out


def sections(card: CustomerCard, voice: Voice) -> list[Section | None]:
    """The reasons behind them."""
    return [_score(card, voice), _place(card, voice), _makers(card, voice)]


def _score(card: CustomerCard, voice: Voice) -> Section | None:
    told = card.standing.get("cooperation")
    if told is None:
        return None
    title = voice.say("card_why_cooperation")
    if told["level"] == 0:
        return Section(title, [voice.say("card_to_assess", coverage=told["coverage"])])
    said = [voice.say("card_score", level=f"level_{told['level']}", **{n: told[n] for n in ("score", "lo", "hi", "p")})]
    if told["coverage"] < 1 - 1e-9:
        said.append(voice.say("card_score_known", coverage=told["coverage"]))
    heads = [voice.say("card_pillar"), voice.say("card_pillar_score"), voice.say("card_pillar_points")]
    rows = [
        [words.term(row["pillar"], voice.language), voice.number(row["score"], "score"),
         voice.number(row["points"], "score")]
        for row in told["pillars"].to_dict("records")
    ]  # fmt: skip
    return Section(title, said, heads, rows, frozenset({1, 2}))


def _place(card: CustomerCard, voice: Voice) -> Section | None:
    told, said = card.standing, []
    if "grid" in told:
        sure = pd.notna(told["grid"]["p_cell"])
        values = {"p": told["grid"]["p_cell"]} if sure else {}
        said.append(voice.say("card_cell" if sure else "card_no_cell", cell=told["grid"]["cell"], **values))
    if "stage" in told:
        line = voice.say("card_stage_why", stage=told["stage"]["stage"], reason=told["stage"]["reason"])
        since = told["stage"]["since"]
        said.append(line + (voice.say("card_stage_since", day=since) if pd.notna(since) else ""))
    if pd.notna(told.get("level", {}).get("p")):
        said.append(voice.say("card_level", **told["level"]))
    return Section(voice.say("card_place"), said) if said else None


def _makers(card: CustomerCard, voice: Voice) -> Section | None:
    told = card.standing.get("people")
    if told is None:
        return None
    told = {name: int(told[name]) for name in ("physicians", "makers", "contacted")} | {"day": told["last_contact"]}
    if not told["makers"]:
        return Section(voice.say("card_people"), [voice.say("card_no_maker", physicians=told["physicians"])])
    said = voice.say("card_makers", **{name: told[name] for name in ("physicians", "makers", "contacted")})
    if pd.notna(told["day"]):
        said += voice.say("card_makers_last", day=told["day"])
    return Section(voice.say("card_people"), [said])
