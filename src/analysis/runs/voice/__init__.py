"""What a questionnaire holds: which of its items feed which analysis, who answered, and what went before."""

from ._asked import Asked, ask
from ._plan import Voice, hospital_of, needs, plan, respondents
from ._worth import worth

__all__ = ["Asked", "Voice", "ask", "hospital_of", "needs", "plan", "respondents", "worth"]
