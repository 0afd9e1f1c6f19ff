"""Page one of a case study: five sentences, four cards, what is to be decided.

Nothing is computed here. The saved results of the other notebooks come in by
name; what a region does not have is left out, and the next most useful
sentence takes its place.
"""

from ._answers import Answers, answers
from ._cards import Cards, cards
from ._decisions import Decisions, decisions

__all__ = ["Answers", "Cards", "Decisions", "answers", "cards", "decisions"]
