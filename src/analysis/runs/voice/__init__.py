"""What a questionnaire holds: which of its items feed which analysis, who answered, and what went before."""

from ._asked import Asked, ask
from ._items import best_worst, brands, by_question, hand_coded, kinds, known_to, matched, names, own_brand, posts
from ._parts import NotTold, Parts
from ._plan import Voice, hospital_of, needs, plan, respondents
from ._sheets import Sheets, waves
from ._worth import worth

__all__ = [
    "Asked", "NotTold", "Parts", "Sheets", "Voice", "ask", "best_worst", "brands", "by_question", "hand_coded",
    "hospital_of", "kinds", "known_to", "matched", "names", "needs", "own_brand", "plan", "posts", "respondents",
    "waves", "worth",
]  # fmt: skip
