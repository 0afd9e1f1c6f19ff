"""Pages in a real Chromium, from file, with every request seen."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.core import words
from analysis.report import page as pages
from analysis.report import render

from ..report import demo
from ..report.test_render import CORPUS

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """One file per page that the tests look at."""
    folder = tmp_path_factory.mktemp("pages")
    real = words.flat
    known = {language: {**real(language), **demo.WORDS[language]} for language in words.LANGUAGES}
    words.flat = known.__getitem__  # type: ignore[assignment]
    try:
        html = {"zh": _case(), "en": _case(language="en"), "shared": _case(audience="shared"), "hostile": _hostile()}
        meta = demo.a_page(region="", title="title_index")
        html["index"] = render.index_page(demo.index_rows(), meta, references={"growth": 0.0})
        html["message"] = render.message_page(demo.a_page(), status="failed", reason="运行失败：03_value_loyalty。")
    finally:
        words.flat = real  # type: ignore[assignment]
        pages._Open.page = None
    paths = {name: folder / f"{name}.html" for name in html}
    for name, path in paths.items():
        path.write_text(html[name], encoding="utf-8")
    yield paths


def _case(**changes: object) -> str:
    meta = demo.a_page(**changes)
    return render.page(demo.notebook(meta, _many()), meta)


def _many() -> dict[str, str]:
    return {**demo.NAMES, **{f"H{i:03d}": f"第{i}医院" for i in range(4, 24)}}


def _hostile() -> str:
    names = {f"H{i:03d}": name for i, name in enumerate(CORPUS)}
    meta = demo.a_page(names=pd.Series(names), region=CORPUS[3])
    return render.page(demo.notebook(meta, names), meta)


class Opened:
    """A page with what it asked for and complained about."""

    def __init__(self, page: Any, requests: list[str], complaints: list[str]) -> None:
        self.page, self.requests, self.complaints = page, requests, complaints


@pytest.fixture
def visit(browser: Any, files: dict[str, Path]) -> Iterator[Callable[..., Opened]]:
    """Open one of the pages: ``visit("zh", width=390, dark=True)``."""
    contexts = []

    def open_page(name: str, *, width: int = 960, dark: bool = False, script: bool = True) -> Opened:
        scheme = "dark" if dark else "light"
        context = browser.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        requests: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.goto(files[name].as_uri())
        page.evaluate("document.fonts.ready.then(() => true)")
        return Opened(page, requests, complaints)

    yield open_page
    for context in contexts:
        context.close()
