"""Open answers and public feedback: themes, how far they agree with people, quotes, adverse events.

Everything works without a tokeniser. `code` reads with a codebook, `themes` finds themes of its own and says when
they are not stable; `agreement` and `coders` measure how far codes can be trusted; `sentiment` tells nothing without
labelled texts; `quotes` and `adverse_events` stay in the house.
"""

from ._adverse import AdverseEvents, adverse_events
from ._agreement import CodeAgreement, agreement
from ._change import FeedbackChange, feedback_change
from ._code import Coding, code
from ._coders import Coders, coders, hand_codes
from ._feedback import Feedback, FeedbackChannels, feedback, feedback_channels
from ._publish import MIN_RESPONDENTS
from ._quotes import Quotes, quotes
from ._sentiment import CLASSES, Sentiment, sentiment
from ._themes import Themes, themes

__all__ = [
    "CLASSES", "MIN_RESPONDENTS", "AdverseEvents", "CodeAgreement", "Coders", "Coding", "Feedback", "FeedbackChange",
    "FeedbackChannels", "Quotes", "Sentiment", "Themes", "adverse_events", "agreement", "code", "coders", "feedback",
    "feedback_change", "feedback_channels", "hand_codes", "quotes", "sentiment", "themes",
]  # fmt: skip
