"""A first codebook from a survey export, for a person to check and complete.

Types, scales, options, constructs and barrier codes are guessed from headings and answers; every guess that
could change a result carries a comment. The columns that are no questions (number of the sheet, date, mode,
seconds) become a commented block for the dataset file.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from ..core import words
from . import codebook_blocks, codebook_guess, headers, patterns, readers
from .codebook_guess import Guess
from .spec import TableSpec

__all__ = ["draft"]

#: columns of an export that are neither questions nor anything else the kit reads
_FURNITURE = ("来源", "来源详情", "来自ip", "总分", "ip", "ip address", "useragent", "浏览器", "collector id")
_CODES = re.compile(r"编码|编号|工号|(?:^|[ _-])(?:id|code)$")
_MORE = {"date": ("time", "timestamp", "start date", "end date", "created"), "seconds": ("duration",)}


def draft(file: str | Path, *, sheet: str | None = None, language: str = "zh", wave: str | None = None) -> str:
    """Text of a commented codebook for an export.

    Parameters
    ----------
    file : path
        Anything `readers.read` reads: CSV in UTF-8 or GB18030, workbooks.
    sheet : str, optional
    language : {"zh", "en"}, default "zh"
        Of the comments.
    wave : str, optional

    Returns
    -------
    str
        YAML that `codebook.read_codebook` reads as it is.

    Raises
    ------
    DataError
        See `readers.read`.
    """
    path = Path(file)
    raw = readers.read(path, TableSpec(source=path.name, sheet=sheet))
    found = [str(name) for name in raw.frame.columns]
    frame = raw.frame.set_axis(found, axis=1)
    mapped = _mapped(found)
    if "customer_id" not in mapped:
        codes = [name for name in found if _is_id(frame[name], name) and name not in mapped.values()]
        mapped |= {"customer_id": codes[0]} if codes else {}
    private = [name for name in found if patterns.CONTACT.search(name) or patterns.PATIENT.search(name)]
    unused = [name for name in found if headers.wide(name).strip() in _FURNITURE]
    asked = [name for name in found if name not in {*mapped.values(), *private, *unused}]
    guesses = codebook_guess.questions(frame, asked)
    against = codebook_blocks.opposed(frame, guesses)
    guesses = [guess.noted("opposed") if guess.item in against else guess for guess in guesses]
    guesses = _with_needs(guesses)
    lines = [f"# {_say('codebook_top', language)}"]
    lines += _dataset_block(path, raw.sheet if sheet else None, mapped, private, language)
    lines += [f"wave: {_text(wave)}"] if wave else []
    lines += ["items:"]
    for guess in guesses:
        lines += _entry(guess, language)
    return "\n".join(lines) + "\n"


def _mapped(found: list[str]) -> dict[str, str]:
    """Canonical column -> heading of the sheet's own columns."""
    # a question may be called like a column of another meaning: only what a sheet knows of itself
    columns = ("response_id", "customer_id", "pseudonym", "wave", "date", "mode", "seconds", "weight")
    guessed = headers.guess(found, "survey_responses")
    mapped = {name: guessed[name] for name in columns if name in guessed}
    for name, more in _MORE.items():
        near = [h for h in found if headers.wide(h).strip() in more and h not in mapped.values()]
        if near and name not in mapped:
            mapped[name] = near[0]
    return mapped


def _is_id(texts: pd.Series, name: str) -> bool:
    """Codes of respondents: a heading of codes, and hardly any of them twice."""
    said = texts.dropna()
    return bool(_CODES.search(headers.wide(name))) and len(said) > 1 and said.nunique() >= 0.9 * len(said)


def _dataset_block(
    path: Path, sheet: str | None, mapped: dict[str, str], private: list[str], language: str
) -> list[str]:
    lines = [f"# {_say('codebook_dataset', language)}", "#   survey_responses:", f"#     source: {_text(path.name)}"]
    lines += [f"#     sheet: {_text(sheet)}"] if sheet else []
    lines += ["#     grain: person", "#     source_type: self_report_survey", "#     lawful_basis: TODO"]
    lines += ["#     shape: wide", "#     codebook: codebook.yaml"]
    lines += ["#     columns:"] if mapped else []
    lines += [f"#       {name}: {_text(heading)}" for name, heading in mapped.items()]
    if private:
        lines.append(f"# {_say('codebook_private', language)} {_listed(private)}")
    return lines


def _entry(guess: Guess, language: str) -> list[str]:
    """The lines of one item: comments for whoever checks it, then the entry."""
    lines = []
    for code, value in guess.remarks:
        told = f" {_listed(value)}" if isinstance(value, list) else f" {value}" if value else ""
        lines.append(f"  # {_say(f'codebook_{code}', language)}{told}")
    parts: dict[str, Any] = {"item": guess.item}
    if guess.header != guess.item:
        parts["header"] = guess.header
    if guess.text != guess.item:
        parts["text"] = guess.text
    if guess.label:
        parts["label"] = guess.label
    parts |= {"type": guess.kind}
    parts |= {"scale": guess.scale} if guess.scale else {}
    parts |= {"range": list(guess.limits)} if guess.limits else {}
    parts |= {"construct": guess.construct} if guess.construct else {}
    parts |= {"barrier_code": guess.barrier} if guess.barrier else {}
    need = next((value for code, value in guess.remarks if code == "need"), None)
    parts |= {"need": need} if need else {}
    if not guess.options:
        return [*lines, f"  - {{{_flow(parts)}}}"]
    entry = [f"  - {name}: {_value(value)}" if name == "item" else f"    {name}: {_value(value)}"
             for name, value in parts.items()]  # fmt: skip
    entry.append("    options:")
    for text, barrier, heading in guess.options:
        option = {"text": text} | ({"barrier_code": barrier} if barrier and guess.construct == "barrier" else {})
        entry.append(f"      - {{{_flow(option | ({'header': heading} if heading else {}))}}}")
    return [*lines, *entry]


def _with_needs(guesses: list[Guess]) -> list[Guess]:
    """What is rated and how important the same thing is: joined where both rows carry one name."""
    asked = {guess.label: guess.item for guess in guesses if guess.construct == "needs" and guess.label}
    return [
        replace(guess, remarks=(*guess.remarks, ("need", asked[guess.label])))
        if guess.construct == "satisfaction" and guess.label in asked
        else guess
        for guess in guesses
    ]


def _flow(parts: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {_value(value)}" for name, value in parts.items())


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    return str(value) if str(value).isascii() and str(value).replace("_", "").isalnum() else _text(value)


def _text(value: str) -> str:
    # a JSON string is a YAML string, whatever it holds
    return json.dumps(" ".join(str(value).split()), ensure_ascii=False)


def _listed(names: list[str]) -> str:
    return ", ".join(" ".join(name.split()) for name in names[:20])


def _say(key: str, language: str) -> str:
    return words.text(f"draft.{key}", language)
