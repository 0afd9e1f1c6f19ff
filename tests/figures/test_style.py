"""Colours that can be told apart and read, and a font that has the names of the trade."""

from __future__ import annotations

import io
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import seaborn as sns
from fontTools.ttLib import TTFont
from matplotlib import font_manager

from analysis.figures import style

#: characters of the national table of 8,105 standard characters outside the block of 20,902
STANDARD_BEYOND = (
    "鿍鿎鿏㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖"
    "䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮𠅤𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔"
    "𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼"
    "𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊"
    "𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"
)
SIGNS = "，。：；（）“”‘’、！？《》【】…—–−±×÷≥≤·▲▼◆●◐✕○◇■□%‰℃\u2060\u00a0"


def gbk() -> set[str]:
    """Every character of GBK's two-byte area that Unicode names outside the private area."""
    pairs = (bytes((a, b)) for a in range(0x81, 0xFF) for b in range(0x40, 0xFF) if b != 0x7F)
    found = {pair.decode("gbk", "ignore") for pair in pairs}
    return {c for c in found if len(c) == 1 and not 0xE000 <= ord(c) <= 0xF8FF}


def opened(weight: int) -> TTFont:
    return TTFont(io.BytesIO(style.FONTS[weight].read_bytes()), lazy=True)


@pytest.fixture(scope="module", params=[400, 700])
def face(request: pytest.FixtureRequest) -> TTFont:
    return opened(request.param)


def test_font_holds_names_that_gb2312_lacks(face: TTFont) -> None:
    cmap = face.getBestCmap()
    for name in ("镕", "堃", "喆", "䶮"):
        with pytest.raises(UnicodeEncodeError):
            name.encode("gb2312")
        assert ord(name) in cmap


def test_font_holds_gbk_and_the_standard_characters(face: TTFont) -> None:
    cmap = face.getBestCmap()
    han = {c for c in gbk() if ord(c) >= 0x3400 and not 0xFE00 <= ord(c) <= 0xFFFF}
    # 20,902 unified characters plus the 21 of the compatibility block
    assert len({c for c in han if 0x4E00 <= ord(c) <= 0x9FA5 or 0xF900 <= ord(c) <= 0xFAFF}) == 20_923
    assert {c for c in han if ord(c) not in cmap} == set()
    assert len(set(STANDARD_BEYOND)) == len(STANDARD_BEYOND) == 276
    assert {c for c in STANDARD_BEYOND if ord(c) not in cmap} == set()
    assert {c for c in SIGNS + "".join(map(chr, range(32, 127))) if ord(c) not in cmap} == set()


def test_font_is_licensed_without_hints_and_small_enough() -> None:
    folder = style.FONTS[400].parent
    licence = (folder / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Reserved Font Name 'Source'" in licence
    assert sum(path.stat().st_size for path in style.FONTS.values()) <= 14 * 2**20
    for weight in style.FONTS:
        font = opened(weight)
        assert font["name"].getDebugName(1) == style.FAMILY == "Noto Sans SC"
        assert font["OS/2"].usWeightClass == weight
        assert not {"fpgm", "prep", "cvt ", "GSUB", "GPOS"} & set(font.keys())
        private = font["CFF "].cff.topDictIndex[0].FDArray[0].Private
        assert not hasattr(private, "BlueValues") or not private.BlueValues
        assert font["hmtx"][font.getBestCmap()[0x2060]][0] == 0, "a word joiner takes no room"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rare_names_are_drawn_after_a_seaborn_theme(language: str) -> None:
    with warnings.catch_warnings(), mpl.rc_context():
        # "Glyph … missing from font" is a warning
        warnings.simplefilter("error")
        sns.set_theme()
        with style.context(language):
            ax = style.new_axes(rows=3)
            ax.set_yticks([0, 1, 2], ["镕康医院", "堃和诊所", "喆安药店䶮"])
            ax.text(0.1, 0.5, "价值\u2060A −3.1% ▲▼◆●◐✕○ 粗体", weight="bold")
            ax.figure.savefig(io.BytesIO(), format="png")
            plt.close(ax.figure)


def test_nothing_of_the_callers_settings_is_changed() -> None:
    before = dict(mpl.rcParams)
    with style.context("zh"):
        assert mpl.rcParams["font.family"][0] == "Noto Sans SC"
        assert mpl.rcParams["svg.fonttype"] == "none"
    assert dict(mpl.rcParams) == before


def test_bold_is_a_face_of_its_own() -> None:
    with style.context("zh"):
        regular = font_manager.findfont(font_manager.FontProperties(family="Noto Sans SC", weight=400))
        bold = font_manager.findfont(font_manager.FontProperties(family="Noto Sans SC", weight="bold"))
    assert regular == str(style.FONTS[400])
    assert bold == str(style.FONTS[700])


def test_negative_numbers_carry_a_minus_sign() -> None:
    with style.context("zh"):
        ax = style.new_axes()
        ax.set_xlim(-5, 5)
        ax.figure.canvas.draw()
        labels = [label.get_text() for label in ax.get_xticklabels()]
        plt.close(ax.figure)
    assert "\u22124" in labels


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [0, 1])
def test_text_and_marks_stand_out_from_the_page(dark: int) -> None:
    tones = {name: pair[dark] for name, pair in style.palette().items()}
    for name in ("ink", "ink2"):
        assert contrast(tones[name], tones["page"]) >= 4.5
    for name in ("axis", "mute", "c1", "c2", "c3", "c4", "c5", "c6"):
        assert contrast(tones[name], tones["page"]) >= 3.0
    # the guide's measured values, to its one decimal: ink 15.7 and 14.9, ink2 7.6 and 9.0
    assert round(contrast(tones["ink"], tones["page"]), 1) == (15.7, 14.9)[dark]
    assert round(contrast(tones["ink2"], tones["page"]), 1) == (7.6, 9.0)[dark]


def test_each_token_has_a_hex_of_its_own() -> None:
    light = [pair[0] for pair in style.palette().values()]
    assert len(set(light)) == len(light) == 9 + 6 + 5 + 7


def test_height_follows_the_rows() -> None:
    ax = style.new_axes(rows=10)
    assert ax.figure.get_size_inches() == pytest.approx((4.8, 0.32 * 10 + 0.9))
    assert style.new_axes(ax) is ax
    style.value_name(ax, "占净采购额")
    assert ax.get_title(loc="left") == "占净采购额"
    plt.close(ax.figure)


@pytest.mark.parametrize(
    ("values", "language", "told"),
    [
        ([1.75e6, -61345.0], "zh", ["+175.0万", "−6.1万"]),
        ([1.75e6, -61345.0], "en", ["+1.75 m", "−0.06 m"]),
        ([2.4e8, 3e7], "zh", ["+2.40亿", "+0.30亿"]),
        ([320.0, 12.0], "en", ["+320", "+12"]),
        ([0.0], "zh", ["0"]),
    ],
)
def test_money_of_one_plot_has_one_unit(values, language, told):
    money = style.Money(values, language, signed=True)
    assert [money.text(value) for value in values] == told


def test_money_ticks_drop_decimals_that_say_nothing():
    money = style.Money([17.86e6, 3.4e5], "en")
    assert [money(value) for value in (0.0, 8e6, 12.5e6)] == ["0", "8 m", "12.5 m"]
    assert style.Money([np.nan], "en").text(0.0) == "0"


def test_a_chinese_label_breaks_at_a_bracket_or_a_pause() -> None:
    assert style.wrapped("安全性信息（客群2）", 7) == "安全性信息\n（客群2）"
    # the comma stays with the line it ends, even where that line is one sign longer
    assert style.wrapped("阶梯为常规/一线及以上，却非一线", 11) == "阶梯为常规/一线及以上，\n却非一线"
    assert style.wrapped("全部", 7) == "全部"
    assert style.wrapped("patients' costs and access", 12) == "patients'\ncosts and\naccess"
