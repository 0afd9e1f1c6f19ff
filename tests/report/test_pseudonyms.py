"""Pseudonyms: stable under one key, unlike under another, and the key stays private."""

from __future__ import annotations

import base64
import hashlib
import hmac
import stat
import sys
from pathlib import Path

import pytest

from analysis.core.errors import SettingError
from analysis.report import pseudonyms


def test_a_pseudonym_is_the_keyed_hash() -> None:
    # RFC 2104; 50 bits of the digest in base 32
    digest = hmac.new(b"key", b"H001", hashlib.sha256).digest()
    expected = base64.b32encode(digest).decode()[:10]
    assert pseudonyms.pseudonym("H001", b"key") == f"C-{expected[:5]}-{expected[5:]}"


def test_stable_under_one_key_and_different_under_another() -> None:
    one = [pseudonyms.pseudonym(f"H{i:05d}", b"a" * 32) for i in range(20_000)]
    assert one == [pseudonyms.pseudonym(f"H{i:05d}", b"a" * 32) for i in range(20_000)]
    assert len(set(one)) == len(one)
    assert pseudonyms.pseudonym("H00001", b"b" * 32) != one[1]
    assert "H00001" not in one[1]


def test_the_environment_comes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("RAPPORT_KEY", "from the environment")
    assert pseudonyms.key() == b"from the environment"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX file modes")
def test_a_key_is_made_once_for_its_owner_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RAPPORT_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    first = pseudonyms.key()
    assert len(first) == 64
    assert pseudonyms.key() == first
    path = tmp_path / "rapport" / "pseudonym.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["pseudonym.key"]


def test_a_key_made_by_another_kernel_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RAPPORT_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = pseudonyms.key_file()
    real = pseudonyms.os.link

    def late(source: str, target: Path) -> None:
        # the other kernel was faster by a moment
        path.write_text("f" * 64, encoding="ascii")
        real(source, target)

    monkeypatch.setattr(pseudonyms.os, "link", late)
    assert pseudonyms.key() == b"f" * 64


def test_a_short_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_KEY", "secret")
    with pytest.raises(SettingError, match="RAPPORT_KEY must have 16 characters or more; it has 6"):
        pseudonyms.key()
