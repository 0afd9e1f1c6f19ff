"""The pages as their readers meet them: offline, on a phone, in the dark, on paper, with a keyboard."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

from analysis.figures import style

pytestmark = pytest.mark.browser

PAGES = ("zh", "en", "shared", "hostile", "index", "message")
LUMINANCE = """
(([r, g, b]) => { const f = v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 };
return .2126 * f(r) + .7152 * f(g) + .0722 * f(b) })"""
#: what a hole in the escaping would let in
INTRUDERS = """() => {
const add = (name, told) => document.body.append(Object.assign(document.createElement(name), told));
add('script', {textContent: 'window.ran = true'});
add('img', {src: 'https://example.invalid/a.png'});
add('div', {innerHTML: '<p onclick="window.ran = true">x</p>'});
document.querySelector('[onclick]').click(); }"""
#: text elements whose colour stands out too little from what is painted behind them
FAINT = f"""() => {{
const lum = {LUMINANCE};
const rgb = c => (c.match(/[\\d.]+/g) || []).map(Number);
const behind = el => {{ for (; el; el = el.parentElement) {{ const c = rgb(getComputedStyle(el).backgroundColor);
  if (c.length === 3 || c[3] > 0) return c; }} return [255, 255, 255]; }};
const out = [];
for (const el of document.querySelectorAll('body *')) {{
  if (el.closest('svg, script') || ![...el.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
  const box = el.getBoundingClientRect(); if (!box.width) continue;
  const a = lum(rgb(getComputedStyle(el).color)), b = lum(behind(el));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) out.push([el.className, el.textContent.trim().slice(0, 30), ratio]);
}} return out; }}"""


def rgb(colour: str) -> str:
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:], 16)})"


@pytest.mark.parametrize("name", PAGES)
def test_no_request_and_no_complaint(visit: Callable[..., Any], name: str) -> None:
    opened = visit(name)
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in opened.requests if url.startswith("file:")]) == 1
    assert opened.complaints == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 960])
def test_the_page_never_scrolls_sideways(visit: Callable[..., Any], name: str, width: int) -> None:
    page = visit(name, width=width).page
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_embedded_font_is_the_one_used(visit: Callable[..., Any]) -> None:
    page = visit("zh").page
    loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family + f.weight)")
    assert sorted(face.replace('"', "") for face in loaded) == ["Rapport Sans400", "Rapport Sans700"]


def counts(table: Any) -> list[str]:
    """The beginning of each cell in the fifth column, top to bottom."""
    return [cell[:4] for cell in table.locator("tbody td:nth-child(5)").all_inner_texts()]


def test_a_header_button_sorts_and_hidden_cells_stay_last(visit: Callable[..., Any]) -> None:
    page = visit("zh").page
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    table = page.locator("table[data-sort]").nth(1)
    assert counts(table) == ["已隐去（", "120", "346", "已隐去（"]
    button = table.get_by_role("button", name="n", exact=True)
    button.click()
    assert counts(table) == ["120", "346", "已隐去（", "已隐去（"]
    assert table.locator("th").nth(4).get_attribute("aria-sort") == "ascending"
    button.press("Enter")
    assert counts(table) == ["346", "120", "已隐去（", "已隐去（"]
    assert table.locator("th").nth(4).get_attribute("aria-sort") == "descending"
    table.get_by_role("button", name="级别").click()
    assert page.locator("[aria-sort]").count() == 1


def test_a_long_table_is_filtered(visit: Callable[..., Any]) -> None:
    page = visit("zh").page
    field = page.get_by_role("searchbox", name="筛选").last
    rows = page.locator("table[data-filter]").last.locator("tbody tr")
    assert rows.count() == 23
    field.fill("镕堃")
    assert [row.is_visible() for row in rows.all()].count(True) == 1
    field.fill("")
    assert all(row.is_visible() for row in rows.all())


def test_nothing_in_a_customer_name_comes_alive(visit: Callable[..., Any]) -> None:
    opened = visit("hostile")
    opened.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    opened.page.wait_for_timeout(100)
    assert opened.complaints == []
    assert opened.page.locator("script").count() == 1
    assert opened.page.locator("img, iframe, svg[onload]").count() == 0
    assert opened.page.locator("[onerror], [onload], [onmouseover]").count() == 0
    assert opened.page.locator("a[href^='javascript' i]").count() == 0
    names = opened.page.locator("table[data-sort] tbody th").all_inner_texts()
    assert "<script>alert(1)</script>" in names


def test_a_script_that_got_in_would_not_run(visit: Callable[..., Any]) -> None:
    opened = visit("zh")
    answered: list[str] = []
    opened.page.on("requestfinished", lambda request: answered.append(request.url))
    opened.page.evaluate(INTRUDERS)
    opened.page.wait_for_timeout(100)
    assert opened.page.evaluate("window.ran") is None
    said = " ".join(opened.complaints)
    for refused in ("inline script", "inline event handler", "Loading the image 'https://example.invalid/a.png'"):
        assert refused in said
    assert answered == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["zh", "index", "message"])
def test_text_stands_out(visit: Callable[..., Any], name: str, dark: bool) -> None:
    page = visit(name, dark=dark).page
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(FAINT) == []


@pytest.mark.parametrize("dark", [False, True])
def test_colours_of_page_and_figure_follow_the_reader(visit: Callable[..., Any], dark: bool) -> None:
    page = visit("zh", dark=dark).page
    tones = {name: pair[dark] for name, pair in style.palette().items()}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == rgb(tones["page"])
    label = page.locator(".rp-plot svg text").filter(has_text="价值A").first
    assert label.evaluate("e => getComputedStyle(e).fill") == rgb(tones["ink"])
    bars = page.locator(".rp-plot svg path").evaluate_all("all => all.map(e => getComputedStyle(e).fill)")
    assert rgb(tones["c1"]) in bars


@pytest.mark.parametrize("dark", [False, True])
def test_paper_is_white(visit: Callable[..., Any], dark: bool) -> None:
    page = visit("zh", dark=dark).page
    page.emulate_media(media="print", color_scheme="dark" if dark else "light")
    for element in ("document.documentElement", "document.body"):
        assert page.evaluate(f"getComputedStyle({element}).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == rgb(style.TOKENS["ink"])
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    for hidden in (".rp-code", ".rp-contents", "header .rp-banner", ".rp-fold:not(.rp-prints)"):
        assert not page.locator(hidden).first.is_visible()
    # a short folded table is printed although it is closed on the screen
    box = page.locator(".rp-prints:not([open]) table").first.bounding_box()
    assert box
    assert box["height"] > 50


def test_printed_pages(visit: Callable[..., Any]) -> None:
    page = visit("zh").page
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    # A4 in points, at least one page beyond page one
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}
    assert len(boxes) >= 2
    # page one is one side of A4: 297 − 16 − 18 mm at 96 dots an inch
    page.set_viewport_size({"width": 680, "height": 994})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680, "a wider page is shrunk by the printer"
    end = page.evaluate("document.querySelector('.rp-page-one').getBoundingClientRect().bottom + scrollY")
    assert end <= (297 - 16 - 18) / 25.4 * 96


@pytest.mark.parametrize("name", PAGES)
def test_structure_for_readers_who_do_not_see(visit: Callable[..., Any], name: str) -> None:
    page = visit(name).page
    assert page.evaluate("document.documentElement.lang") in ("zh-CN", "en")
    assert page.title()
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    # all text lies in a landmark
    outside = """[...document.body.children].filter(e => !e.matches('header,main,footer,script,.rp-skip')).length"""
    assert page.evaluate(outside) == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    broken = """[...document.querySelectorAll('[aria-labelledby]')].filter(e =>
        e.getAttribute('aria-labelledby').split(' ').some(i => !document.getElementById(i))).length"""
    assert page.evaluate(broken) == 0
    nameless = """[...document.querySelectorAll('svg')].filter(e => !e.closest('[aria-hidden]') &&
        !(e.getAttribute('role') === 'img' && ['title', 'desc'].every(n => e.querySelector(n).textContent))).length"""
    assert page.evaluate(nameless) == 0
    empty = "[...document.querySelectorAll('th, button, a, summary')].filter(e => !e.textContent.trim()).length"
    assert page.evaluate(empty) == 0


@pytest.mark.parametrize("width", [390, 960])
def test_areas_that_scroll_can_be_reached_by_keyboard(visit: Callable[..., Any], width: int) -> None:
    page = visit("zh", width=width).page
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    stuck = """[...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1 &&
        ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0).map(e => e.className)"""
    assert page.evaluate(stuck) == []


def test_labels_of_a_plot_are_readable_on_a_phone_and_inside_it(visit: Callable[..., Any]) -> None:
    page = visit("zh", width=390).page
    sizes = page.evaluate(
        """[...document.querySelectorAll('.rp-plot svg')].map(svg => Math.min(...[...svg.querySelectorAll('text')]
        .filter(t => !t.closest('defs')).map(t => t.getBoundingClientRect().height)))"""
    )
    # a line of 9.5 pt is about 13 px high with its leading; 10 px is the guide's least size of letters
    assert sizes
    assert min(sizes) >= 10
    clipped = page.evaluate(
        """[...document.querySelectorAll('.rp-plot svg')].flatMap(svg => { const b = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].filter(t => { const r = t.getBoundingClientRect();
        return r.left < b.left - 1 || r.right > b.right + 1 || r.top < b.top - 1 || r.bottom > b.bottom + 1 })
        .map(t => t.textContent) })"""
    )
    assert clipped == []


@pytest.mark.parametrize("width", [390, 960])
def test_numbers_beside_a_figure_fit(visit: Callable[..., Any], width: int) -> None:
    page = visit("en", width=width).page
    over = """[...document.querySelectorAll('.rp-side .rp-scroll')].map(e => e.scrollWidth - e.clientWidth)"""
    assert max(page.evaluate(over)) <= 0


def test_everything_is_there_without_script(visit: Callable[..., Any]) -> None:
    page = visit("zh", script=False).page
    assert page.locator("table[data-sort] button").count() == 0
    fold = page.locator("details.rp-fold").first
    table = fold.locator("table")
    assert not table.is_visible()
    fold.locator("summary").click()
    assert table.is_visible()
