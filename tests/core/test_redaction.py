"""Nothing that names a person, a house or a number survives the mask."""

from __future__ import annotations

import itertools

import pytest

from analysis.core.redaction import MASK, known, redact

DIGITS = "15400000011"
PHONES = [
    DIGITS, "154 0000 0011", "154-0000-0011", "+86 15400000011", "0086-154-0000-0011", "(154)00000011", "154.0000.0011",
    "１５４００００００１１", "1 5 4 0 0 0 0 0 0 1 1", "154\u200b0000\u200b0011", "154（0000）0011", "154·0000·0011",
    "010-88886666", "0571 8888 6666", "（010）88886666转801", "400-820-8820", "020 7946 0958", "+44 (0)20 7946 0958",
    "一五四零零零零零零一一",
]  # fmt: skip


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize("frame", ["联系{}", "{}打这个", "电话：{}。", "请拨{}，谢谢", "call {} please"])
def test_telephones_in_every_writing(phone: str, frame: str) -> None:
    clean = redact(frame.format(phone))
    assert MASK in clean
    assert not any(c.isdigit() for c in clean)
    assert "一五四" not in clean


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("张三主任说的", "张三"), ("李医生很好", "李"), ("欧阳教授讲得好", "欧阳"), ("找王小明代表", "王小明"),
        ("联系人：赵敏", "赵敏"), ("我叫李小明", "李小明"), ("王芳13800000000", "王芳"), ("陈建国医生", "陈建国"),
        ("砚阳市第一人民医院没有", "砚阳"), ("在砚阳市人民医院看的", "砚阳"), ("青石镇卫生院没药", "青石"),
        ("康民大药房没货", "康民"), ("市一院没有", "市一院"), ("住砚阳市桥西区中山路12号3栋501室", "中山路"),
        ("3栋2单元501室", "501"), ("微信号：abc_12345", "abc_12345"), ("加微信 wxid-99x", "wxid-99x"),
        ("vx：hello2024", "hello2024"),
        ("QQ 123456", "123456"), ("邮箱 a.b@example.com", "example"), ("看 https://example.com/x", "example"),
        ("身份证110101199003071234", "110101"), ("11010119900307123X", "11010119900307"), ("住院号：A12345", "A12345"),
        ("病历号 0012345", "0012345"), ("2024年3月5日用药", "3月5日"), ("3月5号开始吐", "3月5"), ("2024-03-05", "2024"),
        ("Dr Patel was kind", "Patel"), ("mrs jones helped", "jones"), ("Professor Anne Smith", "Smith"),
        ("at Riverside Surgery", "Riverside"), ("on 3rd March 2024", "March"), ("March 5, 2024", "March"),
        ("My name is John Smith", "Smith"), ("12 High Street", "High"), ("SW1A 1AA", "1AA"),
        ("NHS number 943 476 5919", "943"),
        ("patient id AB-1234", "AB-1234"),
    ],
)  # fmt: skip
def test_what_must_go_goes(text: str, gone: str) -> None:
    assert gone not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "text",
    ["医院没有这个药", "我们医院没进", "希望医院早点进药", "科里主任习惯用别的", "跟着上级医师的方案走",
     "代表更换太勤，联系不上",
     "附近药店总是没货", "药师讲解很耐心", "60多块一盒", "病人自费压力大", "the dr was great", "I waited 45 minutes",
     "门诊太忙，没时间听", "老年患者用起来不放心", "分级管理有限制", "高血压患者多", "三代头孢更好"],
)  # fmt: skip
def test_what_says_nothing_about_anybody_stays(text: str) -> None:
    assert redact(text) == text


def test_known_names_are_masked_longest_first_and_latin_ones_as_whole_words() -> None:
    names = known(["砚阳", "砚阳和平", "Ann", "x", None])  # type: ignore[list-item]
    assert names is not None
    assert redact("砚阳和平那边，Ann 说 annual", names) == f"{MASK}那边，{MASK} 说 annual"
    assert known([]) is None


def test_combinations_leave_no_trace() -> None:
    parts = ("张三主任", "15400000011", "微信abc12345", "a@b.cn", "2024年3月5日")
    traces = ("张三", "1540", "abc12345", "a@b", "3月5")
    for order in itertools.permutations(parts):
        clean = redact("，".join(order))
        assert not any(trace in clean for trace in traces), clean
