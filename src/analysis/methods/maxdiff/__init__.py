"""Best–worst scaling (MaxDiff): what people would rather have, from choices among a few things at a time.

``design`` reads from the codebook what was shown, ``long`` turns the sheets into choices, ``score`` measures each
item, ``compare`` tells groups of respondents apart.
"""

from ._compare import MaxdiffGroups, compare
from ._long import design, long
from ._score import Maxdiff, score

__all__ = ["Maxdiff", "MaxdiffGroups", "compare", "design", "long", "score"]
