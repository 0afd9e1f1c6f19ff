"""The small figure of a customer card: value by month, as inline SVG."""

from __future__ import annotations

import html

import pandas as pd

from ..core import numbers

__all__ = ["svg"]

_WIDTH, _HEIGHT = 720.0, 150.0
_TOP, _BOTTOM, _LEFT, _RIGHT = 22.0, 22.0, 4.0, 4.0
_SHARE = 0.72


def svg(trend: pd.DataFrame, about: str, language: str, currency: str) -> str:
    """One bar per month; a tick on the line where nothing was bought, a grey field where nothing was reported.

    Parameters
    ----------
    trend : DataFrame
        month, value, state, as from `analysis.explore.history.monthly`.
    about : str
        Text for readers who do not see it.
    language, currency : str
    """
    values = trend["value"].fillna(0.0)
    high, low = max(float(values.max()), 0.0), min(float(values.min()), 0.0)
    span = (high - low) or 1.0
    plot = _HEIGHT - _TOP - _BOTTOM
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(trend), 1)
    zero = _TOP + plot * high / span
    parts = [
        _mark(_LEFT + i * step, step, float(v), str(s), zero, plot / span)
        for i, (v, s) in enumerate(zip(values, trend["state"], strict=True))
    ]
    parts.append(_line(zero))
    parts += _labels(trend, step)
    if high > 0:
        top = int(values.to_numpy().argmax())
        parts.append(
            _text(_LEFT + (top + 0.5) * step, _TOP - 8, numbers.render(high, "money", language, currency=currency))
        )
    said = html.escape(about)
    return (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" aria-label="{said}" '
        f'style="display:block;width:100%;max-width:{_WIDTH:.0f}px;height:auto"><title>{said}</title>{"".join(parts)}</svg>'
    )


def _mark(x: float, step: float, value: float, state: str, zero: float, scale: float) -> str:
    left, width = x + step * (1 - _SHARE) / 2, step * _SHARE
    if state == "not_reported":
        return _box(x, _TOP, step, _HEIGHT - _TOP - _BOTTOM, "fill:var(--mutefill);opacity:.45")
    if value == 0:
        return _box(left, zero - 1.5, width, 3.0, "fill:var(--mute)")
    size = abs(value) * scale
    y = zero - size if value > 0 else zero
    paint = "fill:var(--c1)" if value > 0 else "fill:var(--c2)"
    if state == "part_of_month":
        paint = "fill:none;stroke:var(--c1);stroke-width:1.2"
    return _box(left, y, width, max(size, 1.0), paint)


def _box(x: float, y: float, width: float, height: float, paint: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" style="{paint}"/>'


def _line(y: float) -> str:
    ends = f'x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"'
    return f'<line {ends} style="stroke:var(--axis);stroke-width:1"/>'


def _labels(trend: pd.DataFrame, step: float) -> list[str]:
    """First and last month, and each January in between that has room."""
    months = [pd.Timestamp(m) for m in trend["month"]]
    last = len(months) - 1
    room = int(70 / step) + 1
    at = {0, last} | {i for i, m in enumerate(months) if m.month == 1 and room <= i <= last - room}
    out = []
    for i in sorted(at):
        anchor = "start" if i == 0 else "end" if i == last else "middle"
        x = _LEFT + (i + {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]) * step
        out.append(_text(x, _HEIGHT - 6, f"{months[i]:%Y-%m}", anchor))
    return out


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    # the label of the highest bar stays inside
    place = "start" if x < 40 else "end" if x > _WIDTH - 40 else anchor
    at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{place}"'
    return f'<text {at} style="fill:var(--ink2);font-size:12px">{html.escape(words)}</text>'
