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


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("k: {value: 4, who: Li, when: 2025-07-03}", "k.why", 1),
        ("\nk: {value: 1, who: Li, when: 2025-07-03, why: a}", "k.value", 2),
        ("k: {value: 4, who: '', when: 2025-07-03, why: a}", "k.who", 1),
        ("k: {value: 4, who: Li, when: yesterday, why: a}", "k.when", 1),
        ("segments: 4", "segments", 1),
        ("cuts: {value: {abc: [0.9, 0.7]}, who: Li, when: 2025-07-03, why: a}", "cuts.value.abc", 1),
        ("merges: {value: [[1, 2], [2, 3]], who: Li, when: 2025-07-03, why: a}", "merges.value", 1),
    ],
)
def test_mistakes_name_key_and_line(tmp_path: Path, text: str, key: str, line: int) -> None:
    with pytest.raises(SettingError) as caught:
        decisions.load(write(tmp_path, text))
    assert (caught.value.code, caught.value.values["key"], caught.value.values["line"]) == ("decisions", key, line)
    assert key in caught.value.text("zh")
