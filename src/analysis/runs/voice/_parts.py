"""The parts of the page on the customers' voice: computed, kept and shown, or left out with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from ... import report
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ..job import Job

__all__ = ["NotTold", "Parts"]


@dataclass(frozen=True, eq=False, kw_only=True)
class NotTold(Result):
    """What was asked but could not be told: table with analysis and reason."""

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {}
    disclosure: ClassVar[Disclosure] = Disclosure()


@dataclass(frozen=True, eq=False)
class Parts:
    """Shows the parts one after the other; ``told`` has those computed, ``reasons`` why others could not be."""

    job: Job
    told: dict[str, Result] = field(default_factory=dict)
    reasons: list[dict[str, str]] = field(default_factory=list)

    def show(
        self, name: str, figure: Callable[..., Any] | None, method: Callable[..., Result], *asked: Any, **settings: Any
    ) -> None:
        """Compute a part, keep it under its name and show it; too few answers, or too much alike: keep the reason.

        Parameters
        ----------
        name : str
            Name of the saved result, such as ``"voice_nps"``.
        figure : callable or None
        method : callable
            A method that returns a `Result`.
        *asked, **settings
            Its arguments. Where one of ``asked`` is None the question was not put: nothing happens.
        """
        if any(part is None for part in asked):
            return
        try:
            result = method(*asked, **settings)
        except (DataError, SettingError) as error:
            # the page's own settings fit the sample: one that does not fit here says something of the data
            self.reasons.append({"analysis": name, "reason": error.text(self.job.language)})
            return
        self.told[name] = self.job.save(result, name)
        report.show(result, figure, language=self.job.language, audience=self.job.audience)

    def left_out(self) -> None:
        """Show what could not be told, and why; nothing where everything could."""
        if not self.reasons:
            return
        result = NotTold(
            table=pd.DataFrame(self.reasons), settings={},
            finding=Note("voice_left_out", {"count": len(self.reasons)}),
        )  # fmt: skip
        report.show(self.job.save(result, "voice_left_out"), language=self.job.language, audience=self.job.audience)
