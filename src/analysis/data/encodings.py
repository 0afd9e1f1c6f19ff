"""In which encoding a text file was written; never a guess that loses a character.

UTF-16 is told by its mark, UTF-8 by decoding all of it, GB18030 by decoding all of
it into characters that Chinese files really hold. Anything else is refused with
the place of the first byte that does not fit.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from pathlib import Path
from typing import IO, cast

from ..core.errors import DataError

__all__ = ["decode", "detect", "open_bytes", "open_text"]

_CHUNK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: so many characters in a row read as UTF-8 by chance in GB18030 text about once in 10^6 files
_SURELY_UTF8 = 8
#: share of GB2312 among the non-ASCII characters; Chinese text has above 0.95, wrongly decoded text below 0.3
_SURELY_CHINESE = 0.6
_ENOUGH = 100_000
_ASCII = re.compile(r"[\x00-\x7f]+")


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when its name ends in .gz."""
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.name.lower().endswith(".gz") else path.open("rb")


def open_text(path: Path, encoding: str) -> IO[str]:
    """The file as text, line ends untouched (a quoted field may hold them)."""
    return io.TextIOWrapper(open_bytes(path), encoding=encoding, errors="strict", newline="")


def decode(content: bytes, *, file: str) -> str:
    """A small text file as text."""
    encoding = _detect(io.BytesIO(content), file)
    return content.decode(encoding)


def detect(path: Path, declared: str | None = None) -> str:
    """Encoding of a file, proved on every byte of it.

    Parameters
    ----------
    path : pathlib.Path
    declared : str or None
        The encoding the dataset file states; then only this one is tried.

    Returns
    -------
    str
        ``utf-8``, ``utf-8-sig``, ``utf-16``, ``gb18030`` or the declared one.

    Raises
    ------
    DataError
        When no encoding fits: byte offset and line of the first misfit.
    """
    try:
        with open_bytes(path) as stream:
            return _detect(stream, path.name, declared)
    except (EOFError, OSError, zlib.error):
        raise DataError("unreadable_file", file=path.name) from None


def _detect(stream: IO[bytes], file: str, declared: str | None = None) -> str:
    if declared is not None:
        trial = _try(stream, declared)
        if trial.bad is not None:
            raise DataError("undecodable", file=file, tried=[declared], byte=trial.bad, line=trial.line)
        return declared
    start = stream.read(4)
    stream.seek(0)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    utf8 = _try(stream, marked or "utf-8")
    if utf8.bad is None:
        return marked or "utf-8"
    if marked is None and utf8.foreign < _SURELY_UTF8:
        stream.seek(0)
        chinese = _try(stream, "gb18030")
        if chinese.bad is None and chinese.common >= _SURELY_CHINESE * chinese.foreign:
            return "gb18030"
        # the misfit of the encoding that got further is the one worth looking at
        later = utf8 if chinese.bad is None or utf8.bad > chinese.bad else chinese
        raise DataError("undecodable", file=file, tried=["UTF-8", "GB18030"], byte=later.bad, line=later.line)
    raise DataError("undecodable", file=file, tried=[(marked or "utf-8").upper()], byte=utf8.bad, line=utf8.line)


class _Trial:
    """How far a strict decoding came: first misfit, its line, non-ASCII characters and GB2312 ones."""

    def __init__(self) -> None:
        self.bad: int | None = None
        self.line = 1
        self.foreign = self.common = 0

    def count(self, text: str) -> None:
        """Take in one more piece of decoded text."""
        self.line += text.count("\n")
        if self.foreign < _ENOUGH and not text.isascii():
            foreign = _ASCII.sub("", text)
            self.foreign += len(foreign)
            self.common += len(foreign.encode("gb2312", "ignore")) // 2


def _try(stream: IO[bytes], encoding: str) -> _Trial:
    trial = _Trial()
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    fed = 0
    while True:
        block = stream.read(_CHUNK)
        waiting = decoder.getstate()[0] if fed else b""
        try:
            if b"\0" in block and not encoding.startswith("utf-16"):  # no text file holds one
                raise UnicodeDecodeError(encoding, block, block.index(b"\0"), len(block), "NUL")
            trial.count(decoder.decode(block, final=not block))
        except UnicodeError as error:
            start = getattr(error, "start", 0)
            trial.bad = fed - len(waiting) + start
            good = (waiting + block)[:start]
            trial.count(good.decode(encoding, "ignore") if start else "")
            return trial
        fed += len(block)
        if not block:
            return trial
