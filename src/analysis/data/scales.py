"""Words of the usual answer scales, and words that say why there is no answer.

One table holds every scale from its low to its high end, so 非常满意 is 5 in whatever order an export
lists the steps. A scale is named in the codebook (``scale: satisfaction``); both languages belong to it.
"""

from __future__ import annotations

import re

import pandas as pd

__all__ = ["LOWEST", "REASONS", "SCALES", "families", "five_steps", "keys", "steps"]

#: name -> steps from low to high, each with the words that mean it
SCALES: dict[str, tuple[tuple[str, ...], ...]] = {
    "satisfaction": (
        ("非常不满意", "很不满意", "十分不满意", "very dissatisfied", "very unsatisfied", "extremely dissatisfied"),
        ("不满意", "较不满意", "不太满意", "比较不满意", "dissatisfied", "unsatisfied", "somewhat dissatisfied"),
        ("一般", "中立", "neutral", "neither satisfied nor dissatisfied"),
        ("满意", "比较满意", "较满意", "satisfied", "somewhat satisfied"),
        ("非常满意", "很满意", "十分满意", "very satisfied", "extremely satisfied"),
    ),
    "agreement": (
        ("非常不同意", "完全不同意", "很不同意", "strongly disagree", "completely disagree", "totally disagree"),
        ("不同意", "不太同意", "比较不同意", "disagree", "somewhat disagree", "tend to disagree"),
        ("一般", "中立", "neutral", "neither agree nor disagree", "undecided"),
        ("同意", "比较同意", "agree", "somewhat agree", "tend to agree"),
        ("非常同意", "完全同意", "很同意", "strongly agree", "completely agree", "totally agree"),
    ),
    "importance": (
        ("非常不重要", "完全不重要", "很不重要", "not at all important", "very unimportant", "not important at all"),
        ("不重要", "不太重要", "比较不重要", "slightly important", "unimportant", "not very important"),
        ("一般", "中立", "neutral", "moderately important", "neither important nor unimportant"),
        ("重要", "比较重要", "important", "quite important"),
        ("非常重要", "很重要", "very important", "extremely important"),
    ),
    "frequency": (
        ("从不", "never"), ("很少", "rarely", "seldom"), ("有时", "偶尔", "sometimes", "occasionally"),
        ("经常", "often", "frequently"), ("总是", "always"),
    ),
    "likelihood": (
        ("非常不可能", "完全不可能", "很不可能", "非常不愿意", "very unlikely", "extremely unlikely",
         "highly unlikely"),
        ("不太可能", "不可能", "比较不可能", "不太愿意", "不愿意", "unlikely", "somewhat unlikely", "fairly unlikely"),
        ("一般", "不确定", "说不准", "neutral", "undecided", "neither likely nor unlikely"),
        ("可能", "比较可能", "比较愿意", "愿意", "likely", "somewhat likely", "fairly likely"),
        ("非常可能", "很可能", "非常愿意", "very likely", "extremely likely", "highly likely"),
    ),
    "expectation": (
        ("远低于预期", "远低于期望", "much worse than expected", "far below expectations", "well below expectations"),
        ("低于预期", "低于期望", "worse than expected", "below expectations"),
        ("符合预期", "与预期一致", "符合期望", "as expected", "met expectations", "meets expectations"),
        ("高于预期", "超出预期", "高于期望", "better than expected", "above expectations", "exceeded expectations"),
        ("远高于预期", "远超预期", "远高于期望", "much better than expected", "far above expectations",
         "far exceeded expectations"),
    ),
    "ease": (
        ("非常困难", "很困难", "非常不方便", "very difficult", "very hard", "extremely difficult"),
        ("困难", "比较困难", "不方便", "difficult", "somewhat difficult", "hard"),
        ("一般", "中立", "neutral", "neither easy nor difficult"),
        ("容易", "比较容易", "方便", "easy", "somewhat easy"),
        ("非常容易", "很容易", "非常方便", "very easy", "extremely easy"),
    ),
    "quality": (
        ("非常差", "很差", "very poor", "terrible"), ("差", "较差", "比较差", "poor"),
        ("一般", "中等", "fair", "average", "acceptable"), ("好", "较好", "比较好", "good"),
        ("非常好", "很好", "very good", "excellent"),
    ),
    "familiarity": (
        ("完全不了解", "从未听说", "not at all familiar", "never heard of it"),
        ("不太了解", "不了解", "slightly familiar", "not very familiar"),
        ("一般", "一般了解", "somewhat familiar", "moderately familiar"),
        ("比较了解", "了解", "very familiar"),
        ("非常了解", "很了解", "extremely familiar"),
    ),
    "agreement4": (
        ("非常不同意", "完全不同意", "strongly disagree"), ("不同意", "比较不同意", "不太同意", "disagree"),
        ("同意", "比较同意", "agree"), ("非常同意", "完全同意", "strongly agree"),
    ),
    "agreement7": (
        ("非常不同意", "完全不同意", "strongly disagree"), ("不同意", "disagree"),
        ("有点不同意", "比较不同意", "不太同意", "somewhat disagree", "slightly disagree"),
        ("一般", "中立", "neutral", "neither agree nor disagree"),
        ("有点同意", "比较同意", "somewhat agree", "slightly agree"), ("同意", "agree"),
        ("非常同意", "完全同意", "strongly agree"),
    ),
    "yes_no": (
        ("否", "没有", "不是", "未选中", "no", "n", "false", "×", "not selected", "unchecked"),
        ("是", "有", "选中", "yes", "y", "true", "√", "✓", "✔", "selected", "checked"),
    ),
}  # fmt: skip
#: names of earlier codebooks
SCALES |= {f"{name}_en": SCALES[name] for name in ("satisfaction", "agreement")}
#: number of the lowest step where it is not 1
LOWEST = {"yes_no": 0}
#: reason -> words; a word that the item's own scale holds is an answer, not a reason
REASONS: dict[str, tuple[str, ...]] = {
    "not_asked": ("(跳过)", "跳过", "未问", "未询问", "not asked", "not displayed", "(skipped by logic)"),
    "skipped": ("(空)", "空", "漏答", "未答", "未填", "-", "--", "—", "no answer", "(blank)", "blank", "not answered"),
    "refused": (
        "拒答", "拒绝回答", "不愿回答", "不便回答", "不方便透露", "保密", "refused", "refuse to answer",
        "prefer not to say", "prefer not to answer", "rather not say", "decline to answer",
    ),
    "dont_know": (
        "不知道", "不清楚", "说不清", "不好说", "难说", "不确定", "无法判断", "don't know", "dont know",
        "do not know", "dk", "d/k", "not sure", "unsure", "can't say", "cannot say", "no opinion",
    ),
    "not_applicable": (
        "不适用", "无此情况", "未使用过", "没有用过", "n/a", "na", "not applicable", "does not apply",
    ),
}  # fmt: skip
_SPACES = re.compile(r"\s+")


def keys(texts: pd.Series) -> pd.Series:
    """Answers as they are looked up: lower case, plain apostrophes, single spaces, no full stop at the end."""
    plain = texts.str.lower().str.replace("[’‘`]", "'", regex=True).str.replace(_SPACES, " ", regex=True)
    return plain.str.rstrip(".。 ")


def steps(name: str) -> dict[str, float]:
    """Word -> number of a named scale, 1 at its low end (0 for yes and no)."""
    first = LOWEST.get(name, 1)
    return {word: float(step) for step, words in enumerate(SCALES[name], start=first) for word in words}


def five_steps() -> dict[str, float]:
    """Words of all scales of five steps; a word that two of them share has one place in both."""
    return {word: step for name, scale in SCALES.items() if len(scale) == 5 for word, step in steps(name).items()}


def families(words: pd.Series, among: int) -> dict[str, int]:
    """Answers by the scale to which alone their word belongs, most first.

    Parameters
    ----------
    words : Series
        From `keys`.
    among : int
        Only scales of so many steps.
    """
    names = [name for name, scale in SCALES.items() if len(scale) == among and not name.endswith("_en")]
    homes: dict[str, list[str]] = {}
    for name in names:
        for word in steps(name):
            homes.setdefault(word, []).append(name)
    own = {word: found[0] for word, found in homes.items() if len(found) == 1}
    counts = words.map(own).value_counts()
    return {str(name): int(counts[name]) for name in sorted(counts.index, key=lambda name: (-counts[name], name))}
