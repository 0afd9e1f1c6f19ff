"""Keyed pseudonyms for shared reports.

A pseudonym is the same in every page and run made with one key, and cannot be
turned back without the key. It still is personal information: the words on the
page are 去标识化, never 匿名化.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import sys
import tempfile
from pathlib import Path

from ..core.errors import SettingError

__all__ = ["key", "key_file", "pseudonym"]

_SHORTEST = 16


def pseudonym(customer_id: str, secret: bytes) -> str:
    """HMAC-SHA256 of an id as ten letters and digits (50 bits), such as ``C-K7WQ2-M4XEA``."""
    digest = hmac.new(secret, str(customer_id).encode("utf-8"), hashlib.sha256).digest()
    text = base64.b32encode(digest).decode("ascii")
    return f"C-{text[:5]}-{text[5:10]}"


def key() -> bytes:
    """The secret: ``RAPPORT_KEY``, else the key file, which is made on first use.

    Raises
    ------
    SettingError
        When the key has fewer than 16 characters: ids could be tried out one by one.
    """
    secret = os.environ.get("RAPPORT_KEY") or _read_or_make(key_file())
    if len(secret) < _SHORTEST:
        raise SettingError("short_key", name="RAPPORT_KEY", lo=_SHORTEST, got=len(secret))
    return secret.encode("utf-8")


def key_file() -> Path:
    """Where the key lies: the user's own configuration folder, never an output folder."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "rapport" / "pseudonym.key"


def _read_or_make(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # mkstemp makes the file readable by its owner alone
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
        try:
            # a hard link never replaces: of two kernels that start at once, one key wins
            os.link(name, path)
        except FileExistsError:
            pass
        except OSError:
            # file systems without hard links
            os.replace(name, path)
        Path(name).unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()
