"""Customer types and life-cycle stages by order dates.

``classify`` gives each customer exactly one type on a day; what counts as silence depends on the customer's
own rhythm. ``cross`` sets types against tiers. ``stages`` gives each customer a life-cycle stage, ``plays``
says what each stage calls for.
"""

from ._classify import Types, classify
from ._cross import TypeByTier, cross
from ._plays import StagePlays, plays
from ._shares import TYPES
from ._stages import STAGES, Stages, stages

__all__ = ["STAGES", "TYPES", "StagePlays", "Stages", "TypeByTier", "Types", "classify", "cross", "plays", "stages"]
