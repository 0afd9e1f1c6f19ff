"""Sliders as real ipywidgets objects: a moved slider changes the answer beneath it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ipywidgets
import matplotlib.pyplot as plt
import nbformat
import pytest
from nbclient import NotebookClient

from analysis import explore
from analysis.core import words
from analysis.core.errors import DataError, SettingError
from analysis.core.result import Result
from analysis.explore.run import Run
from analysis.explore.what_if import QUESTIONS

MOVES = {"tiers": 0.55, "segments": 6, "horizon": 24, "weights": 0.9, "pillars": 0.9, "potential": 0.4, "budget": 40}
VIEW = "application/vnd.jupyter.widget-view+json"


def answer(box: Any) -> Any:
    """The place where the answer stands: the last child."""
    assert isinstance(box.children[-1], ipywidgets.HTML)
    return box.children[-1]


@pytest.mark.parametrize("what", QUESTIONS)
def test_a_moved_slider_changes_the_table(run: Run, what: str) -> None:
    box = run.play(what)
    assert isinstance(box, ipywidgets.VBox)
    # what stands there first is the plain answer at the default settings
    assert run.what_if.ask(what)._repr_html_() in answer(box).value
    before = answer(box).value
    slider = box.children[0]
    assert slider.continuous_update is False
    slider.value = MOVES[what]
    assert answer(box).value != before
    assert "<table>" in answer(box).value
    assert plt.get_fignums() == [], "an open figure would be shown a second time"


def test_what_the_sliders_say_is_what_is_asked(run: Run) -> None:
    box = run.play("tiers")
    box.children[0].value, box.children[1].value = 0.55, 0.8
    assert run.what_if.tiers((0.55, 0.8))._repr_html_() in answer(box).value
    box.children[2].value = True
    assert run.what_if.tiers((0.55, 0.8), everywhere=True)._repr_html_() in answer(box).value
    box = run.play("horizon")
    box.children[0].value, box.children[1].value, box.children[2].value = 24, 0.2, 0.5
    told = run.what_if.horizon(24, annual_discount_rate=0.2, margin=0.5)
    assert told._repr_html_() in answer(box).value
    box = run.play("weights")
    for slider, value in zip(box.children[:4], (0.25, 0.75, 0.0, 0.0), strict=True):
        slider.value = value
    assert run.what_if.weights(0.25, 0.75, 0, 0)._repr_html_() in answer(box).value


@pytest.mark.parametrize(("what", "figure"), [("tiers", "plot_abc"), ("horizon", "plot_total")])
def test_the_figure_comes_with_words_for_those_who_cannot_see_it(run: Run, what: str, figure: str) -> None:
    page = answer(run.play(what)).value
    assert 'src="data:image/png;base64,' in page
    assert f'alt="{words.text(f"alt.{figure}", "en")}"' in page


def test_crossing_cuts_are_said_and_the_sliders_go_on(run: Run) -> None:
    box = run.play("tiers")
    box.children[0].value = 0.95
    assert 'role="alert"' in answer(box).value and "<table>" not in answer(box).value
    with pytest.raises(SettingError) as caught:
        run.what_if.tiers((0.95, 0.9))
    assert caught.value.text("en") in answer(box).value
    assert "Traceback" not in answer(box).value
    box.children[0].value = 0.6
    assert 'role="alert"' not in answer(box).value and "<table>" in answer(box).value


def test_weights_of_zero_are_said(run: Run) -> None:
    box = run.play("weights")
    for slider in box.children[:4]:
        slider.value = 0
    assert 'role="alert"' in answer(box).value


def test_labels_are_in_the_language_of_the_run(run: Run) -> None:
    chinese = explore.open_run(run.home, region=run.region, language="zh")
    for what in QUESTIONS:
        labels = [child.description for child in chinese.play(what).children[:-1]]
        assert all(any("\u4e00" <= c <= "\u9fff" for c in label) for label in labels), labels
    box = chinese.play("tiers")
    box.children[0].value = 0.95
    assert "严格递增" in answer(box).value


def test_contacts_end_where_the_accounts_end(run: Run) -> None:
    slider = run.play("budget").children[0]
    assert (slider.min, slider.value) == (1, 100)
    assert slider.max == run.what_if.budget(100).table["n"].iloc[-1]


def test_unknown_question_names_the_closest(run: Run) -> None:
    with pytest.raises(SettingError) as caught:
        run.play("tier")
    assert caught.value.code == "what_if_unknown"
    assert "tiers" in caught.value.text("zh") and "tier" in caught.value.text("en")


def test_a_region_without_results_says_why_at_once(small: Run) -> None:
    with pytest.raises(DataError) as caught:
        small.at("西南").play("tiers")
    assert "西南" in caught.value.text("zh")


def test_no_widget_under_the_batch_runner(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_RUNNER", "1")
    for what in QUESTIONS:
        plain = run.play(what)
        assert isinstance(plain, Result)
        assert plain.equals(run.what_if.ask(what))


def test_without_the_extra_the_message_says_what_to_do(run: Run) -> None:
    # an interpreter in which the package cannot be imported, as in one without the extra
    code = (
        "import sys; sys.modules['ipywidgets'] = None\n"
        "from analysis import explore\n"
        f"run = explore.open_run({str(run.home)!r}, region={run.region!r}, language='zh')\n"
        "print(type(run.what_if.tiers()).__name__)\n"
        "try:\n    run.play('tiers')\n"
        "except Exception as error:\n    print(type(error).__name__, error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "TiersIf"
    assert "SettingError" in done.stdout
    assert 'pip install "rapport-kit[widgets]"' in done.stdout
    assert "run.what_if.tiers(...)" in done.stdout


def notebook(run: Run, folder: Path, *, runner: bool, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A notebook that plays, executed in a real kernel."""
    if runner:
        monkeypatch.setenv("RAPPORT_RUNNER", "1")
    else:
        monkeypatch.delenv("RAPPORT_RUNNER", raising=False)
    cells = [
        "from analysis import explore\n"
        f"run = explore.open_run({str(run.home)!r}, region={run.region!r}, language='en')",
        "box = run.play('tiers')\nbox",
        "if hasattr(box, 'children'):\n    box.children[0].value = 0.55\n    print(box.children[-1].value)",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(folder)}}).execute(env=dict(os.environ))
    return book


def test_in_a_real_kernel(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = notebook(run, tmp_path, runner=False, monkeypatch=monkeypatch)
    shown = book.cells[1].outputs
    assert len(shown) == 1 and VIEW in shown[0]["data"], "the box, and no figure beside it"
    printed = "".join(output["text"] for output in book.cells[2].outputs)
    assert run.what_if.tiers((0.55, 0.9))._repr_html_() in printed


def test_a_batch_kernel_keeps_no_widget(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = notebook(run, tmp_path, runner=True, monkeypatch=monkeypatch)
    text = nbformat.writes(book)
    assert "widget" not in text.replace("ipywidgets", "")
    assert "text/html" in book.cells[1].outputs[0]["data"]
    assert "widgets" not in book.metadata
