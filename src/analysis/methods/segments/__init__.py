"""Segments: customers alike in what they buy and how; one national model, used unchanged in every region.

``prepare`` makes features comparable, ``choose_k`` says how many segments there are, if any,
``stability`` which of them come back, ``fit`` learns the model, ``assign`` applies it, ``profile``
describes the segments, ``side_by_side`` shows several numbers of them at once.
"""

from ._choose import QUICK, RULES, KChoice, choose_k
from ._fit import Segments, assign, fit
from ._prepare import Prepared, prepare
from ._profile import Profile, profile
from ._side_by_side import SideBySide, side_by_side
from ._stability import Stability, stability

__all__ = [
    "QUICK", "RULES", "KChoice", "Prepared", "Profile", "Segments", "SideBySide", "Stability", "assign", "choose_k",
    "fit", "prepare", "profile", "side_by_side", "stability",
]  # fmt: skip
