"""The codebook of a survey: what each question is, on which scale, and what it is asked for.

A YAML file written by the analyst (`codebook_draft` writes a first one)::

    wave: "2025Q2"
    dont_know: [说不上来]
    items:
      - {item: Q01, text: 对疗效证据存疑, type: likert5, construct: barrier, barrier_code: B02}
      - {item: Q07, text: 您对供货是否满意, type: likert5, scale: satisfaction, reverse: true, need: Q08}
      - {item: Q09, text: 采用阶段, type: single, scale: {从未使用: 0, 尝试: 3, 常规: 5}, filter: {Q08: [1]}}
      - {item: Q10, text: 总体满意度, type: numeric, range: [1, 10], construct: overall_satisfaction}
      - {item: Q11, text: 送达是否及时, type: likert5, scale: satisfaction, construct: touchpoint, stage: 送货}
      - item: Q12
        header: 12、影响您选用的因素
        type: multi
        options: [{text: 不了解产品, barrier_code: B01}, {text: 对疗效证据存疑, barrier_code: B02}, 其他]

``header`` is the column's heading where it is not the item itself: its text, the question's number, or ``#12`` for
the twelfth column. ``scale`` names a wording of `scales.SCALES` or maps words to numbers; ``filter`` tells to whom
the question was put (the answers another item must have): the others were not asked. ``reverse`` marks items that
must be turned before they are averaged; the values stay as answered. ``need`` names, on an item that rates us, the
item that asks how important the same thing is, or what was expected of it. ``options`` turn a multiple choice into
one item of 0 and 1 per option. ``range`` is the lowest and highest answer where the type does not say it; answers
stay as asked, whatever the scale. ``dont_know`` and ``not_applicable`` are further words for these.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..core.columns import ITEM_TYPES
from ..core.errors import SettingError
from . import encodings, yamltree
from .dataset import Dataset
from .scales import SCALES
from .spec import TableSpec

__all__ = ["RANGES", "Codebook", "Item", "Option", "items_table", "read_all", "read_codebook"]

#: lowest and highest answer by type
RANGES = {"nps": (0.0, 10.0), "likert5": (1.0, 5.0), "likert7": (1.0, 7.0), "barrier": (0.0, 5.0)}
_STEPS = {"likert5": 5, "likert7": 7}
#: types whose range may be stated otherwise; a five-point item asked from 1 to 10 is of type numeric
_STATED = ("nps", "numeric", "single", "barrier", "rank", "maxdiff")


def _as_option(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Option(BaseModel):
    """One choice of a multiple-choice question, itself an item of 0 and 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(min_length=1)
    item: str | None = None
    header: str | None = None
    label: str | None = None
    barrier_code: str | None = None


class Item(BaseModel):
    """One question of a wide survey; the module's text says what each entry means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: str = Field(min_length=1)
    header: str | None = None
    text: str = ""
    label: str | None = None
    type: Literal[ITEM_TYPES]  # type: ignore[valid-type]
    scale: str | dict[str, float] | None = None
    range: tuple[float, float] | None = None
    reverse: bool = False
    #: written ``construct``; that name belongs to the base class
    dimension: str | None = Field(default=None, alias="construct")
    barrier_code: str | None = None
    need: str | None = None
    stage: str | None = None
    filter: dict[str, list[str]] = Field(default_factory=dict)
    options: list[Annotated[Option, BeforeValidator(_as_option)]] = Field(default_factory=list)
    separator: str | None = None
    dont_know: list[str] = Field(default_factory=list)
    not_applicable: list[str] = Field(default_factory=list)

    @property
    def heading(self) -> str:
        """What its column is looked up by."""
        return self.header or self.item

    def limits(self) -> tuple[float, float] | None:
        """Lowest and highest answer, stated or by type; None where any number is one."""
        return self.range or RANGES.get(self.type)

    def parts(self) -> list[tuple[str, Option]]:
        """Items that its options become: ``Q7_01`` where an option has no name of its own."""
        width = max(2, len(str(len(self.options))))
        return [(o.item or f"{self.item}_{at:0{width}d}", o) for at, o in enumerate(self.options, start=1)]


class Codebook(BaseModel):
    """All questions of one wave."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: list[Item]
    wave: str | None = None
    dont_know: list[str] = Field(default_factory=list)
    not_applicable: list[str] = Field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        """The questions."""
        return tuple(item.item for item in self.items)


def read_all(dataset: Dataset, pieces: list[TableSpec]) -> dict[str, Codebook]:
    """The codebook of each part of a wide survey, by the name the dataset file gives it.

    A codebook is written by the analyst: it stands beside the dataset file, not among the data.

    Raises
    ------
    SettingError
        Where none is named, or the one named holds a mistake.
    """
    found: dict[str, Codebook] = {}
    for piece in pieces:
        key = "tables.survey_responses.codebook"
        if piece.codebook is None:
            raise SettingError("codebook_missing", file=dataset.path.name, key=key, line=dataset.line(key))
        if piece.codebook not in found:
            found[piece.codebook] = read_codebook(dataset.beside(piece.codebook, key))
    return found


def read_codebook(path: Path) -> Codebook:
    """Read a codebook.

    Raises
    ------
    SettingError
        With key and line: an unknown entry or type, a scale nobody knows or of another number of steps than
        the type, an item twice, a filter on an item that is not there.
    """
    tree = yamltree.parse(encodings.decode(path.read_bytes(), file=path.name), file=path.name)
    try:
        book = Codebook(**tree.value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"] if part not in ("str", "dict[str,float]"))
        raise _mistake(path, tree, key, first.get("input")) from None
    names = [item.item for item in book.items]
    taken = set(names)
    for position, item in enumerate(book.items):
        wrong = _wrong(item, names, position)
        for name, _ in item.parts():
            wrong["options"] = wrong.get("options", False) or name in taken
            taken.add(name)
        for part in [name for name, bad in wrong.items() if bad]:
            raise _mistake(path, tree, f"items.{position}.{part}", getattr(item, part))
    return book


def _mistake(path: Path, tree: yamltree.Tree, key: str, got: Any) -> SettingError:
    return SettingError("codebook", file=path.name, key=key, line=tree.line(key), got=str(got)[:40])


def _wrong(item: Item, names: list[str], position: int) -> dict[str, bool]:
    """What the models cannot see: other items, and whether scale, range and options suit the type."""
    named = isinstance(item.scale, str)
    steps = len(SCALES.get(str(item.scale), ())) if named else _STEPS.get(item.type)
    low, high = item.range or (0, 1)
    return {
        "item": item.item in names[:position],
        "need": item.need is not None and (item.need not in names or item.need == item.item),
        "scale": named and (item.scale not in SCALES or steps != _STEPS.get(item.type, steps)),
        "range": low >= high or (item.range is not None and item.type not in _STATED),
        "filter": any(name not in names for name in item.filter),
        "options": bool(item.options) and item.type != "multi",
    }


def items_table(books: list[Codebook], outcome: list[str]) -> pd.DataFrame:
    """The canonical ``survey_items`` of the codebooks.

    ``x_outcome`` marks the items of the outcome, ``x_need`` names the item that asks for the importance of what
    is rated, ``x_stage`` the stage of the journey, ``x_label`` a short name, ``x_question`` the question an option
    belongs to, ``x_low`` and ``x_high`` a stated range.
    """
    rows = [row | {"x_outcome": row["item_id"] in outcome} for book in books for row in _rows(book)]
    frame = pd.DataFrame(rows)
    for name in [c for c in frame.columns if c not in ("reverse", "x_outcome", "x_low", "x_high")]:
        frame[name] = frame[name].astype("str")
    return frame.dropna(axis=1, how="all")


def _rows(book: Codebook) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for item in book.items:
        low, high = item.range or (None, None)
        row = {
            "item_id": item.item,
            "wave": book.wave,
            "text": item.text or None,
            "type": item.type,
            "construct": item.dimension,
            "barrier_code": item.barrier_code,
            "reverse": item.reverse,
            "x_need": item.need,
            "x_stage": item.stage,
            "x_label": item.label,
            "x_question": None,
            "x_low": low,
            "x_high": high,
        }
        if not item.options:
            rows.append(row)
        for name, option in item.parts():
            said = {"item_id": name, "text": _joined(item.text, option.text), "x_label": option.label or option.text}
            kind = {"type": "barrier", "barrier_code": option.barrier_code} if option.barrier_code else {}
            named = {"construct": item.dimension or ("barrier" if option.barrier_code else None)}
            rows.append(row | said | kind | named | {"x_question": item.item})
    return rows


def _joined(question: str, option: str) -> str:
    """Question and option; what is asked about stands behind the colon."""
    mark = ": " if question.isascii() else "："
    return f"{question}{mark}{option}" if question else option
