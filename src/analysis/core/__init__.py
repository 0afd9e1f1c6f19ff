"""Floor 0: names, checks, errors, the result type, the rule profile, words.

Everything here is small and plain; every other floor may import it and it
imports none of them.
"""

__all__ = ["checks", "columns", "errors", "numbers", "policy", "result", "words"]
