"""Needs: what matters to respondents, to which group, what changed, and what is not met.

``rank`` orders needs over all respondents, ``by_segment`` holds groups against each other (with an export for the
product team), ``drift`` compares two waves, ``unmet`` sets importance against satisfaction with the same thing.
"""

from ._drift import NeedDrift, drift
from ._rank import NeedRank, rank
from ._segment import NeedSegments, by_segment
from ._unmet import UnmetNeeds, unmet

__all__ = ["NeedDrift", "NeedRank", "NeedSegments", "UnmetNeeds", "by_segment", "drift", "rank", "unmet"]
