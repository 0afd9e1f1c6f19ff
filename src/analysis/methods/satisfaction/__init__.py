"""Satisfaction: net promoter score, top boxes, effort, expectation, the journey, referral; each with its interval.

``nps``, ``top_box`` and ``recommendation`` describe one wave, ``nps_change`` compares two, ``overview`` puts the
measures in one block. ``gap`` sets expectation against performance (``pairs`` finds the questions that belong
together), ``journey`` follows the stages, ``referral`` holds words against deeds.

Small groups are held back: under 8 answers nothing is shown, from 8 to 29 only the interval of a net promoter
score. Compare with one's own history and peers, not with scores from other countries: use of the scale's ends
differs.
"""

from ._answers import INTERVAL_ONLY, SUPPRESS
from ._gap import ExpectationGap, gap, pairs
from ._journey import Journey, journey
from ._nps import Nps, nps
from ._overview import TOP, Overview, overview
from ._referral import Referral, referral
from ._top_box import Recommendation, TopBox, recommendation, top_box
from ._waves import NpsChange, nps_change

__all__ = [
    "INTERVAL_ONLY", "SUPPRESS", "TOP", "ExpectationGap", "Journey", "Nps", "NpsChange", "Overview", "Recommendation",
    "Referral", "TopBox", "gap", "journey", "nps", "nps_change", "overview", "pairs", "recommendation", "referral",
    "top_box",
]  # fmt: skip
