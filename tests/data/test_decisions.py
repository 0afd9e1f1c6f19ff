from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from analysis.core.errors import SettingError
from analysis.data import decisions

GOOD = """\
k: {value: 4, who: 李分析, when: 2025-07-03, why: 五群的行动相同}
names: {value: {1: 稳定采购, 2: 竞品为主}, who: Li, when: 2025-07-03, why: agreed}
merges: {value: [[3, 4]], who: Li, when: 2025-07-03, why: same action}
cuts: {value: {abc: [0.6, 0.85]}, who: Li, when: 2025-07-03, why: company habit}
aliases: {value: {江城一院: H001}, who: Li, when: 2025-07-03, why: checked by phone}
legend: {value: {"1": 高}, who: Li, when: 2025-07-03, why: company habit}
"""
SCORES = """\
method: {value: gmm, who: Li, when: 2025-07-03, why: overlapping groups}
weights: {value: {behaviour: 0.5, needs: 0.2, feedback: 0.3, environment: 0}, who: Li, when: 2025-07-03, why: agreed}
components: {value: {clinic: {behaviour: [breadth]}}, who: Li, when: 2025-07-03, why: one payment a year}
rfm:
  value:
    - {name: 重点, r: [4, 5], f: [1, 5]}
    - {name: 其他, r: [1, 3]}
  who: Li
  when: 2025-07-03
  why: company habit
labels: {value: {A: 关键客户, B: 重要客户, C: 一般客户}, who: Li, when: 2025-07-03, why: company habit}
hysteresis: {value: 0.15, who: Li, when: 2025-07-03, why: company habit}
"""
PAIRS = "pairwise: {{value: {{items: {items}, matrix: {matrix}}}, who: Li, when: 2025-07-03, why: workshop}}"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / decisions.FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_choices_are_read_and_hashed(tmp_path: Path) -> None:
    found = decisions.load(write(tmp_path, GOOD))
    assert found.confirmed
    assert (found.k.value, found.k.who, found.k.when.isoformat()) == (4, "李分析", "2025-07-03")
    assert found.names.value == {1: "稳定采购", 2: "竞品为主"}
    assert found.merges.value == [[3, 4]]
    assert found.cuts.value == {"abc": [0.6, 0.85]}
    assert found.aliases.value == {"江城一院": "H001"}
    assert found.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert decisions.load(tmp_path) == found


def test_without_a_file_or_without_k_nothing_is_confirmed(tmp_path: Path) -> None:
    assert not decisions.load(tmp_path).confirmed
    assert decisions.load(tmp_path).sha256 == ""
    assert not decisions.load(write(tmp_path, GOOD.split("\n", 1)[1])).confirmed


def test_scores_tiers_and_models_are_decided_too(tmp_path: Path) -> None:
    found = decisions.load(write(tmp_path, SCORES))
    assert not found.confirmed
    assert found.method.value == "gmm"
    assert found.weights.value == {"behaviour": 0.5, "needs": 0.2, "feedback": 0.3, "environment": 0.0}
    assert found.components.value == {"clinic": {"behaviour": ["breadth"]}}
    assert [rule.model_dump() for rule in found.rfm.value] == [
        {"name": "重点", "r": [4, 5], "f": [1, 5], "m": [1, 5]},
        {"name": "其他", "r": [1, 3], "f": [1, 5], "m": [1, 5]},
    ]
    assert (found.labels.value["A"], found.hysteresis.value) == ("关键客户", 0.15)


@pytest.mark.parametrize("written", ["[[1, 3], [1/3, 1]]", "[[1, 3], [0.333, 1]]", "[[1.0, 3], [0.3333333, 1]]"])
def test_comparisons_are_made_exact(tmp_path: Path, written: str) -> None:
    found = decisions.load(write(tmp_path, PAIRS.format(items="[behaviour, feedback]", matrix=written)))
    assert found.pairwise.value.items == ["behaviour", "feedback"]
    assert found.pairwise.value.matrix == [[1.0, 3.0], [1 / 3, 1.0]]


def said(entry: str, value: str) -> str:
    return f"{entry}: {{value: {value}, who: Li, when: 2025-07-03, why: a}}"


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        (said("weights", "{behaviour: 0.5, needs: 0.4}"), "decisions_weights", "add up to 1"),
        (said("weights", "{behaviour: 1.5, needs: -0.5}"), "decisions_weights", "0 or more"),
        (said("weights", "{size: 1}"), "decisions_weights", "environment"),
        (said("components", "{physician: {behaviour: [breadth]}}"), "decisions_components", "holds physician"),
        (said("components", "{clinic: {behavior: [breadth]}}"), "decisions_components", "holds behavior"),
        (said("components", "{clinic: {behaviour: [size]}}"), "decisions_components", "holds size"),
        (said("components", "{clinic: {behaviour: [joint], needs: [joint]}}"), "decisions_components", "holds joint"),
        (said("components", "{clinic: {behaviour: []}}"), "decisions_components", "holds clinic"),
        (said("rfm", "[{name: a, r: [5, 4]}]"), "decisions_rfm", "rfm.value.0.r is [5, 4]"),
        (said("rfm", "[{name: a, m: [0, 4]}]"), "decisions_rfm", "rfm.value.0.m"),
        (said("rfm", "[{name: a, m: [4]}]"), "decisions_rfm", "rfm.value.0.m"),
        (said("rfm", "[{nmae: a}]"), "decisions", "rfm.value.0"),
        (said("labels", "{A: 客户, B: 客户}"), "decisions_labels", "holds 客户"),
        (said("labels", "{D: 客户}"), "decisions_labels", "holds D"),
        (said("method", "dbscan"), "decisions", "method.value"),
        (said("hysteresis", "1"), "decisions", "hysteresis.value"),
        (said("cuts", "{abc: [0.9, 0.7]}"), "decisions_cuts", "cuts.value.abc is [0.9, 0.7]"),
        (said("cuts", "{abc: [0.7, 1.2]}"), "decisions_cuts", "between 0 and 1"),
        (said("cuts", "{potential: [0, 0.8]}"), "decisions_cuts", "cuts.value.potential"),
        (said("cuts", "{cooperation: [40]}"), "decisions_cuts", "between 0 and 100"),
        (said("cuts", "{acb: [0.7, 0.9]}"), "decisions_cut_name", "abc, potential, cooperation; cuts.value.acb"),
        # consistency ratio of 1-3-1/3 round a circle: far above .10
        (
            PAIRS.format(items="[behaviour, needs, feedback]", matrix="[[1, 3, 1/3], [1/3, 1, 3], [3, 1/3, 1]]"),
            "decisions_ahp_inconsistent",
            "consistency ratio",
        ),
        (PAIRS.format(items="[behav, stable]", matrix="[[1, 2], [0.5, 1]]"), "decisions_items", "environment"),
        (PAIRS.format(items="[behaviour, size]", matrix="[[1, 2], [0.5, 1]]"), "decisions_items", "size"),
        (PAIRS.format(items="[behaviour]", matrix="[[1]]"), "decisions_items", "two or more"),
        (PAIRS.format(items="[behaviour, needs]", matrix="[[1, 2]]"), "decisions_shape", "2 items and 1 rows"),
        (PAIRS.format(items="[behaviour, needs]", matrix="[[1, 2], [2, 1]]"), "decisions_reciprocal", "2 and 2"),
        (PAIRS.format(items="[behaviour, needs]", matrix="[[2, 2], [1/2, 1]]"), "decisions_reciprocal", "2 and 2"),
        (PAIRS.format(items="[behaviour, needs]", matrix="[[1, 0], [0, 1]]"), "decisions_reciprocal", "0 and 0"),
        (
            PAIRS.format(items="[behaviour, needs]", matrix="[[1, 2], [1/0, 1]]"),
            "decisions",
            "pairwise.value.matrix.1.0",
        ),
        (
            said("weights", "{needs: 1}")
            + "\n"
            + PAIRS.format(items="[behaviour, needs]", matrix="[[1, 2], [1/2, 1]]"),
            "decisions",
            "pairwise",
        ),
    ],
)
def test_rules_of_scores_are_told_in_their_own_words(tmp_path: Path, text: str, code: str, part: str) -> None:
    with pytest.raises(SettingError) as caught:
        decisions.load(write(tmp_path, "# first line\n" + text))
    assert caught.value.code == code
    assert part in str(caught.value)
    assert "decisions.yaml line " in str(caught.value)
    assert caught.value.text("zh") != str(caught.value)


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("k: {value: 4, who: Li, when: 2025-07-03}", "k.why", 1),
        ("\nk: {value: 1, who: Li, when: 2025-07-03, why: a}", "k.value", 2),
        ("k: {value: 4, who: '', when: 2025-07-03, why: a}", "k.who", 1),
        ("k: {value: 4, who: Li, when: yesterday, why: a}", "k.when", 1),
        ("segments: 4", "segments", 1),
        ("merges: {value: [[1, 2], [2, 3]], who: Li, when: 2025-07-03, why: a}", "merges.value", 1),
    ],
)
def test_mistakes_name_key_and_line(tmp_path: Path, text: str, key: str, line: int) -> None:
    with pytest.raises(SettingError) as caught:
        decisions.load(write(tmp_path, text))
    assert (caught.value.code, caught.value.values["key"], caught.value.values["line"]) == ("decisions", key, line)
    assert key in caught.value.text("zh")
