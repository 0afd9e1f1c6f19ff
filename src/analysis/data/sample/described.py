"""The texts around the data: dataset.yaml, the README, and two data sets that must be refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from . import formats, writers
from .codebooks import CODEBOOK, CODEBOOK_BEFORE
from .delivery import orders_file
from .setting import AS_OF, Setting
from .sheets import SURVEY_FILE, SURVEY_FILE_BEFORE

__all__ = ["write_dataset", "write_readme", "write_refused"]

_BASIS = "合成数据"
#: columns of the order files that no canonical column takes: kept as x_ columns
_ORDER_KEYS = ("spec", "original_no")
#: strategic points by hospital level: what a hospital means for teaching and for others' practice
_POINTS = {"三级甲等": 5, "三级乙等": 4, "三级": 4, "二级甲等": 3, "二级": 2, "一级": 1}


def write_dataset(out: Path, setting: Setting, invited: dict[str, int]) -> Path:
    """Write dataset.yaml, with how many were asked in each region; gives its path."""
    tables: dict[str, Any] = {"transactions": _transactions(setting), "survey_responses": _survey(invited)}
    for table, columns in formats.HEADINGS.items():
        grain = formats.GRAINS.get(table, "facility")
        tables[table] = {"source": formats.FILES[table], "grain": grain, **_declared(), "columns": dict(columns)}
    content = {
        "name": "antibiotic-sample",
        "title": "抗菌药示例（合成数据）",
        "language": "zh",
        "currency": "CNY",
        "profile": "cn",
        "as_of": AS_OF.isoformat(),
        "value": "amount",
        "purpose": "演示与测试",
        "attribution": "合成数据，无真实客户",
        # names nobody has confirmed yet belong to no region: left out and listed, not a region of their own
        "regions": {"column": "region", "unassigned": "drop"},
        "tables": tables,
        "strategic": {"table": "customers", "column": "hospital_level", "points": dict(_POINTS)},
    }
    path = out / "dataset.yaml"
    writers.write_yaml(content, path)
    return path


def _transactions(setting: Setting) -> dict[str, Any]:
    return {
        "source": [orders_file(region, number) for number, region in enumerate(setting.regions)],
        "grain": "department",
        **_declared(),
        "columns": {name: head for name, head in formats.ORDERS.items() if name not in _ORDER_KEYS},
        "constants": {"tax_included": "否"},
    }


def _survey(invited: dict[str, int]) -> dict[str, Any]:
    return {
        "parts": [
            {"source": SURVEY_FILE, "columns": {"response_id": "序号"}},
            {"source": SURVEY_FILE_BEFORE, "codebook": CODEBOOK_BEFORE, "columns": {"response_id": "答卷编号"}},
        ],
        "grain": "person",
        **_declared(),
        "shape": "wide",
        "codebook": CODEBOOK,
        "outcome": ["Q3"],
        "invited": invited,
        "columns": {"date": "提交答卷时间", "seconds": "所用时间", "mode": "调查方式", "customer_id": "医生编码"},
    }


def _declared() -> dict[str, str]:
    return {"source_type": "synthetic", "lawful_basis": _BASIS}


def write_refused(out: Path) -> None:
    """Two data sets that no profile "cn" run may accept: a patient id, and usage by physician."""
    folder = out / "refused"
    folder.mkdir(exist_ok=True)
    patients = pd.DataFrame({
        "客户编码": ["YY0001", "YY0001", "YY0002"],
        "日期": ["2025-01-06", "2025-01-09", "2025-01-13"],
        "病历号": ["HC000001", "HC000002", "HC000003"],
        "数量": ["1", "2", "1"],
        "金额": ["68", "136", "68"],
    })  # fmt: skip
    usage = pd.DataFrame({
        "医生编码": ["YS00001", "YS00002", "YS00003"],
        "月份": ["2025-05", "2025-05", "2025-05"],
        "处方数量": ["12", "7", "3"],
    })  # fmt: skip
    writers.write_csv(patients, folder / "patient_id.csv")
    writers.write_csv(usage, folder / "physician_usage.csv")
    base = {"customer_id": "客户编码", "date": "日期", "quantity": "数量", "amount": "金额"}
    table = {"source": "patient_id.csv", "grain": "facility", **_declared(), "columns": {**base, "x_record": "病历号"}}
    _refused(folder / "patient_id.yaml", "refused-patient-id", "amount", table)
    by_person = {"customer_id": "医生编码", "date": "月份", "quantity": "处方数量"}
    table = {"source": "physician_usage.csv", "grain": "person", "columns": by_person}
    _refused(folder / "physician_usage.yaml", "refused-physician-usage", "quantity", table)


def _refused(path: Path, name: str, value: str, table: dict[str, Any]) -> None:
    content = {"name": name, "language": "zh", "profile": "cn", "value": value, "tables": {"transactions": table}}
    writers.write_yaml(content, path, remark="# 本文件用于演示拒收，不能运行。\n")


def write_readme(out: Path, setting: Setting, facts: dict[str, Any]) -> None:
    """Write README.md with the banner; ``facts`` are the truth files."""
    customers = facts["scenario"]["customers"]
    waves = facts["waves"]
    numbers = "、".join(f"{word}{customers.get(kind, 0)}" for kind, word in _KINDS.items())
    files = "\n".join(f"| {name} | {what} |" for name, what in _FILES.items())
    (out / "README.md").write_bytes(
        _README.format(
            regions="、".join(setting.regions),
            numbers=numbers,
            files=files,
            before=sum(waves["respondents"].values()),
            latest=sum(facts["survey"]["respondents"].values()),
            risen="、".join(waves["nps_changed_in"]),
            both=waves["both_waves"],
            seed=setting.seed,
            scale=f"{setting.scale:g}",
        ).encode("utf-8")
    )


_KINDS = {
    "hospital": "医院",
    "department": "科室",
    "physician": "医生",
    "pharmacy": "药店",
    "clinic": "诊所",
    "distributor": "经销商",
}
_FILES = {
    "dataset.yaml": "数据集说明文件：每张表的来源、声明依据和列名对应",
    "orders_*": "各区域订单明细：UTF-8带BOM的CSV、GBK编码的CSV、带标题行和合并表头的XLSX",
    "survey_2025Q2.csv、codebook.yaml": "最近一期问卷导出（一人一行）与题目说明",
    "survey_2024Q4.csv、codebook_2024Q4.yaml": "上一期问卷导出与题目说明，列名带题号，多选题与矩阵题一项一列",
    "coded_comments.csv": "部分开放意见的人工编码：两名编码员的主题与情感",
    "customers.csv等": "客户、产品、拜访、市场、医院、项目、指标、费用、经销商、政策、留言、计划等",
    "truth/": "生成时使用的真值，供测试核对，分析时不读取；defects.csv为逐条记录的数据问题",
    "refused/": "两份必须拒收的数据：含患者标识的、含医生个人用量的",
}
_README = """# 合成数据

**合成数据：全部人物、机构、产品、地名均为虚构，与真实单位无关。电话号码为未分配号段。**

*Synthetic data: every person, institution, product and town is invented. Written by `rapport sample`.*

- 区域：{regions}
- 客户：{numbers}
- 期间：2022-07-01至2025-06-30，共36个月；第22个月成熟产品集采中选，第27个月起分三批开展学术项目
- 种子{seed}，规模{scale}；同一种子得到逐字节相同的文件

医生只有问卷答案、态度、角色和联系记录，没有任何用量。

问卷两期：2024年第四季度{before}份，2025年第二季度{latest}份，其中{both}人两期都答。后一期末尾新增近三个月使用的品牌、省力程度、各环节满意度、最重要与最不重要的选择。
两期之间真实的变化：采用阶梯上升，不了解产品的人减少，{risen}推荐度上升，患者费用更受重视，其余不变。留言中有否定句、不良反应、人名与电话，供核对识别与遮蔽。

| 文件 | 内容 |
| --- | --- |
{files}
"""
