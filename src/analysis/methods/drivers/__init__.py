"""Drivers: which share of the explained variance of an outcome goes with each question."""

from .importance import Drivers, importance

__all__ = ["Drivers", "importance"]
