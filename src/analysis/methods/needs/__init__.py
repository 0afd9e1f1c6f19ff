"""Needs: what matters to respondents, to which group, what changed, and what is not met."""

from ._drift import NeedDrift, drift
from ._rank import NeedRank, rank
from ._segment import NeedSegments, by_segment
from ._unmet import UnmetNeeds, unmet

__all__ = ["NeedDrift", "NeedRank", "NeedSegments", "UnmetNeeds", "by_segment", "drift", "rank", "unmet"]
