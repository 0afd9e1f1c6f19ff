"""Chinese and English words met in exports for the words of the closed lists."""

from __future__ import annotations

import re

__all__ = ["WORDS", "lookup", "plain"]

#: column -> word of the list -> what exports call it
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "customer_type": {
        "hospital": ("医院", "等级医院", "公立医院", "民营医院", "综合医院", "专科医院"),
        "department": ("科室", "临床科室"),
        "physician": ("医生", "医师", "大夫", "hcp", "doctor"),
        "pharmacy_chain": ("连锁", "连锁总部", "连锁药店总部", "药店连锁", "chain"),
        "pharmacy": ("药店", "单体药店", "连锁门店", "门店", "零售药店", "drugstore"),
        "distributor": ("经销商", "商业", "商业公司", "配送商", "批发", "wholesaler"),
        "clinic": (
            "诊所", "基层医疗", "基层医疗机构", "社区", "社区卫生服务中心", "卫生院", "卫生室", "门诊部", "practice",
        ),
    },
    "hospital_level": {
        "三级甲等": ("三甲", "3甲", "三级甲"),
        "三级乙等": ("三乙", "3乙", "三级乙"),
        "三级": ("三级未定等", "3级"),
        "二级甲等": ("二甲", "2甲", "二级甲"),
        "二级": ("二级乙等", "二乙", "二级未定等", "2级"),
        "一级": ("一级甲等", "一甲", "一级乙等", "1级"),
        "基层": ("社区", "卫生院", "社区医院", "乡镇卫生院", "基层医疗"),
        "未定级": ("未评级", "未定等", "未知", "其他", "无等级"),
    },
    "title": {
        "主任医师": ("主任", "正高", "正高级", "教授"),
        "副主任医师": ("副主任", "副高", "副高级", "副教授"),
        "主治医师": ("主治", "中级", "主治医生"),
        "住院医师": ("住院", "初级", "住院医生", "医师"),
        "其他": ("其它", "other", "无"),
    },
    "admin_role": {
        "院长": ("副院长", "院领导"),
        "科主任": ("科室主任", "主任", "科副主任", "副主任"),
        "药剂科主任": ("药学部主任", "药剂主任", "药学部主任(药剂科主任)"),
        "采购": ("采购员", "药品采购"),
        "药事会委员": ("药事会", "药事委员", "药事管理委员会委员"),
        "无": ("没有", "none", "普通"),
    },
    "restricted_class": {
        "none": ("非抗菌药物", "不适用"),
        "非限制": ("非限制使用级", "非限制级", "非限制使用"),
        "限制": ("限制使用级", "限制级", "限制使用"),
        "特殊": ("特殊使用级", "特殊级", "特殊使用"),
    },
    "sentiment": {
        "positive": ("正面", "正向", "积极", "好评", "1", "+1"),
        "neutral": ("中性", "中立", "一般", "0"),
        "negative": ("负面", "负向", "消极", "差评", "-1"),
    },
    "doc_type": {
        "sale": ("销售", "销售出库", "出库", "正常销售", "销售单", "invoice", "销售订单"),
        "return": ("退货", "销售退货", "退回", "销退", "returned", "credit note"),
        "red_ink": ("红冲", "冲红", "红字", "冲销", "红字发票", "reversal", "cancellation"),
        "free": ("赠货", "赠品", "赠送", "免费", "free goods"),
        "transfer": ("调拨", "移库", "商业调拨"),
        "adjust": ("调整", "盘点调整", "补差", "差价调整", "adjustment"),
    },
    "channel": {
        "distributor": ("经销", "商业", "分销", "配送", "经销商"),
        "direct": ("直销", "直营", "直供"),
        "e-com": ("电商", "线上", "互联网", "ecommerce", "e-commerce", "online"),
        "tender": ("招标", "集采", "带量采购", "挂网", "vbp"),
        "visit": ("拜访", "面访", "面对面", "面对面拜访", "实地拜访", "f2f", "face to face"),
        "phone": ("电话", "电话拜访", "call"),
        "wechat": ("微信", "企业微信", "企微"),
        "email": ("邮件", "电子邮件", "e-mail", "mail"),
        "remote": ("远程", "线上拜访", "视频", "远程拜访", "video"),
        "meeting": ("会议", "科室会", "科会"),
        "academic_event": ("学术会议", "学术活动", "学术会", "卫星会", "congress"),
        "service": ("服务", "客户服务"),
    },
    "initiated_by": {"us": ("我方", "公司", "代表", "rep"), "customer": ("客户", "医生", "对方")},
    "mode": {
        "self_online": ("自填", "在线自填", "线上问卷", "网络", "微信", "链接", "online", "手机提交"),
        "phone": ("电话", "电话访问", "cati"),
        "interview": ("访谈", "面访", "面谈"),
        "rep_administered": ("代表协助", "代表代填", "代填"),
        "paper": ("纸质", "纸质问卷"),
    },
    "missing_reason": {
        "not_asked": ("未问", "未询问", "(跳过)", "跳过"),
        "refused": ("拒答", "拒绝回答"),
        "dont_know": ("不知道", "不清楚", "don't know", "dk"),
        "skipped": ("漏答", "未答", "(空)"),
        "not_applicable": ("不适用", "无此情况", "n/a", "na"),
    },
    "match_method": {
        "exact": ("精确", "精确匹配"), "rule": ("规则", "规则匹配"), "fuzzy": ("模糊", "模糊匹配"),
        "manual": ("人工", "手工", "人工匹配"),
    },
    "type": {
        "likert5": ("五级量表", "5级量表", "量表题", "likert"),
        "likert7": ("七级量表", "7级量表"),
        "multi": ("多选", "多选题"), "single": ("单选", "单选题"), "numeric": ("数值", "数值题"),
        "rank": ("排序", "排序题"), "open": ("开放", "开放题", "填空题", "问答题"), "barrier": ("障碍", "障碍题"),
        "nps": ("净推荐值", "推荐意愿"),
        "academic_meeting": ("学术会议", "学术会", "学术推广"),
        "visit_intensity": ("拜访频率", "拜访强度"),
        "education_content": ("患者教育", "教育内容", "科普"),
        "service": ("服务",), "joint_program": ("合作项目", "共建项目"),
        "price_term_legal_entity": ("价格条款", "商务条款"),
        "distributor_training": ("经销商培训", "商业培训"),
        "sample": ("样品",),
        "VBP_win": ("中选", "集采中选"), "VBP_lose": ("未中选", "集采未中选"), "NRDL": ("医保目录", "进医保"),
        "price_cut": ("降价", "调价"), "delist": ("退出", "撤网"), "stockout": ("缺货", "断货"),
        "DRG": ("drg/dip", "dip"),
    },
}  # fmt: skip

_SPACES = re.compile(r"[\s_-]+")


def plain(word: str) -> str:
    """A word without case, spaces, hyphens and underscores."""
    return _SPACES.sub("", word).casefold()


def lookup(column: str, allowed: tuple[str, ...]) -> dict[str, str]:
    """Every accepted writing -> word of the list; the list's own words win over other names."""
    own = {plain(word): word for word in allowed}
    others = WORDS.get(column, {})
    named = {plain(name): word for word, names in others.items() if word in allowed for name in names}
    return named | own
