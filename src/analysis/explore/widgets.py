"""Sliders for the questions of `what_if`, in JupyterLab; needs the extra ``widgets``.

In the batch run nothing interactive is made: a page that is mailed out cannot ask a kernel.
"""

from __future__ import annotations

import base64
import difflib
import html
import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from ..core import disclosure, words
from ..core.errors import RapportError, SettingError
from ..core.policy import MIN_CELL
from ..core.result import Result
from ..figures import lifetime as lifetime_figures
from ..figures import style
from ..figures import tiers as tier_figures
from .what_if import QUESTIONS

if TYPE_CHECKING:
    from .run import Run

__all__ = ["play"]

_FIGURES: Mapping[str, Callable[..., Any]] = {"tiers": tier_figures.plot_abc, "horizon": lifetime_figures.plot_total}
_DOTS = 110


@dataclass(frozen=True)
class _Slider:
    """One setting: its name and default, the ends and the step of its slider; whole numbers stay whole."""

    name: str
    start: float
    low: float
    high: float
    step: float


#: "upper" and "lower" together are the cuts; the ends of "contacts" depend on the region
_SLIDERS: Mapping[str, tuple[_Slider, ...]] = {
    "tiers": (_Slider("upper", 0.7, 0.05, 0.95, 0.01), _Slider("lower", 0.9, 0.05, 0.99, 0.01)),
    "segments": (_Slider("k", 4, 2, 8, 1),),
    "horizon": (
        _Slider("months", 12, 1, 60, 1),
        _Slider("annual_discount_rate", 0.1, 0.0, 0.3, 0.01),
        _Slider("margin", 1.0, 0.05, 1.0, 0.05),
    ),
    "weights": (
        _Slider("value", 0.5, 0.0, 1.0, 0.05),
        _Slider("trend", 0.2, 0.0, 1.0, 0.05),
        _Slider("breadth", 0.15, 0.0, 1.0, 0.05),
        _Slider("regularity", 0.15, 0.0, 1.0, 0.05),
    ),
    "pillars": (
        _Slider("behaviour", 1 / 3, 0.0, 1.0, 0.01),
        _Slider("needs", 1 / 3, 0.0, 1.0, 0.01),
        _Slider("feedback", 1 / 3, 0.0, 1.0, 0.01),
        _Slider("environment", 0.0, 0.0, 1.0, 0.01),
    ),
    "potential": (_Slider("upper_potential", 0.5, 0.05, 0.95, 0.01), _Slider("lower_potential", 0.8, 0.05, 0.99, 0.01)),
    "budget": (_Slider("contacts", 100, 1, 100, 1),),
}
_EVERYWHERE = ("tiers", "segments")


def play(run: Run, what: str) -> Any:
    """Sliders over the settings of one question, the answer beneath; it follows when a slider is let go.

    Parameters
    ----------
    run : Run
    what : {"tiers", "segments", "horizon", "weights", "pillars", "potential", "budget"}

    Returns
    -------
    ipywidgets.VBox
        In a batch run (``RAPPORT_RUNNER=1``) the plain result at the default settings instead.

    Raises
    ------
    DataError
        As the question itself: no tiers, no model.
    SettingError
        ``what_if_unknown`` with the closest names; ``widgets_absent`` says what to install.
    """
    if what not in QUESTIONS:
        close = difflib.get_close_matches(str(what), QUESTIONS, n=3, cutoff=0.4) or list(QUESTIONS)
        raise SettingError("what_if_unknown", got=what, close=close)
    if os.environ.get("RAPPORT_RUNNER") == "1":
        return run.what_if.ask(what)
    try:
        import ipywidgets
    except ImportError as error:
        raise SettingError("widgets_absent", what=what) from error
    panel = _Panel(run, what, ipywidgets)
    return panel.box


class _Panel:
    """The sliders of one question and the place where its answer stands."""

    def __init__(self, run: Run, what: str, toolkit: Any) -> None:
        self._run, self._what = run, what
        # at the default settings an error is the question's own: it is raised, not shown
        first = run.what_if.ask(what)
        self._sliders = {s.name: self._slider(s, toolkit) for s in _fitted(what, first)}
        if what in _EVERYWHERE and len(run.regions) > 1:
            self._sliders["everywhere"] = toolkit.Checkbox(
                value=False, description=self._label("everywhere"), style={"description_width": "initial"}
            )
        self._answer = toolkit.HTML(value=self._page(first))
        for slider in self._sliders.values():
            slider.observe(self._moved, names="value")
        self.box = toolkit.VBox([*self._sliders.values(), self._answer])

    def _slider(self, slider: _Slider, toolkit: Any) -> Any:
        whole = slider.step == 1
        kind = toolkit.IntSlider if whole else toolkit.FloatSlider
        return kind(
            value=slider.start, min=slider.low, max=slider.high, step=slider.step,
            description=self._label(slider.name), continuous_update=False, readout_format="d" if whole else ".2f",
            style={"description_width": "10em"}, layout={"width": "32em"},
        )  # fmt: skip

    def _label(self, name: str) -> str:
        return words.text(f"explore.play_{name}", self._run.language)

    def _moved(self, _change: Any) -> None:
        try:
            page = self._page(self._run.what_if.ask(self._what, **self._settings()))
        except RapportError as error:
            page = f'<p role="alert"><b>{html.escape(error.text(self._run.language))}</b></p>'
        self._answer.value = page

    def _settings(self) -> dict[str, Any]:
        told = {name: slider.value for name, slider in self._sliders.items()}
        if self._what == "tiers":
            # a slider adds up its steps; two digits are what it shows
            told["cuts"] = (round(told.pop("upper"), 2), round(told.pop("lower"), 2))
        if self._what == "potential":
            told["cuts"] = (round(told.pop("upper_potential"), 2), round(told.pop("lower_potential"), 2))
        return told

    def _page(self, result: Result) -> str:
        shown: str = result._repr_html_()
        return shown + _picture(result, _FIGURES.get(self._what), self._run.language)


def _fitted(what: str, first: Any) -> tuple[_Slider, ...]:
    """The sliders of a question; contacts end where the accounts of the region end."""
    if what != "budget":
        return _SLIDERS[what]
    accounts = int(first.table["n"].iloc[-1])
    return (_Slider("contacts", first.settings["contacts"], 1, accounts, 1),)


def _picture(result: Result, figure: Callable[..., Any] | None, language: str) -> str:
    """The figure of a result as an image with alternative text, drawn after its small cells are hidden."""
    if figure is None:
        return ""
    safe = disclosure.control(result, MIN_CELL["internal"]).result
    drawn: Figure = figure(safe, language=language).get_figure()
    out = io.BytesIO()
    with style.context(language):
        drawn.savefig(out, format="png", dpi=_DOTS, bbox_inches="tight", facecolor="white")
    # an open figure would be shown once more below the cell
    plt.close(drawn)
    alt = html.escape(words.text(f"alt.{figure.__name__}", language), quote=True)
    image = base64.b64encode(out.getvalue()).decode("ascii")
    return f'<img alt="{alt}" style="max-width:100%" src="data:image/png;base64,{image}">'
