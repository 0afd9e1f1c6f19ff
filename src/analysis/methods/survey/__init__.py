"""Survey: who answered, answers as a table, scores, barriers named, reliability, weights."""

from .raking import rake
from .reliability import Reliability, reliability
from .response import Response, respond
from .shape import barrier_matrix, constructs, latest_wave, respondents, wide

__all__ = [
    "Reliability",
    "Response",
    "barrier_matrix",
    "constructs",
    "latest_wave",
    "rake",
    "reliability",
    "respond",
    "respondents",
    "wide",
]
