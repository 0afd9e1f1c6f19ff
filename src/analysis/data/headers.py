"""What the canonical columns are called in exports, in Chinese and in English.

The lists are constants and longer than code would be; the first name of a line is
preferred where a file holds several.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from ..core.columns import TABLES

__all__ = ["ALIASES", "guess", "normalise", "wide"]

#: canonical column -> names met in exports; "table.column" where a word means something else in one table
ALIASES: dict[str, tuple[str, ...]] = {
    "customer_id": (
        "客户编码", "终端编码", "机构编码", "客户代码", "终端代码", "医院编码", "客户编号", "客户ID", "终端ID",
        "机构ID", "CustomerID", "customer", "customer code", "client id", "account id", "hcp id", "hco id",
    ),
    "parent_id": ("上级编码", "上级客户编码", "所属机构编码", "所属医院编码", "总部编码", "parent", "parent account"),
    "customer_type": ("客户类型", "终端类型", "机构类型", "终端类别", "客户类别", "type of customer", "account type"),
    "name": (
        "客户名称", "终端名称", "医院名称", "单位名称", "机构名称", "药店名称", "医生姓名", "客户姓名", "姓名",
        "customer name", "account name",
    ),
    "region": ("大区", "区域", "省区", "销售区域", "办事处", "片区", "country", "territory", "area"),
    "province": ("省份", "省", "所在省", "省市", "state"),
    "city": ("城市", "市", "地市", "所在市", "所在城市", "地级市"),
    "district": ("区县", "县区", "区", "县", "所在区县", "county"),
    "hospital_level": ("医院等级", "等级", "级别", "医院级别", "终端等级", "hospital grade"),
    "ownership": ("所有制", "经济性质", "公立民营", "医院性质"),
    "specialty": ("专业", "专科", "科室", "科室名称", "所属科室", "speciality"),
    "title": ("职称", "专业技术职务", "professional title"),
    "admin_role": ("行政职务", "职务", "行政职位"),
    "consent_basis": ("同意依据", "授权依据", "知情同意", "consent"),
    "opt_out": ("不接受联系", "拒绝联系", "退订", "do not contact", "unsubscribed"),
    "valid_from": ("生效日期", "有效期起", "开始生效日期"),
    "valid_to": ("失效日期", "有效期止", "终止日期"),
    "source": ("数据来源", "来源"),
    "product_id": (
        "产品编码", "商品编码", "物料编码", "产品代码", "商品代码", "品种编码", "货号", "产品编号",
        "产品名称", "商品名称", "品名", "品种", "StockCode", "sku", "product code", "product",
    ),
    "brand": ("品牌", "商品名", "产品品牌", "竞品", "brand name"),
    "generic": ("通用名", "通用名称", "药品通用名", "generic name"),
    "spec": ("规格", "品规", "产品规格", "药品规格", "specification", "strength"),
    "units_per_pack": ("转换比", "包装转换比", "包装数量", "装量", "最小包装数", "pack size"),
    "ddd": ("DDD值", "DDD", "限定日剂量"),
    "is_own": ("是否本品", "本公司产品", "是否自有", "own product"),
    "restricted_class": ("抗菌药物分级", "分级管理", "抗菌药物级别", "使用级别"),
    "indications_approved": ("适应症", "获批适应症", "适应证", "indications"),
    "launch_date": ("上市日期", "上市时间"),
    "unit_cost": ("单位成本", "成本价", "成本单价", "cost price"),
    "date": (
        "销售日期", "出库日期", "开票日期", "单据日期", "业务日期", "订单日期", "发货日期", "日期", "销售时间",
        "InvoiceDate", "order date", "transaction date", "month", "year_month", "销售月份", "月份", "年月",
    ),
    "quantity": ("数量", "销售数量", "销量", "件数", "出库数量", "盒数", "qty", "units", "total quantity", "用量"),
    "unit": ("单位", "计量单位", "销售单位", "unit of measure"),
    "unit_price": ("单价", "含税单价", "销售单价", "价格", "UnitPrice", "price"),
    "amount": (
        "不含税金额", "金额", "含税金额", "销售金额", "销售额", "总金额", "价税合计", "net amount", "sales",
        "total cost", "sales amount",
    ),
    "tax_included": ("是否含税", "含税标志", "含税", "tax included"),
    "doc_type": ("单据类型", "业务类型", "订单类型", "出库类型", "document type", "order type"),
    "document_no": (
        "单据号", "出库单号", "单号", "订单号", "发票号", "单据编号", "销售单号", "InvoiceNo", "order no", "order id",
    ),
    "line_no": ("行号", "行项目", "单据行号", "明细行号", "line", "line number"),
    "channel": ("销售渠道", "渠道", "渠道类型", "sales channel"),
    "distributor_id": (
        "商业编码", "经销商编码", "商业公司编码", "配送商编码", "商业代码", "经销商代码",
        "商业名称", "商业公司", "配送商", "经销商", "经销商名称", "一级商业", "distributor",
    ),
    "department": ("科室", "科室名称", "用药科室", "领用科室", "department name"),
    "initiated_by": ("发起方", "由谁发起"),
    "planned": ("是否计划内", "计划内", "是否计划"),
    "accepted": ("是否接受", "是否成功", "接受"),
    "topic": ("拜访目的", "主题", "活动名称", "会议名称", "沟通主题", "subject"),
    "minutes": ("时长", "拜访时长", "时长分钟", "分钟", "duration"),
    "staff_id": ("代表编码", "拜访代表", "员工编码", "代表工号", "工号", "rep id"),
    "outcome": ("拜访结果", "结果", "沟通结果"),
    "item_id": ("题号", "题目编号", "item", "question id", "question no"),
    "wave": ("轮次", "调查轮次", "期次", "波次", "round"),
    "construct": ("维度", "构念", "dimension", "scale"),
    "barrier_code": ("障碍代码", "障碍编码"),
    "reverse": ("反向题", "反向计分", "是否反向", "reverse scored"),
    "response_id": ("答卷编号", "序号", "答卷序号", "问卷编号", "提交序号", "respondent", "respondent id"),
    "pseudonym": ("匿名编号", "代号", "化名"),
    "mode": ("填答方式", "调查方式", "答卷方式", "来源渠道"),
    "seconds": ("所用时间", "填写时长", "作答时长", "答题时长"),
    "missing_reason": ("缺失原因", "未答原因"),
    "weight": ("权重", "加权", "weights"),
    "period": ("期间", "月份", "年月", "季度", "年度", "周期", "月", "month", "quarter"),
    "year": ("年份", "年度", "年", "统计年份"),
    "beds": ("床位数", "编制床位", "实有床位", "编制床位数", "开放床位数", "床位"),
    "outpatient_visits": ("门急诊量", "年门诊量", "门诊量", "年门急诊人次", "门急诊人次", "门诊人次"),
    "discharges": ("出院人次", "出院人数", "年出院人次"),
    "physicians": ("医生数", "医师数", "执业医师数", "医生人数"),
    "listed_on": ("进院日期", "进院时间", "列名日期", "准入日期"),
    "delisted_on": ("退出日期", "停用日期", "除名日期"),
    "intervention_id": ("活动编号", "项目编号", "活动编码", "项目编码", "campaign id"),
    "unit_id": ("覆盖客户", "对象编码", "单元编码", "责任单元", "考核单元", "指标对象"),
    "unit_level": ("对象层级", "单元类型", "覆盖层级"),
    "start": ("开始日期", "开始时间", "起始日期", "start date"),
    "end": ("结束日期", "结束时间", "end date"),
    "planned_on": ("计划日期", "立项日期", "计划制定日期"),
    "assignment_rule": ("分配规则", "入选规则", "选择规则"),
    "cost": ("费用", "活动费用", "项目费用", "花费"),
    "role": ("岗位", "角色", "考核岗位"),
    "metric": ("指标", "指标名称", "考核指标", "项目"),
    "value": ("值", "数值", "指标值", "目标值", "目标", "任务", "得分"),
    "set_on": ("制定日期", "下达日期", "设定日期"),
    "to_customer_id": ("流向客户编码", "购货单位编码", "收货单位编码", "下游客户编码", "客户编码", "终端编码"),
    "territory": ("授权区域", "协议区域", "销售范围"),
    "candidate_id": ("候选编号", "候选经销商", "候选商业"),
    "price_before": ("原价", "执行前价格", "调整前价格"),
    "price_after": ("中标价", "执行价", "挂网价", "调整后价格"),
    "batch": ("集采批次", "批次"),
    "coder": ("编码者", "编码员", "编码人", "标注人", "rater"),
    "theme": ("主题代码", "主题编码", "编码主题", "编码", "主题"),
    "sentiment": ("情感", "情感倾向", "情感标注", "倾向"),
    "coded_texts.response_id": ("文本编号", "答卷编号", "留言编号", "序号"),
    "feedback_id": ("反馈编号", "留言编号", "投诉编号"),
    "plan_id": ("计划编号", "计划编码"),
    "objective": ("目标", "计划目标"),
    "tactic": ("策略", "举措"),
    "action": ("行动", "行动计划", "措施"),
    "owner": ("责任人", "负责人"),
    "due": ("截止日期", "完成时限", "到期日"),
    "status": ("状态", "完成情况", "进度"),
    "observer_id": ("评估人", "评价人编码", "观察人"),
    "stance": ("态度", "立场", "支持程度"),
    "decision": ("决策事项", "决策"),
    "nominated_id": ("被提名人", "被提名客户编码", "提名对象"),
    "alias": ("原始客户名称", "流向名称", "别名", "曾用名", "原始名称"),
    "match_method": ("匹配方式", "匹配方法"),
    "score": ("相似度", "匹配分"),
    "confirmed_by": ("确认人", "审核人"),
    "type": ("类型", "类别", "事件类型", "活动类型", "项目类型", "费用类别", "题型"),
    "text": ("内容", "文本", "留言", "评论", "投诉内容", "留言内容"),
    "interactions.date": ("拜访日期", "拜访时间", "活动日期", "互动日期", "日期", "call date"),
    "interactions.channel": ("拜访方式", "拜访类型", "沟通方式", "互动方式", "渠道", "call type"),
    "survey_items.text": ("题目", "题干", "题目内容", "question"),
    "survey_items.type": ("题型", "题目类型"),
    "survey_responses.date": ("提交答卷时间", "提交时间", "填写时间", "答卷时间", "日期"),
    "survey_responses.text": ("文字答案", "答案文本", "开放题答案"),
    "survey_responses.value": ("得分", "答案", "分值", "选项", "value_num"),
    "interventions.name": ("活动名称", "项目名称"),
    "interventions.type": ("活动类型", "项目类型", "类型"),
    "policy_events.date": ("执行日期", "生效日期", "日期"),
    "stock.date": ("库存日期", "盘点日期", "日期", "月份", "年月"),
    "stock.quantity": ("库存数量", "期末库存", "库存", "结存数量", "数量"),
    "sell_in.date": ("购进日期", "进货日期", "入库日期", "日期", "月份", "年月"),
    "sell_in.quantity": ("购进数量", "进货数量", "购进", "数量"),
    "sell_out.date": ("流向日期", "纯销日期", "销售日期", "日期", "月份", "年月"),
    "sell_out.quantity": ("流向数量", "纯销数量", "纯销", "销售数量", "数量"),
    "customer_regions.region": ("区域", "大区", "省区"),
}  # fmt: skip

_BRACKETS = re.compile(r"[(\[{【〔].*?[)\]}】〕]")
_NOISE = re.compile(r"[\s*_:、,.;·/\\#-]+")


def normalise(header: str) -> str:
    """A header without what makes no difference: case, width, spaces, marks, units in brackets.

    ``"金额（元）"`` and ``"金 额*"`` both become ``"金额"``; ``"Order Date"`` becomes ``"orderdate"``.
    """
    text = wide(header)
    bare = _NOISE.sub("", _BRACKETS.sub("", text))
    return bare or _NOISE.sub("", text)


def wide(text: str) -> str:
    """Text in one width and case."""
    return unicodedata.normalize("NFKC", text).casefold()


def guess(found_headers: Iterable[str], table: str) -> dict[str, str]:
    """Which header stands for which canonical column of ``table``.

    Parameters
    ----------
    found_headers : iterable of str
    table : str
        One of `analysis.core.columns.TABLES`.

    Returns
    -------
    dict
        Canonical column -> header as written, in the table's column order. A header is used once:
        for the column whose list names it earliest. Only names that agree after `normalise` count.
    """
    written: dict[str, str] = {}
    for header in found_headers:
        written.setdefault(normalise(str(header)), str(header))
    order = [column.name for column in TABLES[table].columns]
    claims = [
        (rank, position, name, written[word])
        for position, name in enumerate(order)
        for rank, word in enumerate(_words(table, name))
        if word in written
    ]
    result: dict[str, str] = {}
    for _, _, name, header in sorted(claims):
        if name not in result and header not in result.values():
            result[name] = header
    return {name: result[name] for name in order if name in result}


@cache
def _words(table: str, column: str) -> list[str]:
    own = ALIASES.get(f"{table}.{column}") or ALIASES.get(column, ())
    return [normalise(word) for word in (column, *own)]
