"""Comments coded by hand: the first coder finds what was meant, the second disagrees now and then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .questionnaire import COMMENTS, WAVE
from .setting import Setting
from .survey import Survey

__all__ = ["DISAGREE", "coded", "table"]

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


def table(found: dict[str, Any], drawn: Survey) -> pd.DataFrame:
    """Table ``coded_texts``: a row per comment, coder and theme; a comment of no theme has a row without one.

    Both coders hear the same sentiment: praise, nothing to say, or else what is in the way.
    """
    texts = drawn.answers["Q14"]
    rows = []
    for who, codes in found["comments"].items():
        said = str(texts[who])
        plain = "positive" if said.startswith("总体不错") else "neutral"
        sentiment = "negative" if codes["coder_1"] else plain
        for coder, themes in (("BM01", codes["coder_1"]), ("BM02", codes["coder_2"])):
            rows += [(who, coder, theme, sentiment) for theme in themes or [None]]
    return pd.DataFrame(rows, columns=["response_id", "coder", "theme", "sentiment"])


def _otherwise(first: list[str], rng: np.random.Generator) -> list[str]:
    """Another code in place of the first one, one more, or none at all; never the same."""
    others = [code for code in COMMENTS if code not in first]
    new = str(rng.choice(others))
    if not first:
        return [new]
    return [sorted([new, *first[1:]]), sorted([*first, new]), first[1:]][int(rng.choice(3, p=[0.5, 0.2, 0.3]))]
