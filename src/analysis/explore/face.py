"""How a run shows itself: what it is, and the doors that lead on."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from ..core import words
from ..runs import places

if TYPE_CHECKING:
    from .run import Run

__all__ = ["as_html", "as_text"]

_DOORS = (
    ('run.results["tiers"]', "results"), ("run.accounts", "accounts"), ("run.drill()", "drill"),
    ('run.customer("…")', "customer"), ("run.what_if.tiers(cuts=(0.6, 0.85))", "what_if"),
    ('run.play("tiers")', "play"), ("run.segments_by_eye()", "segments"),
    ("run.select(\"tier == 'A'\").export(\"list.xlsx\")", "select"),
    ('run.redo("02_segments_tiers", k=4).diff(run)', "redo"),
    ('run.decide("k", 4, who="…", why="…")', "decide"),
)  # fmt: skip


def as_text(run: Run) -> str:
    """Name, region, cut-off, accounts; then one line for each door."""
    width = max(len(call) for call, _ in _DOORS)
    doors = [f"  {call:<{width}}  {_say(run, f'door_{name}')}" for call, name in _DOORS]
    return "\n".join([*_head(run), *doors])


def as_html(run: Run) -> str:
    """The same as a small table."""
    head = "".join(f"<p>{html.escape(line)}</p>" for line in _head(run))
    rows = "".join(
        f"<tr><td style='text-align:left'><code>{html.escape(call)}</code></td>"
        f"<td style='text-align:left'>{html.escape(_say(run, f'door_{name}'))}</td></tr>"
        for call, name in _DOORS
    )
    return f"<div>{head}<table>{rows}</table></div>"


def _head(run: Run) -> list[str]:
    n = len(run.tables["customers"]) if "customers" in run.tables else 0
    others = [region for region in run.regions if region != run.region]
    lines = [_say(run, "head", name=run.name, region=run.region, as_of=run.as_of, n=n, count=len(run.results))]
    if others:
        lines.append(_say(run, "others", regions=others[:8], count=len(others)))
    if run.stamp.get("changes"):
        told = ", ".join(f"{name} = {value}" for name, value in run.stamp["changes"].items())
        lines.append(_say(run, "trial", changes=told))
    elif run.stamp.get("fingerprint") not in (None, places.source_fingerprint()):
        lines.append(_say(run, "other_code"))
    return lines


def _say(run: Run, key: str, **values: Any) -> str:
    return words.text(f"explore.{key}", run.language, **values)
