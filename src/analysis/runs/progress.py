"""How a run tells where it is: a line per step on a terminal, or one JSON object per line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ..core import words

__all__ = ["teller"]

_MARK = {"ok": "●", "failed": "✕", "not_enough_data": "○", "skipped": "–"}


@contextmanager
def teller(log: str, language: str | None) -> Iterator[Callable[..., None]]:
    """A function ``tell(event, **values)`` for `runs.run`.

    Parameters
    ----------
    log : {"text", "json"}
    language : {"zh", "en"} or None
        None: the data set's, known as soon as it is read.
    """
    if log == "json":
        yield _tell_json
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield _Text(progress, language)


def _tell_json(event: str, **values: Any) -> None:
    print(json.dumps({"event": event, **values}, ensure_ascii=False), file=sys.stdout, flush=True)


class _Text:
    """Tells in words; keeps the progress bar of the regions."""

    def __init__(self, progress: Progress, language: str | None) -> None:
        self.progress, self.language = progress, language
        self.task: Any = None

    def __call__(self, event: str, **values: Any) -> None:
        language = self.language or words.default_language()
        if event == "step":
            step = words.text(f"runs.step_{values['name']}", language)
            self._line(words.text("runs.step", language, number=values["number"], of=values["of"], step=step))
            if "count" in values:
                self.task = self.progress.add_task(step, total=values["count"])
        elif event == "region":
            self._line(
                f"  {_MARK[values['status']]} {values['region']}: "
                + words.text(f"runs.status_{values['status']}", language)
            )
            self.progress.advance(self.task)
        elif event == "done":
            for region in values["regions"]:
                if region["reason"]:
                    self._line(f"  {_MARK[region['status']]} {region['region']}: {region['reason']}")
            print(values["index"], flush=True)

    def _line(self, text: str) -> None:
        self.progress.console.print(text, highlight=False, markup=False, soft_wrap=True)
