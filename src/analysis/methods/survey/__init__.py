"""Survey: who answered, answers as a table, scores, barriers named, reliability, weights, bounds.

``respond`` counts sheets and who stands behind them; ``wide``, ``constructs`` and ``barrier_matrix`` shape the
answers. ``reliability``, ``reliabilities`` and ``halo`` ask whether items measure one thing. ``represent`` (on
``rake``) brings respondents near a universe in what is known of both, and ``bounds`` says what those who did not
answer could change: weights do not repair an answer that decides who answers.
"""

from .bounds import Bounds, ScoreBounds, ShareBounds, bounds
from .halo import Halo, halo
from .raking import rake
from .reliability import Reliability, reliability
from .represent import Represented, represent
from .response import Response, respond
from .scales import Reliabilities, reliabilities
from .shape import barrier_matrix, constructs, latest_wave, respondents, wide

__all__ = [
    "Bounds",
    "Halo",
    "Reliabilities",
    "Reliability",
    "Represented",
    "Response",
    "ScoreBounds",
    "ShareBounds",
    "barrier_matrix",
    "bounds",
    "constructs",
    "halo",
    "latest_wave",
    "rake",
    "reliabilities",
    "reliability",
    "represent",
    "respond",
    "respondents",
    "wide",
]
