"""Whether a mention is denied: "没有断货", "no side effects", but not "不是没有断货" and not "不良反应".

A mention is denied when an odd number of negators stands close before it in the same clause, or a closing
denial ("断货，没有") right behind it. What merely looks like a negator (不良, 不断, not only) is covered first.
"""

from __future__ import annotations

import re

__all__ = ["WINDOW", "cover", "denied"]

#: characters (zh) or words (en) between negator and mention
WINDOW = {"zh": 6, "en": 3}
_COVER = "□"

_IDIOMS = {
    # part of another word; feelings and ignorance deny nothing; questions and wishes name the trouble
    "zh": re.compile(
        "不良|不错|不同|不但|不仅|不断|不少|不过|不满|不足|不便|不适|不稳|不放心|不太放心|不清楚|不太清楚|不了解|"
        "不太了解|不知道|不明白|不熟悉|不一样|不然|不管|不得已|不好意思|不可或缺|未来|别的|别人|特别|区别|类别|级别|"
        "差别|分别|性别|个别|鉴别|没想到|没事|无论|无非|无比|无奈|无锡|有没有|会不会|是不是|能不能|好不好|有无|"
        "不要再?|别再|请勿|希望没有|希望不再?|非常|非限制|不得不|不能不|"
        "没吃|没服|没喝|没打|没用完|没用几|没多久|没几|没两|没过|没等|不久|不到|不行"
    ),
    "en": re.compile(
        r"\b(?:not only|not just|no doubt|no wonder|not sure|nothing but|not least|no matter|cannot fault|can't fault|"
        r"couldn't fault|could not fault|couldn't be (?:better|happier)|could not be (?:better|happier)|"
        r"couldn't ask for|could not ask for|cannot thank|can't thank|nothing (?:is )?too much trouble|not yet|"
        r"why not|no one|nobody)\b"
    ),
}
_NEGATORS = {
    "zh": re.compile("没有|并非|不是|从未|从不|未见|毫无|否认|排除|没|不|无|未"),
    "en": re.compile(r"\b(?:no|not|never|none|nor|neither|without|cannot|hardly|free of|nothing)\b|\b\w+n't\b"),
}
_CLAUSE = {
    "zh": re.compile("[，。！？；,.!?;:：\n]|但是?|却|反而|而且|只是|就是|还是|因为|所以|由于|除了|以外"),
    "en": re.compile(r"[.,;:!?()\n]| - |\bbut\b|\bhowever\b|\balthough\b|\bthough\b|\bbecause\b|\bexcept\b|\bso\b"),
}
_AFTER = {
    "zh": re.compile(
        "[，,:：]?(?:目前|暂时|基本|倒|都|也|还|并|的|情况|问题|现象){0,3}"
        "(?:(?:没有|没见|没出现|没|未见|未出现|未发生|不存在|为零|无)(?:了|过)?(?=[，。！？；,.!?;\\s]|$)|不明显|不大|不多|罕见)"
    ),
    "en": re.compile(
        r"\s*(?:(?:[:\-–]\s*|(?:was|were|is|are|has|have)\s+)?(?:none|nil|absent)\b"
        r"|(?:was|were|did|does|do|is|are|has|have)\s?(?:not|n't)\s+(?:\w+\s+)?"
        r"(?:seen|observed|reported|occur\w*|an issue|a problem|happen\w*|present|found))"
    ),
}


def cover(text: str, language: str, spans: list[tuple[int, int]]) -> str:
    """The text as long as before, with mentions and false negators covered: what is left in it can deny."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = _COVER * (end - start)
    return _IDIOMS[language].sub(_covered, "".join(letters))


def denied(covered: str, start: int, end: int, language: str, window: int | None = None) -> bool:
    """Whether the mention at ``start:end`` of a covered text is denied."""
    reach = WINDOW[language] if window is None else window
    clause = _CLAUSE[language].split(covered[:start])[-1]
    if language == "zh":
        # the longest negator has two characters
        found = [m for m in _NEGATORS["zh"].finditer(clause) if len(clause) - m.end() <= reach]
    else:
        found = [m for m in _NEGATORS["en"].finditer(clause) if len(clause[m.end() :].split()) <= reach]
    if len(found) % 2:
        return True
    return not found and _AFTER[language].match(covered, end) is not None


def _covered(found: re.Match[str]) -> str:
    return _COVER * len(found.group())
