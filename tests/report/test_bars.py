"""The small interval bar."""

from __future__ import annotations

import re

import pytest

from analysis.report import bars


def places(svg: str) -> dict[str, list[float]]:
    return {
        kind: [float(v) for v in re.findall(r'(?:x1|x2|cx)="([\d.]+)"', tag)]
        for tag, kind in re.findall(r'(<(?:line|circle) class="(rp-bar-[\w-]+)"[^>]*>)', svg)
    }


def test_places_on_the_axis() -> None:
    # 160 wide with 6 at either end: value 0.5 of the way lies at 6 + 0.5 · 148 = 80
    drawn = places(bars.interval_bar(5.0, 2.5, 10.0, reference=0.0, axis=(0.0, 10.0)))
    assert drawn["rp-bar-dot"] == [80.0]
    assert drawn["rp-bar-range"] == [43.0, 154.0]
    assert drawn["rp-bar-ref"] == [6.0, 6.0]


def test_a_small_sample_has_no_dot() -> None:
    drawn = places(bars.interval_bar(5.0, 2.5, 10.0, reference=None, axis=(0.0, 10.0), weak=True))
    assert set(drawn) == {"rp-bar-axis", "rp-bar-weak"}


def test_what_is_missing_is_not_drawn() -> None:
    assert set(places(bars.interval_bar(None, None, float("nan"), reference=None, axis=(0.0, 1.0)))) == {"rp-bar-axis"}


def test_the_axis_holds_every_value() -> None:
    low, high = bars.span([1.0, None, float("nan"), 3.0])
    assert (low, high) == pytest.approx((1 - 0.16, 3 + 0.16))
    assert bars.span([]) == (0.0, 1.0)
    assert bars.span([0.0]) == (-1.0, 1.0)
