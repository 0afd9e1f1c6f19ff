"""What if the cuts, the number of segments, the horizon, the weights, the pillars or the budget were others.

`WhatIf` answers at once from what the run has saved and what was frozen on all regions; nothing is
written and the run stays as it is. Every answer is a result that says how it was before and how it
would be::

    run.what_if.tiers(cuts=(0.6, 0.85)).movers
    run.what_if.budget(40)
"""

from ._budget import BudgetIf
from ._grid import GridIf
from ._horizon import HorizonIf
from ._questions import QUESTIONS, WhatIf
from ._segments import SegmentsIf
from ._tiers import TiersIf
from ._weights import WeightsIf

__all__ = ["QUESTIONS", "BudgetIf", "GridIf", "HorizonIf", "SegmentsIf", "TiersIf", "WeightsIf", "WhatIf"]
