"""How each table is delivered: file, Chinese headings, words in place of codes."""

from __future__ import annotations

import pandas as pd

__all__ = ["FILES", "GRAINS", "HEADINGS", "ORDERS", "localise", "plain"]

#: canonical column -> heading, in the order of the file; the mapping of dataset.yaml is made from it
HEADINGS: dict[str, dict[str, str]] = {
    table: dict(pair.split(":") for pair in words.split())
    for table, words in {
        "customers": (
            "customer_id:客户编码 parent_id:上级编码 customer_type:客户类型 name:客户名称 region:大区 "
            "province:省份 city:城市 hospital_level:医院等级 ownership:医院性质 specialty:专业 title:职称 "
            "admin_role:行政职务 consent_basis:同意依据 opt_out:不接受联系 valid_from:生效日期"
        ),
        "products": (
            "product_id:产品编码 brand:商品名 generic:通用名 spec:规格 units_per_pack:包装转换比 ddd:DDD值 "
            "is_own:是否本品 restricted_class:抗菌药物分级 indications_approved:获批适应症 launch_date:上市日期 "
            "unit_cost:单位成本"
        ),
        "interactions": (
            "customer_id:客户编码 date:拜访日期 channel:拜访方式 initiated_by:发起方 planned:计划内 "
            "accepted:是否接受 topic:主题 minutes:时长 staff_id:代表编码"
        ),
        "market": "customer_id:医院编码 region:区域 period:月份 brand:品牌 quantity:标准盒数 amount:金额",
        "hospital_facts": (
            "customer_id:医院编码 year:年份 beds:床位数 outpatient_visits:门急诊量 discharges:出院人次 "
            "department:科室 physicians:医师数"
        ),
        "listings": "customer_id:医院编码 product_id:产品编码 listed_on:进院日期 delisted_on:退出日期",
        "interventions": (
            "intervention_id:项目编号 name:项目名称 type:项目类型 unit_id:覆盖客户 unit_level:对象层级 "
            "start:开始日期 end:结束日期 planned_on:计划日期 assignment_rule:分配规则 cost:费用"
        ),
        "targets": "unit_id:考核单元 role:岗位 metric:指标 period:期间 value:目标值 set_on:制定日期",
        "costs": "unit_id:对象编码 type:费用类别 amount:金额 period:期间",
        "sell_in": "distributor_id:商业编码 product_id:产品编码 date:购进日期 quantity:购进数量 amount:购进金额",
        "sell_out": (
            "distributor_id:商业编码 product_id:产品编码 date:年月 to_customer_id:流向客户编码 quantity:纯销数量 "
            "amount:纯销金额"
        ),
        "stock": "distributor_id:商业编码 product_id:产品编码 date:库存日期 quantity:库存数量",
        "distributor_facts": "distributor_id:商业编码 period:季度 metric:指标 value:数值 territory:授权区域",
        "distributor_candidates": "candidate_id:候选编号 metric:指标 value:数值 text:文本",
        "policy_events": (
            "product_id:产品编码 region:区域 date:执行日期 type:事件类型 price_before:原价 price_after:执行价 "
            "batch:批次"
        ),
        "feedback_text": "feedback_id:留言编号 date:日期 channel:渠道 text:留言内容 product_id:产品编码 topic:主题",
        "coded_texts": "response_id:答卷编号 coder:编码员 theme:主题 sentiment:情感",
        "plans": (
            "plan_id:计划编号 unit_id:客户编码 objective:计划目标 tactic:策略 action:行动 owner:责任人 "
            "due:截止日期 status:状态"
        ),
        "stance_ratings": "customer_id:客户编码 observer_id:评估人 date:日期 stance:态度 decision:决策事项",
        "nominations": "customer_id:客户编码 nominated_id:被提名人",
        "customer_regions": "customer_id:客户编码 region:区域 valid_from:生效日期 valid_to:失效日期",
        "customer_alias": "alias:流向名称 customer_id:客户编码 match_method:匹配方式 score:相似度 confirmed_by:确认人",
    }.items()
}
#: heading of the order files; those not mapped are kept as x_ columns
ORDERS: dict[str, str] = dict(
    pair.split(":")
    for line in (
        "document_no:单据号 line_no:行号 date:日期 doc_type:单据类型 customer_id:客户编码 product_id:产品编码",
        "spec:规格 unit:单位 quantity:数量 unit_price:单价 amount:金额 channel:渠道 distributor_id:商业编码",
        "department:科室 original_no:原单号",
    )
    for pair in line.split()
)
FILES = {
    name: f"{name}.csv.gz" if name in ("interactions", "market", "sell_out") else f"{name}.csv" for name in HEADINGS
} | {"coded_texts": "coded_comments.csv"}
#: what one row is about, for the declaration in dataset.yaml
GRAINS = dict.fromkeys(
    ("customers", "interactions", "stance_ratings", "nominations", "coded_texts"), "person"
) | dict.fromkeys(("products", "policy_events", "feedback_text"), "region")
_WORDS: dict[str, dict[str, str]] = {
    "customers.customer_type": {
        "hospital": "医院", "department": "科室", "physician": "医生", "pharmacy": "药店", "clinic": "诊所",
        "distributor": "经销商",
    },
    "products.is_own": {"True": "是", "False": "否"},
    "transactions.doc_type": {
        "sale": "销售", "return": "退货", "red_ink": "红冲", "free": "赠货", "transfer": "调拨",
    },
    "transactions.channel": {"distributor": "经销", "direct": "直销", "e-com": "电商", "tender": "集采"},
    "interactions.channel": {
        "visit": "拜访", "wechat": "微信", "phone": "电话", "remote": "远程", "meeting": "会议", "email": "邮件",
        "academic_event": "学术会议",
    },
    "interactions.initiated_by": {"us": "我方", "customer": "客户"},
    "interactions.planned": {"True": "是", "False": "否"},
    "interactions.accepted": {"True": "是", "False": "否"},
    "interventions.type": {"academic_meeting": "学术会议", "distributor_training": "经销商培训"},
    "policy_events.type": {"VBP_win": "中选", "VBP_lose": "未中选", "NRDL": "医保目录", "stockout": "缺货"},
    "customer_alias.match_method": {"manual": "人工", "rule": "规则", "fuzzy": "模糊"},
    "sell_out.date": {},
}  # fmt: skip
_MONTHLY = ("market.period", "sell_out.date")


def localise(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """The table as text under canonical names: words for codes, ISO dates, plain numbers, empty for missing."""
    columns = ORDERS if table == "transactions" else HEADINGS[table]
    out = {}
    for name in columns:
        if name not in frame.columns:
            continue
        key = f"{table}.{name}"
        text = plain(frame[name], month=key in _MONTHLY)
        out[name] = text.replace(_WORDS[key]) if key in _WORDS else text
    return pd.DataFrame(out, index=frame.index)


def plain(column: pd.Series, *, month: bool = False) -> pd.Series:
    """Values as an export writes them: no needless decimals, days as 2024-03-05, months as 2024-03."""
    if pd.api.types.is_datetime64_any_dtype(column):
        text = column.dt.strftime("%Y-%m" if month else "%Y-%m-%d")
    elif pd.api.types.is_float_dtype(column):
        text = column.map(_number)
    else:
        text = column.astype(object).map(_word)
    return text.astype(object).where(column.notna(), "")


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _word(value: object) -> str:
    return "" if value is None or value is pd.NaT else str(value)
