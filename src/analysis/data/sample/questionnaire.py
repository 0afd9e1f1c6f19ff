"""The questionnaire: items, scales, barriers with their true effects, and what respondents may write."""

from __future__ import annotations

import pandas as pd

from . import added_items

__all__ = [
    "ATTITUDE", "BARRIERS", "BRANDS_USED", "COMMENTS", "LADDER", "LINES", "NEEDS", "SATISFACTION", "SCALES", "WAVE",
    "WAVE_BEFORE", "items", "items_before",
]  # fmt: skip

WAVE, WAVE_BEFORE = "2025Q2", "2024Q4"
#: code: question, prevalence, true log-odds on ladder step 4 and above (B09: hospital level, no prevalence of its own)
BARRIERS: dict[str, tuple[str, float, float]] = {
    "B01": ("不了解产品", 0.37, -0.9),
    "B02": ("对疗效证据存疑", 0.22, 0.0),
    "B03": ("安全性/不良反应顾虑", 0.24, -0.5),
    "B04": ("用法用量复杂", 0.12, 0.0),
    "B05": ("习惯现有方案", 0.30, 0.0),
    "B06": ("偏好竞品", 0.28, -0.7),
    "B07": ("科主任/同行影响", 0.22, -0.4),
    "B08": ("指南/共识未推荐", 0.15, 0.0),
    "B09": ("本院未进院", 0.18, -1.1),
    "B10": ("医保限制/自费负担", 0.25, -0.3),
    "B11": ("完成集采约定采购量优先", 0.22, 0.0),
    "B12": ("DRG/DIP费用控制", 0.18, 0.0),
    "B13": ("抗菌药物分级管理限制", 0.16, 0.0),
    "B14": ("处方点评/限方", 0.12, 0.0),
    "B15": ("供应不稳/缺货", 0.10, 0.0),
    "B16": ("适用患者少/适应症不符", 0.15, 0.0),
    "B17": ("互动体验差/信任不足", 0.10, 0.0),
    "B18": ("时间不足/不接受拜访", 0.20, 0.0),
}
LADDER = ("不知晓", "知晓", "评估", "尝试使用", "部分/二线使用", "常规/一线使用", "倡导")
LINES = ("从不使用", "三线及以后", "二线", "一线")
#: item, attribute, question; the weight in overall satisfaction is the truth the drivers are to find
SATISFACTION: dict[str, tuple[str, str, float]] = {
    "Q9_1": ("efficacy", "疗效", 0.40),
    "Q9_2": ("safety", "安全性", 0.15),
    "Q9_3": ("supply", "供应保障", 0.20),
    "Q9_4": ("service", "服务响应", 0.30),
    "Q9_5": ("price", "价格", 0.0),
    "Q9_6": ("information", "学术信息", 0.10),
    "Q9_7": ("training", "培训支持", 0.0),
}
#: item, need, question; what matters to each needs-based segment stands in `survey`
NEEDS: dict[str, tuple[str, str]] = {
    "Q11_1": ("efficacy", "疗效证据"),
    "Q11_2": ("safety", "安全性信息"),
    "Q11_3": ("price", "患者费用"),
    "Q11_4": ("supply", "供应保障"),
    "Q11_5": ("service", "服务响应"),
    "Q11_6": ("information", "线上学术信息"),
    "Q11_7": ("training", "线下培训与会议"),
}
#: an attitude scale of four items, the last one reversed
ATTITUDE: dict[str, str] = {
    "Q12_1": "该产品适合我的部分患者",
    "Q12_2": "我信任该产品的质量",
    "Q12_3": "我认可该产品的学术证据",
    "Q12_4": "我不愿意考虑该产品",
}
BRANDS_USED = ("砚安欣", "康缇", "维岚", "欣霁", "普栖")
SCALES: dict[str, tuple[str, ...]] = {
    "satisfaction": ("非常不满意", "不满意", "一般", "满意", "非常满意"),
    "importance": ("非常不重要", "不重要", "一般", "重要", "非常重要"),
    "agreement": ("非常不同意", "不同意", "一般", "同意", "非常同意"),
    "ladder": LADDER,
    "line": LINES,
    "yes": ("否", "是"),
}
#: phrases by barrier, with the typos and half sentences of real comments
COMMENTS: dict[str, tuple[str, ...]] = {
    "B01": ("这个药没怎么听说过", "对产品不太了解，希望多介绍", "不清楚适应症", "没接触过该品中"),
    "B02": ("希望看到更多临床证据", "疗效数据还不够", "真实世界研究太少"),
    "B03": ("担心不良反应", "老年患者用起来不放心，怕副反应", "安全性资料不足"),
    "B05": ("一直用老方案，习惯了", "现有方案够用", "换药没必要吧"),
    "B06": ("康缇用得更顺手", "更认可同类的另一个品种", "竟品效果不错"),
    "B07": ("科里主任习惯用别的", "大家都跟着上级医师的方案走"),
    "B09": ("医院没有这个药", "还没进院，想用也开不出", "药事会没通过"),
    "B10": ("医保报销有限制", "病人自费压力大"),
    "B11": ("要先完成集采任务", "集采品种优先使用"),
    "B13": ("分级管理有限制", "抗菌药物管得严，应当如此"),
    "B15": ("经常断货", "上个月缺药了"),
    "B17": ("代表更换太勤，联系不上", "反馈的问题没人回复"),
    "B18": ("门诊太忙，没时间听", "不方便接受拜访"),
}


def items() -> pd.DataFrame:
    """The items of the latest wave: item_id, text, type, scale, reverse, construct, barrier_code, wave, need, stage."""
    more = pd.DataFrame(added_items.rows()).assign(reverse=False)
    return pd.concat([items_before(), more], ignore_index=True).fillna("").assign(wave=WAVE)


def items_before() -> pd.DataFrame:
    """The items that both waves ask."""
    rows: list[tuple[str, str, str, str, bool, str, str]] = [
        ("Q1", "请列出您知道的同类抗菌药，是否提到砚安欣（未提示）", "single", "yes", False, "awareness_unaided", ""),
        ("Q2", "提示后是否知道砚安欣", "single", "yes", False, "awareness_aided", ""),
        ("Q3", "您对砚安欣目前的情况", "single", "ladder", False, "ladder", ""),
        ("Q4", "您在同类治疗中把砚安欣放在第几线", "single", "line", False, "line_of_use", ""),
        ("Q5", "您最常选用的同类产品", "single", "", False, "preferred_brand", ""),
        ("Q6", "您向同行推荐砚安欣的可能性（0至10分）", "nps", "", False, "nps", ""),
    ]
    rows += [
        (f"Q7_{code[1:]}", f"影响您选用的因素：{text}", "barrier", "yes", False, "barrier", code)
        for code, (text, _, _) in BARRIERS.items()
    ]
    rows.append(("Q8", "总体满意度", "likert5", "satisfaction", False, "overall_satisfaction", ""))
    rows += [
        (item, f"对以下方面的满意度：{text}", "likert5", "satisfaction", False, "satisfaction", "")
        for item, (_, text, _) in SATISFACTION.items()
    ]
    rows.append(("Q10", "未来三个月参与学术合作的意愿", "likert5", "agreement", False, "intent", ""))
    rows += [
        (item, f"以下方面对您的重要程度：{text}", "likert5", "importance", False, "needs", "")
        for item, (_, text) in NEEDS.items()
    ]
    rows += [(item, text, "likert5", "agreement", item == "Q12_4", "attitude", "") for item, text in ATTITUDE.items()]
    rows.append(("Q13", "是否曾向同事介绍过该产品", "single", "yes", False, "referral", ""))
    rows.append(("Q14", "其他意见或建议", "open", "", False, "comment", ""))
    frame = pd.DataFrame(rows, columns=["item_id", "text", "type", "scale", "reverse", "construct", "barrier_code"])
    need = {
        item: other for item, (what, _, _) in SATISFACTION.items() for other, (same, _) in NEEDS.items() if what == same
    }
    return frame.assign(wave=WAVE_BEFORE, need=frame["item_id"].map(need).fillna(""))
