"""The entries a dataset file may hold, as models that refuse any other entry.

Everything arrives as text (see `yamltree`); the models turn it into dates and
numbers. The code of a custom error is a key under ``[errors]``.
"""

from __future__ import annotations

import codecs
import datetime as dt
import io
import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ..core import policy
from ..core.errors import RapportError
from . import datetext
from . import derive as arithmetic

__all__ = ["Connect", "Override", "Part", "Potential", "Regions", "Spec", "Strategic", "TableSpec", "Units", "Unpivot"]

VALUE_COLUMNS = ("amount", "quantity")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FOLDER_NAME = re.compile(r"\w[\w .()-]{0,79}")


def _list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not _ISO_DAY.fullmatch(value.strip()):
        raise PydanticCustomError("yaml_not_a_date", "")
    try:
        return dt.date.fromisoformat(value.strip())
    except ValueError:
        raise PydanticCustomError("yaml_not_a_date", "") from None


def _kind(value: Any) -> str | None:
    """Tag of the alternative that the written value picks, so that only its own error is told."""
    kinds = ((str, "text"), (list, "list"), (dict | Connect, "keys"))
    return next((tag for kind, tag in kinds if isinstance(value, kind)), None)


def _not_negative(value: float) -> float:
    if not 0 <= value < float("inf"):
        raise PydanticCustomError("yaml_not_negative", "")
    return value


def _themselves(value: Any) -> Any:
    return {name: name for name in value} if isinstance(value, list) else value


def _encoding(value: str | None) -> str | None:
    try:
        if value is None:
            return None
        io.TextIOWrapper(io.BytesIO(), encoding=value)  # refuses codecs that are none of text
        return codecs.lookup(value).name
    except (LookupError, ValueError):
        raise PydanticCustomError("yaml_encoding", "") from None


def _date_format(value: str | None) -> str | None:
    if value is not None and not datetext.format_works(value):
        raise PydanticCustomError("yaml_date_format", "")
    return value


Texts = Annotated[list[str], BeforeValidator(_list)]
Factor = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Points = Annotated[float, AfterValidator(_not_negative)]
Day = Annotated[dt.date, BeforeValidator(_day)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Connect(_Model):
    """A table behind a connection: ``{connect: "duckdb://sales.duckdb", table: orders}``."""

    connect: str
    table: str


class Units(_Model):
    """Factors that turn quantities of unlike units into one.

    Three ways to write them, in each of which quantity becomes quantity × factor:

    ``units: {unit: tablet, factor: {P1: 10, P2: 1}}`` factors by product, in place;
    ``units: {source: products.csv, product_id: code, factor: per_pack}`` headers of another file;
    ``units: {factor: per_pack}`` a header of the table's own source, row by row.

    Attributes
    ----------
    factor : dict of product to number, or str
    product_id : str or None
        Header of the product in ``source``.
    source : str or None
        File that holds the factors.
    unit : str or None
        Name of the common unit, for the report.
    """

    factor: Annotated[Annotated[dict[str, Factor], Tag("keys")] | Annotated[str, Tag("text")], Discriminator(_kind)]
    product_id: str | None = None
    source: str | None = None
    unit: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Units:
        by_file = isinstance(self.factor, str) and self.source is not None
        if (self.product_id is not None) != by_file or (self.source is not None) != by_file:
            raise PydanticCustomError("yaml_units", "")
        return self


class Regions(_Model):
    """Which column is the region, and what happens to customers without one."""

    column: str = "region"
    unassigned: Literal["keep", "drop"] = "keep"


class Override(_Model):
    """A rule lifted in writing: which, why, by whom."""

    rule: str
    reason: str = Field(min_length=1)
    by: str = Field(min_length=1)


class Potential(_Model):
    """Where the potential of an account is written.

    Two ways: ``{table: market, measure: quantity}``, the category volume of twelve months over all brands, or
    ``{table: hospital_facts, column: x_patients, label: {zh: 登记患者数, en: registered patients}}``, a column of
    numbers of ``hospital_facts`` or ``customers``.
    """

    table: Literal["market", "hospital_facts", "customers"] = "market"
    column: str | None = None
    measure: Literal["quantity", "amount"] | None = None
    label: dict[Literal["zh", "en"], str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> Potential:
        if (self.table == "market") != (self.column is None) or (self.measure is not None and self.table != "market"):
            raise PydanticCustomError("yaml_potential", "")
        return self


class Strategic(_Model):
    """Strategic importance of an account: a column of numbers of ``customers``, or words and their points."""

    table: Literal["customers"] = "customers"
    column: str
    points: Annotated[dict[str, Points], Field(min_length=1)] | None = None


class Unpivot(_Model):
    """Columns of a wide file that become lines: ``{columns: {P1: head one}, into: product_id, value: amount}``.

    Attributes
    ----------
    columns : dict
        What stands in ``into`` -> header; a list of headers stands for themselves.
    into, value : str
        Canonical columns that take the name and the number.
    """

    columns: Annotated[dict[str, str], BeforeValidator(_themselves), Field(min_length=1)]
    into: str = "product_id"
    value: str = "amount"


class Part(_Model):
    """One of several differently made files of a table: what differs from the table's own entries.

    Of a customer or product in several parts, the row of the first one counts.
    """

    source: Annotated[
        Annotated[str, Tag("text")] | Annotated[list[str], Tag("list")] | Annotated[Connect, Tag("keys")],
        Discriminator(_kind),
    ]
    columns: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    where: dict[str, Texts] | None = None
    unpivot: Unpivot | None = None
    dates: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        return _encoding(value)

    @field_validator("dates")
    @classmethod
    def _readable_format(cls, value: str | None) -> str | None:
        return _date_format(value)


class TableSpec(_Model):
    """How one canonical table is read.

    Exactly one of ``source``, ``parts`` and ``from_`` (key ``from``) is given. A column not named under
    ``columns`` is taken when its header already is the canonical name. ``header_row`` counts from
    1; with a header of several rows it is the first of them. ``others: drop`` leaves columns without a mapping
    unread.
    """

    source: (
        Annotated[
            Annotated[str, Tag("text")] | Annotated[list[str], Tag("list")] | Annotated[Connect, Tag("keys")],
            Discriminator(_kind),
        ]
        | None
    ) = None
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
    dates: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None
    shape: Literal["long", "wide"] = "long"
    codebook: str | None = None
    outcome: Texts = Field(default_factory=list)

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        return _encoding(value)

    @field_validator("dates")
    @classmethod
    def _readable_format(cls, value: str | None) -> str | None:
        return _date_format(value)

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


class Spec(_Model):
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
