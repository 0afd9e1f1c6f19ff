"""Adoption ladder: how far respondents have come, and at which step they stay.

Steps: 0 unaware, 1 aware, 2 evaluating, 3 tried, 4 partial or second line, 5
routine or first line, 6 advocates. Self-reported and ordinal: a step, never a
quantity.

``stages`` finds the step of each respondent and ``consistency`` counts answers that
contradict it; ``measure`` gives shares, conversions and the bottleneck, ``stuck`` the
barriers of those who stay there. ``change`` compares two waves, ``matrix`` follows the
persons who answered both.
"""

from ._change import LadderChange, change
from ._consistency import Consistency, consistency
from ._matrix import LadderMatrix, matrix
from ._measure import Ladder, measure
from ._stages import STEPS, stages
from ._stuck import Stuck, stuck

__all__ = [
    "STEPS", "Consistency", "Ladder", "LadderChange", "LadderMatrix", "Stuck", "change", "consistency", "matrix",
    "measure", "stages", "stuck",
]  # fmt: skip
