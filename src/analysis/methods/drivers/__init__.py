"""Drivers: which share of the explained variance of an outcome goes with each question."""

from .importance import Drivers, importance
from .measures import Measures, measures
from .quadrants import Quadrants, quadrants

__all__ = ["Drivers", "Measures", "Quadrants", "importance", "measures", "quadrants"]
