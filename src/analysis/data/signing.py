"""Write a human choice into ``decisions.yaml``: signed, dated, and nothing else in the file changed."""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from ..core.errors import SettingError
from . import encodings, yamledit, yamltree
from .decisions import FILE, Decision, Decisions, entries, first_mistake, load

__all__ = ["Saved", "plain", "save"]

_EXAMPLES = {
    "k": "4", "names": '{1: "稳定采购"}', "merges": "[[3, 4]]", "cuts": '{"abc": [0.7, 0.9]}',
    "aliases": '{"江城一院": "H001"}', "legend": '{"1": "高"}', "method": "kmeans",
    "weights": '{"behaviour": 0.5, "needs": 0.2, "feedback": 0.3}',
    "pairwise": '{"items": ["behaviour", "feedback"], "matrix": [[1, 3], ["1/3", 1]]}',
    "components": '{"clinic": {"behaviour": ["breadth"]}}',
    "rfm": '[{"name": "重点", "r": [4, 5], "f": [4, 5], "m": [4, 5]}, ...]',
    "labels": '{"A": "关键客户", "B": "重要客户", "C": "一般客户"}', "hysteresis": "0.15",
}  # fmt: skip


@dataclass(frozen=True)
class Saved:
    """What `save` did.

    Attributes
    ----------
    path : Path
        The file.
    before : Decision or None
        The choice that was replaced; it stays in the file as a comment.
    recoded : str
        Encoding of the file before, where it was not UTF-8; empty otherwise.
    """

    path: Path
    before: Decision[Any] | None
    recoded: str


def save(path: str | Path, entry: str, value: Any, *, who: str, why: str, when: str | dt.date) -> Saved:
    """Write one choice; the other entries, comments and their order stay.

    Parameters
    ----------
    path : path
        The file, or the folder it stands in.
    entry : str
        A field of `Decisions`, such as ``"k"`` or ``"names"``.
    value : number, dict or list
    who, why : str
    when : date or ISO text

    Returns
    -------
    Saved

    Raises
    ------
    SettingError
        An unknown entry, a choice without who or why, a value the entry cannot hold, a file that is wrong
        already or cannot be written. The file is then as it was.
    """
    path = Path(path)
    file = path / FILE if path.is_dir() else path
    wanted = _signed(entry, value, who=who, why=why, when=when)
    content = _bytes(file)
    text = encodings.decode(content, file=file.name)
    before = load(file) if yamledit.holds(text) else Decisions()
    encoding = "" if content.endswith(text.encode("utf-8")) else encodings.detect(file)
    chosen = getattr(wanted, entry)
    signature = f"who: {yamledit.flow(chosen.who)}, when: {chosen.when.isoformat()}, why: {yamledit.flow(chosen.why)}"
    line = f"{entry}: {{value: {yamledit.flow(chosen.model_dump()['value'])}, {signature}}}"
    new = yamledit.put(text, entry, line, file=file.name)
    _check_rest(text, new, wanted, entry, file.name)
    if _bytes(file) != content:
        raise SettingError("decisions_changed", file=file.name)
    _write(file, new.encode("utf-8"))
    return Saved(file, getattr(before, entry), encoding)


def _signed(entry: str, value: Any, *, who: str, why: str, when: str | dt.date) -> Decisions:
    """The choice alone, checked by the model that reads the file."""
    if entry not in entries():
        close = difflib.get_close_matches(str(entry), entries(), n=3, cutoff=0.4) or entries()
        raise SettingError("decisions_entry", got=entry, close=close)
    signature = {name: " ".join(str(text or "").split()) for name, text in (("who", who), ("why", why))}
    for name, text in signature.items():
        if text.rstrip(":") in ("", "TODO"):
            raise SettingError("decisions_unsigned", name=name)
    try:
        return Decisions(**{entry: {"value": plain(value), "when": when, **signature}})  # type: ignore[arg-type]
    except ValidationError as error:
        key, got = first_mistake(error)
        got = str(value)[:40] if got == "—" else got
        raise SettingError("decisions_value", key=key, got=got, example=_EXAMPLES[entry]) from None


def plain(value: Any) -> Any:
    """Tuples, ranges and numpy's numbers as YAML writes them."""
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | range | np.ndarray):
        return [plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _bytes(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


def _check_rest(old: str, new: str, wanted: Decisions, entry: str, file: str) -> None:
    """The new text must say the old choices and the new one, and nothing else."""
    try:
        before = yamltree.parse(old, file=file).value if yamledit.holds(old) else {}
        after = yamltree.parse(new, file=file).value
        said = Decisions(**after)
    except (SettingError, ValidationError):
        raise SettingError("decisions_keep", file=file, entry=entry) from None
    rest = {name: value for name, value in before.items() if name != entry}
    if {n: v for n, v in after.items() if n != entry} != rest or getattr(said, entry) != getattr(wanted, entry):
        raise SettingError("decisions_keep", file=file, entry=entry)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all; a link stays a link."""
    target = file.resolve()
    part = ""
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(13, os.strerror(13))
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".tmp")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(part, mode)
        os.replace(part, target)
    except OSError as error:
        if part:
            with contextlib.suppress(OSError):
                os.unlink(part)
        raise SettingError("file_access", file=file.name, reason=error.strerror or type(error).__name__) from None
