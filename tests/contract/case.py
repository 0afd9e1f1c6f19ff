"""One case of the contract: a public method called on a small input of the trade."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """How to call one public method.

    Attributes
    ----------
    name : str
        ``module.function`` under ``analysis.methods``.
    call : callable
        Calls the method on the case's input.
    shuffled : callable or None
        The same with input rows in another order; None only where the input has no rows.
    inputs : callable or None
        Gives the inputs as ``(frames, function of frames)``: proves that they are left untouched.
    figure : str or None
        ``plot_...`` in the figures module of the same name.
    """

    name: str
    call: Callable[[], Any]
    shuffled: Callable[[], Any] | None = None
    inputs: Callable[[], tuple[list[Any], Callable[..., Any]]] | None = None
    figure: str | None = None
