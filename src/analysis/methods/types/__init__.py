"""Customer types by order dates: prospect, new, active, dormant, lapsed, reactivated.

``classify`` gives each customer exactly one type on a day; what counts as silence depends on the customer's
own rhythm. ``cross`` sets types against tiers.
"""

from ._classify import Types, classify
from ._cross import TypeByTier, cross
from ._shares import TYPES

__all__ = ["TYPES", "TypeByTier", "Types", "classify", "cross"]
