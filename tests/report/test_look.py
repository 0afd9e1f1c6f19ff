"""Style sheets: tokens for light and dark, nothing fetched, nothing that leaks into JupyterLab."""

from __future__ import annotations

import base64
import hashlib
import re

from analysis.figures import style
from analysis.report import look


def test_every_variable_is_defined_in_light_and_dark() -> None:
    css = look.page_css()
    light, dark = css.split("@media screen and (prefers-color-scheme:dark)", 1)
    used = set(re.findall(r"var\(--([\w-]+)\)", css)) - {"text"}
    for part in (light, dark.split("}}", 1)[0]):
        assert used <= set(re.findall(r"--([\w-]+):#", part))
    assert f"--c1:{style.CATEGORICAL[0]}" in light


def test_nothing_is_fetched() -> None:
    for text in (look.page_css(), look.script(), look.standalone("")):
        assert not re.search(r"url\(|@import|https?:|//[a-z]", re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))


def test_blocks_style_nothing_but_blocks() -> None:
    css = re.sub(r"/\*.*?\*/", "", (look.TEMPLATES / "rapport" / "block.css").read_text(encoding="utf-8"))
    selectors = re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", css)
    assert selectors
    for selector in selectors:
        for part in selector.split(","):
            assert part.strip().startswith(".rp-"), part


def test_the_hash_is_that_of_the_script() -> None:
    digest = base64.b64encode(hashlib.sha256(look.script().encode()).digest()).decode()
    assert look.script_hash() == f"sha256-{digest}"
    assert "</script" not in look.script()


def test_dark_colours_are_for_the_screen_only() -> None:
    assert "prefers-color-scheme" in look.page_css()
    assert re.findall(r"@media ([^{]*)prefers-color-scheme", look.page_css()) == ["screen and ("]
