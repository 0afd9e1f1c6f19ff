"""A small interval bar: dot, interval, reference tick; inline SVG in the page's own colours."""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["interval_bar", "span"]

_WIDTH = 160.0
_HEIGHT = 18.0
_PAD = 6.0


def span(values: Iterable[float | None]) -> tuple[float, float]:
    """Low and high end of an axis that holds every value, a little wider than they are."""
    known = [float(v) for v in values if v is not None and math.isfinite(v)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return low - room, high + room


def interval_bar(
    value: float | None, lo: float | None, hi: float | None, *,
    reference: float | None, axis: tuple[float, float], weak: bool = False,
) -> str:  # fmt: skip
    """One bar; it repeats numbers printed beside it, so readers of the page's text skip it.

    Parameters
    ----------
    value, lo, hi, reference : float or None
        None or NaN is not drawn.
    axis : pair of float
        Ends of the value axis, see `span`.
    weak : bool
        Dashed grey without a dot: a small sample is shown by its interval only.
    """
    parts = [f'<line class="rp-bar-axis" x1="0" x2="{_WIDTH:g}" y1="9" y2="9"/>']
    if _known(reference):
        at = _place(reference, axis)
        parts.append(f'<line class="rp-bar-ref" x1="{at}" x2="{at}" y1="1" y2="17"/>')
    if _known(lo) and _known(hi):
        kind = "rp-bar-weak" if weak else "rp-bar-range"
        parts.append(f'<line class="{kind}" x1="{_place(lo, axis)}" x2="{_place(hi, axis)}" y1="9" y2="9"/>')
    if _known(value) and not weak:
        parts.append(f'<circle class="rp-bar-dot" cx="{_place(value, axis)}" cy="9" r="4.5"/>')
    return f'<svg class="rp-bar" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" aria-hidden="true">{"".join(parts)}</svg>'


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _place(value: float | None, axis: tuple[float, float]) -> str:
    low, high = axis
    share = (float(value or 0.0) - low) / (high - low)
    return f"{_PAD + min(max(share, 0.0), 1.0) * (_WIDTH - 2 * _PAD):.1f}"
