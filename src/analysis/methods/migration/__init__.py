"""Movement between tiers from one period to the next: how much of it is more than chance.

``compare`` sets two periods side by side; ``recut`` separates movement of the customers' purchases from
movement of the cut points.
"""

from ._compare import Migration, compare
from ._recut import Recut, recut

__all__ = ["Migration", "Recut", "compare", "recut"]
