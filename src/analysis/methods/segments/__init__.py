"""Segments: customers alike in what they buy and how; one national model, used unchanged in every region.

``prepare`` makes features comparable, ``size_influence`` says whether size decides, ``choose_k`` says how many
segments there are, if any (``choose_classes`` for survey answers), ``stability`` which of them come back, ``fit``
learns the model, ``assign`` and ``place`` apply it, ``profile`` describes the segments, ``side_by_side`` shows
several numbers of them at once. ``align`` keeps numbers from one model to the next, ``drift`` says whether a model
still fits, ``typing_tool`` finds the few questions that place a customer; ``describe``, ``rules``, ``medoids``,
``suggest_names`` and ``persona_cards`` say who the customers of a segment are.
"""

from ._align import Alignment, align, renumber
from ._answer_profile import AnswerProfile, answer_profile
from ._choose import QUICK, RULES, KChoice, choose_k
from ._class_choice import ClassChoice, choose_classes
from ._describe import Description, describe
from ._drift import Drift, drift
from ._fit import Segments, assign, fit, place
from ._naming import SegmentNames, suggest_names
from ._persona import PersonaCards, persona_cards
from ._prepare import Prepared, prepare
from ._profile import Profile, profile
from ._rules import Rules, rules
from ._side_by_side import SideBySide, side_by_side
from ._silhouettes import Silhouettes, silhouettes
from ._size import SizeInfluence, size_influence
from ._stability import Stability, stability
from ._typical import Medoids, medoids
from ._typing import TypingTool, type_customers, typing_tool

__all__ = [
    "QUICK", "RULES", "Alignment", "AnswerProfile", "ClassChoice", "Description", "Drift", "KChoice", "Medoids",
    "PersonaCards", "Prepared", "Profile", "Rules", "SegmentNames", "Segments", "SideBySide", "Silhouettes",
    "SizeInfluence", "Stability", "TypingTool", "align", "answer_profile", "assign", "choose_classes", "choose_k",
    "describe", "drift", "fit", "medoids", "persona_cards", "place", "prepare", "profile", "renumber", "rules",
    "side_by_side", "silhouettes", "size_influence", "stability", "suggest_names", "type_customers", "typing_tool",
]  # fmt: skip
