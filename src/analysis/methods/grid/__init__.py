"""Potential by cooperation: nine cells, what each holds, and whether the effort goes where the potential is.

``potential_classes`` cuts the potential once on all regions; ``classify`` joins it with cooperation levels.
"""

from ._cells import CELLS
from ._classify import Grid, classify
from ._potential import CLASSES, PotentialClasses, potential_classes

__all__ = ["CELLS", "CLASSES", "Grid", "PotentialClasses", "classify", "potential_classes"]
