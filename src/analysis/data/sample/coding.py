"""Comments coded by hand: the first coder finds what was meant, the second disagrees now and then."""

from __future__ import annotations

from typing import Any

import numpy as np

from .questionnaire import COMMENTS, WAVE
from .setting import Setting
from .survey import Survey

__all__ = ["DISAGREE", "coded"]

_BASE = 180
#: share of the comments that the second coder codes otherwise
DISAGREE = 0.12


def coded(drawn: Survey, setting: Setting) -> dict[str, Any]:
    """Theme codes of a sample of the comments by both coders, by response id; no code: no barrier is named."""
    rng = setting.rng("coders")
    people = drawn.respondents.set_index("response_id")["themes"]
    written = [str(who) for who in drawn.answers.index[drawn.answers["Q14"].notna()]]
    chosen = rng.permutation(written)[: min(setting.count(_BASE, least=20), len(written))]
    differs = rng.permutation(np.arange(len(chosen)) < round(DISAGREE * len(chosen)))
    rows = {}
    for who, other in zip(chosen, differs, strict=True):
        first = list(people[who])
        rows[str(who)] = {"coder_1": first, "coder_2": _otherwise(first, rng) if other else first}
    return {
        "wave": WAVE,
        "item": "Q14",
        "codes": list(COMMENTS),
        "disagree_share": DISAGREE,
        "comments": {who: rows[who] for who in sorted(rows, key=int)},
    }


def _otherwise(first: list[str], rng: np.random.Generator) -> list[str]:
    """Another code in place of the first one, one more, or none at all; never the same."""
    others = [code for code in COMMENTS if code not in first]
    new = str(rng.choice(others))
    if not first:
        return [new]
    return [sorted([new, *first[1:]]), sorted([*first, new]), first[1:]][int(rng.choice(3, p=[0.5, 0.2, 0.3]))]
