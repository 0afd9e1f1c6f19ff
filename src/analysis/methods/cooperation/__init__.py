"""Cooperation score of accounts: yardsticks, score with sensitivity range, what drives it, whether it holds.

``learn`` once on all regions, ``score`` anywhere. Size and potential are left out on purpose: they are the other
axis of the grid.
"""

from ._normalise import Normalisers, learn
from ._scheme import PILLARS, SETS, Scheme
from ._score import Cooperation, score
from ._sensitivity import Sensitivity, sensitivity
from ._validity import Validity, validity
from ._waterfall import Waterfall, waterfall
from ._willingness import Willingness, willingness

__all__ = [
    "PILLARS", "SETS", "Cooperation", "Normalisers", "Scheme", "Sensitivity", "Validity", "Waterfall", "Willingness",
    "learn", "score", "sensitivity", "validity", "waterfall", "willingness",
]  # fmt: skip
