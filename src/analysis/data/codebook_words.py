"""Words by which the wording of a question tells what it asks for; guesses a person confirms.

English stems are looked up at the start of a word, Chinese words anywhere. Of several matches the first counts.
"""

from __future__ import annotations

import re

__all__ = ["barrier", "construct", "turned"]

#: construct -> words; the order matters: 总体满意度 before 满意, 推荐可能 before 可能
_CONSTRUCTS: dict[str, str] = {
    "awareness_unaided": r"未提示|首先想到|能想到|列出您知道|\bunaided|\bspontaneous|\bcome to mind|\bthink of first",
    "awareness_aided": r"提示后|是否知道|是否了解|听说过|\baware\b|\bheard of|\bawareness",
    "ladder": r"采用阶段|使用阶段|目前的情况|处方阶段|\bstage of (?:use|adoption)|\badoption stage",
    "line_of_use": r"第几线|几线|治疗线|\bline of (?:use|treatment|therapy)",
    "preferred_brand": r"最常选|最常用|首选|\bpreferred|\bmost often|\bfirst choice",
    "brands_used": r"用过的品牌|使用过的品牌|用过哪些|使用哪些品牌|\bbrands? (?:have you )?used|\bwhich brands",
    "referral": r"推荐过|介绍过|引荐|转介|\breferred|\bhave you recommended",
    "nps": r"推荐|\brecommend",
    "needs": r"重要|看重|\bimportan|\bmatters? to you",
    "overall_satisfaction": (
        r"总体满意|整体满意|总的来说.*满意|总体评价|\boverall.*(?:satisf|rating|experience)"
        r"|\bsatisf.*overall"
    ),
    "satisfaction": r"满意|\bsatisf|\bdissatisf",
    "effort": r"容易|方便|省力|费力|\beasy\b|\beasier|\beffort",
    "intent": r"意愿|打算|愿意|会考虑|\bintend|\bintention|\bwilling|\bplan to|\bconsider using",
    "comment": r"建议|意见|还有什么|想说|\bcomment|\bsuggest|\bimprove|\banything else|\bfeedback|\bdo better",
}
#: barrier code -> words of either language
_BARRIERS: dict[str, str] = {
    "B11": r"集采|带量采购|约定采购量|\bvbp\b|\bvolume[- ]based",
    "B13": r"分级管理|抗菌药物.*(?:限制|权限)|处方权限|使用强度|\bstewardship|\bantimicrobial (?:rules|restriction)",
    "B14": r"处方点评|限方|药剂科.*限|\bprescription review|\bprescribing (?:audit|review|limit)",
    "B12": r"\bdrg|\bdip\b|病种付费|控费|费用控制|\bcost control",
    "B09": (
        r"未进院|没有进院|药事会|进不了院|院内没有|本院无|\bnot listed|\bformulary"
        r"|\bnot available (?:in|at) (?:my|our|the) hospital"
    ),
    "B10": (
        r"医保|报销|自费|价格高|太贵|费用高|患者负担|\breimburse|\binsurance|\bco-?pay|\bbudget"
        r"|\baffordab|\btoo expensive|\bcost\b|\bprice"
    ),
    "B15": r"供应不|缺货|断货|供货不|\bsupply|\bout of stock|\bshortage|\bstock-?out",
    "B08": r"指南|共识|\bguideline|\bconsensus",
    "B03": r"安全|不良反应|副作用|毒性|\bsafety|\badverse|\bside effect|\btolerab|\bprivacy|\brisk",
    "B02": r"疗效.*(?:存疑|怀疑|不足|不确定)|证据|疗效不|\bevidence|\befficacy|\beffectiveness|\bdoubt",
    "B04": (
        r"用法|用量|剂量复杂|操作复杂|使用复杂|使用不便|\bdosing|\bdosage|\bcomplex"
        r"|\bcomplicated|\bhard to use|\bdifficult to use"
    ),
    "B05": r"习惯|惯性|现有方案|\bhabit|\bused to|\bcurrent (?:regimen|treatment|practice)|\broutine",
    "B06": r"竞品|其他品牌|偏好其他|同类产品更|\bcompetitor|\bother brand|\bprefer another",
    "B07": r"科主任|同行|上级医生|同事|\bpeers?\b|\bcolleague|\bopinion leader|\bhead of department|\bmanager",
    "B16": r"适用患者|适应症|患者少|\bfew (?:suitable )?patients|\bindication|\bno suitable patients|\bnot relevant",
    "B17": r"互动|信任|代表.*(?:差|不)|服务差|\btrust|\bcontact experience|\brelationship with",
    "B18": r"时间不足|没有时间|没时间|太忙|拜访|\bno time|\black of time|\btoo busy|\btime to\b|\bvisits?\b",
    "B01": (
        r"不了解|不知道|不熟悉|认知不足|没听说|\bunfamiliar|\bnot aware|\bunaware"
        r"|\black of knowledge|\bdo(?:n't| not) know"
    ),
}
_TURNED = re.compile(
    r"不愿|不想|不会|不需要|没有必要|不值得|担心|担忧|害怕|顾虑|困难|麻烦|浪费|不信任|怀疑"
    r"|\bconcern|\bworr(?:y|ied)|\bafraid|\bfear|\bdifficult|\bnot\b|\bnever\b|\bdislike|\blos(?:e|ing|s)\b|\bdoubt",
    re.IGNORECASE,
)


def construct(wording: str, kind: str) -> str | None:
    """What a question asks for, as far as its wording tells.

    Parameters
    ----------
    wording : str
    kind : str
        Type of the item: only a score from 0 to 10 can be ``nps``, only a text a comment.
    """
    for name, pattern in _CONSTRUCTS.items():
        if re.search(pattern, wording, re.IGNORECASE) and _suits(name, kind):
            return name
    return None


def barrier(wording: str) -> str | None:
    """The barrier a wording is nearest to, or None."""
    return next((code for code, pattern in _BARRIERS.items() if re.search(pattern, wording, re.IGNORECASE)), None)


def turned(wording: str) -> bool:
    """Whether agreement may speak against: a negative word stands in the wording."""
    return _TURNED.search(wording) is not None


def _suits(name: str, kind: str) -> bool:
    if kind == "open":
        return name in ("comment", "brands_used", "preferred_brand")
    kinds = {
        "nps": ("nps",), "brands_used": ("multi",), "preferred_brand": ("single",),
        "ladder": ("single", "numeric"), "line_of_use": ("single", "numeric"), "awareness_aided": ("single",),
        "awareness_unaided": ("single",), "referral": ("single",), "comment": ("open",),
    }  # fmt: skip
    return kind in kinds.get(name, ("likert5", "likert7", "numeric", "single", "rank"))
