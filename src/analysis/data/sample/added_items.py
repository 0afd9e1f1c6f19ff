"""Questions that the latest wave asks for the first time: brands used, effort, the journey, needs by best and worst."""

from __future__ import annotations

__all__ = ["BRANDS_ITEM", "DESIGN", "EFFORT", "MAXDIFF_NEEDS", "STAGES", "WEAK_STAGE", "rows", "shown"]

BRANDS_ITEM, EFFORT = "Q15", "Q16"
#: item, stage of the customer's journey, what is rated, and the middle of its answers: the truth
STAGES: dict[str, tuple[str, str, float]] = {
    "Q17_1": ("了解", "首次获得产品介绍", 3.6),
    "Q17_2": ("获取信息", "查找用药资料", 3.5),
    "Q17_3": ("进院与采购", "进院与采购手续", 2.8),
    "Q17_4": ("使用", "处方与用药指导", 3.8),
    "Q17_5": ("服务支持", "问题答复", 3.4),
    "Q17_6": ("反馈", "意见反馈与跟进", 3.2),
}
WEAK_STAGE = "进院与采购"
#: what is chosen from, in the order of the needs Q11_1 to Q11_7; answers are written in these words
MAXDIFF_NEEDS = ("疗效证据", "安全性信息", "患者费用", "供应保障", "服务响应", "线上学术信息", "线下培训与会议")
#: seven groups of four of the seven needs: every need four times, every pair twice (complement of the Fano plane)
DESIGN = (
    (2, 4, 5, 6), (0, 3, 5, 6), (0, 1, 4, 6), (0, 1, 2, 5), (1, 2, 3, 6), (0, 2, 3, 4), (1, 3, 4, 5),
)  # fmt: skip


def rows() -> list[dict[str, str]]:
    """Rows of the codebook, in the order of the sheet."""
    out = [
        _row(BRANDS_ITEM, "最近三个月使用过的同类产品（可多选）", "multi", "", "brands_used"),
        _row(EFFORT, "从提出需求到得到答复很省力", "likert5", "agreement", "effort"),
    ]
    out += [
        _row(item, f"以下环节的满意度：{what}", "likert5", "satisfaction", "touchpoint", stage=stage)
        for item, (stage, what, _) in STAGES.items()
    ]
    for task, places in enumerate(DESIGN, start=1):
        # the numbers are those of the answers, so that a reader of the codebook knows what was chosen from
        among = "／".join(f"{place + 1}.{MAXDIFF_NEEDS[place]}" for place in places)
        out.append(_row(f"Q18_{task}_best", f"第{task}组中最重要的一项：{among}", "maxdiff", "", "maxdiff"))
        out.append(_row(f"Q18_{task}_worst", f"第{task}组中最不重要的一项：{among}", "maxdiff", "", "maxdiff"))
    return out


def shown(item: str) -> dict[str, int]:
    """Words of one best-or-worst item and the numbers they stand for."""
    return {MAXDIFF_NEEDS[place]: place + 1 for place in DESIGN[int(item.split("_")[1]) - 1]}


def _row(item: str, text: str, kind: str, scale: str, construct: str, stage: str = "") -> dict[str, str]:
    return {"item_id": item, "text": text, "type": kind, "scale": scale, "construct": construct, "stage": stage}
