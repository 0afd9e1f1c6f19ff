"""The page's font: exactly the page's characters, the same bytes for the same characters."""

from __future__ import annotations

import io

import pytest
from fontTools.ttLib import TTFont

from analysis.report import fonts

TEXT = fonts.characters("<p>价值A 镕堃喆 −3.1%–9.4%</p>")


def test_characters_are_those_printed() -> None:
    html = (
        '<style>.x{content:"样"}</style><script>var 脚 = 1;</script><!-- 注 -->'
        '<td data-label="净采购额" title="提示">价&lt;值&#x4e59;</td><img src="data:image/png;base64,甲">'
    )
    assert fonts.characters(html) == "".join(sorted(set("净采购额价<值乙")))


def test_joiners_are_kept_and_line_ends_are_not() -> None:
    assert fonts.characters("<p>价\u2060A\u00a0\n\t</p>") == "A\u00a0\u2060价"


@pytest.mark.parametrize("weight", [400, 700])
def test_the_subset_holds_exactly_the_characters(weight: int) -> None:
    font = TTFont(io.BytesIO(fonts.subset_font(TEXT, weight)))
    assert font.flavor == "woff"
    assert set(font.getBestCmap()) == {ord(c) for c in TEXT}
    assert font["OS/2"].usWeightClass == weight
    assert set(font.keys()) <= {"GlyphOrder", "head", "hhea", "maxp", "OS/2", "hmtx", "cmap", "name", "post", "CFF "}


def test_outlines_are_those_of_the_bundled_font() -> None:
    from fontTools.pens.recordingPen import RecordingPen

    from analysis.figures import style

    drawn = []
    for source in (fonts.subset_font(TEXT, 400), style.FONTS[400].read_bytes()):
        font = TTFont(io.BytesIO(source))
        name = font.getBestCmap()[ord("镕")]
        pen = RecordingPen()
        font.getGlyphSet()[name].draw(pen)
        drawn.append((pen.value, font["hmtx"][name][0]))
    assert drawn[0] == drawn[1]
    assert len(drawn[0][0]) > 20


def test_the_same_text_gives_the_same_bytes() -> None:
    first = fonts.subset_font(TEXT, 400)
    fonts.subset_font.cache_clear()
    assert fonts.subset_font(TEXT, 400) == first


def test_a_character_the_font_lacks_is_left_to_the_reader() -> None:
    font = TTFont(io.BytesIO(fonts.subset_font("A😀", 400)))
    assert set(font.getBestCmap()) == {ord("A")}


def test_faces_are_data_addresses_only() -> None:
    css = fonts.face_css(TEXT)
    assert css.count("@font-face") == css.count('url("data:font/woff;base64,') == css.count("url(") == 2
