"""One decision is written; everything else in the file stays."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.core.errors import SettingError
from analysis.data import decisions, signing, yamledit

SIGNED = {"who": "李分析", "why": "五群的行动相同", "when": "2025-07-03"}
FULL = """\
# 华东区的决定，勿删
k: {value: 5, who: Li, when: 2025-01-02, why: first try}   # 暂定

# 名称由销售确认
names:
  value:
    1: 稳定采购   # 主力
    2: 竞品为主
  who: Wang
  when: 2025-01-03
  why: "agreed: with sales"
# 切点
cuts: {value: {abc: [0.6, 0.85]}, who: Li, when: 2025-01-04, why: habit}
# 末尾
"""


def write(folder: Path, content: str, encoding: str = "utf-8") -> Path:
    path = folder / decisions.FILE
    path.write_bytes(content.encode(encoding))
    return path


def test_a_new_file_holds_just_the_choice(tmp_path: Path) -> None:
    saved = signing.save(tmp_path, "k", 4, **SIGNED)
    assert saved.path == tmp_path / "decisions.yaml"
    assert saved.path.read_text("utf-8") == 'k: {value: 4, who: "李分析", when: 2025-07-03, why: "五群的行动相同"}\n'
    assert saved.before is None
    found = decisions.load(tmp_path)
    assert (found.k.value, found.k.who, found.k.when) == (4, "李分析", dt.date(2025, 7, 3))
    assert [p.name for p in tmp_path.iterdir()] == ["decisions.yaml"]


def test_a_replaced_choice_stays_as_a_comment_and_the_rest_is_untouched(tmp_path: Path) -> None:
    path = write(tmp_path, FULL)
    saved = signing.save(path, "names", {1: "稳定采购", 2: "进口为主"}, **SIGNED)
    assert (saved.before.who, saved.before.value) == ("Wang", {1: "稳定采购", 2: "竞品为主"})
    text = path.read_text("utf-8")
    head, tail = FULL.index("names:"), FULL.index("# 切点")
    assert text.startswith(FULL[:head])
    assert text.endswith(FULL[tail:])
    assert "# before: names:\n# before:   value:\n# before:     1: 稳定采购   # 主力\n" in text
    found, before = decisions.load(path), decisions.load(write(tmp_path, FULL))
    assert found.names.value == {1: "稳定采购", 2: "进口为主"}
    assert (found.k, found.cuts) == (before.k, before.cuts)


def test_first_last_and_new_entries(tmp_path: Path) -> None:
    path = write(tmp_path, FULL)
    for entry, value in (("k", 4), ("cuts", {"abc": (0.5, 0.8)}), ("merges", [[3, 4]]), ("k", 3)):
        signing.save(path, entry, value, **SIGNED)
    found = decisions.load(path)
    assert (found.k.value, found.cuts.value, found.merges.value) == (3, {"abc": [0.5, 0.8]}, [[3, 4]])
    assert found.names.value == {1: "稳定采购", 2: "竞品为主"}
    text = path.read_text("utf-8")
    for comment in ("# 华东区的决定，勿删", "# 名称由销售确认", "# 切点", "# 末尾", "# 主力"):
        assert text.count(comment) == 1
    # both earlier choices, the older one first
    assert text.index("# before: k: {value: 5") < text.index("# before: k: {value: 4") < text.index("\nk: {value: 3")


def test_line_ends_and_a_missing_last_one_are_kept(tmp_path: Path) -> None:
    path = write(tmp_path, FULL.replace("\n", "\r\n").removesuffix("\r\n"))
    signing.save(path, "k", 4, **SIGNED)
    signing.save(path, "legend", {"1": "高"}, **SIGNED)
    content = path.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert decisions.load(path).legend.value == {"1": "高"}
    only = write(tmp_path, "k: {value: 5, who: Li, when: 2025-01-02, why: a}")
    signing.save(only, "k", 4, **SIGNED)
    assert decisions.load(only).k.value == 4


def test_gbk_becomes_utf8_and_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, FULL, "gb18030")
    saved = signing.save(path, "k", 4, **SIGNED)
    assert saved.recoded == "gb18030"
    assert "# 华东区的决定，勿删" in path.read_text("utf-8")
    assert signing.save(path, "k", 3, **SIGNED).recoded == ""
    assert signing.save(write(tmp_path, FULL, "utf-8-sig"), "k", 3, **SIGNED).recoded == ""


def test_comments_alone_are_an_empty_file(tmp_path: Path) -> None:
    path = write(tmp_path, "# 还没有决定\n")
    signing.save(path, "k", 4, **SIGNED)
    assert path.read_text("utf-8").startswith("# 还没有决定\nk: ")


@pytest.mark.parametrize(
    "text", ["null", "NO", "a: b # c", 'say "hi" \\ x', "2025-01-01", "line\u2028end", "😀 表情", "- x", "{a}", "\x85"]
)
def test_every_text_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    signing.save(tmp_path, "aliases", {text: "00123", "b": text}, **SIGNED | {"who": f"Li {text}x"})
    found = decisions.load(tmp_path)
    assert found.aliases.value == {text: "00123", "b": text}
    assert found.aliases.who == " ".join(f"Li {text}x".split())


def test_numbers_of_numpy_and_tuples_are_plain(tmp_path: Path) -> None:
    signing.save(tmp_path, "k", np.int64(4), **SIGNED)
    signing.save(tmp_path, "cuts", {"abc": np.array([0.5, 0.75])}, **SIGNED)
    signing.save(tmp_path, "merges", ((1, np.int64(2)),), **SIGNED)
    found = decisions.load(tmp_path)
    assert (found.k.value, found.cuts.value, found.merges.value) == (4, {"abc": [0.5, 0.75]}, [[1, 2]])


@pytest.mark.parametrize(
    ("entry", "value", "changed", "code"),
    [
        ("K", 4, {}, "decisions_entry"),
        ("name", {1: "a"}, {}, "decisions_entry"),
        ("sha256", "x", {}, "decisions_entry"),
        ("k", 1, {}, "decisions_value"),
        ("k", "four", {}, "decisions_value"),
        ("cuts", {"abc": [0.9, 0.7]}, {}, "decisions_value"),
        ("merges", [[1, 2], [2, 3]], {}, "decisions_value"),
        ("k", 4, {"when": "yesterday"}, "decisions_value"),
        ("k", 4, {"who": "  "}, "decisions_unsigned"),
        ("k", 4, {"why": ""}, "decisions_unsigned"),
        ("k", 4, {"why": "TODO"}, "decisions_unsigned"),
    ],
)
def test_what_cannot_be_decided_leaves_no_trace(
    tmp_path: Path, entry: str, value: Any, changed: dict[str, str], code: str
) -> None:
    path = write(tmp_path, FULL)
    with pytest.raises(SettingError) as caught:
        signing.save(path, entry, value, **SIGNED | changed)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")
    assert path.read_text("utf-8") == FULL
    assert [p.name for p in tmp_path.iterdir()] == [decisions.FILE]


@pytest.mark.parametrize(
    ("entry", "value", "wrong"),
    [
        ("method", "kprototypes", "dbscan"),
        ("weights", {"behaviour": np.float64(0.5), "needs": 0.25, "feedback": 0.25}, {"behaviour": 1, "needs": 1}),
        ("pairwise", {"items": ["needs", "feedback"], "matrix": [[1, 3], ["1/3", 1]]},
         {"items": ["needs", "feedback"], "matrix": [[1, 3], [3, 1]]}),
        ("components", {"clinic": {"behaviour": ["breadth"]}}, {"clinic": {"size": ["breadth"]}}),
        ("rfm", [{"name": "重点", "r": (4, 5)}, {"name": "其他", "r": (1, 3)}], [{"name": "重点", "r": (4, 6)}]),
        ("labels", {"A": "关键客户"}, {"X": "关键客户"}),
        ("hysteresis", 0.15, 1.5),
    ],
)  # fmt: skip
def test_every_entry_can_be_signed_and_read_again(tmp_path: Path, entry: str, value: Any, wrong: Any) -> None:
    path = write(tmp_path, FULL)
    signing.save(path, entry, value, **SIGNED)
    first = getattr(decisions.load(path), entry)
    assert first.who == "李分析"
    signing.save(path, entry, first.model_dump()["value"], **SIGNED)
    assert getattr(decisions.load(path), entry) == first
    with pytest.raises(SettingError) as caught:
        signing.save(path, entry, wrong, **SIGNED)
    assert caught.value.code == "decisions_value"
    assert getattr(decisions.load(path), entry) == first
    assert decisions.load(path).names.value[1] == "稳定采购"


def test_an_example_for_every_entry() -> None:
    assert set(signing._EXAMPLES) == set(decisions.entries())


def test_a_close_name_is_suggested(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="names"):
        signing.save(tmp_path, "name", {1: "a"}, **SIGNED)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{k: {value: 5, who: Li, when: 2025-01-02, why: a}}\n", "yaml_braces"),
        ("k: {value: 5, who: &me Li, when: 2025-01-02, why: a}\n"
         "merges: {value: [[1, 2]], who: *me, when: 2025-01-02, why: a}\n", "decisions_keep"),
        ("k: {value: 99, who: Li, when: 2025-01-02, why: a}\n", "decisions"),
        ("k: [\n", "yaml_syntax"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_edited_safely_is_left_alone(tmp_path: Path, text: str, code: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingError) as caught:
        signing.save(path, "k", 4, **SIGNED)
    assert caught.value.code == code
    assert path.read_text("utf-8") == text


def test_an_indented_file_stays_indented(tmp_path: Path) -> None:
    path = write(tmp_path, "".join(f"  {line}\n" if line else "\n" for line in FULL.split("\n")))
    signing.save(path, "k", 4, **SIGNED)
    signing.save(path, "merges", [[1, 2]], **SIGNED)
    found = decisions.load(path)
    assert (found.k.value, found.merges.value, len(found.names.value)) == (4, [[1, 2]], 2)


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as caught:
        signing.save(tmp_path / "nowhere" / decisions.FILE, "k", 4, **SIGNED)
    assert caught.value.code == "file_access"
    (tmp_path / decisions.FILE).mkdir()
    with pytest.raises(SettingError) as caught:
        signing.save(tmp_path / decisions.FILE / decisions.FILE / "x", "k", 4, **SIGNED)
    assert caught.value.code == "file_access"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text(FULL, encoding="utf-8")
    link = tmp_path / decisions.FILE
    os.symlink(real, link)
    signing.save(tmp_path, "k", 4, **SIGNED)
    assert link.is_symlink()
    assert decisions.load(real).k.value == 4


def test_a_change_in_between_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, FULL)
    put = yamledit.put

    def slow(*told: Any, **named: Any) -> str:
        path.write_text(FULL + "# added meanwhile\n", encoding="utf-8")
        return put(*told, **named)

    monkeypatch.setattr(yamledit, "put", slow)
    with pytest.raises(SettingError) as caught:
        signing.save(path, "k", 4, **SIGNED)
    assert caught.value.code == "decisions_changed"
    assert path.read_text("utf-8").endswith("# added meanwhile\n")
