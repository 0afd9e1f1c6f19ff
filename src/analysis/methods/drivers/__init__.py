"""Drivers: which share of the explained variance of an outcome goes with each question.

``importance`` shares it out over all subsets, with ranks and a probe without effect; ``measures`` sets other measures
beside it; ``quadrants`` holds importance against the rating. All are associations, not causes.
"""

from .importance import Drivers, importance
from .measures import Measures, measures
from .quadrants import Quadrants, quadrants

__all__ = ["Drivers", "Measures", "Quadrants", "importance", "measures", "quadrants"]
