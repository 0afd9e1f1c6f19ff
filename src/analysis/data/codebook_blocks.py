"""Items of one block that speak against the others, by their answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from . import survey_answers
from .codebook import Codebook, Item
from .codebook_guess import Guess

__all__ = ["opposed"]

#: the rest against which an item is held: its correlation below this hints at an item the other way round
_OPPOSED = -0.15
_LEAST_ROWS, _LEAST_ITEMS = 20, 3


def opposed(frame: pd.DataFrame, guesses: Sequence[Guess]) -> set[str]:
    """Items that run against the others of their block: a hint that agreement means the opposite there.

    A block is a run of neighbouring items of one scale; an item's correlation with the mean of the others decides.
    """
    found: set[str] = set()
    for block in _blocks(guesses):
        # what matters more lets other things matter less: no sign of an item the other way round
        if len(block) < _LEAST_ITEMS or block[0].scale == "importance":
            continue
        asked = {g.item: Item(item=g.item, type=g.kind, scale=g.scale, range=g.limits) for g in block}
        book = Codebook(items=list(asked.values()))
        read = {g.item: survey_answers.read(frame[g.columns[0]], asked[g.item], book).frame["value"] for g in block}
        table = pd.DataFrame(read).dropna()
        if len(table) < _LEAST_ROWS:
            continue
        # against the first component, so that two opposed items do not hide each other
        spread = table.std(ddof=0)
        table = table.loc[:, spread > 0]
        if table.shape[1] < _LEAST_ITEMS:
            continue
        loading = np.linalg.eigh(np.corrcoef(table.to_numpy().T))[1][:, -1]
        loading *= np.sign(loading.sum()) or 1.0
        signs = pd.Series(np.sign(loading), index=table.columns)
        standard = (table - table.mean()) / table.std(ddof=0)
        for name in table.columns[signs < 0]:
            rest = (standard.drop(columns=name) * signs.drop(name)).mean(axis=1)
            if np.corrcoef(standard[name], rest)[0, 1] < _OPPOSED:
                found.add(str(name))
    return found


def _blocks(guesses: Sequence[Guess]) -> Iterator[list[Guess]]:
    block: list[Guess] = []
    for guess in guesses:
        if block and (guess.kind, guess.scale, guess.limits) != (block[0].kind, block[0].scale, block[0].limits):
            yield block
            block = []
        if guess.kind in ("likert5", "likert7", "numeric") and (guess.kind != "numeric" or guess.limits):
            block.append(guess)
    yield block
