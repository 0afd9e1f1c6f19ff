"""Awareness, line of use and habit: who knows the product, where it stands in treatment, who stays with the usual."""

from ._change import AwarenessChange, change
from ._habit import Habit, habit
from ._measure import Awareness, measure
from ._usage import LINES, LineOfUse, usage

__all__ = ["LINES", "Awareness", "AwarenessChange", "Habit", "LineOfUse", "change", "habit", "measure", "usage"]
