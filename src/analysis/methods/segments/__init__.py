"""Segments: customers alike in what they buy and how; one national model, used unchanged in every region.

``prepare`` makes features comparable, ``choose_k`` says how many segments there are, if any,
``stability`` which of them come back, ``fit`` learns the model, ``assign`` applies it, ``profile``
describes the segments.
"""

from ._choose import QUICK, RULES, KChoice, choose_k
from ._fit import Segments, assign, fit
from ._prepare import Prepared, prepare
from ._profile import Profile, profile
from ._stability import Stability, stability

__all__ = [
    "QUICK", "RULES", "KChoice", "Prepared", "Profile", "Segments", "Stability", "assign", "choose_k", "fit", "prepare",
    "profile", "stability",
]  # fmt: skip
