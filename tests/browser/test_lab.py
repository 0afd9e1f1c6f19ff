"""The tutorial in a real JupyterLab page: Run All, no error, figures visible, a slider that moves the table."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import nbformat
import pytest

from analysis.runs import lab, places, sample_run

pytestmark = pytest.mark.browser
TOKEN = "rapport"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``rapport lab`` on the sample run, as a user starts it; gives the address that the browser opens."""
    pytest.importorskip("ipywidgets", reason="the extra rapport-kit[widgets] is not installed")
    sample_run.ensure_sample()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("lab")
    options = [f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0"]
    options += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    settings = {"JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data"),
                "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "JUPYTERLAB_WORKSPACES_DIR": str(home / "spaces"),
                "IPYTHONDIR": str(home / "ipython")}  # fmt: skip
    # figures appear in the page, as on a user's desk
    own = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    command = [sys.executable, "-m", "analysis.cli", "lab", "--language", "en", "--no-browser", *options]
    with open(home / "log.txt", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**own, **settings}, start_new_session=True)
        try:
            _wait(f"http://127.0.0.1:{port}/api?token={TOKEN}", process, home / "log.txt")
            yield f"http://127.0.0.1:{port}/?token={TOKEN}"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            with urlopen(address):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace")[-3000:])


@pytest.fixture(scope="module")
def page(browser: Any, server: str) -> Iterator[Any]:
    """The tutorial after Run All Cells."""
    # JupyterLab draws only the cells in view: a tall window has them all
    page = browser.new_page(viewport={"width": 1400, "height": 14_000})
    page.goto(server)
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell", timeout=90_000)
    _run_all(page)
    page.wait_for_function(_FINISHED, timeout=300_000)
    yield page
    page.close()


def _run_all(page: Any) -> None:
    """Choose Run All Cells until the cells run: on a busy machine JupyterLab may first ask which kernel to take."""
    for _ in range(40):
        page.wait_for_timeout(2_000)
        asked = page.locator(".jp-Dialog .jp-mod-accept")
        if asked.count():
            asked.first.click()
        elif page.evaluate(_STARTED):
            return
        elif page.locator(".jp-KernelName", has_text="Python 3").count():
            page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(r"^Run$")).click()
            page.locator(".lm-Menu-itemLabel", has_text=re.compile(r"^Run All Cells$")).click()
    raise AssertionError("the cells did not start")


_STARTED = """
() => {
  const marks = [...document.querySelectorAll('.jp-NotebookPanel .jp-CodeCell .jp-InputPrompt')];
  return marks.some(e => /[*\\d]/.test(e.innerText));
}
"""
_FINISHED = """
() => {
  const marks = [...document.querySelectorAll('.jp-NotebookPanel .jp-CodeCell .jp-InputPrompt')].map(e => e.innerText);
  return marks.length >= 18 && marks.every(m => /\\[\\d+\\]/.test(m));
}
"""


def test_the_tutorial_comes_first_in_one_language(page: Any) -> None:
    assert page.locator(".lm-TabBar-tab.lm-mod-current .lm-TabBar-tabLabel", has_text="tutorial").count() == 1
    text = page.locator(".jp-NotebookPanel .jp-MarkdownCell").all_inner_texts()
    assert any("Get going in twenty minutes" in t for t in text)
    assert not any("二十分钟上手" in t for t in text)


def test_run_all_without_an_error(page: Any) -> None:
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").all_inner_texts() == []
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts() == []


def test_figures_are_visible(page: Any) -> None:
    wide = page.evaluate(
        "() => [...document.querySelectorAll('.jp-OutputArea-output img, .jp-OutputArea-output svg')]"
        ".map(e => { e.scrollIntoView(); return e.getBoundingClientRect().width; }).filter(w => w > 200).length"
    )
    assert wide >= 4
    # no empty boxes: the figure drawn by hand carries Chinese
    assert page.locator(".jp-RenderedImage img").count() >= 1


def test_a_slider_moves_the_table(page: Any) -> None:
    slider = page.locator(".widget-slider, .jupyter-widget-slider, .widget-hslider").first
    slider.scroll_into_view_if_needed()
    area = page.locator(".jp-OutputArea-output", has=slider)
    before = area.first.inner_text()
    handle = slider.locator(".noUi-handle").first
    handle.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "before => { const a = [...document.querySelectorAll('.jp-OutputArea-output')]"
        ".find(e => e.querySelector('.widget-slider, .jupyter-widget-slider, .widget-hslider'));"
        " return a && a.innerText !== before && a.querySelector('table'); }",
        arg=before,
        timeout=30_000,
    )
    after = area.first.inner_text()
    table = re.compile(r"value A\s+.*")
    assert table.findall(before) != table.findall(after)


def test_the_notebook_in_the_repository_is_not_touched(page: Any) -> None:
    original = nbformat.read(places.notebook_path(places.TUTORIAL), as_version=4)
    assert all(c.get("outputs", []) == [] for c in original.cells)
    copies = lab.prepare(language="en")
    assert copies.is_relative_to(places.work_root())
    assert shutil.which("chromium")
