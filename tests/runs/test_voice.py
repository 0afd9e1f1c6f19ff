"""What a questionnaire holds: waves, people, groups, weights; parts shown or left out with their reason."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis import runs
from analysis.core import words
from analysis.data import dataset as datasets
from analysis.data import store
from analysis.methods import awareness, drivers, satisfaction
from analysis.report import display
from analysis.runs import places, voice

from . import small

ITEMS: list[dict[str, Any]] = [
    {"item": "Q1", "text": "不了解产品", "type": "barrier", "construct": "barrier", "barrier_code": "B01"},
    {"item": "Q4", "text": "推荐可能性", "type": "nps", "construct": "nps"},
    {"item": "Q5", "text": "最常选用", "type": "single", "construct": "preferred_brand"},
    {"item": "Q6", "text": "近三个月用过", "type": "multi", "construct": "brands_used"},
    {"item": "Q7", "text": "重要：供应", "type": "likert5", "construct": "needs"},
    {"item": "Q8", "text": "满意：供应", "type": "likert5", "construct": "satisfaction", "need": "Q7"},
    {"item": "Q9", "text": "意见", "type": "open", "construct": "comment"},
    {
        "item": "Q10_best",
        "text": "第1组中最重要的一项：1.供应／2.价格／3.疗效",
        "type": "maxdiff",
        "construct": "maxdiff",
    },
    {
        "item": "Q10_worst",
        "text": "第1组中最不重要的一项：1.供应／2.价格／3.疗效",
        "type": "maxdiff",
        "construct": "maxdiff",
    },
]
CALL = "15400000001"


def asked_of(folder: Path, *, weights: Any = None, level: str = "等级", **told: Any) -> voice.Asked:
    """Two waves of 60 physicians each, 40 of whom answered both; the grade of their hospitals is known."""
    path = small.write(folder)
    rng = np.random.default_rng(1)
    people = pd.read_csv(folder / "customers.csv", dtype=str)
    grade = pd.Series(["三级甲等", "二级甲等"] * len(people))[: len(people)]
    people[level] = grade.where(people["类型"] == "hospital")
    # thirty more physicians whom nobody asked
    others = people.tail(30).assign(客户编码=[f"M{i:03d}" for i in range(60, 90)])
    pd.concat([people, others]).to_csv(folder / "customers.csv", index=False)
    entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    entry["tables"]["customers"]["columns"]["hospital_level"] = "等级"
    entry["tables"]["products"] = {
        "source": "products.csv", "source_type": "synthetic", "lawful_basis": "合成数据",
        "columns": {"product_id": "编码", "brand": "品牌", "is_own": "自有"},
    }  # fmt: skip
    (folder / "products.csv").write_text("编码,品牌,自有\nP1,砚安欣,是\nP2,维岚,否\n", encoding="utf-8")
    survey = entry["tables"]["survey_responses"]
    del survey["source"]
    survey["parts"] = []
    for wave, first in (("2024Q2", 20), ("2024Q4", 0)):
        answers = pd.DataFrame({
            "序号": range(1, 61), "医生编码": [f"M{(first + i) % 80:03d}" for i in range(60)],
            "提交时间": "2024-05-05" if wave == "2024Q2" else "2024-11-05", "Q1": rng.integers(0, 2, 60),
            "Q4": rng.integers(0, 11, 60), "Q5": ["砚安欣", "维岚", "维岚"] * 20, "Q6": ["砚安欣┋维岚", "维岚"] * 30,
            "Q7": rng.integers(1, 6, 60), "Q8": rng.integers(1, 6, 60),
            "Q9": [f"堃镕医院李医生{CALL}", "太贵", ""] * 20,
            "Q10_best": [1, 2] * 30, "Q10_worst": 3,
        })  # fmt: skip
        if weights is not None:
            answers["权重"] = weights
            survey["columns"]["weight"] = "权重"
        answers.to_csv(folder / f"{wave}.csv", index=False)
        book = yaml.safe_dump({"wave": wave, "items": ITEMS}, allow_unicode=True, sort_keys=False)
        (folder / f"{wave}.yaml").write_text(book, encoding="utf-8")
        survey["parts"].append({"source": f"{wave}.csv", "codebook": f"{wave}.yaml"})
    survey["codebook"] = "2024Q4.yaml"
    path.write_text(yaml.safe_dump(entry, allow_unicode=True, sort_keys=False), encoding="utf-8")
    store.build(datasets.load(path), folder / "tables")
    where = {"tables_dir": folder / "tables", "reference_dir": folder / "none", "results_dir": folder / "results"}
    return voice.ask(runs.open_job("04_voice_barriers", where | {"region": "华东", "language": "zh"} | told))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> voice.Asked:
    return asked_of(tmp_path_factory.mktemp("voice") / "data")


def test_the_latest_wave_is_read_and_the_one_before_is_known(asked: voice.Asked) -> None:
    assert voice.waves(asked.answers) == ["2024Q2", "2024Q4"]
    assert asked.wave == "2024Q4"
    assert len(asked.wide) == 60
    assert asked.before is not None
    assert asked.before.wave == "2024Q2"
    assert asked.before.before is None, "the first wave has none before it"
    both = asked.both["person"]
    # physicians 20 to 79 answered the first wave, 0 to 59 the second
    assert both.duplicated().sum() == 40
    assert set(asked.apart) == {"person", "cluster", "weights_before", "weights_after"}


def test_what_is_known_of_those_who_answered(asked: voice.Asked) -> None:
    assert asked.people["hospital_level"].value_counts().to_dict() == {"三级甲等": 30, "二级甲等": 30}
    assert asked.hospital is not None
    assert asked.hospital.nunique() == 20
    assert asked.region_of is None, "one region is no comparison"
    assert list(asked.groups.columns) == ["hospital_level"]
    assert asked.group("hospital_level") is not None
    assert asked.group("segment") is None
    assert asked.universe is not None
    assert len(asked.universe) == 90
    assert asked.margins == ["hospital_level"]


def test_weights_stand_for_the_universe(asked: voice.Asked) -> None:
    assert asked.represented is not None
    weights = asked.weights
    assert weights is not None
    assert asked.universe is not None
    share = asked.universe["hospital_level"].value_counts(normalize=True)
    got = weights.groupby(asked.people["hospital_level"]).sum() / weights.sum()
    assert got.to_dict() == pytest.approx(share.to_dict(), abs=1e-6)


def test_weights_of_zero_leave_a_reason_with_every_analysis(tmp_path: Path) -> None:
    asked = asked_of(tmp_path / "data", weights=[0, 1] * 30)
    assert asked.represented is None
    page = voice.Parts(asked.job)
    page.show("voice_nps", None, satisfaction.nps, asked.plan.nps, **asked.who)
    assert page.told == {}
    assert page.reasons == [
        {"analysis": "voice_nps", "reason": "weights须为每名应答者给出正数；有30个不是。请补齐或剔除。"}
    ]


def test_items_that_need_more_than_their_numbers(asked: voice.Asked) -> None:
    used, preferred = voice.brands(asked)
    assert used is not None
    assert preferred is not None
    assert used.sum().to_dict() == {"砚安欣": 30, "维岚": 60}
    assert preferred.value_counts().to_dict() == {"维岚": 40, "砚安欣": 20}
    # 维岚 is preferred by more, but only 砚安欣 is ours
    assert voice.own_brand(asked) == "砚安欣"
    assert voice.matched(asked) == {"供应": "供应"}
    chosen = voice.best_worst(asked)
    assert chosen is not None
    assert len(chosen) == 60 * 3
    assert "李医生0" in voice.names(asked.job)
    assert voice.worth(asked.job) is None, "nothing was learned of lifetimes"


def test_a_part_is_shown_kept_or_left_out_with_its_reason(asked: voice.Asked) -> None:
    page = voice.Parts(asked.job)
    page.show("voice_nps", None, satisfaction.nps, asked.plan.nps, **asked.who)
    page.show("voice_awareness", None, awareness.measure, asked.one("awareness_unaided"), None)
    assert list(page.told) == ["voice_nps"]
    assert page.reasons == [], "a question that was not put needs no reason"
    page.left_out()
    assert asked.job.saved("voice_nps")
    assert not asked.job.saved("voice_left_out")
    flat = pd.Series(3.0, index=asked.wide.index)
    page.show("voice_drivers", None, drivers.importance, asked.wide[["Q7", "Q8"]], flat)
    # too few columns is a setting to the method, but the questionnaire's doing here
    page.show("voice_quadrants", None, drivers.quadrants, asked.wide["Q7"], asked.wide[["Q8"]])
    assert [reason["analysis"] for reason in page.reasons] == ["voice_drivers", "voice_quadrants"]
    page.left_out()
    left = asked.job.load(voice.NotTold, "voice_left_out")
    shown, _ = display.bundle(left, language="zh", audience="internal")
    html = shown["text/html"]
    for said in ("2项分析没有结果", "驱动因素", "重要性与表现", "原因", "60个值全部相同"):
        assert said in html, said
    assert "voice_" not in html


def test_every_analysis_of_the_page_has_a_name() -> None:
    source = places.notebook_path("04_voice_barriers").read_text(encoding="utf-8")
    names = set(re.findall(r'"(voice_\w+)\\"', source))
    assert "voice_nps" in names
    assert len(names) > 30
    for language in ("zh", "en"):
        assert [name for name in sorted(names) if not words.has(f"terms.{name}", language)] == []
