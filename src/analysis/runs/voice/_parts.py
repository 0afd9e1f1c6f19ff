"""The parts of the page on the customers' voice: computed, kept and shown, or left out with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import pandas as pd

from ... import report
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ..job import Job

__all__ = ["NotTold", "Parts"]

_R = TypeVar("_R", bound=Result)


@dataclass(frozen=True, eq=False, kw_only=True)
class NotTold(Result):
    """What was asked but could not be told: table with analysis and reason."""

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {}
    disclosure: ClassVar[Disclosure] = Disclosure()


@dataclass(frozen=True, eq=False)
class Parts:
    """Shows the parts one after the other and remembers those that the answers do not allow."""

    job: Job
    reasons: list[dict[str, str]] = field(default_factory=list)

    def show(
        self, name: str, figure: Callable[..., Any] | None, method: Callable[..., _R], *asked: Any, **settings: Any
    ) -> _R | None:
        """Compute a part, keep it under its name and show it.

        Parameters
        ----------
        name : str
            Name of the saved result, such as ``"voice_nps"``.
        figure : callable or None
        method : callable
            A method that returns a `Result`.
        *asked, **settings
            Its arguments. Where one of ``asked`` is None the question was not put: nothing happens.

        Returns
        -------
        Result or None
            None as well where the answers are too few or too alike; `left_out` then gives the reason.
        """
        if any(part is None for part in asked):
            return None
        try:
            result = method(*asked, **settings)
        except DataError as error:
            self.reasons.append({"analysis": name, "reason": error.text(self.job.language)})
            return None
        self.job.save(result, name)
        report.show(result, figure, language=self.job.language, audience=self.job.audience)
        return result

    def left_out(self) -> NotTold | None:
        """Show what could not be told, and why; None where everything could."""
        if not self.reasons:
            return None
        result = NotTold(
            table=pd.DataFrame(self.reasons), settings={},
            finding=Note("voice_left_out", {"count": len(self.reasons)}),
        )  # fmt: skip
        report.show(result, language=self.job.language, audience=self.job.audience)
        return self.job.save(result, "voice_left_out")
