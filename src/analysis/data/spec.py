"""The entries a dataset file may hold, as models that refuse any other entry.

Everything arrives as text (see `yamltree`); the models turn it into dates and
numbers. The code of a custom error is a key under ``[errors]``.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ..core import policy
from ..core.errors import RapportError
from . import derive as arithmetic
from .entries import (
    Connect,
    DateFormat,
    Day,
    Encoding,
    Model,
    Override,
    Part,
    Potential,
    Regions,
    Row,
    Source,
    Strategic,
    Texts,
    Units,
    Unpivot,
)  # fmt: skip

__all__ = ["Connect", "Override", "Part", "Potential", "Regions", "Spec", "Strategic", "TableSpec", "Units", "Unpivot"]

VALUE_COLUMNS = ("amount", "quantity")
_FOLDER_NAME = re.compile(r"\w[\w .()-]{0,79}")


class TableSpec(Model):
    """How one canonical table is read.

    Exactly one of ``source``, ``parts`` and ``from_`` (key ``from``) is given. A column not named under
    ``columns`` is taken when its header already is the canonical name. ``header_row`` counts from
    1; with a header of several rows it is the first of them. ``others: drop`` leaves columns without a mapping
    unread.
    """

    source: Source | None = None
    parts: Annotated[list[Part], Field(min_length=1)] | None = None
    from_: str | None = Field(default=None, alias="from")
    grain: Literal[policy.GRAINS] | None = None  # type: ignore[valid-type]
    source_type: Literal[policy.SOURCE_TYPES] | None = None  # type: ignore[valid-type]
    lawful_basis: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    derive: dict[str, str] = Field(default_factory=dict)
    where: dict[str, Texts] = Field(default_factory=dict)
    units: Units | None = None
    unpivot: Unpivot | None = None
    others: Literal["keep", "drop"] = "keep"
    dates: DateFormat | None = None
    sheet: str | None = None
    encoding: Encoding | None = None
    header_row: Row | None = None
    shape: Literal["long", "wide"] = "long"
    codebook: str | None = None
    outcome: Texts = Field(default_factory=list)
    #: how many were asked in the latest wave, in all or by region
    invited: Annotated[int, Field(gt=0)] | dict[str, Annotated[int, Field(gt=0)]] | None = None

    @field_validator("derive")
    @classmethod
    def _plain_arithmetic(cls, value: dict[str, str]) -> dict[str, str]:
        for name, expression in value.items():
            try:
                arithmetic.names(expression)
            except RapportError as error:
                raise PydanticCustomError("yaml_derive", "", {"under": name, **error.values}) from None
        return value

    @model_validator(mode="after")
    def _one_source(self) -> TableSpec:
        given = [self.source, self.parts, self.from_]
        if sum(entry is not None for entry in given) != 1 or self.source == []:
            raise PydanticCustomError("yaml_source_or_from", "")
        return self

    def pieces(self) -> list[TableSpec]:
        """The table's entry for each of its ``parts``: itself where there are none."""
        if self.parts is None:
            return [self]
        return [self.model_copy(update={"parts": None} | _over(self, part)) for part in self.parts]


def _over(table: TableSpec, part: Part) -> dict[str, Any]:
    """What a part says in place of its table: mappings are joined, anything else replaced."""
    said = {name: getattr(part, name) for name in Part.model_fields if getattr(part, name) is not None}
    return said | {"columns": table.columns | part.columns, "constants": table.constants | part.constants}


class Spec(Model):
    """The whole file. Texts of the optional entries below ``tables`` are only printed."""

    name: str
    language: Literal["zh", "en"] = "zh"
    currency: Literal[policy.CURRENCIES] = "CNY"  # type: ignore[valid-type]
    profile: Literal[tuple(policy.PROFILES)] = "cn"  # type: ignore[valid-type]
    as_of: Day | None = None
    value: Literal[VALUE_COLUMNS] = "amount"  # type: ignore[valid-type]
    regions: Regions = Field(default_factory=Regions)
    tables: dict[str, TableSpec]
    potential: Potential | None = None
    strategic: Strategic | None = None
    override: list[Override] = Field(default_factory=list)
    purpose: str | None = None
    retention: str | None = None
    title: str | None = None
    attribution: str | None = None

    @field_validator("name")
    @classmethod
    def _folder_name(cls, value: str) -> str:
        if not _FOLDER_NAME.fullmatch(value.strip()):
            raise PydanticCustomError("yaml_name", "")
        return value.strip()
