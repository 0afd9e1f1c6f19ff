"""A small data set of the trade: three regions, one too small, a survey, names that try to do harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from analysis.runs import batch, places

NAMES = {"H000": "<script>alert(1)</script>第一医院", "H001": '"><img src=x onerror=alert(2)>堃镕医院'}
#: what physicians write in their own words: persons, a hospital and telephones that nobody may read
COMMENTS = (
    "价格太贵，请联系李医生{i}，1540000{i:04d}",
    "堃镕医院的周明主任{i}说没听说过这个药",
    "担心过敏，患者起了皮疹",
)
PLANTED = ("1540000", "周明", "堃镕医院的")
#: customers per region; the last one is too small for any analysis
SIZES = {"华东": 45, "华北": 40, "西南": 5}


def write(folder: Path, *, shuffled: bool = False) -> Path:
    """Write the files and their ``dataset.yaml``."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(7)
    customers, orders = _accounts(rng)
    physicians, survey = _survey(rng)
    people = pd.concat([customers, physicians], ignore_index=True)
    tables = {"orders": orders, "customers": people, "survey": survey}
    for name, frame in tables.items():
        if shuffled:
            frame = frame.sample(frac=1, random_state=3)
        frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8")
    (folder / "codebook.yaml").write_text(_codebook(), encoding="utf-8")
    path = folder / "dataset.yaml"
    path.write_text(yaml.safe_dump(_dataset(), allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def finished() -> Path:
    """Folder with ``out`` and ``work`` of a whole run on these files; kept for this state of the code.

    The dataset file stands in `dataset_of` the folder: it must stay where the run's stamp says it is.
    """
    home = places.work_root() / "tests" / f"small-{places.source_fingerprint()[:10]}"
    return places.build_once(home, _run)


def dataset_of(home: Path) -> Path:
    """The ``dataset.yaml`` of the finished run in ``home``."""
    return home.with_name(home.name.replace("small-", "data-", 1)) / "dataset.yaml"


def _run(folder: Path) -> None:
    data = folder.with_name(f"data-{places.source_fingerprint()[:10]}")
    batch.run(write(data), batch.Options(out=folder / "out", work=folder / "work", jobs=2))


def _accounts(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows, lines, number = [], [], 0
    months = pd.date_range("2023-01-01", "2024-12-01", freq="MS")
    for region, size in SIZES.items():
        for _ in range(size):
            code = f"H{number:03d}"
            rows.append((code, NAMES.get(code, f"{region}第{number}医院"), "hospital", region, None, None))
            rate, size_ = rng.gamma(2, 0.3), rng.lognormal(7, 0.8)
            for month in months[rng.random(len(months)) < min(rate, 0.95)]:
                day = month + pd.Timedelta(days=int(rng.integers(0, 28)))
                amount = round(float(size_ * rng.lognormal(0, 0.3)), 2)
                lines.append((code, day.date().isoformat(), f"P{rng.integers(1, 4)}", amount, f"D{len(lines)}"))
            number += 1
    head = ["客户编码", "客户名称", "类型", "大区", "上级编码", "科室"]
    return pd.DataFrame(rows, columns=head), pd.DataFrame(lines, columns=["客户编码", "日期", "产品", "金额", "单据号"])


def _survey(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sixty physicians of the first region answer; their names must never be seen on a page."""
    doctors = [f"M{i:03d}" for i in range(60)]
    people = pd.DataFrame(
        {
            "客户编码": doctors, "客户名称": [f"李医生{i}" for i in range(60)], "类型": "physician", "大区": "华东",
            "上级编码": [f"H{i % 20:03d}" for i in range(60)], "科室": "内科",
        }
    )  # fmt: skip
    unaware, prefers = rng.random(60) < 0.4, rng.random(60) < 0.3
    step = np.clip(np.round(4 - 2 * unaware - prefers + rng.normal(0, 1, 60)), 0, 6).astype(int)
    answers = pd.DataFrame(
        {
            "序号": np.arange(1, 61), "医生编码": doctors, "提交时间": "2024-11-05", "Q1": unaware.astype(int),
            "Q2": prefers.astype(int), "Q3": step, "Q4": rng.integers(0, 11, 60),
            "Q5": [COMMENTS[i % 3].format(i=i) for i in range(60)],
        }
    )  # fmt: skip
    return people, answers


def _codebook() -> str:
    return """wave: "2024"
items:
  - {item: Q1, text: "不了解产品", type: barrier, construct: barrier, barrier_code: B01}
  - {item: Q2, text: "偏好竞品", type: barrier, construct: barrier, barrier_code: B06}
  - {item: Q3, text: "采用阶梯", type: single, construct: ladder}
  - {item: Q4, text: "推荐可能性", type: nps, construct: nps}
  - {item: Q5, text: "其他意见", type: open, construct: comment}
"""


def _dataset() -> dict[str, object]:
    declared = {"source_type": "synthetic", "lawful_basis": "合成数据"}
    return {
        "name": "small", "language": "zh", "currency": "CNY", "profile": "cn", "as_of": "2024-12-31", "value": "amount",
        "tables": {
            "transactions": {
                "source": "orders.csv", "grain": "facility", **declared,
                "columns": {"customer_id": "客户编码", "date": "日期", "product_id": "产品", "amount": "金额",
                            "document_no": "单据号"},
            },
            "customers": {
                "source": "customers.csv", "grain": "facility", **declared,
                "columns": {"customer_id": "客户编码", "name": "客户名称", "customer_type": "类型", "region": "大区",
                            "parent_id": "上级编码", "specialty": "科室"},
            },
            "survey_responses": {
                "source": "survey.csv", "grain": "person", "source_type": "synthetic", "lawful_basis": "合成数据",
                "shape": "wide", "codebook": "codebook.yaml",
                "columns": {"response_id": "序号", "customer_id": "医生编码", "date": "提交时间"},
            },
        },
    }  # fmt: skip


def troubled(folder: Path) -> Path:
    """Regions that go wrong each in its way, of orders and customers alone, two ids given twice."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(3)
    rows: list[tuple[str, str, str, str]] = []
    lines = []
    months = pd.date_range("2023-01-01", "2024-12-01", freq="MS")
    for region, size in {"退货": 12, "独大": 15, "同样": 12, "五家": 5}.items():
        for place in range(size):
            code = f"T{len(rows):03d}"
            rows.append((code, f"{region}第{len(rows)}医院", "hospital", region))
            for month in months if region == "同样" else months[rng.random(24) < 0.5]:
                amount = 100.0 if region == "同样" else round(float(rng.lognormal(7, 0.8)), 2)
                # returns alone; one account with 99 % of everything; no account unlike another
                amount *= -1 if region == "退货" else 3000 if region == "独大" and place == 0 else 1
                lines.append((code, month.date().isoformat(), "P1", amount, f"D{len(lines)}"))
    head = ["客户编码", "客户名称", "类型", "大区"]
    people = pd.DataFrame(rows + [(code, "另一家", kind, region) for code, _, kind, region in rows[:2]], columns=head)
    people.to_csv(folder / "customers.csv", index=False, encoding="utf-8")
    orders = pd.DataFrame(lines, columns=["客户编码", "日期", "产品", "金额", "单据号"])
    orders.to_csv(folder / "orders.csv", index=False, encoding="utf-8")
    spec = _dataset() | {"name": "troubled"}
    tables: dict[str, dict[str, Any]] = spec["tables"]  # type: ignore[assignment]
    del tables["survey_responses"]
    for name in ("parent_id", "specialty"):
        del tables["customers"]["columns"][name]
    path = folder / "dataset.yaml"
    path.write_text(yaml.safe_dump(spec, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path
